"""What a scanned code means at this door, now. Pure: text, roster, history and time in, a decision out."""

from dataclasses import dataclass, replace
from datetime import datetime

from devices.contract.admission import Standing, judge
from devices.contract.cards import Arrival, GuestCard, KeyCard, MeetingCard
from devices.contract.credential import (
    Credential,
    ForeignCode,
    InvalidCredential,
    SignedCredential,
    canonical,
    read,
    read_typed,
)
from devices.contract.messages import Clock, CodeKind, Method, SignedFacts, Verdict
from kiosk.signature import is_signed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One code as it was read: its kind, the canonical text it is looked up by, and what is wrong with it already."""

    kind: CodeKind
    code: str
    damaged: bool = False
    signed: SignedCredential | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What this kiosk knows that bears on the code.

    ``card`` is the guest's entry, ``meeting`` the one it (or a signed code) names, ``key`` the public key a signed
    code names, ``arrived`` when and where this guest came in already.
    """

    card: GuestCard | None = None
    meeting: MeetingCard | None = None
    key: KeyCard | None = None
    arrived: Arrival | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The kiosk's own answer, and what it rests on."""

    verdict: Verdict
    kind: CodeKind
    card: GuestCard | None = None
    meeting: MeetingCard | None = None
    signed: SignedFacts | None = None


def scan(text: str, method: Method = Method.QR) -> Scanned:
    """Tell what kind of code a text is; never raises."""
    try:
        credential = read_typed(text) if method is Method.TYPED else read(text)
    except InvalidCredential:
        kind = CodeKind.SIGNED if text.startswith("Y2") else CodeKind.SHORT
        return Scanned(kind=kind, code=text.strip(), damaged=True)
    return Scanned(
        kind=_kind_of(credential),
        code=canonical(credential),
        signed=credential if isinstance(credential, SignedCredential) else None,
    )


def decide(scanned: Scanned, known: Known, at: datetime, clock: Clock) -> Decision:
    """Judge one code. The guest's own entry decides; a signed code without one is judged by its signature."""
    if known.card is not None:
        return _decide_by_entry(scanned, known, known.card, at, clock)
    if scanned.signed is not None:
        return _decide_by_signature(scanned, known, scanned.signed, at, clock)
    if scanned.damaged:
        return Decision(verdict=Verdict.DAMAGED, kind=scanned.kind)
    foreign = scanned.kind is CodeKind.FOREIGN
    return Decision(verdict=Verdict.FOREIGN if foreign else Verdict.UNKNOWN, kind=scanned.kind)


def _decide_by_entry(scanned: Scanned, known: Known, card: GuestCard, at: datetime, clock: Clock) -> Decision:
    arrived = card.arrived or known.arrived
    shown = replace(card, arrived=arrived)
    if known.meeting is None:
        return Decision(verdict=Verdict.UNKNOWN, kind=scanned.kind, card=shown)
    standing = Standing(
        status=card.status,
        cancelled=known.meeting.cancelled,
        doors_at=known.meeting.doors_at,
        ends_at=known.meeting.ends_at,
    )
    verdict = judge(standing, at, clock)
    if verdict is Verdict.WELCOME and arrived is not None:
        verdict = Verdict.ALREADY_IN
    return Decision(verdict=verdict, kind=scanned.kind, card=shown, meeting=known.meeting)


def _decide_by_signature(
    scanned: Scanned, known: Known, signed: SignedCredential, at: datetime, clock: Clock
) -> Decision:
    facts = SignedFacts(key_id=signed.key_id, meeting=f"{signed.meeting:x}", invitation=f"{signed.invitation:x}")
    verdict = _signed_verdict(known, signed, at, clock)
    return Decision(verdict=verdict, kind=scanned.kind, meeting=known.meeting, signed=facts)


def _signed_verdict(known: Known, signed: SignedCredential, at: datetime, clock: Clock) -> Verdict:
    if known.key is None or known.meeting is None or known.meeting.key != known.key.meeting:
        return Verdict.UNKNOWN
    if known.key.withdrawn:
        return Verdict.REVOKED
    if not is_signed_by(signed, known.key.public_key):
        return Verdict.BAD_SIGNATURE
    if clock is Clock.SYNCED and at < signed.not_before:
        return Verdict.TOO_EARLY
    if clock is Clock.SYNCED and at > signed.expires:
        return Verdict.EXPIRED
    standing = Standing(
        status="valid",
        cancelled=known.meeting.cancelled,
        doors_at=known.meeting.doors_at,
        ends_at=known.meeting.ends_at,
    )
    verdict = judge(standing, at, clock)
    return Verdict.ALREADY_IN if verdict is Verdict.WELCOME and known.arrived else verdict


def _kind_of(credential: Credential) -> CodeKind:
    if isinstance(credential, ForeignCode):
        return CodeKind.FOREIGN
    return CodeKind.SIGNED if isinstance(credential, SignedCredential) else CodeKind.SHORT
