"""Two real processes of the hub with the pages, over one PostgreSQL: limits are the house's, not each process's."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from hub.domain.accounts import TRIES
from hub.web.limits import GUESSES, STRANGERS_STEPS
from tests.conftest import WAIT_S

pytestmark = pytest.mark.postgresql

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "application/problem+json"}
Wait = Callable[[Callable[[], object]], None]


@pytest.fixture
def pages(postgresql_url: str, tmp_path: Path, wait_until: Wait) -> Iterator[list[str]]:
    """Start two processes with the pages; give their addresses."""
    processes, addresses = [], []
    secret = tmp_path / "secret.toml"
    secret.write_text(f'password = "x"\nlookup_key = "{"ab" * 32}"\n', encoding="utf-8")
    secret.chmod(0o600)
    for name in ("hub-1", "hub-2"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        config = tmp_path / f"{name}.toml"
        config.write_text(
            f'site = "hall-a"\ndata = "{tmp_path / name}"\n[store]\nurl = {json.dumps(postgresql_url)}\n'
            f'[broker]\nmanaged = false\nname = "{name}"\nsecret = "{secret}"\n[web]\nport = {port}\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "hub", "web", "--log", "warning", "--config", str(config)]
        processes.append(subprocess.Popen(command))
        addresses.append(f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: all(_answers(one) for one in addresses))
        yield addresses
    finally:
        for process in processes:
            process.terminate()
            process.wait(30)


def _answers(address: str) -> bool:
    try:
        return bool(requests.get(f"{address}/healthz", timeout=WAIT_S).status_code)
    except requests.ConnectionError:
        return False


class Stranger:
    """A browser that was given one page by each process and has signed in nowhere."""

    def __init__(self, addresses: list[str]) -> None:
        """Ask for the token: it is of the browser's secret, so all processes agree on it."""
        self._addresses = addresses
        self._session = requests.Session()
        self._token = self._session.get(f"{addresses[0]}/token", timeout=WAIT_S).json()["token"]

    def post(self, number: int, path: str, **data: str) -> requests.Response:
        """Send a form to one process or the other."""
        headers = OURS | {"X-Yingbin-Token": self._token}
        address = self._addresses[number % 2]
        return self._session.post(address + path, data, headers=headers, allow_redirects=False, timeout=WAIT_S)


@pytest.mark.parametrize(
    ("path", "data", "most"),
    [
        ("/sign-in", {"name": "老板", "password": "wrong" * 4}, TRIES.times),
        ("/invited", {"code": "WRONG"}, GUESSES.allowance.times),
        ("/language", {"language": "zh"}, STRANGERS_STEPS.allowance.times),
    ],
)
def test_what_two_processes_allow_together_is_what_one_would(
    pages: list[str], path: str, data: dict[str, str], most: int
) -> None:
    """One after the other is asked; then both refuse, and say for how long."""
    stranger = Stranger(pages)
    allowed = next(n for n in range(2 * most) if stranger.post(n, path, **data).status_code == 429)
    # The clock is real: what comes back while a slow machine asks is what the allowance gives back.
    assert most <= allowed < 2 * most
    for number in range(2):
        refused = stranger.post(number, path, **data)
        assert refused.status_code == 429 or path != "/sign-in"
        if refused.status_code == 429:
            assert int(refused.headers["Retry-After"]) > 0
