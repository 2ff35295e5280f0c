"""Lists of pick-ups: who is met where and when, in the same kinds of file as guest lists (R86)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from hub.domain.errors import InvalidInput
from hub.domain.local_time import BadMoment, in_utc
from hub.domain.transfers import PlaceKind
from hub.domain.words import Words
from hub.guest_lists import columns, words
from hub.guest_lists.cells import BadCell, shown
from hub.guest_lists.columns import HEADERS, Header, by_header, plain, read_header
from hub.guest_lists.reading import LINES_BEFORE_HEADER, LineReader, seek_header, unused
from hub.guest_lists.tables import Line, lines
from hub.usecases.findings import Finding
from hub.usecases.transfer_rows import TransferRow

MOST_ROWS = 10_000


class Column(StrEnum):
    """What a list may say of a pick-up. The value is the header we write ourselves."""

    ID = "id"
    NAME = "name"
    COMPANY = "company"
    ETA = "eta"
    KIND = "kind"
    PLACE = "place"
    PLACE_EN = "place en"
    NOTE = "flight"
    GREETER = "greeter"
    GREETER_PHONE = "greeter phone"
    CANCELLED = "cancelled"


TRANSFER_HEADERS: dict[Column, str] = {
    Column.ID: HEADERS[columns.Column.ID],
    Column.NAME: HEADERS[columns.Column.NAME],
    Column.COMPANY: HEADERS[columns.Column.COMPANY],
    Column.ETA: "到达时间 抵达时间 到達時間 预计到达 预计到达时间 预计抵达 预计抵达时间 "
    "eta arrival arrivaltime arrives",
    Column.KIND: "类型 類型 地点类型 接站类型 接送类型 kind type kindofplace",
    Column.PLACE: "地点 地點 接站地点 接机地点 接送地点 迎接地点 会合地点 place pickupplace meetingpoint location",
    Column.PLACE_EN: "英文地点 地点英文 placeen placeenglish placeinenglish",
    Column.NOTE: "航班 航班号 車次 车次 航班车次 航班号车次 备注 備註 "
    "flight flightnumber train flightortrain note notes",
    Column.GREETER: "接待人员 接待人員 接待人 接站人 接机人 迎接人 greeter metby",
    Column.GREETER_PHONE: "接待人员电话 接待人電話 接待人电话 接站人电话 接机人电话 迎接人电话 接待电话 greeterphone "
    "greetertelephone greetermobile",
    Column.CANCELLED: "取消 已取消 cancelled canceled",
}
_COLUMN_OF = by_header(TRANSFER_HEADERS)
_LONGEST: Mapping[Column, int] = {
    Column.ID: 100,
    Column.NAME: 80,
    Column.COMPANY: 120,
    Column.ETA: 40,
    Column.KIND: 20,
    Column.PLACE: 80,
    Column.PLACE_EN: 80,
    Column.NOTE: 80,
    Column.GREETER: 40,
    Column.GREETER_PHONE: 40,
    Column.CANCELLED: 20,
}
_GIVES = {
    Column.KIND: "kind",
    Column.NOTE: "note",
    Column.GREETER: "greeter",
    Column.GREETER_PHONE: "greeter_phone",
}
_PHONES = frozenset({Column.GREETER_PHONE})
_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2})[:：](\d{2})(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class TransferList:
    """What a list says: its usable rows, all that is wrong with the others, and how many rows there are."""

    rows: tuple[TransferRow, ...]
    findings: tuple[Finding, ...]
    total: int
    labels: dict[str, str]


def names_transfers(cells: Sequence[str]) -> bool:
    """Say whether a row is the header of a list of pick-ups: it says when guests arrive, which no guest list does."""
    return any(_COLUMN_OF.get(plain(cell)) is Column.ETA for cell in cells)


def is_transfers(data: bytes) -> bool:
    """Say whether a file lists pick-ups. Raises InvalidInput when it cannot be read."""
    return any(names_transfers(line.cells) for line in islice(lines(data), LINES_BEFORE_HEADER))


def read_transfers(data: bytes, zone: ZoneInfo) -> TransferList:
    """Read a list whose times are local ones of ``zone``. Raises InvalidInput when the file as a whole is unusable."""
    line, rest = seek_header(lines(data), names_transfers)
    head = read_header(line.cells, _COLUMN_OF)
    for needed in ((Column.ID, Column.NAME), (Column.ETA,), (Column.PLACE, Column.PLACE_EN)):
        if not head.at.keys() & set(needed):
            wanted = " or ".join(f"{TRANSFER_HEADERS[one].split()[0]} ({one.value})" for one in needed)
            raise InvalidInput("columns", f"there is no column {wanted}", "add it; a list of pick-ups needs it")
    findings = [unused(name) for name in head.unused]
    rows, total = [], 0
    for total, found in enumerate(rest, start=1):
        if total > MOST_ROWS:
            raise InvalidInput("file", f"has more than {MOST_ROWS:,} rows", "split the list")
        reader = _RowReader(found, head, zone)
        rows += list(reader.read())
        findings += reader.findings
    if not total:
        raise InvalidInput("file", "has a header and no pick-ups", "add a row for each guest who is met")
    labels = {column.value: head.label(column) for column in Column}
    return TransferList(tuple(rows), tuple(findings), total, labels)


class _RowReader(LineReader[Column]):
    """Reads one pick-up."""

    def __init__(self, line: Line, header: Header[Column], zone: ZoneInfo) -> None:
        super().__init__(line, header, _LONGEST, _PHONES)
        self._given = frozenset(field for column, field in _GIVES.items() if column in header.at) | {"eta", "place"}
        self._says_cancelled = Column.CANCELLED in header.at
        self._zone = zone

    def read(self) -> Iterator[TransferRow]:
        """Give the row, or nothing when something is wrong."""
        self.check_width()
        row_id, name = self.text(Column.ID), self.text(Column.NAME)
        if not row_id and not name and self.good:
            self.wrong(Column.NAME, "is empty", "write the guest's name, or the id of the guest list")
        place = Words(self.text(Column.PLACE), self.text(Column.PLACE_EN))
        if not place.zh and not place.en and self.good:
            self.wrong(Column.PLACE, "is empty", "write where the guest is met, as T3 出口 B")
        eta = self.read_as(Column.ETA, self._moment, None)
        if eta is None and self.good:
            self.wrong(Column.ETA, "is empty", "write when the guest arrives there, as 2026-12-30 14:05")
        row = self._row(row_id, name, place, eta) if eta else None
        if row and self.good:
            yield row

    def _row(self, row_id: str, name: str, place: Words, eta: datetime) -> TransferRow:
        cancelled = self.read_as(Column.CANCELLED, words.yes_or_no, False)  # noqa: FBT003 - the value of an empty cell
        return TransferRow(
            line=self.line.number,
            given=self._given,
            eta=eta,
            place=place,
            row_id=row_id,
            name=name,
            company=self.text(Column.COMPANY),
            kind=self.read_as(Column.KIND, words.place_kind, PlaceKind.OTHER),
            note=self.text(Column.NOTE),
            greeter=self.text(Column.GREETER),
            greeter_phone=self.read_as(Column.GREETER_PHONE, words.phone, ""),
            cancelled=cancelled if self._says_cancelled else None,
        )

    def _moment(self, text: str) -> datetime:
        """Read a local time of the house; also as Excel writes dates into a CSV, 2026/12/30 14:05."""
        found = _MOMENT.fullmatch(text)
        try:
            local = datetime.strptime("-".join(found.groups()) if found else "", "%Y-%m-%d-%H-%M")  # noqa: DTZ007 - local on purpose
            return in_utc(local, self._zone)
        except BadMoment as bad:
            raise BadCell(bad.problem, bad.remedy) from bad
        except ValueError:
            raise BadCell(
                Words(f"{shown(text)} 不是日期和时间", f"{shown(text)} is no date and time"),
                Words("请写成 2026-12-30 14:05", "write it as 2026-12-30 14:05"),
            ) from None
