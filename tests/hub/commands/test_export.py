"""``python -m hub export sheet``: paper for when no kiosk works (R94)."""

import argparse
import io
import re
import stat
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from rich.console import Console

from hub.commands import export
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.domain.sign_in_sheets import ROWS, row_code
from hub.ports import Store
from tests.hub.build import furnished
from tests.hub.imports import acting, demo_venue, import_rows, rows

A4_PX = (210 * 96 / 25.4, 297 * 96 / 25.4)


def run(store: Store, *words: str | Path) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    out = io.StringIO()
    code = export.run(parser.parse_args([str(word) for word in words]), store, Console(file=out, width=200), acting())
    return code, out.getvalue()


@pytest.fixture
def launch(sqlite_store: Store) -> Meeting:
    """Import the demo's venue with as many guests as one sheet and a bit hold, some with long names."""
    meeting = demo_venue(sqlite_store)
    lines = [
        f"{number},{'Maximiliane ' * 5 if number % 4 == 0 else '王伟'},{'公司' * 30}" for number in range(ROWS + 3)
    ]
    import_rows(sqlite_store, meeting, rows(*lines, header="id,姓名,单位"))
    return meeting


def test_every_guest_has_a_row_with_a_code_on_sheets_of_twenty(
    sqlite_store: Store, launch: Meeting, tmp_path: Path
) -> None:
    """In both languages, for its owner only; a withdrawn guest's row is left out and the numbers stay."""
    with sqlite_store.write() as tx:
        ids = [one.invitation.id for one in tx.guests.of_meeting(launch.id)]
        tx.guests.set_status(ids[1], InvitationStatus.REVOKED, launch.doors_at)
    file = tmp_path / "sheet.html"
    code, shown = run(sqlite_store, "sheet", "--meeting", launch.key, "--out", file)
    assert (code, "2 sheets for 22 guests" in shown) == (0, True)
    html = file.read_text()
    found = re.findall(r'class="number code">(\d{3}-\w\w)<', html)
    assert found == [row_code(number, key) for number, key in enumerate(ids, 1) if number != 2]
    for words in ("签到表", "Sign-in sheet", "签名", "Signature", "时间", "Time", "第 2 页，共 2 页", "Sheet 2 of 2"):
        assert words in html
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.browser
def test_a_sheet_is_one_page_of_a4_whatever_names_are_on_it(
    sqlite_store: Store, launch: Meeting, tmp_path: Path, browser: Browser
) -> None:
    """Room to sign in every row, and nothing runs out of its cell or off the page."""
    file = tmp_path / "sheet.html"
    run(sqlite_store, "sheet", "--meeting", launch.key, "--out", file)
    page = browser.new_page(viewport={"width": 900, "height": 1200})
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    boxes = page.evaluate("[...document.querySelectorAll('.sheet')].map(e => [e.offsetWidth, e.offsetHeight])")
    assert [(abs(width - A4_PX[0]) < 2, height <= A4_PX[1]) for width, height in boxes] == [(True, True)] * 2
    over = "[...document.querySelectorAll('.sheet, td, th')].filter(e => e.scrollHeight > e.clientHeight + 2).length"
    assert page.evaluate(over) == 0
    rows_mm = page.evaluate("[...document.querySelectorAll('tbody tr')].map(e => e.offsetHeight * 25.4 / 96)")
    assert min(rows_mm) >= 11
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 2
    page.close()


@pytest.mark.usefixtures("launch")
def test_what_cannot_be_written_is_said(sqlite_store: Store, tmp_path: Path) -> None:
    """A folder that is not there, a meeting that is none; exit code 2."""
    code, shown = run(sqlite_store, "sheet", "--meeting", "party", "--out", tmp_path / "sheet.html")
    assert (code, "there is no meeting" in shown) == (2, True)
    with sqlite_store.read() as tx:
        key = tx.meetings.all()[0].key
    code, shown = run(sqlite_store, "sheet", "--meeting", key, "--out", tmp_path / "no" / "sheet.html")
    assert (code, "--out" in shown) == (2, True)


def test_a_house_without_a_name_is_told_what_to_import(sqlite_store: Store, tmp_path: Path) -> None:
    """Nothing is written."""
    furnished(sqlite_store)
    code, shown = run(sqlite_store, "sheet", "--out", tmp_path / "sheet.html")
    assert (code, "[venue]" in shown) == (2, True)
    assert not (tmp_path / "sheet.html").exists()
