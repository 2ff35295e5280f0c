"""One guest's data on the pages: given out, or removed, by whom that is allowed, and never twice asked."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.accounts import SessionTimes
from hub.domain.guests import pseudonym
from hub.domain.permissions import Part
from hub.domain.retention import RETENTION
from hub.known_words import STAY
from hub.ports import Store
from hub.purging import Purger
from hub.store.personal import PSEUDONYMOUS
from hub.web import WebParts, create_app
from tests.hub.test_purging import _Alone
from tests.hub.web.scene import OURS, PROGRAM, StillClock, arrive, enter, on_duty, page

PATH = "/staff/guests/inv-4/privacy"
LEADER = frozenset({Part.SUPERVISOR})
BOTH = pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("清除时会消失", "作为数字保留", "这位来宾现在在场内", "邀请会被撤回", "确定清除")),
        ("en", ("What goes if removed", "What stays as numbers", "is inside now", "are withdrawn", "Remove for good")),
    ],
)


@pytest.fixture
def leader(client: FlaskClient) -> FlaskClient:
    """Give a browser of somebody who leads, and has said who they are."""
    return on_duty(client)


def audited(store: Store, subject: str) -> list[tuple[str, str]]:
    """Return who did what to a subject, of what is about privacy."""
    with store.read() as tx:
        return [
            (one.actor, one.action)
            for one in tx.audit_chain.newest(2**62, 99, family="privacy")
            if one.subject == subject
        ]


@BOTH
def test_the_page_says_beforehand_what_goes_what_stays_and_what_that_means(
    leader: FlaskClient, house: Store, language: str, said: tuple[str, ...]
) -> None:
    """Also that the guest is inside now, and is invited to what is not over."""
    arrive(house, 4)
    leader.set_cookie("yingbin_language", language)
    assert f'href="{PATH}"' in page(leader.get("/staff/guests/inv-4"))
    text = page(leader.get(PATH))
    for words in said:
        assert words in text


@BOTH
def test_of_a_guest_who_is_not_there_no_such_warning_is_given(
    leader: FlaskClient, house: Store, language: str, said: tuple[str, ...], clock: StillClock
) -> None:
    """And once the meeting is over nothing is withdrawn."""
    leader.set_cookie("yingbin_language", language)
    assert said[2] not in page(leader.get(PATH))
    arrive(house, 4)
    clock.forward(86_400)
    text = page(leader.get(PATH))
    assert said[2] not in text
    assert said[3] not in text


def test_all_that_is_known_is_given_out_in_a_file_that_nobody_s_name_is_on(leader: FlaskClient, house: Store) -> None:
    """To read and print in both languages, and for programs; no browser or proxy keeps it; the log has the id."""
    arrive(house, 4)
    for kind, ending, words in (("page", "html", ("王4", "扫码记录", "Scans", "name")), ("data", "json", ("王4",))):
        answer = leader.post(f"{PATH}/file", data={"as": kind}, headers=OURS)
        text = page(answer)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="guest-data.{ending}"'
        for one in words:
            assert one in text
        assert "王5" not in text
    assert json.loads(text)["check_ins"]
    assert audited(house, "guest-4") == [("小李", "privacy.export")] * 2


def test_a_removed_guest_is_a_number_and_the_page_says_so(leader: FlaskClient, house: Store) -> None:
    """Asked once; the admission stays, the code opens nothing, and the log names an id."""
    arrive(house, 4)
    assert "王4" in page(leader.get("/staff/meetings/launch"))
    answer = leader.post(f"{PATH}/erase", data={"sure": "yes"}, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    text = page(leader.get(PATH))
    assert "已清除" in text
    assert "/erase" not in text
    assert "王4" not in text + page(leader.get("/staff/meetings/launch")) + page(leader.get("/staff/inside"))
    with house.read() as tx:
        assert tx.guests.by_invitation(["inv-4"])["inv-4"].guest.name == pseudonym("guest-4")
        assert tx.guests.by_invitation(["inv-4"])["inv-4"].invitation.code == ""
        assert "inv-4" in tx.check_ins.admissions(["inv-4"])
        assert not any("王4" in row.actor + row.action + row.subject for row in tx.audit_chain.newest(2**62, 999))
    assert audited(house, "guest-4") == [("小李", "privacy.erase")]


def test_the_last_bytes_leave_the_files_with_the_next_night(
    leader: FlaskClient, house: Store, clock: StillClock, tmp_path: Path
) -> None:
    """By day no guest at a door waits until a file is copied; a hub that was stopped meanwhile does it as it starts."""
    arrive(house, 4)
    leader.post(f"{PATH}/erase", data={"sure": "yes"}, headers=OURS)
    with house.read() as tx:
        assert "guests" in tx.personal_data.left_behind()
    purger = Purger(house, RETENTION, clock=clock, ids=lambda: "id", alone=_Alone(mine=True))
    while purger.turn():
        pass
    with house.read() as tx:
        assert tx.personal_data.left_behind() == {}
    assert not any("王4".encode() in path.read_bytes() for path in tmp_path.iterdir() if path.is_file())


def test_without_a_yes_or_a_kind_of_file_nothing_happens(leader: FlaskClient, house: Store) -> None:
    """A form that was sent by mistake removes nobody."""
    for path, form, field in (
        ("erase", {}, "sure"),
        ("erase", {"sure": "no"}, "sure"),
        ("file", {}, "as"),
        ("file", {"as": "../x"}, "as"),
    ):
        answer = leader.post(f"{PATH}/{path}", data=form, headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["field"]) == (400, field)
    assert audited(house, "guest-4") == []


def test_an_admin_removes_and_gives_nothing_out(app: Flask, house: Store) -> None:
    """Least privilege: taking data out of the house is the supervisor's."""
    del house
    admin = enter(app.test_client(), frozenset({Part.ADMIN}), "管理员")
    text = page(admin.get(PATH))
    assert "/privacy/erase" in text
    assert "/privacy/file" not in text
    assert admin.post(f"{PATH}/file", data={"as": "page"}, headers=PROGRAM).status_code == 403


