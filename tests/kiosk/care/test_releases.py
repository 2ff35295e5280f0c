"""Updates with real environments, real wheels and real files; a power cut is a process killed at a step."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.care.releases import SUMS, Machine, Releases, UpdateRefused, Wheelhouse, open_wheelhouse

STEPS = (
    "make room",
    "make the environment",
    "install",
    "check itself",
    "complete",
    "note the way back",
    "switch",
    "start",
    "watch",
    "keep",
)
BACK = ("switch back", "start the old one")


def wheelhouse(folder: Path, version: str) -> Path:
    """Make the smallest wheel of that version, and its sums."""
    folder.mkdir(parents=True)
    wheel = folder / f"yingbin-{version}-py3-none-any.whl"
    info = f"yingbin-{version}.dist-info"
    files = {
        "kiosk/__init__.py": "",
        "kiosk/__main__.py": f"print({version!r})\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: yingbin\nVersion: {version}\nProvides-Extra: kiosk\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    write_sums(folder)
    return folder


def write_sums(folder: Path) -> None:
    """Write what sha256sum writes."""
    paths = sorted(path for path in folder.iterdir() if path.name != SUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def running(base: Path) -> str:
    """Run what ``current`` names, as the service would; return its version."""
    command = [str(base / "current" / "bin" / "python"), "-P", "-m", "kiosk"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


def is_old(release: str) -> bool:
    """Say whether this is not version 2."""
    return not release.startswith("2.0-")


def machine(*, good: Callable[[str], bool] = lambda _: True, step: Callable[[str], None] = lambda _: None) -> Machine:
    """Give a machine whose versions do well, or not."""
    return Machine(
        restart=lambda: None,
        well=lambda: frozenset({"camera"}),
        proves=lambda version, had: good(version) and had == {"camera"},
        failures=lambda release: frozenset() if (release / "bin" / "python").exists() else frozenset({"python"}),
        python=Path(sys.base_prefix) / "bin" / "python3",
        step=step,
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install version 1 once; copies of it are what the tests update."""
    folder = tmp_path_factory.mktemp("kiosk")
    base = folder / "base"
    assert Releases(base, machine()).install(open_wheelhouse(wheelhouse(folder / "1", "1.0")))
    assert running(base) == "1.0"
    return base


@pytest.fixture
def base(template: Path, tmp_path: Path) -> Path:
    """Give a machine on which version 1 runs."""
    return Path(shutil.copytree(template, tmp_path / "base", symlinks=True))


@pytest.fixture
def second(tmp_path: Path) -> Wheelhouse:
    """Give version 2."""
    return open_wheelhouse(wheelhouse(tmp_path / "2", "2.0"))


def test_a_new_version_runs_and_the_old_one_is_kept(base: Path, second: Wheelhouse) -> None:
    """In these steps; done again it does nothing."""
    taken: list[str] = []
    releases = Releases(base, machine(step=taken.append))
    assert releases.install(second)
    assert tuple(taken) == STEPS
    assert running(base) == "2.0"
    assert releases.previous is not None
    assert releases.previous.name.startswith("1.0-")
    assert sorted(path.name for path in base.iterdir()) == ["current", "lock", "previous", "releases"]
    taken.clear()
    assert releases.install(second)
    assert taken == []


def test_a_version_that_does_not_do_well_is_taken_back_and_not_tried_again_by_itself(
    base: Path, second: Wheelhouse
) -> None:
    """The old one runs again; a timer sees that the new one has failed here."""
    taken: list[str] = []
    releases = Releases(base, machine(good=is_old, step=taken.append))
    assert not releases.install(second)
    assert running(base) == "1.0"
    assert tuple(taken[-2:]) == BACK
    assert releases.knows(second.release)
    assert not (base / "trial").exists()


