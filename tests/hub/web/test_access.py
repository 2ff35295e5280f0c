"""Every page can be used by everybody: axe, targets, contrast, no overflow; in both languages, by day and by night."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from devices.contract.commands import CommandKind, CommandResult
from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.domain import task_life
from hub.domain.business_cards import KeptCard
from hub.domain.guests import Diet
from hub.domain.house_answers import HouseAnswer
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import raise_task
from hub.domain.transfers import TransferState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import ask_now
from hub.usecases.command_device import command_device, hear_answer, take_to_send
from hub.usecases.keep_task import find_task
from hub.usecases.log_request import Said, change_diet, log_request
from hub.usecases.pace_task import rush_task
from hub.usecases.quarantine import Unusable, quarantine
from hub.usecases.rule import rule
from hub.usecases.sign_in import begin_duty, take_break
from hub.usecases.swap_asset import swap_asset
from hub.usecases.work_condition import acknowledge_condition, assign_condition
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.web.room_scene import announce_stranger, furnish_rooms, remember, station
from tests.hub.web.scene import NOW, arrive, enter_twice, pick_up, raise_help, tell_levels, turn_away
from tests.hub.web.test_drinks import furnish_drinks, furnish_round, tea
from tests.hub.web.test_hand_outs import furnish_materials
from tests.hub.web.test_house_work import begin_work
from tests.hub.web.test_incidents import furnish_incidents
from tests.hub.web.test_messages import write_to_all
from tests.hub.web.test_rehearsals import rehearse_some
from tests.hub.web.test_room_checks import furnish_check
from tests.hub.web.test_run_of_show import run_some
from tests.hub.web.test_spares import break_projector, furnish_spares

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PAGES = (
    "/",
    "/sign-in",
    "/sign-in?wrong=1",
    "/again?back=/desk",
    "/setup",
    "/invited",
    "/account",
    "/accounts",
    "/staff",
    "/staff/sign-in",
    "/trust",
    "/staff/join",
    "/staff/board",
    "/staff/people",
    "/staff/keys",
    "/staff/shifts",
    "/staff/part",
    "/staff/new",
    "/staff/new?meeting=launch&seat=A-1-1",
    "/staff/requests/new",
    "/staff/meetings/launch",
    "/staff/meetings/launch/inside",
    "/staff/meetings/launch/cards",
    "/staff/meetings/launch/paper",
    "/staff/meetings/launch/rehearsal",
    "/staff/meetings/launch/agenda",
    "/staff/meetings/launch/agenda/speaker",
    "/staff/meetings/launch/house-work",
    "/staff/meetings/launch/diet-labels",
    "/staff/messages",
    "/staff/meetings/launch/briefing?guest=inv-1",
    "/staff/incidents",
    "/staff/incidents/new",
    "/staff/incidents/new?kind=fire&drill=yes",
    "/staff/incidents/fire-0",
    "/staff/incidents/fire-0/roll",
    "/staff/inside",
    "/staff/remarks",
    "/staff/drills",
    "/staff/incidents/drill-0",
    "/staff/incidents/over-0",
    "/staff/transfers",
    "/staff/rulings",
    "/staff/rulings?meeting=launch",
    "/staff/guests/inv-1",
    "/staff/guests/inv-4",
    "/staff/guests/inv-5",
    "/staff/guests/inv-1/privacy",
    "/audit",
    "/audit?family=task&actor=小李",
    "/desk",
    "/rooms",
    "/rooms/spares",
    "/staff/health",
    "/rooms/checks/launch",
    "/rooms/swap/fault",
    "/rooms/swap/swapped",
    "/rooms/room-07",
    "/rooms/room-09",
    "/rooms/kiosks",
    "/rooms/devices",
    "/rooms/waiting",
    "/rooms/conditions",
    "/rooms/devices/room-07-node",
    "/rooms/devices/room-07-door",
    "/rooms/devices/room-01-air",
    "/nowhere",
)
SIZES = {"desk": (1280, 800), "tablet": (1024, 768), "phone": (390, 844)}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}}
FOCUS = """() => {
  const at = document.activeElement;
  const frame = getComputedStyle(at);
  return [at.outerHTML.slice(0, 120), frame.outlineStyle !== "none" && frame.outlineWidth !== "0px"];
}"""
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
TARGETS = (
    "button, summary, input:not([type=hidden], [type=radio]), label.choice, select, .tabs a, .button, a.quiet, nav a, "
    "h3 a, .go, .note a, .room-tile, .orders a"
)


def address(page: Page) -> str:
    """Return where the pages are, without a path."""
    return "/".join(page.url.split("/")[:3])


USED = {"minutes": 15, "scans": 42, "p50_ms": 61, "p95_ms": 240, "busy": 0.385, "row": 3, "longest_row": 9}


def a_picture() -> bytes:
    """Draw what could be a kiosk's screen."""
    out = io.BytesIO()
    Image.new("RGB", (480, 288), "#8a1c1c").save(out, "WEBP")
    return out.getvalue()


