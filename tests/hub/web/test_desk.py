"""The desk: how the house and its booking system stand, what a person decides, and today's rooms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.booking_ports import AnswerUnreadable, LoginRefused, SourceAway, SourceWrong
from hub.domain.bookings import Firmness, Hold
from hub.domain.errors import HubError
from hub.domain.source_items import BadItem
from hub.domain.syncing import ConflictKind, Pull, choices
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.follow_source import note_failure
from hub.web import WebParts, create_app
from hub.web.desk_lines import Desk, State, bad_lines, read_desk, source_lines
from hub.web.desk_rooms import Day, day_of
from hub.web.language import Tongue
from tests.hub.build import HALL, T0
from tests.hub.usecases.following import SIDE, Book, Follower
from tests.hub.web.desk_scene import ORDER, desk_hub, followed, furnish_desk, today
from tests.hub.web.scene import EN, NOW, OURS, PROGRAM, TONGUES, ZH, enter, on_duty, page

EVERY = timedelta(seconds=5)


@pytest.fixture
def desk(parts: WebParts, house: Store) -> tuple[FlaskClient, Follower]:
    """Give a browser of somebody on duty, and the hub that follows."""
    hub = furnish_desk(house)
    client = enter(create_app(replace(parts, sources=followed(hub))).test_client())
    return on_duty(client), hub


def ask(hub: Follower, kind: ConflictKind) -> tuple[str, str]:
    """Return the id of the open question of a kind, and about what it is."""
    (found,) = [one for one in hub.asked() if one.kind is kind]
    return found.id, found.subject


def seen(text: str, conflict: str) -> str:
    """Return what the page has shown of a question."""
    form = text.partition(f'action="/desk/questions/{conflict}"')[2]
    return form.partition('name="seen" value="')[2].partition('"')[0].replace("&#39;", "'")


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_house_without_sources_is_told_how_to_name_one(client: FlaskClient, house: Store, tongue: Tongue) -> None:
    """And that nothing is to be decided."""
    del house
    client.set_cookie("yingbin_language", tongue.language)
    text = page(client.get("/desk"))
    for key in ("desk.no_sources", "desk.no_questions", "desk.bad_none", "desk.heard_none", "desk.rooms.free"):
        assert tongue.say(key) in text
    assert "[[sources]]" in text


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_question_is_asked_in_words_with_what_follows(desk: tuple[FlaskClient, Follower], tongue: Tongue) -> None:
    """No placeholder, no key and no dash is left over; what only tells has one button."""
    client, hub = desk
    client.set_cookie("yingbin_language", tongue.language)
    text = page(client.get("/desk"))
    assert {one.kind for one in hub.asked()} == set(ConflictKind)
    assert text.count('name="decision"') == sum(len(choices(kind)) for kind in ConflictKind)
    for word in ("{", "desk.ask", "mass_deletion", "—"):
        assert word not in text.partition("<main")[2].partition('data-part="rooms"')[0]


def test_a_decision_is_taken_once_and_the_second_person_is_told_by_whom(desk: tuple[FlaskClient, Follower]) -> None:
    """It is done at once, and stands among the decisions."""
    client, hub = desk
    conflict, meeting = ask(hub, ConflictKind.MOVED_IN_USE)
    form = {"decision": "took_theirs", "seen": seen(page(client.get("/desk")), conflict)}
    assert client.post(f"/desk/questions/{conflict}", data=form, headers=OURS).status_code == 303
    with hub.store.read() as tx:
        assert tx.meetings.get([meeting])[meeting].starts_at == T0 + timedelta(hours=0.5)
    text = page(client.get("/desk"))
    assert f"question-{conflict}" not in text
    assert "照预订系统改" in text.partition("最近的决定")[2]
    on_duty(client, "小陈")
    answer = client.post(f"/desk/questions/{conflict}", data=form, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["title"]) == (409, "小李 已经做了决定")


def test_a_decision_needs_a_person_a_choice_and_our_own_page(desk: tuple[FlaskClient, Follower]) -> None:
    """Nothing is decided otherwise."""
    client, hub = desk
    conflict, _ = ask(hub, ConflictKind.GONE_IN_USE)
    form = {"decision": "took_theirs", "seen": seen(page(client.get("/desk")), conflict)}
    path = f"/desk/questions/{conflict}"
    assert client.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, data=form | {"decision": "open"}, headers=PROGRAM).status_code == 400
    assert client.post(path, data=form | {"seen": "something else"}, headers=PROGRAM).status_code == 409
    nobody = enter(client.application.test_client())
    assert nobody.post(path, data=form, headers=PROGRAM).status_code == 400
    assert 'name="decision"' not in page(nobody.get("/desk"))
    assert conflict in {one.id for one in hub.asked()}


def test_an_answer_that_was_kept_out_may_be_let_through_after_all(desk: tuple[FlaskClient, Follower]) -> None:
    """The source says so until then."""
    client, hub = desk
    conflict, _ = ask(hub, ConflictKind.MASS_DELETION)
    form = {"decision": "kept_ours", "seen": seen(page(client.get("/desk")), conflict)}
    client.post(f"/desk/questions/{conflict}", data=form, headers=OURS)
    text = page(client.get("/desk?part=sources"))
    assert "已决定保留" in text
    with hub.store.read() as tx:
        (pull,) = [one for one in tx.sync.pulls() if one.held]
    form = {"collection": pull.collection, "seen": pull.held}
    assert client.post("/desk/sources/calendar/let-through", data=form, headers=OURS).status_code == 303
    assert "已决定保留" not in page(client.get("/desk?part=sources"))
    with hub.store.read() as tx:
        assert tx.sync.pull("calendar", pull.collection).allowed == pull.held


def test_a_source_says_how_old_it_is_in_words(parts: WebParts, house: Store) -> None:
    """In step, a little old, out of reach, never read: by its age, and its own pace."""
    sources = followed(desk_hub(house))
    asked = Pull(source="venue", collection="rooms", tried_at=NOW)

    def stands(**changes: object) -> State:
        desk = Desk(pulls=[replace(asked, **changes)])  # type: ignore[arg-type] # any field of a pull
        return source_lines(sources, desk, ZH, NOW)[0].state

    assert [one.state for one in source_lines(sources, Desk(), ZH, NOW)] == [State.NEW] * len(ORDER)
    assert stands(ok_at=NOW - 2 * EVERY) is State.IN_STEP
    assert stands(ok_at=NOW - timedelta(minutes=2), failures=3) is State.LATE
    assert stands(ok_at=NOW - timedelta(minutes=20), failures=9) is State.AWAY
    assert stands(ok_at=NOW, held="x") is State.HELD
    assert stands(failures=2) is State.NEVER
    slow = {"venue": replace(sources["venue"], every=timedelta(minutes=10))}
    read = replace(asked, ok_at=NOW - timedelta(minutes=20))
    assert source_lines(slow, Desk(pulls=[read]), ZH, NOW)[0].state is State.IN_STEP
    gone = replace(asked, collection="gone", tried_at=NOW - timedelta(days=1), ok_at=NOW - timedelta(days=1))
    (line, *_) = source_lines(sources, Desk(pulls=[gone, replace(asked, ok_at=NOW)]), ZH, NOW)
    assert (line.state, line.parts) == (State.IN_STEP, 1), "what left the settings makes nothing old"
    del parts


@pytest.mark.parametrize("tongue", TONGUES)
@pytest.mark.parametrize("problem", [SourceAway, SourceWrong, LoginRefused, AnswerUnreadable])
def test_why_a_source_cannot_be_read_is_said_in_the_pages_words(
    desk: tuple[FlaskClient, Follower], problem: type[HubError], tongue: Tongue
) -> None:
    """Which kind of trouble it is, with a sentence of its own; the English detail is quoted as such."""
    client, hub = desk
    with hub.store.write() as tx:
        note_failure(tx, "club", "list", problem("as the source says"), NOW)
    client.set_cookie("yingbin_language", tongue.language)
    text = page(client.get("/desk?part=sources")).partition('id="source-club"')[2]
    assert f"<p>{tongue.say(f'desk.trouble.{problem.code}')}</p>" in text.replace("&#39;", "'")
    assert '<q lang="en">as the source says</q>' in text


@pytest.mark.parametrize(
    ("tongue", "words"),
    [
        (ZH, ("<strong>结束时间</strong> 不晚于开始时间", "请改正结束时间", "<strong>场地</strong> 这里没有叫")),
        (
            EN,
            ("<strong>End</strong> lies before its start", "correct the end", "<strong>Room</strong> there is no room"),
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_its_field_and_remedy(
    desk: tuple[FlaskClient, Follower], tongue: Tongue, words: tuple[str, ...]
) -> None:
    """In the page's own language, so that whoever keeps the bookings can correct it."""
    client, _ = desk
    client.set_cookie("yingbin_language", tongue.language)
    text = page(client.get("/desk?part=bad"))
    for word in ("供应商大会", "水晶厅", *words):
        assert word in text
    assert 'lang="en"' not in text.partition('id="bad"')[2]


