"""A supervisor's page of people and tablets: who may see it, what it changes, and codes that are shown once."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.permissions import Part
from hub.domain.staff import Staff
from hub.domain.task_kinds import Role
from hub.ports import Store
from tests.hub.web.people_scene import PINS, carry, hire, signed_in
from tests.hub.web.scene import NOW, OURS, PROGRAM, enter, page
from tests.hub.web.test_access import RULES, SIZES, TAGS, TARGETS, UNFOLD, address

Visit = Callable[..., Page]
NEW = {"name": "小赵", "roles": ["receptionist"], "zones": ["hall"], "skills": "en，茶艺, ", "language": "en"}
ONLY_SUPERVISORS = (
    ("get", "/staff/people"),
    ("get", "/staff/shifts"),
    ("post", "/staff/people"),
    ("post", "/staff/people/li/change"),
    ("post", "/staff/people/li/retire"),
    ("post", "/staff/people/li/return"),
    ("post", "/staff/people/li/pin"),
    ("post", "/staff/people/li/badge"),
    ("post", "/staff/people/tablets"),
    ("post", "/staff/people/tablets/x/remove"),
    ("post", "/staff/shifts/remove"),
    ("post", "/staff/shifts/meetings/launch"),
    ("post", "/staff/shifts"),
)
"""What nobody else may open or do."""

FORM = NEW | {
    "staff": "li",
    "starts": "2026-12-01T00:20:00+00:00",
    "from": "20:00",
    "until": "21:00",
    "importance": "1",
}


def people(store: Store) -> dict[str, Staff]:
    """Return everybody by name."""
    with store.read() as tx:
        return {one.name: one for one in tx.staff.all()}


def kept(store: Store) -> list[object]:
    """Return all that these pages could change."""
    with store.read() as tx:
        return [tx.staff.all(), tx.staff.coded(), [(one.id, one.name) for one in tx.duties.tablets()], tx.feed.head()]


@pytest.fixture
def boss(app: Flask, house: Store) -> FlaskClient:
    """Give the supervisor's tablet."""
    return signed_in(app, hire(house), "wang")


@pytest.mark.parametrize("key", ["li", "wu", None])
def test_nobody_but_a_supervisor_opens_or_changes_anything_here(app: Flask, house: Store, key: str | None) -> None:
    """Neither a colleague nor a tablet at which nobody has signed in; nothing is changed."""
    client = signed_in(app, hire(house), key or "li")
    if key is None:
        client.post("/staff/sign-out", headers=OURS)
    before = kept(house)
    for method, path in ONLY_SUPERVISORS:
        answer = getattr(client, method)(path, data=FORM if method == "post" else None, headers=PROGRAM)
        refused = (401, "sign_in_first") if key is None else (403, "not_allowed")
        assert (answer.status_code, answer.get_json()["code"]) == refused, path
    assert kept(house) == before


