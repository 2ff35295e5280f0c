"""A business card held up as a QR code: vCard 2.1, 3.0 and 4.0 (RFC 6350), and MECARD. Pure; never raises on any text.

What is kept is what a house needs to greet and to write: name, company, title, one telephone number, one address.
"""

import quopri
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from devices.contract.cards import BusinessCard

LONGEST = 16_384
"""Characters; a longer text is no card. The largest QR code holds 4,296."""

_VCARD = re.compile(r"\ufeff?\s*BEGIN:VCARD[ \t]*[\r\n]", re.IGNORECASE)
_MECARD = re.compile(r"\ufeff?\s*MECARD:", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")
_OLD = re.compile(r"^VERSION:2\.1\s*$", re.IGNORECASE | re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CHINESE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CHINESE_BYTES = "gb18030"
_FAMILY, _GIVEN, _MORE, _BEFORE, _AFTER = range(5)

_NAME, _PHONE, _EMAIL = 200, 40, 254


def read_card(text: str) -> BusinessCard | None:
    """Return the card a scanned text holds; None when it is no card, or one without any name."""
    if len(text) > LONGEST:
        return None
    if _VCARD.match(text):
        return _vcard(text)
    found = _MECARD.match(text)
    return _mecard(text[found.end() :]) if found else None


@dataclass(frozen=True, slots=True)
class _Line:
    """One property of a vCard: its name, its parameters in capitals, its value still escaped."""

    name: str
    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return _clean(_unescaped(self.value))

    @property
    def parts(self) -> list[str]:
        """Return the parts of a structured value (RFC 6350, 6.2.2), divided by semicolons that are not escaped."""
        return [_clean(_unescaped(part)) for part in _split(self.value, ";")]


def _vcard(text: str) -> BusinessCard | None:
    found: dict[str, list[_Line]] = {}
    for line in _properties(text):
        if line.name == "END":
            break
        found.setdefault(line.name, []).append(line)
    name = next((line.text for line in found.get("FN", []) if line.text), "")
    for line in found.get("N", []):
        name = name or _whole_name([*line.parts, "", "", "", "", ""])
    company = next((" ".join(filter(None, line.parts)) for line in found.get("ORG", [])), "")
    titles = [line.text for line in (*found.get("TITLE", []), *found.get("ROLE", []))]
    phones = sorted(found.get("TEL", []), key=lambda line: -_liking(line))
    emails = sorted(found.get("EMAIL", []), key=lambda line: "PREF" not in line.parameters.get("TYPE", ""))
    return _card(
        name or next((line.text for line in found.get("NICKNAME", [])), ""),
        company,
        next(filter(None, titles), ""),
        [line.text for line in phones],
        [line.text for line in emails],
    )


def _whole_name(parts: Sequence[str]) -> str:
    """Put a name together as it is said: 王建国, Dr. Mary Ann Smith."""
    if _CHINESE.search(parts[_FAMILY] + parts[_GIVEN]):
        return parts[_FAMILY] + parts[_GIVEN]
    said = (parts[_BEFORE], parts[_GIVEN], parts[_MORE], parts[_FAMILY], parts[_AFTER])
    return " ".join(filter(None, said))


def _liking(line: _Line) -> int:
    """Return how good a number is to keep: a mobile one before any other, a fax last."""
    types = line.parameters.get("TYPE", "")
    return 4 * ("CELL" in types) + ("PREF" in types) - 8 * ("FAX" in types)


def _properties(text: str) -> Iterator[_Line]:
    for line in _unfolded(text):
        head, found, value = _halves(line)
        if not found:
            continue
        name, *parameters = _split(head, ";")
        told = _parameters(parameters)
        if _is_quoted(told):
            value = _from_quoted(value, told.get("CHARSET", "UTF-8"))
        elif told.get("ENCODING") in {"B", "BASE64"}:
            continue
        yield _Line(name.rpartition(".")[2].strip().upper(), value, told)


def _unfolded(text: str) -> Iterator[str]:
    """Give logical lines: a line that begins with a blank goes on the one before, as does a quoted soft line break."""
    joint = " " if _OLD.search(text) else ""
    whole: list[str] = []
    soft = False
    for line in _LINE_END.split(text):
        if soft and whole[-1].endswith("="):
            whole[-1] = whole[-1][:-1]
            whole.append(line)
        elif whole and line[:1] in {" ", "\t"}:
            whole.append(joint + line[1:])
        else:
            yield "".join(whole)
            whole = [line]
            head, found, _ = _halves(line)
            soft = found and _is_quoted(_parameters(_split(head, ";")[1:]))
    yield "".join(whole)


def _halves(line: str) -> tuple[str, bool, str]:
    """Divide at the first colon outside quotation marks; say whether there is one."""
    quoted = False
    for at, symbol in enumerate(line):
        quoted ^= symbol == '"'
        if symbol == ":" and not quoted:
            return line[:at], True, line[at + 1 :]
    return line, False, ""


def _parameters(parts: Sequence[str]) -> dict[str, str]:
    """Read parameters; version 2.1 leaves names out (``TEL;CELL:…``), and a repeated TYPE adds up."""
    told: dict[str, str] = {}
    for part in parts:
        name, found, value = part.partition("=")
        key, said = (name.strip().upper(), value) if found else ("TYPE", name)
        if said.strip().upper() == "QUOTED-PRINTABLE":
            key = "ENCODING"
        told[key] = f"{told[key]},{said.upper()}" if key in told else said.strip().strip('"').upper()
    return told


def _is_quoted(parameters: Mapping[str, str]) -> bool:
    return parameters.get("ENCODING") == "QUOTED-PRINTABLE"


def _from_quoted(value: str, charset: str) -> str:
    """Decode quoted-printable bytes. A character set that is unknown or does not fit gives way to UTF-8, then GB."""
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    for name in (charset, "utf-8", _CHINESE_BYTES):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _mecard(text: str) -> BusinessCard | None:
    """Read ``N:Family,Given;TEL:…;EMAIL:…;;`` (NTT DoCoMo's address book format)."""
    found: dict[str, list[str]] = {}
    for part in _split(text, ";"):
        name, divided, value = part.partition(":")
        if divided:
            found.setdefault(name.strip().upper(), []).append(value)
    names = [_clean(_unescaped(part)) for part in _split(next(iter(found.get("N", [])), ""), ",")]
    name = _whole_name([*names[:2], "", "", "", "", ""]) if len(names) > 1 else names[0]
    first = {key: next((_clean(_unescaped(value)) for value in found.get(key, [])), "") for key in ("ORG", "TITLE")}
    phones, emails = ([_clean(_unescaped(value)) for value in found.get(key, [])] for key in ("TEL", "EMAIL"))
    return _card(
        name or _clean(next(iter(found.get("NICKNAME", [])), "")), first["ORG"], first["TITLE"], phones, emails
    )


def _split(text: str, divider: str) -> list[str]:
    """Divide a text where the divider stands and is neither escaped nor inside quotation marks of a parameter."""
    parts, start, escaped = [], 0, False
    for at, symbol in enumerate(text):
        if symbol == divider and not escaped:
            parts.append(text[start:at])
            start = at + 1
        escaped = symbol == "\\" and not escaped
    return [*parts, text[start:]]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], text)


def _clean(text: str) -> str:
    """Return one line without what cannot be seen: control characters, changes of direction, half symbols."""
    spaced = re.sub(r"\s", " ", text)
    seen = "".join(symbol for symbol in spaced if unicodedata.category(symbol)[0] != "C")
    return " ".join(seen.split())


def _card(name: str, company: str, title: str, phones: Sequence[str], emails: Sequence[str]) -> BusinessCard | None:
    name = name or company
    if not name:
        return None
    return BusinessCard(
        name=name[:_NAME],
        company=company[:_NAME],
        title=title[:_NAME],
        phone=next(filter(None, map(_phone, phones)), ""),
        email=next(filter(None, map(_email, emails)), ""),
    )


def _phone(text: str) -> str:
    """Return what can be dialled of ``tel:+86-138…;ext=1``; empty where there is no number, or no number's length."""
    bare = re.sub(r"^tel:", "", text, flags=re.IGNORECASE).partition(";")[0].strip()
    kept = re.sub(r"[^0-9+() .-]", "", bare).strip()
    return kept if re.search(r"\d", kept) and len(kept) <= _PHONE else ""


def _email(text: str) -> str:
    bare = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).partition("?")[0].strip()
    return bare if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", bare) and len(bare) <= _EMAIL else ""
