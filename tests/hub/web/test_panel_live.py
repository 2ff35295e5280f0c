"""A room's panel in a real browser: sizes on a 10-inch tablet, both languages, day and night, live, by keys alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from hub.domain.room_devices import LONGEST_NAME, LONGEST_STEP, MOST_DEVICES, MOST_STEPS, DeviceKind, RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_guest import ask_now
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, meeting
from tests.hub.web.conftest import Site
from tests.hub.web.scene import StillClock, furnish_panels

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PANEL = "/panel/hall"
PX_PER_MM = {(1280, 800): 5.90, (800, 1280): 5.90, (1024, 600): 4.63}
"""A picture of 10.1 inches across."""

SLACK = 0.98
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}}
TARGETS = "button, a.wish, a.device, a.back"
SHEETS = ("#room", "#guide-projector", "#which")
BOXES = """all => all.filter(one => one.checkVisibility({visibilityProperty: true})).map(one => {
  const box = one.getBoundingClientRect();
  return {name: one.textContent.trim(), x: box.x, y: box.y, right: box.right, bottom: box.bottom};
})"""
CUT = """() => [...document.querySelectorAll("main *, .sheet:target *")].filter(one =>
  one.checkVisibility({visibilityProperty: true}) && !one.closest("svg, .unseen")).filter(one => {
  const box = one.getBoundingClientRect();
  const wide = one.clientWidth && one.scrollWidth > one.clientWidth + 2;
  const high = one.matches(".agenda") && one.scrollHeight > one.clientHeight + 2;
  return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || wide || high;
}).map(one => one.outerHTML.slice(0, 120))"""
PART_IS_OVER = """title => {
  const part = document.querySelector(".agenda [data-until]");
  if (part) part.dataset.until = "2026-01-01T00:00:00Z";
  return document.querySelector(".agenda .title").textContent.trim() === title;
}"""
SMALL = """least => [...document.querySelectorAll("main *, .sheet:target *")].filter(one =>
  one.checkVisibility() && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
  && parseFloat(getComputedStyle(one).fontSize) < least).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def room(house: Store, clock: StillClock) -> Store:
    """Give the house with devices in its hall, ten minutes into the talk."""
    clock.forward(50 * 60)
    return furnish_panels(house)


def full(store: Store) -> Store:
    """Fill the hall with as many devices, steps and letters as the venue file allows."""
    name = Words("长" * LONGEST_NAME["zh"], "Names are long"[: LONGEST_NAME["en"]])
    step = Words("长" * LONGEST_STEP["zh"], ("Words " * 15)[: LONGEST_STEP["en"]].strip())
    with store.write() as tx:
        tx.room_devices.put(
            RoomDevice(
                room="hall",
                key=key,
                kind=DeviceKind.OTHER,
                name=name,
                guide=(step,) * MOST_STEPS,
                position=position,
            )
            for position, key in enumerate(("projector", "lights", *(f"d-{n}" for n in range(MOST_DEVICES - 2))))
        )
        long = Words("新一代人工智能产品发布会暨渠道伙伴大会", "Launch of the new generation and partners' conference")
        parts = [replace(part, title=long, place=long) for part in meeting().agenda]
        tx.meetings.save(meeting(title=long, agenda=tuple(parts)))
        tx.feed.touch([("room", "hall"), ("meeting", "m-launch")])
    return store


def ask_whether_it_is_warm(store: Store) -> None:
    """Let the room be asked about its being too cold."""
    with store.write() as tx:
        cold = next(task for task in tx.tasks.open() if task.kind is TaskKind.COMFORT)
        ask_now(tx, finish_task(tx, cold.id, "小李", cold.created_at), "hub", cold.created_at, TaskTimes())


