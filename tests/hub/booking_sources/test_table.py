"""``CsvSource``: a list of bookings as people keep it, which is only read."""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from hub.booking_ports import BookingSource, SourceAway, SourceWrong
from hub.booking_sources.table import COLLECTION, CsvSource
from hub.domain.bookings import BookingState, Headcount
from hub.domain.meetings import SetUpStyle
from hub.domain.source_items import BadItem, Item
from hub.domain.words import Words
from tests.hub.booking_sources.contract import HORIZON, NOON, Entry, SourceContract, everything, items

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = ("编号", "会议名称", "会议室", "开始时间", "结束时间", "状态")
_STATES = {BookingState.DEFINITE: "确定", BookingState.OPTION: "暂定", BookingState.CANCELLED: "取消"}


@dataclass
class CsvPeer:
    """A list that its clerk saves anew whenever something changes."""

    path: Path
    source: BookingSource
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def enter(self, entry: Entry) -> str:
        """Add a row."""
        name = f"B-{len(self.rows)}"
        self.change(name, entry)
        return name

    def change(self, name: str, entry: Entry) -> None:
        """Change it."""
        times = (f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for at in (entry.starts_at, entry.ends_at))
        self.rows[name] = (name, entry.title, entry.room, *times, _STATES[entry.state])
        self.come_back()

    def delete(self, name: str) -> None:
        """Delete it."""
        del self.rows[name]
        self.come_back()

    def spoil(self) -> None:
        """Add a row that ends before it starts."""
        self.rows["bad"] = ("bad", "Wrong", "大厅", "2026-12-01 14:00", "2026-12-01 13:00", "确定")
        self.come_back()

    def go_away(self) -> None:
        """Move the list away."""
        self.path.unlink()

    def come_back(self) -> None:
        """Save it."""
        self.path.write_bytes(text(HEADER, *self.rows.values()).encode("utf-8-sig"))

    def outcome(self, name: str) -> dict[str, object]:
        """Return nothing: it is told nothing."""
        return {name: None}

    def texts(self) -> str:
        """Return all of it."""
        return self.path.read_text("utf-8-sig")


