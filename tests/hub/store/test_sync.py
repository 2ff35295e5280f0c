"""What is known of booking sources comes back whole, and each thing to be decided stands once."""

from dataclasses import replace

import pytest

from hub.domain.bookings import BookingState, Headcount
from hub.domain.errors import Refused
from hub.domain.guests import Diet, Rsvp
from hub.domain.meetings import SetUpStyle
from hub.domain.source_items import BadItem, Item, ItemGuest, Outcome
from hub.domain.syncing import BadLink, Conflict, ConflictKind, Decision, Link, Pull, Telling, Told
from hub.domain.words import Language, Words
from hub.ports import Store
from tests.hub.build import at

EARLY = Words("不晚于开始时间", "lies before DTSTART")
ITEM = Item(
    uid="117@venue",
    booking="2026-117",
    title=Words("渠道大会", "Channel day"),
    room="一号厅",
    starts_at=at(0),
    ends_at=at(3600),
    state=BookingState.DEFINITE,
    occurrence="20261121T010203Z",
    client="云杉科技",
    headcount=Headcount(most=200),
    style=SetUpStyle.CABARET,
    paid=True,
    made_at=at(-9),
    guests=(
        ItemGuest(
            key="g-1",
            name="李晓明",
            language=Language.EN,
            diets=frozenset({Diet.VEGAN, Diet.HALAL}),
            vip=2,
            rsvp=Rsvp.ACCEPTED,
        ),
        ItemGuest(key="g-2", name="Ana"),
    ),
)
LINK = Link(
    source="venue",
    collection="rooms",
    key="117",
    item=ITEM,
    digest=ITEM.digest(),
    version='"e1"',
    meeting="m-1",
    seen_at=at(1),
)
CONFLICT = Conflict(
    id="c-1",
    subject="m-1",
    kind=ConflictKind.MOVED_IN_USE,
    source="venue",
    first_at=at(1),
    last_at=at(1),
    facts={"room": "二号厅"},
)
TOLD = Told(
    id="op-1",
    meeting="m-1",
    source="venue",
    collection="rooms",
    outcome=Outcome(expected=200, attended=153, first_check_in_at=at(5), no_show=False, released_at=at(99)),
    ends_at=at(3600),
    made_at=at(6),
    next_at=at(6),
)


def test_what_a_source_said_comes_back_as_it_was_said(store: Store) -> None:
    """To the last guest's diet; and its hash is the same, so nothing looks changed."""
    plain = replace(LINK, key="118", meeting="", item=replace(ITEM, guests=None, occurrence="", style=None))
    with store.write() as tx:
        tx.sync.save_links([LINK, plain])
    with store.read() as tx:
        assert tx.sync.links("venue", "rooms") == [LINK, plain]
        assert tx.sync.links("venue", "rooms")[0].item.digest() == LINK.digest
        assert tx.sync.links("venue", "rooms", ["118", "119"]) == [plain]
        assert tx.sync.links("venue", "other") == tx.sync.links("venue", "rooms", []) == []
        assert tx.sync.linked(["m-1", "m-2"]) == {"m-1": LINK}
        assert tx.sync.link_of("m-2") is None
        assert tx.sync.same_uid([ITEM.uid]) == [LINK, plain]


def test_what_was_heard_last_comes_first(store: Store) -> None:
    """No more of it than is asked for."""
    later = replace(LINK, key="118", meeting="", seen_at=at(9))
    with store.write() as tx:
        tx.sync.save_links([LINK, later])
    with store.read() as tx:
        assert tx.sync.newest(5) == [later, LINK]
        assert tx.sync.newest(1) == [later]


def test_what_is_gone_is_kept_as_a_tombstone_for_a_time(store: Store) -> None:
    """It is not among what is there, it is still found by its key, and at last it is forgotten."""
    gone = replace(LINK, gone_at=at(50))
    with store.write() as tx:
        tx.sync.save_links([LINK])
        tx.sync.save_links([gone])
        assert tx.sync.links("venue", "rooms") == []
        assert tx.sync.links("venue", "rooms", ["117"]) == [gone]
        assert tx.sync.forget(at(50)) == 0
        assert tx.sync.forget(at(51)) == 1
        assert tx.sync.same_uid([ITEM.uid]) == []


def test_two_entries_cannot_keep_one_meeting(store: Store) -> None:
    """One event over two calendars is one meeting; the second entry is known, and does not lead."""
    with store.write() as tx:
        tx.sync.save_links([LINK])
        with pytest.raises(Refused, match="kept by another entry"), tx.savepoint():
            tx.sync.save_links([replace(LINK, source="calendar")])
        copy = replace(LINK, source="calendar", leads=False)
        tx.sync.save_links([copy])
        assert tx.sync.copies(["m-1"]) == [copy, LINK]
        assert tx.sync.copies([]) == []
        assert tx.sync.linked(["m-1"]) == {"m-1": LINK}


