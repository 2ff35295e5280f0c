"""A booked room that nobody comes to: people look first, and whatever is given up can be given back (C.3.5)."""

from dataclasses import dataclass, field, replace

import pytest

from hub.device_ports import DeviceRecord
from hub.domain.bookings import Firmness
from hub.domain.errors import NotFound, Refused
from hub.domain.meetings import Door
from hub.domain.no_show import Action, NoShow, NoShowState, Policy, Sign
from hub.domain.readings import Reading
from hub.domain.room_wishes import RoomWish
from hub.domain.syncing import ConflictKind
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.words import Words
from hub.ports import Store, Transaction
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.no_shows import release, say_in_use, undo_no_show
from hub.usecases.watch_no_shows import watch_no_shows
from hub.usecases.work_task import finish_task, tick_step
from tests.hub.build import T0, at, invited
from tests.hub.usecases.following import DAY, item, moved
from tests.hub.usecases.telling import Ledger, Teller
from tests.hub.usecases.watching import alarm, node

START = 2 * DAY
A = item("a")
TRUSTED = Policy(action=Action.RELEASE, asks=False, clients=True)

KIOSK = DeviceRecord(id="kiosk-1", kind="kiosk", status="online", seen_at=T0, health={"unacked": 0})


@dataclass
class Watch:
    """A house with a kiosk at its door, and one booked meeting; ``until`` looks once a minute."""

    teller: Teller
    meeting: str
    policy: Policy = TRUSTED
    minute: int = -31
    kiosk: DeviceRecord = field(default_factory=lambda: KIOSK)

    def until(self, minute: int) -> None:
        """Let the minutes pass, seen from the start, with a look in each and the source told."""
        while self.minute < minute:
            self.minute += 1
            self.teller.at(START + self.minute * 60)
            with self.store.write() as tx:
                if self.kiosk.status == "online":
                    self.kiosk = replace(self.kiosk, seen_at=self.teller.hub.now, status_at=self.teller.hub.now)
                tx.devices.save(self.kiosk)
                watch_no_shows(tx, self.teller.hub.who(), self.policy)

    @property
    def store(self) -> Store:
        """Return the house's memory."""
        return self.teller.hub.store

    @property
    def row(self) -> NoShow | None:
        """Return what is known of the first meeting."""
        with self.store.read() as tx:
            return tx.no_shows.get([self.meeting]).get(self.meeting)

    @property
    def state(self) -> NoShowState | None:
        """Return how far it is with the first meeting."""
        return self.row.state if self.row else None

    def called(self) -> list[TaskKind]:
        """Return what people are called to."""
        with self.store.read() as tx:
            return [one.kind for one in tx.tasks.open()]

    def errand(self) -> str:
        """Return the task of whoever is to look."""
        with self.store.read() as tx:
            return next(one.id for one in tx.tasks.open() if one.kind is TaskKind.ROOM_EMPTY)

    def audited(self) -> list[str]:
        """Return what was done about the first meeting, in order."""
        with self.store.read() as tx:
            done = tx.records.audited(self.meeting, T0, 100)
        return [one.action for one in done if one.action.startswith("no_show")][::-1]


@pytest.fixture
def house(store: Store) -> Watch:
    """Give a house in which the meeting begins in half an hour, with three guests on its list."""
    teller = Teller(store, Ledger(cuts=True))
    with store.write() as tx:
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East Gate")))
    teller.ledger.say("1", A)
    teller.turn()
    teller.invite(11, 12, 13)
    return Watch(teller, teller.hub.meeting().id)


def test_somebody_is_sent_to_look_then_the_room_is_free_and_the_source_hears_of_it(house: Watch) -> None:
    """The record stays: the meeting keeps its times; the calendar shows the cut (C.3.1)."""
    house.until(5)
    assert (house.state, house.called()) == (NoShowState.WARNED, [TaskKind.ROOM_EMPTY])
    house.until(10)
    assert (house.state, house.called()) == (NoShowState.RELEASED, [])
    house.until(12)
    told = house.teller.ledger.outcomes["1", ""]
    assert (told.no_show, told.released_at, told.attended) == (True, at(START + 600), 0)
    assert house.teller.ledger.kept["1"].items[0].ends_at == at(START + 600)
    assert house.teller.hub.meeting().ends_at == A.ends_at
    with house.store.read() as tx:
        assert tx.bookings.held(["hall"], at(START + 600), A.ends_at) == []
        assert tx.bookings.held_by([house.meeting])[house.meeting][0].until == at(START + 600)
    assert house.audited() == ["no_show.warned", "no_show.released"]
    house.until(125)
    assert house.state is NoShowState.MISSED
    assert house.teller.ledger.outcomes["1", ""].no_show


