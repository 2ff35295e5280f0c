"""``python -m hub import`` of a list of pick-ups: the same tables and exit codes as for guests."""

import argparse
from zoneinfo import ZoneInfo

from rich.console import Console

from hub.commands import choosing
from hub.commands.list_files import ListFile
from hub.commands.showing import NOTHING_USABLE, OK, SOME_BAD, findings, say, table
from hub.domain.transfers import Leads
from hub.guest_lists.transfers import read_transfers
from hub.ports import Store
from hub.usecases import import_transfers
from hub.usecases.acting import Acting
from hub.usecases.findings import mistakes


def run(file: ListFile, args: argparse.Namespace, store: Store, out: Console, acting: Acting, leads: Leads) -> int:
    """Import the pick-ups in a file; returns 0, 1 when rows are bad, 2 when none can be used."""
    with store.read() as tx:
        meeting = choosing.meeting(tx, args.meeting)
    listed = read_transfers(file.data, ZoneInfo(meeting.zone))
    if args.dry_run or (mistakes(listed.findings) and not args.good_rows):
        with store.read() as tx:
            plan = import_transfers.look(tx, meeting, listed.rows, acting.at)
    else:
        with store.write() as tx:
            plan = import_transfers.import_transfers(tx, meeting, listed.rows, leads, acting, good_rows=args.good_rows)
    found = sorted([*listed.findings, *plan.findings], key=lambda finding: finding.line)
    findings(out, found, listed.labels)
    title, bad = f"{file.name} → {meeting.key}", listed.total - len(plan.steps)
    same = len(plan.steps) - plan.added() - plan.changed()
    counts = [("new", plan.added()), ("changed", plan.changed()), ("as before", same), ("bad", bad)]
    table(out, [word for word, _ in counts], [[f"{count:,}" for _, count in counts]], title=f"{title}: pick-ups")
    if plan.kept:
        say(out, f"{title}: imported." + (f" {bad:,} bad rows were left out." if bad else ""), "green")
    elif mistakes(found):
        good = ", or keep the good rows with --good-rows" if plan.steps else ""
        say(out, f"{title}: no row was kept. Correct the lines above{good}.", "bold red")
    else:
        say(out, f"{title}: nothing was written (--dry-run).", "green")
    if not mistakes(found):
        return OK
    return SOME_BAD if plan.steps else NOTHING_USABLE
