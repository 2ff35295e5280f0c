"""Whatever is installed anywhere was pinned by hash: in the Makefile, CI, the kiosk's scripts, and what people type."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.supply.locks import NAMES, ROOT, lock_file, read

_INSTALLS = re.compile(
    r"\bpip\b.*?\b(?:install|download|wheel)\b|\$\{(?:pip|build)\[@\]\}\"? (?:install|download|wheel)\b|\(PIP\) "
)
_CHECKED = "--require-hashes"
_OURSELVES = "--no-deps --no-build-isolation"
"""Our own source, built with what is installed already, which was checked."""


def places() -> list[Path]:
    """Return every file that installs something, or tells people how."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    wanted = re.compile(r"Makefile|\.ci/.*|firmware_config/.*|.*\.md|.*\.service|\.github/.*")
    return [ROOT / path for path in listed.splitlines() if wanted.fullmatch(path) and (ROOT / path).is_file()]


def lines(path: Path) -> list[str]:
    """Return a file's lines that install packages; what apt installs is signed by Debian."""
    text = path.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")
    found = [line for line in text.splitlines() if _INSTALLS.search(line)]
    return [line for line in found if "apt-get" not in line and "packages=(" not in line and "need=(" not in line]


def test_every_install_checks_hashes() -> None:
    """A package of the same name and version with other bytes is refused."""
    files = places()
    if not files:
        pytest.skip("not in a git checkout")
    found = [(path.name, line) for path in files for line in lines(path)]
    assert {"Makefile", "wheelhouse", "README.md"} <= {name for name, _ in found}
    assert [one for one in found if _CHECKED not in one[1] and _OURSELVES not in one[1]] == []


def test_a_kiosk_installs_from_its_wheelhouse_alone() -> None:
    """Whose sums it has checked before (kiosk/care/releases.py)."""
    source = (ROOT / "kiosk" / "care" / "releases.py").read_text(encoding="utf-8")
    assert '"--no-index"' in source
    assert "SHA256SUMS" in source


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_place_to_fetch_from(name: str) -> None:
    """Versions and hashes only: where they come from is the installing machine's affair."""
    text = lock_file(name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert read(lock_file(name))


def test_what_builds_the_program_is_locked() -> None:
    """An isolated build would fetch the newest, unlooked at."""
    assert "hatchling" in {pin.name for pin in read(lock_file("build"))}
