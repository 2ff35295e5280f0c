"""What the demo says on the terminal, for somebody who sees the house for the first time."""

import socket
import webbrowser
from collections.abc import Sequence
from datetime import datetime
from os import environ
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub.demo.kiosks import KioskProcess
from hub.demo.summary import Summary
from hub.domain.attendance import Arrived


class Terminal:
    """Lines of text, safe to use from several threads; times are the house's."""

    def __init__(self, zone: ZoneInfo, console: Console | None = None) -> None:
        """Take the zone of the house, and a console of another size or width than this terminal's."""
        self._zone = zone
        self._console = console or Console(highlight=False)

    def begin(self) -> None:
        """Say what this is."""
        self._console.print(
            "[bold]Yingbin 迎宾[/]: a product launch with 200 guests and two kiosks. Names are invented."
        )

    def begin_day(self, speed: float) -> None:
        """Say what this is, where a whole day is played."""
        self._console.print(
            f"[bold]Yingbin 迎宾[/]: an event day in a conference centre, {speed:g} times as fast. Names are invented."
        )

    def at(self, moment: datetime, text: str) -> None:
        """Tell of something that happens, with the house's time."""
        self._console.print(f"[dim]{moment.astimezone(self._zone):%H:%M:%S} →[/] {escape(text)}")

    def invite(self, hub: str, code: str, name: str, pin: str) -> None:
        """Say how somebody watches at a browser of their own, as one of the staff."""
        self._console.print(
            f"To watch as {escape(name)}, who leads: open {hub}staff/join, type {code}, then the PIN {pin}."
        )

    def let_in(self, link: str) -> None:
        """Say by which address a browser is signed in."""
        self._console.print(f"Open [bold]{escape(link)}[/] first: it signs your browser in, once, within 15 minutes.")

    def say(self, text: str) -> None:
        """Tell of something that happens."""
        self._console.print(f"[dim]→[/] {escape(text)}")

    def announce(self, hub: str, kiosks: Sequence[KioskProcess], now: datetime, seconds: int | None) -> None:
        """Name every page, how to open them, and how the demo ends. ``hub`` is the address of the hub's pages."""
        table = Table(show_header=False, box=None, padding=(0, 2))
        table.add_row("arrivals, seats and tasks", f"{hub}staff")
        table.add_row("bookings and today's rooms", f"{hub}desk")
        table.add_row("kiosks and quarantine", f"{hub}rooms")
        for kiosk in kiosks:
            name = kiosk.plan.door.name
            table.add_row(f"the screen at the {name.en} ({name.zh})", kiosk.address)
        self._console.print(table)
        ends = f"It ends by itself after {seconds} s." if seconds else "Ctrl-C ends it with a summary."
        self._console.print(f"The house's clock says {now.astimezone(self._zone):%a %d %b %Y %H:%M}. {ends}")
        self._console.print(
            "A line with a time is a guest who came in, with the seat; an arrow is what else happens. Guests and"
            " cameras are simulated, all else is real: touch a screen, and the staff's page shows what you ask."
        )
        pages = (f"{hub}staff", kiosks[0].address)
        desktop = self._console.is_terminal and (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
        if not (desktop and all(map(webbrowser.open, pages))):
            self._say_how_to_look([urlsplit(one).port for one in (hub, *(kiosk.address for kiosk in kiosks))])

    def arrival(self, one: Arrived) -> None:
        """Tell of a guest who came in."""
        mark = "[yellow]VIP[/] " if one.who.vip else ""
        named = escape(" / ".join(dict.fromkeys((one.who.salutation.zh, one.who.salutation.en))))
        self._console.print(f"  {one.at.astimezone(self._zone):%H:%M:%S}  {mark}{named}  → {one.seat or 'no seat'}")

    def report(self, summary: Summary) -> bool:
        """Show the figures, and each promise that does not hold; True when all do."""
        table = Table("", "", title="What the kiosks' disks and the hub's database say", show_header=False)
        for name, value in summary.rows:
            table.add_row(escape(name), escape(value))
        self._console.print(table)
        for problem in summary.problems:
            self._console.print(f"[bold red]does not add up[/]  {escape(problem)}")
        if not summary.problems:
            self._console.print(f"[bold green]Every number adds up[/]: {summary.checked} checks.")
        return not summary.problems

    def _say_how_to_look(self, ports: Sequence[int | None]) -> None:
        """Say how to open the pages where no browser could be opened; only this machine itself may."""
        self._console.print("Open these addresses in a browser on this machine (Chromium, Firefox). From another one:")
        ways = " ".join(f"-L {port}:127.0.0.1:{port}" for port in ports)
        self._console.print(f"  ssh {ways} {environ.get('USER') or 'you'}@{socket.gethostname()}", soft_wrap=True)
