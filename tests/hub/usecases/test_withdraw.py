from dataclasses import replace

import pytest

from hub.domain.check_ins import Class
from hub.domain.errors import NotFound
from hub.domain.guests import InvitationStatus
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.withdraw import withdraw
from tests.hub.build import at, furnished, meeting
from tests.hub.imports import acting
from tests.hub.usecases.scans import scan, take


def said(store: Store, *guests: str, seconds: float, restore: bool = False) -> list[str]:
    """Withdraw or restore; return whose invitations changed."""
    with store.write() as tx:
        changed = withdraw(tx, meeting(), guests, replace(acting(), at=at(seconds)), restore=restore)
    return [one.invited.invitation.id for one in changed]


def status(store: Store) -> InvitationStatus:
    """Return how guest 1's invitation stands."""
    with store.read() as tx:
        return tx.guests.by_invitation(["inv-1"])["inv-1"].invitation.status


def test_a_withdrawn_invitation_is_told_to_kiosks_and_can_be_restored(store: Store) -> None:
    """By a letter's label or an id; saying so twice changes nothing, and each change has its actor (I12)."""
    furnished(store)
    with store.read() as tx:
        before = tx.feed.head(["guest"])
    assert said(store, "inv-1", seconds=5) == ["inv-1"]
    assert status(store) is InvitationStatus.REVOKED
    assert said(store, "guest-1", seconds=6) == []
    with store.read() as tx:
        assert [change.kind for change in tx.feed.after(before, ["guest"], 9)] == ["guest"]
    assert said(store, "inv-1", seconds=7, restore=True) == ["inv-1"]
    assert status(store) is InvitationStatus.VALID


def test_nobody_is_withdrawn_when_one_name_is_wrong(store: Store) -> None:
    """A slip of the pen must not turn away half a list."""
    furnished(store)
    with pytest.raises(NotFound, match="inv-99"):
        said(store, "inv-1", "inv-99", seconds=5)
    assert status(store) is InvitationStatus.VALID


@pytest.mark.parametrize("news_first", [True, False])
def test_a_guest_let_in_by_a_kiosk_that_had_not_heard_stays_in_and_brings_the_supervisor(
    store: Store,
    news_first: bool,  # noqa: FBT001 - both orders
) -> None:
    """Facts are never refused (fault 43): whatever reaches the hub first, the withdrawal or the kiosk's backlog."""
    furnished(store)
    came = scan(1, 60, offline=True)
    if news_first:
        said(store, "inv-1", seconds=30)
        take(store, came, now=at(900))
    else:
        take(store, came, now=at(61))
        said(store, "inv-1", seconds=62)
    with store.read() as tx:
        (event,) = tx.check_ins.of_invitations(["inv-1"])["inv-1"]
        admission = tx.check_ins.admissions(["inv-1"])["inv-1"]
        kinds = [task.kind for task in tx.tasks.open()]
    expected = Class.REVOKED if news_first else Class.ADMITTED
    assert (event.classed, admission.flagged) == (expected, news_first)
    assert (TaskKind.REVOKED_INSIDE in kinds) == news_first


@pytest.mark.parametrize("guest_first", [True, False])
def test_a_restored_invitation_counts_as_never_withdrawn(
    store: Store,
    guest_first: bool,  # noqa: FBT001 - both orders
) -> None:
    """Whether the scan or the change of mind reaches the hub first (I6); who was flagged is not, and the task goes."""
    furnished(store)
    said(store, "inv-1", seconds=30)
    if guest_first:
        take(store, scan(1, 60, offline=True), now=at(61))
        with store.read() as tx:
            assert [task.kind for task in tx.tasks.open()] == [TaskKind.REVOKED_INSIDE]
    said(store, "inv-1", seconds=90, restore=True)
    if not guest_first:
        take(store, scan(1, 60, offline=True), now=at(91))
    with store.read() as tx:
        (event,) = tx.check_ins.of_invitations(["inv-1"])["inv-1"]
        assert event.classed is Class.ADMITTED
        assert not tx.check_ins.admissions(["inv-1"])["inv-1"].flagged
        assert list(tx.tasks.open()) == []
