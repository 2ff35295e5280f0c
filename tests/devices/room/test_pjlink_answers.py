from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.room.pjlink import Unclear
from devices.room.pjlink_answers import (
    Health,
    Lamp,
    Mute,
    Power,
    in_words,
    read_class,
    read_freeze,
    read_health,
    read_hours,
    read_input,
    read_lamps,
    read_mute,
    read_power,
    read_resolution,
    read_words,
)

RIGHT: list[tuple[Callable[[str], object], str, object]] = [
    (read_power, "0", Power.OFF),
    (read_power, "1", Power.ON),
    (read_power, "2", Power.COOLING),
    (read_power, "3", Power.WARMING),
    (read_lamps, "22472 1", (Lamp(22472, lit=True),)),
    (read_lamps, "120 1 96 0", (Lamp(120, lit=True), Lamp(96, lit=False))),
    (read_input, "31", "digital 1"),
    (read_input, "6B", "internal b"),
    (read_mute, "11", Mute.VIDEO),
    (read_mute, "31", Mute.BOTH),
    (read_mute, "30", Mute.NONE),
    (read_freeze, "1", True),
    (read_hours, "310", 310),
    (read_resolution, "1920X1080", "1920x1080"),
    (read_resolution, "-", "no signal"),
    (read_class, "2", 2),
    (read_words, "EPSON\x00 EB\ufffd ", "EPSON EB"),
    (read_words, "x" * 99, "x" * 64),
]


@pytest.mark.parametrize(("read", "said", "meant"), RIGHT)
def test_each_answer_has_its_meaning(read: Callable[[str], object], said: str, meant: object) -> None:
    """The tables of the specification."""
    assert read(said) == meant


WRONG: list[tuple[Callable[[str], object], str]] = [
    (read_power, "4"), (read_power, ""), (read_power, "٣"), (read_lamps, ""), (read_lamps, "12"), (read_lamps, "12 2"),
    (read_lamps, "1 0 " * 8 + "1 0"), (read_health, "00000"), (read_health, "000003"), (read_input, "71"),
    (read_input, "3"), (read_mute, "12"), (read_freeze, "on"), (read_hours, "-1"), (read_hours, "1" * 9),
    (read_resolution, "big"), (read_class, "3"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "said"), WRONG)
def test_what_pjlink_does_not_know_is_unclear(read: Callable[[str], object], said: str) -> None:
    """No number is guessed."""
    with pytest.raises(Unclear):
        read(said)


@given(st.text(max_size=40), st.sampled_from([read for read, _, _ in RIGHT] + [read_health]))
def test_any_answer_is_understood_or_unclear(said: str, read: Callable[[str], object]) -> None:
    """Nothing else may be raised."""
    try:
        read(said)
    except Unclear as unclear:
        assert str(unclear)  # noqa: PT017 - either outcome is right


def test_what_is_wrong_fits_one_line_errors_first() -> None:
    """A reading has 64 characters at most."""
    health = read_health("120001")
    assert health["lamp"] is Health.ERROR
    assert in_words(health) == "error: lamp; warning: fan other"
    assert in_words(read_health("000000")) == ""
    assert max(len(in_words(read_health(f"{number:06b}".replace("0", "2")))) for number in range(64)) <= 64
