import threading
from collections.abc import Callable
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.messages import (
    Answer,
    Need,
    Progress,
    Reply,
    Request,
    RequestAnswer,
    RequestKind,
    Run,
    Status,
    Verdict,
)
from devices.contract.topics import Leaf, topic
from devices.ports import Received
from tests.kiosk.cards import HUB, MORNING, guest_item, page, usual_page
from tests.kiosk.uplinked import MACHINE, SITE, Kiosk, stamp

Wait = Callable[[Callable[[], object]], None]


def test_a_guest_waits_for_the_hub_only_as_long_as_it_may_answer(kiosk: Kiosk) -> None:
    """Without a hub the kiosk's own answer is shown at once."""
    event = kiosk.record()
    assert kiosk.uplink.ask(event, within_s=60) is None
    kiosk.hub_is(Status.ONLINE)
    assert kiosk.uplink.hub_reachable
    kiosk.hub_is(Status.OFFLINE)
    assert not kiosk.uplink.hub_reachable


def test_the_hub_s_word_reaches_the_guest_who_waits(kiosk: Kiosk) -> None:
    """The reply is handed over on the spot, before anything is written."""
    kiosk.hub_is(Status.ONLINE)
    event = kiosk.record()

    def answer_at_once(*_: Any, **__: Any) -> None:  # noqa: ANN401 - the port's own
        kiosk.hub_says(Answer(id=event.id, verdict=Verdict.ALREADY_IN))

    kiosk.wire.publish_soon = answer_at_once  # type: ignore[method-assign]  # the wire answers inside the call
    answer = kiosk.uplink.ask(event, within_s=60)
    assert answer is not None
    assert answer.verdict is Verdict.ALREADY_IN


def test_a_late_word_is_passed_on(kiosk: Kiosk, wait_until: Wait) -> None:
    """If that guest still stands there, the screen may follow."""
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: [one.id for one in kiosk.late] == [event.id])


def test_a_kiosk_announces_itself_at_every_connection(kiosk: Kiosk) -> None:
    """A broker that lost what it kept, and a Home Assistant that came later, hear of it again."""
    for _ in range(2):
        kiosk.uplink.connected()
    said = [payload for where, payload in kiosk.wire.sent if where == "homeassistant/device/kiosk-1/config"]
    assert said[-2:] == [b"{}", b"{}"]


def test_the_roster_is_asked_for_until_it_is_complete(kiosk: Kiosk, wait_until: Wait) -> None:
    """The hub's state names the newest position; pages follow each other up to it."""
    kiosk.hub_is(Status.ONLINE, roster=5)

    def cursors() -> list[int | None]:
        requests = [codec.decode(payload, Request) for payload in kiosk.wire.of(Leaf.UP_REQUEST)]
        return [one.cursor for one in requests if one.kind is RequestKind.ROSTER]

    wait_until(lambda: 0 in cursors())
    first = usual_page()
    kiosk.hear(Leaf.DOWN_ROSTER, page(*first.items, head=5))
    wait_until(lambda: 3 in cursors())
    kiosk.hear(Leaf.DOWN_ROSTER, page(guest_item(5), cursor=3))
    wait_until(lambda: kiosk.roster.cursor() == 5)


def test_the_pulse_tells_what_waits_and_how_the_eye_is(kiosk: Kiosk, wait_until: Wait) -> None:
    """The technician sees unsent check-ins before anybody misses them."""
    kiosk.record()
    kiosk.uplink.connected()
    wait_until(lambda: any(one.max_seq == 1 for one in kiosk.pulses()))
    pulse = kiosk.pulses()[-1]
    assert (pulse.max_seq, pulse.unacked, pulse.camera_ok, pulse.frames_per_s) == (1, 1, True, 14.5)


@pytest.mark.parametrize(
    ("leaf", "payload", "retained"),
    [
        (Leaf.DOWN_REPLY, b"", False),
        (Leaf.DOWN_REPLY, b"\xff\xfe", False),
        (Leaf.DOWN_REPLY, b"[" * 9_000, False),
        (Leaf.DOWN_ROSTER, b'{"v":1}', False),
        (Leaf.DOWN_ROSTER, b"x" * 100_000, False),
        (Leaf.DOWN_COMMAND, b"{}", False),
        (Leaf.STATE, b"{}", True),
    ],
)
def test_nonsense_from_the_wire_is_dropped_and_counted(
    kiosk: Kiosk,
    leaf: Leaf,
    payload: bytes,
    retained: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The link's thread lives on, and so does the next guest."""
    kiosk.uplink.received(Received(topic(SITE, "kiosk-1", leaf), payload, retained=retained))
    kiosk.uplink.received(Received("no/topic/of/ours", payload))
    assert kiosk.uplink.dropped == 2


def test_the_pulse_names_the_machine_the_runs_and_what_a_person_must_see_to(kiosk: Kiosk, wait_until: Wait) -> None:
    """From it the hub finds gaps, puts times right, and opens tasks."""
    kiosk.needs = (Need.OUTBOX_FILLING,)
    for _ in range(2):
        kiosk.record()
    kiosk.uplink.connected()
    wait_until(lambda: any(one.max_seq == 2 for one in kiosk.pulses()))
    pulse = kiosk.pulses()[-1]
    assert pulse.runs == (Run(boot=kiosk.identity.boot, first=1, last=2),)
    assert (pulse.machine, pulse.mono_ms, pulse.needs) == (MACHINE, kiosk.clock.ms, (Need.OUTBOX_FILLING,))


def test_only_what_the_hub_says_live_tells_the_time(kiosk: Kiosk) -> None:
    """A state that the broker kept is as old as the last change."""
    kiosk.hub_is(Status.ONLINE)
    assert kiosk.heard == []
    kiosk.hub_says()
    kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
    assert kiosk.heard == [MORNING, MORNING]


def test_what_a_guest_asks_for_is_answered_on_the_link_s_thread_and_sent_again_until_then(
    kiosk: Kiosk, wait_until: Wait
) -> None:
    """The same request, each second; every answer is also told on, for the screen to follow."""
    wish = Request(**kiosk.identity.stamp(), kind=RequestKind.FIND, text="WJG")
    assert kiosk.uplink.request(wish, 60) is None, "the hub is away"
    kiosk.hub_is(Status.ONLINE)
    answers: list[RequestAnswer | None] = []
    waiting = threading.Thread(target=lambda: answers.append(kiosk.uplink.request(wish, 600)))
    waiting.start()

    def sent() -> list[Request]:
        found = [codec.decode(payload, Request) for payload in kiosk.wire.of(Leaf.UP_REQUEST)]
        return [one for one in found if one.kind is RequestKind.FIND]

    wait_until(lambda: len(sent()) >= 2)
    assert set(sent()) == {wish}
    answer = RequestAnswer(id=wish.id, progress=Progress.ANSWERED, more=True)
    kiosk.hear(Leaf.DOWN_REPLY, Reply(**stamp(), incarnation=HUB, replies=(), requests=(answer,)))
    waiting.join()
    assert answers == kiosk.news == [answer]
