"""``/staff/meetings/<key>/agenda``: one tap for each step, and everybody sees it (R111-R115, R135)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.agenda_changes import Cause
from hub.domain.meetings import Segment, SegmentKind
from hub.domain.run_of_show import AgendaTimes, opened
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases import run_agenda
from hub.usecases.acting import Deciding
from hub.usecases.announce_delay import announce_delay
from hub.usecases.follow_agenda import follow_agenda
from hub.usecases.pass_time import fire_next
from hub.usecases.timer_rules import timer_rules
from hub.usecases.watch_presenters import report_late
from tests.hub.build import meeting
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, arrive, furnish_house, on_duty, person

PAGE = "/staff/meetings/launch/agenda"


def _part(kind: SegmentKind, zh: str, en: str, starts: int, ends: int, **more: object) -> Segment:
    values = {"owner": "总协调", "starts_at": NOW + timedelta(minutes=starts), "ends_at": NOW + timedelta(minutes=ends)}
    return Segment(kind=kind, title=Words(zh, en), **(values | more))  # type: ignore[arg-type]


def furnish_agenda(store: Store) -> Store:
    """Store a launch whose sign-in is on: a talk by guest 1 in 10 minutes, then a case study by guest 4, then tea."""
    speaker = person(1, source_key="id:G1")
    other = person(
        4, source_key="id:G4", name="张海", company="合作客户", title="总经理", salutation=Words("张总", "Mr Zhang")
    )
    return put_agenda(furnish_house(store, speaker, other))


def put_agenda(store: Store) -> Store:
    """Give a furnished house's launch its agenda."""
    parts = (
        _part(SegmentKind.SIGN_IN, "签到", "Sign-in", -20, 10),
        _part(SegmentKind.TALK, "产品演讲", "Product talk", 10, 70, speaker="id:G1"),
        _part(SegmentKind.CASE, "案例：渠道伙伴的一年", "A partner's year", 70, 100, speaker="id:G4"),
        _part(SegmentKind.TEA_BREAK, "茶歇", "Tea break", 105, 120, place=Words("前厅", "Foyer")),
    )
    held = replace(meeting(lounge="lounge"), starts_at=NOW + timedelta(minutes=10), agenda=parts)
    with store.write() as tx:
        tx.meetings.save(replace(held, ends_at=NOW + timedelta(minutes=120)))
        follow_agenda(tx, tx.meetings.all(), NOW)
        tx.feed.touch([("meeting", held.id)])
    return store


def run_some(store: Store, who: Deciding) -> None:
    """Let the launch's talk run, with a part put in whose presenter is late, one cut, and guests told of a delay."""
    times = AgendaTimes()
    with store.write() as tx:
        new = run_agenda.tea_break(times, who.at, None)
        run_agenda.insert_part(tx, "launch", new, "", who, times)
        run_agenda.insert_part(tx, "launch", new, "", who, times)
        run_agenda.cut_part(tx, "launch", "tea_break-3", who, times)
        run_agenda.begin_part(tx, "launch", "talk", who, times, why="客户要求 at the client's wish")
        report_late(tx, "launch", "tea_break-2", timedelta(minutes=10), who, times)
        announce_delay(tx, "launch", Cause.EQUIPMENT, timedelta(minutes=10), who, times)


def pass_to(store: Store, clock: StillClock, minutes: float) -> None:
    """Let the clock stand so many minutes after the scene's beginning; what is due fires."""
    clock.at = NOW + timedelta(minutes=minutes)
    who = Deciding(actor="hub", at=clock.at, ids=iter(f"fired-{minutes}-{n}" for n in range(99)).__next__)
    while (fired := fire_next(store, who, timer_rules(TaskTimes(), Leads()))) is not None:
        assert fired.problem is None


@pytest.fixture
def running(sqlite_store: Store) -> Store:
    """Give the store of a launch that is about to begin."""
    return furnish_agenda(sqlite_store)


@pytest.fixture
def at_work(client: FlaskClient) -> FlaskClient:
    """Give a browser of somebody at work."""
    return on_duty(client)


def tap(client: FlaskClient, what: str, part: str = "", **more: str) -> tuple[int, dict[str, Any]]:
    """Take a step; returns the status and the answer."""
    answer = client.post(PAGE, data={"do": what, "part": part} | more, headers=PROGRAM)
    return answer.status_code, answer.get_json()


