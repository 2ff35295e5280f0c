"""A delegation comes on one code, through a real broker, with the hub there and with the hub away (G22)."""

from collections.abc import Callable

import pytest

from devices.contract.cards import GroupCard, Member
from devices.contract.messages import Method, Verdict
from devices.ids import uuid7
from hub.domain.check_ins import Class
from hub.domain.groups import Group
from hub.making import acting_as
from hub.usecases.group_codes import give_codes, letters, withdraw
from kiosk.reception import Reception
from tests.flow.conftest import Door, House
from tests.flow.test_arrival import ready, up_to_date

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def delegation(house: House) -> Group:
    """Give the parties of the demo's launch their codes and return the largest one's."""
    with house.store.write() as tx:
        made = give_codes(tx, house.cast.meeting, acting_as("tester", house.config))
        return max(made, key=lambda group: len(tx.guests.of_parties(group.meeting, [group.party])))


def reception(door: Door) -> Reception:
    """Return what answers at a door, behind its camera and its screen."""
    return door.kiosk._loop._reception


def listed(door: Door, group: Group) -> GroupCard:
    """Hold the group's code up and return the list that is shown."""
    card = reception(door).group_of(group.code)
    assert card is not None
    return card


def tick(door: Door, member: Member) -> Verdict:
    """Admit a member as the screen does for each tick."""
    return reception(door).admit(member.lookup, member.card, uuid7(), Method.GROUP).verdict


def scans(house: House, card: GroupCard) -> list[list[tuple[str, Class]]]:
    """Return how each member's scans came about and what they count as, in the order at the doors."""
    ids = [member.card.invitation for member in card.members]
    with house.store.read() as tx:
        events = tx.check_ins.of_invitations(ids)
    found = [sorted(events.get(key, ()), key=lambda one: one.scan.order()) for key in ids]
    return [[(one.method, one.classed) for one in each] for each in found]


def count(house: House, card: GroupCard) -> int:
    """Count the scans that the hub has stored."""
    return sum(map(len, scans(house, card)))


def test_a_delegation_is_ticked_and_each_is_seated_while_the_hub_is_there(house: House, wait_until: Wait) -> None:
    """A member who holds up their own code as well is in once; the other door's list knows who came."""
    group = delegation(house)
    door = ready(house, wait_until)
    card = listed(door, group)
    first, second, *rest = card.members
    assert [tick(door, one) for one in (first, second)] == [Verdict.WELCOME, Verdict.WELCOME]
    wait_until(lambda: count(house, card) == 2)
    with house.store.read() as tx:
        own = tx.guests.by_lookup([first.lookup])[first.lookup].invitation.code
        seats = tx.seats.of_invitations([one.card.invitation for one in (first, second)])
    assert len({seat.label for seat in seats.values()}) == 2
    assert reception(door).receive(own, uuid7()).verdict is Verdict.ALREADY_IN
    wait_until(lambda: count(house, card) == 3)
    admitted, again = ("group", Class.ADMITTED), ("qr", Class.RESCAN)
    assert scans(house, card) == [[admitted, again], [admitted], *([] for _ in rest)]
    other = house.open_door("kiosk-2")
    up_to_date(house, other, wait_until)
    assert [bool(one.card.arrived) for one in listed(other, group).members] == [True, True, *(False for _ in rest)]


def test_a_delegation_is_ticked_while_the_hub_is_away_and_counted_when_it_is_back(
    house: House, wait_until: Wait
) -> None:
    """Everybody once, whether they also held up their own code or not (I1, I2)."""
    group = delegation(house)
    door = ready(house, wait_until)
    card = listed(door, group)
    first = card.members[0]
    with house.store.read() as tx:
        own = tx.guests.by_lookup([first.lookup])[first.lookup].invitation.code
    assert house.hub.broker is not None
    house.hub.broker.stop()
    wait_until(lambda: not door.kiosk._link.connected)
    assert {tick(door, member) for member in card.members} == {Verdict.WELCOME}
    assert reception(door).receive(own, uuid7()).verdict is Verdict.ALREADY_IN
    assert count(house, card) == 0
    house.hub.broker.start()
    wait_until(lambda: count(house, card) == len(card.members) + 1)
    assert [[classed for _, classed in each] for each in scans(house, card)] == [
        [Class.ADMITTED, Class.RESCAN],
        *([Class.ADMITTED] for _ in card.members[1:]),
    ]
    with house.store.read() as tx:
        arrived = {one.who.invitation for one in tx.attendance.arrivals(group.meeting, 99)}
    assert arrived == {member.card.invitation for member in card.members}


def test_a_withdrawn_group_code_lists_nobody_and_the_members_still_come(house: House, wait_until: Wait) -> None:
    """At a kiosk that has heard of it; as a guest's code it is unknown, as it always was."""
    group = delegation(house)
    door = ready(house, wait_until)
    member = listed(door, group).members[0]
    with house.store.write() as tx:
        known = [one for one in letters(tx, house.cast.meeting) if one.group.lookup == group.lookup]
        withdraw(tx, known, acting_as("tester", house.config))
        code = tx.guests.by_lookup([member.lookup])[member.lookup].invitation.code
    up_to_date(house, door, wait_until)
    assert reception(door).group_of(group.code) is None
    assert reception(door).receive(group.code, uuid7()).verdict is Verdict.UNKNOWN
    assert reception(door).receive(code, uuid7()).verdict is Verdict.WELCOME
