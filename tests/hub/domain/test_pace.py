"""In a rehearsal the house's time runs fast; what machines and fingers need is measured in real seconds."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from hub.domain import pace
from hub.domain.alerts import Channel
from hub.domain.attending import SILENT_AFTER, Person
from hub.domain.commands import lasts
from hub.domain.door_time import TOLERANCE, Reading, anchor_of, door_time
from hub.domain.receipts import DeviceReceipt
from hub.domain.silence import Reports, may_be_silent
from hub.domain.staff import Duty
from tests.hub.build import T0

SPEED = 20


@pytest.fixture
def fast() -> Iterator[None]:
    """Let the house's time run fast."""
    pace.adopt(SPEED)
    yield
    pace.adopt(1)


@pytest.mark.usefixtures("fast")
def test_a_tablet_has_five_real_seconds_to_show_an_alert() -> None:
    """Else every device would stand on the weekly page as one that shows nothing."""
    sent = DeviceReceipt(alert="a", device="t", channel=Channel.TABLET, person="小李", sent_at=T0)
    assert not sent.is_missing(T0 + timedelta(seconds=5 * SPEED))
    assert sent.is_missing(T0 + timedelta(seconds=5 * SPEED + 1))


@pytest.mark.usefixtures("fast")
def test_a_tablet_is_heard_of_as_often_as_in_a_real_house() -> None:
    """It says each quarter of a real minute that it is there, which is five minutes of the house."""
    person = Person(duty=Duty(person="小李", since=T0, seen_at=T0))
    assert person.reachable(T0 + timedelta(minutes=5))
    assert not person.reachable(T0 + SILENT_AFTER * SPEED)


@pytest.mark.usefixtures("fast")
def test_a_command_has_its_ten_real_seconds_to_be_answered() -> None:
    """A device on the network is no quicker than ever."""
    assert lasts("set_point") == timedelta(seconds=10) * SPEED


@pytest.mark.usefixtures("fast")
def test_the_parts_of_one_report_are_one_report_and_a_device_may_be_silent_for_three() -> None:
    """A kiosk's figures come within a tenth of a real second, and again after fifteen."""
    reports = Reports()
    for beat in range(6):
        for part in range(3):
            reports = reports.after(T0 + timedelta(seconds=beat * 15 + part * 0.03) * SPEED)
    assert may_be_silent(reports.gaps) >= timedelta(seconds=45) * SPEED * 0.99


def test_in_a_real_house_nothing_is_stretched() -> None:
    """Both times are one."""
    assert pace.real(timedelta(seconds=5)) == timedelta(seconds=5)


def test_a_fast_kiosk_s_count_and_wall_clock_give_one_time_for_a_scan() -> None:
    """Half an hour after its first heartbeat, by either of its clocks (I6); with a real count they would part."""
    first = Reading(wall=T0, mono_ms=SPEED * 50_000, synced=True, received_at=T0)
    anchor = anchor_of("kiosk-1", "machine", first)
    later = T0 + timedelta(minutes=30)
    together = Reading(wall=later, mono_ms=SPEED * (50_000 + 90_000), synced=True, received_at=later)
    assert door_time(together, anchor) == later
    apart = Reading(wall=later, mono_ms=SPEED * 50_000 + 90_000, synced=True, received_at=later)
    assert later - door_time(apart, anchor) > TOLERANCE
