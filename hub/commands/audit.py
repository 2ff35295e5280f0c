"""``python -m hub audit``: whether the audit log is as it was written, and where it stands now (decision 64).

On SQLite while no hub runs, for the hub owns its file; on PostgreSQL at any time.
"""

import argparse

from rich.console import Console

from hub.audit_heads import AuditHeads
from hub.commands.showing import NOTHING_USABLE, OK, SOME_BAD, say
from hub.domain.audit_chain import read_head
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.verify_audit import verify_audit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "--head",
        metavar="NUMBER:HASH",
        nargs="+",
        default=[],
        help="heads that you wrote down, beside those in audit-heads.txt: the log must have them",
    )


def run(args: argparse.Namespace, store: Store, out: Console, _acting: Acting, *, heads: AuditHeads) -> int:
    """Verify the log; returns 0, 1 with the first broken row, 2 when a head cannot be read."""
    try:
        kept = [*heads.kept(), *(read_head(words) for words in args.head)]
    except (ValueError, OSError) as problem:
        say(out, f"A head cannot be read: {problem}", "bold red")
        return NOTHING_USABLE
    with store.read() as tx:
        reached, broken = verify_audit(tx, kept)
    if broken:
        say(out, f"The audit log is broken at row {broken.number}: {broken.problem}.", "bold red")
        return SOME_BAD
    say(out, f"The audit log is whole, and agrees with {len(kept)} heads written down before.", "green")
    say(out, f"It stands at {reached}")
    return OK