def open_task(store: Store) -> str:
    """Return the id of the only open task."""
    with store.read() as tx:
        (task,) = tx.tasks.open()
    return task.id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_a_panel(visit: Visit, room: Store, language: str, scheme: str) -> None:
    """The page with a wish told, a guide, the list of what may be broken, and the page for a wrong address."""
    del room
    page = visit(PANEL, language=language, color_scheme=scheme, reduced_motion="reduce")
    page.locator("#wish-too_cold").click()
    expect(page.locator(".told li")).to_have_count(1)
    found: list[str] = []
    for path in (*SHEETS, "cellar"):
        page.evaluate("path => { location.hash = path }", path) if path in SHEETS else page.goto(
            page.url.replace(PANEL, "/panel/cellar")
        )
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES})
        for wrong in results.response["violations"]:
            nodes = [(node["html"][:120], node["any"][:1]) for node in wrong["nodes"][:3]]
            found.append(f"{path}: {wrong['id']}: {nodes}")
        assert any(rule["id"] == "color-contrast-enhanced" for rule in results.response["passes"])
    assert found == []


@pytest.mark.parametrize("filled", [False, True], ids=["usual", "full"])
@pytest.mark.parametrize("size", list(PX_PER_MM), ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_is_large_enough_and_nothing_is_cut_or_scrolls(
    visit: Visit, room: Store, language: str, size: tuple[int, int], *, filled: bool
) -> None:
    """Wishes 20 mm, other buttons 15 mm, 3 mm apart, capitals 4.8 mm (G14, G16); nothing needs a swipe."""
    if filled:
        full(room)
    page = visit(PANEL, language=language, size=size)
    millimetre = PX_PER_MM[size] * SLACK
    page.locator("#wish-too_cold").click()
    page.locator("#wish-tea").click()
    expect(page.locator(".told li")).to_have_count(2)
    ask_whether_it_is_warm(room)
    expect(page.locator(".choices button")).to_have_count(3)
    for sheet in SHEETS:
        page.evaluate("path => { location.hash = path }", sheet)
        boxes = page.locator(TARGETS).evaluate_all(BOXES)
        assert boxes
        for box in boxes:
            assert min(box["right"] - box["x"], box["bottom"] - box["y"]) >= 15 * millimetre, box
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                across = max(other["x"] - one["right"], one["x"] - other["right"])
                down = max(other["y"] - one["bottom"], one["y"] - other["bottom"])
                assert max(across, down) >= 3 * millimetre - 1, (one, other)
        assert page.evaluate(SMALL, 4.8 / 0.733 * millimetre) == []
        assert page.evaluate(CUT) == [], sheet
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), sheet
        shown = page.locator(".sheet:target")
        assert not shown.count() or shown.evaluate("one => one.scrollHeight <= one.clientHeight"), sheet
    page.evaluate("location.hash = '#room'")
    for box in page.locator(".wish").evaluate_all(BOXES):
        assert min(box["right"] - box["x"], box["bottom"] - box["y"]) >= 20 * millimetre, box


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("非常抱歉，我们马上为您调整", "小李正在为您调高温度", "温度已经调高，谢谢您告诉我们")),
        ("en", ("We are very sorry. We will adjust it", "小李 is making it warmer", "It has been made warmer")),
    ],
)
def test_an_apology_comes_at_once_and_then_who_comes_and_that_it_is_done(
    visit: Visit, room: Store, clock: StillClock, language: str, said: tuple[str, str, str]
) -> None:
    """Live, without a reload; the apology in both languages (R155)."""
    page = visit(PANEL, language=language)
    page.locator("#wish-too_cold").click()
    expect(page.locator("#toast")).to_contain_text("非常抱歉，我们马上为您调整")
    expect(page.locator("#toast")).to_contain_text("We are very sorry.")
    expect(page.locator(".told")).to_contain_text(said[0])
    expect(page.locator("#wish-too_cold.asked")).to_be_visible()
    task = open_task(room)
    for step, told in zip((accept_task, finish_task), said[1:], strict=True):
        with room.write() as tx:
            step(tx, task, "小李", clock.at)
        expect(page.locator(".told")).to_contain_text(told)
    expect(page.locator(".asked")).to_have_count(0)


def test_what_is_broken_is_chosen_from_the_rooms_list(visit: Visit, room: Store) -> None:
    """Two taps; then the first page again, which says that somebody comes."""
    page = visit(PANEL, language="en")
    page.locator("#wish-broken").click()
    expect(page.locator("#which button")).to_have_text(
        ["Laptop", "Slides", "Volume", "Pen, paper", "Papers", "Projector", "Lights", "Something else"]
    )
    page.locator("#which").get_by_role("button", name="Lights").click()
    expect(page.locator(".told")).to_contain_text("A technician will see to Lights")
    expect(page.locator("#which")).to_be_hidden()
    with room.read() as tx:
        assert [task.facts["thing"] for task in tx.tasks.open()] == ["lights"]


