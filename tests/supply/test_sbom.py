"""The bill of materials is what the locks say, and what is installed is that."""

import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply import sbom
from tests.supply.locks import NAMES, ROOT, lock_file, read
from tests.supply.sbom import bill, differences

LOCK = (
    "flask==3.1.1 \\\n    --hash=sha256:{0}\nlgpio==0.2.2.0 ; platform_machine == 'nowhere' \\\n    --hash=sha256:{1}\n"
)
A, B = "a" * 64, "b" * 64


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a checkout with small locks."""
    for name in NAMES:
        lock_file(name, tmp_path).write_text(LOCK.format(A, B))
    return tmp_path


def install(folder: Path, name: str, version: str) -> None:
    """Lay a package's description where Python looks for it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.mark.parametrize("name", NAMES)
def test_each_lock_has_a_valid_bill_with_all_its_packages_and_hashes(name: str) -> None:
    """As the standard's own schema says, strictly."""
    pins = read(lock_file(name))
    text = bill(name, pins)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = {(one["name"], one["version"]): one for one in json.loads(text)["components"]}
    assert found.keys() == {(pin.name, pin.version) for pin in pins}
    for pin in pins:
        told = {one["content"] for one in found[pin.name, pin.version]["hashes"]}
        assert told == set(pin.hashes)


def test_the_products_are_locked_to_what_is_tested() -> None:
    """A kiosk in the lobby runs the versions that the tests ran with."""
    assert sbom.at_odds({name: read(lock_file(name)) for name in NAMES}) == []


def test_what_is_installed_as_locked_is_no_difference(project: Path, tmp_path: Path) -> None:
    """A package for another machine is not missed, and the installer itself is not counted."""
    install(tmp_path / "site", "Flask", "3.1.1")
    install(tmp_path / "site", "pip", "25.0")
    assert differences(read(lock_file("hub", project)), tmp_path / "site") == []


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ([], "flask 3.1.1 is locked and not installed"),
        ([("flask", "3.1.0")], "flask 3.1.0, locked is 3.1.1"),
        ([("flask", "3.1.1"), ("left-pad", "1.0")], "left-pad 1.0 is installed and not locked"),
    ],
    ids=["missing", "older", "slipped-in"],
)
def test_every_difference_is_named_and_fails(
    project: Path, tmp_path: Path, there: list[tuple[str, str]], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bills are written all the same: they say what should be there."""
    site = tmp_path / "site"
    site.mkdir()
    for name, version in there:
        install(site, name, version)
    arguments = ["--root", str(project), "--out", str(tmp_path / "build"), "--installed", "hub", str(site)]
    assert sbom.main(arguments) == 1
    assert f"hub: {said}" in capsys.readouterr().err
    assert {path.name for path in (tmp_path / "build").iterdir()} == {f"sbom-{name}.cdx.json" for name in NAMES}


def test_a_lock_without_hashes_makes_no_bill(project: Path, tmp_path: Path) -> None:
    """Whatever came by that name would be installed."""
    lock_file("hub", project).write_text("flask==3.1.1\n")
    assert sbom.main(["--root", str(project), "--out", str(tmp_path / "build")]) == 1


def test_bills_are_not_kept_in_the_repository() -> None:
    """They are made from what is."""
    assert "build/" in (ROOT / ".gitignore").read_text().splitlines()
