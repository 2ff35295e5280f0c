"""The checker: whether what is on the disks keeps the promises I1 to I15 (DESIGN 4).

Independent of the product: it reads files and tables from outside and knows the rules from the documents alone (see
``evidence``, ``rules`` and ``invariants``). ``python -m tests.faults.checker --hub ADDRESS --kiosk ID=FILE --witness
FILE`` (kiosks and witnesses as often as there are any) prints a report and ends with 1 when a promise is broken.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.case import Caps, Case
from tests.faults.evidence import Evidence, read_books, read_hub, read_kiosk, read_witnesses
from tests.faults.invariants import ALWAYS, CHECKS

NO_BOOKS = {"I11": "the house followed no booking database"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise, naming the rows that show it."""

    invariant: str
    words: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.words}"


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found, by invariant; ``checked`` were looked at, ``not_yet`` were not and say why."""

    violations: tuple[Violation, ...]
    checked: tuple[str, ...]
    not_yet: Mapping[str, str]

    @property
    def holds(self) -> bool:
        """Say whether every promise looked at was kept."""
        return not self.violations

    def count(self, *names: str) -> int:
        """Return how many violations the named invariants have."""
        return sum(one.invariant in names for one in self.violations)

    def lines(self, most: int = 5) -> Iterator[str]:
        """Write the report for people, at most ``most`` violations of each invariant."""
        for name in self.checked:
            broken = [one for one in self.violations if one.invariant == name]
            yield f"{name:4} {'holds' if not broken else f'BROKEN {len(broken)} times'}"
            yield from (f"     {one.words}" for one in broken[:most])
        for name, why in self.not_yet.items():
            yield f"{name:4} not checked: {why}"


def check(evidence: Evidence, caps: Caps | None = None, *, during: bool = False) -> Report:
    """Check all invariants; ``during`` a storm only those that hold at all times."""
    case = Case(evidence, caps or Caps())
    left_out = {} if evidence.books is not None else NO_BOOKS
    checks = {name: one for name, one in CHECKS.items() if name not in left_out and (not during or name in ALWAYS)}
    found = tuple(Violation(name, words) for name, one in checks.items() for words in one(case))
    return Report(found, tuple(checks), left_out)


def main(arguments: list[str] | None = None) -> int:
    """Check files named on the command line; 0 when all holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.checker", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--hub", required=True, help="SQLite file or postgresql:// address")
    parser.add_argument("--kiosk", action="append", default=[], metavar="ID=FILE", help="a kiosk's database")
    parser.add_argument("--witness", action="append", default=[], type=Path, metavar="FILE", help="a witness file")
    parser.add_argument("--books", type=Path, metavar="FILE", help="the booking database (SQLite, our schema)")
    parsed = parser.parse_args(arguments)
    files = dict(pair.split("=", 1) for pair in parsed.kiosk)
    evidence = Evidence(
        kiosks={device: read_kiosk(Path(path)) for device, path in files.items()},
        hub=read_hub(parsed.hub),
        witnessed=read_witnesses(parsed.witness),
        enrolled=frozenset(files),
        books=read_books(parsed.books) if parsed.books else None,
    )
    report = check(evidence)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
