from dataclasses import replace

import pytest

from hub.domain.errors import NotFound
from hub.domain.guest_messages import GuestMessage, MessageKind, MessageState
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