def test_how_far_a_collection_was_read_is_kept(store: Store) -> None:
    """One that was never read is at its beginning."""
    read = Pull(
        source="venue",
        collection="rooms",
        cursor="7",
        ok_at=at(1),
        full_at=at(0),
        failures=2,
        trouble="source_away",
        problem="403",
    )
    with store.write() as tx:
        assert tx.sync.pull("venue", "rooms") == Pull(source="venue", collection="rooms")
        tx.sync.save_pull(read)
        assert tx.sync.pull("venue", "rooms") == read
    with store.read() as tx:
        assert tx.sync.pulls() == [read]


@pytest.mark.parametrize("said", ["403 \x00", "half \ud83d"])
def test_a_failure_in_words_that_no_database_keeps_is_told_readably(store: Store, said: str) -> None:
    """What a broken source answers must not stop the following of it."""
    with store.write() as tx:
        tx.sync.save_pull(Pull(source="venue", collection="rooms", problem=said))
        assert tx.sync.pull("venue", "rooms").problem == f"{said[:-1]}\ufffd"


def test_what_cannot_be_used_stands_until_it_can(store: Store) -> None:
    """Resource by resource; others keep theirs."""
    bad = [
        BadLink(
            source="venue",
            collection="rooms",
            key=key,
            bad=BadItem(field="DTEND", problem=EARLY, remedy=Words("请改正", "correct it"), occurrence="", raw="…"),
            since=at(since),
        )
        for since, key in enumerate(("117", "118"))
    ]
    with store.write() as tx:
        for one in bad:
            tx.sync.replace_bad("venue", "rooms", one.key, [one])
        assert tx.sync.bad() == tx.sync.bad("venue") == bad[::-1]
        assert tx.sync.newest_bad(1) == bad[:0:-1]
        assert tx.sync.count_bad() == {"venue": 2}
        tx.sync.replace_bad("venue", "rooms", "117", [])
        assert tx.sync.bad() == [bad[1]]
        assert tx.sync.bad("calendar") == []


def test_one_conflict_of_a_kind_is_open_about_a_meeting(store: Store) -> None:
    """Decided, it stays to be read, and the next one may come."""
    decided = replace(CONFLICT, decision=Decision.KEPT_OURS, decided_at=at(9), by="王芳")
    again = replace(CONFLICT, id="c-2", last_at=at(20))
    with store.write() as tx:
        tx.sync.save_conflict(CONFLICT)
        with pytest.raises(Refused, match="to be decided already"), tx.savepoint():
            tx.sync.save_conflict(again)
        assert tx.sync.open_conflict("m-1", ConflictKind.MOVED_IN_USE) == CONFLICT
        tx.sync.save_conflict(decided)
        assert tx.sync.open_conflict("m-1", ConflictKind.MOVED_IN_USE) is None
        tx.sync.save_conflict(again)
    with store.read() as tx:
        assert tx.sync.conflicts() == [again]
        assert tx.sync.conflicts(open_only=False) == [again, decided]
        assert tx.sync.conflict("c-1") == decided
        assert tx.sync.conflict("c-9") is None


def test_to_which_meeting_a_person_gave_a_room_is_found_by_the_meeting(store: Store) -> None:
    """The newest such decision; neither open ones, nor others."""
    doubled = replace(CONFLICT, kind=ConflictKind.DOUBLE_BOOKED, decision=Decision.TOOK_THEIRS, decided_at=at(9))
    later = replace(doubled, id="c-2", decided_at=at(20))
    others = [
        replace(CONFLICT, id="c-3", decision=Decision.TOOK_THEIRS, decided_at=at(30)),
        replace(doubled, id="c-4", decision=Decision.KEPT_OURS, decided_at=at(40)),
        replace(doubled, id="c-5", decision=Decision.OPEN, decided_at=None),
        replace(doubled, id="c-6", subject="m-2"),
    ]
    with store.write() as tx:
        for one in (later, doubled, *others):
            tx.sync.save_conflict(one)
    with store.read() as tx:
        assert tx.sync.rooms_given(["m-1", "m-3"]) == {"m-1": later}
        assert tx.sync.rooms_given([]) == {}


def test_what_a_source_is_to_be_told_is_the_newest_and_due(store: Store) -> None:
    """Each telling is the whole, so one that waits is replaced by the next."""
    newer = replace(TOLD, id="op-2", outcome=replace(TOLD.outcome, attended=160), next_at=at(60))
    with store.write() as tx:
        tx.sync.queue(TOLD)
        assert tx.sync.to_tell("venue", at(6), 9) == [TOLD]
        tx.sync.queue(newer)
        assert tx.sync.to_tell("venue", at(59), 9) == []
        assert tx.sync.to_tell("venue", at(60), 9) == [newer]
        assert tx.sync.to_tell("calendar", at(60), 9) == []
        tx.sync.save_told(replace(newer, state=Telling.TOLD, tries=1))
        assert tx.sync.to_tell("venue", at(99), 9) == []
        assert tx.sync.told(["m-1", "m-2"]) == {"m-1": replace(newer, state=Telling.TOLD, tries=1)}