def told(client: FlaskClient, part: str = "", language: str = "zh", path: str = PAGE) -> str:
    """Return the page's words, or those of one part."""
    client.set_cookie("yingbin_language", language)
    html = client.get(f"{path}?part={part}" if part else path, headers=OURS).get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def states(store: Store) -> list[tuple[str, int]]:
    """Return the parts with the minutes at which they begin, counted from the scene's beginning."""
    with store.read() as tx:
        found = opened(tx.meetings.get(["m-launch"])["m-launch"])
    return [(one.key, (one.starts_at - NOW) // timedelta(minutes=1)) for one in found.agenda]


def test_the_next_part_begins_in_one_tap_and_the_host_reads_what_to_say(
    running: Store, at_work: FlaskClient, clock: StillClock
) -> None:
    """R115: thanks, what comes, and who with name and title, in the policy's words and in both languages."""
    arrive(running, 1, 4)
    clock.forward(600)
    assert tap(at_work, "begin", "talk") == (200, {"done": True})
    clock.forward(55 * 60)
    stage = told(at_work, "stage")
    assert "感谢王总的精彩演讲，接下来我们进入案例分享环节，有请合作客户总经理张海。" in stage
    assert "Thank you, Mr Wang, for an excellent talk. We now move on to the case study." in stage
    assert "Please welcome 张海, 总经理, 合作客户." in stage
    assert re.search(">(4:59|5:00)<", at_work.get(f"{PAGE}?part=stage").get_data(as_text=True))
    assert 'data-tone="soon"' in at_work.get(f"{PAGE}/speaker?part=stage").get_data(as_text=True)
    assert tap(at_work, "begin", "case")[0] == 200
    assert "感谢张总的精彩分享，接下来是茶歇时间，请各位 11:20 前回到会场。" in told(at_work, "stage")


def test_a_second_tap_on_the_same_button_is_refused_and_changes_nothing(running: Store, at_work: FlaskClient) -> None:
    """Two people hold two tablets: the second tap must not begin what comes after."""
    assert tap(at_work, "begin", "talk")[0] == 200
    before = states(running)
    status, answer = tap(at_work, "begin", "talk")
    assert (status, answer["code"], answer["title"]) == (409, "agenda_refused", "这个环节已经在进行")
    assert states(running) == before


def test_parts_move_and_what_was_done_stands_below_with_who_and_why(running: Store, at_work: FlaskClient) -> None:
    """R113."""
    assert tap(at_work, "shift", "talk", minutes="5")[0] == 200
    assert states(running) == [("sign_in", -20), ("talk", 15), ("case", 75), ("tea_break", 105)]
    assert tap(at_work, "shift", "talk", minutes="5", along="on", why="客户要求")[0] == 200
    assert states(running)[1:] == [("talk", 20), ("case", 80), ("tea_break", 110)]
    assert tap(at_work, "swap", "talk", other="case")[0] == 200
    assert tap(at_work, "insert", "talk")[0] == 200
    assert states(running)[1:] == [("case", 20), ("tea_break-2", 50), ("talk", 65), ("tea_break", 125)]
    assert tap(at_work, "insert", "tea_break", kind="other", title="抽奖", minutes="10")[0] == 200
    assert tap(at_work, "extend", "talk", minutes="-10")[0] == 200
    assert tap(at_work, "cut", "other")[0] == 200
    history = told(at_work, "history")
    for words in (
        "推迟 5 分钟：产品演讲",
        "“客户要求”" if "“" in history else "客户要求",
        "对调：产品演讲 ⇄ 案例",
        "加入：茶歇，15 分钟",
        "取消：抽奖",
        "小李",
    ):
        assert words in history
    assert "Swapped: Product talk ⇄ A partner's year" in told(at_work, "history", "en").replace("&#39;", "'")
    assert "已取消： 抽奖" in told(at_work, "lines")


def test_a_talk_that_runs_over_says_so_and_one_tap_settles_it(
    running: Store, at_work: FlaskClient, clock: StillClock
) -> None:
    """The task's card leads here; the tea break gives its time, or the rest moves."""
    assert tap(at_work, "begin", "case")[0] == 200
    pass_to(running, clock, 29)
    assert "后面顺延" not in told(at_work, "stage")
    pass_to(running, clock, 36)
    words = told(at_work, "stage")
    assert "已超时 6 分钟" in words
    assert "再给 10 分钟，后面顺延" in words
    assert "Running over by 6 min" in told(at_work, "stage", "en")
    card = told(at_work, path="/staff?who=all")
    assert "环节超时" in card
    assert "已超时 6 分钟" in card
    assert tap(at_work, "catch_up", "case", remedy="dance")[1]["field"] == "remedy"
    before = states(running)
    assert tap(at_work, "catch_up", "case", remedy="shift")[0] == 200
    assert states(running) != before
    assert "已超时" not in told(at_work, "stage")
    assert tap(at_work, "catch_up", "case", remedy="shift")[0] == 409
    assert "延长 10 分钟" in told(at_work, "history")


@pytest.mark.parametrize(
    ("what", "more", "field"),
    [
        ("fly", {}, "do"),
        ("shift", {"minutes": "bald"}, "minutes"),
        ("shift", {"minutes": "0"}, "minutes"),
        ("shift", {"minutes": "241"}, "minutes"),
        ("delay", {"cause": "laziness", "minutes": "5"}, "cause"),
        ("insert", {"kind": "other", "minutes": "5"}, "title"),
        ("insert", {"kind": "party", "title": "x", "minutes": "5"}, "kind"),
        ("insert", {"kind": "other", "title": "x", "minutes": "-5"}, "minutes"),
        ("insert", {"kind": "other", "title": "长" * 81, "minutes": "5"}, "title"),
    ],
)
def test_bad_input_names_its_field(
    running: Store, at_work: FlaskClient, what: str, more: dict[str, str], field: str
) -> None:
    """And changes nothing."""
    before = states(running)
    status, answer = tap(at_work, what, "talk", **more)
    assert (status, answer["field"]) == (400, field)
    assert states(running) == before


def test_nobody_changes_an_agenda_without_a_name_and_unknown_meetings_and_parts_are_not_found(
    running: Store, client: FlaskClient
) -> None:
    """The history needs a name."""
    status, answer = tap(client, "begin", "talk")
    assert (status, answer["field"]) == (400, "name")
    assert client.get("/staff/meetings/nowhere/agenda").status_code == 404
    assert client.get("/staff/meetings/nowhere/agenda/speaker").status_code == 404
    on_duty(client, "Li")
    assert tap(client, "shift", "nothing", minutes="5")[0] == 404
    assert states(running)[1] == ("talk", 10)


def test_a_missing_speaker_is_proposed_away_on_the_task_and_on_the_page_in_one_tap(
    running: Store, at_work: FlaskClient, clock: StillClock
) -> None:
    """R114."""
    arrive(running, 4)
    pass_to(running, clock, 10)
    card = told(at_work, "tasks", path="/staff")
    assert "王建国" in card
    assert "先进行：案例：渠道伙伴的一年" in card
    assert "王建国 还没有签到" in told(at_work, "missed")
    assert tap(at_work, "stand_in", "talk") == (200, {"done": True})
    assert states(running)[1:3] == [("case", 10), ("talk", 40)]
    assert "先进行" not in told(at_work, "missed")
    with running.read() as tx:
        assert [one.kind for one in tx.tasks.open() if one.kind is TaskKind.SPEAKER_LATE] == []


def test_a_presenter_who_calls_that_they_will_be_late_is_noted(running: Store, at_work: FlaskClient) -> None:
    """Ten minutes are enough to propose something else now."""
    assert tap(at_work, "late", "talk", minutes="10")[0] == 200
    assert states(running)[1] == ("talk", 10), "nothing moves before somebody says so"
    missed = told(at_work, "missed")
    assert "王建国 还没有签到" in missed
    assert "预计 09:40 到" in missed
    assert "先进行：茶歇" in missed


def test_a_delay_stands_on_the_rooms_panel_in_both_languages_until_the_part_begins(
    running: Store, at_work: FlaskClient, clock: StillClock
) -> None:
    """R135, in the policy's words."""
    assert tap(at_work, "delay", cause="equipment", minutes="10")[0] == 200
    panel = told(at_work, "notice", path="/panel/hall")
    assert "对不起，由于设备故障，演讲会延迟 10 分钟，我们会尽快解决。" in panel
    assert "We are sorry: because of a technical problem, the talk is delayed by 10 minutes." in panel
    assert states(running)[1] == ("talk", 20)
    clock.forward(15 * 60)
    assert tap(at_work, "begin", "talk")[0] == 200
    assert "对不起" not in told(at_work, "notice", path="/panel/hall")


def test_the_panel_and_the_meetings_page_follow_people_and_not_the_clock(
    running: Store, at_work: FlaskClient, clock: StillClock
) -> None:
    """A talk that runs over is still on, and turns colour."""
    tap(at_work, "begin", "talk")
    clock.forward(61 * 60)
    panel = at_work.get("/panel/hall?part=agenda").get_data(as_text=True)
    assert 'data-tone="over"' in panel
    assert "产品演讲" in panel
    agenda = at_work.get("/staff/meetings/launch?part=agenda").get_data(as_text=True)
    assert 'data-state="now" aria-current="time"' in agenda
    assert "data-from" not in agenda
    assert "1 个环节晚开始" not in told(at_work, "stage")
    assert tap(at_work, "begin", "case")[0] == 200
    del running


@pytest.mark.browser
def test_a_step_on_one_tablet_is_seen_on_another_and_on_the_panel_within_five_seconds(
    visit: Callable[..., Page], house: Store
) -> None:
    """R113; the clock of the part that is on runs by itself."""
    put_agenda(house)
    one, two, panel, lectern = visit(PAGE), visit(PAGE, language="en"), visit("/panel/hall"), visit(f"{PAGE}/speaker")
    one.locator("#now button.next", has_text="产品演讲").click()
    expect(two.locator(".timer .title")).to_have_text("Product talk", timeout=5_000)
    expect(panel.locator(".running .title")).to_have_text("产品演讲", timeout=5_000)
    expect(lectern.locator(".timer .left")).to_have_text(re.compile(r"59:\d\d|1:00:00"), timeout=5_000)
    one.locator("#part-case summary").click()
    one.locator("#part-case button", has_text="推迟 10 分钟").click()
    expect(two.locator("#part-case .late")).to_be_visible(timeout=5_000)
    expect(one.locator("#part-case details")).to_have_attribute("open", "")
