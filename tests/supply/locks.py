"""What the lock files pin, for the bill of materials and the audit. Developers' tools; nothing of it is installed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
NAMES = ("kiosk", "hub", "dev", "esphome", "build")

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class BadLock(Exception):
    """A lock file cannot be trusted; the text names file, package and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One package at one version with the SHA-256 of every file that may be installed as it.

    ``marker`` says where it is installed (PEP 508); empty for everywhere.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    requirement: Requirement

    def belongs_here(self, environment: Mapping[str, str] | None = None) -> bool:
        """Say whether it is installed in this Python on this machine, or in one described by ``environment``."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate(dict(environment or {}))


def lock_file(name: str, root: Path = ROOT) -> Path:
    """Return where the lock of one set of packages is."""
    return root / f"requirements-{name}.lock"


def read(path: Path) -> list[Pin]:
    """Read a lock file. Raises BadLock where a package has no exact version or no hash, and OSError."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [_pin(path, line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _pin(path: Path, line: str) -> Pin:
    stated, *_ = line.split(" --hash=", 1)
    hashes = tuple(_HASH.findall(line))
    requirement = Requirement(stated.strip())
    exact = [one for one in requirement.specifier if one.operator == "=="]
    if len(exact) != 1 or len(requirement.specifier) != 1:
        raise BadLock(f"{path.name}: {requirement.name} has no one exact version")
    if not hashes:
        raise BadLock(f"{path.name}: {requirement.name} has no hash")
    name = canonicalize_name(requirement.name)
    return Pin(name=name, version=exact[0].version, hashes=hashes, requirement=requirement)
