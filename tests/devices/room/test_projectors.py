from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from devices.announcing import Nameplate, announce
from devices.contract.commands import Command, CommandKind, SwitchTo
from devices.fake.pjlink import SimulatedProjector
from devices.fake.projector import FakeProjector, Manner
from devices.ports import DeviceError
from devices.room import pjlink, projectors
from devices.room.instruments import Disobeyed, Instrument
from devices.room.pjlink import ProjectorSilent, Unclear, WrongPassword
from devices.room.projectors import Projector
from hub.discovery import read_announcement

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for the silent, and look again sooner."""
    monkeypatch.setattr(pjlink, "ANSWER_WITHIN_S", 1.0)
    monkeypatch.setattr(projectors, "OBEY_WITHIN_S", 1.5)
    monkeypatch.setattr(projectors, "_LOOK_AGAIN_S", 0.05)


@pytest.fixture
def fake() -> Iterator[FakeProjector]:
    """Plug in a class 2 projector, in standby, that warms up and cools down at once."""
    found = FakeProjector(SimulatedProjector(level=2, warm_up_s=0.0, cool_down_s=0.0, lamps=[1200, 40]))
    found.start()
    yield found
    found.stop()


def instrument(fake: FakeProjector, password_file: Path | None = None) -> Projector:
    """Return the instrument for it."""
    return Projector("beamer", "127.0.0.1", port=fake.port, password_file=password_file, lamps=2)


def switch(which: str, to: SwitchTo | None = SwitchTo.ON, kind: CommandKind = CommandKind.SWITCH) -> Command:
    """Write a command."""
    return Command(id=ID, ts=datetime(2026, 3, 2, tzinfo=UTC), boot=ID, seq=1, kind=kind, which=which, to=to)


def test_a_projector_in_standby_is_off_and_well(fake: FakeProjector) -> None:
    """ERR3 to input and shutter is ordinary in standby: not known, no fault."""
    projector: Instrument = instrument(fake)
    found = projector.read()
    assert (found["beamer_power"], found["beamer_lit"]) == ("off", "off")
    assert (found["beamer_fault"], found["beamer_detail"], found["beamer_lamp"]) == ("off", "ok", "ok")
    assert (found["beamer_input"], found["beamer_mute"], found["beamer_resolution"]) == (None, None, None)
    assert (found["beamer_lamp_1_hours"], found["beamer_lamp_2_hours"]) == (1200, 40)
    assert found["beamer_filter_hours"] == 310
    assert (found["beamer_maker"], found["beamer_serial"], found["beamer_class"]) == ("Yingbin", "YB-0001", 2)
    assert set(found) == {entity.key for entity in projector.entities()}


def test_a_projector_that_is_on_tells_everything(fake: FakeProjector) -> None:
    """Class 2 tells more than class 1."""
    fake.state.answer("%1POWR 1", 0.0)
    found = instrument(fake).read()
    assert (found["beamer_power"], found["beamer_lit"], found["beamer_lamp_1_lit"]) == ("on", "on", "on")
    assert (found["beamer_input"], found["beamer_mute"]) == ("digital 1", "none")
    assert (found["beamer_resolution"], found["beamer_freeze"]) == ("1920x1080", "off")


def test_a_class_1_projector_is_asked_no_class_2_question(fake: FakeProjector) -> None:
    """Some hang at what they do not know."""
    fake.state.level = 1
    found = instrument(fake).read()
    assert not [line for line in fake.heard if line.startswith("%2")]
    assert (found["beamer_class"], found["beamer_serial"], found["beamer_filter_hours"]) == (1, None, None)


@pytest.mark.parametrize(
    ("health", "fault", "detail"),
    [("000000", "off", "ok"), ("020000", "on", "error: lamp"), ("001010", "on", "warning: temperature filter")],
)
def test_a_fault_says_what_is_wrong(fake: FakeProjector, health: str, fault: str, detail: str) -> None:
    """The task names the part to bring along."""
    fake.state.health = health
    found = instrument(fake).read()
    assert (found["beamer_fault"], found["beamer_detail"]) == (fault, detail)


@pytest.mark.parametrize("manner", [Manner.SILENT, Manner.HANGS_UP, Manner.DRIBBLES])
def test_silence_is_unknown_twice_and_a_fault_the_third_time(
    fake: FakeProjector, manner: Manner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A projector on its way into standby may say nothing for a minute; that calls nobody."""
    projector = instrument(fake)
    projector.read()
    fake.manner = manner
    for _ in range(2):
        assert projector.read()["beamer_power"] is None
    with pytest.raises(ProjectorSilent):
        projector.read()
    fake.manner = Manner.GOOD
    with monkeypatch.context() as patient:  # it may still be talking to whom hung up, one at a time
        patient.setattr(pjlink, "ANSWER_WITHIN_S", 8.0)
        assert projector.read()["beamer_power"] == "off"
    fake.manner = manner
    assert projector.read()["beamer_power"] is None