@pytest.fixture
def busy(house: Store) -> Store:
    """Fill the house with one of everything that a page can show."""
    arrive(house, 1, 2, 3, seconds=1180)
    furnish_round(furnish_drinks(house))
    furnish_rooms(house, rooms=11)
    announce_stranger(house)
    remember(house, "room-07-node.temperature")
    station(house, "identify", "switch:fan", "set_point:air")
    furnish_materials(house)
    write_to_all(house)
    with house.write() as tx:
        card = KeptCard(invitation="inv-1", meeting="m-launch", device="kiosk-1", consented_at=NOW, name="王建国")
        tx.business_cards.put(replace(card, company="腾云", phone="13800001234", email="w@example.com"))
    enter_twice(house, 4)
    early = turn_away(house, 5)
    who = Deciding(actor="小陈", at=NOW, ids=uuid7)
    with house.write() as tx:
        for kind, reason in ((RulingKind.LET_IN, "supervisor_agreed"), (RulingKind.UNDO, "他要等同事一起进场")):
            rule(tx, early, kind, reason, who)
    pick_up(house, 1, -5, state=TransferState.DELIVERED)
    pick_up(house, 4, -5)
    pick_up(house, 5, 30, greeter="", note="")
    for key, ago in (("late", 300), ("soon", 150), ("calm", 10), ("mine", 20), ("theirs", 30)):
        raise_help(house, key, at=NOW - timedelta(seconds=ago))
    with house.write() as tx:
        tx.tasks.raise_all([tea(key="cold", celsius="48", warmth="too_low", warmth_limit="55")])
        accept_task(tx, "mine", "小李", NOW)
        accept_task(tx, "theirs", "小陈", NOW)
        finish_task(tx, "soon", "小李", NOW)
        facts = {"note": "too_cold", "degrees": "+2"}
        for key, done in (("warm", NOW), ("warmer", NOW - timedelta(minutes=10))):
            tx.tasks.raise_all([raise_task(TaskKind.COMFORT, key, task_id=key, at=done, facts=facts)])
            finish_task(tx, key, "小李", done)
        ask_now(tx, find_task(tx, "warmer"), "hub", NOW, TaskTimes())
        wifi = Words("无线网络怎么连接？", "How do I get on the Wi-Fi?")
        tx.answers.put([HouseAnswer(key="wifi", question=wifi, answer=Words("网络名 Yunqi", "Network Yunqi"))])
        clerk = Deciding(actor="小李", at=NOW, ids=uuid7)
        for name in ("小李", "小陈"):
            begin_duty(tx, name, "by name", clerk)
        take_break(tx, "小陈", clerk)
        rush_task(tx, "late", clerk)
        for asked, text in (
            (TaskKind.REQUEST, "无线网络怎么连接"),
            (TaskKind.QUESTION, "Could we begin half an hour later?"),
        ):
            logged = log_request(tx, asked, Said(text=text, invitation="inv-3"), clerk, TaskTimes())
        tx.tasks.save(task_life.warn(logged, NOW))
        change_diet(tx, "inv-2", Diet.GLUTEN_FREE, clerk)
    begin_work(house)
    _work(house, who)
    _swap(house, who)
    run_some(house, who)
    tell_levels(house)
    return house


