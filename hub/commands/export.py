"""``python -m hub export sheet``: what leaves the house as a file: sign-in sheets for when no kiosk works (R94)."""

import argparse
import os
from pathlib import Path

from rich.console import Console

from devices.texts import Texts
from hub.commands import choosing
from hub.commands.showing import OK, refused, say
from hub.domain.errors import HubError, InvalidInput
from hub.letters.folder import FILE_MODE
from hub.letters.pages import Pages
from hub.letters.wording import TEXTS_FOLDER, Wording
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.invite import occasion
from hub.usecases.sign_on_paper import rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("what", choices=["sheet"], help="sheet: all guests with room to sign, to print on A4")
    parser.add_argument("--meeting", metavar="KEY", help="whose guests; not needed while there is one meeting")
    parser.add_argument("--out", metavar="FILE", type=Path, help="where to (default: sign-in-KEY.html)")


def run(args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    """Write a meeting's sign-in sheets; returns 0, 2 when they cannot be written."""
    try:
        with store.write() as tx:
            meeting = choosing.meeting(tx, args.meeting)
            listed = rows(tx, meeting)
            page = Pages(Wording(Texts.load(TEXTS_FOLDER), occasion(tx, meeting))).sign_in_sheets(listed)
            tx.records.audit(acting.actor, f"sheet.written:{len(listed)}", meeting.id, acting.at)
            path = args.out or Path(f"sign-in-{meeting.key}.html")
            _write(path, page)
    except HubError as problem:
        return refused(out, "export", problem)
    sheets = len({row.sheet for row in listed if not row.withdrawn})
    say(out, f"{path}: {sheets:,} sheets for {sum(not row.withdrawn for row in listed):,} guests. Print them on A4.")
    return OK


def _write(path: Path, page: str) -> None:
    """Write the page for its owner only: it holds every guest's name."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE), "wb") as file:
            os.fchmod(file.fileno(), FILE_MODE)
            file.write(page.encode())
    except OSError as problem:
        raise InvalidInput("--out", f"{path} cannot be written: {problem.strerror}", "name another file") from problem