def text(*rows: tuple[str, ...]) -> str:
    """Return a CSV of rows."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def in_a_list(path: Path) -> CsvPeer:
    """Return a peer that keeps a list."""
    made = CsvPeer(path, CsvSource("list", path, SHANGHAI))
    made.come_back()
    return made


@pytest.fixture
def peer(tmp_path: Path) -> CsvPeer:
    """Give a list without rows."""
    return in_a_list(tmp_path / "预订.csv")


class TestCsv(SourceContract):
    """A list as Excel saves it."""


def read(peer: CsvPeer, *rows: tuple[str, ...]) -> tuple[list[Item], list[BadItem]]:
    """Return what a list says."""
    peer.path.write_text(text(*rows), "utf-8")
    batches = everything(peer)
    return items(batches), [bad for _, batch in batches for one in batch.resources for bad in one.bad]


def test_a_list_in_english_says_everything_that_a_booking_has(peer: CsvPeer) -> None:
    """Its end may be a time of the same day."""
    head = ("ID", "Booking", "Title", "Room", "Start", "End", "State", "Client", "Guests", "Guaranteed", "Setup style")
    row = ("7-1", "7", "Board", "side", "2026/12/1 9:30", "11:00", "Tentative", "Acme", "80-120", "90", "U-shape")
    (found,), bad = read(peer, (*head, "Paid", "Reply by", "Booked at"), (*row, "yes", "2026-11-30 18:00", ""))
    assert bad == []
    assert found == Item(
        uid="list/7-1",
        booking="7",
        title=Words("", "Board"),
        room="side",
        starts_at=datetime(2026, 12, 1, 1, 30, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 3, 0, tzinfo=UTC),
        state=BookingState.OPTION,
        client="Acme",
        headcount=Headcount(least=80, most=120, guaranteed=90),
        style=SetUpStyle.U_SHAPE,
        paid=True,
        reply_by=datetime(2026, 11, 30, 10, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(peer: CsvPeer, encoding: str) -> None:
    """As Excel in China writes them."""
    row = ("1", "渠道大会", "大厅", "2026-12-01 12:00", "2026-12-01 14:00", "确定")
    peer.path.write_bytes(text(HEADER, row).encode(encoding))
    (found,) = items(everything(peer))
    assert (found.title, found.room, found.starts_at) == (Words("渠道大会", ""), "大厅", NOON)


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    """Its first sheet."""
    book = Workbook()
    book.active.append(HEADER)  # type: ignore[union-attr]  # a new workbook has a sheet
    book.active.append(("1", "渠道大会", "大厅", "2026-12-01 12:00", "2026-12-01 14:00", "确定"))  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    batch = CsvSource("list", tmp_path / "a.xlsx", SHANGHAI).pull(COLLECTION, None, HORIZON)
    assert [one.starts_at for _, each in [("", batch)] for r in each.resources for one in r.items] == [NOON]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"编号": ""}, "编号"),
        ({"会议室": ""}, "会议室"),
        ({"开始时间": ""}, "开始时间"),
        ({"开始时间": "soon"}, "开始时间"),
        ({"结束时间": "2026-02-30 14:00"}, "结束时间"),
        ({"结束时间": "2026-12-01 12:00"}, "结束时间"),
        ({"状态": "maybe"}, "状态"),
        ({"会议名称": "=cmd()"}, "会议名称"),
        ({"会议名称": "a" * 201}, "会议名称"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_column(peer: CsvPeer, changes: dict[str, str], column: str) -> None:
    """The others are told."""
    good = ("1", "年会", "大厅", "2026-12-01 12:00", "2026-12-01 14:00", "确定")
    wrong = tuple((dict(zip(HEADER, ("2", *good[1:]), strict=True)) | changes).values())
    found, (bad,) = read(peer, HEADER, wrong, good)
    assert [one.title.zh for one in found] == ["年会"]
    assert (bad.field, bool(bad.problem.en), bool(bad.remedy.en)) == (column, True, True)


def test_the_second_row_of_an_id_is_named_and_the_first_is_told(peer: CsvPeer) -> None:
    """A copied row mostly needs an id of its own."""
    row = ("1", "年会", "大厅", "2026-12-01 12:00", "2026-12-01 14:00", "确定")
    found, (bad,) = read(peer, HEADER, row, ("1", "渠道日", *row[2:]))
    assert [one.title.zh for one in found] == ["年会"]
    assert (bad.field, bad.title) == ("编号", "")


def test_a_list_that_stops_within_a_line_is_not_taken_for_a_shorter_one(peer: CsvPeer) -> None:
    """Nor is one that is empty, or whose header is missing."""
    peer.enter(Entry())
    whole = peer.path.read_bytes()
    for cut in (whole[:-1].rstrip(), whole[:-20], b""):
        peer.path.write_bytes(cut)
        with pytest.raises(SourceAway, match="stops within a line"):
            everything(peer)
    peer.path.write_text("编号,会议名称\n1,年会\n", "utf-8")
    with pytest.raises(SourceWrong, match="会议室"):
        everything(peer)


def test_a_list_with_a_header_alone_is_an_empty_one(peer: CsvPeer) -> None:
    """Whether that is believed is for the brake to say."""
    assert read(peer, HEADER) == ([], [])


def test_a_time_that_clocks_show_twice_is_named(tmp_path: Path) -> None:
    """Nobody can know which is meant."""
    path = tmp_path / "a.csv"
    path.write_text(text(HEADER, ("1", "Night", "hall", "2027-10-31 02:30", "2027-10-31 05:00", "")), "utf-8")
    batch = CsvSource("list", path, ZoneInfo("Europe/Berlin")).pull(COLLECTION, None, HORIZON)
    assert [bad.field for one in batch.resources for bad in one.bad] == ["开始时间"]
