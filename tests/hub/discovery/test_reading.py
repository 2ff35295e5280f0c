import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.discovery import Message, PointReader, Said, Unusable
from hub.discovery.limits import STATE_BYTES
from tests.hub.discovery.said import NOW, hear, sensor


def words(of: PointReader, *payloads: str) -> list[str | None]:
    """Return the words of a reader's answers, None where it takes nothing."""
    said = [hear(of, payload) for payload in payloads]
    return [None if each is None else each.text for each in said]


@pytest.mark.parametrize(
    ("payload", "value"),
    [("21.5", 21.5), (" 21.5\n", 21.5), ("-7", -7.0), ("1e3", 1000.0), ("0", 0.0), ("+4", 4.0)],
)
def test_a_number_is_read(payload: str, value: float) -> None:
    """As Python reads numbers, blanks around them left out."""
    assert hear(sensor(unit_of_measurement="kg"), payload) == Said(value, "")


@pytest.mark.parametrize(
    "payload",
    [
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e999",
        "1e16",
        "-2e15",
        "12,5",
        "0x1f",
        "on",
        "",
        "null",
        "1" * 300,
        "unavailable",
    ],
)
def test_what_is_no_measurement_leaves_the_old_value(payload: str) -> None:
    """nan, inf, a counter run wild, words."""
    assert hear(sensor(unit_of_measurement="kg"), payload) is None


@pytest.mark.parametrize(
    "options",
    [
        {"unit_of_measurement": "x"},
        {"state_class": "measurement"},
        {"suggested_display_precision": 1},
        {"device_class": "weight"},
    ],
)
def test_unit_class_or_precision_make_a_sensor_numeric(options: dict[str, Any]) -> None:
    """Then a word is no value of it."""
    assert words(sensor(**options), "word") == [None]
    assert hear(sensor(), "word") == Said(None, "word")


def test_options_bound_the_words() -> None:
    """As Home Assistant since 2025."""
    assert words(sensor(device_class="enum", options=["idle", "run"]), "idle", "stop", "None") == ["idle", None, ""]


def test_an_absurdly_long_word_is_refused() -> None:
    """255 characters, as Home Assistant; no NUL, which databases refuse."""
    assert words(sensor(), "x" * 255, "x" * 256, "a\0b") == ["x" * 255, None, None]


def test_a_word_that_no_database_takes_is_refused() -> None:
    """A template may write half a surrogate pair, or NUL, by its escape."""
    assert words(sensor(value_template=r'{{ "\ud800" }}'), "x") == [None]
    assert words(sensor(value_template=r'{{ "\x00" }}'), "x") == [None]


def test_instants_need_a_zone_and_dates_do_not() -> None:
    """An instant without a zone could be any of 26."""
    said = words(sensor(device_class="timestamp"), "2026-11-22T09:00:00+08:00", "2026-11-22T09:00:00", "soon", "None")
    assert said == ["2026-11-22T09:00:00+08:00", None, "", ""]
    assert words(sensor(device_class="date"), "2026-11-22", "soon") == ["2026-11-22", ""]


def test_a_payload_too_long_or_not_utf_8_says_nothing() -> None:
    """It is not decoded at all."""
    assert hear(sensor(), b"\xff") is None
    assert hear(sensor(), b"x" * (STATE_BYTES + 1)) is None
    assert hear(sensor(value_template="{{ value[0] }}"), b"x" * 1_000_000) is None


def test_another_encoding_is_read_in_it() -> None:
    """Chinese devices send GB 18030."""
    assert hear(sensor(encoding="gb18030"), "茶".encode("gb18030")) == Said(None, "茶")


def test_another_topic_says_nothing() -> None:
    """Its door may hand it anything."""
    assert sensor().hear_state("b", b"x", retained=False, now=NOW) is None


