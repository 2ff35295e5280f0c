import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contract import codec
from devices.contract.cards import GroupCard, GuestCard, Member, SeatLabel, Words
from devices.contract.codec import UnreadableMessage
from devices.contract.envelope import Envelope
from devices.contract.messages import DEVICE_MESSAGES, Answer, CheckInEvent, CodeKind, Heartbeat, Reply, Verdict

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
AT = datetime(2026, 12, 31, 1, 2, 3, 456_000, tzinfo=UTC)
EVENT = CheckInEvent(
    id=ID,
    ts=AT,
    boot=ID,
    seq=1,
    lookup="0" * 32,
    kind=CodeKind.SHORT,
    verdict=Verdict.WELCOME,
    offline=False,
    mono_ms=5,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def changed(**changes: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return the event's JSON with fields changed; Ellipsis takes a field away."""
    fields = json.loads(codec.encode(EVENT)) | changes
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


def refused(data: bytes, kind: type[Envelope] = CheckInEvent) -> UnreadableMessage:
    """Return why bytes are refused."""
    with pytest.raises(UnreadableMessage) as caught:
        codec.decode(data, kind)
    return caught.value


def test_a_message_comes_back_as_it_was() -> None:
    """Writing and reading are each other's inverse, nested parts and absent ones included."""
    card = GuestCard(invitation=ID, meeting="m", name="王建国", salutation=Words(zh="王总", en="Mr Wang"))
    answers = (
        Answer(id=ID, verdict=Verdict.WELCOME, card=card),
        Answer(id=ID, verdict=Verdict.UNKNOWN, accepted=False),
    )
    reply = Reply(id=ID, ts=AT, boot=ID, seq=9, incarnation=ID, replies=answers)
    assert codec.decode(codec.encode(EVENT), CheckInEvent) == EVENT
    assert codec.decode(codec.encode(reply), Reply) == reply


def test_times_travel_in_utc_whatever_zone_they_had() -> None:
    """An instant is an instant: 09:02 in Shanghai is 01:02 UTC on the wire."""
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    assert b'"ts":"2026-12-31T01:02:03.456Z"' in codec.encode(replace(EVENT, ts=shanghai))
    assert codec.decode(changed(ts="2026-12-31T09:02:03.456+08:00"), CheckInEvent).ts == AT


def test_unknown_fields_are_ignored_within_a_version() -> None:
    """A newer kiosk may say more than this hub knows."""
    assert codec.decode(changed(colour="jade"), CheckInEvent) == EVENT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_json"),
        (b"hello", "not_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"x"', "not_an_object"),
        (b"{" + b" " * 20_000 + b"}", "too_large"),
        (b'{"v":1,"v":1}', "duplicate_key"),
        (b'{"v":NaN}', "not_a_number"),
        (b'{"v":-Infinity}', "not_a_number"),
        (b'{"v":' + b"9" * 5000 + b"}", "out_of_range"),
        (b"[" * 8000, "too_deep"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "too_deep"),
        ("{}".encode("utf-16"), "not_utf8"),
        (b'{"v":1,"id":"\xff"}', "not_utf8"),
        (codec.encode(EVENT)[:-20], "not_json"),
    ],
)
def test_bytes_that_are_no_message_are_refused_with_a_stable_reason(data: bytes, reason: str) -> None:
    """Truncated, oversized, foreign and hostile bytes each have their own word."""
    assert refused(data).reason == reason


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"v": 2}, "wrong_version", "v"),
        ({"v": ...}, "wrong_version", "v"),
        ({"id": ...}, "missing", "id"),
        ({"id": 7}, "wrong_type", "id"),
        ({"id": "7"}, "wrong_form", "id"),
        ({"id": ID.upper()}, "wrong_form", "id"),
        ({"seq": "1"}, "wrong_type", "seq"),
        ({"seq": True}, "wrong_type", "seq"),
        ({"seq": 1.0}, "wrong_type", "seq"),
        ({"seq": -1}, "out_of_range", "seq"),
        ({"seq": 2**60}, "out_of_range", "seq"),
        ({"offline": 0}, "wrong_type", "offline"),
        ({"verdict": "let_me_in"}, "unknown_word", "verdict"),
        ({"verdict": None}, "unknown_word", "verdict"),
        ({"ts": "yesterday"}, "wrong_form", "ts"),
        ({"ts": "2026-12-31T01:02:03"}, "wrong_form", "ts"),
        ({"ts": "0001-01-01T00:00:00+23:59"}, "out_of_range", "ts"),
        ({"lookup": "0" * 33}, "too_long", "lookup"),
        ({"meeting": "a b"}, "wrong_form", "meeting"),
        ({"meeting": "a\u0000"}, "wrong_form", "meeting"),
        ({"signed": []}, "wrong_type", "signed"),
        ({"signed": {"key_id": 1, "meeting": "1"}}, "missing", "signed.invitation"),
    ],
)
def test_a_wrong_field_is_named_with_the_reason(changes: dict[str, Any], reason: str, field: str) -> None:
    """A technician reads which field it was and why."""
    problem = refused(changed(**changes))
    assert (problem.reason, problem.field) == (reason, field)


