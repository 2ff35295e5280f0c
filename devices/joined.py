"""What a machine was told as it joined the house: it goes by that, whatever else stands in its settings.

Nobody copies lines from one screen into a file at a door. Its id is in its certificate, so another one in the
settings could only be wrong.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from devices.settings import BadSettings, Mistake

JOINED = "joined.toml"
KIOSKS, ROOMS = Path("/var/lib/yingbin-kiosk/identity"), Path("/var/lib/yingbin-room/identity")
"""Where a kiosk and an agent keep what they joined with: their user's own, so that they can renew it."""

_FILES = ("secret", "tls_ca", "certificate")


def told(site: str, device: str, broker: Mapping[str, str | int]) -> str:
    """Return the text of ``joined.toml``; files in ``broker`` are names in its folder."""
    values = "".join(f"{key} = {json.dumps(value)}\n" for key, value in broker.items())  # TOML's texts are JSON's
    return f"site = {json.dumps(site)}\ndevice = {json.dumps(device)}\n\n[broker]\n{values}"


def in_place_of(settings: Mapping[str, object], path: Path, usual: Path) -> Mapping[str, object]:
    """Return what takes the place of ``site``, ``device`` and ``[broker]``; nothing where this machine never joined.

    ``usual`` is the folder where the settings name no other in ``joined``. Raises BadSettings.
    """
    named = settings.get("joined", str(usual))
    folder = path.parent / named if isinstance(named, str) else usual
    file = folder / JOINED
    if not file.exists():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        broker = found["broker"] | {name: str(folder / found["broker"][name]) for name in _FILES}
        return {"site": found["site"], "device": found["device"], "broker": broker}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        remedy = f"{file} cannot be used ({problem!r}); let the machine join anew"
        raise BadSettings(path, [Mistake("joined", remedy)]) from problem
