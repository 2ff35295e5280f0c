"""The cases that every pager must pass, and how the steps of one are walked through."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devices.contract.alerts import Act, Alert, AlertAction, Ring

BEGAN = datetime(2026, 12, 1, tzinfo=UTC)
CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("pager_cases.toml").read_text(encoding="utf-8"))[
    "case"
]
LASTS_S = 60


@dataclass(frozen=True)
class Seen:
    """What a pager does after one step."""

    sound: str
    waiting: list[str]
    screen: list[str]
    said: list[str]


def alert_of(step: dict[str, Any]) -> Alert | None:
    """Return the alert of a step."""
    if "alert" not in step:
        return None
    fields = dict(step["alert"])
    now = BEGAN + timedelta(milliseconds=step["at"])
    return Alert(
        id=fields["id"],
        ts=now - timedelta(seconds=fields.get("sent_s_ago", 0)),
        boot="hub",
        seq=1,
        tag=fields["tag"],
        glance=fields["glance"],
        detail=fields.get("detail", ""),
        priority=fields["priority"],
        ring=Ring(fields["ring"]),
        actions=tuple(
            AlertAction(did=Act(did), label=label)
            for did, _, label in (one.partition("=") for one in fields.get("actions", ()))
        ),
        expires_at=now + timedelta(seconds=fields.get("lasts_s", LASTS_S)),
        over=fields.get("over", False),
    )


def check(case: dict[str, Any], walk: Callable[[dict[str, Any]], Seen]) -> None:
    """Walk through a case and compare all that its steps name."""
    for number, step in enumerate(case["steps"]):
        seen = walk(step)
        where = f"{case['name']}, step {number} at {step['at']} ms"
        assert seen.sound == step.get("sound", "none"), where
        assert seen.said == step.get("said", []), where
        for name in ("waiting", "screen"):
            assert name not in step or getattr(seen, name) == step[name], where
