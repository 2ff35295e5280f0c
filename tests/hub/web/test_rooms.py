"""For technicians: devices in words, and bad messages that are harmless to look at."""

import base64
import inspect
import re
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from devices.contract import codec
from devices.contract.commands import CommandResult
from devices.ids import uuid7
from hub import discovery, ingest
from hub.device_ports import DeviceRecord
from hub.domain import announcing, publishers
from hub.domain.meetings import Door
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases import check_in
from hub.usecases.command_device import hear_answer, take_to_send
from hub.usecases.kiosk_health import State, state
from hub.usecases.quarantine import Unusable, quarantine
from hub.web.device_lines import Devices, lines
from hub.web.quarantine_lines import MOST, harmless
from tests.hub.web.scene import EN, NOW, PROGRAM, TONGUES, ZH, StillClock, on_duty, page

WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 "
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
        ({"battery": 14.0}, "battery"),
        ({"battery": 0.0}, "battery"),
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


def test_a_pager_tells_how_full_its_battery_is() -> None:
    """A technician sees which one to charge, and which are not there."""
    said = record(kind="pager", health={"battery": 87.0})
    line = lines(Devices([said], {}, 0), EN, NOW)[0]
    assert (line.measures, line.worries, line.screenshot) == ((("Battery", "87 %"),), (), None)


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
    text = page(client.get("/rooms/kiosks"))
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
    text = page(client.get("/rooms/waiting"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x00\\xff\\u202e" in text
    for words in ("未登记的设备", "kiosk-9", "up/checkin", "lookup", "无法处理", "brand_new"):
        assert words in text
    assert "只显示前 200 字节，共 430 字节" in text
    client.set_cookie("yingbin_language", "en")
    assert "A device nobody enrolled" in page(client.get("/rooms/waiting"))


def test_a_storm_of_bad_messages_is_cut_and_says_so(client: FlaskClient, house: Store) -> None:
    """The newest only."""
    with house.write() as tx:
        for number in range(MOST + 20):
            bad = Unusable(device="kiosk-1", leaf="tele", reason="not_json", detail=str(number))
            quarantine(tx, bad, now=NOW + timedelta(seconds=number), ids=partial("q-{}".format, number))
    text = page(client.get("/rooms/waiting"))
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


def test_every_reason_why_an_announcement_is_refused_is_told_in_words() -> None:
    """What discovery cannot read, and what a publisher may not do."""
    folder = Path(inspect.getfile(discovery)).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    text += "".join(inspect.getsource(module) for module in (announcing, publishers))
    reasons = set(re.findall(r'(?:Unusable|Trespass|Refusal|_refuse)\(\s*"(\w+)"', text))
    assert len(reasons) > 12
    for tongue in TONGUES:
        assert not [reason for reason in reasons if not tongue.say_or(f"quarantine.reason.{reason}", "")]


def test_harmless_keeps_words_and_escapes_the_rest() -> None:
    """Chinese is readable; control and direction characters stand as what they are."""
    assert harmless("签到\n\t\u202e\x1b[31m".encode()) == "签到\\n\\t\\u202e\\x1b[31m"
    assert harmless(b"\xe7\xad") == "\\xe7\\xad"


USED = {"minutes": 15, "scans": 42, "p50_ms": 61, "p95_ms": 240, "busy": 0.385, "row": 3, "longest_row": 9}


def test_a_kiosk_tells_how_guests_use_it() -> None:
    """Scan to result, and guests one after another, called what they are (R92)."""
    line = lines(Devices([record(health={"usage": USED})], DOORS, 0), EN, NOW)[0]
    assert line.measures == (
        ("Last 15 minutes", "42 scans, in use 38% of the time"),
        ("From scan to result", "half ≤ 61 ms, 95% ≤ 240 ms"),
        ("One after another", "3 guests now, 9 at most"),
    )
    away = lines(Devices([record(status="offline", health={"usage": USED})], DOORS, 0), EN, NOW)[0]
    assert away.measures == (), "its last minutes were not the last"
    quiet = USED | {"scans": 0, "p50_ms": None, "p95_ms": None}
    line = lines(Devices([record(health={"usage": quiet})], DOORS, 0), EN, NOW)[0]
    assert "From scan to result" not in dict(line.measures)


def test_kiosks_figures_are_told_to_prometheus(client: FlaskClient, house: Store) -> None:
    """A series for each kiosk that is there; none that a kiosk said an hour ago."""
    with house.write() as tx:
        tx.devices.save(record(health={"usage": USED}))
        tx.devices.save(record(id="kiosk-2", status="offline", health={"usage": USED}))
        tx.devices.save(record(id="kiosk-3", health={"usage": USED | {"p50_ms": None, "p95_ms": None}}))
    text = page(client.get("/metrics"))
    assert 'yingbin_kiosk_scan_to_result_ms{device="kiosk-1",quantile="0.95"} 240.0' in text
    assert 'yingbin_kiosk_busy{device="kiosk-1"} 0.385' in text
    assert 'yingbin_kiosk_row{device="kiosk-3"} 3.0' in text
    assert 'ms{device="kiosk-3"' not in text
    assert "kiosk-2" not in text


def kiosk(store: Store, **changes: Any) -> None:  # noqa: ANN401 - any field of a record
    """Let a kiosk be there."""
    with store.write() as tx:
        tx.devices.save(record(kind="kiosk", **changes))


def answered(store: Store, **said: Any) -> None:  # noqa: ANN401 - any field of a result
    """Let the kiosk answer what it was asked."""
    with store.write() as tx:
        (command,) = take_to_send(tx, NOW)
        result = CommandResult(id=uuid7(), ts=NOW, boot=uuid7(), seq=1, command=command.id, **said)
        hear_answer(tx, "kiosk-1", result, NOW)


def test_a_technician_sees_a_kiosks_screen(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """Asked, waited for, and there with its time; asked again it is replaced."""
    kiosk(house)
    on_duty(client)
    text = page(client.get("/rooms/kiosks"))
    assert "看看屏幕" in text
    assert "screenshot.webp" not in text
    assert client.post("/rooms/kiosks/kiosk-1/screenshot", headers=PROGRAM).get_json() == {"done": True}
    assert "正在请它拍下屏幕" in page(client.get("/rooms/kiosks"))
    answered(house, ok=True, picture=base64.b64encode(WEBP).decode())
    clock.forward(6)
    text = page(client.get("/rooms/kiosks"))
    assert "09:20:00 的屏幕" in text
    assert "再看一次" in text
    assert "正在请它" not in text
    picture = client.get("/rooms/kiosks/kiosk-1/screenshot.webp")
    assert (picture.data, picture.content_type, picture.headers["Cache-Control"]) == (WEBP, "image/webp", "no-store")


def test_why_there_is_no_picture_is_said_in_words(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """Every reason there is; the last picture stays, with its time."""
    kiosk(house)
    on_duty(client)
    client.post("/rooms/kiosks/kiosk-1/screenshot", headers=PROGRAM)
    answered(house, ok=False, reason="busy")
    clock.forward(6)
    assert "有宾客正在使用，请稍后再试" in page(client.get("/rooms/kiosks"))
    client.set_cookie("yingbin_language", "en")
    assert "A guest is at the screen. Try again in a moment" in page(client.get("/rooms/kiosks"))
    for tongue in TONGUES:
        for reason in ("busy", "no_page", "no_picture", "no_answer", "refused"):
            assert tongue.say(f"screenshot.problem.{reason}") != tongue.say("screenshot.problem.other")


def test_a_command_that_nobody_answers_has_failed_on_the_page_too(
    client: FlaskClient, house: Store, clock: StillClock
) -> None:
    """Even where no clock runs that would write it down."""
    kiosk(house, seen_at=NOW + timedelta(seconds=20))
    on_duty(client)
    client.post("/rooms/kiosks/kiosk-1/screenshot", headers=PROGRAM)
    clock.forward(29)
    assert "正在请它拍下屏幕" in page(client.get("/rooms/kiosks"))
    clock.forward(2)
    assert "30 秒内没有回应" in page(client.get("/rooms/kiosks"))


def test_who_asks_says_their_name_and_asks_a_kiosk_that_is_there(client: FlaskClient, house: Store) -> None:
    """Changes have an actor (I12); only kiosks have a screen for guests."""
    kiosk(house)
    assert "写下姓名后即可看屏幕" in page(client.get("/rooms/kiosks"))
    assert client.post("/rooms/kiosks/kiosk-1/screenshot", headers=PROGRAM).status_code == 400
    on_duty(client)
    assert client.post("/rooms/kiosks/kiosk-9/screenshot", headers=PROGRAM).status_code == 404
    assert client.get("/rooms/kiosks/kiosk-9/screenshot.webp").status_code == 404


def test_an_agent_in_a_room_is_not_asked_for_what_only_kiosks_have(client: FlaskClient, house: Store) -> None:
    """It checks nobody in: it has no roster, no camera for codes, and nothing unsent."""
    with house.write() as tx:
        tx.devices.save(record(id="agent-1", kind="room"))
    text = page(client.get("/rooms/kiosks"))
    card = text[text.index('id="device-agent-1"') :].split("</article>")[0]
    assert "名单" not in card
    assert "51 °C" in card


def test_a_kiosk_that_is_away_is_not_asked(client: FlaskClient, house: Store) -> None:
    """Nor anything that is no kiosk: it has no screen for guests."""
    kiosk(house, status="offline")
    with house.write() as tx:
        tx.devices.save(record(id="room-1", kind="room"))
    on_duty(client)
    assert "看看屏幕" not in page(client.get("/rooms/kiosks"))
