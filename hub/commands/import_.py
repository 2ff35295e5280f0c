"""``python -m hub import``: venue files, guest lists and lists of pick-ups, repeatable at any time."""

import argparse
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from rich.console import Console

from hub import guest_lists, venue_files
from hub.commands import choosing, import_transfers
from hub.commands.list_files import ListFile, read_file
from hub.commands.showing import NOTHING_USABLE, OK, SOME_BAD, Tracker, counting, findings, refused, say, table
from hub.domain.errors import HubError
from hub.domain.rehearsal_window import WINDOW, Window
from hub.domain.run_of_show import AgendaTimes
from hub.domain.transfers import Leads
from hub.guest_lists import GuestList
from hub.guest_lists.transfers import is_transfers
from hub.ports import Store
from hub.usecases import import_guests, import_venue
from hub.usecases.acting import Acting
from hub.usecases.findings import Finding, mistakes
from hub.usecases.follow_agenda import TIMES
from hub.usecases.remind import LEADS
from hub.usecases.venue_plan import known_house

PICK_UPS = Leads()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="a venue file (.toml), or guests or pick-ups (CSV, XLSX)"
    )
    parser.add_argument("--meeting", metavar="KEY", help="whose guests they are; not needed while there is one meeting")
    parser.add_argument("--good-rows", action="store_true", help="keep the good rows of a list that has bad ones")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")


def run(  # noqa: PLR0913 - the house's settings
    args: argparse.Namespace,
    store: Store,
    out: Console,
    acting: Acting,
    *,
    leads: Sequence[timedelta] = LEADS,
    pick_ups: Leads = PICK_UPS,
    window: Window = WINDOW,
    agenda: AgendaTimes = TIMES,
) -> int:
    """Import the files in their order; returns the worst of their exit codes: 0, 1 bad rows, 2 nothing usable.

    ``leads``: how long before a meeting its guests are reminded; ``pick_ups``: how long before a guest's arrival at the
    airport their greeter is called; ``window``: when meetings are rehearsed; ``agenda``: the numbers for agendas, and
    when rooms are set up and struck.
    """
    worst = OK
    for path in args.files:
        is_venue = path.suffix.lower() == ".toml"
        single = (
            partial(_venue, leads=leads, window=window, agenda=agenda) if is_venue else partial(_list, leads=pick_ups)
        )
        try:
            worst = max(worst, single(path, args, store, out, acting))
        except HubError as problem:
            worst = max(worst, refused(out, path.name, problem))
    return worst


def _venue(  # noqa: PLR0913 - each is needed
    path: Path,
    args: argparse.Namespace,
    store: Store,
    out: Console,
    acting: Acting,
    *,
    leads: Sequence[timedelta],
    window: Window,
    agenda: AgendaTimes,
) -> int:
    with store.read() as tx:
        reading = venue_files.load(path, known_house(tx))
    if not reading.usable():
        findings(out, reading.findings)
        say(out, f"{path.name}: nothing was changed. Correct the lines above and import it again.", "bold red")
        return NOTHING_USABLE
    if args.dry_run:
        with store.read() as tx:
            plan = import_venue.look(tx, reading.file, acting, agenda.house)
    else:
        with store.write() as tx:
            plan = import_venue.import_venue(tx, reading.file, acting, leads, window, agenda)
    findings(out, [*reading.findings, *plan.findings])
    if mistakes(plan.findings):
        say(out, f"{path.name}: nothing was changed.", "bold red")
        return NOTHING_USABLE
    _show_changes(out, path, plan, dry_run=args.dry_run)
    return OK


def _show_changes(out: Console, path: Path, plan: import_venue.VenuePlan, *, dry_run: bool) -> None:
    if not plan.changed:
        say(out, f"{path.name}: everything is as the file says already.", "green")
        return
    rows = [(one.what, one.key, "gone" if one.gone else "new" if one.new else "changed") for one in plan.changed]
    table(out, ("What", "Key", "Would be" if dry_run else "Is"), rows, title=path.name)
    verdict = "nothing was written (--dry-run)" if dry_run else "imported"
    say(out, f"{path.name}: {len(plan.changed)} things new or changed, {verdict}.", "green")


def _list(path: Path, args: argparse.Namespace, store: Store, out: Console, acting: Acting, leads: Leads) -> int:
    file = read_file(path)
    if is_transfers(file.data):
        return import_transfers.run(file, args, store, out, acting, leads)
    return _guests(file, args, store, out, acting)


def _guests(file: ListFile, args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    with store.read() as tx:
        meeting = choosing.meeting(tx, args.meeting)
    with counting(out, f"Reading {file.name}") as told:
        listed = guest_lists.read(file.data, told)
    tracker = Tracker(out, "Guests")
    bad = mistakes(listed.findings)
    if args.dry_run or not listed.rows or (bad and not args.good_rows):
        with store.read() as tx:
            plan = import_guests.look(tx, meeting, listed.rows, acting, track=tracker)
    else:
        with store.write() as tx:
            plan = import_guests.import_guests(
                tx, meeting, listed.rows, acting, good_rows=args.good_rows, track=tracker
            )
    found = sorted([*listed.findings, *plan.findings], key=lambda finding: finding.line)
    findings(out, found, listed.labels)
    _show_counts(out, f"{file.name} → {meeting.key}", listed, plan, found)
    if not mistakes(found):
        return OK
    return SOME_BAD if plan.steps else NOTHING_USABLE


def _show_counts(out: Console, title: str, listed: GuestList, plan: import_guests.Plan, found: list[Finding]) -> None:
    bad = listed.total - len(plan.steps)
    same = len(plan.steps) - plan.added() - plan.changed()
    counts = [("new", plan.added()), ("changed", plan.changed()), ("as before", same), ("bad", bad)]
    table(out, [name for name, _ in counts], [[f"{count:,}" for _, count in counts]], title=title)
    if plan.kept:
        say(out, f"{title}: imported." + (f" {bad:,} bad rows were left out." if bad else ""), "green")
    elif mistakes(found):
        good = ", or keep the good rows with --good-rows" if plan.steps else ""
        say(out, f"{title}: no row was kept. Correct the lines above{good}.", "bold red")
    else:
        say(out, f"{title}: nothing was written (--dry-run).", "green")
