"""Messages to guests as staff read them: to whom, about what, how it stands, and whom to call instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from devices.texts import clock_time, day
from hub.domain.guest_messages import GuestMessage, MessageKind, Standing
from hub.domain.guests import Invited
from hub.domain.meetings import Meeting
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.send_messages import TELEPHONE
from hub.web.language import Tongue

SHOWN = 100
"""Messages of each standing on the page: the newest."""

LISTED = (Standing.CALL, Standing.WAITING, Standing.SENT)


@dataclass(frozen=True, slots=True)
class Post:
    """Messages by how they stand, newest first, with their guests and meetings; ``counts`` are of all there are."""

    messages: Mapping[Standing, Sequence[GuestMessage]]
    counts: Mapping[Standing, int]
    invited: Mapping[str, Invited]
    meetings: Mapping[str, Meeting]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message. ``gist`` is what it tells the guest, ``why`` how it stands, ``said`` the mail server's own words."""

    message: GuestMessage
    invited: Invited
    meeting: Meeting
    gist: Sequence[str]
    why: str
    said: str


def read_post(tx: Transaction) -> Post:
    """Read what the page shows."""
    messages = {standing: tx.guest_messages.standing(standing, SHOWN) for standing in LISTED}
    invited = tx.guests.by_invitation({one.invitation for some in messages.values() for one in some})
    meetings = tx.meetings.get({one.invitation.meeting for one in invited.values()})
    return Post(messages=messages, counts=tx.guest_messages.counts(), invited=invited, meetings=meetings)


def lines(post: Post, standing: Standing, tongue: Tongue) -> list[MessageLine]:
    """Return the messages that stand so, put into words."""
    found = []
    for message in post.messages[standing]:
        invited = post.invited[message.invitation]
        meeting = post.meetings[invited.invitation.meeting]
        why, said = _why(message, tongue)
        gist = [part for part in _gist(message, meeting, tongue) if part]
        found.append(MessageLine(message=message, invited=invited, meeting=meeting, gist=gist, why=why, said=said))
    return found


def _why(message: GuestMessage, tongue: Tongue) -> tuple[str, str]:
    if message.sent_at is not None:
        key = "messages.by_telephone" if message.channel == TELEPHONE else "messages.by_mail"
        return tongue.say(key), ""
    reason, _, said = message.problem.partition(": ")
    return (tongue.say(f"messages.reason.{reason}"), said) if reason else (tongue.say("messages.soon"), "")


def _gist(message: GuestMessage, meeting: Meeting, tongue: Tongue) -> Sequence[str]:
    """Say in short what the message tells: whoever calls must know it."""
    facts, zone = message.facts, ZoneInfo(meeting.zone)
    if message.kind is MessageKind.REMINDER:
        return (_moment(meeting.starts_at, zone, tongue),)
    if message.kind is MessageKind.CHANGED:
        return _changes(facts, zone, tongue)
    if message.kind is MessageKind.PICK_UP:
        at = _fact(facts, "at", zone, tongue)
        return (at, _fact(facts, "place", zone, tongue), facts.get("greeter", ""), facts.get("greeter_phone", ""))
    if message.kind is MessageKind.TO_BE_CONFIRMED:
        return (facts.get("question", ""), _fact(facts, "until", zone, tongue))
    return (_fact(facts, "what", zone, tongue), tongue.say_or(f"messages.state.{facts.get('state', '')}", ""))


def _changes(facts: Mapping[str, str], zone: ZoneInfo, tongue: Tongue) -> list[str]:
    if facts.get("new_cancelled") == "yes":
        return [tongue.say("messages.cancelled")]
    said = [tongue.say("messages.resumed")] if facts.get("new_cancelled") == "no" else []
    for name in ("starts_at", "doors_at", "room"):
        old, new = (_fact(facts, f"{age}_{name}", zone, tongue) for age in ("old", "new"))
        if new:
            said.append(tongue.say(f"messages.change.{name}", old=old, new=new))
    return said


def _fact(facts: Mapping[str, str], name: str, zone: ZoneInfo, tongue: Tongue) -> str:
    """Return a fact as it is read: an instant on the meeting's clock, or a text in the page's language."""
    plain = facts.get(name)
    if plain is None:
        return tongue.read(Words(facts.get(f"{name}_zh", ""), facts.get(f"{name}_en", "")))
    try:
        at = datetime.fromisoformat(plain)
    except ValueError:
        return plain
    return _moment(at, zone, tongue) if at.tzinfo else plain


def _moment(at: datetime, zone: ZoneInfo, tongue: Tongue) -> str:
    return f"{day(at, zone, tongue.language)} {clock_time(at, zone)}"
