"""One row of a list of bookings to a booked meeting, or to what is wrong with it."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.booking_sources.columns import LONGEST, Column, headcount, number, state, style
from hub.booking_sources.event_words import UNTITLED
from hub.domain.bookings import NOT_COUNTED, BookingState
from hub.domain.local_time import BadMoment, in_utc
from hub.domain.salutations import has_han
from hub.domain.source_items import BadItem, Item, Resource
from hub.domain.words import Words
from hub.guest_lists import words
from hub.guest_lists.cells import BadCell, shown
from hub.guest_lists.columns import Header
from hub.guest_lists.reading import LineReader
from hub.guest_lists.tables import Line

_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]+(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
_TIME = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")


class Row(LineReader[Column]):
    """Reads one booked meeting; the name of its source keeps its uid apart from others'."""

    def __init__(self, line: Line, head: Header[Column], zone: ZoneInfo, source: str) -> None:
        """Keep the line; nothing is read yet."""
        super().__init__(line, head, LONGEST, frozenset())
        self._zone, self._source = zone, source

    def resource(self) -> Resource:
        """Return the row: a meeting, or the first thing that is wrong with it."""
        self.check_width()
        key, title = self.text(Column.ID), self._title()
        item = self._item(key, title) if key else None
        if not key:
            self.wrong(Column.ID, "is empty", "give each line an id that stays when the list is sorted")
        version = hashlib.sha256("\t".join(self.line.cells).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        name = key or f"line {self.line.number}"
        if item is not None and self.good:
            return Resource(key=name, version=version, items=(item,))
        wrong = next(one for one in self.findings if not one.warning)
        bad = BadItem(
            field=wrong.field,
            problem=wrong.problem,
            remedy=wrong.remedy,
            title=title.zh or title.en,
            raw=shown(str(self.line.cells)),
        )
        return Resource(key=name, version=version, bad=(bad,))

    def _item(self, key: str, title: Words) -> Item | None:
        room = self.text(Column.ROOM)
        if not room:
            self.wrong(Column.ROOM, "is empty", "name the room")
        starts = self.read_as(Column.START, self._moment, None)
        day = f"{starts.astimezone(self._zone):%Y-%m-%d} " if starts else ""
        ends = self.read_as(Column.END, lambda text: self._moment(day + text if _TIME.fullmatch(text) else text), None)
        for column, at in ((Column.START, starts), (Column.END, ends)):
            if at is None and self.good:
                self.wrong(column, "is empty", "write it as 2026-12-30 14:05")
        if starts and ends and ends <= starts:
            self.wrong(Column.END, "lies before the start, or at it", "let it end after it starts")
        counts = self.read_as(Column.GUESTS, headcount, NOT_COUNTED)
        guaranteed = self.read_as(Column.GUARANTEED, number, None)
        if starts is None or ends is None:
            return None
        return Item(
            uid=f"{self._source}/{key}",
            booking=self.text(Column.BOOKING) or key,
            title=title,
            room=room,
            starts_at=starts,
            ends_at=ends,
            state=self.read_as(Column.STATE, state, BookingState.DEFINITE),
            client=self.text(Column.CLIENT),
            headcount=replace(counts, guaranteed=guaranteed),
            style=self.read_as(Column.STYLE, style, None),
            paid=self.read_as(Column.PAID, words.yes_or_no, False),  # noqa: FBT003 - the value of an empty cell
            reply_by=self.read_as(Column.REPLY_BY, self._moment, None),
            made_at=self.read_as(Column.MADE_AT, self._moment, None),
        )

    def _title(self) -> Words:
        said, en = self.text(Column.TITLE), self.text(Column.TITLE_EN)
        if not said and not en:
            return UNTITLED
        return Words(said, en) if en or has_han(said) else Words("", said)

    def _moment(self, text: str) -> datetime:
        """Read a local time; also as Excel writes dates into a CSV, 2026/12/30 14:05. Raises BadCell."""
        found = _MOMENT.fullmatch(text)
        try:
            local = datetime.strptime("-".join(found.groups()) if found else "", "%Y-%m-%d-%H-%M")  # noqa: DTZ007 - local on purpose
            return in_utc(local, self._zone)
        except BadMoment as bad:
            raise BadCell(bad.problem, bad.remedy) from bad
        except ValueError:
            raise BadCell(f"{shown(text)} is no date and time", "write it as 2026-12-30 14:05") from None
