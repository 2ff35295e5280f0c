"""``python -m hub import``: what a person sees, and the exit code a script sees."""

import argparse
import io
from pathlib import Path

import pytest
from rich.console import Console

from hub.commands import import_
from hub.demo import demo_files
from hub.domain.transfers import Leads
from hub.ports import Store
from tests.hub.imports import acting, demo_venue, workbook

GOOD = "姓名,单位,邮箱\n王伟,星河,a@b.cn\n李娜,远帆,c@d.cn\n"
BAD = GOOD + ",空,\n赵四,=cmd|' /C calc'!A0,\n"


def run(store: Store, *words: str | Path, seed: int = 5, width: int = 200, terminal: bool = False) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    out = Console(file=io.StringIO(), width=width, force_terminal=terminal)
    code = import_.run(parser.parse_args([str(word) for word in words]), store, out, acting(seed), pick_ups=Leads())
    assert isinstance(out.file, io.StringIO)
    return code, out.file.getvalue()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return where tests write their list."""
    return tmp_path / "guests.csv"


def names(store: Store) -> list[str]:
    """Return all guests' names."""
    with store.read() as tx:
        return [one.guest.name for meeting in tx.meetings.all() for one in tx.guests.of_meeting(meeting.id)]


def test_the_demo_imports_with_exit_code_0_as_often_as_one_likes(sqlite_store: Store) -> None:
    """Venue and guests in one go; the second time nothing is new."""
    code, shown = run(sqlite_store, *demo_files())
    assert code == 0
    assert "leaves 0 minutes free" in shown
    assert len(names(sqlite_store)) == 200
    code, shown = run(sqlite_store, *demo_files(), seed=6)
    assert code == 0
    assert "as the file says already" in shown
    assert len(names(sqlite_store)) == 200


def test_a_bad_row_keeps_all_out_and_is_shown_with_line_field_and_remedy(sqlite_store: Store, listed: Path) -> None:
    """Exit code 1: some rows are bad."""
    demo_venue(sqlite_store)
    listed.write_text(BAD)
    code, shown = run(sqlite_store, listed)
    assert code == 1
    assert names(sqlite_store) == []
    rows = [[cell.strip() for cell in line.split("│")] for line in shown.splitlines()]
    assert ["", "4", "姓名", "is empty", "write the guest's name", ""] in rows
    assert any(row[1:3] == ["5", "单位"] and "like a formula" in row[3] for row in rows if len(row) > 3)
    assert "--good-rows" in shown


def test_good_rows_are_kept_on_demand(sqlite_store: Store, listed: Path) -> None:
    """Exit code 1 still: somebody should look."""
    demo_venue(sqlite_store)
    listed.write_text(BAD)
    code, _ = run(sqlite_store, "--good-rows", listed)
    assert code == 1
    assert names(sqlite_store) == ["王伟", "李娜"]


def test_conflicts_with_the_meeting_are_shown_beside_what_is_wrong_with_the_file(
    sqlite_store: Store, listed: Path
) -> None:
    """All at once, so that one correction is enough."""
    demo_venue(sqlite_store)
    listed.write_text("姓名,座位\n王伟,Z-1-1\n,\n李娜,A-1-1\n,A-1-2\n")
    code, shown = run(sqlite_store, listed)
    assert code == 1
    assert "there is no seat Z-1-1" in shown
    assert "is empty" in shown


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        "单位,电话\n星河,1\n".encode(),
        "姓名\n=cmd|x\n".encode(),
        "name\nJürgen Müller\n".encode("latin-1"),
        b"PK\x03\x04rubbish",
    ],
)
def test_nothing_usable_is_exit_code_2(sqlite_store: Store, listed: Path, content: bytes) -> None:
    """Whatever the file is."""
    demo_venue(sqlite_store)
    listed.write_bytes(content)
    code, shown = run(sqlite_store, listed)
    assert code == 2
    assert shown.strip()
    assert names(sqlite_store) == []


def test_the_worst_file_decides_the_exit_code_and_the_others_are_imported(
    sqlite_store: Store, tmp_path: Path, listed: Path
) -> None:
    """A file that is not there, or is a folder, stops no other."""
    demo_venue(sqlite_store)
    listed.write_text(GOOD)
    code, shown = run(sqlite_store, tmp_path / "missing.csv", tmp_path, tmp_path / "missing.toml", listed)
    assert code == 2
    assert "No such file" in shown
    assert names(sqlite_store) == ["王伟", "李娜"]


def test_a_venue_file_with_a_mistake_changes_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    """Exit code 2, the line in the table."""
    path = tmp_path / "venue.toml"
    path.write_text(demo_files().venue.read_text().replace('arrow = "back"', 'arrow = "north"'))
    code, shown = run(sqlite_store, path)
    line = path.read_text()[: path.read_text().index("north")].count("\n") + 1
    assert code == 2
    assert f"│ {line} " in shown
    with sqlite_store.read() as tx:
        assert tx.meetings.venue() is None


