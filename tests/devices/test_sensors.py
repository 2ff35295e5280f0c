"""What the sensors promise: real ones over files, wires and pins of tests, and the shipped fakes."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin, MockSPIDevice

from devices.fake.sensors import FakeBme280, FakeSht4x, FileSensor
from devices.pi.analogue import AnalogueSensor
from devices.pi.bme280 import Bme280
from devices.pi.i2c import I2cWire
from devices.pi.load_cell import LONGEST_PULSE_NS, LoadCell
from devices.pi.one_wire import OneWireThermometer
from devices.pi.sht4x import Sht4x, checksum
from devices.sensors import Measure, Sensor, SensorLost

ADDRESS = "28-3c01d607a1b2"
NOTHING = threading.Event()


def wait(_: float) -> None:
    """Wait for nothing."""


class Warm:
    """Something that can be made warm, be taken away, and come back."""

    def __init__(self, sensor: Sensor, put: Callable[[float | None], None]) -> None:
        self.sensor = sensor
        self.put = put


def one_wire(folder: Path) -> Warm:
    """Give a thermometer over a folder that stands for sysfs."""
    file = folder / ADDRESS / "w1_slave"

    def put(celsius: float | None) -> None:
        file.parent.mkdir(exist_ok=True)
        if celsius is None:
            file.unlink()
        else:
            file.write_text(f"72 01 4b crc=57 YES\n72 01 4b 46 7f t={round(celsius * 1000)}\n")

    return Warm(OneWireThermometer(ADDRESS, folder), put)


def chip(_: Path) -> Warm:
    """Give an SHT4x behind the shipped wire."""
    wire = FakeSht4x()

    def put(celsius: float | None) -> None:
        wire.there = celsius is not None
        wire.temperature = wire.temperature if celsius is None else celsius

    return Warm(Sht4x(wire, wait), put)


def from_file(folder: Path) -> Warm:
    """Give the simulated sensor."""
    file = folder / "readings.json"

    def put(celsius: float | None) -> None:
        if celsius is None:
            file.unlink()
        else:
            file.write_text(json.dumps({"temperature": celsius}))

    return Warm(FileSensor(file), put)


@pytest.fixture(params=[one_wire, chip, from_file])
def warm(request: pytest.FixtureRequest, tmp_path: Path) -> Warm:
    """Give each thermometer in turn."""
    made: Warm = request.param(tmp_path)
    return made


def test_a_thermometer_says_how_warm_it_is_each_time_it_is_asked(warm: Warm) -> None:
    """Below zero too."""
    for celsius in (21.5, -4.0, 60.0):
        warm.put(celsius)
        assert warm.sensor.read()[Measure.TEMPERATURE] == pytest.approx(celsius, abs=0.01)


def test_a_thermometer_that_is_taken_away_is_lost_and_found_again(warm: Warm) -> None:
    """A plug that falls out is told, and nobody restarts anything when it is put back."""
    warm.put(21.5)
    assert warm.sensor.read()
    warm.put(None)
    for _ in range(2):
        with pytest.raises(SensorLost):
            warm.sensor.read()
    warm.put(22.0)
    assert warm.sensor.read()[Measure.TEMPERATURE] == pytest.approx(22.0, abs=0.01)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("72 01 crc=57 NO\n72 01 t=21500\n", "errors"),
        ("00 00 crc=00 YES\n50 05 t=85000\n", "supply"),
        ("00 00 crc=00 YES\n50 05 t=200000\n", "supply"),
        ("", "errors"),
        ("rubbish", "errors"),
    ],
)
def test_a_one_wire_reading_that_cannot_be_trusted_is_none(tmp_path: Path, text: str, why: str) -> None:
    """85 °C is what the chip holds before it has measured, and no fire."""
    (tmp_path / ADDRESS).mkdir()
    (tmp_path / ADDRESS / "w1_slave").write_text(text)
    with pytest.raises(SensorLost, match=why):
        OneWireThermometer(ADDRESS, tmp_path).read()


def test_the_checksum_is_the_data_sheets() -> None:
    """SHT4x data sheet, section 4.4: 0xBEEF gives 0x92."""
    assert checksum(b"\xbe\xef") == 0x92


def test_a_chip_with_a_wrong_checksum_is_not_believed() -> None:
    """A long cable flips bits."""
    wire = FakeSht4x()
    wire.spoils = True
    with pytest.raises(SensorLost, match="errors"):
        Sht4x(wire, wait).read()


def test_humidity_stays_within_its_scale() -> None:
    """The chip's own formula passes both ends a little."""
    wire = FakeSht4x()
    wire.humidity = 118.0
    assert Sht4x(wire, wait).read()[Measure.HUMIDITY] == 100.0
    wire.humidity = -5.0
    assert Sht4x(wire, wait).read()[Measure.HUMIDITY] == 0.0


def test_the_bme280_computes_the_example_of_its_data_sheet() -> None:
    """25.08 °C and 1006.53 hPa from Bosch's own numbers (BMP280 data sheet, section 3.12)."""
    found = Bme280(FakeBme280(), wait).read()
    assert found[Measure.TEMPERATURE] == 25.08
    assert found[Measure.PRESSURE] == pytest.approx(1006.53, abs=0.01)
    assert 0 < found[Measure.HUMIDITY] < 100


def test_a_bme280_that_is_another_chip_or_did_not_measure_is_lost() -> None:
    """A BMP280 looks the same and has no humidity."""
    another = FakeBme280()
    another._registers[0xD0] = b"\x58"
    with pytest.raises(SensorLost, match="0x58"):
        Bme280(another, wait).read()
    asleep = FakeBme280()
    asleep.raw = (0x80000, 0x80000, 0x8000)
    with pytest.raises(SensorLost, match="supply"):
        Bme280(asleep, wait).read()


