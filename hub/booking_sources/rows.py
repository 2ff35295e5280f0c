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

_EMPTY = Words("没有填写", "is empty")
_AS_MOMENT = Words("请写成 2026-12-30 14:05", "write it as 2026-12-30 14:05")


class Row(LineReader[Column]):
    """Reads one booked meeting; the name of its source keeps its uid apart from others'."""

    def __init__(self, line: Line, head: Header[Column], zone: ZoneInfo, source: str) -> None:
        """Keep the line; nothing is read yet."""
        super().__init__(line, head, LONGEST, frozenset())
        self._zone, self._source = zone, source
        self._bad: list[tuple[str, BadCell]] = []

    def resource(self) -> Resource:
        """Return the row: a meeting, or the first thing that is wrong with it."""
        self.check_width()
        key, title = self.text(Column.ID), self._title()
        item = self._item(key, title) if key else None
        if not key:
            remedy = Words("请给每行一个排序后也不变的编号", "give each line an id that stays when the list is sorted")
            self._refuse(Column.ID, _EMPTY, remedy)
        version = hashlib.sha256("\t".join(self.line.cells).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        name = key or f"line {self.line.number}"
        if item is not None and self.good:
            return Resource(key=name, version=version, items=(item,))
        field, wrong = self._bad[0]
        bad = BadItem(
            field=field,
            problem=wrong.problem,
            remedy=wrong.remedy,
            title=title.zh or title.en,
            raw=shown(str(self.line.cells)),
        )
        return Resource(key=name, version=version, bad=(bad,))

    def refuse(self, field: str, bad: BadCell) -> None:
        """Note what a cell, or the line, is refused for, in both languages."""
        super().refuse(field, bad)
        self._bad.append((field, bad))

    def _refuse(self, column: Column, problem: Words, remedy: Words) -> None:
        self.refuse(self._header.label(column), BadCell(problem, remedy))

    def _item(self, key: str, title: Words) -> Item | None:
        room = self.text(Column.ROOM)
        if not room:
            self._refuse(Column.ROOM, _EMPTY, Words("请写明场地", "name the room"))
        starts = self.read_as(Column.START, self._moment, None)
        day = f"{starts.astimezone(self._zone):%Y-%m-%d} " if starts else ""
        ends = self.read_as(Column.END, lambda text: self._moment(day + text if _TIME.fullmatch(text) else text), None)
        for column, at in ((Column.START, starts), (Column.END, ends)):
            if at is None and self.good:
                self._refuse(column, _EMPTY, _AS_MOMENT)
        if starts and ends and ends <= starts:
            problem = Words("不晚于开始时间", "lies before the start, or at it")
            self._refuse(Column.END, problem, Words("结束须晚于开始", "let it end after it starts"))
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
            problem = Words(f"{shown(text)} 不是日期和时间", f"{shown(text)} is no date and time")
            raise BadCell(problem, _AS_MOMENT) from None
