"""A party's code: who gets one, what kiosks are told of it, and that it stands beside the members' own codes."""

from dataclasses import replace
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.cards import GroupCard
from devices.contract.messages import ItemKind, RosterItem, Verdict
from devices.ids import uuid7
from devices.sealing import unseal
from hub.domain.errors import Refused
from hub.domain.groups import Group
from hub.domain.guests import Invited
from hub.domain.meetings import Door
from hub.domain.rulings import RulingKind
from hub.domain.words import Language, Words
from hub.ports import Store
from hub.usecases import group_codes
from hub.usecases.group_codes import GroupLetter, give_codes
from hub.usecases.invite import renew
from hub.usecases.rule import rule
from hub.usecases.serve_roster import OF_ALL, OWN
from hub.usecases.withdraw import withdraw
from tests.hub.build import furnish, invited, lookup, meeting
from tests.hub.imports import acting, import_rows, rows
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.test_serve_roster import told

LAUNCH = meeting()
PARTY = "腾云"


def furnished(store: Store, size: int = 3, *others: Invited) -> Group:
    """Store the launch with a party of guests 1 and on, give it its code, and return that."""
    with store.write() as tx:
        furnish(tx, [*(invited(number, party=PARTY) for number in range(1, size + 1)), *others])
        (group,) = give_codes(tx, LAUNCH, acting())
    return group


def group_items(store: Store, cursor: int = 0) -> list[RosterItem]:
    """Return what a kiosk is told of groups after a position."""
    return [item for item in told(store, cursor=cursor) if item.kind is ItemKind.GROUP]


def opened(item: RosterItem, group: Group) -> GroupCard:
    """Open a group's item with its code."""
    return codec.load_card(unseal(group.code, item.body), GroupCard)


def card_of(store: Store, group: Group) -> GroupCard:
    """Return what kiosks know of a group now."""
    (item,) = group_items(store)
    return opened(item, group)


def head(store: Store) -> int:
    """Return the newest position."""
    with store.read() as tx:
        return tx.feed.head()


def labelled(store: Store) -> list[GroupLetter]:
    """Return the groups' letters."""
    with store.read() as tx:
        return group_codes.letters(tx, LAUNCH)


def test_parties_of_two_to_twenty_get_a_code_once(store: Store) -> None:
    """Not who comes alone, not a party of twenty-one, and not again when the command is repeated."""
    sizes = {"one": 1, "two": 2, "twenty": 20, "many": 21, "": 3}
    numbers = iter(range(1, 100))
    people = [invited(next(numbers), party=party) for party, size in sizes.items() for _ in range(size)]
    with store.write() as tx:
        furnish(tx, people)
        made = give_codes(tx, LAUNCH, acting())
        assert [one.party for one in made] == ["two", "twenty"]
        assert give_codes(tx, LAUNCH, acting(2)) == []
        assert group_codes.too_large(tx, LAUNCH) == {"many": 21}
    assert [(one.group.party, one.count) for one in labelled(store)] == [("two", 2), ("twenty", 20)]


def test_a_kiosk_opens_the_list_with_the_group_s_code_alone(store: Store) -> None:
    """It names each member with the hash of their own code, by which they are admitted."""
    group = furnished(store)
    (item,) = group_items(store)
    assert (item.key, item.gone) == (group.lookup, False)
    card = opened(item, group)
    assert (card.key, card.meeting, card.name.zh) == (group.lookup, "m-launch", PARTY)
    assert [one.lookup for one in card.members] == [lookup(1), lookup(2), lookup(3)]
    assert [one.card.name for one in card.members] == ["王1", "王2", "王3"]


def test_after_a_member_came_the_list_says_so_and_names_the_seat(store: Store) -> None:
    """And those of the party for whom seats are now kept beside."""
    group = furnished(store)
    before = head(store)
    take(store, scan(2))
    (item,) = group_items(store, before)
    first, second, _ = opened(item, group).members
    assert second.card.arrived is not None
    assert second.card.seat is not None
    assert first.card.arrived is None


def test_a_guest_of_no_party_changes_no_group(store: Store) -> None:
    """Kiosks are not sent twelve thousand characters for nothing."""
    furnished(store, 3, invited(9))
    before = head(store)
    take(store, scan(9))
    assert group_items(store, before) == []


def test_a_withdrawn_member_is_not_on_the_list_until_restored(store: Store) -> None:
    """Withdrawn are those who may not come; the others still do."""
    group = furnished(store)
    for restore, left in ((False, [lookup(2), lookup(3)]), (True, [lookup(1), lookup(2), lookup(3)])):
        before = head(store)
        with store.write() as tx:
            withdraw(tx, LAUNCH, ["inv-1"], acting(3), restore=restore)
        (item,) = group_items(store, before)
        assert [one.lookup for one in opened(item, group).members] == left


def test_a_member_s_new_code_takes_the_old_one_s_place(store: Store) -> None:
    """By the old one they would be refused as replaced."""
    group = furnished(store)
    with store.write() as tx:
        renew(tx, LAUNCH, ["inv-1"], acting(4))
        current = tx.guests.by_invitation(["inv-1"])["inv-1"].invitation.lookup
    assert card_of(store, group).members[0].lookup == current != lookup(1)


