"""What is fitted for which settings; gpiozero's own simulated pins stand for a Pi's."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import gpiozero
import pytest

import kiosk
from devices.contract import codec
from devices.contract.cards import PlaceCard, Words
from devices.contract.messages import ItemKind, Need, Verdict
from devices.fake.hands import FakeLamp, FakeRelay
from devices.ids import uuid7
from devices.pi.gpio import GpioRelay
from devices.settings import BadSettings
from devices.station import BrokerConfig
from devices.texts import Texts
from kiosk import screen
from kiosk.badges.settings import PrinterConfig, PrinterKind
from kiosk.board import ScreenBoard
from kiosk.config import KioskConfig
from kiosk.database import Database
from kiosk.fitting import Around, Fittings, fit_hands
from kiosk.hands.settings import HandsConfig, Pins, Sound
from kiosk.reception import Result
from kiosk.roster import Roster
from kiosk.screen import Kind
from tests.kiosk.cards import CARD, MEETING, FixedClock, item, page

Wait = Callable[[Callable[[], object]], None]
ALL = HandsConfig(lamp_pins=(5, 6, 13), buzzer_pin=12, sound=Sound.ON, help_pin=22, presence_pin=23, door_pin=17)
TEXTS = Texts.load(Path(kiosk.__file__).parent / "texts")


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Around]:
    """Give the parts that hands and printer work with."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    roster = Roster(database)
    room = PlaceCard(
        place="hall-1", name=Words(zh="一号厅", en="Hall 1"), way=Words(zh="左转", en="Left"), arrow="left"
    )
    roster.apply(page(item(ItemKind.PLACE, "kiosk-1/hall-1", 1, codec.dump_card(room))))
    clock = FixedClock()
    board = ScreenBoard(screen.idle(), clock)
    yield Around(
        board=board,
        roster=roster,
        database=database,
        clock=clock,
        texts=TEXTS,
        call_staff=lambda: board.cover(screen.staff_called(reached=True)),
    )
    database.close()


def config(tmp_path: Path, hands: HandsConfig | None = None, printer: PrinterConfig | None = None) -> KioskConfig:
    """Make a kiosk's settings."""
    return KioskConfig(
        site="hall",
        device="kiosk-1",
        door=Words(zh="东门", en="East door"),
        broker=BrokerConfig(secret=tmp_path / "secret"),
        data=tmp_path,
        hands=hands or HandsConfig(),
        printer=printer or PrinterConfig(),
    )


def welcome() -> Result:
    """Make a guest's result."""
    return Result(event=uuid7(), verdict=Verdict.WELCOME, card=CARD, meeting=MEETING, from_hub=True)


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let gpiozero simulate its pins, as its own settings allow."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    monkeypatch.setenv("GPIOZERO_MOCK_PIN_CLASS", "mockpwmpin")
    monkeypatch.setenv("LG_WD", str(tmp_path))
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    yield
    if gpiozero.Device.pin_factory is not None:
        gpiozero.Device.pin_factory.close()


def test_nothing_is_fitted_unless_it_is_named(tmp_path: Path, around: Around) -> None:
    """And all the rest goes on without."""
    fittings = Fittings(config(tmp_path), around)
    fittings.start()
    fittings.tell(welcome())
    assert (fittings.names(), fittings.needs(), fittings.hands.someone_here) == ((), (), None)
    fittings.stop()


def test_all_hands_are_fitted_real_or_simulated(pins: None, tmp_path: Path) -> None:
    """By one setting."""
    assert pins is None
    for kind in Pins:
        parts = fit_hands(replace(ALL, pins=kind), tmp_path)
        assert parts.names() == ("lamp", "buzzer", "help-button", "presence", "door")
        assert isinstance(parts.door, FakeRelay if kind is Pins.SIMULATED else GpioRelay)
        assert isinstance(parts.lamp, FakeLamp) is (kind is Pins.SIMULATED)
        parts.close()
    assert "buzzer" not in fit_hands(replace(ALL, pins=Pins.SIMULATED, sound=Sound.OFF), tmp_path).names()


def test_a_machine_without_pins_runs_a_kiosk_without_hands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, and what to do; guests are served."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "no-such-pins")
    monkeypatch.setenv("LG_WD", str(tmp_path))
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    assert fit_hands(ALL, tmp_path).names() == ()
    assert "install lgpio" in caplog.text


def test_one_pin_that_cannot_be_had_leaves_the_others(
    pins: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Only that part is left out."""
    assert pins is None
    taken = fit_hands(HandsConfig(door_pin=17), tmp_path)
    parts = fit_hands(ALL, tmp_path)
    assert parts.names() == ("lamp", "buzzer", "help-button", "presence")
    assert "door left out: pin 17" in caplog.text
    parts.close()
    taken.close()


def test_a_guest_who_is_admitted_finds_the_door_open(
    pins: None, tmp_path: Path, around: Around, wait_until: Wait
) -> None:
    """For three seconds; and the help button calls as the screen does."""
    assert pins is None
    fittings = Fittings(config(tmp_path, replace(ALL, door_opens_s=0.1)), around)
    fittings.start()
    relay = gpiozero.Device.pin_factory.pin(17)
    fittings.tell(replace(welcome(), verdict=Verdict.REVOKED))
    assert not relay.state
    fittings.tell(welcome())
    wait_until(lambda: bool(relay.state))
    wait_until(lambda: not relay.state)
    gpiozero.Device.pin_factory.pin(22).drive_low()
    wait_until(lambda: around.board.current()[1].kind is Kind.STAFF_COMING)
    fittings.stop()


def test_a_simulated_printer_shows_slips_as_pictures(tmp_path: Path, around: Around, wait_until: Wait) -> None:
    """Once for each guest; nobody is named in the database or the log."""
    fittings = Fittings(config(tmp_path, printer=PrinterConfig(kind=PrinterKind.SIMULATED)), around)
    fittings.start()
    fittings.tell(welcome())
    fittings.tell(welcome())
    wait_until((tmp_path / "slips" / "slip-0001.png").exists)
    fittings.stop()
    assert fittings.names() == ("printer",)
    assert [path.name for path in (tmp_path / "slips").iterdir()] == ["slip-0001.png"]
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert CARD.name.encode() not in written


def test_an_absent_printer_calls_a_person(tmp_path: Path, around: Around, wait_until: Wait) -> None:
    """Over the real driver, for each kind."""
    for printer in (
        PrinterConfig(kind=PrinterKind.ESCPOS, address="tcp://127.0.0.1:1"),
        PrinterConfig(kind=PrinterKind.ESCPOS, address="/dev/no-such-printer"),
        PrinterConfig(kind=PrinterKind.CUPS, queue="badges", server="127.0.0.1:1"),
    ):
        fittings = Fittings(config(tmp_path, printer=printer), around)
        fittings.start()
        wait_until(lambda found=fittings: found.needs() == (Need.PRINTER_LOST,))  # type: ignore[misc]
        fittings.stop()


def test_a_font_without_chinese_is_a_mistake_in_the_settings(
    tmp_path: Path, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field is named."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadSettings, match=r"printer.font: fontconfig cannot be asked"):
        Fittings(config(tmp_path, printer=PrinterConfig(kind=PrinterKind.SIMULATED)), around)