def test_a_field_that_only_its_source_knows_is_quoted(house: Store) -> None:
    """A column of a list or of a database has no other name."""
    hub = desk_hub(house)
    said = Words("已过期", "is old"), Words("请改正", "correct it")
    book = Book()
    for field in ("mrbs_area.enable_periods", "DTSTART", "保留至", ""):
        book.say(field or "none", bad=(BadItem(field=field, problem=said[0], remedy=said[1]),))
    hub.take(book)
    with house.read() as tx:
        named = {one.bad.bad.field: one.field for one in bad_lines(read_desk(tx, NOW), EN)}
    assert named == {"mrbs_area.enable_periods": "", "DTSTART": "Start (DTSTART)", "保留至": "", "": ""}


def test_rooms_are_drawn_from_set_up_to_strike_and_what_overlaps_side_by_side() -> None:
    """Who has the room stands above who was booked over it; the line reaches as far as anything is held."""
    start = T0 - timedelta(hours=9)
    day = Day(
        start=start,
        end=start + timedelta(days=1),
        holds=[
            hold("late", 14, 16, Firmness.DOUBLE_BOOKED),
            hold("early", 13, 15, Firmness.DEFINITE),
            hold("next", 15, 17, Firmness.DEFINITE),
            hold("night", 21, 26, Firmness.CLOSURE),
        ],
        meetings={},
        rooms=[HALL, SIDE],
    )
    drawn = day_of(day, ZH, NOW)
    hall, side = drawn.lines
    assert [(one.hold.owner, one.y) for one in hall.bars] == [("early", 0), ("next", 0), ("night", 0), ("late", 44)]
    assert (hall.high, side.high, side.bars) == (88, 44, [])
    first = hall.bars[0]
    assert (first.x, first.width) == (31.25, 12.5), "from 8:00 to midnight"
    assert (first.inner_x, first.inner_width) == (31.25, 12.5), "of no meeting that is known, so all of it"
    assert drawn.now_at == pytest.approx(100 * (1 + 20 / 60) / 16, abs=0.01)
    assert day_of(day, ZH, NOW + timedelta(days=1)).now_at is None


