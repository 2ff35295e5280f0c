"""What lamp, buzzer, button, presence sensor and relay promise: the real ones over simulated pins, and the fakes."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from devices.fake.hands import FakeButton, FakeBuzzer, FakeLamp, FakePresence, FakeRelay, FakeSwitch
from devices.hands import Colour, HandLost, Light, Note, Pattern, level_at
from devices.pi.gpio import GpioButton, GpioBuzzer, GpioLamp, GpioPresence, GpioRelay, GpioSwitch

Wait = Callable[[Callable[[], object]], None]
LONG = 3_600_000
SECOND = 1_000


class RealHands:
    """The real parts, and what their pins do."""

    def __init__(self, factory: MockFactory) -> None:
        self.factory = factory
        self.lamp = GpioLamp((5, 6, 13), factory)
        self.buzzer = GpioBuzzer(12, factory, 0.1)
        self.relay = GpioRelay(17, factory)
        self.button = GpioButton(22, factory, settle_s=0.01)
        self.presence = GpioPresence(23, factory, 0.05)

    def rgb(self) -> tuple[float, ...]:
        """Return the levels of the lamp's pins."""
        return tuple(float(self.factory.pin(number).state) for number in (5, 6, 13))

    def hertz(self) -> int:
        """Return what the buzzer's pin sounds."""
        pin = self.factory.pin(12)
        return round(pin.frequency) if pin.state else 0

    def press(self) -> None:
        """Press the button as a finger does: its contact bounces, coming and going."""
        for _ in range(5):
            self.factory.pin(22).drive_low()
            self.factory.pin(22).drive_high()
        self.factory.pin(22).drive_low()

    def let_go(self) -> None:
        """Let the button go."""
        self.factory.pin(22).drive_high()

    def move(self, *, here: bool) -> None:
        """Let somebody move before the sensor, or nobody."""
        self.factory.pin(23).drive_high() if here else self.factory.pin(23).drive_low()


class FakeHands:
    """The shipped fakes."""

    def __init__(self) -> None:
        self.lamp, self.buzzer, self.relay = FakeLamp(), FakeBuzzer(), FakeRelay()
        self.button, self.presence = FakeButton(), FakePresence()

    def rgb(self) -> tuple[float, ...]:
        """Return how bright the lamp's colours are."""
        return self.lamp.rgb

    def hertz(self) -> int:
        """Return what sounds."""
        return self.buzzer.hertz

    def press(self) -> None:
        """Press the button."""
        self.button.press()

    def let_go(self) -> None:
        """Do nothing: a fake's press is over at once."""

    def move(self, *, here: bool) -> None:
        """Let somebody come, or all go."""
        self.presence.set(here=here)


def sounds(hands: Any, hertz: int) -> bool:  # noqa: ANN401 - either kind
    """Say whether this is what is heard."""
    return bool(hands.hertz() == hertz)


def is_long(found: list[int], count: int) -> bool:
    """Say whether a list has grown to so many, and fail when it has more."""
    assert len(found) <= count
    return len(found) == count


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    """Give simulated pins."""
    made = MockFactory(pin_class=MockPWMPin)
    yield made
    made.close()


@pytest.fixture(params=["real", "fake"])
def hands(request: pytest.FixtureRequest, factory: MockFactory) -> Iterator[Any]:
    """Give the real parts, then the fakes."""
    made = RealHands(factory) if request.param == "real" else FakeHands()
    yield made
    for part in (made.lamp, made.buzzer, made.relay, made.button, made.presence):
        part.close()


def test_a_lamp_shows_its_colour_until_told_otherwise_and_ends_dark(hands: Any, wait_until: Wait) -> None:  # noqa: ANN401
    """Green, then amber, then out."""
    assert hands.rgb() == (0, 0, 0)
    hands.lamp.show(Light(Colour.GREEN, Pattern.STEADY))
    wait_until(lambda: hands.rgb() == (0, 1, 0))
    hands.lamp.show(Light(Colour.AMBER, Pattern.QUICK_BLINK))
    wait_until(lambda: hands.rgb() == pytest.approx(Colour.AMBER.rgb))
    wait_until(lambda: hands.rgb() == (0, 0, 0))
    wait_until(lambda: hands.rgb() == pytest.approx(Colour.AMBER.rgb))
    hands.lamp.close()
    assert hands.rgb() == (0, 0, 0)
    with pytest.raises(HandLost):
        hands.lamp.show(Light(Colour.GREEN, Pattern.STEADY))