def test_a_switch_may_have_other_words_for_its_states_than_for_its_commands() -> None:
    """``state_on`` before ``payload_on``."""
    plain = PointReader("switch", {"state_topic": "a", "command_topic": "c"})
    assert words(plain, "ON", "OFF", "None", "on", "") == ["on", "off", "", None, None]
    other = PointReader("switch", {"state_topic": "a", "command_topic": "c", "state_on": "1", "state_off": "0"})
    assert words(other, "1", "0", "ON") == ["on", "off", None]


def test_a_switch_without_a_state_topic_listens_to_nothing() -> None:
    """It can only be told."""
    assert PointReader("switch", {"command_topic": "c"}).state_topics == frozenset()


def test_binary_payloads_of_its_own_words() -> None:
    """Compared exactly."""
    door = PointReader("binary_sensor", {"state_topic": "a", "payload_on": "true", "payload_off": "false"})
    assert words(door, "true", "false", "ON", " true") == ["on", "off", None, None]
    silent = PointReader("binary_sensor", {"state_topic": "a", "payload_off": " "})
    assert words(silent, " ", "ON") == [None, "on"]


def test_a_number_outside_its_range_is_none() -> None:
    """Home Assistant ignores it with an error."""
    number = PointReader("number", {"state_topic": "a", "command_topic": "c", "min": 16, "max": 28})
    said = [hear(number, payload) for payload in ("16", "28.5", "22.5", "None", "", "x")]
    assert said == [Said(16.0, ""), None, Said(22.5, ""), Said(None, ""), None, None]


def test_a_trigger_fires_on_its_payload_only_and_never_on_a_kept_one() -> None:
    """Without a payload, on any message."""
    config = {"automation_type": "trigger", "topic": "a", "type": "action", "subtype": "single", "payload": "single"}
    button = PointReader("device_automation", config)
    assert words(button, "single", "double", "") == ["action single", None, None]
    assert hear(button, "single", retained=True) is None
    del config["payload"]
    assert words(PointReader("device_automation", config), "anything") == ["action single"]


def test_a_tag_is_read_and_never_a_kept_one() -> None:
    """Tasmota's PN532."""
    tag = PointReader("tag", {"topic": "a", "value_template": "{{ value_json.PN532.UID }}"})
    assert words(tag, '{"PN532":{"UID":"E9F35959"}}', '{"PN532":{}}', "x") == ["E9F35959", None, None]
    assert hear(tag, '{"PN532":{"UID":"E9F35959"}}', retained=True) is None


def test_an_update_says_which_version_is_installed() -> None:
    """Plain, or in JSON."""
    update = PointReader("update", {"state_topic": "a"})
    said = words(
        update, "1.2.0", '{"installed_version":"1.2.0","latest_version":"1.3.0"}', '{"latest_version":"1"}', "{}", ""
    )
    assert said == ["1.2.0", "1.2.0", None, None, None]


def test_a_climate_says_what_it_is_set_to_by_its_own_template_else_the_common_one() -> None:
    """As Home Assistant fills in ``value_template``."""
    config = {"temperature_state_topic": "a", "value_template": "{{ value_json.set }}"}
    assert hear(PointReader("climate", config), '{"set":22.5}') == Said(22.5, "")
    own = config | {"temperature_state_template": "{{ value_json.target }}"}
    assert hear(PointReader("climate", own), '{"target":23}') == Said(23.0, "")


@pytest.mark.parametrize("component", ["button", "light", "nothing"])
def test_what_gives_no_values_has_no_reader(component: str) -> None:
    """A button is pressed by us, a light is not used."""
    with pytest.raises(Unusable):
        PointReader(component, {"command_topic": "c"})


def test_a_failing_template_keeps_a_sensor_and_hands_a_switch_the_bare_payload() -> None:
    """Home Assistant's two ways; an error that is not the template's gives nothing in both."""
    template = {"state_topic": "a", "command_topic": "c", "value_template": "{{ value_json.a.b }}"}
    assert words(PointReader("sensor", template), "ON") == [None]
    assert words(PointReader("switch", template), "ON") == ["on"]
    assert words(PointReader("switch", template | {"value_template": "{{ value | float }}"}), "ON") == [None]