def test_half_a_surrogate_pair_is_refused() -> None:
    """Such a text could not be stored or shown later."""
    data = changed(meeting="X").replace(b'"X"', b'"\\ud800"')
    assert refused(data).reason == "wrong_form"


def test_too_many_entries_are_refused() -> None:
    """Lists are bounded like everything else."""
    entry = {"id": ID, "verdict": "welcome"}
    envelope = {"v": 1, "id": ID, "ts": "2026-12-31T01:02:03Z", "boot": ID, "seq": 1, "incarnation": ID}
    data = json.dumps(envelope | {"replies": [entry] * 201}, separators=(",", ":")).encode()
    assert refused(data, Reply).reason == "too_many"


def test_nothing_larger_than_the_wire_allows_is_written() -> None:
    """The sender notices, not the broker."""
    answers = tuple(Answer(id=ID, verdict=Verdict.WELCOME) for _ in range(300))
    with pytest.raises(UnreadableMessage, match="16384"):
        codec.encode(Reply(id=ID, ts=AT, boot=ID, seq=1, incarnation=ID, replies=answers))


def test_a_naive_time_is_never_written() -> None:
    """Which zone it meant, nobody could tell later."""
    with pytest.raises(ValueError, match="zone"):
        codec.encode(replace(EVENT, ts=AT.replace(tzinfo=None)))


@settings(max_examples=300)
@given(
    st.sampled_from([kind for kinds in DEVICE_MESSAGES.values() for kind in kinds]),
    st.dictionaries(st.text(max_size=8), JSON, max_size=8),
)
def test_any_json_is_read_or_refused_and_nothing_else(kind: type[Envelope], fields: dict[str, Any]) -> None:
    """Whatever arrives, the reader never fails in another way."""
    data = json.dumps({"v": 1, "id": ID, "boot": ID, "seq": 1} | fields).encode()
    with suppress(UnreadableMessage):
        codec.decode(data, kind)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    """Whatever arrives, the reader never fails in another way."""
    with pytest.raises(UnreadableMessage):
        codec.decode(data, Heartbeat)


def test_a_card_written_briefly_reads_as_the_same_card() -> None:
    """What holds its default is left out, at every depth; what differs is there, and a false one too."""
    first = GuestCard(invitation="i", meeting="m", name="王", salutation=Words(zh="王总", en=""), vip=True)
    second = replace(first, vip=False, seat=SeatLabel(zone="A", row="1", number="2"), status="revoked")
    members = tuple(Member(lookup="0" * 32, card=card) for card in (first, second))
    group = GroupCard(key="g", meeting="m", name=Words(zh="腾云", en="Tengyun"), members=members)
    written = codec.dump_briefly(group)
    assert codec.load_card(written, GroupCard) == group
    assert "step_free" not in written
    assert json.loads(written)["members"][1]["card"]["seat"] == {"zone": "A", "row": "1", "number": "2"}


def beat(**readings: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return an agent's heartbeat with these readings."""
    pulse = Heartbeat(id=ID, ts=AT, boot=ID, seq=1, max_seq=0, unacked=0, oldest_s=0, mono_ms=5, readings={})
    return json.dumps(json.loads(codec.encode(pulse)) | {"readings": readings}).encode()


def test_readings_are_numbers_words_or_unknown() -> None:
    """What an instrument does not know is said, not left out."""
    readings = {"co2": 612.5, "lights": "on", "tea_weight": None}
    pulse = codec.decode(beat(**readings), Heartbeat)
    assert pulse.readings == readings
    assert codec.decode(codec.encode(pulse), Heartbeat) == pulse


@pytest.mark.parametrize(
    ("data", "reason", "field"),
    [
        (beat(co2=True), "wrong_type", "readings.co2"),
        (beat(co2=[1]), "wrong_type", "readings.co2"),
        (beat(co2=1).replace(b": 1}", b": NaN}"), "not_a_number", ""),
        (beat(co2=1).replace(b": 1}", b": 1e999}"), "wrong_type", "readings.co2"),
        (beat(lights="x" * 65), "too_long", "readings.lights"),
        (beat(**{f"p{number}": 1 for number in range(65)}), "too_many", "readings"),
        (beat(**{"a b": 1}), "wrong_form", "readings"),
    ],
)
def test_readings_of_another_form_are_refused_with_the_field(data: bytes, reason: str, field: str) -> None:
    """No truth values, no NaN, no essays, 64 at most."""
    problem = refused(data, Heartbeat)
    assert (problem.reason, problem.field) == (reason, field)