def test_who_is_there_and_who_is_not_is_answered_alike_to_who_may_not(app: Flask, house: Store) -> None:
    """Nobody learns by asking which guests there are; to who may, an unknown one is not found."""
    del house
    desk, leader = enter(app.test_client(), frozenset({Part.DESK}), "前台"), enter(app.test_client(), LEADER, "主管")
    for method, path in (("get", ""), ("post", "/file"), ("post", "/erase")):
        asked = [
            getattr(desk, method)(f"/staff/guests/{one}/privacy{path}", headers=PROGRAM) for one in ("inv-4", "no")
        ]
        assert [answer.status_code for answer in asked] == [403, 403]
        assert asked[0].get_json() == asked[1].get_json()
        form = {"data": {"sure": "yes", "as": "page"}} if method == "post" else {}
        answer = getattr(leader, method)(f"/staff/guests/no/privacy{path}", headers=PROGRAM, **form)
        assert answer.status_code == 404
    assert f'href="{PATH}"' not in page(desk.get("/staff/guests/inv-4"))


def test_a_proof_of_who_asks_must_be_minutes_old(parts: WebParts, house: Store, clock: StillClock) -> None:
    """A page left open does neither; the way leads over the proof and back to the page (ASVS 7.5.3)."""
    client = on_duty(enter(create_app(replace(parts, sessions=SessionTimes())).test_client()))
    page(client.get(PATH))
    clock.forward(SessionTimes().proof.total_seconds())
    for answer in (client.get(PATH), client.post(f"{PATH}/erase", data={"sure": "yes", "back": PATH}, headers=OURS)):
        assert answer.status_code == 303
        assert re.fullmatch(rf"/again\?back={PATH}", answer.headers["Location"])
    assert audited(house, "guest-4") == []


def test_what_is_said_to_stay_is_what_the_store_keeps() -> None:
    """One list of it, whatever the layer."""
    assert {name for name, _ in PSEUDONYMOUS} == set(STAY)
