"""Somebody without an invitation stands at a kiosk: a person is called, or they become a guest of an open meeting."""

import hashlib

from devices.contract.messages import RequestAnswer
from hub.domain.guests import Guest, Invitation
from hub.domain.masks import digits_of
from hub.domain.meetings import Meeting
from hub.domain.name_search import fold
from hub.domain.salutations import has_han, salutation
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.words import Language
from hub.usecases.acting import Acting
from hub.usecases.asking import Asking, WalkIns, refusal
from hub.usecases.call_staff import call
from hub.usecases.identify_guest import open_again

_SOURCE = "walk-in"


def serve_walk_in(asking: Asking) -> RequestAnswer:
    """Do with a walk-in what the house's policy says."""
    policy = asking.service.walk_ins
    if policy is WalkIns.OFF:
        return asking.refused("no_walk_ins")
    if asking.too_often():
        return refusal(asking.request, "too_many_questions")
    return _register(asking) if policy is WalkIns.REGISTER else _call(asking)


def _call(asking: Asking) -> RequestAnswer:
    request = asking.request
    facts = asking.facts(None) | {"name": request.text.strip(), "phone": request.phone.strip()}
    subject = f"{asking.device}:{_key(request.text, request.phone)}"
    task = raise_task(TaskKind.WALK_IN, subject, task_id=asking.service.ids(), at=asking.now, facts=facts)
    return asking.called(call(asking.tx, task))


def _register(asking: Asking) -> RequestAnswer:
    """Take them in: who gave the same name and number before is the same guest."""
    tx, request = asking.tx, asking.request
    name = " ".join(request.text.split())
    if not name:
        return asking.refused("no_name")
    meeting = _meeting(asking)
    if meeting is None:
        return asking.refused("not_here")
    tx.meetings.lock([meeting.id])
    known = _known(asking, meeting, name)
    if known is None and not _room_left(asking, meeting):
        return asking.refused("no_walk_ins")
    invitation = known or _invite(asking, meeting, name)
    asked = asking.asked(invitation=invitation)
    tx.requests.add(asked)
    return open_again(tx, asked, asking.now)


def _meeting(asking: Asking) -> Meeting | None:
    """Return the open meeting that was named, or the only open one."""
    around = asking.tx.meetings.between(asking.now, asking.now)
    here = [one for one in around if one.doors_at <= asking.now <= one.ends_at and not one.cancelled]
    if asking.request.meeting:
        return next((one for one in here if one.id == asking.request.meeting), None)
    return here[0] if len(here) == 1 else None


def _known(asking: Asking, meeting: Meeting, name: str) -> str | None:
    """Return the invitation of who walked in before, or is on the list with this very name and number."""
    key, digits = _source_key(asking), digits_of(asking.request.phone)
    found = asking.tx.names.called(meeting.id, name, key)
    invited = asking.tx.guests.by_invitation([one.invitation for one in found])
    for one in found:
        walked_in = invited[one.invitation].invitation.source_key == key
        if walked_in or (digits and digits_of(one.phone) == digits):
            return one.invitation
    return None


def _room_left(asking: Asking, meeting: Meeting) -> bool:
    """Say whether a seat is left over when all who are invited have come; where none are numbered there is."""
    left = asking.tx.seats.ordinary_left(meeting.id)
    return left is None or left > asking.tx.leases.expected(meeting.id)


def _invite(asking: Asking, meeting: Meeting, name: str) -> str:
    service, tx = asking.service, asking.tx
    acting = Acting(actor=asking.device, at=asking.now, ids=service.ids, bits=service.bits, site_key=service.site_key)
    code = acting.new_code()
    guest = Guest(
        id=acting.ids(),
        name=name,
        salutation=salutation(name),
        language=Language.ZH if has_han(name) else Language.EN,
        phone=asking.request.phone.strip(),
    )
    invitation = Invitation(
        id=acting.ids(),
        meeting=meeting.id,
        guest=guest.id,
        code=code.text,
        lookup=code.lookup,
        source_key=_source_key(asking),
    )
    tx.guests.add(guest, invitation)
    tx.records.audit(asking.device, "walk_in.register", invitation.id, asking.now)
    tx.feed.touch([("guest", code.lookup), ("arrivals", meeting.id)])
    return invitation.id


def _source_key(asking: Asking) -> str:
    return f"{_SOURCE}:{_key(asking.request.text, asking.request.phone)}"


def _key(name: str, phone: str) -> str:
    """Return what is the same for the same name and number, however they are written."""
    same = f"{' '.join(fold(name).split())}|{digits_of(phone)}"
    return hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()[:24]