def test_a_buzzer_plays_its_notes_one_after_the_other_and_falls_silent(hands: Any, wait_until: Wait) -> None:  # noqa: ANN401
    """A newer melody takes the place of the one that sounds."""
    hands.buzzer.play([Note(330, LONG)])
    wait_until(lambda: hands.hertz() == 330)
    hands.buzzer.play([Note(523, SECOND), Note(0, SECOND), Note(659, SECOND)])  # so long that none is missed
    for hertz in (523, 0, 659, 0):
        wait_until(partial(sounds, hands, hertz))


def test_a_relay_is_off_until_it_is_pulsed_and_lets_go_by_itself(hands: Any, wait_until: Wait) -> None:  # noqa: ANN401
    """The caller need not be alive any more."""
    assert not hands.relay.is_on
    hands.relay.pulse(0.05)
    wait_until(lambda: hands.relay.is_on)
    wait_until(lambda: not hands.relay.is_on)


def test_a_relay_that_is_closed_is_off_whatever_was_left_of_its_pulse(hands: Any, wait_until: Wait) -> None:  # noqa: ANN401
    """A kiosk that stops leaves no door open."""
    hands.relay.pulse(LONG)
    wait_until(lambda: hands.relay.is_on)
    hands.relay.close()
    assert not hands.relay.is_on
    with pytest.raises(HandLost):
        hands.relay.pulse(1)


def test_a_button_tells_of_each_press_once(hands: Any, wait_until: Wait) -> None:  # noqa: ANN401
    """However its contact bounces."""
    presses: list[int] = []
    hands.button.listen(lambda: presses.append(1))
    for count in (1, 2):
        hands.press()
        wait_until(partial(is_long, presses, count))
        hands.let_go()
        wait_until(lambda: not getattr(hands.button, "_pressed", False))


def test_presence_tells_when_somebody_comes_and_when_all_have_gone(hands: Any, wait_until: Wait) -> None:  # noqa: ANN401
    """Each change once."""
    seen: list[bool] = []
    hands.presence.listen(seen.append)
    assert not hands.presence.here
    hands.move(here=True)
    wait_until(lambda: hands.presence.here)
    hands.move(here=False)
    wait_until(lambda: not hands.presence.here)
    assert seen == [True, False]


def test_a_spark_on_the_wire_is_no_press(factory: MockFactory, wait_until: Wait) -> None:
    """Shorter than a finger can be: no person is called; nor by a button that hangs when the kiosk starts."""
    button = GpioButton(22, factory, settle_s=0.05)
    presses: list[int] = []
    factory.pin(22).drive_low()
    button.listen(lambda: presses.append(1))
    factory.pin(22).drive_high()
    wait_until(lambda: not button._pressed)
    for _ in range(3):
        factory.pin(22).drive_low()
        factory.pin(22).drive_high()
    wait_until(lambda: not button._edge.is_set())
    factory.pin(22).drive_low()
    wait_until(lambda: presses)
    button.close()
    assert presses == [1]


def test_a_contact_that_bounces_for_a_while_is_one_press(factory: MockFactory, wait_until: Wait) -> None:
    """It is looked at only when it has come to rest."""
    button = GpioButton(22, factory, settle_s=0.5)
    presses: list[int] = []
    button.listen(lambda: presses.append(1))
    pin = factory.pin(22)
    for count in (1, 2):
        for bounce in (pin.drive_low, pin.drive_high, pin.drive_low):
            bounce()
            wait_until(lambda: not button._edge.is_set())
        wait_until(partial(is_long, presses, count))
        pin.drive_high()
        wait_until(lambda: not button._pressed)
    button.close()


def test_a_listener_that_fails_does_not_make_a_button_deaf(factory: MockFactory, wait_until: Wait) -> None:
    """The next press is heard."""
    button = GpioButton(22, factory, settle_s=0.01)
    presses: list[int] = []

    def fail() -> None:
        presses.append(1)
        raise RuntimeError("no hub")

    button.listen(fail)
    for count in (1, 2):
        factory.pin(22).drive_low()
        wait_until(partial(is_long, presses, count))
        factory.pin(22).drive_high()
        wait_until(lambda: not button._pressed)
    button.close()


def test_a_relay_takes_its_pin_switched_off_whatever_was_there_before(factory: MockFactory) -> None:
    """A process that was killed may have left it on; at either polarity."""
    for number, active_high in ((17, True), (4, False)):
        pin = factory.pin(number)
        pin.function = "output"
        pin.state = active_high
        relay = GpioRelay(number, factory, active_high=active_high)
        assert pin.function == "output"
        assert bool(pin.state) is not active_high
        relay.close()


