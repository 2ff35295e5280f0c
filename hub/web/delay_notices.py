"""What people in a room are told of a delay, in both languages (R135)."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.meetings import Meeting, SegmentKind
from hub.ports import Transaction
from hub.web.language import Tongue

_TALKS = frozenset({SegmentKind.TALK, SegmentKind.CASE})


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayNotice:
    """A delay of so many minutes, for a cause; it stands ``until`` then (UTC)."""

    cause: str
    minutes: int
    talk: bool
    until: datetime

    def say(self, tongue: Tongue) -> str:
        """Say it as the house's policy has it."""
        cause = tongue.say(f"agenda.cause.{self.cause}")
        which = tongue.say("agenda.delay.talk" if self.talk else "agenda.delay.part")
        return tongue.say("agenda.delay.say", cause=cause, which=which, n=self.minutes)


def standing_notice(tx: Transaction, meeting: Meeting, now: datetime) -> DelayNotice | None:
    """Return the newest notice for a meeting's guests; None where none stands, or its part has begun since."""
    told = tx.agenda_changes.notices([meeting.id], now).get(meeting.id)
    if told is None or told.until is None:
        return None
    part = next((one for one in meeting.agenda if one.key == told.part), None)
    if part is None or part.ended_at is not None or (part.started_at is not None and part.started_at >= told.at):
        return None
    until = part.starts_at if part.started_at is None else told.until
    return DelayNotice(cause=told.why, minutes=told.minutes, talk=part.kind in _TALKS, until=until)
