"""Spares, and the swap of a broken device, as a technician works with them (T8, T9)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.assets import Asset, AssetState
from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.room_devices import DeviceKind
from hub.domain.room_wishes import RoomWish
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_from_room import ask_from_room
from tests.hub.web.scene import EN, NOW, OURS, PROGRAM, ZH, StillClock, furnish_panels, on_duty, page, until

IN_USE = Asset(label="PRJ-1", kind=DeviceKind.PROJECTOR, state=AssetState.IN_USE, room="hall", thing="projector")
SPARE = Asset(
    label="PRJ-2",
    kind=DeviceKind.PROJECTOR,
    model="EB-L210W",
    shelf=Words("仓库 2 架", "Store, shelf 2"),
    floor="1F",
    device="pj-two",
    tested_at=NOW - timedelta(days=3),
)
SPARES = "/rooms/spares"


def furnish_spares(store: Store) -> Store:
    """Give the hall a projector, a spare of it with a voice of its own, and a microphone that waits to be repaired."""
    furnish_panels(store)
    mic = Asset(label="MIC/7", kind=DeviceKind.SOUND, state=AssetState.REPAIR, since=NOW)
    device = FieldDevice(id="pj-two", publisher="agent", identity="pj-two", name="PJ", announced_at=NOW)
    with store.write() as tx:
        tx.assets.put([IN_USE, SPARE, mic])
        tx.field_devices.save(replace(device, standing=Standing.ADMITTED, heard_at=NOW - timedelta(hours=5)))
    return store


def break_projector(store: Store, key: str = "fault") -> Task:
    """Let the hall's panel say that its projector is broken."""
    who = Deciding(actor="panel", at=NOW, ids=lambda: key)
    with store.write() as tx:
        return ask_from_room(tx, "hall", RoomWish.BROKEN, "projector", who, TaskTimes())


@pytest.fixture
def spares(house: Store) -> Store:
    """Give the house with spares and a broken projector."""
    break_projector(furnish_spares(house))
    return house


@pytest.mark.usefixtures("spares")
def test_spares_stand_by_kind_with_shelf_and_test_and_a_kind_without_any_comes_first(client: FlaskClient) -> None:
    """In both languages; what is to be repaired and what is in use stand below."""
    text = page(client.get(SPARES))
    wanted = (
        "kind few",
        "一台备用也没有",
        "PRJ-2",
        "仓库 2 架",
        "1F",
        "测试良好",
        "5 小时前",
        "待修",
        "MIC/7",
        "PRJ-1",
        "启明",
    )
    found = [text.find(each) for each in wanted if each != "启明"]
    assert -1 not in found
    assert found == sorted(found)
    client.set_cookie("yingbin_language", "en")
    assert "Store, shelf 2" in page(client.get(SPARES))


@pytest.mark.usefixtures("spares")
def test_the_last_spare_that_is_broken_calls_for_another_on_the_staff_page(client: FlaskClient) -> None:
    """With the kind that is missing, and the way to the spares (T9)."""
    on_duty(client)
    assert client.post(f"{SPARES}/PRJ-2/broken", headers=PROGRAM).status_code == 200
    text = page(client.get("/staff"))
    assert "没有备用设备了" in text
    assert '<a class="go" href="/rooms/spares">' in text


def test_a_person_says_that_a_piece_is_good_again(client: FlaskClient, spares: Store) -> None:
    """A label may hold a slash; nobody may say so without a name, and nothing else can be said."""
    path = f"{SPARES}/MIC%2F7/tested"
    assert client.post(path, headers=PROGRAM).status_code == 400
    on_duty(client)
    assert client.post(path, headers=OURS).status_code == 303
    assert client.post(f"{SPARES}/PRJ-2/broken", headers=OURS).status_code == 303
    assert client.post(f"{SPARES}/PRJ-2/lovely", headers=PROGRAM).status_code == 404
    assert client.post(f"{SPARES}/PRJ-9/tested", headers=PROGRAM).status_code == 404
    with spares.read() as tx:
        states = {one.label: one.state for one in tx.assets.all()}
    assert states == {"MIC/7": AssetState.SPARE, "PRJ-2": AssetState.REPAIR, "PRJ-1": AssetState.IN_USE}


@pytest.mark.usefixtures("spares")
def test_a_wrong_scan_is_told_in_the_readers_language(client: FlaskClient) -> None:
    """Which of the two, what was scanned, and why it does not fit."""
    on_duty(client)
    told = client.post("/rooms/swap/fault", data={"old": "PRJ-9", "new": "PRJ-2"}, headers=PROGRAM)
    assert (told.status_code, told.json and told.json["title"]) == (
        400,
        "换下的旧设备：PRJ-9，这里登记的不是这一台，请扫这里坏的那一台",
    )
    client.set_cookie("yingbin_language", "en")
    told = client.post("/rooms/swap/fault", data={"old": "PRJ-1", "new": "<b>"}, headers=PROGRAM)
    assert told.json
    assert told.json["title"] == "The new one, put in: <B> – this is no label of a device, scan again"


def test_every_reason_why_a_scan_is_wrong_has_words() -> None:
    """In both languages."""
    reasons = ("no_label", "same", "elsewhere", "not_here", "other_kind", "in_use", "in_repair")
    assert all(tongue.say(f"swap.wrong.{reason}") for tongue in (ZH, EN) for reason in reasons)


def test_a_fault_without_a_named_device_has_nothing_to_swap(client: FlaskClient, house: Store) -> None:
    """The page says so, and so does one whose task is over; a task that never was is not found."""
    furnish_spares(house)
    with house.write() as tx:
        who = Deciding(actor="panel", at=NOW, ids=lambda: "some")
        ask_from_room(tx, "hall", RoomWish.BROKEN, "", who, TaskTimes())
    assert "没有可以换的设备" in page(client.get("/rooms/swap/some"))
    assert client.get("/rooms/swap/nothing").status_code == 404


@pytest.mark.browser
def test_a_swap_takes_two_scans_and_the_new_device_closes_the_task(
    visit: Callable[..., Page], spares: Store, clock: StillClock
) -> None:
    """From the task's card: one tap opens the page, a scanner types both labels, each with Enter."""
    page = visit("/staff", person="小陈")
    page.locator("#task-fault a.go").click()
    expect(page.locator(".spare")).to_contain_text("PRJ-2")
    expect(page.locator("[data-left]")).to_contain_text(re.compile(r"5:00|4:\d\d"))  # it runs as the page is read
    page.locator("input[name=old]").focus()
    page.keyboard.type("prj-1\n")
    expect(page.locator("input[name=new]")).to_be_focused()
    page.keyboard.type("PRJ-1\n")
    expect(page.locator("#toast")).to_contain_text("这就是换下来的那一台")
    expect(page.locator("#scans button")).not_to_have_attribute("aria-disabled", "true")  # a double tap is over
    page.locator("input[name=new]").fill("")
    page.locator("input[name=new]").focus()
    page.keyboard.type("prj-2\n")
    expect(page.locator(".waits")).to_contain_text("已换上 PRJ-2")
    with spares.write() as tx:
        device = tx.field_devices.get("pj-two")
        assert device
        clock.forward(20)
        tx.field_devices.save(replace(device, heard_at=clock.now(), available=True))
    until(spares, clock.now())
    expect(page.locator(".empty")).to_contain_text("PRJ-1 已换成 PRJ-2")
    with spares.read() as tx:
        task = tx.tasks.get("fault")
    assert task
    assert task.state is TaskState.CLOSED
