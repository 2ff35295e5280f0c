"""Letters hold everything R74 asks for, or are held back with the reason; a lost code is replaced, once."""

from dataclasses import replace

import pytest

from devices.contract import credential
from hub.domain.errors import NotFound, Refused
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.domain.transfers import PlaceKind, Transfer, TransferState
from hub.domain.words import Language, Words
from hub.ports import Store
from hub.usecases.invite import Batch, prepare, renew
from tests.hub.imports import SITE_KEY, acting, demo_venue, import_rows, rows

GUESTS = ("1,王伟,zh", "2,John Smith,en", "3,李娜,zh")


@pytest.fixture
def launch(store: Store) -> Meeting:
    """Import the demo's venue and three guests."""
    meeting = demo_venue(store)
    import_rows(store, meeting, rows(*GUESTS, header="id,name,language"))
    return meeting


def prepared(store: Store, meeting: Meeting, language: Language | None = None) -> Batch:
    """Return a meeting's letters."""
    with store.read() as tx:
        return prepare(tx, meeting, language)


def test_each_guest_gets_a_letter_in_their_language(store: Store, launch: Meeting) -> None:
    """Or all in one, when that is asked for."""
    letters = prepared(store, launch).letters
    assert [(one.number, one.language) for one in letters] == [(1, "zh"), (2, "en"), (3, "zh")]
    assert {one.language for one in prepared(store, launch, Language.EN).letters} == {"en"}


def test_a_label_tells_nothing_of_the_guest_and_stays(store: Store, launch: Meeting) -> None:
    """A number and the random end of the invitation's id."""
    first = prepared(store, launch).letters[0]
    assert first.label == f"0001-{first.invited.invitation.id[-8:]}"
    assert prepared(store, launch).letters[0].label == first.label


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": Words("", "")}, "the subject is missing"),
        ({"agenda": ()}, "the agenda is missing"),
        ({"room": "nowhere"}, "the place is missing"),
        ({"cancelled": True}, "cancelled"),
    ],
)
def test_a_part_that_is_missing_holds_every_letter_back(
    store: Store, launch: Meeting, changes: dict[str, object], reason: str
) -> None:
    """R74: subject, time, place, agenda, QR."""
    batch = prepared(store, replace(launch, **changes))  # type: ignore[arg-type]  # one field of a meeting each
    assert batch.letters == ()
    assert [len(one.reasons) for one in batch.blocked] == [1, 1, 1]
    assert reason in batch.blocked[0].reasons[0]


def test_without_a_house_there_is_no_place(store: Store, launch: Meeting) -> None:
    """Two things are missing then."""
    batch = prepared(store, replace(launch, room="nowhere", agenda=()))
    assert [len(one.reasons) for one in batch.blocked] == [2, 2, 2]
    assert batch.occasion is None


def test_a_withdrawn_guest_gets_no_letter(store: Store, launch: Meeting) -> None:
    """The others do."""
    gone = prepared(store, launch).letters[1].invited.invitation.id
    with store.write() as tx:
        tx.guests.set_status(gone, InvitationStatus.REVOKED, launch.doors_at)
    batch = prepared(store, launch)
    assert [one.number for one in batch.letters] == [1, 3]
    assert batch.blocked[0].reasons == ("the invitation was withdrawn",)


def test_a_code_too_long_for_paper_holds_the_letter_back(store: Store, launch: Meeting) -> None:
    """A camera would not read it."""
    import_rows(store, launch, rows(f"4,赵四,{'x' * 180}", header="id,name,code"), seed=2)
    assert "cannot be read from paper" in prepared(store, launch).blocked[0].reasons[0]


def test_a_new_code_replaces_the_old_one_and_kiosks_hear_of_both(store: Store, launch: Meeting) -> None:
    """A guest may be named by the letter's label, the invitation or the guest."""
    before = prepared(store, launch).letters
    names = [before[0].label, before[1].invited.invitation.id]
    with store.write() as tx:
        head = tx.feed.head()
        renewed = renew(tx, launch, names, acting(9))
    assert [one.label for one in renewed] == [before[0].label, before[1].label]
    after = prepared(store, launch).letters
    assert [
        old.invited.invitation.code == new.invited.invitation.code for old, new in zip(before, after, strict=True)
    ] == [
        False,
        False,
        True,
    ]
    old, new = (credential.lookup(SITE_KEY, one[0].invited.invitation.code) for one in (before, after))
    with store.read() as tx:
        found = tx.guests.by_lookup([old, new])
        assert {old, new} <= {change.key for change in tx.feed.after(head, ["guest"], 9)}
    assert found[old].invitation.status is InvitationStatus.REPLACED
    assert found[new].invitation.status is InvitationStatus.VALID
    assert found[old].invitation.id == found[new].invitation.id


def test_nobody_gets_a_new_code_when_a_name_is_wrong(store: Store, launch: Meeting) -> None:
    """Nor when one of them was withdrawn."""
    before = prepared(store, launch).letters
    with pytest.raises(NotFound, match="0009"), store.write() as tx:
        renew(tx, launch, [before[0].label, "0009-00000000"], acting(9))
    with store.write() as tx:
        tx.guests.set_status(before[1].invited.invitation.id, InvitationStatus.REVOKED, launch.doors_at)
    with pytest.raises(Refused, match="withdrawn"), store.write() as tx:
        renew(tx, launch, [before[0].label, before[1].label], acting(9))
    assert prepared(store, launch).letters[0] == before[0]


def test_a_letter_knows_of_a_pick_up_that_is_open(store: Store, launch: Meeting) -> None:
    """The guest reads who comes; of one that was cancelled nobody reads (R87)."""
    with store.write() as tx:
        first, second, _ = (one.invitation.id for one in tx.guests.of_meeting(launch.id))
        planned = Transfer(invitation=first, kind=PlaceKind.HOTEL, place=Words("凯悦", "Hyatt"), eta=launch.doors_at)
        tx.transfers.save(planned)
        tx.transfers.save(replace(planned, invitation=second, state=TransferState.CANCELLED))
    assert [one.pick_up for one in prepared(store, launch).letters] == [planned, None, None]
