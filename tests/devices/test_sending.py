from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from devices.ports import NotDelivered
from devices.sending import MAX_WAITING, Outgoing, Window


@dataclass
class Sent:
    """What a client was given, and how each message ended."""

    topics: list[str] = field(default_factory=list)
    ends: dict[str, list[str]] = field(default_factory=dict)
    reachable: bool = True

    def give(self, outgoing: Outgoing) -> int | None:
        """Take a message as paho would."""
        if not self.reachable:
            return None
        self.topics.append(outgoing.topic)
        return len(self.topics)

    def message(self, topic: str) -> Outgoing:
        """Make a message whose end is written down."""
        return Outgoing(topic, b"", lambda problem: self.ends.setdefault(topic, []).append(str(problem)))


def opened(sent: Sent, size: int, answer_within_s: float = 10.0) -> Window:
    """Open a window of the given size."""
    window = Window(sent.give, answer_within_s)
    window.open(size)
    return window


def test_messages_go_in_order_and_no_more_at_once_than_the_broker_allows() -> None:
    """A broker may end a connection that exceeds its receive maximum (MQTT 5, 3.3.4)."""
    sent = Sent()
    window = opened(sent, size=2)
    for name in "abcd":
        window.send(sent.message(name), 0.0)
    assert sent.topics == ["a", "b"]
    window.confirm(1, None, 0.0)
    assert sent.topics == ["a", "b", "c"]
    assert sent.ends == {"a": ["None"]}


def test_a_refused_message_is_reported_to_its_owner_alone() -> None:
    """One denied topic says nothing about the others."""
    sent = Sent()
    window = opened(sent, size=9)
    window.send(sent.message("a"), 0.0)
    window.send(sent.message("b"), 0.0)
    window.confirm(1, NotDelivered("Not authorized"), 0.0)
    window.confirm(1, None, 0.0)
    assert sent.ends == {"a": ["Not authorized"]}


def test_a_lost_connection_reports_every_message_once_and_takes_no_more() -> None:
    """What was given and what still waited is the owner's again; nothing stays behind to be sent twice."""
    sent = Sent()
    window = opened(sent, size=1)
    window.send(sent.message("given"), 0.0)
    window.send(sent.message("waiting"), 0.0)
    window.fail("cable pulled")
    window.confirm(1, None, 0.0)
    assert sent.ends == {"given": ["given: cable pulled"], "waiting": ["waiting: cable pulled"]}
    with pytest.raises(NotDelivered, match="cable pulled"):
        window.send(sent.message("late"), 0.0)


def test_an_owner_may_send_again_from_within_the_report() -> None:
    """Reports are made outside the lock, so an outbox can fill its window from them."""
    sent = Sent()
    window = opened(sent, size=1)
    window.send(Outgoing("a", b"", lambda _: window.send(sent.message("b"), 0.0)), 0.0)
    window.confirm(1, None, 0.0)
    assert sent.topics == ["a", "b"]


def test_callers_wait_until_the_window_opens_but_the_birth_message_does_not() -> None:
    """The link announces itself before anyone else may speak."""
    sent = Sent()
    window = Window(sent.give, 10.0)
    with pytest.raises(NotDelivered, match="not connected yet"):
        window.send(sent.message("early"), 0.0)
    window.send_own(sent.message("birth"), 0.0)
    assert sent.topics == ["birth"]


def test_messages_that_nobody_takes_are_refused_before_they_fill_the_memory() -> None:
    """A stalled broker costs a bounded number of messages (invariant I13)."""
    sent = Sent(reachable=False)
    window = opened(sent, size=9)
    for number in range(MAX_WAITING):
        window.send(sent.message(str(number)), 0.0)
    with pytest.raises(NotDelivered, match="wait for the broker already"):
        window.send(sent.message("one more"), 0.0)


def test_a_broker_that_owes_an_answer_too_long_is_called_silent() -> None:
    """Measured from the oldest message without an answer; none, no debt."""
    sent = Sent()
    window = opened(sent, size=9, answer_within_s=5.0)
    assert not window.silent(1000.0)
    window.send(sent.message("a"), 10.0)
    window.send(sent.message("b"), 14.0)
    assert not window.silent(14.9)
    assert window.silent(15.0)
    window.confirm(1, None, 16.0)
    assert not window.silent(18.9)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Outgoing("", b"", lambda _: None),
        lambda: Outgoing("a/+/b", b"", lambda _: None),
        lambda: Outgoing("a/#", b"", lambda _: None),
        lambda: Outgoing("a" * 201, b"", lambda _: None),
        lambda: Outgoing("a", b"", lambda _: None, qos=2),
        lambda: Outgoing("a", b"", lambda _: None, expiry_s=0),
        lambda: Outgoing("a", b"", lambda _: None, expiry_s=1 << 32),
    ],
)
def test_a_message_that_can_never_be_sent_is_refused_where_it_is_made(mistake: Callable[[], Outgoing]) -> None:
    """It would otherwise stand at the head of the queue for ever."""
    with pytest.raises(ValueError, match=r"no topic|quality of service|expire"):
        mistake()
