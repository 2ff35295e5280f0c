"""A house that makes codes: the keys in a folder, and chance from the machine."""

import secrets
from pathlib import Path

from devices.ids import uuid7
from hub.key_files import KeyFolder
from hub.usecases.acting import Acting
from hub.usecases.hand_out_code import CodeMaker
from tests.hub.web.scene import NOW

CODES_A_DAY = 40


def maker(folder: Path) -> CodeMaker:
    """Return what the pages of such a house make codes with."""

    def acting(name: str) -> Acting:
        return Acting(actor=name, at=NOW, ids=uuid7, bits=secrets.randbits, site_key=bytes(32), codes_a_day=CODES_A_DAY)

    return CodeMaker(KeyFolder(folder / "keys"), acting)
