"""What may be concluded from nobody being seen: a table (reference C.3.5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.no_show import (
    Action,
    Case,
    NoShow,
    NoShowState,
    Policy,
    Seen,
    Sign,
    Verdict,
    after,
    begun,
    judge,
    looked,
    watches,
)
from tests.hub.build import at

MINUTE = 60.0
HOUSE = Policy(action=Action.RELEASE, asks=False)
"""A house that trusts the machine as far as that may go."""

CASE = Case(room="hall", starts_at=at(0), ends_at=at(7200), made_at=at(-86_400))
EARS = 2


def seen(*signs: Sign, **changes: object) -> Seen:
    """Return what one look finds: three guests are expected, all doors report."""
    values: dict[str, object] = {"expected": 3, "signs": frozenset(signs), "ears": EARS}
    return Seen(**(values | changes))  # type: ignore[arg-type] # any field of a look


def watch(minutes: int, case: Case = CASE, policy: Policy = HOUSE, each: Seen | None = None) -> NoShow:
    """Look once a minute from half an hour before the start on, finding ``each``, and do what follows."""
    row = begun("m-1", case, policy)
    for minute in range(-29, minutes + 1):
        found, now = each or seen(), at(minute * MINUTE)
        row = looked(row, found, policy, now)
        row = after(row, judge(row, case, policy, now, ears=found.ears), now)
    return row


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        (4, NoShowState.WATCHED),
        (5, NoShowState.WARNED),
        (9, NoShowState.WARNED),
        (10, NoShowState.RELEASED),
    ],
)
def test_first_somebody_is_sent_to_look_and_then_the_room_is_free(minutes: int, state: NoShowState) -> None:
    """With the defaults: five minutes after the start, and ten."""
    row = watch(minutes)
    assert row.state is state
    assert row.released_at == (at(600) if state is NoShowState.RELEASED else None)


@pytest.mark.parametrize(
    ("policy", "case", "state"),
    [
        (HOUSE, CASE, NoShowState.RELEASED),
        (replace(HOUSE, asks=True), CASE, NoShowState.ASKED),
        (replace(HOUSE, action=Action.NOTIFY), CASE, NoShowState.ASKED),
        (replace(HOUSE, rooms={"hall": Action.NOTIFY}), CASE, NoShowState.ASKED),
        (replace(HOUSE, action=Action.NOTIFY, rooms={"hall": Action.RELEASE}), CASE, NoShowState.RELEASED),
        (replace(HOUSE, clients=True), replace(CASE, paid=True), NoShowState.ASKED),
        (replace(HOUSE, clients=True), replace(CASE, client=True), NoShowState.ASKED),
        (Policy(), CASE, NoShowState.ASKED),
    ],
)
def test_only_where_the_house_says_so_and_nobody_paid_the_machine_decides(
    policy: Policy, case: Case, state: NoShowState
) -> None:
    """By default it never does."""
    assert watch(30, case, policy).state is state


@pytest.mark.parametrize("sign", list(Sign))
def test_any_one_sign_of_use_ends_the_countdown(sign: Sign) -> None:
    """Rule 1: a guest, a person's word, a request, a sensor."""
    assert watch(12, each=seen(sign)).state is NoShowState.CLEARED


def test_a_door_that_could_not_report_lets_nothing_be_concluded() -> None:
    """Rule 2: no evidence is not evidence of absence; a person is told, and nothing else."""
    assert watch(30, each=seen(deaf=("kiosk-1",))).state is NoShowState.SUSPECT
    row = watch(-1, each=seen(deaf=("kiosk-1",)))
    for minute in range(20):
        now = at(minute * MINUTE)
        row = looked(row, seen(), HOUSE, now)
        row = after(row, judge(row, CASE, HOUSE, now, ears=EARS), now)
    assert row.blind == timedelta(minutes=29)
    assert row.state is NoShowState.SUSPECT


def test_a_hub_that_was_away_itself_counts_as_blind_and_warns_before_it_asks() -> None:
    """It comes back long after the start: somebody is sent first, and the rest of the grace is theirs."""
    row = looked(begun("m-1", CASE, HOUSE), seen(), HOUSE, at(1200))
    assert row.blind == timedelta(minutes=50)
    assert judge(row, CASE, HOUSE, at(1200), ears=EARS) is Verdict.WARN
    row = after(row, Verdict.WARN, at(1200))
    assert judge(looked(row, seen(), HOUSE, at(1260)), CASE, HOUSE, at(1260), ears=EARS) is Verdict.WAIT
    assert judge(looked(row, seen(), HOUSE, at(1500)), CASE, HOUSE, at(1500), ears=EARS) is Verdict.SUSPECT