def test_who_has_paid_keeps_the_room_until_a_person_decides(house: Watch) -> None:
    """The supervisor is asked once, with what is known."""
    house.teller.ledger.say("1", replace(A, paid=True))
    house.until(20)
    assert house.state is NoShowState.ASKED
    with house.store.read() as tx:
        asked = next(one for one in tx.tasks.open() if one.kind is TaskKind.NO_SHOW)
        assert tx.bookings.held_by([house.meeting])[house.meeting][0].until == A.ends_at
    assert (asked.facts["expected"], asked.facts["arrived"], asked.facts["blind"]) == ("3", "0", "0")
    with house.store.write() as tx:
        release(tx, house.meeting, house.teller.hub.who())
        release(tx, house.meeting, house.teller.hub.who())
    assert (house.state, house.called()) == (NoShowState.RELEASED, [])
    assert house.audited() == ["no_show.warned", "no_show.asked", "no_show.released"]


def test_while_a_kiosk_has_something_to_report_nothing_is_concluded(house: Watch) -> None:
    """Guests may stand in its outbox; once they are known nobody is called any more."""
    house.kiosk = replace(house.kiosk, health={"unacked": 2})
    house.until(20)
    assert (house.state, TaskKind.NO_SHOW in house.called()) == (NoShowState.SUSPECT, True)
    house.teller.arrive(11)
    house.kiosk = replace(house.kiosk, health={"unacked": 0})
    house.until(21)
    assert (house.state, house.called()) == (NoShowState.CLEARED, [])
    assert house.row
    assert house.row.signs == {Sign.GUESTS}


def test_while_a_kiosk_is_away_nothing_is_concluded(house: Watch) -> None:
    """X3: never while the kiosk's link was down."""
    house.until(-20)
    house.kiosk = replace(house.kiosk, status="offline")
    house.until(30)
    assert house.state is NoShowState.SUSPECT
    assert house.row
    assert house.row.deaf == ("kiosk-1",)


def test_a_persons_word_is_a_sign(house: Watch) -> None:
    """Whoever was sent ticks that somebody is there; or says so on the page."""
    house.until(5)
    errand = house.errand()
    with house.store.write() as tx:
        tick_step(tx, errand, "somebody_there", "小李", house.teller.hub.now)
    house.until(11)
    assert (house.state, house.called()) == (NoShowState.CLEARED, [])


def test_a_room_that_a_person_keeps_is_kept(house: Watch) -> None:
    """Nobody is asked again."""
    house.until(6)
    with house.store.write() as tx:
        say_in_use(tx, house.meeting, house.teller.hub.who())
    house.until(40)
    assert (house.state, house.called()) == (NoShowState.CLEARED, [])


def test_whoever_looked_and_found_nobody_is_believed(house: Watch) -> None:
    """Though the kiosk was away: a person is asked, not the machine."""
    house.kiosk = replace(house.kiosk, status="offline", seen_at=at(START - 3600))
    house.until(6)
    errand = house.errand()
    with house.store.write() as tx:
        finish_task(tx, errand, "小李", house.teller.hub.now, without=True)
    house.until(11)
    assert house.state is NoShowState.ASKED


def test_a_wish_from_the_room_is_a_sign(house: Watch) -> None:
    """Somebody who is cold is there."""
    house.until(6)
    with house.store.write() as tx:
        ask_from_room(tx, "hall", RoomWish.TOO_COLD, "", house.teller.hub.who(), TaskTimes())
    house.until(7)
    assert house.row
    assert (house.row.state, house.row.signs) == (NoShowState.CLEARED, frozenset({Sign.REQUEST}))


def test_a_sensor_that_feels_somebody_for_a_while_is_a_sign(house: Watch) -> None:
    """It needs no guest list; one that is away makes the house blind."""
    with house.store.write() as tx:
        tx.field_devices.save(node("eye"))
        felt = alarm("eye", "there", "occupancy")
        tx.field_devices.save_points([felt])
        tx.readings.add([Reading(point=felt.id, at=at(START - 3600), text="off")])
    house.until(4)
    assert house.state is NoShowState.WATCHED
    with house.store.write() as tx:
        tx.readings.add([Reading(point=felt.id, at=at(START + 250), text="on")])
    house.until(7)
    assert house.row
    assert (house.row.state, house.row.signs) == (NoShowState.CLEARED, frozenset({Sign.PRESENCE}))


def test_late_guests_get_their_room_back_while_it_is_free(house: Watch) -> None:
    """One check-in is enough; the calendar shows the old end again."""
    house.until(12)
    house.teller.arrive(11)
    house.until(14)
    assert house.state is NoShowState.CLEARED
    assert house.teller.hub.firmness() == {"a": Firmness.DEFINITE}
    told = house.teller.ledger.outcomes["1", ""]
    assert (told.no_show, told.released_at, told.attended) == (False, None, 1)
    assert house.teller.ledger.kept["1"].items[0].ends_at == A.ends_at
    assert house.audited()[-1] == "no_show.undone"


