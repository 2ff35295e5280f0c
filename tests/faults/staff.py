"""Staff at work during a storm: they are asked (I10), and take and close tasks through the hub's own pages (I12)."""

import urllib.request
from collections.abc import Iterable
from contextlib import suppress

from tests.faults.world import HOST

NAME = "Lin"
_WITHIN_S = 5.0


def work(port: int, tasks: Iterable[str]) -> int:
    """Accept each task and finish every other one; return how many steps the hub took: none when it is down."""
    done = 0
    with suppress(OSError):
        _post(port, "/staff/shift", b"name=" + NAME.encode())
    for number, task in enumerate(tasks):
        steps = ("accept", "finish") if number % 2 else ("accept",)
        for step in steps:
            with suppress(OSError):  # urllib's own errors are OSErrors
                done += _post(port, f"/staff/tasks/{task}/{step}")
    return done


def _post(port: int, path: str, form: bytes = b"") -> bool:
    address = f"http://{HOST}:{port}"
    headers = {"Origin": address, "Cookie": f"yingbin_person={NAME}", "Accept": "application/json"}
    request = urllib.request.Request(address + path, data=form, headers=headers, method="POST")  # noqa: S310 - our own hub
    with urllib.request.urlopen(request, timeout=_WITHIN_S) as answer:  # noqa: S310 - same
        return bool(answer.status == 200)