def test_one_that_never_answers_is_a_fault(fake: FakeProjector) -> None:
    """Switched off at the wall, or a wrong address: its points are unknown and its problem shows."""
    fake.stop()
    projector = instrument(fake)
    assert projector.read()["beamer_power"] is None
    assert projector.read()["beamer_power"] is None
    with pytest.raises(ProjectorSilent, match=r"127\.0\.0\.1"):
        projector.read()


def test_err3_in_standby_is_unknown_and_never_a_fault(fake: FakeProjector) -> None:
    """It answers, so it is there; it only does not tell."""
    fake.state.shy = True
    projector = instrument(fake)
    for _ in range(5):
        found = projector.read()
        assert (found["beamer_power"], found["beamer_fault"]) == (None, None)


def test_one_that_tells_its_power_and_then_nothing_is_there(fake: FakeProjector) -> None:
    """Half an answer is no silence."""
    fake.manner = Manner.TONGUE_TIED
    projector = instrument(fake)
    for _ in range(4):
        assert projector.read()["beamer_power"] == "off"


def test_what_is_no_pjlink_is_told_at_once(fake: FakeProjector) -> None:
    """That is a wrong address, and waiting does not help."""
    fake.manner = Manner.GARBAGE
    with pytest.raises(Unclear, match="no PJLink"):
        instrument(fake).read()


def test_the_password_comes_from_its_file_anew_each_time(fake: FakeProjector, tmp_path: Path) -> None:
    """A corrected password needs no restart, and a missing file names itself."""
    fake.password = "lantern"
    file = tmp_path / "beamer.password"
    projector = instrument(fake, file)
    with pytest.raises(DeviceError, match=r"beamer\.password"):
        projector.read()
    file.write_text("candle\n")
    with pytest.raises(WrongPassword):
        projector.read()
    file.write_text("lantern\n")
    assert projector.read()["beamer_power"] == "off"


def test_switching_on_is_believed_once_the_projector_says_so(fake: FakeProjector) -> None:
    """Warming counts as on its way."""
    fake.state.warm_up_s = 60.0
    assert instrument(fake).obey(switch("beamer")) == {"beamer_power": "warming", "beamer_lit": "on"}
    assert fake.heard == ["%1POWR 1", "%1POWR ?"]


def test_switching_off_counts_while_it_cools(fake: FakeProjector) -> None:
    """Cooling is off."""
    fake.state.cool_down_s = 60.0
    projector = instrument(fake)
    projector.obey(switch("beamer"))
    assert projector.obey(switch("beamer", SwitchTo.OFF)) == {"beamer_power": "cooling", "beamer_lit": "off"}


def test_an_ok_that_comes_not_true_is_a_failure_in_time(fake: FakeProjector) -> None:
    """Never a silent success: it said OK and stayed off, as with a dead lamp."""
    fake.state.deaf = True
    with pytest.raises(Disobeyed) as disobeyed:
        instrument(fake).obey(switch("beamer"))
    assert disobeyed.value.reason == "broken"