def test_where_others_have_the_room_by_then_a_person_is_asked_once(house: Watch) -> None:
    """Nobody is put out: the desk has both meetings before it."""
    house.until(12)
    house.teller.ledger.say("2", replace(moved(item("b"), 3600), made_at=at(START)))
    house.until(14)
    assert house.teller.hub.firmness()["b"] is Firmness.DEFINITE
    house.teller.arrive_at(house.meeting, 11)
    house.until(18)
    assert house.state is NoShowState.CONTESTED
    (asked,) = house.teller.hub.asked()
    assert (asked.kind, asked.times) == (ConflictKind.RESTORED, 1)
    assert house.teller.hub.firmness()["b"] is Firmness.DEFINITE
    with house.store.write() as tx:
        assert not undo_no_show(tx, house.meeting, house.teller.hub.who())
        move_away(tx, "b")
        assert undo_no_show(tx, house.meeting, house.teller.hub.who())
    assert house.teller.hub.asked() == []
    assert house.teller.hub.firmness() == {"a": Firmness.DEFINITE}


def move_away(tx: Transaction, uid: str) -> None:
    """Let go of the room that another booking has."""
    (link,) = tx.sync.same_uid([uid])
    tx.bookings.let_go([link.meeting])


def test_extended_at_its_source_a_meeting_is_there_again(house: Watch) -> None:
    """Conflict table: restored, and the desk is told (C.6.6)."""
    house.until(12)
    house.teller.ledger.say("1", replace(A, ends_at=at(START + 9000)))
    house.until(14)
    assert house.state is NoShowState.CLEARED
    assert [one.kind for one in house.teller.hub.asked()] == [ConflictKind.RESTORED]
    assert house.teller.hub.meeting().ends_at == at(START + 9000)
    assert house.teller.hub.firmness() == {"a": Firmness.DEFINITE}


def test_given_back_and_told_again_before_the_source_is_read_the_end_is_the_old_one(house: Watch) -> None:
    """The copy here still has the cut end, as the calendar said it."""
    house.until(12)
    with house.store.write() as tx:
        assert undo_no_show(tx, house.meeting, house.teller.hub.who())
    house.teller.turn(5)
    house.teller.arrive(11)
    house.teller.turn(5)
    assert house.teller.ledger.outcomes["1", ""].attended == 1
    assert house.teller.ledger.kept["1"].items[0].ends_at == A.ends_at


def test_a_meeting_that_is_moved_is_watched_anew(house: Watch) -> None:
    """The silence before its new start says nothing."""
    house.until(-10)
    house.teller.ledger.say("1", moved(A, 3600))
    house.until(64)
    assert (house.state, house.called()) == (NoShowState.WATCHED, [])
    house.until(65)
    assert house.row
    assert (house.row.state, house.row.starts_at) == (NoShowState.WARNED, at(START + 3600))


def test_a_meeting_that_is_called_off_is_watched_no_more(house: Watch) -> None:
    """Whoever was sent to look is called off too."""
    house.until(5)
    with house.store.write() as tx:
        tx.meetings.save(replace(tx.meetings.get([house.meeting])[house.meeting], cancelled=True))
    house.until(6)
    assert (house.state, house.called()) == (NoShowState.UNKNOWN, [])


def test_only_a_meeting_whose_time_it_is_can_be_given_up(house: Watch) -> None:
    """Not one with guests inside either."""
    with house.store.write() as tx:
        with pytest.raises(Refused, match="whose time it is"):
            release(tx, house.meeting, house.teller.hub.who())
        with pytest.raises(NotFound):
            release(tx, "m-none", house.teller.hub.who())
    house.until(2)
    house.teller.arrive(11)
    with house.store.write() as tx, pytest.raises(Refused, match="guests have checked in"):
        release(tx, house.meeting, house.teller.hub.who())


def test_a_meeting_of_the_houses_own_is_not_watched(house: Watch) -> None:
    """Nobody booked it, so nobody gives it up; the launch of this house runs all the same."""
    house.until(20)
    with house.store.read() as tx:
        assert tx.no_shows.get(["m-launch"]) == {}


def test_where_nobody_comes_to_a_series_its_owner_is_to_be_asked(sqlite_store: Store) -> None:
    """After the third date in a row, once; the other dates stay (C.3.5, rule 6)."""
    teller = Teller(sqlite_store, Ledger())
    hours = (0, 1, 2, 3)
    dates = [
        replace(
            item("a"), occurrence=str(hour), starts_at=at(START + hour * 3600), ends_at=at(START + hour * 3600 + 1800)
        )
        for hour in hours
    ]
    with sqlite_store.write() as tx:
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East Gate")))
    teller.ledger.say("1", *dates)
    teller.turn()
    for hour, meeting in enumerate(teller.hub.meetings()):
        with sqlite_store.write() as tx:
            one = invited(20 + hour, meeting.id)
            tx.guests.add(one.guest, one.invitation)
    house = Watch(teller, teller.hub.meetings()[0].id)
    house.until(95)
    assert TaskKind.SERIES_EMPTY not in house.called()
    house.until(155)
    with sqlite_store.read() as tx:
        (asked,) = [one for one in tx.tasks.open() if one.kind is TaskKind.SERIES_EMPTY]
    assert asked.facts["missed"] == "3"
    assert [one.cancelled for one in teller.hub.meetings()] == [False] * 4
