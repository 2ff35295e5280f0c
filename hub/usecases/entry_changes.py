"""What one entry of a booking source changes here is worked out: which meeting it is, who leads, what becomes of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.domain import booked_meetings as booked
from hub.domain.meetings import Meeting, Room
from hub.domain.run_of_show import plan_of
from hub.domain.source_items import BadItem, Item
from hub.domain.syncing import Link, Ruling, Standing, phase_of, rule
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import MEETING_NUMBER_BITS, Acting
from hub.usecases.keep_changes import Change, Following

LONGEST = timedelta(days=31)
"""No meeting lasts longer; what does is a mistake."""

LONGEST_TITLE = 500
"""Characters that fit the messages to kiosks: one title too long would keep every roster from them."""


@dataclass(slots=True)
class Entries:
    """The entries of one part of an answer, worked out one after the other, each knowing of those before it."""

    tx: Transaction
    following: Following
    who: Acting
    rooms: Sequence[Room]
    zone: str
    _meetings: dict[str, Meeting] = field(default_factory=dict)
    _same: dict[tuple[str, str], list[Link]] = field(default_factory=dict)

    @classmethod
    def look(
        cls, tx: Transaction, following: Following, who: Acting, links: Iterable[Link], uids: Collection[str] = ()
    ) -> "Entries":
        """Look at what is known of these entries, and of those under the same uids, all at once."""
        venue = tx.meetings.venue()
        found = cls(tx, following, who, tx.meetings.rooms(), venue.zone if venue else "UTC")
        found._meetings |= tx.meetings.get([one.meeting for one in links if one.meeting])
        for link in tx.sync.same_uid(uids):
            found._note(link)
        return found

    def room_of(self, item: Item) -> str | BadItem:
        """Return the house's room of an item, or why it cannot be a meeting here, whatever its source."""
        room = self.following.reading.room(item.room, self.rooms)
        if room is None:
            return _no_room(item, self.rooms)
        if not timedelta() < item.ends_at - item.starts_at <= LONGEST:
            return _no_time(item)
        if max(len(item.title.zh), len(item.title.en)) > LONGEST_TITLE:
            return _no_title(item)
        return room

    def come(self, entry: Link, known: Link | None, room: str) -> Change | None:
        """Work out what an entry changes that a source names now; None where that is nothing."""
        if known is not None and known.gone_at is None and known.digest == entry.digest:
            if known.version != entry.version:
                self.tx.sync.save_links([replace(known, version=entry.version, seen_at=self.who.at)])
            return None
        was = self._leader(known) if known is not None and known.meeting else self._twin(entry, room)
        if was is None:
            return self._new(entry, room)
        entry = replace(entry, meeting=was.meeting, leads=self._leads(entry, was))
        self._note(entry)
        if not entry.leads:
            self.tx.sync.save_links([entry])
            return None
        if place(was) != place(entry):
            self.tx.sync.save_links([replace(was, leads=False)])
            self._note(replace(was, leads=False))
        return self._give_up(entry, was) if entry.item.state.is_off else self._follow(entry, was, room)

    def leave(self, gone: Iterable[Link]) -> list[Change]:
        """Work out what becomes of meetings that are not named any more: another entry leads, or they are off."""
        changes = []
        for link in gone:
            left = replace(link, gone_at=self.who.at, seen_at=self.who.at)
            if link.meeting and link.leads:
                changes.append(self._give_up(left, link))
            else:
                self.tx.sync.save_links([left])
        return changes

    def _give_up(self, entry: Link, was: Link) -> Change:
        """Work out what becomes of a meeting whose leading entry is gone or off: another one leads, or it is off."""
        heir = self._heir(entry)
        if heir is not None:
            self.tx.sync.save_links([replace(entry, leads=False)])
            self._note(replace(entry, leads=False))
            return self._follow(replace(heir[0], leads=True), was, heir[1])
        meeting = self._meeting(entry.meeting)
        ruling = rule(was.item, None, meeting.room, standing_of(self.tx, meeting, self.who.at))
        after = replace(meeting, cancelled=meeting.cancelled if ruling.cancel is None else ruling.cancel)
        self._meetings[meeting.id] = after
        return Change(entry, meeting, after, ruling)

    def _new(self, entry: Link, room: str) -> Change | None:
        if entry.item.state.is_off:
            self.tx.sync.save_links([entry])
            return None
        number = self.who.bits(MEETING_NUMBER_BITS) or 1
        meeting = booked.made(entry.item, room, self.following.reading, self.who.ids(), number, self.zone)
        entry = replace(entry, meeting=meeting.id)
        self._meetings[meeting.id] = meeting
        self._note(entry)
        return Change(entry, None, meeting, Ruling(words=True, place=True, cancel=False))

    def _follow(self, entry: Link, was: Link, room: str) -> Change:
        """Work out what a change at the source does to a meeting that is known; ``was`` led it until now."""
        meeting = self._meeting(entry.meeting)
        ruling = rule(was.item, entry.item, room, standing_of(self.tx, meeting, self.who.at))
        if meeting.cancelled and entry.item.has_lapsed(self.who.at):
            ruling = replace(ruling, cancel=None)  # only who confirms it, or has longer to do so, brings it back
        after = booked.changed(meeting, entry.item, room, ruling)
        self._meetings[meeting.id] = after
        was_done = was.source == entry.source and not was.item.state.is_off
        return Change(entry, meeting, after, ruling, was.item if was_done else None)

    def _twin(self, entry: Link, room: str) -> Link | None:
        """Return the entry that leads, or led, for the event that a new one names: under its uid, or in its room."""
        same = [one for one in self._same.get((entry.item.uid, entry.occurrence), ()) if one.meeting and one.leads]
        if same or len(self.following.readings) == 1:
            return same[0] if same else None
        held = self.tx.bookings.held([room], entry.item.starts_at, entry.item.ends_at)
        others = self.tx.sync.linked([one.owner for one in held]).values()
        theirs = [one for one in others if one.source != entry.source and one.gone_at is None]
        return next((one for one in theirs if booked.is_same_event(one.item, entry.item)), None)

    def _leader(self, known: Link) -> Link:
        """Return the entry that leads the meeting of one that is known, which is mostly itself."""
        return known if known.leads else self.tx.sync.link_of(known.meeting) or known

    def _leads(self, entry: Link, was: Link) -> bool:
        """Say whether an entry is the one that counts: what is gone never is, then the order of sources decides."""
        if was.gone_at is not None or place(was) == place(entry):
            return True
        if entry.item.state.is_off or was.item.state.is_off:
            return was.item.state.is_off and not entry.item.state.is_off
        return self.following.reading.rank(entry) < self.following.reading.rank(was)

    def _heir(self, link: Link) -> tuple[Link, str] | None:
        """Return the entry that leads instead of one that is gone, with its room; None where nobody else names it."""
        heirs = [
            (one, room)
            for one in self.tx.sync.copies([link.meeting])
            if place(one) != place(link)
            and one.gone_at is None
            and not one.item.state.is_off
            and (reading := self.following.readings.get(one.source))
            and (room := reading.room(one.item.room, self.rooms))
        ]
        return min(heirs, key=lambda heir: self.following.reading.rank(heir[0]), default=None)

    def _meeting(self, key: str) -> Meeting:
        found = self._meetings.get(key)
        return found if found is not None else self.tx.meetings.get([key])[key]

    def _note(self, link: Link) -> None:
        """Let what follows know of an entry."""
        key = (link.item.uid, link.occurrence)
        self._same[key] = [*(one for one in self._same.get(key, ()) if place(one) != place(link)), link]