def test_a_relay_lets_go_even_when_its_pin_fails_at_first(
    factory: MockFactory, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error of a bus must not leave a door open; and the next guest's pulse says that there was one."""
    relay = GpioRelay(17, factory)
    off = relay._pin.off
    failures: list[int] = []

    def fail_twice() -> None:
        if len(failures) < 2:
            failures.append(1)
            raise OSError("input/output error")
        off()

    monkeypatch.setattr(relay._performer, "_rest", fail_twice)
    relay.pulse(0.01)
    wait_until(lambda: len(failures) == 2 and not relay.is_on)
    with pytest.raises(HandLost, match="input/output error"):
        relay.pulse(0.01)
    wait_until(lambda: not relay.is_on)
    relay.close()


def test_a_relay_whose_pin_fails_while_it_is_switched_on_is_switched_off(
    factory: MockFactory, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Safe in failure: whatever was half done is undone; and a wire that stays broken fills no log."""
    relay = GpioRelay(17, factory)
    on = relay._pin.on

    def half() -> None:
        on()
        raise OSError("input/output error")

    monkeypatch.setattr(relay._pin, "on", half)
    relay.pulse(LONG)
    wait_until(lambda: relay._performer._problem is not None)
    wait_until(lambda: not relay.is_on)
    with pytest.raises(HandLost):
        relay.pulse(LONG)
    wait_until(lambda: relay._performer._problem is not None)
    wait_until(lambda: not relay.is_on)
    relay.close()
    assert caplog.text.count("does not obey") == 1


def test_a_pin_that_is_taken_is_named(factory: MockFactory) -> None:
    """A technician reads which one."""
    relay = GpioRelay(17, factory)
    with pytest.raises(HandLost, match="pin 17"):
        GpioRelay(17, factory)
    relay.close()


@pytest.mark.parametrize("pattern", Pattern)
def test_no_pattern_flashes_more_than_three_times_in_a_second(pattern: Pattern) -> None:
    """WCAG 2.3.1; counted as rises of the light in every second of twenty."""
    levels = [level_at(pattern, ms) for ms in range(0, 20 * SECOND, 10)]
    rises = [later > 0.5 >= sooner for sooner, later in pairwise(levels)]
    assert max(sum(rises[start : start + 100]) for start in range(len(rises) - 100)) <= 3


def test_each_pattern_can_be_told_from_every_other_without_its_colour() -> None:
    """Seen for eight seconds, no two are the same."""
    seen = {pattern: tuple(level_at(pattern, ms) for ms in range(0, 8 * SECOND, 20)) for pattern in Pattern}
    assert len(set(seen.values())) == len(Pattern)


@pytest.mark.parametrize("kind", ["real", "real, low active", "fake"])
def test_a_switch_is_off_when_it_is_taken_stays_as_it_is_told_and_goes_off_at_the_end(
    factory: MockFactory, kind: str
) -> None:
    """Whatever an earlier process left on its pin."""
    switch = FakeSwitch() if kind == "fake" else GpioSwitch(17, factory, active_high=kind == "real")
    assert not switch.is_on
    for on in (True, True, False, True):
        switch.set(on=on)
        assert switch.is_on is on
        if kind != "fake":
            assert factory.pin(17).state == (on if kind == "real" else not on)
    switch.close()
    assert not switch.is_on
    switch.close()
    with pytest.raises(HandLost):
        switch.set(on=True)


def test_a_button_that_is_held_is_not_also_pressed(factory: MockFactory, wait_until: Wait) -> None:
    """A short press counts when the finger leaves, a long one while it is still there."""
    button = GpioButton(22, factory, settle_s=0.01, hold_s=0.2)
    heard: list[str] = []
    button.listen(lambda: heard.append("pressed"), lambda: heard.append("held"))
    pin = factory.pin(22)
    pin.drive_low()
    wait_until(lambda: heard == ["held"])
    pin.drive_high()
    wait_until(lambda: not button._pressed)
    button._hold_s = 60.0
    pin.drive_low()
    wait_until(lambda: button._pressed)
    pin.drive_high()
    wait_until(lambda: heard == ["held", "pressed"])
    button.close()
    fake = FakeButton()
    fake.listen(lambda: heard.append("pressed"), lambda: heard.append("held"))
    fake.hold()
    fake.press()
    assert heard[2:] == ["held", "pressed"]
