"""Codes that nobody issued, made in every way that is cheap for whoever makes them. Seeded, endless."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.contract import base45
from devices.contract.credential import (
    PAYLOAD_BYTES,
    SHORT_BITS,
    SIGNATURE_BYTES,
    SIGNED_PREFIX,
    SYMBOLS,
    SignedCredential,
    short,
)

NOON = datetime(2026, 12, 31, 4, 0, tzinfo=UTC)
KEY_ID, MEETING = 7, 0xABCDEF012345


@dataclass(frozen=True, slots=True)
class Genuine:
    """What the house has issued: one signed code and one short one, and who signs."""

    key: Ed25519PrivateKey
    signed: SignedCredential
    short: str


def genuine(seed: int = 1) -> Genuine:
    """Issue one code of each kind, good from an hour before noon to an hour after."""
    chance = random.Random(seed)
    key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    plain = SignedCredential(
        key_id=KEY_ID,
        meeting=MEETING,
        invitation=chance.getrandbits(64),
        zone=0,
        not_before=NOON - timedelta(hours=1),
        expires=NOON + timedelta(hours=1),
    )
    return Genuine(key, sign(key, plain), short(chance.getrandbits(SHORT_BITS)).text)


def sign(key: Ed25519PrivateKey, plain: SignedCredential) -> SignedCredential:
    """Sign a code."""
    return replace(plain, signature=key.sign(plain.signed_bytes()))


def forgeries(real: Genuine, seed: int) -> Iterator[tuple[str, str]]:
    """Make codes for ever: the way each was made, and its text. None of them was issued."""
    chance = random.Random(seed)
    stranger = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    ways: dict[str, Callable[[], str]] = {
        "signed by a stranger": lambda: sign(stranger, _other(real, chance)).text(),
        "a random signature": lambda: replace(_other(real, chance), signature=chance.randbytes(64)).text(),
        "one bit flipped": lambda: _text(_flipped(real.signed, chance)),
        "another field, the old signature": lambda: _other(real, chance).text(),
        "another version": lambda: _text(bytes([chance.choice([0, 2, 3, 255])]) + _bytes(real.signed)[1:]),
        "the signature of zeros": lambda: replace(real.signed, signature=bytes(SIGNATURE_BYTES)).text(),
        "cut": lambda: _cut(real.signed.text(), chance),
        "extended": lambda: real.signed.text() + "".join(chance.choices(SYMBOLS, k=chance.randrange(1, 9))),
        "other bytes": lambda: _text(chance.randbytes(PAYLOAD_BYTES + SIGNATURE_BYTES)),
        "any text": lambda: SIGNED_PREFIX + "".join(map(chr, chance.choices(range(32, 127), k=chance.randrange(200)))),
        "small letters": lambda: real.signed.text().lower(),
        "wide letters": lambda: real.signed.text().translate({ord("Y"): "Ｙ", ord("2"): "２"}),
        "a guessed short code": lambda: short(chance.getrandbits(SHORT_BITS)).text,
        "a short code with a wrong symbol": lambda: _wrong(real.short, chance),
        "a short code cut or extended": lambda: chance.choice([real.short[:-1], real.short + chance.choice(SYMBOLS)]),
        "a short code with another prefix": lambda: f"Y{chance.randrange(3, 10)}{real.short[2:]}",
    }
    names = list(ways)
    while True:
        name = chance.choice(names)
        yield name, ways[name]()


def _other(real: Genuine, chance: random.Random) -> SignedCredential:
    """Change one field of a genuine code: another guest, event, key, zone or time; the signature is the old one."""
    hours = timedelta(hours=chance.randrange(2, 10_000))
    ways: list[dict[str, Any]] = [
        {"invitation": real.signed.invitation ^ (1 << chance.randrange(64))},
        {"meeting": real.signed.meeting ^ (1 << chance.randrange(48))},
        {"key_id": chance.choice([0, 1, 6, 8, 65_535])},
        {"zone": chance.randrange(1, 256)},
        {"expires": real.signed.expires + hours},
        {"not_before": real.signed.not_before - hours},
    ]
    return replace(real.signed, **chance.choice(ways))


def _bytes(code: SignedCredential) -> bytes:
    return code.payload() + code.signature


def _text(data: bytes) -> str:
    return SIGNED_PREFIX + base45.encode(data)


def _flipped(code: SignedCredential, chance: random.Random) -> bytes:
    data = bytearray(_bytes(code))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(text: str, chance: random.Random) -> str:
    start = chance.randrange(3)
    return text[start : chance.randrange(start, len(text))]


def _wrong(text: str, chance: random.Random) -> str:
    at = chance.randrange(2, len(text))
    return text[:at] + chance.choice([one for one in SYMBOLS if one != text[at]]) + text[at + 1 :]
