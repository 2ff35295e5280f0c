"""Versions of the program beside each other: a new one is tried, switched to in one step, and taken back if it fails.

``<base>/releases/<version>-<sum>`` is a virtual environment of its own; ``<base>/current`` names the one that runs,
``<base>/previous`` the one before. What is unfinished is never named by either, so the plug may be pulled any time:

1. the files are compared with their SHA256SUMS; 2. the new environment is made beside the others; 3. its self-check
runs; 4. ``complete`` is written into it; 5. ``trial`` notes the way back; 6. ``current`` is switched by one rename;
7. the service is started anew and watched; 8. it has proved itself and ``trial`` goes, or ``current`` is switched back.
After a power cut between 6 and 8 ``settle`` does the watching. Only the standard library, and no network.
"""

import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUMS = "SHA256SUMS"
COMPLETE = "complete"
FAILED = "failed"
TRIAL = "trial"
_WHEEL = re.compile(r"yingbin-(?P<version>[0-9][A-Za-z0-9.+!_]*)-py3-none-any\.whl")
_SUM = re.compile(r"(?P<sum>[0-9a-f]{64}) [ *](?P<name>[^/\0]+)")
_SUM_SHOWN = 8
_log = logging.getLogger(__name__)


class UpdateRefused(Exception):
    """The update cannot be done, and nothing was changed; the text says why and what to do."""

    code = "update_refused"


