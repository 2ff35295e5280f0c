"""The pages of incidents: three taps, one thumb, and everybody sees the same (R127-R134, R5)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from devices.ids import uuid7
from hub.domain.alerts import Alert, AlertKind, Channel, Ring
from hub.domain.escalation import Priority
from hub.domain.incidents import HOUSE, Impact, IncidentMove, IncidentState
from hub.domain.meetings import Room
from hub.domain.playbooks import EVACUATES, IncidentKind
from hub.domain.task_kinds import Role
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.report_incident import report_incident
from hub.usecases.roll_call import mark_safe
from hub.usecases.work_incident import dismiss, tick_incident
from hub.web.alert_lines import _sentence
from hub.web.incident_cards import ICONS, way_out_key
from hub.web.open_tasks import read_open
from tests.hub.usecases.emergencies import furnish_playbooks
from tests.hub.web.scene import NOW, PROGRAM, TONGUES, StillClock, arrive, furnish_panels, on_duty, page

LIST = "/staff/incidents"


def furnish_incidents(store: Store) -> Store:
    """Let there be a fire in the hall with its first step done and a guest found, a drill, and a false alarm."""
    furnish_playbooks(store)
    with store.write() as tx:
        report_incident(tx, IncidentKind.FIRE, "hall", _who("fire"))
        tick_incident(tx, "fire-0", 1, _who("tick"))
        if tx.check_ins.admissions(["inv-1"]):
            mark_safe(tx, "fire-0", "inv-1", _who("safe"), safe=True)
        report_incident(tx, IncidentKind.ATTENDEE_UNWELL, HOUSE, _who("drill"), drill=True)
        report_incident(tx, IncidentKind.SECURITY, "hall", _who("over"))
        dismiss(tx, "over-0", _who("done"))
    return store


def _who(name: str) -> Deciding:
    numbers = _count(name)
    return Deciding(actor="小李", at=NOW, ids=lambda: next(numbers))


def _count(name: str) -> Iterator[str]:
    yield f"{name}-0"
    while True:
        yield uuid7()


def send(client: FlaskClient, path: str, **form: str) -> int:
    """Tap something, and return the answer's status."""
    return client.post(f"{LIST}{path}", data=form, headers=PROGRAM).status_code


def test_three_taps_from_the_staff_page_report_an_incident(client: FlaskClient, house: Store) -> None:
    """The entry, what, where: the third tap reports, and the page of the incident opens."""
    furnish_playbooks(house)
    on_duty(client)
    assert f'href="{LIST}/new"' in page(client.get("/staff"))
    assert 'href="?kind=fire"' in page(client.get(f"{LIST}/new"))
    asked = page(client.get(f"{LIST}/new?kind=fire"))
    assert 'name="room" value="hall"' in asked
    answer = client.post(LIST, data={"kind": "fire", "room": "hall"}, headers=PROGRAM)
    assert answer.status_code == 303
    text = page(client.get(answer.location))
    for each in ("火灾", "大厅", "119", 'href="tel:119"', "已于 09:20:00 报告上级", "清点人员"):
        assert each in text, each
    again = client.post(LIST, data={"kind": "fire", "room": "hall"}, headers=PROGRAM)
    assert again.location == answer.location
    staff = page(client.get("/staff"))
    assert f'href="{answer.location}"' in staff
    assert "按下手动报警器" in staff  # the team's card names its next step


def test_what_cannot_be_is_refused_with_its_field(client: FlaskClient, house: Store) -> None:
    """Without a name, an unknown kind, room, step, move, number or person."""
    furnish_incidents(house)
    assert send(client, "", kind="fire", room="hall") == 400
    on_duty(client)
    assert client.get(f"{LIST}/new?kind=flood").status_code == 400
    assert send(client, "", kind="flood", room="hall") == 400
    assert send(client, "", room="hall") == 400
    assert send(client, "", kind="fire", room="cellar") == 404
    assert client.get(f"{LIST}/nothing").status_code == 404
    assert client.get(f"{LIST}/nothing/roll").status_code == 404
    assert send(client, "/fire-0/steps/99") == 404
    assert send(client, "/fire-0/explode") == 404
    assert send(client, "/fire-0/resolve") == 400
    assert send(client, "/fire-0/resolve", impact="delay", amount="many") == 400
    assert send(client, "/fire-0/resolve", impact="delay") == 400
    assert send(client, "/fire-0/review", note="x") == 409
    assert send(client, "/fire-0/roll/inv-5", safe="yes") == 404


