"""By what guests are found, on both databases."""

from hub.domain.guests import InvitationStatus
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import T0, furnished, guest, invited, lookup


def test_a_guest_list_comes_in_parts_each_guest_once(store: Store) -> None:
    """Whatever the size of the parts."""
    furnished(store, 7)
    with store.read() as tx:
        for size in (1, 2, 3, 7, 8):
            found, last = [], None
            while part := tx.names.of_meeting("m-launch", last, size):
                found += [one.lookup for one in part]
                last = part[-1]
            assert found == [lookup(number) for number in range(1, 8)]


def test_only_the_current_code_of_a_good_invitation_finds_its_guest(store: Store) -> None:
    """Old codes and withdrawn invitations do not."""
    furnished(store, 3)
    with store.write() as tx:
        tx.guests.replace_code("inv-1", "CODE-9", lookup(9), T0)
        tx.guests.set_status("inv-2", InvitationStatus.REVOKED, T0)
    with store.read() as tx:
        assert tx.names.by_lookup([lookup(number) for number in (1, 2, 3, 9)]).keys() == {lookup(3), lookup(9)}
        assert {one.lookup for one in tx.names.of_meeting("m-launch", None, 9)} == {lookup(3), lookup(9)}


def test_who_is_called_so_or_came_from_the_same_source_is_found_in_that_meeting_alone(store: Store) -> None:
    """Withdrawn ones too; an empty source is no source."""
    furnished(store, 2)
    with store.write() as tx:
        tx.guests.add(guest(5, name="Ann"), invited(5, source_key="walk-in:5").invitation)
        tx.guests.set_status("inv-5", InvitationStatus.REVOKED, T0)
    with store.read() as tx:
        assert [one.invitation for one in tx.names.called("m-launch", "王1", "none")] == ["inv-1"]
        assert [one.invitation for one in tx.names.called("m-launch", "x", "walk-in:5")] == ["inv-5"]
        assert {one.invitation for one in tx.names.called("m-launch", "Ann", "")} == {"inv-5"}
        assert tx.names.called("m-other", "王1", "walk-in:5") == []


def test_guests_are_found_by_how_they_are_greeted_in_either_language(store: Store) -> None:
    """王总 is what colleagues say (R148); withdrawn ones, and those of other meetings, are not meant."""
    furnished(store, 2)
    with store.write() as tx:
        tx.guests.add(guest(5, name="Ann", salutation=Words("安女士", "Ms Ann")), invited(5).invitation)
        tx.guests.set_status("inv-2", InvitationStatus.REVOKED, T0)
    with store.read() as tx:
        assert [one.invitation for one in tx.names.saluted(["m-launch"], "王总", 9)] == ["inv-1"]
        assert [one.invitation for one in tx.names.saluted(["m-launch", "m-x"], "Ms Ann", 9)] == ["inv-5"]
        assert tx.names.saluted(["m-other"], "王总", 9) == []
        assert tx.names.saluted([], "王总", 9) == []
        assert tx.names.saluted(["m-launch"], "王总", 0) == []
