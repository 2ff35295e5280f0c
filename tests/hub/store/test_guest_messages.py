from dataclasses import replace

import pytest

from hub.domain.errors import NotFound
from hub.domain.guest_messages import GuestMessage, MessageKind, MessageState, Standing
from hub.ports import Store
from tests.hub.build import T0, at, furnished

REMINDER = GuestMessage(
    id="msg-1",
    kind=MessageKind.REMINDER,
    dedupe="reminder:inv-1:1",
    invitation="inv-1",
    created_at=T0,
    pointless_at=at(3600),
    facts={"at": "09:00"},
)


def test_a_message_comes_back_whole_and_waits_until_it_is_sent(store: Store) -> None:
    """With what became of it."""
    with furnished(store).write() as tx:
        tx.guest_messages.put([REMINDER])
        assert tx.guest_messages.next_due(T0) == REMINDER
        failed = replace(REMINDER, tries=1, next_at=at(30), problem="the mail server does not answer")
        tx.guest_messages.save(failed)
        assert tx.guest_messages.next_due(at(29)) is None
        assert tx.guest_messages.next_due(at(30)) == failed
        sent = replace(failed, state=MessageState.SENT, sent_at=at(31), channel="mail", problem="")
        tx.guest_messages.save(sent)
        assert tx.guest_messages.next_due(at(999)) is None
    with store.read() as tx:
        assert tx.guest_messages.newest(10) == [sent]


def test_the_same_message_is_kept_once_for_ever(store: Store) -> None:
    """A timer that fires twice writes to nobody twice, even after the first was sent."""
    with furnished(store).write() as tx:
        tx.guest_messages.put([REMINDER])
        tx.guest_messages.save(replace(REMINDER, state=MessageState.SENT, sent_at=at(1)))
        tx.guest_messages.put([replace(REMINDER, id="msg-2")])
        assert [one.id for one in tx.guest_messages.newest(10)] == ["msg-1"]


def test_what_was_said_about_a_task_can_be_told(store: Store) -> None:
    """Oldest first."""
    first = replace(REMINDER, task="task-1")
    with furnished(store).write() as tx:
        tx.guest_messages.put([first, replace(REMINDER, id="msg-3", dedupe="other", task="task-1", created_at=at(9))])
        assert [one.id for one in tx.guest_messages.of_tasks(["task-1", "task-2"])] == ["msg-1", "msg-3"]
        assert tx.guest_messages.of_tasks([]) == []


def test_a_message_that_was_never_kept_cannot_be_changed(store: Store) -> None:
    """A mistake of the program is not passed over."""
    with pytest.raises(NotFound), furnished(store).write() as tx:
        tx.guest_messages.save(REMINDER)


def test_untried_messages_of_a_kind_are_taken_back_and_others_stay(store: Store) -> None:
    """One that somebody has begun to send may have been read."""
    changed = replace(REMINDER, kind=MessageKind.CHANGED)
    with furnished(store).write() as tx:
        tx.guest_messages.put(
            [
                REMINDER,
                replace(changed, id="untried", dedupe="a"),
                replace(changed, id="tried", dedupe="b", tries=1),
                replace(changed, id="other", dedupe="c", invitation="inv-2"),
            ]
        )
        assert [one.id for one in tx.guest_messages.take_back(MessageKind.CHANGED, ["inv-1", "inv-3"])] == ["untried"]
        assert tx.guest_messages.take_back(MessageKind.CHANGED, []) == []
        assert tx.guest_messages.get("untried") == replace(
            changed, id="untried", dedupe="a", state=MessageState.GIVEN_UP, problem="superseded"
        )
        assert tx.guest_messages.get("nobody") is None


def test_staff_see_apart_whom_to_call_and_what_nobody_needs(store: Store) -> None:
    """Counted whole, shown up to a limit, newest first."""
    up = MessageState.GIVEN_UP
    many = [
        replace(REMINDER, state=up, problem="refused: 550 arrived"),
        replace(REMINDER, state=up, problem="no_address"),
        replace(REMINDER, state=up, problem="arrived"),
        replace(REMINDER, state=MessageState.SENT, sent_at=T0),
        REMINDER,
    ]
    with furnished(store).write() as tx:
        tx.guest_messages.put(replace(one, id=f"m-{n}", dedupe=f"{n}", created_at=at(n)) for n, one in enumerate(many))
    with store.read() as tx:
        assert tx.guest_messages.counts() == {
            Standing.CALL: 2,
            Standing.NEEDLESS: 1,
            Standing.SENT: 1,
            Standing.WAITING: 1,
        }
        assert [one.id for one in tx.guest_messages.standing(Standing.CALL, 9)] == ["m-1", "m-0"]
        assert [one.id for one in tx.guest_messages.standing(Standing.CALL, 1)] == ["m-1"]
        assert [one.id for one in tx.guest_messages.standing(Standing.NEEDLESS, 9)] == ["m-2"]


@pytest.mark.parametrize("kind", list(MessageKind))
def test_nobody_calls_a_guest_about_what_a_person_tells_them_anyway(store: Store, kind: MessageKind) -> None:
    """A house without mail would else have a call to make for every request that staff log."""
    unsent = replace(REMINDER, kind=kind, state=MessageState.GIVEN_UP, problem="no_channel")
    with furnished(store).write() as tx:
        tx.guest_messages.put([unsent])
        calls, needless = (tx.guest_messages.counts()[how] for how in (Standing.CALL, Standing.NEEDLESS))
    spoken = kind in {MessageKind.TO_BE_CONFIRMED, MessageKind.PROGRESS, MessageKind.DELAYED}
    assert (calls, needless) == ((0, 1) if spoken else (1, 0))