def test_a_version_that_fails_a_check_the_old_one_passes_is_never_switched_to(base: Path, second: Wheelhouse) -> None:
    """A check that fails before and after, such as a printer without paper, holds nothing up."""
    for worse in (True, False):
        broken = {"2.0": frozenset({"printer", "camera"} if worse else {"printer"}), "1.0": frozenset({"printer"})}
        careful = replace(machine(), failures=lambda release, broken=broken: broken[release.name[:3]])  # type: ignore[misc]
        releases = Releases(base, careful)
        if worse:
            with pytest.raises(UpdateRefused, match=r"2\.0-[0-9a-f]{8} fails its self-check: camera"):
                releases.install(second)
            assert running(base) == "1.0"
        else:
            assert releases.install(second)
    assert running(base) == "2.0"


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_at_any_step_leaves_a_version_that_runs_and_an_update_that_can_be_finished(
    base: Path, second: Wheelhouse, step: str
) -> None:
    """Killed as the step begins; then the machine starts, settles what was on trial, and is updated once more."""
    _die_at(step, base, second, good=True)
    assert running(base) == ("2.0" if step in STEPS[7:] else "1.0")
    assert Releases(base, machine()).settle() is (step != "switch")
    assert running(base) == ("2.0" if step in STEPS[7:] else "1.0")
    assert Releases(base, machine()).install(second)
    assert running(base) == "2.0"
    assert not (base / "trial").exists()


@pytest.mark.parametrize("step", ["start", "watch", *BACK])
def test_a_bad_version_is_taken_back_after_a_power_cut_too(base: Path, second: Wheelhouse, step: str) -> None:
    """Whoever watches after the start remembers what the way back was."""
    _die_at(step, base, second, good=False)
    assert running(base) in {"1.0", "2.0"}
    assert not Releases(base, machine(good=is_old)).settle()
    assert running(base) == "1.0"
    assert not (base / "trial").exists()


@pytest.mark.parametrize("call", ["symlink_to", "rename"])
def test_a_name_means_the_old_version_until_the_moment_it_means_the_new_one(
    base: Path, second: Wheelhouse, call: str
) -> None:
    """Cut before any file operation of the switch itself, there is still a version that runs."""
    child = os.fork()
    if child == 0:
        try:
            whole = getattr(Path, call)

            def cut(path: Path, target: Path) -> object:
                if path.name.startswith("current"):
                    os.kill(os.getpid(), signal.SIGKILL)
                return whole(path, target)

            setattr(Path, call, cut)
            Releases(base, machine()).install(second)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert running(base) == "1.0"
    assert Releases(base, machine()).install(second)
    assert running(base) == "2.0"


def _die_at(step: str, base: Path, second: Wheelhouse, *, good: bool) -> None:
    """Let a process of its own do the update, and kill it as it begins a step."""

    def maybe_die(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            Releases(base, machine(good=lambda name: good or is_old(name), step=maybe_die)).install(second)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the update never came to {step!r}"


def spoil(folder: Path) -> None:
    """Change a byte."""
    (wheel,) = folder.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"?")


def smuggle(folder: Path) -> None:
    """Add a file that nobody summed."""
    (folder / "evil-1.0-py3-none-any.whl").touch()


def lose(folder: Path) -> None:
    """Lose a file on the way."""
    next(folder.glob("*.whl")).unlink()


def forget(folder: Path) -> None:
    """Come without sums."""
    (folder / SUMS).unlink()


def tear(folder: Path) -> None:
    """Copy the sums from a card that is dying."""
    (folder / SUMS).write_bytes(b"\xff\xfe" + (folder / SUMS).read_bytes())


def add_another(folder: Path) -> None:
    """Bring two versions."""
    (folder / "yingbin-3.0-py3-none-any.whl").touch()
    write_sums(folder)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (spoil, "is not what SHA256SUMS says"),
        (smuggle, "evil-1.0-py3-none-any.whl is not in SHA256SUMS"),
        (lose, "is missing"),
        (forget, "cannot be read"),
        (tear, "is no text in UTF-8"),
        (add_another, "must be one yingbin-"),
    ],
)
def test_a_wheelhouse_that_is_not_whole_is_refused(tmp_path: Path, harm: Callable[[Path], None], words: str) -> None:
    """Before anything is changed."""
    folder = wheelhouse(tmp_path / "2", "2.0")
    harm(folder)
    with pytest.raises(UpdateRefused, match=words):
        open_wheelhouse(folder)


def test_two_updates_at_once_are_one_too_many(base: Path, second: Wheelhouse) -> None:
    """The second is told so."""
    releases = Releases(base, machine())
    with releases._alone(), pytest.raises(UpdateRefused, match="another update is under way"):
        releases.install(second)
