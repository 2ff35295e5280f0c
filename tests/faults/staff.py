"""Staff at work during a storm: they are asked (I10), and take and close tasks through the hub's own pages (I12)."""

from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from email.message import Message
from http.client import OK, HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from tests.faults.world import HOST
from tests.tokens import with_token

NAME = "Lin"
PASSWORD = "a storm is only weather"
_WITHIN_S = 5.0


def work(port: int, folder: Path, tasks: Iterable[str]) -> int:
    """Sign in, accept each task, finish every other one; return how many steps the hub took: none when it is down.

    ``folder`` is the hub's own, where the code lies that makes the house's first admin.
    """
    done, cookie = 0, ""
    with suppress(OSError, HTTPException):
        cookie = _cookie(port, folder)
        _post(port, "/staff/shift", {"name": NAME}, cookie)
    for number, task in enumerate(tasks if cookie else ()):
        steps = ("accept", "finish") if number % 2 else ("accept",)
        for step in steps:
            with suppress(OSError, HTTPException):
                done += _post(port, f"/staff/tasks/{task}/{step}", {}, cookie)[0] == OK
    return done


def _cookie(port: int, folder: Path) -> str:
    """Return what the browser keeps of signing in, for the first time by the setup code."""
    code = folder / "setup-code"
    form = {"name": NAME, "password": PASSWORD, "again": PASSWORD, "parts": "desk"}
    with suppress(OSError, HTTPException):
        _post(port, "/setup", form | {"code": code.read_text(encoding="ascii")})
    told = _post(port, "/sign-in", form)[1].get_all("Set-Cookie", [])
    return next((one.partition(";")[0] for one in told if one.startswith("yingbin_session=")), "")


def _post(port: int, path: str, form: Mapping[str, str], cookie: str = "") -> tuple[int, Message]:
    connection, address = HTTPConnection(HOST, port, timeout=_WITHIN_S), f"http://{HOST}:{port}"
    headers = with_token(
        address, {"Origin": address, "Accept": "application/json"} | ({"Cookie": cookie} if cookie else {})
    )
    headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(connection):
        connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers
