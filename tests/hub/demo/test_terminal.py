import io
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from hub.demo.kiosks import KioskPlan, KioskProcess
from hub.demo.summary import Summary
from hub.demo.terminal import Terminal
from hub.domain.meetings import Door
from hub.domain.words import Words

NOW = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)
HUB = "http://127.0.0.1:8700/"


def kiosk() -> KioskProcess:
    """Return a kiosk that is not started."""
    return KioskProcess(
        KioskPlan(
            door=Door(device="kiosk-1", name=Words("东门", "East Entrance")),
            folder=Path(),
            script=Path(),
            secret=Path(),
            broker_port=1,
            screen_port=8781,
            site="demo",
            zone="Asia/Shanghai",
            offset_s=0,
        )
    )


def said(*, terminal: bool = False) -> tuple[Terminal, io.StringIO]:
    """Return a terminal, and what it is told."""
    out = io.StringIO()
    console = Console(file=out, width=200, highlight=False, force_terminal=terminal, no_color=True)
    return Terminal(ZoneInfo("Asia/Shanghai"), console), out


def test_a_newcomer_reads_which_pages_there_are_what_time_it_is_there_and_how_it_ends() -> None:
    """And, where no browser can be opened, how to look at them from another machine."""
    terminal, out = said()
    terminal.announce(HUB, [kiosk()], NOW, 60)
    for words in (
        f"{HUB}staff",
        "the screen at the East Entrance (东门)",
        "http://127.0.0.1:8781/",
        "Thu 31 Dec 2026 09:01. It ends by itself after 60 s.",
        "Open these addresses in a browser on this machine",
        "ssh -L 8700:127.0.0.1:8700 -L 8781:127.0.0.1:8781 ",
    ):
        assert words in out.getvalue()


@pytest.mark.parametrize("opens", [True, False])
def test_on_a_desktop_the_pages_are_opened_and_only_without_a_browser_it_says_how(
    monkeypatch: pytest.MonkeyPatch,
    opens: bool,  # noqa: FBT001 - an example
) -> None:
    """No Chromium there is no silence."""
    opened: list[str] = []

    def open_page(page: str) -> bool:
        opened.extend([page] * opens)
        return opens

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", open_page)
    terminal, out = said(terminal=True)
    terminal.announce(HUB, [kiosk()], NOW, None)
    assert opened == ([f"{HUB}staff", "http://127.0.0.1:8781/"] if opens else [])
    assert ("ssh -L" in out.getvalue()) is not opens
    assert "Ctrl-C ends it with a summary" in out.getvalue()


def test_the_end_says_whether_everything_adds_up_and_names_what_does_not() -> None:
    """Whatever stands in a figure is text, never a style."""
    summary = Summary()
    summary.row("scanned [red]", 7)
    summary.check("seats", 1, 1)
    terminal, out = said()
    assert terminal.report(summary)
    assert "scanned [red]" in out.getvalue()
    assert "Every number adds up: 1 checks." in out.getvalue()
    summary.check("guests", 6, 7)
    assert not terminal.report(summary)
    assert "does not add up  guests: 6, expected 7" in out.getvalue()