def test_one_that_warms_up_and_falls_back_is_a_fault_until_it_is_on(fake: FakeProjector) -> None:
    """A lamp that does not strike, on a projector that tells of no error; a wish fulfilled later is no fault."""
    fake.state.health = "020000"
    fake.state.warm_up_s = 0.3
    projector = instrument(fake)
    assert projector.obey(switch("beamer"))["beamer_power"] == "warming"
    fell_back = False
    while not fell_back:
        fell_back = projector.read()["beamer_power"] == "off"
    fake.state.answer("%1POWR 0", monotonic())
    fake.state.health = "000000"
    assert projector.read()["beamer_detail"] == "error: told to go on, it went off again"
    fake.state.warm_up_s = 0.0
    fake.state.answer("%1POWR 1", monotonic())
    assert projector.read()["beamer_fault"] == "off"
    fake.state.answer("%1POWR 0", monotonic())
    assert projector.read()["beamer_fault"] == "off"


@pytest.mark.parametrize(
    ("which", "name", "said"),
    [("beamer.mute", "beamer_mute", "both"), ("beamer.input.32", "beamer_input", "digital 2")],
)
def test_shutter_and_input_are_verified_too(fake: FakeProjector, which: str, name: str, said: str) -> None:
    """They are asked back as power is."""
    projector = instrument(fake)
    projector.obey(switch("beamer"))
    assert projector.obey(switch(which)) == {name: said}


def test_the_shutter_opens_again(fake: FakeProjector) -> None:
    """Both, picture and sound."""
    projector = instrument(fake)
    projector.obey(switch("beamer"))
    projector.obey(switch("beamer.mute"))
    assert projector.obey(switch("beamer.mute", SwitchTo.OFF)) == {"beamer_mute": "none"}


REFUSED = [
    (switch("beamer.input.32"), "busy"),  # it is in standby
    (switch("beamer.input.99"), "out_of_range"),
    (switch("beamer.input.32", SwitchTo.OFF), "unknown_which"),
    (switch("beamer.roof"), "unknown_which"),
    (switch("beamer", SwitchTo.CYCLE), "out_of_range"),
    (switch("beamer", None), "out_of_range"),
    (switch("beamer", None, CommandKind.SET_POINT), "out_of_range"),
]


@pytest.mark.parametrize(("command", "reason"), REFUSED)
def test_what_cannot_be_done_is_refused_with_a_reason(fake: FakeProjector, command: Command, reason: str) -> None:
    """Nothing is tried that could harm a lamp, such as off and on again at once."""
    with pytest.raises(Disobeyed) as disobeyed:
        instrument(fake).obey(command)
    assert disobeyed.value.reason == reason


def test_an_input_that_it_does_not_have_is_out_of_range(fake: FakeProjector) -> None:
    """ERR2 from a projector that is on."""
    projector = instrument(fake)
    projector.obey(switch("beamer"))
    with pytest.raises(Disobeyed) as disobeyed:
        projector.obey(switch("beamer.input.59"))
    assert disobeyed.value.reason == "out_of_range"


def test_a_broken_projector_says_so(fake: FakeProjector) -> None:
    """ERR4."""
    fake.state.broken = True
    with pytest.raises(Disobeyed) as disobeyed:
        instrument(fake).obey(switch("beamer"))
    assert disobeyed.value.reason == "broken"


def test_an_agent_can_announce_all_of_its_points(fake: FakeProjector) -> None:
    """Into a Home Assistant as into our own hub."""
    plate = Nameplate(site="house", device="room-1", name="Room 1", model="Pi", software="1")
    topic, payload = announce(plate, instrument(fake).entities())
    points = read_announcement(topic, payload, "homeassistant").points
    assert {point.unique_id for point in points} >= {"room-1_beamer_power", "room-1_beamer_lamp_2_hours"}
    assert len(points) == len(instrument(fake).entities())
