"""For technicians: devices in words, and bad messages that are harmless to look at."""

import inspect
import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from devices.contract import codec
from hub import ingest
from hub.domain.meetings import Door
from hub.domain.words import Words
from hub.ports import DeviceRecord, Store
from hub.usecases import check_in
from hub.usecases.quarantine import Unusable, quarantine
from hub.web.device_lines import Devices, State, lines, state
from hub.web.quarantine_lines import MOST, harmless
from tests.hub.web.scene import EN, NOW, TONGUES, ZH, page

DOORS = {"kiosk-1": Door(device="kiosk-1", name=Words("东门", "East Gate"))}


def record(**changes: Any) -> DeviceRecord:  # noqa: ANN401 - any field of a record
    """Return a kiosk that is well."""
    values: dict[str, Any] = {
        "id": "kiosk-1",
        "status": "online",
        "status_at": NOW - timedelta(hours=1),
        "seen_at": NOW - timedelta(seconds=5),
        "model": "Raspberry Pi 5",
        "software": "0.1.0",
        "health": {"unacked": 0, "oldest_s": 0.0, "roster": 40, "camera_ok": True, "frames_per_s": 14.6, "cpu_c": 51.0},
    }
    return DeviceRecord(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, State.ONLINE),
        ({"seen_at": NOW - timedelta(seconds=46)}, State.SILENT),
        ({"status": "stopping"}, State.STOPPED),
        ({"status": "offline"}, State.OFFLINE),
        ({"status": "something new"}, State.OFFLINE),
        ({"seen_at": None, "status_at": None}, State.NEVER),
        ({"seen_at": NOW + timedelta(hours=1)}, State.ONLINE),
    ],
)
def test_a_device_has_one_state_word(changes: dict[str, Any], expected: State) -> None:
    """Doubt comes before offline; a clean stop is no fault; a wrong clock is no reason for an alarm."""
    assert state(record(**changes), NOW) is expected


def test_a_device_tells_what_a_technician_asks() -> None:
    """State since when, last sign of life, what waits, camera, roster, software (T2, T12)."""
    line = lines(Devices([record()], DOORS, 44), EN, NOW)[0]
    assert (line.name, line.state, line.unsent) == ("East Gate", State.ONLINE, 0)
    assert line.camera == "well, 15 frames/s"
    assert line.roster == "4 changes behind"
    assert line.about == "Raspberry Pi 5 · 0.1.0"
    assert ("Temperature", "51 °C") in line.measures
    assert line.worries == ()


@pytest.mark.parametrize(
    ("health", "worry"),
    [
        ({"unacked": 3, "oldest_s": 61.0}, "unsent"),
        ({"camera_ok": False}, "camera"),
        ({"clock": "unsynced"}, "clock"),
        ({"cpu_c": 85}, "heat"),
        ({"disk_free_mb": 200}, "disk"),
        ({"disk_free_mb": 0}, "disk"),
        ({"page_s": 31.0}, "page"),
        ({"power_low": True, "slowed": True}, "power"),
        ({"slowed": True}, "slowed"),
    ],
)
def test_what_is_wrong_is_said_as_a_sentence(health: dict[str, object], worry: str) -> None:
    """One sentence a worry, with the remedy, in both languages."""
    for tongue in TONGUES:
        line = lines(Devices([record(health=health)], DOORS, 0), tongue, NOW)[0]
        assert line.worries == (tongue.say(f"device.worry.{worry}"),)


def test_a_kiosk_tells_how_its_page_and_its_program_are() -> None:
    """Memory, the page's last sign of life, and for how long it runs (T12)."""
    health = {"memory_mb": 96, "page_s": 2.4, "up_s": 7_384, "power_low": False, "slowed": False}
    line = lines(Devices([record(health=health)], DOORS, 0), EN, NOW)[0]
    assert line.measures == (("Memory used", "96 MB"), ("Guest page", "seen 2 s ago"), ("Running for", "2 h 3 min"))
    assert line.worries == ()


@pytest.mark.parametrize("health", [None, {}, {"unacked": "many", "camera_ok": None, "cpu_c": True, "roster": []}])
def test_strange_health_is_no_error(health: dict[str, object] | None) -> None:
    """What a device does not tell, or tells wrongly, is not made up."""
    line = lines(Devices([record(health=health)], {}, 0), ZH, NOW)[0]
    assert line.unsent is None
    assert line.roster == "未上报"


def test_a_door_without_a_sign_of_life_is_listed(client: FlaskClient, house: Store) -> None:
    """A kiosk that never connected is what a technician looks for on the morning."""
    with house.write() as tx:
        tx.devices.save(record(seen_at=NOW - timedelta(days=2)))
    text = page(client.get("/rooms"))
    assert "从未连接" in text
    assert "疑似掉线" in text
    assert "11月29日 星期日 09:20" in text
    assert "2 天前" in text


def test_quarantined_input_is_shown_with_its_reason_and_harmlessly(client: FlaskClient, house: Store) -> None:
    """Reason in words, device, topic, field, and the first 200 bytes as text that does nothing."""
    payload = b"<script>alert(1)</script>\x00\xff\xe2\x80\xae" + b"x" * 400
    bad = Unusable(
        device="kiosk-9",
        leaf="up/checkin",
        reason="unknown_device",
        detail="kiosk-9 is not known",
        field="lookup",
        payload=payload,
    )
    with house.write() as tx:
        quarantine(tx, bad, now=NOW, ids=lambda: "q-1")
        quarantine(tx, Unusable(device="", leaf="", reason="brand_new", detail=""), now=NOW, ids=lambda: "q-2")
    text = page(client.get("/rooms"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x00\\xff\\u202e" in text
    for words in ("未登记的设备", "kiosk-9", "up/checkin", "lookup", "无法处理", "brand_new"):
        assert words in text
    assert "只显示前 200 字节，共 430 字节" in text
    client.set_cookie("yingbin_language", "en")
    assert "A device nobody enrolled" in page(client.get("/rooms"))


def test_a_storm_of_bad_messages_is_cut_and_says_so(client: FlaskClient, house: Store) -> None:
    """The newest only."""
    with house.write() as tx:
        for number in range(MOST + 20):
            bad = Unusable(device="kiosk-1", leaf="tele", reason="not_json", detail=str(number))
            quarantine(tx, bad, now=NOW + timedelta(seconds=number), ids=partial("q-{}".format, number))
    text = page(client.get("/rooms"))
    assert text.count('<li id="q-') == MOST
    assert f"只显示最近 {MOST} 条" in text
    assert text.index('id="q-q-69"') < text.index('id="q-q-68"')


def test_every_reason_of_the_codec_and_the_ingest_is_told_in_words() -> None:
    """A new reason must get its words here; the page would call it only unusable."""
    sources = "".join(inspect.getsource(module) for module in (codec, ingest, check_in))
    reasons = set(re.findall(r'(?:_refuse|UnreadableMessage)\("(\w+)"', sources))
    reasons |= set(re.findall(r'return "(\w+)"$', sources, re.MULTILINE))
    reasons |= set(re.findall(r'_quarantine\(tx, message, "(\w+)"', sources))
    assert len(reasons) > 15
    for tongue in TONGUES:
        assert not [reason for reason in reasons if not tongue.say_or(f"quarantine.reason.{reason}", "")]


def test_harmless_keeps_words_and_escapes_the_rest() -> None:
    """Chinese is readable; control and direction characters stand as what they are."""
    assert harmless("签到\n\t\u202e\x1b[31m".encode()) == "签到\\n\\t\\u202e\\x1b[31m"
    assert harmless(b"\xe7\xad") == "\\xe7\\xad"
