"""An agent from its file: every mistake is named, simulated parts do what real ones would, and the check tries each."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from devices.__main__ import main
from devices.contract import codec
from devices.contract.commands import CommandKind, SwitchTo
from devices.contract.messages import Request, RequestKind
from devices.pi.gpio import GpioSwitch
from devices.room.check import check
from devices.room.config import read_config
from devices.room.parts import Parts
from devices.room.switching import SwitchInstrument
from devices.room.wiring import RoomAgent
from devices.settings import BadSettings
from hub.broker import Broker
from tests.conftest import SITE
from tests.devices.room.conftest import Ear
from tests.devices.room.test_agent import ACK, TELE, UP, order, readings, result
from tests.devices.room.test_thermostat import set_point

Wait = Callable[[Callable[[], object]], None]
WHOLE = """
site = "{site}"
device = "room-1"
room = "hall"
area = "Hall"
every_s = 1.0
pins = "{pins}"
data = "{data}"
[broker]
secret = "secret.toml"
port = {port}
[identify]
lamp_pin = 5
[[buttons]]
pin = 24
pressed = "tea"
held = "help"
hold_s = 0.3
[[relays]]
key = "lights"
pin = 17
every_s = 0.5
[[sensors]]
key = "air"
kind = "file"
file = "air.json"
measures = ["temperature", "carbon_dioxide"]
every_s = 0.5
[[thermostats]]
key = "ac"
mode = "cool"
pin = 27
sensor = "air"
every_s = 0.5
"""


def write(folder: Path, port: int = 1, pins: str = "simulated", more: str = "", word: str = "x") -> Path:
    """Write a settings file with its secret and its simulated sensor."""
    (folder / "secret.toml").write_text(f'password = "{word}"\nlookup_key = "00"\n')
    (folder / "air.json").write_text(json.dumps({"temperature": 21.5, "carbon_dioxide": 640}))
    path = folder / "room.toml"
    path.write_text(WHOLE.format(site=SITE, data=folder, port=port, pins=pins) + more)
    return path


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ('[[relays]]\nkey = "air"\npin = 18\n', "air: two instruments have this key"),
        ('[[relays]]\nkey = "fan"\npin = 24\n', "pin 24: two parts are on this pin"),
        ('[[sensors]]\nkey = "pot"\nkind = "hx711"\n', r"sensors\[1\].data_pin: a hx711 needs it"),
        ('[[sensors]]\nkey = "w1"\nkind = "ds18b20"\n', r"sensors\[1\].address: a ds18b20 needs it"),
        ('[[thermostats]]\nkey = "t"\nmode = "heat"\npin = 6\nsensor = "none"\n', "there is no sensor 'none'"),
        (
            '[[thermostats]]\nkey = "t"\nmode = "heat"\npin = 6\nsensor = "air"\nset_point = 30.0\n',
            "between least and most",
        ),
        ('[[relays]]\nkey = "Fan 1"\npin = 18\n', "does not match"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, more: str, named: str) -> None:
    """Before anything is switched."""
    with pytest.raises(BadSettings, match=named):
        read_config(write(tmp_path, more=more))


def test_a_file_without_its_secret_says_where_to_get_it(tmp_path: Path) -> None:
    """The hub has made one."""
    path = write(tmp_path)
    (tmp_path / "secret.toml").unlink()
    with pytest.raises(BadSettings, match="hub's devices folder"):
        read_config(path)


def test_every_instrument_of_a_file_can_be_read(tmp_path: Path) -> None:
    """Simulated pins switch nothing, and say what they would."""
    config, _ = read_config(write(tmp_path))
    parts = Parts(config, threading.Event())
    found: dict[str, object] = {}
    for instrument in parts.instruments():
        found |= instrument.read()
        instrument.close()
    assert found == {
        "air_temperature": 21.5,
        "air_carbon_dioxide": 640.0,
        "lights": "off",
        "ac": "off",
        "ac_temperature": 21.5,
        "ac_set_point": 22.0,
    }


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockFactory]:
    """Give simulated pins to whoever asks gpiozero."""
    made = MockFactory(pin_class=MockPWMPin)
    monkeypatch.setattr(Device, "pin_factory", made)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    yield made
    made.close()


@pytest.mark.broker
def test_an_agent_on_a_pi_switches_its_pins_and_hears_its_buttons(
    broker: Broker, ear: Ear, factory: MockFactory, tmp_path: Path, wait_until: Wait
) -> None:
    """From the file to the pin and back, as it will run: a press asks for tea, a long one for help."""
    path = write(tmp_path, broker.port, "gpio", word=broker.secrets("room-1").password)
    room = RoomAgent(*read_config(path))
    room.start()
    try:
        wait_until(lambda: readings(ear).get("lights") == "off")
        assert not factory.pin(17).state
        command = order(ear)
        wait_until(lambda: (said := result(ear, command)) and said.ok)
        assert factory.pin(17).state

        def asked() -> set[RequestKind]:
            return {codec.decode(payload, Request).kind for payload in ear.on(UP)}

        button: Any = factory.pin(24)
        wait_until(lambda: button.when_changed is not None)
        button.drive_low()
        wait_until(lambda: asked() == {RequestKind.HELP})
        button.drive_high()
        wait_until(lambda: not room._buttons[0]._pressed)  # type: ignore[attr-defined]
        button.drive_low()
        wait_until(lambda: room._buttons[0]._pressed)  # type: ignore[attr-defined]
        button.drive_high()
        wait_until(lambda: asked() == {RequestKind.HELP, RequestKind.TEA})
        (tmp_path / "air.json").unlink()
        wait_until(lambda: readings(ear).get("air_problem") == "on" and readings(ear)["air_temperature"] is None)
        assert readings(ear)["lights"] == "on"
    finally:
        room.stop()
    assert not factory.pin(17).state, "a relay is off when its agent ends"
    assert ear.on(TELE)
    assert ear.on(ACK)


@pytest.mark.broker
def test_the_check_tries_every_instrument_and_the_broker(broker: Broker, tmp_path: Path) -> None:
    """Each line passes or says what is wrong."""
    path = write(tmp_path, broker.port, word=broker.secrets("room-1").password)
    out = io.StringIO()
    assert check(path, out) == 0, out.getvalue()
    assert "pass  air: air_temperature = 21.5" in out.getvalue()
    assert out.getvalue().endswith("ready\n")
    (tmp_path / "air.json").unlink()
    with path.open("a") as file:
        file.write('[[projectors]]\nkey = "projector"\naddress = "127.0.0.1"\nport = 1\n')
    out = io.StringIO()
    assert check(path, out) == 1
    assert "FAIL  projector: it says nothing" in out.getvalue()
    assert "FAIL  air:" in out.getvalue()
    assert "FAIL  ac:" in out.getvalue()
    assert "pass  broker" in out.getvalue()


def test_the_check_of_a_broken_file_names_its_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And so does running it."""
    path = write(tmp_path, more='[[relays]]\nkey = "lights"\npin = 18\n')
    assert main(["check", "--config", str(path)]) == 1
    assert "two instruments" in capsys.readouterr().out
    assert main(["room", "--config", str(path)]) == 2
    assert "two instruments" in capsys.readouterr().err


def test_a_cycled_relay_is_off_for_a_while_and_then_on(factory: MockFactory) -> None:
    """What it powers must forget that it was on."""
    waits: list[tuple[float, bool]] = []
    pin = factory.pin(17)
    relay = SwitchInstrument(
        "lights",
        "Lights",
        lambda: GpioSwitch(17, factory),
        15,
        lambda seconds: waits.append((seconds, bool(pin.state))),
    )
    assert relay.read() == {"lights": "off"}
    said = relay.obey(replace(set_point(20.0), kind=CommandKind.SWITCH, to=SwitchTo.CYCLE))
    assert said == {"lights": "on"}
    assert waits == [(5.0, False)]
    relay.close()
    assert not pin.state
