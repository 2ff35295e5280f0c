"""Staff note what somebody needs in three taps; it is the same task as when the guest or the room asks (S15, I5)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.ports import Store
from hub.usecases.note_need import Need
from hub.web.parts import WebParts
from tests.hub.web.scene import OURS, PROGRAM, StillClock, arrive, on_duty, page

Visit = Callable[..., Page]


def note(client: FlaskClient, **form: str) -> int:
    """Send the form; returns the status."""
    return client.post("/staff/new", data=form, headers=PROGRAM).status_code


def tasks(house: Store) -> list[Task]:
    """Return what is open."""
    with house.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is not TaskKind.VIP_ARRIVAL]


@pytest.mark.parametrize("need", list(Need))
@pytest.mark.parametrize("place", ["seat:", "room:hall", "door:kiosk-1"])
def test_every_need_is_a_task_at_every_place(client: FlaskClient, house: Store, need: Need, place: str) -> None:
    """And noted twice it is still one."""
    on_duty(client)
    for _ in range(2):
        assert note(client, place=place, seat="A-1-2", meeting="m-launch", need=need) == 200
    (task,) = tasks(house)
    text = page(client.get("/staff"))
    assert f'id="task-{task.id}"' in text
    assert ("A 区 1 排 2 座" if place == "seat:" else "东门" if place == "door:kiosk-1" else "大厅") in text


def test_a_guests_own_wish_is_the_same_task(client: FlaskClient, house: Store) -> None:
    """Whoever holds the seat is named on the card, and their kiosk's wish is known by the same key."""
    arrive(house, 1)
    with house.read() as tx:
        (held,) = tx.attendance.holders("m-launch")
    on_duty(client)
    assert note(client, place="seat:", seat=held.seat, meeting="m-launch", need="too_cold") == 200
    (task,) = (one for one in tasks(house) if one.kind is TaskKind.COMFORT)
    assert (task.dedupe, task.facts["salutation_zh"]) == ("comfort:inv-1:too_cold", "王总")


@pytest.mark.parametrize(
    "form",
    [
        {"place": "", "need": "tea"},
        {"place": "room:", "need": "tea"},
        {"place": "room:nowhere", "need": "tea"},
        {"place": "room:nowhere", "need": "water"},
        {"place": "door:nowhere", "need": "tea"},
        {"place": "roof:1", "need": "tea"},
        {"place": "seat:", "seat": "Z-9-9", "meeting": "m-launch", "need": "tea"},
        {"place": "seat:", "seat": "A-1-1", "meeting": "gone", "need": "tea"},
        {"place": "room:hall", "need": "gold"},
    ],
)
def test_what_is_nowhere_or_nothing_is_refused(client: FlaskClient, house: Store, form: dict[str, str]) -> None:
    """With a reason, and nothing is kept."""
    on_duty(client)
    assert note(client, **form) in {400, 404}
    assert tasks(house) == []


def test_a_tap_that_is_sent_again_counts_once(client: FlaskClient, house: Store) -> None:
    """By its id; another id, another's tablet, or no id at all is another matter (S22)."""
    on_duty(client)
    form = {"place": "room:hall", "need": "water", "tap": "ab" * 16, "by": "小李"}
    assert note(client, **form) == 200
    (task,) = tasks(house)
    assert client.post(f"/staff/tasks/{task.id}/finish", data={"tap": "cd" * 16}, headers=PROGRAM).status_code == 200
    assert note(client, **form) == 200  # the answer was lost, and the page sends it again
    assert tasks(house) == []
    assert note(client, **form | {"tap": "ef" * 16, "by": "小陈"}) == 409
    assert note(client, **form | {"tap": "<b>"}) == 400
    assert client.post("/staff/new", data=form | {"tap": "ef" * 16}, headers=OURS).status_code == 303


@pytest.mark.parametrize(("before_ms", "counts_s"), [(90_000, 90), (-5_000, 0), (10**14, 4 * 3600)])
def test_a_tap_counts_from_when_it_was_made(
    client: FlaskClient, house: Store, clock: StillClock, parts: WebParts, before_ms: int, counts_s: int
) -> None:
    """As far as that can be believed: not from tomorrow, nor from long ago."""
    del parts
    on_duty(client)
    tapped = str(max(0, int(clock.now().timestamp() * 1000) - before_ms))
    assert note(client, place="room:hall", need="water", tapped=tapped) == 200
    (task,) = tasks(house)
    assert (clock.now() - task.created_at).total_seconds() == counts_s


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (390, 844)])
def test_a_task_is_made_in_three_taps(visit: Visit, house: Store, size: tuple[int, int]) -> None:
    """Where, what, and sent: each on the screen without a keyboard (S15)."""
    arrive(house, 2)
    view = visit("/staff/new", size=size)
    taps = 0

    def tap(what: Callable[[], None]) -> None:
        nonlocal taps
        what()
        taps += 1

    tap(view.locator("#seat-map use.taken").first.click)
    tap(view.get_by_label("冷", exact=True).click)
    expect(view.locator("#sum")).to_have_text("A-1-1 · 冷")
    tap(view.get_by_role("button", name="发送").click)
    view.wait_for_url("**/staff")
    assert taps == 3
    (task,) = tasks(house)
    assert (task.kind, task.facts["note"], task.facts["invitation"]) == (TaskKind.COMFORT, "too_cold", "inv-2")


@pytest.mark.browser
def test_a_seat_that_wants_something_is_marked_and_leads_to_its_task(visit: Visit, house: Store) -> None:
    """Live, by a shape of its own; a tap on the seat offers its task (S14)."""
    arrive(house, 2)
    view = visit("/staff/meetings/launch")
    expect(view.locator("#seat-map use[href='#wants']")).to_have_count(0)
    other = visit("/staff/new?meeting=launch&seat=A-1-1", person="小陈")
    other.get_by_label("茶", exact=True).click()
    other.get_by_role("button", name="发送").click()
    expect(view.locator("#seat-map use[href='#wants']")).to_have_count(1)
    view.locator("#seat-map use.taken").first.click()
    expect(view.locator("#seat-words")).to_contain_text("茶")
    view.locator("#seat-task").click()
    view.wait_for_url("**/staff#task-*")
    view.get_by_role("button", name="我来").click()
    other.goto(view.url.split("/staff")[0] + "/staff/meetings/launch")
    expect(other.locator("#seat-map use[href='#wants-taken']")).to_have_count(1)
