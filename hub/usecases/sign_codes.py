"""Guests get signed codes: kiosks that have been cut off since before the invitation still let them in (DESIGN 5)."""

from dataclasses import dataclass, replace

from devices.contract.credential import InvalidCredential, SignedCredential, read
from hub.code_ports import KeyRing
from hub.domain.errors import InvalidInput
from hub.domain.guests import Invitation, InvitationStatus
from hub.domain.keys import SigningKey
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.issuing import note_issued
from hub.usecases.roll_keys import begin_key, good_keys, revoke_key, vouch_for_all

INVITATION_BITS = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """What was done: the key that signs for the meeting now, and whose codes are new (invitation ids)."""

    key_id: int
    renewed: frozenset[str]


def sign_codes(tx: Transaction, meeting: Meeting, ring: KeyRing, acting: Acting, *, new_key: bool = False) -> Signed:
    """Give every valid invitation of a meeting a code signed by the meeting's newest key.

    Those signed by any of its keys that is good keep it: after a roll-over letters that were sent stay good. With
    ``new_key`` the keys so far are withdrawn, as after a leak: every code under them is refused from now on. A code
    opens from the doors' opening to the meeting's end as they stand today. Raises InvalidInput.
    """
    vouch_for_all(tx, ring, acting)
    good = good_keys(tx, meeting.id)
    if new_key:
        for key in good:
            revoke_key(tx, key, ring, acting)
        good = []
    key = good[-1] if good else begin_key(tx, meeting, ring, acting)
    kept = {one.key_id for one in good}
    renewed = set()
    for invited in tx.guests.of_meeting(meeting.id):
        invitation = invited.invitation
        if invitation.status is not InvitationStatus.VALID or signed_by(invitation.code) in kept:
            continue
        _renew(tx, invitation, _code(meeting, key, ring, acting), acting)
        renewed.add(invitation.id)
    note_issued(tx, acting, len(renewed))
    return Signed(key.key_id, frozenset(renewed))


def revoke_and_sign(tx: Transaction, key: SigningKey, ring: KeyRing, acting: Acting) -> Signed:
    """Withdraw one key, and give everybody who has a code under it a new one, signed by a key that is good.

    Nobody else's code changes. Raises InvalidInput; NotFound where the key's meeting is gone.
    """
    meeting = tx.meetings.get([key.meeting])[key.meeting]
    vouch_for_all(tx, ring, acting)
    revoke_key(tx, key, ring, acting)
    good = good_keys(tx, meeting.id)
    now_signs = good[-1] if good else begin_key(tx, meeting, ring, acting)
    renewed = set()
    for invited in tx.guests.of_meeting(meeting.id):
        invitation = invited.invitation
        if invitation.status is InvitationStatus.VALID and signed_by(invitation.code) == key.key_id:
            _renew(tx, invitation, _code(meeting, now_signs, ring, acting), acting)
            renewed.add(invitation.id)
    note_issued(tx, acting, len(renewed))
    return Signed(now_signs.key_id, frozenset(renewed))


def revoke_by_id(tx: Transaction, key_id: int, ring: KeyRing, acting: Acting) -> Signed:
    """Withdraw the key that has leaked, as ``revoke_and_sign`` does. Raises InvalidInput where none such is good."""
    key = next((one for one in tx.keys.all() if one.key_id == key_id), None)
    if key is None:
        raise InvalidInput("key", f"there is no key {key_id}", "python -m hub keys lists them")
    if key.withdrawn:
        raise InvalidInput("key", f"key {key_id} is withdrawn already", "python -m hub keys lists them")
    return revoke_and_sign(tx, key, ring, acting)


def signed_by(code: str) -> int | None:
    """Return the id of the key that signed a code; None for a code that nobody signed."""
    try:
        credential = read(code)
    except InvalidCredential:
        return None
    return credential.key_id if isinstance(credential, SignedCredential) else None


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
