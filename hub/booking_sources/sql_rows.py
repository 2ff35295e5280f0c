"""One row of a database as a ``Resource``: its meeting, and what of it cannot be read. Nothing here connects."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hub.booking_sources import mapping as maps
from hub.booking_sources.sql_guests import guest_of
from hub.booking_sources.sql_values import BadValue, instant, shown, text, truth, whole, word, zone_of
from hub.domain.bookings import BookingState, Headcount
from hub.domain.meetings import SetUpStyle
from hub.domain.source_items import BadItem, Item, ItemGuest, Resource
from hub.domain.words import Words

Row = Mapping[str, Any]
T = TypeVar("T")

LONGEST_TEXT = 200
"""Characters of a title, a room's name or a client's: what is longer is cut, and said to be."""

_RAW = ("key", "room", "starts_at", "ends_at", "state")


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one source. ``zone`` is that of times which name none."""

    source: str
    mapping: maps.Mapping
    zone: ZoneInfo

    def resource(self, row: Row, guests: Sequence[Row] | None, twin: str = "") -> Resource:
        """Return what a row says. ``guests`` is None where no list is kept; ``twin``: the first row of its uid."""
        reading = _Reading(self, row)
        item = reading.item(guests, twin)
        return Resource(
            key=str(row["key"]),
            version=version(row, guests, self.mapping.own_fields()),
            items=(item,) if item else (),
            bad=tuple(reading.bad),
        )


def version(row: Row, guests: Sequence[Row] | None, own: Collection[str]) -> str:
    """Return a hash of the booking's own row, and one of all that is read with it: other tables, guests."""
    itself = {name: value for name, value in row.items() if name in own}
    return f"{_hash(itself)}-{_hash([dict(row), [dict(one) for one in guests or ()]])}"


def is_same_row(one: str, other: str) -> bool:
    """Say whether two versions are of the same row, whatever has changed beside it."""
    return one.partition("-")[0] == other.partition("-")[0]


def _hash(said: object) -> str:
    text_of = json.dumps(said, default=str, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text_of.encode()).hexdigest()[:16]


