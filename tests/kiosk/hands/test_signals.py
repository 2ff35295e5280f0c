"""Lamp and buzzer: pure tables."""

from dataclasses import fields

import pytest

from devices.hands import Pattern
from kiosk.hands.settings import Lights
from kiosk.hands.signals import NOTHING, Meaning, light_for, meaning_of, melody_for
from kiosk.screen import Kind, Screen, idle, out_of_order, reading, staff_called
from kiosk.web.view import LOOKS

LIGHTS = Lights()


def test_every_meaning_has_a_light_of_its_own_pattern() -> None:
    """A guest who sees no colours sees what is meant."""
    assert {part.name for part in fields(Lights)} == {meaning.value for meaning in Meaning}
    patterns = [getattr(LIGHTS, meaning).pattern for meaning in Meaning]
    assert len(set(patterns)) == len(Meaning)
    assert Pattern.OFF not in patterns


def test_every_tone_of_a_screen_has_a_meaning() -> None:
    """A new tone must be given a light, too: it would say Ready meanwhile."""
    unknown = {LOOKS[kind].tone for kind in Kind if meaning_of(kind) is Meaning.READY}
    assert unknown <= {"house", "calm"}


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (Kind.IDLE, Meaning.READY),
        (Kind.READING, Meaning.SEEN),
        (Kind.WELCOME, Meaning.WELCOME),
        (Kind.VIP, Meaning.WELCOME),
        (Kind.ALREADY_IN, Meaning.WELCOME),
        (Kind.TWO_CODES, Meaning.AGAIN),
        (Kind.TOO_EARLY, Meaning.LATER),
        (Kind.REVOKED, Meaning.PERSON),
        (Kind.OUT_OF_ORDER, Meaning.PERSON),
    ],
)
def test_a_light_says_what_its_screen_says(kind: Kind, meaning: Meaning) -> None:
    """Refusals never look like a welcome."""
    assert meaning_of(kind) is meaning
    assert light_for(kind, LIGHTS) == getattr(LIGHTS, meaning)


def test_a_guest_hears_each_thing_once() -> None:
    """Seen, then welcome; not again when the seat comes late or the greeting returns from under a message (G24)."""
    welcome = Screen(kind=Kind.WELCOME, scan_id="a")
    told, heard = melody_for(reading("a"), NOTHING)
    assert told
    told, heard = melody_for(welcome, heard)
    assert told
    for screen, sounds in ((welcome, False), (staff_called(reached=True), True), (welcome, False)):
        told, heard = melody_for(screen, heard)
        assert bool(told) is sounds


def test_another_word_on_the_same_scan_is_heard_and_the_next_guest_hears_all_again() -> None:
    """Withdrawn after all; then somebody else."""
    _, heard = melody_for(Screen(kind=Kind.WELCOME, scan_id="a"), NOTHING)
    told, heard = melody_for(Screen(kind=Kind.REVOKED, scan_id="a"), heard)
    assert told
    told, heard = melody_for(out_of_order("b"), heard)
    assert told


def test_nothing_sounds_by_itself() -> None:
    """The idle screen is silent, and with it all is forgotten."""
    _, heard = melody_for(staff_called(reached=True), NOTHING)
    assert melody_for(idle(), heard) == ((), NOTHING)
