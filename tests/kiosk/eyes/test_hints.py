"""Which hint comes, when it comes and when it goes: the decision alone, then the whole eye on simulated frames."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from devices.camera import Frame
from devices.fake.camera import FixedScript, SceneCamera, SceneStyle
from devices.fake.script import Hold, Medium, Trouble
from kiosk.decode import Decoder
from kiosk.eyes.glimpses import EVERY_MS, Glimpses
from kiosk.eyes.hints import AFTER_MS, STAYS_MS, Glimpse, Hints, Reason, reason_for
from tests.clocks import WaitingClock
from tests.pictures import qr_file

HELD = Glimpse(held_ms=1, light=200, share=0.3, clipped=0.05, busy=0.05)
GLARE = replace(HELD, clipped=0.5)
FAR = replace(HELD, share=0.01, busy=0.15)
DARK = replace(HELD, light=20)
FPS = 10
COMES_S, GOES_S = 4, 12


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (HELD, None),
        (DARK, Reason.DARK),
        (GLARE, Reason.GLARE),
        (FAR, Reason.FAR),
        (replace(FAR, busy=0.01), None),  # a person far off has no fine print
        (replace(FAR, clipped=0.9), Reason.FAR),  # a bright telephone far away
        (replace(DARK, held_ms=0), None),  # an empty room at night
    ],
)
def test_a_reason_is_told_only_where_a_measurement_shows_it(seen: Glimpse, reason: Reason | None) -> None:
    """Somebody who merely stands there hears nothing."""
    assert reason_for(seen) is reason


class Story:
    """Glimpses in their order, each a third of a second after the other."""

    def __init__(self) -> None:
        self.hints = Hints()
        self.now_ms = 50_000
        self.held_ms = 0

    def go_on(self, seen: Glimpse, for_ms: int) -> list[Reason | None]:
        """See the same for a while; return what was shown after each look."""
        shown = []
        for _ in range(0, for_ms, EVERY_MS):
            self.now_ms += EVERY_MS
            self.held_ms = self.held_ms + EVERY_MS if seen.held_ms else 0
            shown.append(self.hints.see(replace(seen, held_ms=self.held_ms), self.now_ms))
        return shown


def test_a_hint_comes_after_three_seconds_and_goes_with_the_guest() -> None:
    """Not before, and within about a second after the hand is gone."""
    story = Story()
    assert set(story.go_on(GLARE, AFTER_MS - EVERY_MS)) == {None}
    assert set(story.go_on(GLARE, 2 * EVERY_MS)[1:]) == {Reason.GLARE}
    assert story.go_on(Glimpse(), 1_500)[-1] is None


def test_a_read_takes_the_hint_away_and_begins_the_three_seconds_anew() -> None:
    """All is well."""
    story = Story()
    story.go_on(GLARE, 6_000)
    story.hints.read(story.now_ms)
    assert set(story.go_on(GLARE, AFTER_MS - EVERY_MS)) == {None}
    assert story.go_on(GLARE, 2 * EVERY_MS)[-1] is Reason.GLARE


def test_a_hint_does_not_flicker() -> None:
    """Measurements that come and go leave it as it is; another reason must last, and waits until this one was read."""
    story = Story()
    story.go_on(GLARE, AFTER_MS + EVERY_MS)
    for _ in range(14):
        assert set(story.go_on(HELD, EVERY_MS) + story.go_on(GLARE, EVERY_MS)) == {Reason.GLARE}
    story = Story()
    story.go_on(FAR, AFTER_MS + EVERY_MS)
    shown = story.go_on(GLARE, STAYS_MS + EVERY_MS)
    changes = [(before, after) for before, after in pairwise(shown) if before is not after]
    assert changes == [(Reason.FAR, Reason.GLARE)]
    assert shown.index(Reason.GLARE) * EVERY_MS >= STAYS_MS - 3 * EVERY_MS


def shown_in(
    folder: Path, trouble: Trouble | None, medium: Medium = "phone", seed: int = 5, light: float = 1.0
) -> list[tuple[float, Reason | None]]:
    """Play a scene of 14 s with an invitation held from 4 to 12 s; return the changes of the hint and their seconds.

    The empty scene has people walking by, and so has the one with an invitation.
    """
    clock = WaitingClock()
    image = qr_file(folder)
    holds = [Hold(image, COMES_S * 1000, (GOES_S - COMES_S) * 1000, medium, 0.2, trouble)] if trouble else []
    style = SceneStyle(fps=FPS, light=light)
    camera = SceneCamera(FixedScript(tuple(holds)), clock, clock.wait, seed=seed, style=style)
    decoder, glimpses, hints = Decoder(), Glimpses(), Hints()
    began, found = clock.monotonic_ms(), [(0.0, None)]
    changes: list[tuple[float, Reason | None]] = list(found)
    for _ in range(14 * FPS):
        frame = camera.read()
        assert frame is not None
        now_ms = clock.monotonic_ms()
        if decoder.read(frame):
            hints.read(now_ms)
        glimpse = glimpses.take(frame, now_ms)
        hint = hints.see(glimpse, now_ms) if glimpse else changes[-1][1]
        if hint is not changes[-1][1]:
            changes.append(((now_ms - began) / 1000, hint))
    return changes[1:]


@pytest.mark.parametrize("medium", ["phone", "letter"])
@pytest.mark.parametrize(("trouble", "light"), [("dark", 0.09), ("dark", 1.0), ("glare", 1.0), ("far", 1.0)])
def test_three_troubles_give_three_different_hints(
    tmp_path: Path, trouble: Trouble, medium: Medium, light: float
) -> None:
    """Once, some three seconds after the invitation came, and gone soon after it went (G20).

    The dark comes with the guest or was there before.
    """
    changes = shown_in(tmp_path, trouble, medium, light=light)
    assert [hint for _, hint in changes] == [Reason(trouble), None]
    (came, _), (went, _) = changes
    assert COMES_S + 2.5 <= came <= COMES_S + 5
    assert came + 3 <= went <= GOES_S + 2.5


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("medium", ["phone", "letter"])
def test_a_normal_hold_gives_no_hint(tmp_path: Path, medium: Medium, seed: int) -> None:
    """It is read long before, and stays read while it is held."""
    assert shown_in(tmp_path, "none", medium, seed) == []


@pytest.mark.parametrize("light", [1.0, 0.3, 0.09])
@pytest.mark.parametrize("seed", [21, 22])
def test_an_empty_room_and_people_walking_by_give_no_hint(tmp_path: Path, seed: int, light: float) -> None:
    """By day, in the evening, and at night with the lights off."""
    assert shown_in(tmp_path, None, seed=seed, light=light) == []


def test_a_chair_that_was_put_down_and_a_switched_lamp_are_no_guests() -> None:
    """What does not stir is not held, however bright or finely patterned; nor is a room that turned dark."""
    chance = np.random.default_rng(8)
    room = chance.integers(60, 180, (45, 80), np.uint8).repeat(16, 0).repeat(16, 1)
    pattern = chance.integers(0, 2, (96, 96), np.uint8) * 255
    chair = room.copy()
    chair[300:396, 500:596] = pattern
    bright = room.copy()
    bright[200:600, 400:900] = 255
    glimpses, hints, now_ms = Glimpses(), Hints(), 0
    for scene, looks in ((room, 20), (chair, 30), (bright, 30), (room, 60), (room // 8, 60)):
        for _ in range(looks):
            now_ms += EVERY_MS
            noisy = np.clip(scene + chance.normal(0, 2, scene.shape), 0, 255).astype(np.uint8)
            frame: Frame = np.dstack([noisy, noisy, noisy])
            glimpse = glimpses.take(frame, now_ms)
            assert glimpse is not None
            assert hints.see(glimpse, now_ms) is None


def test_a_look_is_taken_three_times_a_second_and_of_any_picture() -> None:
    """Frames of another size begin anew; the smallest do not raise."""
    glimpses = Glimpses()
    for number, size in enumerate([(720, 1280), (480, 640), (1, 1), (17, 3), (2, 2000)]):
        frame = np.zeros((*size, 3), np.uint8)
        assert glimpses.take(frame, 1000 * number) is not None
        assert glimpses.take(frame, 1000 * number + EVERY_MS - 1) is None
