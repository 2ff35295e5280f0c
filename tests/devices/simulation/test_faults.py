import pytest

from devices.simulation.faults import FLAP_S, BadFault, Fault, FaultKind, read_fault, wrong_in


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("wifi hall 60s", Fault(FaultKind.WIFI, "hall", 60.0, 0.0)),
        ("nan * 5m at 30s", Fault(FaultKind.NAN, "*", 300.0, 30.0)),
        ("  dry grand-hall at 1h ", Fault(FaultKind.DRY, "grand-hall", float("inf"), 3_600.0)),
        ("clock room-1 1.5h", Fault(FaultKind.CLOCK, "room-1", 5_400.0, 0.0)),
    ],
)
def test_a_fault_is_written_as_it_is_said(text: str, fault: Fault) -> None:
    """Kind, room, how long, from when."""
    assert read_fault(text) == fault


@pytest.mark.parametrize("text", ["", "wifi", "wifi hall 60", "fire hall 60s", "wifi hall 60s at", "wifi Hall 60s"])
def test_what_is_no_fault_is_refused_with_the_kinds_there_are(text: str) -> None:
    """Whoever writes one learns how."""
    with pytest.raises(BadFault, match="wifi"):
        read_fault(text)


def test_a_fault_is_there_in_its_time_and_its_room() -> None:
    """Its last instant is past already."""
    faults = (read_fault("wifi hall 60s at 30s"), read_fault("nan * 10s"))
    assert wrong_in(faults, "hall", 5) == {FaultKind.NAN}
    assert wrong_in(faults, "hall", 30) == {FaultKind.WIFI}
    assert wrong_in(faults, "annex", 30) == set()
    assert wrong_in(faults, "hall", 90) == set()


def test_what_flaps_is_away_and_back_again_and_again() -> None:
    """Ten seconds each."""
    faults = (read_fault("flap hall 60s"),)
    seen = [bool(wrong_in(faults, "hall", FLAP_S * half + 1)) for half in range(7)]
    assert seen == [True, False, True, False, True, False, False]
