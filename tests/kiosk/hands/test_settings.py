import re
from dataclasses import fields
from pathlib import Path

import pytest

from devices.settings import BadSettings
from kiosk.config import read_config
from kiosk.hands.settings import Lights
from tests.kiosk.test_config import CONFIG, written


def test_a_kiosk_has_no_hands_unless_told_of_them(tmp_path: Path) -> None:
    """Every pin is optional."""
    hands = read_config(written(tmp_path))[0].hands
    assert (hands.lamp_pins, hands.buzzer_pin, hands.help_pin, hands.presence_pin, hands.door_pin) == ((),) + (
        None,
    ) * 4
    assert hands.sound == "off"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("lamp_pins = [5, 6]", "hands.lamp_pins: has 2 pins"),
        ("lamp_pins = [5, 6, 5]", r"hands.lamp_pins\[2\]: pin 5 is taken by hands.lamp_pins\[0\]"),
        ("help_pin = 17\ndoor_pin = 17", "hands.door_pin: pin 17 is taken by hands.help_pin"),
        ("buzzer_pin = 40", "line 8: hands.buzzer_pin: 40 is not between 2 and 27"),
        ("door_pin = 4", "hands.door_pin: pin 4 would open the door while the Pi boots; take 9 to 27"),
        ("door_pin = 17\ndoor_active_high = false", "hands.door_pin: pin 17 would open .* take 2 to 8"),
        ('sound = "loud"', "hands.sound: 'loud' is none of off, on"),
        ('lights.again = { colour = "amber", pattern = "wild" }', "hands.lights.again.pattern: 'wild' is none of off"),
        ('lights.again = { colour = "amber" }', "hands.lights.again.pattern: is missing"),
        (
            'lights.person = { colour = "red", pattern = "steady" }',
            "hands.lights.person.pattern: steady means welcome already",
        ),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, lines: str, words: str) -> None:
    """Before a door stands open at night."""
    with pytest.raises(BadSettings, match=words):
        read_config(written(tmp_path, f"{CONFIG}[hands]\n{lines}\n"))


def test_the_example_s_lights_are_the_program_s(tmp_path: Path) -> None:
    """What stands there behind a # is the default."""
    example = Path(__file__).parents[3] / "firmware_config" / "kiosk" / "kiosk.toml"
    lights = example.read_text(encoding="utf-8").partition("[hands.lights]")[2].partition("[printer]")[0]
    shown = re.sub(r"^# (\w+ = .*)$", r"\1", lights, flags=re.MULTILINE)
    config = read_config(written(tmp_path, f"{CONFIG}[hands.lights]{shown}"))[0]
    assert config.hands.lights == Lights()
    assert shown.count("pattern = ") == len(fields(Lights))