def test_a_dry_run_says_what_would_happen_and_writes_nothing(sqlite_store: Store, listed: Path) -> None:
    """For venue files and guest lists."""
    code, shown = run(sqlite_store, "--dry-run", demo_files().venue)
    assert code == 0
    assert "--dry-run" in shown
    with sqlite_store.read() as tx:
        assert tx.meetings.all() == []
    demo_venue(sqlite_store)
    listed.write_text(GOOD)
    assert run(sqlite_store, "--dry-run", listed)[0] == 0
    assert names(sqlite_store) == []


def test_guests_need_a_meeting(sqlite_store: Store, listed: Path) -> None:
    """Named when there are several; the error lists them."""
    listed.write_text(GOOD)
    assert "import a venue file" in run(sqlite_store, listed)[1]
    demo_venue(sqlite_store)
    code, shown = run(sqlite_store, "--meeting", "party", listed)
    assert (code, "launch" in shown) == (2, True)
    assert run(sqlite_store, "--meeting", "launch", listed)[0] == 0


def test_a_workbook_is_told_by_its_content(sqlite_store: Store, tmp_path: Path) -> None:
    """Also under a wrong name."""
    demo_venue(sqlite_store)
    path = tmp_path / "guests.csv"
    path.write_bytes(workbook([["姓名"], ["王伟"]]))
    assert run(sqlite_store, path)[0] == 0
    assert names(sqlite_store) == ["王伟"]


def test_many_bad_rows_are_told_together_and_none_is_left_out(sqlite_store: Store, listed: Path) -> None:
    """A hundred one by one, the rest by their lines."""
    demo_venue(sqlite_store)
    listed.write_text("姓名,邮箱\n" + "".join(f"王{number},nobody\n" for number in range(5_000)))
    code, shown = run(sqlite_store, listed)
    assert code == 2
    assert "102–5001" in shown.replace("\n", "")
    assert shown.count("\n") < 200


def test_names_are_never_taken_for_markup_or_escape_sequences(sqlite_store: Store, listed: Path) -> None:
    """A terminal shows what is in the file."""
    demo_venue(sqlite_store)
    listed.write_text("姓名,座位\n[red]王伟[/red],A-1-1\n李娜,A-1-1\n\x1b[2J张三,\n".replace("\x1b", "\x9b"))
    _, shown = run(sqlite_store, listed, terminal=True)
    assert "[red]王伟[/red]" in shown
    assert "\x9b" not in shown


def test_a_long_import_shows_a_bar_at_a_terminal_only(sqlite_store: Store, listed: Path) -> None:
    """A log file gets none."""
    demo_venue(sqlite_store)
    listed.write_text("姓名\n" + "".join(f"王{number}\n" for number in range(1_000)))
    assert "━━" in run(sqlite_store, listed, terminal=True)[1]
    assert "Reading" not in run(sqlite_store, listed, seed=6)[1]
    assert len(names(sqlite_store)) == 1_000


def test_a_list_of_pick_ups_is_known_by_its_times_and_shows_what_is_wrong(sqlite_store: Store, listed: Path) -> None:
    """The same tables and exit codes as for guests; nothing is kept of a list with a mistake."""
    demo_venue(sqlite_store)
    listed.write_text(GOOD)
    run(sqlite_store, listed)
    pick_ups = listed.with_name("pick-ups.csv")
    good = "姓名,到达时间,地点,接待人员,接待人员电话\n王伟,2026-12-30 14:05,T3,小李,13800138000\n"
    pick_ups.write_text(good + "赵四,2026-12-30 14:05,T3,小李,13800138000\n李娜,2026-02-30 14:05,T3,,\n")
    code, shown = run(sqlite_store, pick_ups)
    assert code == 1
    for words in ("no guest of this meeting is called 赵四", "no date and time", "到达时间", "no row was kept"):
        assert words in shown
    pick_ups.write_text(good)
    code, shown = run(sqlite_store, "--dry-run", pick_ups)
    assert "nothing was written" in shown
    with sqlite_store.read() as tx:
        assert not tx.transfers.of_meeting(tx.meetings.all()[0].id)
    code, shown = run(sqlite_store, pick_ups)
    assert (code, "imported" in shown) == (0, True)
    assert "王伟 has no telephone in the guest list" in shown
    with sqlite_store.read() as tx:
        (one,) = tx.transfers.of_meeting(tx.meetings.all()[0].id).values()
    assert one.eta.isoformat() == "2026-12-30T06:05:00+00:00"
    assert names(sqlite_store) == ["王伟", "李娜"]
