"""People come to work and go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from hub.domain.alerts import AlertKind, Channel, Ring
from hub.domain.errors import InvalidInput, Locked, NotAllowed, NotFound, NotSignedIn
from hub.domain.staff import LOCKED_FOR, MOST_TRIES, WRONG_CODES, CodeKind, Tablet
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import TaskState
from hub.ports import Store
from hub.usecases.enrol_device import hash_of, invite_tablet, join_tablet, remove_tablet
from hub.usecases.keep_staff import KEEP_STAFF, keep_staff, look_after_staff
from hub.usecases.sign_in import end_break, give_badge, give_pin, send_test, sign_in, sign_out, take_break
from hub.usecases.work_task import accept_task
from tests.hub.build import HALL, T0, at
from tests.hub.on_duty import asked, deciding, on_duty, somebody
from tests.hub.usecases.test_attend_tasks import LI, look, raised, staffed

TOKEN = hash_of("a long random secret")
PIN = 482_915


def house(store: Store) -> Store:
    """Let there be two people with a PIN each, and a tablet."""
    with store.write() as tx:
        tx.staff.put([LI, somebody("小陈")])
        for number, name in ((PIN, "小李"), (735_120, "小陈")):
            person = tx.staff.by_name(name)
            assert person is not None
            give_pin(tx, person, deciding(0), partial(_always, number))
        tx.duties.put_tablet(Tablet(id="tab-1", name="大堂平板", joined_at=T0), TOKEN)
    return store


def _always(number: int, below: int) -> int:
    return min(number, below - 1)


def try_code(store: Store, code: str, seconds: float = 0) -> Tablet | None:
    """Type a code at the tablet."""
    with store.write() as tx:
        return sign_in(tx, TOKEN, code, deciding(seconds, "tab-1"))


def names_at_work(store: Store) -> list[str]:
    """Return who is on duty."""
    with store.read() as tx:
        return [duty.person for duty in tx.duties.all()]


def test_a_pin_signs_its_owner_in_and_they_are_on_duty(store: Store) -> None:
    """Spaces and dashes that a finger adds are no mistake."""
    found = try_code(house(store), " 482-915 ")
    assert found is not None
    assert found.person == "小李"
    assert names_at_work(store) == ["小李"]


def test_what_is_kept_of_a_pin_does_not_show_it(store: Store) -> None:
    """Only a slow hash, which no two houses share."""
    with house(store).read() as tx:
        salt = tx.staff.code_salt()
        assert tx.staff.by_code("482915") is None
    assert len(salt) == 16


def test_a_badge_signs_in_too_unless_it_could_be_guessed(store: Store) -> None:
    """A short number is a PIN."""
    with house(store).write() as tx:
        give_badge(tx, LI, "YB-0002-9173-XK", deciding(0))
        with pytest.raises(InvalidInput):
            give_badge(tx, LI, "123456", deciding(0))
    found = try_code(store, "yb000 29173xk")
    assert found is not None
    assert found.person == "小李"
    with store.read() as tx:
        assert tx.staff.coded()[LI.key] == {CodeKind.PIN, CodeKind.BADGE}


def test_no_two_people_have_one_badge(store: Store) -> None:
    """Else nobody could tell who came."""
    with house(store).write() as tx:
        give_badge(tx, LI, "YB-0002-9173-XK", deciding(0))
    chen = somebody("小陈")
    with pytest.raises(InvalidInput), store.write() as tx:
        give_badge(tx, chen, "YB00029173XK", deciding(0))


def test_a_new_pin_ends_the_old_one(store: Store) -> None:
    """Whoever saw the old one has nothing."""
    with house(store).write() as tx:
        fresh = give_pin(tx, LI, deciding(0), _numbers())
    assert fresh == "906173"
    assert try_code(store, "482915") is None
    assert try_code(store, fresh) is not None


def _numbers() -> Callable[[int], int]:
    """Give a weak PIN, one that somebody has, and a good one."""
    left = [111_111, 735_120, 906_173]
    return lambda _: left.pop(0)


def test_five_wrong_codes_lock_a_tablet_for_five_minutes_and_a_right_one_begins_anew(store: Store) -> None:
    """Guessing a million PINs takes years."""
    house(store)
    assert [try_code(store, "000000", seconds) for seconds in range(4)] == [None] * 4
    assert try_code(store, "482915", 5) is not None
    assert [try_code(store, "000000", 10 + seconds) for seconds in range(5)] == [None] * 5
    with pytest.raises(Locked):
        try_code(store, "482915", 16)
    assert try_code(store, "482915", 14 + 300) is not None


def test_who_has_a_pin_does_not_guess_anothers_with_its_help(store: Store) -> None:
    """Four wrong ones, their own, four wrong ones: within an hour the tablet is locked for that as well."""
    house(store)
    guesses = 0
    with pytest.raises(Locked):  # noqa: PT012 - a right code among wrong ones is what is tried
        for seconds in range(0, 600, 10):
            for _ in range(MOST_TRIES - 1):
                assert try_code(store, "000000", seconds) is None
                guesses += 1
            assert try_code(store, "482915", seconds + 5) is not None
    assert WRONG_CODES.times <= guesses <= WRONG_CODES.times + MOST_TRIES
    assert try_code(store, "482915", 600 + LOCKED_FOR.total_seconds()) is not None


def test_a_device_that_has_not_joined_signs_nobody_in(store: Store) -> None:
    """However right the code."""
    with house(store).write() as tx, pytest.raises(NotFound):
        sign_in(tx, hash_of("another"), "482915", deciding(0))


def test_who_has_left_the_house_does_not_come_in_any_more(store: Store) -> None:
    """Their PIN is a wrong code."""
    with house(store).write() as tx:
        tx.staff.put([replace(LI, active=False)])
    assert try_code(store, "482915") is None


def test_the_next_person_at_a_tablet_takes_it_over_and_the_last_is_off_unless_they_are_at_another(
    store: Store,
) -> None:
    """One tap on a shared tablet is a change of shift."""
    house(store)
    try_code(store, "482915")
    try_code(store, "735120", 5)
    assert names_at_work(store) == ["小陈"]
    with store.write() as tx:
        tx.duties.put_tablet(Tablet(id="tab-2", name="二楼", joined_at=T0, person="小陈"), hash_of("2"))
    try_code(store, "482915", 9)
    assert names_at_work(store) == ["小李", "小陈"]


def test_signing_out_gives_back_what_one_has_and_asks_others_for_what_one_was_asked(store: Store) -> None:
    """Nothing goes home with anybody."""
    house(store)
    try_code(store, "482915")
    mine, offered = raised(store, TaskKind.REQUEST, "r-1"), raised(store, TaskKind.REQUEST, "r-2")
    asked(store, 0)
    with store.write() as tx:
        accept_task(tx, mine.id, "小李", at(1))
        on_duty(tx, somebody("小陈"))
        sign_out(tx, TOKEN, deciding(9, "小李"))
    assert names_at_work(store) == ["小陈"]
    assert look(store, mine).state is TaskState.NEW
    assert sorted(name for _, name, _ in asked(store, 9, start=9)) == ["小陈", "小陈"]
    assert {look(store, one).state for one in (mine, offered)} == {TaskState.OFFERED}


def test_a_break_passes_on_what_was_offered_keeps_what_is_ones_own_and_ends(store: Store) -> None:
    """S13."""
    staffed(store, LI, somebody("小陈"))
    mine, offered = raised(store, TaskKind.REQUEST, "r-1"), raised(store, TaskKind.REQUEST, "r-2")
    asked(store, 0)
    with store.write() as tx:
        accept_task(tx, mine.id, "小李", at(1))
        away = take_break(tx, "小李", deciding(2, "小李"))
    assert away.break_until == at(2) + timedelta(minutes=15)
    assert look(store, mine).accepted_by == "小李"
    asked(store, 3, start=2)
    with store.read() as tx:
        assert {offer.person for offer in tx.alerts.offers([offered.id])[offered.id]} == {"小陈"}
    with store.write() as tx:
        assert end_break(tx, "小李", deciding(60, "小李")).break_until is None


@pytest.mark.parametrize("minutes", [0, 61])
def test_a_break_has_a_sensible_length(store: Store, minutes: int) -> None:
    """Nobody stays away for good by a slip."""
    staffed(store, LI)
    with pytest.raises(InvalidInput), store.write() as tx:
        take_break(tx, "小李", deciding(0), timedelta(minutes=minutes))


def test_a_test_alert_goes_every_way_there_is_at_once_or_after_five_seconds(store: Store) -> None:
    """S21; and only to who is at work."""
    staffed(store, replace(LI, pager="pager-1"))
    with store.write() as tx:
        send_test(tx, "小李", deciding(0))
        with pytest.raises(NotSignedIn):
            send_test(tx, "小陈", deciding(0))
    with store.read() as tx:
        for channel, seconds in ((Channel.PAGER, 0), (Channel.OUTSIDE, 5)):
            (one,) = tx.alerts.next_due(channel, at(seconds), 9)
            assert (one.kind, one.ring) == (AlertKind.TEST, Ring.LOUD)


def test_a_tablet_joins_once_by_a_code_that_does_not_last(store: Store) -> None:
    """And nobody can join by guessing for long."""
    with store.write() as tx:
        code = invite_tablet(tx, "大堂平板", deciding(0), lambda _: 1234)
    assert code == "00001234"
    with store.write() as tx:
        made, secret = join_tablet(tx, "0000 1234", deciding(60), lambda: "secret")
    assert (made.name, secret) == ("大堂平板", "secret")
    with store.write() as tx, pytest.raises(InvalidInput):
        join_tablet(tx, code, deciding(61), lambda: "other")
    with store.write() as tx, pytest.raises(InvalidInput):
        invite_tablet(tx, "大堂平板", deciding(62), lambda _: 5)
    with store.write() as tx:
        late = invite_tablet(tx, "二楼", deciding(70), lambda _: 6)
    with store.write() as tx, pytest.raises(InvalidInput):
        join_tablet(tx, late, deciding(70 + 901), lambda: "late")
    with store.write() as tx:
        assert tx.duties.tablet_of(hash_of("secret")) is not None
        remove_tablet(tx, made.id, deciding(1000))
        assert tx.duties.tablet_of(hash_of("secret")) is None


def test_a_tablet_may_join_as_one_rooms_panel_at_which_nobody_signs_in(store: Store) -> None:
    """Guests stand before it: no PIN is typed there, and a room that there is not has none."""
    house(store)
    with store.write() as tx, pytest.raises(InvalidInput, match="room"):
        invite_tablet(tx, "面板", deciding(0), lambda _: 7, "nowhere")
    with store.write() as tx:
        tx.meetings.save_room(HALL)
        code = invite_tablet(tx, "面板", deciding(0), lambda _: 7, "hall")
        made, secret = join_tablet(tx, code, deciding(60), lambda: "secret")
        assert made.room == "hall"
        kept = tx.duties.tablet_of(hash_of(secret))
        assert kept == made
        with pytest.raises(NotAllowed):
            sign_in(tx, hash_of(secret), "482915", deciding(61))
        assert tx.duties.all() == []


def test_whoever_forgets_to_sign_out_is_off_after_sixteen_hours(store: Store) -> None:
    """And floods end without anybody being asked."""
    house(store)
    try_code(store, "482915")
    with store.write() as tx:
        look_after_staff(tx, T0)
        (timer,) = tx.timers.of_rule(KEEP_STAFF)
        (duty,) = tx.duties.all()
        tx.duties.put(replace(duty, flooded=True))
        keep_staff(tx, timer, deciding(16 * 3600))
        assert not tx.duties.all()[0].flooded
        keep_staff(tx, timer, deciding(16 * 3600 + 1))
        assert tx.duties.all() == []
        assert [one.person for one in tx.duties.tablets()] == [""]
