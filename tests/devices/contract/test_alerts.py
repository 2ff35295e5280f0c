"""What goes to a pager and comes back: small enough for its screen, and never taken for something else."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.alerts import GLANCE_COLUMNS, Act, Alert, AlertAction, AlertAnswer, Did, Ring
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import CommandResult
from devices.contract.limits import columns
from devices.contract.messages import ACKNOWLEDGEMENTS

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
AT = datetime(2026, 12, 31, 1, 2, 3, tzinfo=UTC)
ALERT = Alert(
    id=ID,
    ts=AT,
    boot=ID,
    seq=1,
    tag=ID,
    glance="VIP 王总到 · 3号门 · 请迎接",
    priority=1,
    ring=Ring.LOUD,
    actions=(AlertAction(did=Act.ACCEPT, label="接受"), AlertAction(did=Act.DONE, label="完成")),
    expires_at=AT + timedelta(minutes=2),
)
ANSWER = AlertAnswer(id=ID, ts=AT, boot=ID, seq=2, alert=ID, did=Did.ACCEPT)
RESULT = CommandResult(id=ID, ts=AT, boot=ID, seq=3, command=ID, ok=True)


def refused(**changes: Any) -> UnreadableMessage:  # noqa: ANN401 - any JSON value
    """Return why an alert with these fields is refused."""
    fields = json.loads(codec.encode(ALERT)) | changes
    with pytest.raises(UnreadableMessage) as caught:
        codec.decode(json.dumps(fields).encode(), Alert)
    return caught.value


def test_an_alert_and_its_answer_come_back_as_they_were() -> None:
    """Writing and reading are each other's inverse."""
    assert codec.decode(codec.encode(ALERT), Alert) == ALERT
    assert codec.decode(codec.encode(ANSWER), AlertAnswer) == ANSWER


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("", 0),
        ("VIP", 3),
        ("王总到", 6),
        ("，", 2),
        ("·", 1),
        ("Café", 4),
        ("Cafe\u0301", 4),
        ("Ａ", 2),
        ("ｱ", 1),
        ("🔔", 2),
    ],
)
def test_a_chinese_character_takes_two_columns_and_a_latin_letter_one(text: str, wide: int) -> None:
    """Full-width forms are wide, half-width ones narrow, and an accent stands on its letter."""
    assert columns(text) == wide


@pytest.mark.parametrize("full", ["王" * 24, "A" * 48, "王" * 23 + "AB"])
def test_a_full_glance_line_goes_and_one_sign_more_does_not(full: str) -> None:
    """24 Chinese characters or 48 Latin letters (S1)."""
    assert columns(full) == GLANCE_COLUMNS
    fields = json.loads(codec.encode(ALERT)) | {"glance": full}
    assert codec.decode(json.dumps(fields).encode(), Alert).glance == full
    problem = refused(glance=full + "A")
    assert (problem.reason, problem.field) == ("too_long", "glance")


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"glance": ""}, "wrong_form", "glance"),
        ({"glance": "two\nlines"}, "wrong_form", "glance"),
        ({"detail": "王" * 49}, "too_long", "detail"),
        ({"priority": 0}, "out_of_range", "priority"),
        ({"priority": 4}, "out_of_range", "priority"),
        ({"ring": "siren"}, "unknown_word", "ring"),
        ({"tag": "task-7"}, "wrong_form", "tag"),
        ({"expires_at": "2026-12-31T01:02:03"}, "wrong_form", "expires_at"),
        ({"actions": [{"did": "shown", "label": "?"}]}, "unknown_word", "actions[0].did"),
        ({"actions": [{"did": "accept", "label": ""}]}, "wrong_form", "actions[0].label"),
        ({"actions": [{"did": "accept", "label": "马上就到"}]}, "too_long", "actions[0].label"),
        ({"actions": [{"did": "accept", "label": "Accept"}] * 4}, "too_many", "actions"),
    ],
)
def test_what_no_pager_could_show_is_refused_by_name(changes: dict[str, Any], reason: str, field: str) -> None:
    """At most three answers (S2), three priorities, and texts that fit."""
    problem = refused(**changes)
    assert (problem.reason, problem.field) == (reason, field)


@pytest.mark.parametrize("message", [ANSWER, RESULT])
def test_an_answer_to_an_alert_and_one_to_a_command_are_told_apart(message: AlertAnswer | CommandResult) -> None:
    """Both come on up/ack; the field says what each is about."""
    assert codec.decode_one_of(codec.encode(message), ACKNOWLEDGEMENTS) == message


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"command": ID}, "two_in_one", "alert"),
        ({"alert": ...}, "missing", "command or alert"),
        ({"v": 2}, "wrong_version", "v"),
        ({"did": "ignored"}, "unknown_word", "did"),
        ({"did": ...}, "missing", "did"),
    ],
)
def test_an_answer_about_two_things_or_none_is_refused_by_name(
    changes: dict[str, Any], reason: str, field: str
) -> None:
    """Nobody guesses which of the two was meant."""
    fields = json.loads(codec.encode(ANSWER)) | changes
    data = json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()
    with pytest.raises(UnreadableMessage) as caught:
        codec.decode_one_of(data, ACKNOWLEDGEMENTS)
    assert (caught.value.reason, caught.value.field) == (reason, field)


@pytest.mark.parametrize("data", [b"[]", b"7", b"null", b"{", b"\xff", b" " * 20_000])
def test_no_bytes_surprise_the_reader_of_answers(data: bytes) -> None:
    """Whatever arrives, it is refused in the one known way."""
    with pytest.raises(UnreadableMessage):
        codec.decode_one_of(data, ACKNOWLEDGEMENTS)
