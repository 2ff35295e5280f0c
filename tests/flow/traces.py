"""Looks for texts in every byte of a folder: as they are, and in each of the ways in which programs write text down."""

import base64
import json
import urllib.parse
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_STREAMS = ((b"\x1f\x8b\x08", 31), (b"\x78\x01", 15), (b"\x78\x5e", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15))
_LARGEST = 1 << 22
_START = 4


def forms(text: str) -> set[bytes]:
    """Return the ways in which a text may stand in a file."""
    plain = text.encode()
    coded = {base64.b64encode(b"\0" * shift + plain)[(shift * 8 + 5) // 6 :] for shift in range(3)}
    # The last letters of base64 depend on what follows: what is left of them is the same wherever the text stands.
    whole = {one.rstrip(b"=")[: (len(one.rstrip(b"=")) - 1)] for one in coded}
    return {
        plain,
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("utf-32-le"),
        text.encode("gb18030"),
        json.dumps(text)[1:-1].encode(),
        urllib.parse.quote(text).encode(),
        plain.hex().encode(),
        plain.hex().upper().encode(),
        *whole,
        *(one.replace(b"+", b"-").replace(b"/", b"_") for one in whole),
    }


def unpacked(data: bytes) -> Iterator[bytes]:
    """Give the bytes themselves, and what every gzip or zlib stream in them holds."""
    yield data
    for magic, bits in _STREAMS:
        at = data.find(magic)
        while at >= 0:
            with suppress(zlib.error):  # these bytes may stand anywhere by chance
                yield zlib.decompressobj(bits).decompress(data[at:], _LARGEST)
            at = data.find(magic, at + 1)


def traces(paths: Iterable[Path], texts: Collection[str]) -> set[tuple[str, str]]:
    """Return which of the files holds which of the texts, in any form."""
    begins = defaultdict[bytes, list[tuple[bytes, str]]](list)
    for text in texts:
        for form in forms(text):
            begins[form[:_START]].append((form, text))
    found = set()
    for path in paths:
        for data in unpacked(path.read_bytes()):
            for at in range(len(data)):
                for form, text in begins.get(data[at : at + _START], ()):
                    if data.startswith(form, at):
                        found.add((path.name, text))
    return found
