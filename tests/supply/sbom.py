"""``make sbom``: a bill of materials (CycloneDX 1.6, ECMA-424) of each lock file. What is installed must be that.

It goes to build/. Anything that is installed and not locked, locked and not installed, or of another version, fails.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.supply.locks import NAMES, ROOT, BadLock, Pin, lock_file, read

BOOTSTRAP = frozenset({"pip", "setuptools"})
"""What ``python -m venv`` lays into every environment; it runs nothing of ours."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bills; returns 0, or 1 where something differs from what is locked."""
    parser = argparse.ArgumentParser(description="Write the bills of materials of this project")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    parser.add_argument("--installed", nargs=2, action="append", default=[], metavar=("LOCK", "SITE_PACKAGES"))
    args = parser.parse_args(arguments)
    try:
        locks = {name: read(lock_file(name, args.root)) for name in NAMES}
    except (BadLock, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    wrong = [f"{name}: {one}" for name, folder in args.installed for one in differences(locks[name], Path(folder))]
    wrong += at_odds(locks)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, pins in locks.items():
        (args.out / f"sbom-{name}.cdx.json").write_text(bill(name, pins), encoding="utf-8")
    for one in wrong:
        sys.stderr.write(f"{one}\n")
    counts = ", ".join(f"{name} {len(pins)}" for name, pins in locks.items())
    sys.stdout.write(f"bills of materials in {args.out} (components: {counts}); differences: {len(wrong)}\n")
    return 1 if wrong else 0


def differences(pins: Sequence[Pin], site_packages: Path) -> list[str]:
    """Compare the locked packages that belong on this machine with those in a folder; empty when they are the same."""
    locked = {pin.name: pin.version for pin in pins if pin.belongs_here()}
    there = ((str(canonicalize_name(one.metadata["Name"])), one) for one in distributions(path=[str(site_packages)]))
    found = {name: one.version for name, one in there if name in locked or name not in BOOTSTRAP}
    wrong = [f"{name} {locked[name]} is locked and not installed" for name in locked.keys() - found.keys()]
    wrong += [f"{name} {found[name]} is installed and not locked" for name in found.keys() - locked.keys()]
    both = locked.keys() & found.keys()
    wrong += [f"{name} {found[name]}, locked is {locked[name]}" for name in both if found[name] != locked[name]]
    return sorted(wrong)


def at_odds(locks: Mapping[str, Sequence[Pin]]) -> list[str]:
    """Name what a product would be given in another version than it is tested with."""
    tested = {(pin.name, pin.version) for pin in locks["dev"]}
    return sorted(
        f"{name}: {pin.name} {pin.version} is not what the tests run with"
        for name in ("kiosk", "hub")
        for pin in locks[name]
        if (pin.name, pin.version) not in tested
    )


def bill(name: str, pins: Sequence[Pin]) -> str:
    """Write a bill as JSON; the same lock makes the same bill, byte for byte. Raises ValueError for a bad one."""
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": f"yingbin-{name}", "bom-ref": f"yingbin-{name}"}},
        "components": [_component(pin) for pin in sorted(pins, key=lambda pin: (pin.name, pin.version))],
    }
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:  # pragma: no cover - only a change of this file gets here
        raise ValueError(str(problem)[:1_000])
    return text


def _component(pin: Pin) -> dict[str, Any]:
    """Describe a package; each hash is that of one of its files, of which one is installed."""
    purl = f"pkg:pypi/{pin.name}@{pin.version}"
    properties = [{"name": "yingbin:where", "value": str(pin.requirement.marker)}] if pin.requirement.marker else []
    return {
        "type": "library",
        "name": pin.name,
        "version": pin.version,
        "purl": purl,
        "bom-ref": purl,
        "hashes": [{"alg": "SHA-256", "content": one} for one in pin.hashes],
        "properties": properties,
    }


if __name__ == "__main__":
    raise SystemExit(main())
