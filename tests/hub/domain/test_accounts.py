"""Passwords are long and not the commonest, sessions end, and an admin always stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.accounts import (
    LEAST_PASSWORD,
    LONGEST_PASSWORD,
    Account,
    Session,
    SessionTimes,
    check_an_admin_stays,
    check_password,
    said_name,
    tidy_name,
)
from hub.domain.errors import InvalidInput
from hub.domain.permissions import Part
from tests.hub.build import T0

SESSION = Session(id="s", began_at=T0, seen_at=T0, proven_at=T0)
TIMES = SessionTimes()


@pytest.mark.parametrize(
    "text",
    [
        "a sentence of mine",
        "乘风破浪会有时，直挂云帆济沧海",
        "aaaaaaaaaaaaaab",
        "x" * 7 + "y" * 8,
        "correct horse battery stapler",
        "  spaces count too ",
    ],
)
def test_any_long_password_is_taken_whatever_it_is_made_of(text: str) -> None:
    """No digit, no sign, no capital is asked for (ASVS 6.2.5)."""
    check_password(text, "老板")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * (LEAST_PASSWORD - 1),
        "a good sentence " * 20,
        "PasswordPassword",
        "1234 5678 9012 345",
        "Correct Horse Battery Staple",
        "abcabcabcabcabcabc",
        "老板老板老板老板老板老板老板老板",
        "wang li wang li wang li",
        "aaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_a_short_an_endless_and_a_common_password_are_refused(text: str) -> None:
    """Also one that only says its owner's name again and again (ASVS 6.2.4)."""
    with pytest.raises(InvalidInput) as refused:
        check_password(text, "Wang Li" if text.startswith("wang") else "老板")
    assert refused.value.field == "password"


def test_the_limits_are_taken_themselves() -> None:
    """15 and 128 characters, of any alphabet."""
    for length in (LEAST_PASSWORD, LONGEST_PASSWORD):
        check_password(("一二三四五六七八九十甲乙丙丁戊" * 9)[:length], "")


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x00b", "a\u202eb"])
def test_a_name_that_cannot_stand_on_a_screen_is_nobodys(name: str) -> None:
    """It makes no account, and at sign-in it is simply wrong."""
    with pytest.raises(InvalidInput):
        tidy_name(name)
    assert said_name(name) == ""
    assert tidy_name("  老   板 ") == said_name("老 板") == "老 板"


def test_a_session_ends_when_nobody_touches_anything_and_in_any_case() -> None:
    """A tablet's after 5 minutes, an account's after 30, both after 12 hours."""
    assert TIMES.ends_at(replace(SESSION, tablet="t")) == T0 + timedelta(minutes=5)
    assert TIMES.ends_at(replace(SESSION, account="a")) == T0 + timedelta(minutes=30)
    busy = replace(SESSION, account="a", seen_at=T0 + timedelta(hours=11, minutes=50))
    assert TIMES.ends_at(busy) == T0 + timedelta(hours=12)


def test_a_proof_is_old_after_five_minutes() -> None:
    """Whatever else was done meanwhile."""
    busy = replace(SESSION, seen_at=T0 + timedelta(minutes=6))
    assert TIMES.is_proven(busy, T0 + timedelta(minutes=4, seconds=59))
    assert not TIMES.is_proven(busy, T0 + timedelta(minutes=5))


def test_the_last_admin_stays() -> None:
    """Neither closed nor made something else; one of two may go."""
    one, two = (Account(id=key, name=key, parts=frozenset({Part.ADMIN}), made_at=T0) for key in ("one", "two"))
    for gone in (replace(one, active=False), replace(one, parts=frozenset({Part.DESK}))):
        check_an_admin_stays([one, two], gone)
        for others in ([one], [one, replace(two, active=False)], [one, replace(two, parts=frozenset())]):
            with pytest.raises(InvalidInput):
                check_an_admin_stays(others, gone)