def standing_of(tx: Transaction, meeting: Meeting, now: datetime) -> Standing:
    """Say how a meeting stands, as far as its source may still change it."""
    plan = plan_of(meeting)
    count = tx.attendance.counts([meeting.id])[meeting.id]
    return Standing(
        phase=phase_of(plan.starts_at, meeting.ends_at, now, checked_in=count.guests.arrived),
        room=meeting.room,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        cancelled=meeting.cancelled,
        released=meeting.id in tx.no_shows.given_up([meeting.id]),
    )


def place(link: Link) -> tuple[str, str, str, str]:
    """Return where an entry stands: its source, collection, key, and date of a series."""
    return link.source, link.collection, link.key, link.occurrence


def _no_room(item: Item, rooms: Sequence[Room]) -> BadItem:
    keys = [one.key for one in rooms]
    problem = Words(f"这里没有叫 {item.room!r} 的场地", f"there is no room {item.room!r}")
    remedy = Words(
        f"请在设置的 sources.rooms 里写明它是哪个场地，或把它加进会场文件；现有场地：{'、'.join(keys) or '无'}",
        "say in sources.rooms which room it is, or add it to the venue file; "
        f"the house has {', '.join(keys) or 'none'}",
    )
    return _bad(item, "room", problem, remedy)


def _no_time(item: Item) -> BadItem:
    starts, ends = f"{item.starts_at:%Y-%m-%d %H:%M}", f"{item.ends_at:%Y-%m-%d %H:%M}"
    problem = Words(f"起止时间是 {starts} 至 {ends}（UTC）", f"it would last from {starts} to {ends} UTC")
    remedy = Words(
        f"结束须晚于开始，最长 {LONGEST.days} 天",
        f"let it end after it starts, and last at most {LONGEST.days} days",
    )
    return _bad(item, "ends_at", problem, remedy)


def _no_title(item: Item) -> BadItem:
    problem = Words(f"超过 {LONGEST_TITLE} 个字符", f"has more than {LONGEST_TITLE} characters")
    remedy = Words("请缩短：它要显示在门口终端上", "shorten it: it stands on kiosks' screens")
    return _bad(item, "title", problem, remedy)


def _bad(item: Item, field_name: str, problem: Words, remedy: Words) -> BadItem:
    title = (item.title.zh or item.title.en)[:LONGEST_TITLE]
    return BadItem(field=field_name, problem=problem, remedy=remedy, occurrence=item.occurrence, title=title)