def test_it_is_worked_through_to_its_outcome(client: FlaskClient, house: Store) -> None:
    """Contained, resolved with its impact, reviewed, closed; each word of it stands on the page."""
    furnish_incidents(house)
    on_duty(client)
    assert "报告后 0 秒" in page(client.get(f"{LIST}/fire-0"))
    assert send(client, "/fire-0/steps/2") == 200
    assert send(client, "/fire-0/contain") == 200
    assert send(client, "/fire-0/resolve", impact="people", amount="3") == 200
    assert send(client, "/fire-0/review", note="插座老化") == 200
    assert send(client, "/fire-0/close", outcome="已更换") == 200
    text = page(client.get(f"{LIST}/fire-0"))
    for each in ("已结案", "3 人受影响", "插座老化", "已更换"):
        assert each in text, each
    assert "已更换" in page(client.get(LIST))
    assert send(client, "/fire-0/reopen") == 200
    assert "重新处理" in page(client.get(f"{LIST}/fire-0"))


def test_a_drill_says_so_on_every_page_and_card_and_is_counted_apart(client: FlaskClient, house: Store) -> None:
    """R129: in big words, in both languages."""
    furnish_incidents(house)
    on_duty(client)
    client.set_cookie("yingbin_language", "en")
    for path in (f"{LIST}/drill-0", f"{LIST}/drill-0/roll", f"{LIST}/new?drill=yes", f"{LIST}/new?kind=fire&drill=yes"):
        assert "DRILL, not a real incident" in page(client.get(path)), path
    staff = page(client.get("/staff"))
    assert staff.count("DRILL, not a real incident") == 3  # the superior's card and those of two teams
    text = page(client.get(LIST))
    assert "<strong>2</strong>" in text
    assert "<strong>1</strong>" in text
    assert "DRILL, not a real incident" not in page(client.get(f"{LIST}/fire-0"))
    answer = client.post(LIST, data={"kind": "fire", "room": "hall", "drill": "yes"}, headers=PROGRAM)
    assert answer.location != f"{LIST}/fire-0"


def test_the_roll_call_names_everybody_and_who_found_them(client: FlaskClient, house: Store) -> None:
    """R5: those who are missing first; a tick says who and when."""
    arrive(house, 1, 2, 3)
    furnish_incidents(house)
    on_duty(client)
    text = page(client.get(f"{LIST}/fire-0/roll"))
    assert "1 / 3 已找到" in text
    positions = [text.index(f'id="in-inv-{number}"') for number in (2, 1)]
    assert positions == sorted(positions)
    assert "小李 · 09:20:00" in text
    assert send(client, "/fire-0/roll/inv-2", safe="yes") == 200
    assert send(client, "/fire-0/roll/inv-1", safe="no") == 200
    assert "1 / 3 已找到" in page(client.get(f"{LIST}/fire-0"))


def test_a_fire_shows_every_room_its_way_out_in_both_languages(
    client: FlaskClient, house: Store, clock: StillClock
) -> None:
    """C.3.4: the room's own words, else the signs; nothing while nothing is the matter, and a drill is marked."""
    furnish_panels(house)
    furnish_playbooks(house)
    with house.write() as tx:
        tx.meetings.save_room(
            Room(key="hall", name=Words("大厅", "Hall"), exit=Words("出东门右转", "East Gate, then right"))
        )
    assert "way-out" not in page(client.get("/panel/hall"))
    with house.write() as tx:
        report_incident(tx, IncidentKind.EARTHQUAKE, "hall", _who("quake"), drill=True)
    clock.forward(6)
    text = page(client.get("/panel/hall?part=exit"))
    for each in ("出东门右转", "East Gate, then right", "蹲下、护头、抓牢", "Drop, cover, hold on", "演练", "DRILL"):
        assert each in text, each
    annex = page(client.get("/panel/annex?part=exit"))
    assert "请沿绿色安全出口标志疏散" in annex
    with house.write() as tx:
        report_incident(tx, IncidentKind.FIRE, HOUSE, _who("fire"))
    clock.forward(6)
    text = page(client.get("/panel/annex?part=exit"))
    assert "火灾" in text
    assert "DRILL" not in text  # what is real goes before an exercise