def hold(owner: str, since: float, until: float, firmness: Firmness) -> Hold:
    """Hold the hall from one hour of the day to another."""
    midnight = T0 - timedelta(hours=9)
    since_at, until_at = midnight + timedelta(hours=since), midnight + timedelta(hours=until)
    return Hold(owner=owner, room=HALL.key, since=since_at, until=until_at, firmness=firmness)


def test_the_task_leads_to_the_desk(desk: tuple[FlaskClient, Follower]) -> None:
    """It ends there, not by a tap on its card."""
    client, _ = desk
    text = page(client.get("/staff"))
    assert ZH.say("task.booking_conflict.look") in text
    assert 'href="/desk"' in text.partition('data-part="tasks"')[2]
    assert EN.say("task.booking_conflict.label")


@pytest.mark.browser
def test_a_question_comes_and_goes_on_every_open_page(visit: Callable[..., Page], site: object, house: Store) -> None:
    """Without a reload, and what follows is asked once more before it is done."""
    del site
    hub = desk_hub(house)
    book = Book()
    book.say("1", today("a", "季度经营会", "Quarterly review", 0.1, 2, room="小厅"))
    hub.take(book)
    first, second = visit("/desk"), visit("/desk", person="小陈", language="en")
    expect(first.locator(".empty.calm")).to_be_visible()
    book.drop("1")
    hub.take(book)
    expect(second.locator(".question h3")).to_contain_text("is gone from the booking system")
    first.once("dialog", lambda dialog: dialog.accept())
    first.get_by_role("button", name="继续开会").click()
    for page_of in (first, second):
        expect(page_of.locator(".question")).to_have_count(0)
    second.locator("#decided summary").click()
    expect(second.locator("#decided li")).to_contain_text("It goes on")
    expect(second.locator("#decided li")).to_contain_text("小李")
