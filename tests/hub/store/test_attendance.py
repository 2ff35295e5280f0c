"""What pages ask of the store: counts by who has come, arrivals newest first, who holds which seat."""

from datetime import timedelta

from hub.domain.attendance import Share
from hub.domain.guests import Diet, InvitationStatus, Invited, Rsvp
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import T0, admission, assignment, at, check_in, furnish, guest, invited, meeting


def diner(number: int, *diets: Diet, vip: bool = False) -> Invited:
    """Return a guest with dietary needs."""
    return Invited(
        invitation=invited(number, vip=vip).invitation,
        guest=guest(number, diets=frozenset(diets), salutation=Words(f"王{number}总", "Mr Wang")),
    )


def come(store: Store, *numbers: int) -> None:
    """Let guests be in, as many seconds after T0 as their number."""
    with store.write() as tx:
        events = [check_in(number) for number in numbers]
        tx.check_ins.add(events)
        tx.check_ins.admit([admission(event) for event in events])


def test_heads_and_diets_are_counted_by_who_has_come(store: Store) -> None:
    """Expected and arrived, for all, VIPs and each diet; a guest with two diets counts in both (R59)."""
    with store.write() as tx:
        people = [diner(1, vip=True), diner(2, Diet.VEGETARIAN), diner(3, Diet.VEGETARIAN, Diet.GLUTEN_FREE), diner(4)]
        furnish(tx, people)
    come(store, 1, 3)
    with store.read() as tx:
        count = tx.attendance.counts(["m-launch", "m-none"])
    assert count["m-launch"].guests == Share(4, 2)
    assert count["m-launch"].vips == Share(1, 1)
    assert count["m-launch"].diet(Diet.VEGETARIAN) == Share(2, 1)
    assert count["m-launch"].diet(Diet.GLUTEN_FREE) == Share(1, 1)
    assert count["m-launch"].diet(Diet.HALAL) == Share(0, 0)
    assert count["m-none"].guests == Share(0, 0)


def test_answers_are_counted_of_who_is_expected_where_a_source_said_any(store: Store) -> None:
    """Who was withdrawn counts no more; nobody has answered where no source says so."""
    said = (Rsvp.ACCEPTED, Rsvp.ACCEPTED, Rsvp.TENTATIVE, Rsvp.NEEDS_ACTION, Rsvp.DECLINED)
    with store.write() as tx:
        furnish(tx, [invited(number, rsvp=answer) for number, answer in enumerate(said, start=1)])
        tx.guests.set_status("inv-5", InvitationStatus.REVOKED, at(0))
        tx.meetings.save(meeting("other"))
        tx.guests.add(guest(9), invited(9, "m-other").invitation)
    with store.read() as tx:
        counts = tx.attendance.counts(["m-launch", "m-other"])
    assert counts["m-launch"].answers == {Rsvp.ACCEPTED: 2, Rsvp.TENTATIVE: 1}
    assert (counts["m-launch"].answered(Rsvp.DECLINED), counts["m-launch"].unanswered()) == (0, 1)
    assert counts["m-other"].answers == {}


def test_withdrawn_guests_are_expected_only_when_they_are_in(store: Store) -> None:
    """A new code for the same guest changes no number."""
    with store.write() as tx:
        furnish(tx, [diner(1), diner(2), diner(3)])
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, at(0))
        tx.guests.set_status("inv-2", InvitationStatus.REVOKED, at(0))
        tx.guests.replace_code("inv-3", "NEW", "f" * 32, at(0))
    come(store, 2)
    with store.read() as tx:
        assert tx.attendance.counts(["m-launch"])["m-launch"].guests == Share(2, 1)


def test_nobody_asked_nothing_counted(store: Store) -> None:
    """An empty question needs no database."""
    with store.read() as tx:
        assert tx.attendance.counts([]) == {}
        assert tx.attendance.arrivals("m-none", 5) == []
        assert tx.attendance.holders("m-none") == []


def test_arrivals_come_newest_first_with_seat_and_door(store: Store) -> None:
    """As many as asked for; a guest without a seat is there too; other meetings' guests are not."""
    with store.write() as tx:
        furnish(tx, [diner(1, vip=True), diner(2), diner(3)])
        tx.meetings.save(meeting("other"))
        tx.guests.add(guest(9), invited(9, "m-other").invitation)
        tx.seats.assign([assignment("A-1-1", 1)])
        stranger = check_in(9, meeting="m-other")
        tx.check_ins.add([stranger])
        tx.check_ins.admit([admission(stranger)])
    come(store, 1, 2, 3)
    with store.read() as tx:
        found = tx.attendance.arrivals("m-launch", 2)
        everybody = tx.attendance.arrivals("m-launch", 100)
    assert [one.who.invitation for one in found] == ["inv-3", "inv-2"]
    first = everybody[-1]
    assert (first.who.name, first.who.salutation.zh, first.who.vip) == ("王1", "王1总", True)
    assert (first.seat, first.device, first.at, first.flagged) == ("A-1-1", "kiosk-1", at(1), False)
    assert found[0].seat == ""


def test_the_first_to_come_is_known_of_each_meeting(store: Store) -> None:
    """Whichever scan was stored first; of a meeting to which nobody came nothing is said."""
    with store.write() as tx:
        furnish(tx, [diner(1), diner(2)])
    come(store, 2, 1)
    with store.read() as tx:
        assert tx.attendance.first(["m-launch", "m-none"]) == {"m-launch": at(1)}
        assert tx.attendance.first([]) == {}


def test_holders_are_named_with_whether_they_have_come(store: Store) -> None:
    """Kept before, taken after (R96)."""
    with store.write() as tx:
        furnish(tx, [diner(1, vip=True), diner(2)])
        tx.seats.assign([assignment("A-1-2", 2), assignment("A-1-1", 1)])
        tx.seats.occupy(["inv-1"])
    with store.read() as tx:
        found = tx.attendance.holders("m-launch")
    assert [(one.seat, one.who.name, one.who.vip, one.occupied) for one in found] == [
        ("A-1-1", "王1", True, True),
        ("A-1-2", "王2", False, False),
    ]


def test_meetings_between_two_instants_touch_the_span(store: Store) -> None:
    """From doors to end; one that ends as the span begins, or opens as it ends, is not in it."""
    hour = timedelta(hours=1)
    with store.write() as tx:
        furnish(tx)
        for key, start in (("early", T0 - 4 * hour), ("late", T0 + 5 * hour)):
            tx.meetings.save(meeting(key, doors_at=start, starts_at=start, ends_at=start + hour))
    with store.read() as tx:
        assert [one.key for one in tx.meetings.between(T0 - 3 * hour, T0 + 5 * hour)] == ["launch"]
        assert [one.key for one in tx.meetings.between(T0 - 4 * hour, T0 + 6 * hour)] == ["early", "launch", "late"]
        assert tx.meetings.between(T0, T0 + hour)[0].agenda