def test_the_desk_gives_nobody_a_code_with_which_it_would_be_a_supervisor(app: Flask, house: Store) -> None:
    """An account that issues guests' codes leads nobody: no PIN, no badge, no tablet to type them at."""
    desk = enter(app.test_client(), frozenset({Part.DESK}), "前台")
    hire(house)
    before = kept(house)
    for path in ("wang/pin", "wang/badge", "tablets"):
        answer = desk.post(f"/staff/people/{path}", data={"name": "平板"}, headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")
    assert kept(house) == before


def test_the_list_says_who_does_what_where_and_how_they_stand(boss: FlaskClient) -> None:
    """Teams, zones, skills, the tablet at which they are, their shift, and by what they sign in."""
    text = page(boss.get("/staff/people"))
    li, wang = (
        re.sub(r"<[^>]*>", " ", text.split(f'id="person-{key}"')[1].split("</dl>")[0]) for key in ("li", "wang")
    )
    assert [word for word in ("接待", "大厅", "en", "茶艺", "不在岗", "08:20", "口令") if word not in li] == []
    assert [word for word in ("主管", "组长", "全馆", "在岗", "大堂平板") if word not in wang] == []


def test_a_person_is_added_changed_let_go_and_taken_back(boss: FlaskClient, house: Store) -> None:
    """Each with one form, under the supervisor's name."""
    assert boss.post("/staff/people", data=NEW, headers=OURS).headers["Location"] == "/staff/people"
    made = people(house)["小赵"]
    assert (made.roles, made.zones, made.skills) == (
        frozenset({Role.RECEPTIONIST}),
        frozenset({"hall"}),
        frozenset({"en", "茶艺"}),
    )
    path = f"/staff/people/{made.key}"
    changed = NEW | {"name": "赵师傅", "roles": ["technician"], "leads": ["technician"], "zones": []}
    boss.post(f"{path}/change", data=changed, headers=OURS)
    assert people(house)["赵师傅"].leads == {Role.TECHNICIAN}
    for step, active in (("retire", False), ("return", True)):
        boss.post(f"{path}/{step}", headers=OURS)
        assert people(house)["赵师傅"].active is active
    with house.read() as tx:
        (one,) = tx.records.audited(f"{made.key} receptionist", tx_start(), 9)
    assert (one.actor, one.action) == ("王姐", "staff.add")


def tx_start() -> datetime:
    """Return an instant before all others."""
    return NOW - timedelta(days=1)


def test_mistakes_name_the_field_and_the_remedy(boss: FlaskClient) -> None:
    """As a program hears them."""
    for changes, field in (({"name": "小李"}, "name"), ({"roles": []}, "roles"), ({"zones": ["roof"]}, "zones")):
        told = boss.post("/staff/people", data=NEW | changes, headers=PROGRAM).get_json()
        assert (told["field"], told["status"]) == (field, 400)
        assert told["remedy"]
    assert boss.post("/staff/people/li/promote", headers=PROGRAM).status_code == 404
    assert boss.post("/staff/people/wang/retire", headers=PROGRAM).get_json()["field"] == "roles"


def test_a_new_pin_is_shown_once_signs_in_and_ends_the_one_before(boss: FlaskClient, house: Store) -> None:
    """No browser keeps the answer, and no other page or table knows the PIN."""
    answer = boss.post("/staff/people/li/pin", headers=OURS)
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'id="pin">(\d{6})<', page(answer))
    assert found is not None
    assert found[1] not in page(boss.get("/staff/people"))
    assert (
        boss.post("/staff/sign-in", data={"code": str(PINS["li"])}, headers=OURS)
        .headers["Location"]
        .endswith("wrong=1")
    )
    assert boss.post("/staff/sign-in", data={"code": found[1]}, headers=OURS).headers["Location"] == "/staff"
    with house.read() as tx:
        assert [one.action for one in tx.records.audited("li", tx_start(), 9)].count("staff.pin") == 2
        assert "小李" in [duty.person for duty in tx.duties.all()]


@pytest.mark.parametrize("typed", ["", "B-7791-2204"])
def test_a_badge_is_made_to_print_or_taken_as_it_is_scanned(boss: FlaskClient, typed: str) -> None:
    """A new one with its symbol; one that is there already is not shown again."""
    text = page(boss.post("/staff/people/li/badge", data={"code": typed}, headers=OURS))
    made = re.search(r'id="badge">([A-Z0-9]{16})<', text)
    assert (made is None, 'class="qr"' in text) == (bool(typed), not typed)
    code = typed or (made[1] if made else "")
    assert boss.post("/staff/sign-in", data={"code": code}, headers=OURS).headers["Location"] == "/staff"


def test_a_new_pin_ends_what_the_old_one_opened(app: Flask, house: Store) -> None:
    """Whoever saw it has nothing; the person stays on duty, and their tablet asks for the new one."""
    admin = enter(app.test_client(), frozenset({Part.ADMIN}), "老板")
    seen = signed_in(app, hire(house), "wang")
    assert seen.get("/staff/people").status_code == 200
    text = page(admin.post("/staff/people/wang/pin", headers=OURS))
    assert seen.get("/staff/people", headers=PROGRAM).status_code == 401
    with house.read() as tx:
        assert tx.duties.get("王姐") is not None
    fresh = re.search(r'id="pin">(\d{6})<', text)
    assert fresh is not None
    assert seen.post("/staff/sign-in", data={"code": fresh[1]}, headers=OURS).headers["Location"] == "/staff"


def test_a_badge_that_could_be_guessed_is_refused(boss: FlaskClient) -> None:
    """By its field, as on the command line."""
    told = boss.post("/staff/people/li/badge", data={"code": "1234"}, headers=PROGRAM).get_json()
    assert (told["field"], told["status"]) == ("code", 400)