@dataclass(frozen=True, slots=True)
class Wheelhouse:
    """A folder with the program's wheel and those of all it needs.

    ``release`` is the version and the start of the wheel's sum: the same version built anew is another release.
    """

    folder: Path
    wheel: Path
    release: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What an update does to the machine. ``well`` names what is well with the running service at the moment.

    ``proves`` watches the service just started and says whether it is that version and as well as before; ``failures``
    runs the self-check of a release and names what failed; ``step`` is told the name of each step before it is taken.
    """

    restart: Callable[[], None]
    well: Callable[[], frozenset[str]]
    proves: Callable[[str, frozenset[str]], bool]
    failures: Callable[[Path], frozenset[str]]
    python: Path
    extra: str = "[kiosk]"
    step: Callable[[str], None] = _log.info


def open_wheelhouse(source: Path) -> Wheelhouse:
    """Look into a folder, or at a wheel in one, and compare every file with the sums. Raises UpdateRefused."""
    folder = source if source.is_dir() else source.parent
    sums = _sums(folder)
    for path in sorted(folder.iterdir()):
        if path.name == SUMS or not path.is_file():
            continue
        if path.name not in sums:
            raise UpdateRefused(f"{path.name} is not in {SUMS}: copy the wheelhouse again, whole")
        if _sha256(path) != sums.pop(path.name):
            raise UpdateRefused(f"{path.name} is not what {SUMS} says: copy the wheelhouse again")
    if sums:
        raise UpdateRefused(f"{', '.join(sorted(sums))} of {SUMS} is missing: copy the wheelhouse again, whole")
    wheels = [source] if source.is_file() else sorted(folder.glob("yingbin-*.whl"))
    found = [(wheel, match) for wheel in wheels if (match := _WHEEL.fullmatch(wheel.name))]
    if len(found) != 1:
        raise UpdateRefused(f"there must be one yingbin-<version>-py3-none-any.whl in {folder}, not {len(found)}")
    wheel, match = found[0]
    return Wheelhouse(folder, wheel, f"{match['version']}-{_sha256(wheel)[:_SUM_SHOWN]}")


class Releases:
    """The versions on this machine."""

    def __init__(self, base: Path, machine: Machine) -> None:
        """Take the folder that holds them and what is done to the machine."""
        self._base = base
        self._machine = machine
        self._all = base / "releases"
        self._trial = base / TRIAL

    @property
    def current(self) -> Path | None:
        """Return the release that runs; None before the first."""
        return self._named("current")

    @property
    def previous(self) -> Path | None:
        """Return the release that ran before."""
        return self._named("previous")

    def knows(self, name: str) -> bool:
        """Say whether a release runs already, or has failed here: it is not tried again by itself."""
        release = self._all / name
        return release == self.current or (release / FAILED).exists()

    def install(self, wheelhouse: Wheelhouse) -> bool:
        """Bring a version to run; False when it failed and the old one runs again. Raises UpdateRefused."""
        with self._alone():
            self._settle()
            if self.current == self._all / wheelhouse.release:
                return True
            release = self._made(wheelhouse)
            return self._switched(release)

    def settle(self) -> bool:
        """Finish what a power cut left on trial; False when it was taken back."""
        with self._alone():
            return self._settle()

    def _made(self, wheelhouse: Wheelhouse) -> Path:
        """Make the new environment, all of it on disk, or leave nothing that is called complete."""
        release = self._all / wheelhouse.release
        python = release / "bin" / "python"
        if (release / COMPLETE).exists() and not (release / FAILED).exists():
            return release
        self._machine.step("make room")
        if release.exists():
            shutil.rmtree(release)
        self._machine.step("make the environment")
        base = str(self._machine.python)
        _run([base, "-m", "venv", "--without-pip", str(release)])
        self._machine.step("install")
        pip = [base, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "--quiet"]
        offline = ["--no-index", "--find-links", str(wheelhouse.folder), "--no-cache-dir"]
        _run([*pip, *offline, f"{wheelhouse.wheel}{self._machine.extra}"])
        self._machine.step("check itself")
        already = self._machine.failures(self.current) if self.current else None
        failed = self._machine.failures(release)
        if already is not None and (worse := failed - already):
            (release / FAILED).touch()
            raise UpdateRefused(f"{wheelhouse.release} fails its self-check: {', '.join(sorted(worse))}")
        self._machine.step("complete")
        os.sync()
        _write(release / COMPLETE, wheelhouse.release)
        return release

    def _switched(self, release: Path) -> bool:
        old = self.current
        if old is None:
            self._name("previous", release)  # so that the name is there from the beginning
        else:
            self._machine.step("note the way back")
            self._name("previous", old)
            had = sorted(self._machine.well())
            _write(self._trial, json.dumps({"back": old.name, "new": release.name, "had": had}))
        self._machine.step("switch")
        self._name("current", release)
        return self._settle() if old is not None else self._first()

    def _first(self) -> bool:
        self._machine.step("start")
        self._machine.restart()
        return True

    def _settle(self) -> bool:
        try:
            trial = json.loads(self._trial.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return True
        new, back = self._all / trial["new"], self._all / trial["back"]
        if self.current == new:
            self._machine.step("start")
            self._machine.restart()
            self._machine.step("watch")
            if self._machine.proves(new.name, frozenset(trial["had"])):
                self._machine.step("keep")
                self._forget_trial()
                self._prune()
                return True
            _log.error("%s did not prove itself: back to %s", new.name, back.name)
            self._machine.step("switch back")
            _write(new / FAILED, "")
            self._name("current", back)
        self._machine.step("start the old one")
        self._machine.restart()
        self._forget_trial()
        return False

    def _forget_trial(self) -> None:
        self._trial.unlink()
        _sync(self._base)

    def _prune(self) -> None:
        """Keep the release that runs and the one before."""
        for release in self._all.iterdir():
            if release not in {self.current, self.previous}:
                shutil.rmtree(release)

    def _named(self, name: str) -> Path | None:
        link = self._base / name
        return self._all / link.readlink().name if link.is_symlink() else None

    def _name(self, name: str, release: Path) -> None:
        """Let a name mean a release from now on: at every moment it means the old one or the new one."""
        new = self._base / f"{name}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(Path("releases") / release.name)
        new.rename(self._base / name)
        _sync(self._base)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._all.mkdir(parents=True, exist_ok=True)
        with (self._base / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UpdateRefused("another update is under way") from None
            yield


def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise UpdateRefused(f"{folder / SUMS} cannot be read ({problem.strerror}): see docs/kiosk-on-a-pi.md") from None
    except UnicodeDecodeError:
        raise UpdateRefused(f"{SUMS} is no text in UTF-8: copy the wheelhouse again, whole") from None
    found = {match["name"]: match["sum"] for line in lines if (match := _SUM.fullmatch(line))}
    if len(found) != len(lines):
        raise UpdateRefused(f"{SUMS} holds a line that is not one of sha256sum's")
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own environment's python
    if done.returncode:
        raise UpdateRefused(f"{' '.join(command[:4])} … failed: {done.stderr.strip()[-500:]}")


def _write(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
