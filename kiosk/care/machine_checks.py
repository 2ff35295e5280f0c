"""What a kiosk needs of the machine it stands on; each check says what it found and what to do about it."""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

LEAST_FREE_MB = 500
_MIB = 1 << 20
_FORGETFUL = frozenset({"tmpfs", "ramfs", "overlay", "squashfs"})
_OTHERS = 0o007
_GROUP_WRITES = 0o020
_WITHIN_S = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and what to do where that is not well."""

    about: str
    found: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Say whether nothing needs to be done."""
        return not self.remedy

    def __str__(self) -> str:
        line = f"{'pass' if self.well else 'FAIL'}  {self.about}: {self.found}"
        return line if self.well else f"{line}\n      → {self.remedy}"


def secret_is_private(secret: Path) -> Finding:
    """Look at who may read the device's password."""
    mode = secret.stat().st_mode & 0o777
    well = not mode & (_OTHERS | _GROUP_WRITES)
    remedy = f"type: sudo chown root:yingbin-kiosk {secret}; sudo chmod 640 {secret}"
    return Finding("secret", f"{secret} has mode {mode:o}", "" if well else remedy)


def data_folder(folder: Path, mounts: str) -> list[Finding]:
    """Look at the disk that keeps the check-ins: that it remembers, takes writes and has room.

    ``mounts`` is the text of /proc/self/mounts.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder)
    except OSError as problem:
        remedy = "give it to the kiosk's user, and see that its disk is mounted for writing (docs/kiosk-on-a-pi.md)"
        return [Finding("data", f"{folder} cannot be written: {problem.strerror}", remedy)]
    kind = file_system(folder.resolve(), mounts)
    forgets = kind in _FORGETFUL
    remedy = "put the data folder on a partition of its own that is not in memory (docs/kiosk-on-a-pi.md)"
    found = f"{folder} is on {kind}" + (", which forgets everything when the power goes" if forgets else "")
    stat = os.statvfs(folder)
    free_mb = stat.f_bavail * stat.f_frsize // _MIB
    more = "" if free_mb >= LEAST_FREE_MB else f"free {LEAST_FREE_MB} MB on that disk"
    return [Finding("data", found, remedy if forgets else ""), Finding("room", f"{free_mb} MB free", more)]


def file_system(folder: Path, mounts: str) -> str:
    """Return the kind of file system that holds ``folder``, by /proc/self/mounts."""
    best = ("", "unknown")
    for line in mounts.splitlines():
        _, where, kind, *_ = line.split(" ")
        mount = Path(where.encode().decode("unicode_escape"))
        if (folder == mount or mount in folder.parents) and len(str(mount)) >= len(best[0]):
            best = (str(mount), kind)
    return best[1]


def fonts() -> Finding:
    """Look whether Chinese can be drawn."""
    remedy = "type: sudo apt-get install fonts-noto-cjk"
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh", "family"],  # noqa: S607 - the machine's own program
            capture_output=True,
            text=True,
            timeout=_WITHIN_S,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as problem:
        return Finding("fonts", f"fc-list cannot be asked: {problem}", "type: sudo apt-get install fontconfig")
    families = sorted({line.split(",")[0].strip() for line in listed.splitlines() if line.strip()})
    found = f"{len(families)} with Chinese characters, such as {families[0]}" if families else "none for Chinese"
    return Finding("fonts", found, "" if families else remedy)


def _write(folder: Path) -> None:
    """Write a small file through to the disk and take it away. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"check")
        file.flush()
        os.fsync(file.fileno())
