"""``python -m kiosk update``: bring a new version to run on this machine, or the old one back."""

import json
import logging
import pwd
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.settings import BadSettings, load
from kiosk.care.health import ask
from kiosk.care.releases import Machine, Releases, UpdateRefused, open_wheelhouse
from kiosk.config import KioskConfig

SERVICE = "yingbin-kiosk.service"
USER = "yingbin-kiosk"
SETTLED_S = 20.0
"""A new version must do well for so long without a break."""

WITHIN_S = 120.0
"""And begin to, in time to end within this; else the old one is brought back."""

_CHECK_S = 180
_SIGNS = ("camera", "hub")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for. Without ``source`` only what a power cut left on trial is settled."""

    source: Path | None
    base: Path
    config: Path
    if_new: bool = False
    start: bool = True


def update(wish: Wish) -> int:
    """Do it and say what was done; 0 when the version wanted runs, 1 when it was refused or taken back."""
    releases = Releases(wish.base, _machine(wish))
    try:
        if wish.source is None:
            return _said(releases.settle(), "nothing is on trial any more", "the new version was taken back")
        wheelhouse = open_wheelhouse(wish.source)
        if wish.if_new and releases.knows(wheelhouse.release):
            print(f"{wheelhouse.release} is not new here")  # noqa: T201 - the command's own words
            return 0
        good = releases.install(wheelhouse)
        return _said(good, f"{wheelhouse.release} runs", f"{wheelhouse.release} did not do well: the old one is back")
    except UpdateRefused as problem:
        print(f"nothing was changed: {problem}", file=sys.stderr)  # noqa: T201 - same
        return 1


def _said(good: bool, well: str, ill: str) -> int:  # noqa: FBT001 - the fact itself
    print(well if good else ill, file=sys.stdout if good else sys.stderr)
    return 0 if good else 1


def _machine(wish: Wish) -> Machine:
    return Machine(
        restart=_restart if wish.start else lambda: None,
        well=lambda: _well(_health(wish.config)),
        proves=(lambda release, had: _proves(wish.config, release, had)) if wish.start else lambda *_: True,
        failures=lambda release: _failures(release, wish.config),
        python=Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}",
    )


def _restart() -> None:
    _call(["systemctl", "restart", SERVICE])


def _health(config: Path) -> dict[str, object] | None:
    """Return what the kiosk says of itself; None when it does not, or where its settings are not whole."""
    try:
        return ask(load(config, KioskConfig).screen.port)
    except BadSettings:
        return None


def _well(said: dict[str, object] | None) -> frozenset[str]:
    return frozenset(sign for sign in _SIGNS if said and said.get(sign))


def _proves(config: Path, release: str, had: frozenset[str]) -> bool:
    """Watch until the release has done well for a while; False when it does not within the time."""
    pause = threading.Event()
    began = since = time.monotonic()
    while time.monotonic() - began < WITHIN_S:
        said = _health(config)
        good = said is not None and said.get("release") == release and had <= _well(said)
        since = since if good else time.monotonic()
        if time.monotonic() - since >= SETTLED_S:
            return True
        pause.wait(1.0)
    return False


def _failures(release: Path, config: Path) -> frozenset[str]:
    """Run a release's own self-check, as the user the kiosk runs as."""
    command = [str(release / "bin" / "python"), "-P", "-m", "kiosk", "check", "--json", "--config", str(config)]
    try:
        pwd.getpwnam(USER)
    except KeyError:
        _log.warning("there is no user %s here: the self-check runs as this one", USER)
    else:
        command = ["runuser", "-u", USER, "--", *command]
    try:
        return frozenset(json.loads(_call(command))["failed"])
    except (ValueError, KeyError, TypeError):  # it did not even say what failed
        return frozenset({"self-check"})


def _call(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own programs, named above
            command, capture_output=True, text=True, check=False, timeout=_CHECK_S
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        _log.warning("%s: %s", command[0], problem)
        return ""
    if done.returncode and done.stderr.strip():
        _log.warning("%s ended with %d: %s", " ".join(command), done.returncode, done.stderr.strip()[-500:])
    return done.stdout
