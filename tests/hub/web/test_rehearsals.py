"""The list of a rehearsal as people with full hands use it (R77-R80, R82-R85)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.device_ports import DeviceRecord
from hub.domain.assets import Asset, AssetState
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.meetings import SetUpStyle
from hub.domain.readings import Reading
from hub.domain.rehearsals import Part, Result
from hub.domain.room_devices import DeviceKind
from hub.domain.task_kinds import TaskKind
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.rehearsal_list import read_rehearsal, surroundings
from hub.usecases.rehearsal_times import fire_rehearse
from hub.usecases.rehearse import Said, mark_line
from tests.hub.web.scene import EN, NOW, OURS, PROGRAM, ZH, furnish_panels, on_duty, page

LIST = "/staff/meetings/launch/rehearsal"
PROJECTOR = "hall thing projector"


def furnish_rehearsal(store: Store) -> Store:
    """Give the hall a projector with a spare and a thermometer, and a kiosk that is well and one that is not."""
    furnish_panels(store)
    node = FieldDevice(id="node-hall", publisher="n", identity="n", name="Node", announced_at=NOW, room="hall")
    felt = Point(id="node-hall.t", device="node-hall", key="t", component="sensor", name="T", unit="°C")
    with store.write() as tx:
        tx.field_devices.save(replace(node, standing=Standing.ADMITTED, available=True, heard_at=NOW))
        tx.field_devices.save_points([replace(felt, quantity=Quantity.TEMPERATURE)])
        tx.readings.add([Reading(point="node-hall.t", at=NOW, value=27.4)])
        used = Asset(label="PJ-1", kind=DeviceKind.PROJECTOR, state=AssetState.IN_USE, room="hall", thing="projector")
        tx.assets.put([used, Asset(label="PJ-9", kind=DeviceKind.PROJECTOR, shelf=Words("B 柜", "Shelf B"))])
        record = DeviceRecord(id="kiosk-1", kind="kiosk", status="online", status_at=NOW, seen_at=NOW)
        tx.devices.save(replace(record, health={"camera_ok": True}))
        meeting = tx.meetings.get(["m-launch"])["m-launch"]
        tx.meetings.save(replace(meeting, style=SetUpStyle.CLASSROOM))
    return store


def rehearse_some(store: Store) -> Store:
    """Let 小李 have gone through a part of the list."""
    who = Deciding(actor="小李", at=NOW, ids=_ids("rehearsed"))
    said = (
        ("agenda talk 新品发布", Said(result=Result.PASSED)),
        (PROJECTOR, Said(result=Result.FAILED, note="接不上电脑")),
        ("material bags", Said(result=Result.PASSED, counted=3)),
        ("material badges", Said(result=Result.PASSED)),
    )
    with store.write() as tx:
        meeting = tx.meetings.get(["m-launch"])["m-launch"]
        for key, one in said:
            mark_line(tx, meeting, key, one, who)
    return store


def _ids(name: str) -> Callable[[], str]:
    numbers = iter(range(1_000))
    return lambda: f"{name}-{next(numbers)}"


def send(client: FlaskClient, **form: str) -> int:
    """Say something of a line, and return the answer's status."""
    return client.post(LIST, data=form, headers=PROGRAM).status_code


def test_the_list_shows_each_line_beside_what_it_is_compared_with(client: FlaskClient, house: Store) -> None:
    """Segment and time, label, set-up style, wanted pieces, the band; in both languages; found from the meeting."""
    furnish_rehearsal(house)
    on_duty(client)
    assert f'href="{LIST}"' in page(client.get("/staff/meetings/launch"))
    text = page(client.get(LIST))
    wanted = ("新品发布", "10:00", "投影仪", "PJ-1", "东门", "课桌式", "胸牌", "应备 5 份", "前厅", "应为 20–26 °C")
    positions = [text.index(each) for each in wanted]
    assert positions == sorted(positions)
    assert "已合格 0 / " in text
    client.set_cookie("yingbin_language", "en")
    text = page(client.get(LIST))
    for each in ("The launch", "Microphones", "classroom", "Toilet signs", "should be 20 to 26 °C"):
        assert each in text
    assert client.get(LIST.replace("launch", "nothing")).status_code == 404


def test_one_tap_passes_and_a_failed_line_leads_to_the_spare(client: FlaskClient, house: Store) -> None:
    """R83, R84: the tasks stand on the staff's page at once; the hub's own lines have no buttons."""
    furnish_rehearsal(house)
    on_duty(client)
    assert send(client, line="hall set_up backdrop", result="passed") == 200
    assert send(client, line=PROJECTOR, result="failed", note="接不上电脑") == 200
    assert send(client, line="material bags", result="counted", counted="3") == 200
    text = page(client.get(LIST))
    for each in ("接不上电脑", "3 / 5", "更换备用设备", "27.4 °C", "从未连接", "小李"):
        assert each in text, each
    staff = page(client.get("/staff"))
    for each in ("资料袋 3/5", "接不上电脑", f'href="{LIST}"'):
        assert each in staff, each
    with house.read() as tx:
        faults = [task.facts for task in tx.tasks.open() if task.kind is TaskKind.DEVICE_FAULT]
    assert {one.get("thing_en") or one["door_en"] for one in faults} == {"Projector", "West Gate"}
    assert send(client, line="kiosk kiosk-2", result="passed") == 409


