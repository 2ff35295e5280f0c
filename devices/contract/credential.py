"""What an invitation's QR code holds, and how to read it (docs/credential.md, DESIGN 5).

Pure: random bits, times and keys are arguments. Signatures are made and checked by the callers, over
``SignedCredential.signed_bytes``.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from devices.contract import base45

SHORT_PREFIX = "Y1"
SIGNED_PREFIX = "Y2"
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: no I, L, O or U, so that a code can be read aloud and typed."""

SHORT_BITS = 105
SHORT_LENGTH = 24
MAX_CODE_LENGTH = 512
"""No code we admit is longer; a longer text is foreign and is not looked at further."""

SIGNED_VERSION = 1
PAYLOAD_BYTES = 24
SIGNATURE_BYTES = 64
DOMAIN = b"yingbin.credential.v1\x00"
"""Put before the payload before signing, so that a signature made for another purpose is never valid here."""

_DATA_SYMBOLS = 21
_VALUE = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SHORT_SHAPE = re.compile(f"[{SYMBOLS}]{{{_DATA_SYMBOLS + 1}}}")
_TYPED_NOISE = re.compile(r"[\s\-‐-―－]+")
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_MINUTE = 60
_GENERATOR = 2
_MODULUS = 0b100101


class InvalidCredential(ValueError):
    """A text that begins like one of ours but cannot be one; ``reason`` is a stable word for counters."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep the stable reason beside the words for a technician."""
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ShortCredential:
    """An opaque 105-bit code: ``Y1``, 21 symbols, one check symbol. ``text`` is its canonical form."""

    text: str


@dataclass(frozen=True, slots=True)
class SignedCredential:
    """A code that a kiosk can judge without ever having heard of the guest.

    ``key_id`` 0-65535 names the public key, ``meeting`` and ``invitation`` are opaque 48- and 64-bit numbers,
    ``zone`` 0-255 (0 is any), ``not_before`` and ``expires`` are UTC, whole minutes.
    """

    key_id: int
    meeting: int
    invitation: int
    zone: int
    not_before: datetime
    expires: datetime
    signature: bytes = b""

    def payload(self) -> bytes:
        """Lay the fields out as 24 bytes, big-endian. Raises ValueError when a field does not fit."""
        fields = (
            (SIGNED_VERSION, 1),
            (self.key_id, 2),
            (self.meeting, 6),
            (self.invitation, 8),
            (self.zone, 1),
            (_minutes(self.not_before), 3),
            (_minutes(self.expires), 3),
        )
        try:
            return b"".join(value.to_bytes(size, "big") for value, size in fields)
        except OverflowError as problem:
            message = "a field of the signed credential is out of range"
            raise ValueError(message) from problem

    def signed_bytes(self) -> bytes:
        """Return what the Ed25519 signature covers: the domain string and the payload."""
        return DOMAIN + self.payload()

    def text(self) -> str:
        """Write the code: ``Y2`` and Base45 of payload and signature. Raises ValueError while unsigned."""
        if len(self.signature) != SIGNATURE_BYTES:
            message = "the credential is not signed"
            raise ValueError(message)
        return SIGNED_PREFIX + base45.encode(self.payload() + self.signature)


@dataclass(frozen=True, slots=True)
class ForeignCode:
    """Any other text: a code the venue imported, a web address, a business card. Never logged."""

    text: str


Credential = ShortCredential | SignedCredential | ForeignCode


def short(bits: int) -> ShortCredential:
    """Make a short code from 105 random bits. Raises ValueError when ``bits`` does not fit."""
    if not 0 <= bits < 1 << SHORT_BITS:
        message = f"a short code takes {SHORT_BITS} bits"
        raise ValueError(message)
    body = "".join(SYMBOLS[(bits >> shift) & 31] for shift in range(SHORT_BITS - 5, -1, -5))
    return ShortCredential(SHORT_PREFIX + body + check_symbol(body))


