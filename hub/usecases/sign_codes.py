"""Guests get signed codes: kiosks that have been cut off since before the invitation still let them in (DESIGN 5)."""

from dataclasses import dataclass, replace

from devices.contract.credential import InvalidCredential, SignedCredential, read
from hub.domain.errors import InvalidInput
from hub.domain.guests import Invitation, InvitationStatus
from hub.domain.keys import SigningKey
from hub.domain.meetings import Meeting
from hub.ports import KeyRing, Transaction
from hub.usecases.acting import Acting

INVITATION_BITS = 64
HIGHEST_KEY = 65_535


@dataclass(frozen=True, slots=True)
class Signed:
    """What was done: the key that signs for the meeting now, and whose codes are new (invitation ids)."""

    key_id: int
    renewed: frozenset[str]


def sign_codes(tx: Transaction, meeting: Meeting, ring: KeyRing, acting: Acting, *, new_key: bool = False) -> Signed:
    """Give every valid invitation of a meeting a code signed by the meeting's key; those that have one keep it.

    With ``new_key`` the keys so far are withdrawn, as after a leak: every code under them is refused from now on.
    A code opens from the doors' opening to the meeting's end as they stand today. Raises InvalidInput.
    """
    key = _key(tx, meeting, ring, acting, new_key=new_key)
    renewed = set()
    for invited in tx.guests.of_meeting(meeting.id):
        invitation = invited.invitation
        if invitation.status is not InvitationStatus.VALID or _signed_by(invitation.code) == key.key_id:
            continue
        _renew(tx, invitation, _code(meeting, key, ring, acting), acting)
        renewed.add(invitation.id)
    return Signed(key.key_id, frozenset(renewed))


def _key(tx: Transaction, meeting: Meeting, ring: KeyRing, acting: Acting, *, new_key: bool) -> SigningKey:
    known = tx.keys.all()
    good = [key for key in known if key.meeting == meeting.id and not key.withdrawn]
    if good and not new_key:
        return good[-1]
    for key in good:
        _save(tx, replace(key, withdrawn=True), "key.withdrawn", acting)
    key_id = 1 + max((key.key_id for key in known), default=0)
    if key_id > HIGHEST_KEY:
        raise InvalidInput("key", f"there are {HIGHEST_KEY} keys already", "begin a new database")
    made = SigningKey(key_id=key_id, meeting=meeting.id, public_key=ring.make(key_id))
    _save(tx, made, "key.made", acting)
    return made


def _save(tx: Transaction, key: SigningKey, action: str, acting: Acting) -> None:
    tx.keys.save(key)
    tx.records.audit(acting.actor, action, str(key.key_id), acting.at)
    tx.feed.touch([("key", str(key.key_id))])


def _code(meeting: Meeting, key: SigningKey, ring: KeyRing, acting: Acting) -> str:
    plain = SignedCredential(
        key_id=key.key_id,
        meeting=meeting.number,
        invitation=acting.bits(INVITATION_BITS),
        zone=0,
        not_before=meeting.doors_at,
        expires=meeting.ends_at,
    )
    return replace(plain, signature=ring.sign(key.key_id, plain.signed_bytes())).text()


def _renew(tx: Transaction, invitation: Invitation, text: str, acting: Acting) -> None:
    code = acting.known_code(text)
    tx.guests.replace_code(invitation.id, code.text, code.lookup, acting.at)
    tx.records.audit(acting.actor, "code.replaced", invitation.id, acting.at)
    tx.feed.touch([*invitation.entries(), ("guest", code.lookup)])


def _signed_by(code: str) -> int | None:
    try:
        credential = read(code)
    except InvalidCredential:
        return None
    return credential.key_id if isinstance(credential, SignedCredential) else None
