"""What lamp and buzzer say for each screen. Pure.

A guest learns nothing from them that the screen does not say: they are for whoever looks elsewhere.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from devices.hands import Light, Note
from kiosk.hands.settings import Lights
from kiosk.screen import Kind, Screen
from kiosk.web.view import LOOKS


class Meaning(StrEnum):
    """The few things that a light or a tone can mean to a guest."""

    READY = "ready"
    SEEN = "seen"
    WELCOME = "welcome"
    AGAIN = "again"
    LATER = "later"
    PERSON = "person"


_BY_TONE: Mapping[str, Meaning] = MappingProxyType(
    {
        "house": Meaning.READY,
        "calm": Meaning.READY,
        "good": Meaning.WELCOME,
        "honour": Meaning.WELCOME,
        "again": Meaning.AGAIN,
        "time": Meaning.LATER,
        "person": Meaning.PERSON,
    }
)
_BY_KIND: Mapping[Kind, Meaning] = MappingProxyType(
    {
        Kind.READING: Meaning.SEEN,
        Kind.OUT_OF_ORDER: Meaning.PERSON,
        Kind.STAFF_BUSY: Meaning.PERSON,
        Kind.EVACUATE: Meaning.PERSON,
    }
)
_MELODIES: Mapping[Meaning, tuple[Note, ...]] = MappingProxyType(
    {
        Meaning.READY: (),
        Meaning.SEEN: (Note(880, 40),),
        Meaning.WELCOME: (Note(523, 110), Note(659, 160)),
        Meaning.AGAIN: (Note(440, 110), Note(0, 60), Note(440, 110)),
        Meaning.LATER: (Note(523, 200),),
        Meaning.PERSON: (Note(392, 160), Note(330, 220)),
    }
)

WARNING: tuple[Note, ...] = (Note(659, 90), Note(0, 60), Note(523, 140))
"""What is played when a screen will end soon (G12): two short tones, as soft as the house has set all others."""

Heard = frozenset[tuple[str, Meaning]]
"""What has sounded for the guest who stands there."""

NOTHING: Heard = frozenset()


def meaning_of(kind: Kind) -> Meaning:
    """Say what a screen of this kind means; its tone (``kiosk.web.view.LOOKS``) decides, with few exceptions."""
    return _BY_KIND.get(kind) or _BY_TONE.get(LOOKS[kind].tone, Meaning.READY)


def light_for(kind: Kind, lights: Lights) -> Light:
    """Return what the lamp shows beside a screen of this kind."""
    light: Light = getattr(lights, meaning_of(kind))
    return light


def melody_for(screen: Screen, heard: Heard) -> tuple[tuple[Note, ...], Heard]:
    """Return what to play as this screen appears, and what the guest has heard then.

    No sound is a surprise (G24): each follows something the guest did, at once and a single time. A greeting that
    comes back from under a message, turns its language or gets its seat late is silent.
    """
    meaning = meaning_of(screen.kind)
    if screen.kind is Kind.IDLE:
        return (), NOTHING
    if screen.scan_id and all(scan != screen.scan_id for scan, _ in heard):
        heard = NOTHING
    if (screen.scan_id, meaning) in heard:
        return (), heard
    return _MELODIES[meaning], heard | {(screen.scan_id, meaning)}
