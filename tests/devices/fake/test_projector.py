import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fake.pjlink import SimulatedProjector


def test_a_lamp_warms_up_and_cools_down_in_its_own_time() -> None:
    """Twenty seconds up, a minute down; meanwhile it takes no contrary command (ERR3)."""
    projector = SimulatedProjector()
    assert projector.answer("%1POWR ?", 0) == "%1POWR=0"
    assert projector.answer("%1POWR 1", 0) == "%1POWR=OK"
    assert [projector.answer("%1POWR ?", at) for at in (1, 19, 20, 100)] == [
        "%1POWR=3",
        "%1POWR=3",
        "%1POWR=1",
        "%1POWR=1",
    ]
    assert projector.answer("%1POWR 0", 101) == "%1POWR=OK"
    assert projector.answer("%1POWR 1", 110) == "%1POWR=ERR3"
    assert [projector.answer("%1POWR ?", at) for at in (102, 161)] == ["%1POWR=2", "%1POWR=0"]


def test_a_dead_lamp_warms_up_and_never_lights() -> None:
    """As a projector does whose lamp fails to strike."""
    projector = SimulatedProjector(health="020000")
    projector.answer("%1POWR 1", 0)
    assert [projector.answer("%1POWR ?", at) for at in (1, 30)] == ["%1POWR=3", "%1POWR=0"]
    assert projector.answer("%1ERST ?", 30) == "%1ERST=020000"


SAID = [
    ("%1LAMP ?", "%1LAMP=10 1 20 1"),
    ("%1INPT ?", "%1INPT=31"),
    ("%1INPT 32", "%1INPT=OK"),
    ("%1INPT 99", "%1INPT=ERR2"),
    ("%1AVMT 31", "%1AVMT=OK"),
    ("%1AVMT 99", "%1AVMT=ERR2"),
    ("%1INST ?", "%1INST=11 31 32"),
    ("%1CLSS ?", "%1CLSS=2"),
    ("%2SNUM ?", "%2SNUM=YB-0001"),
    ("%2FILT ?", "%2FILT=310"),
    ("%2IRES ?", "%2IRES=1920x1080"),
    ("%2FREZ 1", "%2FREZ=OK"),
    ("%2INNM ?31", "%2INNM=Input 31"),
    ("%2INNM ?99", "%2INNM=ERR2"),
    ("%1XXXX ?", "%1XXXX=ERR1"),
    ("%1SNUM ?", "%1SNUM=ERR1"),
    ("%1POWR 9", "%1POWR=ERR2"),
    ("%3POWR ?", "%3POWR=ERR1"),
    ("hello", "hello=ERR1"),
    ("%1powr ?", "%1POWR=1"),
]


@pytest.mark.parametrize(("line", "answer"), SAID)
def test_it_answers_as_the_specification_says(line: str, answer: str) -> None:
    """Class 1 and 2, on."""
    projector = SimulatedProjector(level=2, lamps=[10, 20], warm_up_s=0)
    projector.answer("%1POWR 1", 0)
    assert projector.answer(line, 1) == answer


def test_a_class_1_projector_does_not_know_class_2() -> None:
    """ERR1, as for any word it does not know."""
    assert SimulatedProjector().answer("%2SNUM ?", 0) == "%2SNUM=ERR1"


@given(st.text(max_size=200))
def test_any_line_is_answered_with_one_line(line: str) -> None:
    """A fake that breaks would hide what a test was to show."""
    assert "=" in SimulatedProjector(level=2).answer(line, 0)
