"""Staff see what was told to guests who are not here, and whom to call instead."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.guest_messages import GuestMessage, MessageKind, MessageState, Standing
from hub.ports import Store
from hub.usecases.send_messages import keep
from hub.web.language import Tongue
from tests.hub.web.scene import EN, NOW, OURS, PROGRAM, ZH, on_duty, page, person

CHANGED = {
    "old_starts_at": "2026-12-01T02:00:00.000Z",
    "new_starts_at": "2026-12-01T03:00:00.000Z",
    "old_room_zh": "大厅",
    "old_room_en": "Grand Hall",
    "new_room_zh": "云厅",
    "new_room_en": "Cloud Hall",
}


def message(number: int, kind: MessageKind, **changes: object) -> GuestMessage:
    """Return a message to guest ``number``."""
    fields: dict[str, object] = {
        "id": f"msg-{number}",
        "kind": kind,
        "dedupe": f"{number}",
        "invitation": f"inv-{number}",
        "created_at": NOW,
        "pointless_at": NOW,
    }
    return GuestMessage(**(fields | changes))  # type: ignore[arg-type]  # fields of every kind


def write_to_all(store: Store) -> None:
    """Keep one message in each state, and one of each kind."""
    up = MessageState.GIVEN_UP
    with store.write() as tx:
        one = person(1, phone="13800000001")
        tx.guests.change(one.guest, one.invitation)
        pick_up = {"greeter": "陈明", "greeter_phone": "139", "at": "2026-12-01T00:10:00Z", "place_zh": "虹桥站"}
        tx.guest_messages.put(
            [
                message(1, MessageKind.CHANGED, facts=CHANGED, state=up, problem="refused: 550 no such user"),
                message(2, MessageKind.PICK_UP, facts=pick_up, state=up, problem="no_address"),
                message(3, MessageKind.REMINDER, problem="put_off: 450 later"),
                message(4, MessageKind.PROGRESS, facts={"what_zh": "调高温度", "what_en": "warmth", "state": "done"}),
                message(5, MessageKind.TO_BE_CONFIRMED, state=MessageState.SENT, sent_at=NOW, channel="mail"),
                message(6, MessageKind.REMINDER, invitation="inv-5", state=up, problem="arrived"),
            ]
        )


@pytest.mark.parametrize(
    ("tongue", "gist"),
    [(ZH, "开始：12月1日 星期二 10:00 → 12月1日 星期二 11:00"), (EN, "room: Grand Hall → Cloud Hall")],
)
def test_who_calls_knows_whom_about_what_and_why(client: FlaskClient, house: Store, tongue: Tongue, gist: str) -> None:
    """The number to call, what has changed, and what the mail server said; what nobody needs is only counted."""
    write_to_all(house)
    client.set_cookie("yingbin_language", tongue.language)
    told = page(client.get("/staff/messages"))
    assert 'href="tel:13800000001"' in told
    assert gist in told
    assert "550 no such user" in told
    assert tongue.say("messages.list.call", n=2) in told
    assert tongue.say("messages.list.waiting", n=2) in told
    assert tongue.say("messages.needless", n=1) in told
    assert tongue.say("messages.no_phone") in told


def test_a_call_is_noted_with_who_made_it_and_once(client: FlaskClient, house: Store) -> None:
    """The second who taps hears that it was done."""
    write_to_all(house)
    on_duty(client)
    assert client.post("/staff/messages/msg-1/told", headers=OURS).status_code == 303
    assert client.post("/staff/messages/msg-1/told", headers=PROGRAM).status_code == 409
    assert client.post("/staff/messages/msg-3/told", headers=PROGRAM).status_code == 409
    assert client.post("/staff/messages/nobody/told", headers=PROGRAM).status_code == 404
    with house.read() as tx:
        found = tx.guest_messages.get("msg-1")
        assert tx.guest_messages.counts()[Standing.CALL] == 1
    assert found is not None
    assert (found.state, found.channel, found.sent_at) == (MessageState.SENT, "telephone", NOW)


def test_nobody_without_a_name_notes_a_call(client: FlaskClient, house: Store) -> None:
    """Each change has an actor (I12)."""
    write_to_all(house)
    assert client.post("/staff/messages/msg-1/told", headers=PROGRAM).status_code == 400


@pytest.mark.browser
def test_the_page_and_the_count_follow_what_happens(visit: Callable[..., Page], house: Store) -> None:
    """A message that could not go out appears by itself, here and beside the tasks."""
    messages, staff = visit("/staff/messages"), visit("/staff", language="en")
    expect(messages.locator(".messages.call li")).to_have_count(0)
    with house.write() as tx:
        tx.guest_messages.put([message(1, MessageKind.REMINDER)])
        keep(tx, message(1, MessageKind.REMINDER, state=MessageState.GIVEN_UP, problem="no_channel"))
    expect(messages.locator(".messages.call li")).to_have_count(1)
    expect(staff.get_by_text("1 to call")).to_be_visible()
    messages.get_by_role("button", name="已致电").click()
    expect(messages.locator(".messages.call li")).to_have_count(0)
    expect(messages.locator(".messages.sent li")).to_have_count(1)
