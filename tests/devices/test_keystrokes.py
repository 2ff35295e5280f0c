import random
import string

import pytest

from devices.keystrokes import GAP_MS, LONGEST, Keystrokes
from tests.keyboard import ENTER, SHIFT, events, key_of


def typed(keys: Keystrokes, text: str, at_ms: float = 0.0, end: int = ENTER) -> list[str]:
    """Type a text and the key that ends it; return the codes that came of it."""
    found = (keys.key(code, value, at_ms) for code, value in events(text, end))
    return [text for text in found if text is not None]


@pytest.mark.parametrize("end", [ENTER, 15, 96])
def test_every_printable_character_of_the_us_layout_is_read(end: int) -> None:
    """With shift and without; Enter, Tab and the number pad's Enter end a code."""
    everything = string.digits + string.ascii_letters + string.punctuation + " "
    assert typed(Keystrokes(), everything, end=end) == [everything]


def test_an_end_alone_is_no_code_and_held_keys_type_once() -> None:
    """Scanners end with Enter and Tab, or twice."""
    keys = Keystrokes()
    assert typed(keys, "") == []
    code, _ = key_of("7")
    assert [keys.key(code, value, 0) for value in (1, 2, 2, 0)] == [None] * 4
    assert keys.key(ENTER, 1, 0) == "7"


def test_a_code_that_broke_off_does_not_begin_the_next_one() -> None:
    """After a gap what was typed is forgotten."""
    keys = Keystrokes()
    for code, value in events("HALF", None):
        keys.key(code, value, 1_000)
    assert typed(keys, "WHOLE", 1_001 + GAP_MS) == ["WHOLE"]
    assert typed(keys, "AGAIN", 1_001 + GAP_MS) == ["AGAIN"]


def test_what_the_kernel_lost_spoils_that_code_only() -> None:
    """SYN_DROPPED: half a code is no code, and a shift that was never let go does not stay."""
    keys = Keystrokes()
    keys.key(SHIFT, 1, 0)
    keys.key(key_of("a")[0], 1, 0)
    keys.dropped()
    assert typed(keys, "rest of it") == []
    assert typed(keys, "next") == ["next"]


def test_a_code_longer_than_codes_are_is_dropped_to_its_end() -> None:
    """A jammed scanner fills no memory."""
    keys = Keystrokes()
    assert typed(keys, "1" * LONGEST) == ["1" * LONGEST]
    assert typed(keys, "1" * (LONGEST + 1)) == []
    assert len(keys._typed) <= LONGEST + 1
    assert typed(keys, "2") == ["2"]


def test_no_key_raises() -> None:
    """Media keys, unknown keys, unknown values."""
    chance = random.Random(3)
    keys = Keystrokes()
    for _ in range(20_000):
        text = keys.key(chance.randrange(0, 768), chance.randrange(-1, 4), chance.randrange(0, 10**6))
        assert text is None or text.isprintable()
