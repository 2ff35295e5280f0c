"""``python -m tests.faults.power --cuts 1000000``: simulated power cuts in any number; ends with 1 when one was wrong.

Without ``--seed`` every run draws other histories; the seed is printed, and the same seed gives the same run.
"""

import argparse
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.faults.power.parts import PARTS, run
from tests.faults.power.trial import Outcome, Report

AT_ONCE = 2_000
"""Cuts in one piece of work of one process."""


def main() -> int:
    """Cut as often as asked, in several processes, and print one line a part."""
    arguments = argparse.ArgumentParser(description="Cut the power of the kiosk's and the hub's databases, simulated")
    arguments.add_argument("--cuts", type=int, default=10_000, help="how many in all (10000)")
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the same run again")
    arguments.add_argument("--jobs", type=int, default=2, help="processes (2)")
    asked = arguments.parse_args()
    began = time.monotonic()
    reports = {part: Report() for part in PARTS}
    with ProcessPoolExecutor(asked.jobs) as pool:
        work = {
            pool.submit(run, part, min(AT_ONCE, wanted - done), asked.seed + number * 1_000_003 + done): part
            for number, (part, (_, _, share)) in enumerate(PARTS.items())
            for wanted in [asked.cuts * share // 100]
            for done in range(0, wanted, AT_ONCE)
        }
        for done in as_completed(work):
            reports[work[done]].join(done.result())
    for part, report in reports.items():
        _say(part, report)
    total = sum(report.cuts for report in reports.values())
    print(f"seed {asked.seed}: {total} cuts in {time.monotonic() - began:.0f} s")  # noqa: T201 - the output
    return 0 if all(report.clean for report in reports.values()) else 1


def _say(part: str, report: Report) -> None:
    counts = ", ".join(f"{report.outcomes[outcome]} {outcome}" for outcome in Outcome)
    about = f"{report.cuts} cuts in {report.commits} commits, {report.operations} writes and syncs"
    print(f"{part}: {about}: {counts}", *report.faults, sep="\n  ")  # noqa: T201 - the output


if __name__ == "__main__":
    sys.exit(main())
