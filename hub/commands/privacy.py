"""``python -m hub privacy find|export|erase``: what is known of one guest, and its removal (decision 65).

On SQLite while no hub runs, for the hub owns its file; on PostgreSQL at any time.
"""

import argparse
import os
from pathlib import Path

from rich.console import Console

from hub.commands.showing import NOTHING_USABLE, OK, refused, say, table
from hub.domain.errors import HubError, InvalidInput
from hub.known import as_json, as_page
from hub.letters.folder import FILE_MODE
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.one_guest import erase_guest, export_guest, find_guests


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("what", choices=["find", "export", "erase"], help="find ids, give all that is known, remove it")
    parser.add_argument("guest", metavar="GUEST", help="part of a name, number or address to find; else a guest's id")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path(), help="where an export goes (default: here)"
    )


def run(args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    """Do it; returns 0, 2 when there is no such guest or the files cannot be written."""
    try:
        if args.what == "find":
            return _find(args, store, out)
        return _export(args, store, out, acting) if args.what == "export" else _erase(args, store, out, acting)
    except HubError as problem:
        return refused(out, f"privacy {args.what}", problem)


def _find(args: argparse.Namespace, store: Store, out: Console) -> int:
    with store.read() as tx:
        found = find_guests(tx, args.guest)
    if not found:
        say(out, "There is no such guest.", "yellow")
        return NOTHING_USABLE
    rows = [(one.invited.guest.id, one.invited.guest.name, one.invited.guest.company, *one.meetings) for one in found]
    table(out, ("Guest", "Name", "Company", "Meetings"), [(*row[:3], ", ".join(row[3:])) for row in rows])
    return OK


def _export(args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    with store.write() as tx:
        known = export_guest(tx, args.guest, acting)
        for ending, text in (("json", as_json(known)), ("html", as_page(known))):
            path = args.out / f"guest-{args.guest}.{ending}"
            _write(path, text)
            say(out, f"{path}: {sum(map(len, known.values()))} rows. Give it to the guest, then delete it here.")
    return OK


def _erase(args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    with store.write() as tx:
        gone = erase_guest(tx, args.guest, acting)
        left = tx.personal_data.left_behind()
    store.scrub(left)
    with store.write() as tx:
        tx.personal_data.scrubbed(left)
    say(out, f"Removed: {', '.join(f'{table} {count}' for table, count in sorted(gone.items()))}.", "green")
    say(out, "A booking source that still names the guest brings them back: remove them there too. So do backups.")
    return OK


def _write(path: Path, text: str) -> None:
    """Write for the owner only: it is all about a person."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE), "wb") as file:
            os.fchmod(file.fileno(), FILE_MODE)
            file.write(text.encode())
    except OSError as problem:
        raise InvalidInput("--out", f"{path} cannot be written: {problem.strerror}", "name another folder") from problem
