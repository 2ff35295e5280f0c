"""``make audit``: is any locked package known to be vulnerable? It fails when it cannot tell.

It asks a service that speaks OSV's ``/v1/querybatch``. An audit that skips says "fine" when nobody looked, so: no
answer, half an answer, an answer about something else, and a service that does not even know of a package that is
known to be vulnerable, all fail. Exit codes: 0 nothing is known, 1 something is, 2 nobody can tell.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.supply.locks import NAMES, ROOT, BadLock, lock_file, read

SERVICE = "https://api.osv.dev"
AT_ONCE = 200
"""Packages in one question; the service takes 1,000."""

WITHIN_S = 30.0
MOST_BYTES = 8_000_000
KNOWN_BAD = ("jinja2", "2.4.1")
"""A version with published advisories (CVE-2014-0012 and later): a service that does not know of it knows nothing."""

FINE, VULNERABLE, UNKNOWN = 0, 1, 2


class CannotTell(Exception):
    """The service did not answer, or not what was asked; the text says what came."""


@dataclass(frozen=True, slots=True, order=True)
class Advice:
    """One advisory about one locked package."""

    package: str
    version: str
    advisory: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask about every lock file, and say what is known."""
    parser = argparse.ArgumentParser(description="Ask whether any locked package is known to be vulnerable")
    parser.add_argument("--service", default=SERVICE, help="where OSV's interface is; default: %(default)s")
    parser.add_argument("--root", type=Path, default=ROOT)
    args = parser.parse_args(arguments)
    try:
        wanted = sorted({(pin.name, pin.version) for name in NAMES for pin in read(lock_file(name, args.root))})
        found = audit(wanted, args.service)
    except (CannotTell, BadLock, OSError) as problem:
        sys.stderr.write(f"the audit FAILED, so nothing is known of these packages: {problem}\n")
        return UNKNOWN
    for one in found:
        sys.stderr.write(f"{one.package} {one.version}: {one.advisory}\n")
    sys.stdout.write(f"{len(wanted)} packages asked about; advisories: {len(found)}\n")
    return VULNERABLE if found else FINE


def audit(wanted: Sequence[tuple[str, str]], service: str) -> list[Advice]:
    """Return what is known of these packages (name, version). Raises CannotTell."""
    if not wanted:
        raise CannotTell("the lock files name no package")
    found: list[Advice] = []
    with requests.Session() as session:
        if not list(_ask(session, service, [KNOWN_BAD])):
            raise CannotTell(f"{service} knows nothing against {' '.join(KNOWN_BAD)}, which everybody warns of")
        for start in range(0, len(wanted), AT_ONCE):
            found += _ask(session, service, wanted[start : start + AT_ONCE])
    return sorted(set(found))


def _ask(session: requests.Session, service: str, packages: Sequence[tuple[str, str]]) -> Iterator[Advice]:
    results = _results(_post(session, service, packages), len(packages))
    for (name, version), result in zip(packages, results, strict=True):
        for advisory in _advisories(name, result):
            yield Advice(name, version, advisory)


def _post(session: requests.Session, service: str, packages: Sequence[tuple[str, str]]) -> Any:  # noqa: ANN401 - JSON
    question: dict[str, Any] = {
        "queries": [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    }
    try:
        answer = session.post(f"{service}/v1/querybatch", json=question, timeout=WITHIN_S, allow_redirects=False)
    except requests.RequestException as problem:
        raise CannotTell(f"{urlsplit(service).netloc} does not answer: {type(problem).__name__}") from problem
    if answer.status_code != requests.codes.ok:
        raise CannotTell(f"it answered {answer.status_code}")
    if len(answer.content) > MOST_BYTES:
        raise CannotTell(f"its answer has {len(answer.content)} bytes")
    try:
        return json.loads(answer.content)
    except ValueError as problem:
        raise CannotTell("its answer is no JSON") from problem


def _results(answer: object, asked: int) -> list[Any]:
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise CannotTell("its answer has no list of results")
    results: list[Any] = answer["results"]
    if len(results) != asked:
        raise CannotTell(f"it answered about {len(results)} of {asked} packages")
    return results


def _advisories(name: str, result: object) -> list[str]:
    """Return the ids in one result. A further page is no less than a first one: one advisory is enough to fail."""
    if not isinstance(result, dict) or not result.keys() <= {"vulns", "next_page_token"}:
        raise CannotTell(f"what it says of {name} is no result of OSV's")
    told = result.get("vulns", [])
    ids = [one.get("id") for one in told if isinstance(one, dict)] if isinstance(told, list) else [None]
    if len(ids) != len(told) or not all(isinstance(one, str) and one for one in ids):
        raise CannotTell(f"what it says of {name} names no advisory")
    if "next_page_token" in result and not ids:
        raise CannotTell(f"it keeps back what it knows of {name}")
    return [str(one) for one in ids]


if __name__ == "__main__":
    raise SystemExit(main())
