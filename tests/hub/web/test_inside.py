"""Who is inside, who has left, what guests remark: pages and their taps (R5, R66, R69)."""

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from hub.ports import Store
from tests.hub.build import HALL
from tests.hub.usecases.emergencies import furnish_playbooks
from tests.hub.web.scene import NOW, PROGRAM, arrive, on_duty, page
from tests.hub.web.test_incidents import furnish_incidents


def send(client: FlaskClient, path: str, **form: str) -> int:
    """Tap something, and return the answer's status."""
    return client.post(path, data=form, headers=PROGRAM).status_code


def test_a_tap_notes_who_has_left_on_each_page_that_lists_them(client: FlaskClient, house: Store) -> None:
    """The list by room, the guest's page and the roll call agree; a second tap takes it back."""
    arrive(house, 1, 2)
    with house.write() as tx:
        tx.meetings.save_room(replace(HALL, safe_capacity=2))
    on_duty(client)
    text = page(client.get("/staff/inside"))
    assert "共 2 位" in text
    assert "已达安全人数" in text
    assert send(client, "/staff/inside/inv-1", left="yes") == 200
    text = page(client.get("/staff/inside"))
    assert "共 1 位" in text
    assert "已达安全人数" not in text
    assert "离场，小李 登记" in text
    assert "已离场" in page(client.get("/staff/guests/inv-1"))
    furnish_playbooks(house)
    answer = client.post("/staff/incidents", data={"kind": "fire", "room": "hall"}, headers=PROGRAM)
    roll = page(client.get(answer.headers["Location"] + "/roll"))
    assert "0 / 1 已找到" in roll
    assert "已离场 1" in roll
    assert send(client, "/staff/inside/inv-1", left="no") == 200
    assert "共 2 位" in page(client.get("/staff/inside"))


def test_what_cannot_be_noted_is_refused(client: FlaskClient, house: Store) -> None:
    """Nobody's tap, an answer that no button gives, somebody who never came; and a way back out of the house."""
    arrive(house, 1)
    assert send(client, "/staff/inside/inv-1", left="yes") == 400
    on_duty(client)
    assert send(client, "/staff/inside/inv-1", left="perhaps") == 400
    assert send(client, "/staff/inside/inv-3", left="yes") == 404
    for back in ("https://elsewhere.example", "//elsewhere.example", "/staff/\\elsewhere"):
        answer = client.post(
            "/staff/inside/inv-1", data={"left": "yes", "back": back}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.headers["Location"] == "/staff/inside"


def test_a_remark_is_sent_with_one_tap_and_listed_with_who_took_note(client: FlaskClient, house: Store) -> None:
    """R69: in words for the team; a team that does not exist is refused."""
    on_duty(client)
    assert (
        client.post("/staff/remarks", data={"text": "茶不错", "team": "logistics"}, headers=PROGRAM).status_code == 303
    )
    assert send(client, "/staff/remarks", text="茶不错", team="nobody") == 400
    assert send(client, "/staff/remarks", text=" ", team="logistics") == 400
    text = page(client.get("/staff/remarks"))
    assert "茶不错" in text
    assert "还没有人收到" in text
    assert "茶不错" in page(client.get("/staff"))
    with house.read() as tx:
        (remark,) = tx.tasks.open()
    assert send(client, f"/staff/tasks/{remark.id}/finish") == 200
    assert "小李" in page(client.get("/staff/remarks"))
    assert "还没有人收到" not in page(client.get("/staff/remarks"))


def test_three_taps_tell_the_supervisor_of_a_complaint(client: FlaskClient, house: Store) -> None:
    """R66: report, complaint, where; then what it is about."""
    furnish_playbooks(house)
    on_duty(client)
    assert "客户投诉" in page(client.get("/staff/incidents/new"))
    answer = client.post("/staff/incidents", data={"kind": "complaint", "room": "hall"}, headers=PROGRAM)
    where = answer.headers["Location"]
    assert send(client, f"{where}/describe", about="等了二十分钟") == 200
    assert "等了二十分钟" in page(client.get(where))
    assert "客户投诉" in page(client.get("/staff"))


def test_an_incident_of_a_meeting_leads_to_the_agenda_that_may_have_to_move(client: FlaskClient, house: Store) -> None:
    """One tap away while people are at work on it."""
    furnish_incidents(house)
    link = 'href="/staff/meetings/launch/agenda"'
    assert link in page(client.get("/staff/incidents/fire-0"))
    assert link not in page(client.get("/staff/incidents/drill-0"))
    assert link not in page(client.get("/staff/incidents/over-0"))


def test_drills_have_their_dates_and_the_times_of_their_steps(client: FlaskClient, house: Store) -> None:
    """R129: what was never practised says so; each step of a drill with its seconds and its target."""
    furnish_incidents(house)
    text = page(client.get("/staff/drills"))
    assert "还没有演练过" in text
    assert "每 6 个月一次" in text
    assert "没有做" in text
    client.set_cookie("yingbin_language", "en")
    english = page(client.get("/staff/drills"))
    assert "never practised" in english
    assert "not done" in english


def test_faults_that_were_not_mended_in_time_are_counted(client: FlaskClient, house: Store) -> None:
    """R119: this week's, and the week's before."""
    with house.write() as tx:
        for days in (1, 2, 9):
            tx.records.audit("hub", "task.swap_late", f"fault-{days}", NOW - timedelta(days=days))
    text = page(client.get("/staff/health"))
    row = text[text.index("五分钟内没有换好的设备") :]
    assert row.index("2") < row.index("1")
    with house.read() as tx:
        assert tx.records.counted("task.swap_late", NOW - timedelta(days=7), NOW) == 2
