"""How far the database had come, kept beside it: one that has gone back was restored from a backup."""

import json
import logging
from pathlib import Path

EVERY_MS = 5_000
"""How often the file is written at most; what came later is found by the kiosks' own numbers (I9)."""

_log = logging.getLogger(__name__)


class Witness:
    """A small file outside of the database. Losing it costs nothing but this way of noticing."""

    def __init__(self, path: Path) -> None:
        """Keep the file's place."""
        self._path = path
        self._noted_ms = -EVERY_MS

    def contradicts(self, incarnation: str, position: int) -> bool:
        """Say whether this very database had come further than ``position`` of its feed before."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return bool(found["incarnation"] == incarnation and int(found["position"]) > position)
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("%s cannot be read; it is written anew", self._path)
            return False

    def note(self, incarnation: str, position: int, now_ms: int) -> None:
        """Write down how far the database has come, unless that was done just now. Never raises for the disk."""
        if now_ms - self._noted_ms < EVERY_MS:
            return
        self._noted_ms = now_ms
        draft = self._path.with_suffix(".new")
        try:
            draft.write_text(json.dumps({"incarnation": incarnation, "position": position}), encoding="utf-8")
            draft.replace(self._path)
        except OSError as problem:
            _log.warning("%s cannot be written: %s", self._path, problem)