def test_whoever_looked_and_found_nobody_is_believed_where_doors_were_blind() -> None:
    """But the machine still does not decide."""
    row = watch(9, each=seen(deaf=("kiosk-1",)))
    row = looked(row, seen(deaf=("kiosk-1",), nobody=True), HOUSE, at(660))
    assert judge(row, CASE, HOUSE, at(660), ears=EARS) is Verdict.ASK


def test_once_doubted_it_is_never_given_up_by_the_machine() -> None:
    """Doors that report again may raise the doubt to a question."""
    row = replace(watch(12, each=seen(deaf=("kiosk-1",))), blind=timedelta(minutes=2))
    row = looked(row, seen(), HOUSE, at(780))
    assert judge(row, CASE, HOUSE, at(780), ears=EARS) is Verdict.ASK


def test_where_nobody_could_be_noticed_nothing_is_done() -> None:
    """No guest list, no sensor: silence is what there always is."""
    row = watch(30, each=seen(expected=0, ears=0))
    assert row.state is NoShowState.WATCHED
    assert judge(row, CASE, HOUSE, CASE.ends_at, ears=0) is Verdict.OVER
    assert after(row, Verdict.OVER, CASE.ends_at).state is NoShowState.UNKNOWN


@pytest.mark.parametrize(
    ("policy", "case", "watched"),
    [
        (HOUSE, CASE, True),
        (replace(HOUSE, action=Action.NONE), CASE, False),
        (replace(HOUSE, rooms={"hall": Action.NONE}), CASE, False),
        (HOUSE, replace(CASE, client=True), False),
        (HOUSE, replace(CASE, paid=True), False),
        (replace(HOUSE, clients=True), replace(CASE, client=True, paid=True), True),
        (HOUSE, replace(CASE, ends_at=at(8 * 3600)), False),
        (HOUSE, replace(CASE, made_at=at(-7199)), False),
        (HOUSE, replace(CASE, made_at=None), True),
    ],
)
def test_what_is_watched_at_all(policy: Policy, case: Case, watched: bool) -> None:  # noqa: FBT001 - the answer
    """Not what lasts the whole day, was booked just before, or is a client's, unless the house says so."""
    assert watches(case, policy) is watched


def test_a_sensor_must_feel_somebody_for_a_while() -> None:
    """Who only opens the door and goes again is nobody."""
    row = begun("m-1", CASE, HOUSE)
    for minute, feels in enumerate((True, False, True)):
        row = looked(row, seen(presence=feels), HOUSE, at((minute - 29) * MINUTE))
    assert row.signs == frozenset()
    assert looked(row, seen(presence=True), HOUSE, at(-26 * MINUTE)).signs == {Sign.PRESENCE}


def test_breath_and_things_that_go_on_speak_for_people() -> None:
    """Against how the room was at the first look: what was left on proves nothing."""
    row = looked(begun("m-1", CASE, HOUSE), seen(air_ppm=450.0, things=frozenset({"lamp"})), HOUSE, at(-1740))
    assert looked(row, seen(air_ppm=640.0, things=frozenset({"lamp"})), HOUSE, at(-1680)).signs == frozenset()
    assert looked(row, seen(air_ppm=650.0), HOUSE, at(-1680)).signs == {Sign.AIR}
    assert looked(row, seen(things=frozenset({"lamp", "beamer"})), HOUSE, at(-1680)).signs == {Sign.DEVICE}


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (NoShowState.RELEASED, NoShowState.MISSED),
        (NoShowState.ASKED, NoShowState.MISSED),
        (NoShowState.SUSPECT, NoShowState.UNKNOWN),
        (NoShowState.WARNED, NoShowState.UNKNOWN),
    ],
)
def test_at_its_end_only_what_could_be_seen_is_called_missed(state: NoShowState, kept: NoShowState) -> None:
    """The rest nobody can say."""
    row = after(replace(watch(0), state=state), Verdict.OVER, CASE.ends_at)
    assert (row.state, row.nobody_came) == (kept, kept is NoShowState.MISSED)