def test_a_tablet_joins_with_the_code_that_is_shown_and_is_sent_away_again(
    app: Flask, boss: FlaskClient, house: Store
) -> None:
    """The code is good once; who was signed in at the tablet is off."""
    text = page(boss.post("/staff/people/tablets", data={"name": "二楼平板"}, headers=OURS))
    found = re.search(r'id="join">(\d{8})<', text)
    assert found is not None
    assert "09:35" in text
    fresh = app.test_client()
    assert fresh.post("/staff/join", data={"code": found[1]}, headers=OURS).headers["Location"] == "/staff/sign-in"
    assert app.test_client().post("/staff/join", data={"code": found[1]}, headers=PROGRAM).status_code == 400
    fresh.post("/staff/sign-in", data={"code": str(PINS["li"])}, headers=OURS)
    with house.read() as tx:
        (tablet,) = [one for one in tx.duties.tablets() if one.name == "二楼平板"]
    assert "二楼平板" in page(boss.get("/staff/people"))
    boss.post(f"/staff/people/tablets/{tablet.id}/remove", headers=OURS)
    with house.read() as tx:
        assert [one.name for one in tx.duties.tablets()] == ["大堂平板"]
        assert tx.duties.get("小李") is None
    assert boss.post("/staff/people/tablets", data={"name": "大堂平板"}, headers=PROGRAM).get_json()["field"] == "name"


def test_a_house_without_a_list_begins_it_on_the_page_and_nobody_is_locked_out(app: Flask, house: Store) -> None:
    """The first is a supervisor, who gets a PIN and this tablet's code at once; a typed name is nobody from then on."""
    client = enter(app.test_client())
    assert client.post("/staff/people", data=NEW, headers=PROGRAM).get_json()["field"] == "name"
    client.post("/staff/shift", data={"name": "店长"}, headers=OURS)
    assert client.post("/staff/people", data=NEW, headers=PROGRAM).get_json()["field"] == "roles"
    text = page(client.post("/staff/people", data=NEW | {"roles": ["supervisor"]}, headers=OURS))
    pin, join = (re.search(rf'id="{name}">(\d+)<', text) for name in ("pin", "join"))
    assert pin is not None
    assert join is not None
    assert (
        enter(app.test_client(), frozenset({Part.DESK}), "前台").get("/staff/people", headers=PROGRAM).status_code
        == 403
    )
    client.post("/staff/join", data={"code": join[1]}, headers=OURS)
    assert client.post("/staff/sign-in", data={"code": pin[1]}, headers=OURS).headers["Location"] == "/staff"
    assert "小赵" in page(client.get("/staff/people"))
    assert people(house)["小赵"].by_hand


@pytest.mark.browser
def test_a_supervisor_invites_a_tablet_which_scans_its_way_in(visit: Visit, house: Store) -> None:
    """The symbol's address brings the code in its fragment, which no server sees; the pad has it filled in."""
    del house
    first = visit("/staff/people", live=False)
    first.fill("#add input[name=name]", "王姐")
    first.check("#add input[name=roles][value=supervisor]")
    first.click("#add button.main")
    pin, code = first.inner_text("#pin"), first.inner_text("#join")
    other = visit(f"/staff/join#{code}", live=False)
    expect(other.locator("#code")).to_have_value(code)
    assert other.url.endswith("/staff/join")
    other.click("#pad button.main")
    other.wait_for_url("**/staff/sign-in")
    for digit in pin:
        other.click(f"[data-key='{digit}']")
    other.wait_for_url("**/staff")
    expect(other.locator("#me summary")).to_contain_text("王姐")


@pytest.mark.browser
@pytest.mark.parametrize("size", ["tablet", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_with_people_can_be_used_by_everybody(
    visit: Visit, app: Flask, house: Store, language: str, size: str
) -> None:
    """Axe, no sideways scrolling, and targets for a thumb, with all that folds laid open."""
    client = signed_in(app, hire(house), "wang")
    tab = visit("/staff/join", person=None, language=language, size=SIZES[size], live=False, reduced_motion="reduce")
    carry(client, tab)
    for path in ("/staff/people", "/staff/shifts", "/staff/board", "/staff/part"):
        tab.goto(address(tab) + path)
        look_over(tab, path)
    tab.goto(address(tab) + "/staff/people")
    tab.click("#codes-li summary")
    tab.click("#codes-li form:last-child button")
    expect(tab.locator("#badge")).to_be_visible()
    look_over(tab, "badge")


def look_over(tab: Page, path: str) -> None:
    """Check one page as it stands."""
    tab.evaluate(UNFOLD)
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES}
    found = Axe().run(tab, options=options).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"][:3]]) for one in found] == [], path
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
    small = tab.locator(TARGETS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80),"
        " one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
        ".filter(box => box[1] < 44 || box[2] < 44)"
    )
    assert small == [], path
