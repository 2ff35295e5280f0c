"""``python -m hub staff``: who is listed, and by what they sign in; new PINs, badges, and codes for tablets to join.

On SQLite while no hub runs, for the hub owns its file; on PostgreSQL at any time.
"""

import argparse
import getpass
import secrets
import sys

from rich.console import Console

from hub.commands.showing import OK, refused, say, table
from hub.domain.errors import HubError, NotFound
from hub.domain.staff import Staff
from hub.ports import Store, Transaction
from hub.usecases.acting import Acting
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.sign_in import give_badge, give_pin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("--pin", metavar="KEY", nargs="+", default=[], help="give these people a new PIN each")
    parser.add_argument("--pins", action="store_true", help="give everybody a PIN who has none")
    parser.add_argument(
        "--badge", metavar="KEY", help="let a person sign in by the badge that is scanned, or typed, now"
    )
    parser.add_argument("--tablet", metavar="NAME", help="let a tablet join under a name: says the code to type there")
    parser.add_argument("--room", metavar="KEY", default="", help="with --tablet: it is this room's panel")


def run(args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    """Do it; returns 0, 2 when a person is not known or a code cannot be used."""
    badge = _scan(args.badge) if args.badge else ""
    try:
        with store.write() as tx:
            told = _codes(tx, args, badge, acting)
            code = invite_tablet(tx, args.tablet, acting, secrets.randbelow, args.room) if args.tablet else ""
    except HubError as problem:
        return refused(out, "staff", problem)
    if not (told or code or badge):
        _list(store, out)
    for name, pin in told:
        say(out, f"{name}: PIN {pin} (shown once; it takes the place of an earlier one)", "green")
    if badge:
        say(out, f"{args.badge}: the badge signs in now.", "green")
    if code:
        say(out, f"At the tablet open /staff/join and type {code} within 15 minutes.", "green")
    return OK


def _codes(tx: Transaction, args: argparse.Namespace, badge: str, acting: Acting) -> list[tuple[str, str]]:
    coded = tx.staff.coded()
    chosen = [_find(tx, key) for key in args.pin]
    if args.pins:
        chosen += [one for one in tx.staff.all() if one.active and one.key not in coded and one.key not in args.pin]
    if args.badge:
        give_badge(tx, _find(tx, args.badge), badge, acting)
    return [(one.name, give_pin(tx, one, acting, secrets.randbelow)) for one in chosen]


def _scan(key: str) -> str:
    """Take a badge's code without showing it: from a scanner that types, or a pipe."""
    return getpass.getpass(f"Scan the badge of {key}: ") if sys.stdin.isatty() else sys.stdin.readline().strip()


def _find(tx: Transaction, key: str) -> Staff:
    found = next((one for one in tx.staff.all() if one.key == key and one.active), None)
    if found is None:
        raise NotFound(f"there is nobody with the key {key!r}; list them with: python -m hub staff")
    return found


def _list(store: Store, out: Console) -> None:
    with store.read() as tx:
        people, coded = tx.staff.all(), tx.staff.coded()
    rows = [
        (
            one.key,
            one.name,
            ", ".join(sorted(one.roles)),
            one.pager,
            ", ".join(sorted(coded.get(one.key, ()))) or "none",
        )
        for one in people
        if one.active
    ]
    if not rows:
        say(out, "Nobody is listed: add [[staff]] to the venue file and import it.", "yellow")
        return
    table(out, ("Key", "Name", "Teams", "Pager", "Signs in by"), rows, title="Staff")
