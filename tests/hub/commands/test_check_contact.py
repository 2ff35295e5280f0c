"""``python -m hub check`` says in time that the contact for weaknesses is about to lapse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.commands.check_contact import contact_finding
from hub.config import HubConfig
from hub.security_settings import SecurityConfig

CONFIG = HubConfig(site="hall-a")


def told_until(days: int) -> HubConfig:
    """Return settings whose contact holds for so many days more."""
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    return replace(CONFIG, security=SecurityConfig(contacts=("mailto:it@house.example",), expires_on=day))


@pytest.mark.parametrize("days", [40, 300])
def test_a_contact_that_holds_is_well(days: int) -> None:
    """And is named."""
    found = contact_finding(told_until(days))
    assert found.well
    assert "mailto:it@house.example" in found.found


@pytest.mark.parametrize(
    ("days", "said"), [(-2, "has expired"), (10, "expires in 10 days"), (800, "holds for 800 days")]
)
def test_one_that_is_over_or_soon_or_far_ahead_is_not(days: int, said: str) -> None:
    """Each says what to do."""
    found = contact_finding(told_until(days))
    assert said in found.found
    assert "security.expires_on" in found.remedy


def test_a_house_may_name_nobody() -> None:
    """Then there is no page."""
    assert contact_finding(CONFIG).well