def check_symbol(body: str) -> str:
    """Return the check symbol of 21 symbols: the sum of ``a**(i+1) * symbol[i]`` over GF(32), ``a`` = 2.

    Catches every single wrong symbol and every swap of two symbols, adjacent or not.
    """
    total = 0
    weight = 1
    for symbol in body:
        weight = _times(weight, _GENERATOR)
        total ^= _times(weight, _VALUE[symbol])
    return SYMBOLS[total]


def read(text: str) -> Credential:
    """Read a scanned text. Raises InvalidCredential for a damaged code of ours; anything else is a ForeignCode."""
    if text.startswith(SIGNED_PREFIX) and len(text) <= MAX_CODE_LENGTH:
        return _read_signed(text)
    typed = text.strip().upper()
    if typed.startswith(SHORT_PREFIX) and len(text) <= MAX_CODE_LENGTH:
        body = typed.removeprefix(SHORT_PREFIX)
        if len(body) == SHORT_LENGTH - len(SHORT_PREFIX):
            return _read_short(body)
    return ForeignCode(text)


def read_typed(text: str) -> Credential:
    """Read a code typed by hand: spaces and dashes are dropped, O is 0, I and L are 1. Raises as ``read``."""
    typed = _TYPED_NOISE.sub("", text).upper()
    if typed[:2] in {SHORT_PREFIX, "YI", "YL"} and len(typed) == SHORT_LENGTH:
        return _read_short(typed[2:].translate(_MISREAD))
    return read(text.strip())


def canonical(credential: Credential) -> str:
    """Return the one text under which a code is looked up and its fields are sealed."""
    return credential.text() if isinstance(credential, SignedCredential) else credential.text


def lookup(site_key: bytes, text: str) -> str:
    """Return the keyed hash (32 hex digits) that stands for a canonical code in rosters, events and logs."""
    return hmac.new(site_key, b"lookup\x00" + text.encode(), hashlib.sha256).hexdigest()[:32]


def sealing_key(text: str) -> bytes:
    """Derive the 32-byte key that opens one guest's roster fields from that guest's own code (HKDF, RFC 5869)."""
    extracted = hmac.new(b"yingbin.roster.v1", text.encode(), hashlib.sha256).digest()
    return hmac.new(extracted, b"guest fields\x01", hashlib.sha256).digest()


def _read_short(body: str) -> ShortCredential:
    if not _SHORT_SHAPE.fullmatch(body):
        raise InvalidCredential("damaged", "a symbol is outside the code's alphabet")
    if check_symbol(body[:-1]) != body[-1]:
        raise InvalidCredential("damaged", "the check symbol does not fit")
    return ShortCredential(SHORT_PREFIX + body)


def _read_signed(text: str) -> SignedCredential:
    try:
        data = base45.decode(text.removeprefix(SIGNED_PREFIX))
    except ValueError as problem:
        raise InvalidCredential("damaged", str(problem)) from problem
    if len(data) != PAYLOAD_BYTES + SIGNATURE_BYTES:
        raise InvalidCredential("damaged", f"{len(data)} bytes where {PAYLOAD_BYTES + SIGNATURE_BYTES} belong")
    if data[0] != SIGNED_VERSION:
        raise InvalidCredential("version", f"version {data[0]} of the signed code is not known here")
    return SignedCredential(
        key_id=int.from_bytes(data[1:3], "big"),
        meeting=int.from_bytes(data[3:9], "big"),
        invitation=int.from_bytes(data[9:17], "big"),
        zone=data[17],
        not_before=_moment(int.from_bytes(data[18:21], "big")),
        expires=_moment(int.from_bytes(data[21:24], "big")),
        signature=data[PAYLOAD_BYTES:],
    )


def _minutes(moment: datetime) -> int:
    seconds = (moment - _EPOCH).total_seconds()
    if seconds < 0:
        message = f"times in a signed credential start at {_EPOCH:%Y-%m-%d}"
        raise ValueError(message)
    return int(seconds // _MINUTE)


def _moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(_EPOCH.timestamp() + minutes * _MINUTE, UTC)


def _times(left: int, right: int) -> int:
    """Multiply in GF(2^5) modulo x^5 + x^2 + 1, whose root 2 has order 31: all 21 weights differ."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        right >>= 1
        left <<= 1
        if left & 0b100000:
            left ^= _MODULUS
    return product
