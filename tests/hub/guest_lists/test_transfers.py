"""Lists of pick-ups: which columns they have, and what is wrong with a line, with a remedy."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.transfers import PlaceKind
from hub.domain.words import Words
from hub.guest_lists.transfers import TransferList, is_transfers, read_transfers
from tests.hub.imports import workbook

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ETA = datetime(2026, 12, 30, 6, 5, tzinfo=UTC)
CHINESE = """编号,姓名,单位,到达时间,类型,地点,英文地点,航班/车次,接待人员,接待人员电话,取消
A7,王建国,腾云,2026-12-30 14:05,机场,T3 出口 B,"T3, exit B",CA1501,小李,+86 138 0013 8000,否
"""
ENGLISH = """ID,Name,Company,ETA,Kind,Place,Place en,Flight,Greeter,Greeter phone,Cancelled
A7,王建国,腾云,2026-12-30 14:05,airport,T3 出口 B,"T3, exit B",CA1501,小李,+86 138 0013 8000,no
"""


def listed(text: str, zone: ZoneInfo = SHANGHAI) -> TransferList:
    """Read a list from text."""
    return read_transfers(text.encode(), zone)


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_headers_are_chinese_or_english_in_any_usual_encoding(text: str, encoding: str) -> None:
    """As Excel saves them in either language."""
    found = read_transfers(text.encode(encoding), SHANGHAI)
    assert not found.findings
    (row,) = found.rows
    assert (row.line, row.row_id, row.name, row.company) == (2, "A7", "王建国", "腾云")
    assert (row.eta, row.kind, row.place) == (ETA, PlaceKind.AIRPORT, Words("T3 出口 B", "T3, exit B"))
    assert (row.note, row.greeter, row.greeter_phone, row.cancelled) == ("CA1501", "小李", "+86 138 0013 8000", False)


def test_a_workbook_is_read_like_a_csv() -> None:
    """With its times as spreadsheets keep them."""
    lines: list[list[object]] = [["姓名", "到达时间", "地点"], ["王建国", datetime(2026, 12, 30, 14, 5), "T3"]]  # noqa: DTZ001 - as in a cell
    data = workbook(lines)
    assert is_transfers(data)
    assert read_transfers(data, SHANGHAI).rows[0].eta == ETA


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("2026-12-30 14:05", SHANGHAI),
        ("2026/12/30 14:05", SHANGHAI),
        ("2026-12-30 14:05:00", SHANGHAI),
        ("2026-12-30 7:05", BERLIN),
    ],
)
def test_times_are_local_ones_of_the_house(written: str, zone: ZoneInfo) -> None:
    """Also as Excel writes them into a CSV."""
    assert listed(f"姓名,到达时间,地点\n王,{written},T3\n", zone).rows[0].eta == ETA


@pytest.mark.parametrize(
    ("line", "field", "problem", "remedy"),
    [
        ("王,2026-03-29 02:30,T3,,", "到达时间", "does not exist", "an hour earlier or later"),
        ("王,2026-10-25 02:30,T3,,", "到达时间", "comes twice", "an hour earlier or later"),
        ("王,2026-02-30 02:30,T3,,", "到达时间", "no date and time", "2026-12-30 14:05"),
        ("王,2026-12-30 24:10,T3,,", "到达时间", "no date and time", "2026-12-30 14:05"),
        ("王,14:05,T3,,", "到达时间", "no date and time", "2026-12-30 14:05"),
        ("王,,T3,,", "到达时间", "is empty", "2026-12-30 14:05"),
        ("王,2026-12-30 14:05,,,", "地点", "is empty", "where"),
        (",2026-12-30 14:05,T3,,", "姓名", "is empty", "name"),
        ("王,2026-12-30 14:05,T3,火箭,", "类型", "no kind of place", "机场"),
        ("王,2026-12-30 14:05,T3,,call me", "接待人员电话", "no telephone number", "digits"),
        ("王,2026-12-30 14:05,=T3,,", "地点", "like a formula", "plain text"),
        ("王,2026-12-30 14:05,T3,,,more", "columns", "has 6 cells", "quotation marks"),
    ],
)
def test_a_bad_line_is_left_out_and_says_what_to_do(line: str, field: str, problem: str, remedy: str) -> None:
    """With its line and the list's own word for the column; the good line stays."""
    found = listed(f"姓名,到达时间,地点,类型,接待人员电话\n李娜,2026-12-30 14:05,T3,,\n{line}\n", BERLIN)
    assert [row.name for row in found.rows] == ["李娜"]
    (finding,) = found.findings
    assert (finding.line, finding.field) == (3, field)
    assert problem in finding.problem
    assert remedy in finding.remedy


@pytest.mark.parametrize("text", ["姓名,到达时间\n王,2026-12-30 14:05\n", "到达时间,地点\n2026-12-30 14:05,T3\n"])
def test_a_list_without_a_column_it_needs_is_refused_as_a_whole(text: str) -> None:
    """It is taken for a list of pick-ups by its times alone, so that it never adds guests by mistake."""
    assert is_transfers(text.encode())
    with pytest.raises(InvalidInput, match="there is no column"):
        listed(text)


def test_a_guest_list_is_none_of_pick_ups() -> None:
    """Whatever columns it has besides."""
    assert not is_transfers("姓名,单位,接待人,座位\n王,腾云,陈明,A-1-1\n".encode())


def test_a_list_that_does_not_speak_of_cancelling_leaves_it_open() -> None:
    """So that its repetition does not plan anew what was cancelled at the desk."""
    row = listed("姓名,到达时间,地点,接待人员\n王,2026-12-30 14:05,T3,\n").rows[0]
    assert row.cancelled is None
    assert row.given == {"eta", "place", "greeter"}
