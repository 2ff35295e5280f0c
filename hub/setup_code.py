"""The code that makes a house's first admin: written for whoever starts the hub, and for nobody else to read."""

import contextlib
import logging
import os
import secrets
import sys
from pathlib import Path

from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import has_admin, offer_setup

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LENGTH = 16
"""78 random bits, of letters that look like no other."""

_NAME = "setup-code"


_log = logging.getLogger(__name__)


def let_the_first_in(store: Store, folder: Path, address: str, who: Deciding) -> None:
    """Where nobody can let people in, write the code that makes the first admin: to a file, and to a terminal.

    So it is in a house that has just come to this version, too: what it had goes on, and nobody is locked out.
    """
    with store.write() as tx:
        if has_admin(tx):
            clear_setup_code(folder)
            return
        code = new_setup_code()
        offer_setup(tx, code, who)
    path = write_setup_code(folder, code)
    _log.warning("nobody is an admin yet: open %ssetup with the code in %s, within 15 minutes", address, path)
    if sys.stderr.isatty():  # not where it would be kept in a log
        print(f"setup code: {code}", file=sys.stderr)  # noqa: T201 - for whoever starts the hub


def new_setup_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def write_setup_code(folder: Path, code: str) -> Path:
    """Write the code where only the hub's own user can read it; returns the file."""
    clear_setup_code(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _NAME
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(code + "\n")
    return path


def clear_setup_code(folder: Path) -> None:
    """Remove the file: there is an admin, or a new code."""
    with contextlib.suppress(FileNotFoundError):
        (folder / _NAME).unlink()