def test_one_tap_opens_a_guide_one_closes_it_and_a_minute_alone_too(visit: Visit, room: Store) -> None:
    """A touch begins the minute anew."""
    del room
    page = visit(PANEL)
    page.clock.install()
    page.goto(page.url)
    guide = page.locator("#guide-projector")
    page.locator("#open-projector").click()
    expect(guide.locator("li")).to_have_text(["按“投影”键", "接上电脑"])
    guide.locator(".back").click()
    expect(guide).to_be_hidden()
    page.locator("#open-projector").click()
    page.clock.run_for(50_000)
    guide.locator("li").first.click()
    page.clock.run_for(50_000)
    expect(guide).to_be_visible()
    page.clock.run_for(11_000)
    expect(guide).to_be_hidden()
    expect(page.locator("#wish-help")).to_be_visible()


def test_a_panel_can_be_worked_by_keys_alone(visit: Visit, room: Store) -> None:
    """Tab reaches every button in reading order, with a frame; Enter presses, Escape leaves a guide."""
    page = visit(PANEL)
    wanted = page.locator(TARGETS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.textContent.trim())"
    )
    seen = []
    for _ in wanted:
        page.keyboard.press("Tab")
        text, framed = page.evaluate(
            "() => [document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert framed != "none", text
        seen.append(text)
    assert seen == wanted
    page.keyboard.press("Enter")
    expect(page.locator("#guide-projector")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "back"
    page.keyboard.press("Escape")
    expect(page.locator("#guide-projector")).to_be_hidden()
    page.locator("#wish-help").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("已经通知工作人员")
    assert open_task(room)


def test_the_minutes_run_down_and_the_next_part_comes_by_itself(
    visit: Visit, room: Store, clock: StillClock, site: Site
) -> None:
    """No event is needed: at the end of a part the page looks again."""
    del room, site
    page = visit(PANEL)
    expect(page.locator("[data-minutes]")).to_have_text("还剩 20 分钟")
    clock.at = at(5401)
    page.wait_for_function(PART_IS_OVER, arg="茶歇")  # again and again: an answer that was under way undoes it


def test_a_lost_connection_is_told_on_a_panel(visit: Visit, room: Store, site: Site) -> None:
    """The guides stay: they need no hub."""
    del room
    page = visit(PANEL)
    page.clock.install()
    page.goto(page.url)
    page.wait_for_selector("[data-pulse=live]")
    site.stop()
    expect(page.locator("[data-pulse=connecting]")).to_be_visible()
    page.clock.fast_forward(23_000)
    expect(page.locator("#lost")).to_have_text("连接中断，数据截至 10:10")
    page.locator("#open-projector").click()
    expect(page.locator("#guide-projector")).to_be_visible()
    expect(page.locator("#lost")).to_be_visible()
    page.locator("#guide-projector .back").click()
    page.locator("#wish-help").click()
    expect(page.locator("#toast")).to_have_text("没有送出，请再点一次")


def test_the_language_stays_on_this_tablet(visit: Visit, room: Store) -> None:
    """One tap, and after a reload too; the other language stands beside it where it is short."""
    del room
    page = visit(PANEL)
    page.get_by_role("button", name="English").click()
    expect(page.locator(".top h1")).to_have_text("Grand Hall 大厅")
    page.reload()
    expect(page.locator(".top h1")).to_have_text("Grand Hall 大厅")
    expect(page.locator("#wish-too_cold")).to_contain_text("太冷")


def test_a_panel_works_without_scripts(visit: Visit, room: Store) -> None:
    """Buttons and guides; the page says that it does not update by itself."""
    page = visit(PANEL, java_script_enabled=False, live=False)
    assert "本页没有启用脚本" in page.content()
    page.locator("#open-projector").click()
    expect(page.locator("#guide-projector")).to_be_visible()
    page.locator("#guide-projector .back").click()
    page.locator("#wish-tea").click()
    expect(page.locator(".told")).to_contain_text("马上为您添茶")
    assert open_task(room)
