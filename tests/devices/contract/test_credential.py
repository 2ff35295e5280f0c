import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import credential
from devices.contract.credential import (
    SYMBOLS,
    ForeignCode,
    InvalidCredential,
    ShortCredential,
    SignedCredential,
    canonical,
    lookup,
    read,
    read_typed,
    sealing_key,
    short,
)

BITS = st.integers(min_value=0, max_value=2**105 - 1)
DOCUMENT = Path(__file__).parents[3] / "docs" / "credential.md"


def published_vectors() -> dict[str, list[dict[str, str]]]:
    """Read the test vectors out of the published document."""
    block = re.search(r"```json\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert block, "docs/credential.md holds its vectors in one JSON block"
    found: dict[str, list[dict[str, str]]] = json.loads(block[1])
    return found


@given(BITS)
def test_a_short_code_is_24_alphanumeric_symbols_and_reads_back(bits: int) -> None:
    """It fits a 25x25 symbol in alphanumeric mode and survives lower case and surrounding space."""
    code = short(bits)
    assert re.fullmatch(r"[0-9A-Z]{24}", code.text)
    assert read(code.text) == code
    assert read(f" {code.text.lower()}\n") == code


@given(BITS, st.integers(2, 23), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_always_noticed(bits: int, place: int, symbol: str) -> None:
    """The check symbol catches every single substitution, so a typo never names another guest."""
    text = short(bits).text
    wrong = text[:place] + symbol + text[place + 1 :]
    if wrong != text:
        with pytest.raises(InvalidCredential, match="check"):
            read(wrong)


@given(BITS, st.integers(2, 23), st.integers(2, 23))
def test_two_swapped_symbols_are_always_noticed(bits: int, one: int, other: int) -> None:
    """Swaps are the other way people mistype; neighbours or not, the check catches them."""
    symbols = list(short(bits).text)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    wrong = "".join(symbols)
    if wrong != short(bits).text:
        with pytest.raises(InvalidCredential):
            read(wrong)


@given(BITS)
def test_a_code_typed_as_it_is_read_aloud_is_the_same_code(bits: int) -> None:
    """Groups, dashes, small letters, O for 0 and I or L for 1 do no harm."""
    text = short(bits).text
    spoken = " - ".join(text[start : start + 4] for start in range(0, 24, 4)).lower()
    assert read_typed(spoken.replace("0", "o").replace("1", "l")) == ShortCredential(text)


def test_only_105_bits_make_a_short_code() -> None:
    """A number that does not fit is refused."""
    for bits in (-1, 2**105):
        with pytest.raises(ValueError, match="105"):
            short(bits)


@pytest.mark.parametrize(
    "text", ["", "https://example.com/", "BEGIN:VCARD", "Y", "Y1", "Y3" + "0" * 22, "Y1" + "0" * 4000]
)
def test_any_other_text_is_a_foreign_code(text: str) -> None:
    """What is not ours is kept apart, never an error."""
    assert read(text) == ForeignCode(text)


SIGNED = SignedCredential(
    key_id=7,
    meeting=0xABCDEF012345,
    invitation=0x1122334455667788,
    zone=0,
    not_before=datetime(2026, 12, 31, 0, 30, tzinfo=UTC),
    expires=datetime(2026, 12, 31, 7, 0, tzinfo=UTC),
    signature=bytes(64),
)


def test_a_signed_code_reads_back_with_every_field() -> None:
    """24 bytes of fields and 64 of signature become Y2 and 132 Base45 symbols."""
    code = SIGNED
    assert len(code.payload()) == 24
    assert len(code.text()) == 134
    assert read(code.text()) == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [("Y2", "damaged"), ("Y2AB", "damaged"), ("Y2" + "a" * 132, "damaged"), ("Y2" + "0" * 132, "version")],
)
def test_a_cut_or_foreign_signed_code_says_why(text: str, reason: str) -> None:
    """Each refusal has a stable reason for the counters."""
    with pytest.raises(InvalidCredential) as caught:
        read(text)
    assert caught.value.reason == reason


def test_a_field_that_does_not_fit_is_refused() -> None:
    """Nothing is cut silently."""
    with pytest.raises(ValueError, match="range"):
        replace(SIGNED, key_id=70_000).payload()
    with pytest.raises(ValueError, match="start at"):
        replace(SIGNED, not_before=datetime(2020, 1, 1, tzinfo=UTC)).payload()
    with pytest.raises(ValueError, match="not signed"):
        replace(SIGNED, signature=b"").text()


def test_the_keyed_hash_depends_on_key_and_code() -> None:
    """Two venues' hashes of one code cannot be compared."""
    assert lookup(b"a" * 32, "X") != lookup(b"b" * 32, "X")
    assert lookup(b"a" * 32, "X") != lookup(b"a" * 32, "Y")
    assert re.fullmatch("[0-9a-f]{32}", lookup(b"a" * 32, "X"))


@given(st.text(max_size=600))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """A camera may read anything; the answer is a credential or InvalidCredential."""
    for reader in (read, read_typed):
        with suppress(InvalidCredential):
            canonical(reader(text))


def test_the_published_short_vectors_hold() -> None:
    """Others issue codes by docs/credential.md: what it says is what we do."""
    for vector in published_vectors()["short"]:
        text = short(int(vector["bits_hex"], 16)).text
        assert text == vector["text"]
        assert lookup(bytes.fromhex(vector["lookup_key_hex"]), text) == vector["lookup"]
        assert sealing_key(text).hex() == vector["sealing_key_hex"]


def test_the_published_refusals_hold() -> None:
    """The document's damaged codes are refused for the reason it gives."""
    for vector in published_vectors()["refused"]:
        with pytest.raises(InvalidCredential) as caught:
            read(vector["text"])
        assert caught.value.reason == vector["reason"]


def test_the_published_signed_vectors_hold() -> None:
    """Fields, signed bytes and text of the document's signed codes are ours."""
    for vector in published_vectors()["signed"]:
        code = read(vector["text"])
        assert isinstance(code, SignedCredential)
        assert code.payload().hex() == vector["payload_hex"]
        assert code.signed_bytes() == credential.DOMAIN + code.payload()
        assert code.signature.hex() == vector["signature_hex"]
        assert f"{code.invitation:016x}" == vector["invitation_hex"]
