"""What counts from a meeting's start follows a live agenda: guests' reminders and the rehearsal (R77, R104, R113)."""

from dataclasses import replace
from datetime import timedelta

from hub.domain.guest_messages import MessageKind
from hub.domain.rehearsals import Course
from hub.ports import Store
from hub.usecases import run_agenda
from hub.usecases.follow_agenda import follow_agenda
from hub.usecases.rehearsal_times import REHEARSE_OVER, set_rehearsals
from hub.usecases.remind import REMIND, set_reminders
from tests.hub.usecases.test_run_agenda import TIMES, clock, do, due, held, morning, pass_to, prepared


def test_what_is_set_by_the_meeting_s_start_moves_with_a_live_agenda(store: Store) -> None:
    """Reminders to guests and the rehearsal's end count from the start as it stands now, to the second (R77, R104)."""
    prepared(store)
    with store.write() as tx:
        tx.rehearsals.save(Course(meeting="m-launch", opened_at=clock("07:00")))
        set_reminders(tx, [morning()], TIMES.guest_leads, clock("07:00"))
        set_rehearsals(tx, [morning()], clock("07:00"))
    assert due(store, REMIND) == {"m-launch/120": clock("07:30")}
    assert due(store, REHEARSE_OVER) == {"m-launch": clock("09:30")}
    later = timedelta(minutes=25)
    do(store, clock("07:10"), lambda tx, by: run_agenda.shift_part(tx, "launch", "talk", later, by, TIMES, along=True))
    assert held(store).starts_at == clock("09:55")
    assert due(store, REMIND) == {"m-launch/120": clock("07:55")}
    assert due(store, REHEARSE_OVER) == {"m-launch": clock("09:55")}
    pass_to(store, clock("07:54:59"))
    assert messages(store) == 0
    pass_to(store, clock("07:55"))
    assert messages(store) == 3
    stands = held(store)
    with store.write() as tx:
        follow_agenda(tx, [replace(stands, cancelled=True)], clock("08:00"), TIMES, before={stands.id: stands})
    assert (due(store, REMIND), due(store, REHEARSE_OVER)) == ({}, {})


def test_nobody_is_reminded_twice_for_a_few_minutes(store: Store) -> None:
    """Who was told 09:30 two hours before hears again only of a quarter of an hour or more."""
    prepared(store)
    with store.write() as tx:
        set_reminders(tx, [morning()], TIMES.guest_leads, clock("07:00"))
    pass_to(store, clock("07:30"))
    put_off(store, 10)
    assert due(store, REMIND) == {}
    put_off(store, 20)
    assert due(store, REMIND) == {"m-launch/120": clock("08:00")}


def put_off(store: Store, minutes: int) -> None:
    """Move the talk by so many minutes."""
    by = timedelta(minutes=minutes)
    do(store, clock("07:31"), lambda tx, who: run_agenda.shift_part(tx, "launch", "talk", by, who, TIMES))


def messages(store: Store) -> int:
    """Count what was written to guests."""
    with store.read() as tx:
        return len([one for one in tx.guest_messages.newest(99) if one.kind is MessageKind.REMINDER])