def test_every_word_and_picture_is_there_in_both_languages() -> None:
    """Kinds, states, impacts, teams, moves, and what everybody is told first."""
    assert set(ICONS) == set(IncidentKind)
    for tongue in TONGUES:
        for key in (
            *(f"incident.kind.{one}" for one in IncidentKind),
            *(f"incident.state.{one}" for one in IncidentState),
            *(f"incident.impact_of.{one}" for one in Impact),
            *(f"incident.step.{one}" for one in (*IncidentMove, "report", "report_drill", "report_again")),
            *(f"role.{one}" for one in Role),
            *(way_out_key(one) for one in EVACUATES),
        ):
            assert tongue.say(key)
        assert tongue.say("incident.had.delay", n=3)
        assert tongue.say("incident.had.people", n=3)


def test_incidents_are_counted_by_how_soon_they_were_answered(client: FlaskClient, house: Store) -> None:
    """R133: the median to the first step, and how many kept to the house's target; drills apart (R129)."""
    furnish_playbooks(house)
    with house.write() as tx:
        for number, seconds in enumerate((20, 61, 100)):
            kind = list(IncidentKind)[number]
            report_incident(tx, kind, "hall", _who(f"one-{number}"))
            late = replace(_who("tick"), at=NOW + timedelta(seconds=seconds))
            tick_incident(tx, f"one-{number}-0", 1, late)
    client.set_cookie("yingbin_language", "en")
    text = page(client.get(LIST))
    assert "first step after 61 s (median); 1 of 3 within 60 s" in text
    assert text.count("(median)") == 1  # no drill was answered yet


def test_an_alert_on_a_tablet_says_that_it_is_a_drill_before_anything_else(house: Store) -> None:
    """R129: whoever hears it must not run for nothing; a real one has no such word."""
    furnish_incidents(house)
    with house.read() as tx:
        found = read_open(tx)
    for task in (one for one in found.tasks if "incident" in one.facts):
        alert = Alert(
            id="a",
            person="小李",
            channel=Channel.TABLET,
            kind=AlertKind.LATE,
            ring=Ring.LOUD,
            priority=Priority.HIGH,
            tag="t",
            created_at=NOW,
            expires_at=NOW + timedelta(minutes=5),
            task=task.id,
        )
        line = _sentence(alert, task, found, TONGUES[1], NOW)
        assert line.startswith("DRILL · ") is (task.facts["incident"] == "drill-0")


@pytest.mark.browser
def test_one_reports_and_another_sees_it_at_once_and_both_call_the_roll(
    visit: Callable[..., Page], house: Store
) -> None:
    """Three taps on a telephone; the tablet at the desk shows it, the panel the way out; ticks cross over."""
    arrive(house, 1, 2, 3)
    furnish_playbooks(house)
    tablet = visit("/staff", size=(1024, 768), person="王主管")
    panel = visit("/panel/hall", size=(1280, 800))
    expect(panel.locator(".way-out")).to_have_count(0)
    phone = visit("/staff", size=(390, 844))
    phone.locator("#emergency .report").click()
    phone.get_by_role("link", name="火灾").click()
    phone.get_by_role("button", name="大厅").click()
    expect(phone.locator("h1")).to_contain_text("火灾")
    expect(tablet.locator("#emergency .going")).to_contain_text("火灾")
    expect(panel.locator(".way-out")).to_contain_text("请立即离开")
    phone.locator("#tick-1 button").click()
    expect(phone.locator("#step-1")).to_contain_text("小李")
    expect(phone.locator(".state")).to_have_text("处理中")
    tablet.locator("#emergency .going").click()
    expect(tablet.locator("#step-1")).to_contain_text("小李")
    tablet.get_by_role("link", name="清点人员").click()
    phone.get_by_role("link", name="清点人员").click()
    tablet.locator("#in-inv-2 button[name=safe]").click()
    expect(phone.locator("#in-inv-2")).to_contain_text("王主管")
    expect(phone.locator(".sum")).to_contain_text("1 / 3")
    phone.emulate_media(media="print")
    assert phone.locator("#in-inv-2 .box").is_visible()
    assert phone.locator("#in-inv-2 button[name=safe]").is_hidden()
