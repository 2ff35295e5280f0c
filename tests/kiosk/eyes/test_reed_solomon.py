"""Error correction with erasures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.eyes.reed_solomon import correct

# Version 1-M, "01234567" (ISO/IEC 18004:2015 annex I.2): 16 data and 10 check codewords.
STANDARD = [
    *(0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11),
    *(0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55),
]
CHECKS = 10


def test_the_example_of_the_standard_is_right_as_it_is() -> None:
    """Field, generator and order of codewords are those of ISO/IEC 18004."""
    assert correct(STANDARD, CHECKS) == STANDARD


@settings(max_examples=200)
@given(st.data())
def test_as_many_errors_and_erasures_as_the_checks_pay_for_are_corrected(data: st.DataObject) -> None:
    """Two checks for an error, one for an erasure, in any places, with any wrong values."""
    erasures = data.draw(st.integers(0, CHECKS))
    errors = data.draw(st.integers(0, (CHECKS - erasures) // 2))
    places = data.draw(st.permutations(range(len(STANDARD))))[: erasures + errors]
    word = list(STANDARD)
    for place in places:
        word[place] ^= data.draw(st.integers(1, 255))
    assert correct(word, CHECKS, places[:erasures]) == STANDARD


def test_an_erased_codeword_that_was_right_does_no_harm() -> None:
    """Doubt may be mistaken."""
    assert correct(STANDARD, CHECKS, [0, 7, 25]) == STANDARD


@pytest.mark.parametrize("errors", [4, 5])
def test_spare_checks_forbid_a_correction_that_would_use_them(errors: int) -> None:
    """Five errors use all ten checks: right without spare ones, refused with two."""
    word = [codeword ^ (0x5A if place < errors else 0) for place, codeword in enumerate(STANDARD)]
    assert correct(word, CHECKS) == STANDARD
    assert (correct(word, CHECKS, spare=2) == STANDARD) is (errors == 4)


def test_random_words_are_not_corrected_to_something() -> None:
    """With four spare checks a wrong correction is one in four thousand million."""
    rng = np.random.default_rng(5)
    for _ in range(2000):
        word = rng.integers(0, 256, 44).tolist()
        erased = rng.permutation(44)[: int(rng.integers(0, 19))].tolist()
        assert correct(word, 22, erased, spare=4) is None