def test_a_bus_that_is_not_there_is_told_with_the_remedy(tmp_path: Path) -> None:
    """What to do stands in the message."""
    with pytest.raises(SensorLost, match="raspi-config"):
        I2cWire(1, 0x44, tmp_path)
    (tmp_path / "i2c-1").write_bytes(b"")
    with pytest.raises(SensorLost, match="0x44"):
        I2cWire(1, 0x44, tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"warmth": 1}', '{"temperature": "hot"}', '{"temperature": NaN}', "null"])
def test_a_simulated_sensor_with_a_wrong_file_is_lost(tmp_path: Path, text: str) -> None:
    """It fails as a real one does, and never says a value that is none."""
    (tmp_path / "readings.json").write_text(text)
    with pytest.raises(SensorLost):
        FileSensor(tmp_path / "readings.json").read()


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    """Give simulated pins."""
    made = MockFactory()
    yield made
    made.close()


class Mcp3008(MockSPIDevice):  # type: ignore[misc]
    """A converter on simulated pins: it answers with the level of its channel (data sheet, figure 6-1)."""

    def __init__(self, factory: MockFactory) -> None:
        super().__init__(11, 10, 9, 8, pin_factory=factory)
        self.levels = [0] * 8

    def on_start(self) -> None:
        """Begin to listen."""
        super().on_start()
        self.heard: list[int] = []

    def on_bit(self) -> None:
        """Answer after start bit, mode and channel: a clock to sample, a null bit, then ten bits."""
        super().on_bit()
        bits = self.rx_buf
        if 1 in bits and len(bits) - bits.index(1) == 5:
            at = bits.index(1)
            channel = bits[at + 2] * 4 + bits[at + 3] * 2 + bits[at + 4]
            self.tx_buf = [0, 0, *(int(bit) for bit in f"{self.levels[channel]:010b}")]


@pytest.mark.filterwarnings("ignore::gpiozero.exc.SPISoftwareFallback")
def test_an_analogue_channel_is_a_line_through_two_numbers(
    factory: MockFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zero + per_volt × volts, from the channel that was asked for."""
    monkeypatch.setattr(Device, "pin_factory", factory)
    converter = Mcp3008(factory)
    converter.levels[3] = 512
    sensor = AnalogueSensor(3, factory, measure=Measure.ILLUMINANCE, per_volt=100.0, zero=5.0)
    assert sensor.read()[Measure.ILLUMINANCE] == pytest.approx(5 + 100 * 3.3 * 512 / 1023, rel=0.01)
    sensor.close()


class Scale:
    """An HX711 on simulated pins: it shows the next bit at each rising edge of its clock (its data sheet)."""

    def __init__(self, factory: MockFactory) -> None:
        self.count = 0
        self.ready = True
        self.pulse_ns = 5_000
        self.disturbed = 0
        self.now = 0
        self._bits: list[int] = []
        self._data: Any = factory.pin(22)
        self.sensor = LoadCell(22, 23, factory, empty=1000.0, per_gram=2.0, now_ns=self._tick)
        clock: MockPin = factory.pin(23)
        change = clock._set_state

        def clocked(value: float) -> None:
            rising = value and not clock.state
            change(value)
            if rising:
                self._show()

        clock._set_state = clocked
        self.rest()

    def rest(self) -> None:
        """Have measured, or not: the data line is down when it has."""
        self._bits = []
        self._data.drive_low() if self.ready else self._data.drive_high()

    def _show(self) -> None:
        if not self._bits:
            self._bits = [*(int(bit) for bit in f"{self.count & 0xFFFFFF:024b}"), 2]
        bit = self._bits.pop(0)
        if bit == 2:
            self.rest()
            self.disturbed = max(0, self.disturbed - 1)
        else:
            self._data.drive_high() if bit else self._data.drive_low()

    def _tick(self) -> int:
        self.now += LONGEST_PULSE_NS + 1 if self.disturbed else self.pulse_ns
        return self.now


@pytest.mark.parametrize(("count", "grams"), [(1000, 0.0), (2700, 850.0), (-1000, -1000.0), (1003, 1.5)])
def test_a_load_cell_weighs_in_grams_from_its_empty_count(factory: MockFactory, count: int, grams: float) -> None:
    """Counts below zero are two's complement."""
    scale = Scale(factory)
    scale.count = count
    assert scale.sensor.read() == {Measure.WEIGHT: grams}


def test_a_load_cell_reading_during_which_linux_stopped_us_is_taken_again(factory: MockFactory) -> None:
    """The pulse was too long: a bit may be lost, so the number is worth nothing."""
    scale = Scale(factory)
    scale.count, scale.disturbed = 3000, 7
    assert scale.sensor.read() == {Measure.WEIGHT: 1000.0}
    scale.disturbed = 10_000
    with pytest.raises(SensorLost, match="busy"):
        scale.sensor.read()


def test_a_load_cell_without_answer_or_with_a_torn_wire_is_lost(factory: MockFactory) -> None:
    """Both ends of its scale mean overload or a broken bridge."""
    scale = Scale(factory)
    scale.count = 0x7FFFFF
    with pytest.raises(SensorLost, match="wire"):
        scale.sensor.read()
    scale.ready = False
    scale.rest()
    with pytest.raises(SensorLost, match="does not answer"):
        scale.sensor.read()
