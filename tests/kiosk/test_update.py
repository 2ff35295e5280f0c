"""The update as a person types it, on real files; and the watch over a new version, before a real server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.server import WebServer
from kiosk import update
from kiosk.__main__ import main
from kiosk.care.health import ask
from tests.kiosk.care.test_releases import running, spoil, wheelhouse

NEW = "2.0-0123abcd"


def typed(base: Path, *arguments: str) -> int:
    """Type the command; nothing is started."""
    return main(["update", "--no-start", "--base", str(base), "--config", str(base / "kiosk.toml"), *arguments])


def test_a_wheelhouse_is_brought_to_run_and_the_next_one_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there already is not done again; what is damaged changes nothing."""
    base = tmp_path / "base"
    first, second = wheelhouse(tmp_path / "1", "1.0"), wheelhouse(tmp_path / "2", "2.0")
    assert typed(base, str(first)) == 0
    assert running(base) == "1.0"
    assert typed(base, str(next(second.glob("*.whl")))) == 0
    assert running(base) == "2.0"
    capsys.readouterr()
    assert typed(base, "--if-new", str(second)) == 0
    assert "is not new here" in capsys.readouterr().out
    assert typed(base) == 0
    assert capsys.readouterr().out == "nothing is on trial any more\n"
    spoil(first)
    assert typed(base, str(first)) == 1
    assert "nothing was changed: yingbin-1.0-py3-none-any.whl is not what" in capsys.readouterr().err
    assert running(base) == "2.0"


class Health:
    """Answers ``/healthz`` with what a test wants, or not at all."""

    def __init__(self) -> None:
        self.said: dict[str, Any] | None = None

    def __call__(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer one request."""
        start_response("200 OK" if self.said else "503 Busy", [("Content-Type", "application/json")])
        return [json.dumps(self.said).encode()]


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Iterator[Health]:
    """Serve a health that is asked by the update, which has little patience here."""
    told = Health()
    server = WebServer(told, "127.0.0.1", 0, 2)
    server.start()
    monkeypatch.setattr(update, "_health", lambda _: ask(server.port))
    monkeypatch.setattr(update, "SETTLED_S", 1.5)
    monkeypatch.setattr(update, "WITHIN_S", 4.0)
    yield told
    server.stop()


@pytest.mark.parametrize(
    ("said", "had", "good"),
    [
        ({"release": NEW, "camera": True, "hub": True}, {"camera", "hub"}, True),
        ({"release": NEW, "camera": False, "hub": False}, set(), True),
        ({"release": NEW, "camera": False, "hub": True}, {"camera", "hub"}, False),
        ({"release": "1.0-0123abcd", "camera": True, "hub": True}, {"camera"}, False),
        (None, set(), False),
    ],
)
def test_a_new_version_proves_itself_by_doing_as_well_as_the_old_one(
    health: Health,
    said: dict[str, Any] | None,
    had: set[str],
    good: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The right build answers, sees its camera and hears its hub if the old one did; a mute one has failed."""
    health.said = said
    assert update._proves(Path("kiosk.toml"), NEW, frozenset(had)) is good
