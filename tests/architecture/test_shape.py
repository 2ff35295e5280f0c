"""What the linters cannot see: the top level, topic strings, and the shape of files."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
AGREED = {
    "pyproject.toml",
    "kiosk",
    "hub",
    "devices",
    "firmware_config",
    "tests",
    "docs",
    "README.md",
    "Makefile",
    "LICENSE",
    "CHANGELOG.md",
    "SECURITY.md",
}
PACKAGES = ("devices", "kiosk", "hub")
LONGEST_FILE = 500
MEDIAN_FILE = 150


def tracked() -> list[str]:
    """Return the paths git keeps, or every file outside a checkout."""
    answer = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [path for path in answer.stdout.splitlines() if (ROOT / path).exists()]


def sources() -> list[Path]:
    """Return the product's Python files."""
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    """A newcomer finds the same few names as in the map."""
    top = {path.split("/")[0] for path in tracked()}
    if not top:
        pytest.skip("not in a git checkout")
    odd = {name for name in top - AGREED if not name.startswith(".") and not name.endswith(".lock")}
    assert odd == set()


def test_the_linters_look_at_every_package() -> None:
    """A package that the layers do not name would be held by nothing."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(settings["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)
    assert set(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(PACKAGES)


PLANTED = {
    "S608": 'ask(f"SELECT * FROM guests WHERE name = {typed}")',
    "S602": "subprocess.run(typed, shell=True, check=True)",
    "S605": "os.system(typed)",
    "S307": "eval(typed)",
    "S301": "pickle.loads(typed)",
    "S311": "random.randrange(10**6)",
    "S501": 'requests.get("https://hub.example", verify=False, timeout=1)',
}
"""What nobody may write, by the rule of ruff's that refuses it."""


@pytest.mark.parametrize("package", PACKAGES)
def test_the_linters_refuse_what_lets_strangers_in(package: str) -> None:
    """In every package, under our own settings: SQL made of strings, a shell, chance where it could be guessed."""
    lines = "\n".join(PLANTED.values())
    source = f"import os, pickle, random, requests, subprocess\n{lines}\n"
    command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", f"{package}/planted.py", "--output-format"]
    told = subprocess.run(
        [*command, "concise", "-"], cwd=ROOT, input=source, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert {rule for rule in PLANTED if f" {rule} " not in told.stdout} == set()
    assert "$(BIN)/ruff check .\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "make lint\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_topics_are_spelled_in_one_file() -> None:
    """A topic written by hand elsewhere would drift away unnoticed."""
    spelled = re.compile(r"""["'][^"'\n]*yingbin/v\d""")
    where = [path for path in sources() if spelled.search(path.read_text(encoding="utf-8"))]
    assert where == [ROOT / "devices" / "contract" / "topics.py"]


def test_files_stay_small_enough_to_read() -> None:
    """Every project with a file of thousands of lines had no rule that would have stopped it."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path for path, length in lengths.items() if length > LONGEST_FILE} == set()
    assert median(lengths.values()) < MEDIAN_FILE


def test_no_secret_path_or_registry_stands_in_the_tree() -> None:
    """What belongs to one machine, or names where packages come from, is not committed."""
    forbidden = re.compile(
        r"(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)|registry\.npm|/(?:home|Users)/[a-z]|BEGIN [A-Z ]*PRIVATE KEY"
    )
    found = [
        path
        for path in tracked()
        if path != "tests/architecture/test_shape.py"
        and forbidden.search((ROOT / path).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("part", "absent"),
    [
        ("hub.__main__", ("numpy", "cv2", "zxingcpp", "pyzbar")),
        (
            "kiosk.__main__, kiosk.wiring",
            ("sqlalchemy", "alembic", "psycopg", "segno", "openpyxl", "icalendar", "rich"),
        ),
        (
            "devices.__main__, devices.room.wiring, devices.room.check",
            ("sqlalchemy", "flask", "jinja2", "numpy", "cv2"),
        ),
        ("devices.simulation.wiring", ("sqlalchemy", "flask", "gpiozero", "numpy", "cv2")),
    ],
)
def test_a_hub_needs_no_camera_and_a_kiosk_no_database_server(part: str, absent: tuple[str, ...]) -> None:
    """Each is installed with its own extra alone."""
    code = f"import sys; sys.modules.update(dict.fromkeys({absent!r})); import {part}"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