def test_a_message_is_read_as_json_once_for_all_its_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten points of one device cost one reading."""
    read: list[str] = []

    def counting(text: str) -> object:
        read.append(text)
        return json.loads(text)

    monkeypatch.setattr("hub.discovery.message.read_json", counting)
    message = Message(b'{"a":1,"b":2}')
    readers = [sensor(value_template=f"{{{{ value_json.{key} }}}}") for key in ("a", "b")]
    assert [hear(each, message) for each in readers] == [Said(None, "1"), Said(None, "2")]
    assert len(read) == 1


@pytest.mark.parametrize("name", ["ts", "timestamp", "time", "last_seen"])
@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (NOW.isoformat(), True),
        ("2026-11-22T08:56:00Z", True),
        ("2026-11-22T16:56:00+08:00", True),
        ((NOW - timedelta(minutes=4)).timestamp(), True),
        (round((NOW - timedelta(minutes=4)).timestamp() * 1000), True),
        ("2026-11-22T08:54:59Z", False),
        ("2026-11-22T09:05:01Z", False),
        ("2026-11-22T09:00:00", False),
        ("2006-11-22T09:00:00Z", False),
        ("2046-11-22T09:00:00Z", False),
        (0, False),
        (-1e300, False),
        (1e300, False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-14:00", False),
        (True, False),
        (None, False),
        ("now", False),
        ([], False),
    ],
)
def test_a_time_in_the_message_is_believed_within_five_minutes(name: str, said: object, believed: bool) -> None:  # noqa: FBT001
    """Only with its zone, or as epoch seconds or milliseconds; clocks may be 20 years off."""
    heard = hear(sensor(value_template="{{ value_json.x }}"), json.dumps({"x": "v", name: said}))
    assert heard is not None
    assert (heard.at is not None) is believed
    assert heard.at is None or heard.at.tzinfo is UTC


def test_availability_templates_and_payloads_of_its_own() -> None:
    """Junk and other topics change nothing."""
    config = {"availability_topic": "up", "payload_available": "1", "payload_not_available": "0"}
    plain = sensor(**config)
    seen = []
    for payload in (b"online", b"1", b"junk", b"0", b"\xff"):
        plain.hear_availability("up", payload)
        seen.append(plain.available)
    assert seen == [None, True, True, False, False]
    by_template = sensor(**config, availability_template="{{ value_json.up | int }}")
    by_template.hear_availability("up", b'{"up":true}')
    assert by_template.available is True
    by_template.hear_availability("other", b'{"up":false}')
    assert by_template.available is True


def test_what_never_says_whether_it_is_there_is_there() -> None:
    """As in Home Assistant."""
    assert sensor().available is True
    assert sensor().availability_topics == frozenset()


@given(payload=st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_any_payload_gives_a_sound_value_or_none(payload: bytes) -> None:
    """Of whatever kind the point is."""
    for of in (
        sensor(),
        sensor(unit_of_measurement="x"),
        sensor(value_template="{{ value_json.x | float }}", unit_of_measurement="x"),
        sensor(device_class="timestamp"),
        PointReader("update", {"state_topic": "a"}),
        PointReader("event", {"state_topic": "a", "event_types": ["x"]}),
    ):
        said = of.hear_state("a", payload, retained=False, now=NOW)
        assert said is None or said.value is None or abs(said.value) <= 1e15
        assert said is None or "\0" not in said.text
        of.hear_availability("a", payload)


def test_zone_of_the_clock_does_not_matter() -> None:
    """Instants are compared, not their writing."""
    said = json.dumps({"x": 1, "ts": NOW.isoformat()})
    east = NOW.astimezone(timezone(timedelta(hours=8)))
    heard = sensor(value_template="{{ value_json.x }}").hear_state("a", said.encode(), retained=False, now=east)
    assert heard is not None
    assert heard.at == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
