from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from devices.contract.commands import Command, CommandKind
from devices.fake.hands import FakeSwitch
from devices.ids import uuid7
from devices.ports import DeviceError
from devices.room.instruments import Disobeyed
from devices.room.thermostat import BAND_C, Mode, Thermostat, wants_on
from devices.sensors import Measure, SensorLost


class Warmth:
    """A thermometer that is told how warm it is."""

    def __init__(self) -> None:
        self.celsius: float | None = 22.0

    def read(self) -> Mapping[Measure, float]:
        """Say how warm it is."""
        if self.celsius is None:
            raise SensorLost("unplugged")
        return {Measure.TEMPERATURE: self.celsius}

    def close(self) -> None:
        """Do nothing."""


class Cooling:
    """A cooling thermostat at 22 °C, whose time a test moves."""

    def __init__(self, mode: Mode = Mode.COOL) -> None:
        self.now = 1_000.0
        self.warmth = Warmth()
        self.switches: list[FakeSwitch] = []
        self.thermostat = Thermostat(
            "ac",
            "Cooling",
            mode=mode,
            new_switch=self._switch,
            sensor=self.warmth,
            set_point=22.0,
            limits=(18.0, 28.0),
            rest_s=180.0,
            every_s=15.0,
            now_s=lambda: self.now,
        )

    def _switch(self) -> FakeSwitch:
        self.switches.append(FakeSwitch())
        return self.switches[-1]

    def at(self, celsius: float | None, later_s: float = 600.0) -> str:
        """Let it be so warm, a while later; return whether it runs."""
        self.now += later_s
        self.warmth.celsius = celsius
        return str(self.thermostat.read()["ac"])


def set_point(celsius: float) -> Command:
    """Write a command."""
    stamp: dict[str, Any] = {"id": uuid7(), "ts": datetime(2026, 12, 31, tzinfo=UTC), "boot": uuid7(), "seq": 1}
    return Command(**stamp, kind=CommandKind.SET_POINT, which="ac", celsius=celsius)


def test_it_runs_when_the_room_is_too_warm_and_stops_when_it_is_cool() -> None:
    """Not at every tenth of a degree: within the band it stays as it is."""
    cooling = Cooling()
    assert [cooling.at(warm) for warm in (22.0, 22.2, 22.4, 22.0, 21.8, 21.6, 22.0)] == [
        "off",
        "off",
        "on",
        "on",
        "on",
        "off",
        "off",
    ]


def test_heating_is_the_other_way_round() -> None:
    """A cold room."""
    heating = Cooling(Mode.HEAT)
    assert [heating.at(warm) for warm in (22.0, 21.6, 22.2, 22.4)] == ["off", "on", "on", "off"]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_band_is_as_wide_on_both_sides(mode: Mode) -> None:
    """At its edge nothing changes."""
    for on in (True, False):
        assert wants_on(mode, 22.0 + BAND_C / 2, 22.0, on=on) is on
        assert wants_on(mode, 22.0 - BAND_C / 2, 22.0, on=on) is on


def test_a_compressor_rests_after_it_has_stopped() -> None:
    """Three minutes, however warm it gets."""
    cooling = Cooling()
    assert cooling.at(25.0) == "on"
    assert cooling.at(20.0) == "off"
    assert cooling.at(25.0, later_s=60) == "off"
    assert cooling.at(25.0, later_s=121) == "on"


def test_without_a_thermometer_the_relay_is_off_and_the_problem_is_told() -> None:
    """A valve left open in an empty house costs a ceiling."""
    cooling = Cooling()
    assert cooling.at(25.0) == "on"
    with pytest.raises(DeviceError, match="relay is off"):
        cooling.at(None)
    assert not cooling.switches[-1].is_on
    assert cooling.at(25.0) == "on"


def test_a_new_set_point_is_kept_reported_and_acted_on() -> None:
    """At once, and within the house's limits only."""
    cooling = Cooling()
    assert cooling.at(24.0) == "on"
    said = cooling.thermostat.obey(set_point(26.0))
    assert (said["ac"], said["ac_set_point"]) == ("off", 26.0)
    for beyond in (17.5, 28.5):
        with pytest.raises(Disobeyed) as refusal:
            cooling.thermostat.obey(set_point(beyond))
        assert refusal.value.reason == "out_of_range"
    assert cooling.thermostat.read()["ac_set_point"] == 26.0
