"""The audit against a real server that answers well, wrongly, partly, or not at all: it never says "fine" unasked."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.supply import audit
from tests.supply.audit import FINE, UNKNOWN, VULNERABLE
from tests.supply.locks import NAMES

HASH = "0" * 64
Say = Callable[[list[dict[str, Any]]], object]


class Service:
    """A server that speaks OSV's interface, and says what a test wants it to say."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        self.say: Say = honest
        self.status = 200
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
                said = service.say(asked)
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def honest(asked: list[dict[str, Any]]) -> dict[str, Any]:
    """Know of jinja2 2.4.1 and of nothing else."""
    return {"results": [told(one) for one in asked]}


def told(one: dict[str, Any]) -> dict[str, Any]:
    """Say what an honest service knows of one package."""
    known = one["package"] == {"name": "jinja2", "ecosystem": "PyPI"} and one["version"] == "2.4.1"
    return {"vulns": [{"id": "GHSA-462w-v97r-4m45", "modified": "2024-09-24T00:00:00Z"}]} if known else {}


@pytest.fixture
def service() -> Iterator[Service]:
    """Give a running service."""
    made = Service()
    yield made
    made.stop()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a checkout whose locks pin two packages."""
    for name in NAMES:
        pins = ("flask==3.1.1", "idna==3.10 ; sys_platform != 'win32'")
        text = "".join(f"{pin} \\\n    --hash=sha256:{HASH}\n" for pin in pins)
        (tmp_path / f"requirements-{name}.lock").write_text(text)
    return tmp_path


def run(service: str, project: Path) -> int:
    """Run the audit as ``make audit`` does."""
    return audit.main(["--service", service, "--root", str(project)])


def test_nothing_known_is_fine(service: Service, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every package of every lock was asked about."""
    assert run(service.address, project) == FINE
    assert "2 packages asked about" in capsys.readouterr().out


def test_a_known_vulnerability_fails_and_is_named(
    service: Service, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Package, version and advisory, so that a developer knows what to raise."""

    def warns(asked: list[dict[str, Any]]) -> object:
        results = [{"vulns": [{"id": "PYSEC-1"}]} if one["package"]["name"] == "idna" else told(one) for one in asked]
        return {"results": results}

    service.say = warns
    assert run(service.address, project) == VULNERABLE
    assert "idna 3.10: PYSEC-1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "say",
    [
        pytest.param(lambda asked: {"results": [{} for _ in asked]}, id="knows-nothing"),
        pytest.param(lambda asked: {"results": [told(one) for one in asked[:1]]}, id="answers-half"),
        pytest.param(lambda asked: {"results": [told(one) for one in asked] * 2}, id="answers-twice"),
        pytest.param(lambda _: {"error": "later"}, id="another-object"),
        pytest.param(lambda _: [], id="a-list"),
        pytest.param(lambda _: b"<html>login</html>", id="a-page"),
        pytest.param(lambda _: b"", id="nothing"),
        pytest.param(lambda asked: {"results": [told(one) or None for one in asked]}, id="nulls"),
        pytest.param(lambda asked: {"results": [told(one) or {"code": 3} for one in asked]}, id="an-error-each"),
        pytest.param(lambda asked: {"results": [told(one) or {"vulns": [{}]} for one in asked]}, id="no-names"),
        pytest.param(lambda asked: {"results": [told(one) or {"vulns": {}} for one in asked]}, id="no-list"),
        pytest.param(lambda asked: {"results": [told(one) or {"next_page_token": "x"} for one in asked]}, id="later"),
    ],
)
def test_a_wrong_or_partial_answer_fails(service: Service, project: Path, say: Say) -> None:
    """Nobody looked, so nobody may say that all is well."""
    service.say = say
    assert run(service.address, project) == UNKNOWN


@pytest.mark.parametrize("status", [204, 302, 404, 429, 500])
def test_another_status_fails_even_with_a_good_body(service: Service, project: Path, status: int) -> None:
    """A proxy that answers in the service's place does not count."""
    service.status = status
    assert run(service.address, project) == UNKNOWN


def test_no_answer_fails(project: Path) -> None:
    """Nobody listens there."""
    service = Service()
    service.stop()
    assert run(service.address, project) == UNKNOWN


@pytest.mark.parametrize(
    "text", ["flask>=3 --hash=sha256:" + HASH, "flask==3.1.1\n", "flask @ https://example.org/flask.whl", ""]
)
def test_a_lock_without_an_exact_version_and_a_hash_fails(service: Service, project: Path, text: str) -> None:
    """It does not say what is installed. Neither does a lock that names nothing."""
    for name in NAMES:
        (project / f"requirements-{name}.lock").write_text(text)
    assert run(service.address, project) == UNKNOWN