class _Reading:
    """One row, field by field. What is wrong is collected; the meeting stands if its room, times and state do."""

    def __init__(self, reader: RowReader, row: Row) -> None:
        self.bad: list[BadItem] = []
        self._reader, self._row = reader, row
        self._given = reader.mapping.bookings

    def item(self, guests: Sequence[Row] | None, twin: str) -> Item | None:
        """Return the meeting, None where it cannot be used."""
        zone = self._try("zone", lambda: zone_of(self._row.get("zone"), self._reader.zone))
        starts_at = self._try("starts_at", lambda: self._instant("starts_at", zone)) if zone else None
        ends_at = self._try("ends_at", lambda: self._instant("ends_at", zone)) if zone else None
        state = self._try("state", self._state)
        room = self._text("room")
        paid = self._try("paid", lambda: truth(self._row.get("paid")))
        if not room:
            self._wrong(
                "room", Words("没有写场地", "no room is named"), Words("请给预订填上场地", "give the booking a room")
            )
        if starts_at and ends_at and ends_at <= starts_at:
            at = f"{ends_at:%Y-%m-%d %H:%M}"
            problem = Words(f"{at}（UTC）结束，不晚于开始", f"it would end at {at} UTC, before it starts")
            self._wrong("ends_at", problem, Words("请改正起止时间", "correct the times"))
        for number, rule in enumerate(self._reader.mapping.unusable):
            if text(self._row.get(f"unusable{number}")) == rule.equals:
                problem = Words(rule.because_zh or rule.because, rule.because)
                remedy = Words("请改在别处登记，或修改对照文件", "enter it elsewhere, or change the mapping")
                self._wrong(rule.column, problem, remedy)
        if self.bad or not (zone and starts_at and ends_at and state):
            return None
        if twin and twin != str(self._row["key"]):
            uid = shown(self._row["uid"])
            problem = Words(
                f"{uid} 也是预订 {twin} 的 uid，两条里只用一条",
                f"{uid} is the uid of booking {twin} too, so one of the two is not followed",
            )
            self._wrong("uid", problem, Words("请给每条各自的 uid", "give each its own"))
        client = self._text("client")
        key = str(self._row["key"])
        title = Words(self._text("title_zh"), self._text("title_en"))
        return Item(
            uid=self._text("uid") or f"{key}@{self._reader.source}",
            occurrence=self._occurrence(),
            booking=self._text("booking") or key,
            title=title if title.zh or title.en else Words(client or key, ""),
            room=room,
            starts_at=starts_at,
            ends_at=ends_at,
            state=state,
            client=client,
            headcount=Headcount(
                least=self._number("least"), most=self._number("most"), guaranteed=self._number("guaranteed")
            ),
            style=self._try("style", self._style),
            paid=bool(paid),
            reply_by=self._try("reply_by", lambda: self._instant("reply_by", zone)) if self._has("reply_by") else None,
            made_at=self._try("made_at", lambda: self._instant("made_at", zone)) if self._has("made_at") else None,
            guests=None if guests is None else self._guests(guests),
        )

    def _guests(self, rows: Sequence[Row]) -> tuple[ItemGuest, ...]:
        """Return the guests that can be read; of the others the key is named, never the name."""
        found = []
        for row in rows:
            guest = self._try("guests", lambda row=row: _guest(row))  # type: ignore[misc] # mypy#12682
            found += [guest] if guest else []
        return tuple(found)

    def _instant(self, field: str, zone: ZoneInfo) -> Any:  # noqa: ANN401 - a datetime
        return instant(self._row.get(field), self._given.times, zone)

    def _state(self) -> BookingState:
        states, value = self._reader.mapping.states, self._row.get("state")
        if not states.column:
            return BookingState.DEFINITE
        said = text(value)
        if states.bits:
            number = whole(value)
            set_bits = [one.means for one in states.bits if number is not None and number & one.bit]
            found = set_bits[0] if set_bits else None
        elif states.words:
            found = next((one.means for one in states.words if one.said.casefold() == said.casefold()), None)
        else:
            return word(value, BookingState) or states.otherwise or _no_state(said)
        return found or states.otherwise or _no_state(said)

    def _style(self) -> SetUpStyle | None:
        said = text(self._row.get("style")).casefold()
        ours = next((one.means for one in self._reader.mapping.styles if one.said.casefold() == said), None)
        return ours or word(said, SetUpStyle)

    def _number(self, field: str) -> int | None:
        return self._try(field, lambda: whole(self._row.get(field)))

    def _text(self, field: str) -> str:
        """Return a text; one that is too long is cut, and said to be."""
        said = text(self._row.get(field))
        if len(said) <= LONGEST_TEXT:
            return said
        problem = Words(
            f"超过 {LONGEST_TEXT} 个字符，已截短：{shown(said)}",
            f"has more than {LONGEST_TEXT} characters, and was cut: {shown(said)}",
        )
        self._wrong(field, problem, Words("请缩短", "shorten it"))
        return said[:LONGEST_TEXT]

    def _has(self, field: str) -> bool:
        return bool(text(self._row.get(field)))

    def _occurrence(self) -> str:
        return text(self._row.get("occurrence"))[:LONGEST_TEXT]

    def _try(self, field: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BadValue as problem:
            self._wrong(field, problem.problem, problem.remedy)
            return None

    def _wrong(self, field: str, problem: Words, remedy: Words) -> None:
        title = text(self._row.get("title_zh")) or text(self._row.get("title_en"))
        raw = ", ".join(f"{name}={text(self._row.get(name))[:LONGEST_TEXT]}" for name in _RAW if name in self._row)
        self.bad.append(
            BadItem(
                field=field,
                problem=problem,
                remedy=remedy,
                occurrence=self._occurrence(),
                title=title[:LONGEST_TEXT],
                raw=raw[:LONGEST_TEXT],
            )
        )


def _guest(row: Row) -> ItemGuest:
    try:
        return guest_of(row)
    except BadValue as wrong:
        key, problem = shown(row["key"]), wrong.problem
        raise BadValue(Words(f"来宾 {key}：{problem.zh}", f"guest {key}: {problem.en}"), wrong.remedy) from None


def _no_state(said: str) -> BookingState:
    raise BadValue(
        Words(f"没有说明 {shown(said)} 的含义", f"nothing says what {shown(said)} means"),
        Words("请写进对照文件的 [states]", "name it in the mapping's [states]"),
    )