def test_a_ruling_about_a_member_is_told(store: Store) -> None:
    """Who was let in by mistake is to be ticked again."""
    group = furnished(store)
    item = scan(1)
    take(store, item)
    before = head(store)
    with store.write() as tx:
        rule(tx, item.event.id, RulingKind.UNDO, "slip", acting(5))
    (told_now,) = group_items(store, before)
    assert opened(told_now, group).members[0].card.arrived is None


def test_who_joins_or_leaves_the_party_joins_or_leaves_the_list(store: Store) -> None:
    """By a repeated import; both groups hear of it."""
    with store.write() as tx:
        furnish(tx)

    header = "id,姓名,同行"
    import_rows(store, LAUNCH, rows("1,王伟,甲", "2,李娜,甲", "3,张敏,乙", "4,刘洋,乙", header=header), seed=1)
    with store.write() as tx:
        first, second = give_codes(tx, LAUNCH, acting(900))
    before = head(store)
    import_rows(store, LAUNCH, rows("1,王伟,甲", "2,李娜,乙", "5,陈静,甲", header=header), seed=2)
    items = {item.key: item for item in group_items(store, before)}
    assert [one.card.name for one in opened(items[first.lookup], first).members] == ["王伟", "陈静"]
    assert [one.card.name for one in opened(items[second.lookup], second).members] == ["李娜", "张敏", "刘洋"]


def test_an_imported_code_that_is_a_group_s_is_a_mistake_in_its_line(store: Store) -> None:
    """A code at the door is one thing."""
    group = furnished(store)
    plan = import_rows(store, LAUNCH, rows(f"王伟,{group.code}", header="姓名,邀请码"), seed=6)
    assert [(one.field, one.problem) for one in plan.findings] == [("code", f"is the code of the group {PARTY}")]


def test_withdrawing_a_group_s_code_closes_that_code_alone(store: Store) -> None:
    """Kiosks forget the list; each guest still comes on their own code, and restoring brings the list back."""
    group = furnished(store)
    letters = labelled(store)
    with store.write() as tx:
        assert group_codes.withdraw(tx, letters, acting(7)) == letters
    (item,) = group_items(store)
    assert (item.key, item.gone, item.body) == (group.lookup, True, "")
    assert labelled(store) == []
    assert [answer.verdict for answer in take(store, scan(1))] == [Verdict.WELCOME]
    with store.write() as tx:
        (found,), rest = group_codes.choose(tx, LAUNCH, [letters[0].label, "inv-1"])
        assert rest == ["inv-1"]
        with pytest.raises(Refused, match="--restore"):
            group_codes.renew(tx, [found], acting(8))
        group_codes.withdraw(tx, [found], acting(8), restore=True)
    assert card_of(store, group).members[0].card.arrived is not None


def test_a_new_group_code_makes_the_old_one_unknown(store: Store) -> None:
    """The letter was lost: whoever finds it sees no names. Its label stays."""
    old = furnished(store)
    (letter,) = labelled(store)
    with store.write() as tx:
        group_codes.renew(tx, [letter], acting(9))
    items = {item.key: item.gone for item in group_items(store)}
    (fresh,) = labelled(store)
    assert items == {old.lookup: True, fresh.group.lookup: False}
    assert (fresh.label, fresh.group.code != old.code) == (letter.label, True)


def test_a_party_of_whom_nobody_may_come_has_no_list_and_no_letter(store: Store) -> None:
    """All were withdrawn."""
    group = furnished(store, 2)
    with store.write() as tx:
        withdraw(tx, LAUNCH, ["inv-1", "inv-2"], acting(10))
    (item,) = group_items(store)
    assert (item.key, item.gone) == (group.lookup, True)
    assert labelled(store) == []


def test_kiosk_and_hub_count_groups_among_what_every_kiosk_knows(store: Store) -> None:
    """The fingerprint of decision 11: as many entries, with the same positions."""
    furnished(store)
    take(store, scan(1))
    items = told(store)
    with store.read() as tx:
        fingerprint = tx.feed.fingerprint(OF_ALL, OWN, "kiosk-1")
    assert ItemKind.GROUP in {item.kind for item in items}
    assert fingerprint == f"{len(items)}-{sum(item.seq for item in items)}"


LATIN: dict[str, Any] = {
    "name": "Alexander Konstantinopoulos-Fitzgerald",
    "salutation": Words("Konstantinopoulos-Fitzgerald 先生", "Mr Konstantinopoulos-Fitzgerald"),
    "title": "Executive Vice President, Global Marketing and Communications",
    "language": Language.EN,
}
ENDLESS: dict[str, Any] = {"name": "王" * 200, "salutation": Words("王" * 200, "W" * 200), "title": "总" * 200}


@pytest.mark.parametrize(("said", "listed"), [({}, 20), (LATIN, 20), (ENDLESS, 5)])
def test_twenty_guests_who_are_all_in_fit_whatever_is_said_of_them(
    store: Store, said: dict[str, Any], listed: int
) -> None:
    """Long titles go first, with the other language's words; only absurd names leave members out."""
    people = [invited(number, party=PARTY, id=uuid7()) for number in range(1, 21)]
    people = [replace(one, guest=replace(one.guest, **said)) for one in people]
    with store.write() as tx:
        furnish(tx, people)
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门一层大厅", "East entrance, ground floor")))
        (group,) = give_codes(tx, LAUNCH, acting())
    take(store, *(scan(number, 10 + number) for number in range(1, 21)))
    card = card_of(store, group)
    assert len(card.members) == listed
    assert all(one.card.arrived and one.card.seat for one in card.members)