def test_what_cannot_be_is_refused_with_its_field(client: FlaskClient, house: Store) -> None:
    """And nobody is called; without a name nothing is heard."""
    furnish_rehearsal(house)
    assert send(client, line=PROJECTOR, result="passed") == 400
    on_duty(client)
    for form in (
        {"result": "perhaps"},
        {"result": "counted", "counted": "many"},
        {"result": "passed", "wanted": "1.5"},
    ):
        answer = client.post(LIST, data={"line": "material bags", **form}, headers=PROGRAM)
        assert answer.status_code == 400
        assert answer.get_json()["field"] in form
    assert send(client, line="nothing", result="passed") == 404
    assert client.post(f"{LIST}/pass", headers=PROGRAM).status_code == 409
    assert client.post(f"{LIST}/look", headers=OURS).status_code == 303


def test_the_rehearsal_s_task_leads_to_the_list_and_only_the_list_ends_it(client: FlaskClient, house: Store) -> None:
    """Who takes it has no button that says it is done."""
    furnish_rehearsal(house)
    with house.write() as tx:
        early = Deciding(actor="hub", at=NOW.replace(hour=0, minute=0), ids=_ids("task"))
        fire_rehearse(tx, Timer(rule="rehearse", subject="m-launch", due_at=NOW), early)
    on_duty(client)
    assert client.post("/staff/tasks/task-0/accept", headers=PROGRAM).status_code == 200
    staff = page(client.get("/staff"))
    assert f'href="{LIST}"' in staff
    assert "/staff/tasks/task-0/finish" not in staff


def test_every_word_of_the_list_is_there_in_both_languages() -> None:
    """Parts, results, styles, and what the hub finds."""
    for tongue in (ZH, EN):
        for key in (
            *(f"part.{one}" for one in Part),
            *(f"result.{one}" for one in Result),
            *(f"style.{one}" for one in SetUpStyle),
            *(f"found.{one}" for one in ("offline", "silent", "stopped", "never", "condition", "excused")),
        ):
            assert tongue.say(f"rehearsal.{key}")


@pytest.mark.browser
def test_two_people_go_through_the_list_on_two_screens(visit: Callable[..., Page], house: Store) -> None:
    """One tap passes, two fail with a note, a number counts; each sees the other's lines at once."""
    furnish_rehearsal(house)
    tablet = visit(LIST, language="en", size=(1024, 768))
    phone = visit(LIST, language="en", size=(390, 844), person="王主管")
    backdrop = tablet.locator("#set_up-1")
    backdrop.get_by_role("button", name="Pass Backdrop").click()
    expect(phone.locator("#set_up-1")).to_contain_text("passed")
    expect(phone.locator("#set_up-1")).to_contain_text("小李")
    lights = phone.locator("#set_up-3")
    lights.locator("summary").click()
    lights.get_by_label("What is wrong").fill("two are dark")
    phone.keyboard.press("Enter")
    expect(tablet.locator("#set_up-3")).to_contain_text("two are dark")
    bags = tablet.locator("#materials-3")
    bags.get_by_label("How many there are").fill("4")
    tablet.keyboard.press("Enter")
    expect(phone.locator("#materials-3")).to_contain_text("4 / 5")
    expect(phone.locator("#materials-3")).to_have_class("check failed")
    phone.locator("#materials-3").get_by_role("button", name="All 5 there").click()
    expect(tablet.locator("#materials-3")).to_have_class("check passed")
    expect(tablet.get_by_text("1 failed")).to_be_hidden()


@pytest.mark.browser
def test_when_every_line_passed_one_person_signs_with_the_keyboard(visit: Callable[..., Page], house: Store) -> None:
    """R84: written with person and time; a line that is taken back takes the signature back."""
    furnish_rehearsal(house)
    who = Deciding(actor="小李", at=NOW, ids=_ids("signed"))
    with house.write() as tx:
        tx.readings.add([Reading(point="node-hall.t", at=NOW, value=22.0)])
        record = tx.devices.get("kiosk-1")
        assert record
        tx.devices.save(replace(record, id="kiosk-2"))
        meeting = tx.meetings.get(["m-launch"])["m-launch"]
        for line in read_rehearsal(tx, meeting, surroundings(tx, meeting, NOW)).lines:
            if not line.item.by_hub and line.item.what != "gifts":
                mark_line(tx, meeting, line.item.key, Said(result=Result.PASSED), who)
    shown = visit(LIST, language="en", person="Wang")
    expect(shown.locator("#sign")).to_have_count(0)
    shown.locator("#materials-4").get_by_role("button", name="All 5 there").focus()
    shown.keyboard.press("Enter")
    shown.locator("#sign button").focus()
    shown.keyboard.press("Enter")
    expect(shown.locator("#verdict")).to_contain_text("Wang")
    expect(shown.locator("#verdict")).to_have_class("verdict good")
    shown.locator("#materials-4").get_by_role("button", name="Undo").click()
    expect(shown.locator("#verdict")).to_contain_text("18 of 19 passed")