def _work(house: Store, who: Deciding) -> None:
    """Let kiosks be in different states, devices be ordered about, and people work on what is wrong."""
    with house.write() as tx:
        for number, (status, heard) in enumerate((("online", 5), ("online", 90), ("offline", 600), ("stopping", 900))):
            health = {"unacked": number, "oldest_s": 90.0, "camera_ok": number != 1, "cpu_c": 60.0}
            seen = NOW - timedelta(seconds=heard)
            device = f"kiosk-{number + 1}"
            record = DeviceRecord(id=device, kind="kiosk", status=status, status_at=seen, seen_at=seen)
            tx.devices.save(replace(record, health=health | {"usage": USED}))
            command_device(tx, device, CommandKind.SCREENSHOT, who)
        command_device(tx, "room-01-air", CommandKind.IDENTIFY, who)
        (_, busy_one, *_) = take_to_send(tx, NOW)
        busy = CommandResult(id=uuid7(), ts=NOW, boot=uuid7(), seq=1, command=busy_one.id, ok=False, reason="busy")
        hear_answer(tx, busy_one.device, busy, NOW)
        tx.screenshots.put("kiosk-1", a_picture(), NOW)
        bad = Unusable(device="x", leaf="tele", reason="not_json", detail="d", field="f", payload=b"<b>" * 100)
        quarantine(tx, bad, now=NOW, ids=lambda: "1")
        acknowledge_condition(tx, "c-hot", "空调师傅十点到；" + "the valve has to be changed " * 5, who)
        assign_condition(tx, "c-stale", "小陈", who)


def _swap(house: Store, who: Deciding) -> None:
    """Look over the hall, swap its projector, and let the next one break too."""
    furnish_check(house)
    furnish_spares(house)
    break_projector(house, "swapped")
    with house.write() as tx:
        swap_asset(tx, "swapped", "PRJ-1", "PRJ-2", who)
        finish_task(tx, "swapped", "小陈", NOW)
    break_projector(house, "fault")
    rehearse_some(house)
    furnish_incidents(house)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("third", range(3))
def test_axe_finds_nothing_on_any_page(
    visit: Visit, busy: Store, language: str, size: str, scheme: str, third: int
) -> None:
    """With targets of 24 px and contrast of 7:1 switched on, which axe leaves out by default."""
    del busy
    page = visit("/", language=language, size=SIZES[size], color_scheme=scheme, reduced_motion="reduce")
    found: list[str] = []
    for path in PAGES[third::3]:
        page.goto(address(page) + path)
        page.evaluate(UNFOLD)
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES})
        for violation in results.response["violations"]:
            nodes = [(node["target"], node["any"][:1]) for node in violation["nodes"][:3]]
            found.append(f"{path}: {violation['id']}: {nodes}")
        assert any(rule["id"] == "color-contrast-enhanced" for rule in results.response["passes"])
    assert found == []


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_overflows_and_fingers_hit_every_target(visit: Visit, busy: Store, language: str, size: str) -> None:
    """No page scrolls sideways; whatever can be tapped is 44 px high and wide."""
    del busy
    page = visit("/", language=language, size=SIZES[size])
    for path in PAGES:
        page.goto(address(page) + path)
        page.evaluate(UNFOLD)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        boxes = page.locator(TARGETS).evaluate_all(
            "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80),"
            " one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
        )
        assert boxes
        assert [box for box in boxes if box[1] < 44 or box[2] < 44] == [], path


@pytest.mark.parametrize("path", ["/staff", "/staff/meetings/launch", "/rooms", "/rooms/conditions"])
def test_a_keyboard_reaches_everything_and_shows_where_it_is(visit: Visit, busy: Store, path: str) -> None:
    """Tab goes through all controls in reading order, each with a visible frame."""
    del busy
    page = visit(path)
    wanted = page.locator("a, button, select, summary, input:not([type=hidden]), [tabindex='0']").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 120))"
    )
    seen: list[str] = []
    for _ in wanted:
        page.keyboard.press("Tab")
        at, framed = page.evaluate(FOCUS)
        assert framed, at
        seen.append(at)
    assert seen == wanted


def test_the_roll_call_prints_complete_and_without_the_frame(visit: Visit, busy: Store) -> None:
    """On paper: the list with its boxes to tick, and none of the page's buttons (R5)."""
    del busy
    page = visit("/staff/meetings/launch/inside")
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator("[data-print]").is_hidden()
    assert page.locator("table.inside tbody tr").count() == 4
    assert page.locator("table.inside .box").first.is_visible()


def test_pages_read_without_scripts(visit: Visit, busy: Store) -> None:
    """Everything is there, and the page says that it does not update by itself."""
    del busy
    page = visit("/staff", java_script_enabled=False, live=False)
    assert "本页没有启用脚本" in page.content()
    mine = page.locator(".task.mine").count()
    page.get_by_role("button", name="我来").first.click()
    expect(page.locator(".task.mine")).to_have_count(mine + 1)
