"""One meeting live: who comes in, how many, who sits where, and who is inside."""

import re

import pytest
from flask.testing import FlaskClient

from hub.domain.guests import InvitationStatus
from hub.ports import Store
from hub.web.meetings import SHOWN
from hub.web.parts import WebParts
from tests.hub.build import admission, at, check_in, meeting
from tests.hub.web.scene import arrive, furnish_house, page, person, tell_levels

LAUNCH = "/staff/meetings/launch"


def test_arrivals_stand_newest_first_with_all_that_greeting_needs(client: FlaskClient, house: Store) -> None:
    """Time at the door, greeting name, title, company, door, seat and the VIP's mark (R91, R144)."""
    arrive(house, 2, 1)
    arrive(house, 3, device="kiosk-2", seconds=1000)
    text = page(client.get(f"{LAUNCH}?part=arrivals"))
    assert text.index("Rossi 女士") < text.index("王总") < text.index("王2先生")
    newest = text[text.index("Rossi 女士") - 200 : text.index("王总")]
    for words in ("09:16", "Sofia Rossi", "经理", "Tamarind", "西门", "A-"):
        assert words in newest
    assert text.count('class="is-vip"') == 1


def test_a_guest_without_a_door_or_seat_is_listed_all_the_same(client: FlaskClient, sqlite_store: Store) -> None:
    """Nobody is left out because the house knows something less."""
    furnish_house(sqlite_store)
    with sqlite_store.write() as tx:
        tx.seats.replace("m-launch", [])
    arrive(sqlite_store, 4)
    with sqlite_store.write() as tx:
        tx.meetings.save_room(tx.meetings.rooms()[0])
    text = page(client.get(LAUNCH))
    assert "未安排" in text
    assert "这场会议没有座位图" in text


def test_the_kitchen_counts_who_has_really_come(client: FlaskClient, house: Store) -> None:
    """Vegetarian covers are those of guests who are in (R59); VIPs and all guests likewise."""
    counts = figures(page(client.get(f"{LAUNCH}?part=counts")))
    assert counts == {"guests": (0, 5), "vips": (0, 1), "diet": (0, 1)}
    arrive(house, 1, 2, 4)
    client.application.extensions["yingbin"].parts.watch.look()
    counts = figures(page(client.get(f"{LAUNCH}?part=counts")))
    assert counts == {"guests": (3, 5), "vips": (1, 1), "diet": (1, 1)}


@pytest.mark.parametrize(
    ("language", "level", "said"),
    [
        ("zh", "二级贵宾", ("邀请答复", "出席 1 人", "待定 1 人", "不出席 1 人", "未答复 2 人")),
        ("en", "VIP 2", ("Replies", "1 accepted", "1 tentative", "1 declined", "2 no reply")),
    ],
)
def test_levels_and_answers_stand_there_as_soon_as_a_source_says_them(
    client: FlaskClient, house: Store, language: str, level: str, said: tuple[str, ...]
) -> None:
    """The level wherever VIPs are marked; before, no line of answers that nobody was asked for."""
    client.set_cookie("yingbin_language", language)
    assert 'class="answers"' not in page(client.get(f"{LAUNCH}?part=counts"))
    tell_levels(house)
    arrive(house, 1, 3)
    client.application.extensions["yingbin"].parts.watch.look()
    counts = page(client.get(f"{LAUNCH}?part=counts"))
    assert [words for words in said if words not in counts] == []
    for path in (f"{LAUNCH}?part=arrivals", f"{LAUNCH}/inside", f"{LAUNCH}/briefing?guest=inv-1", "/staff"):
        assert level in page(client.get(path)), path


def test_a_withdrawn_guest_is_not_expected_but_counts_once_inside(client: FlaskClient, house: Store) -> None:
    """And stands out in the list, for a person to look at."""
    with house.write() as tx:
        tx.guests.set_status("inv-4", InvitationStatus.REVOKED, at(900))
        tx.guests.set_status("inv-5", InvitationStatus.REVOKED, at(1))
    arrive(house, 4)
    arrive(house, 5, seconds=700)
    text = page(client.get(LAUNCH))
    assert figures(text)["guests"] == (2, 5)
    assert text.count('class="flag"') == 1


def test_the_seat_map_shows_who_sits_where(client: FlaskClient, house: Store) -> None:
    """Empty, kept and taken seats, and the holder's name on each (R96)."""
    arrive(house, 1, 2)
    text = page(client.get(f"{LAUNCH}?part=seats"))
    assert text.count("data-seat=") == 40
    assert len(re.findall(r"<title>A-1-\d+\S*王总", text.replace("\u2009", ""))) == 1
    assert "38" in text


def test_the_agenda_marks_what_is_on(client: FlaskClient, parts: WebParts, house: Store) -> None:
    """By the venue's clock; the part that follows is not marked."""
    del house
    parts.clock.forward(60 * 50)  # type: ignore[attr-defined]  # the test's own clock
    text = page(client.get(f"{LAUNCH}?part=agenda"))
    assert re.findall(r'data-state="(\w+)"', text) == ["now", "later"]
    assert "10:00" in text
    assert "主讲 王总" in text


@pytest.mark.parametrize("key", ["none", "x" * 3000, "%00", "<script>", "' or 1=1 --", "%E4%BC%9A"])
@pytest.mark.parametrize("tail", ["", "/inside", "?part=seats"])
def test_an_unfind_meeting_is_a_friendly_404(client: FlaskClient, house: Store, key: str, tail: str) -> None:
    """Whatever stands in its place."""
    del house
    answer = client.get(f"/staff/meetings/{key}{tail}")
    assert answer.status_code in {400, 404}
    assert "<script>" not in answer.get_data(as_text=True).split("</head>")[1]


def test_a_cancelled_meeting_says_so(client: FlaskClient, house: Store) -> None:
    """On its page and in every list."""
    with house.write() as tx:
        tx.meetings.save(meeting(cancelled=True))
    for path in ("/", "/staff", LAUNCH):
        assert "已取消" in page(client.get(path))


def test_everybody_inside_is_on_the_roll_call(client: FlaskClient, sqlite_store: Store) -> None:
    """By name in the order of pinyin, by seat as people sit, by time as they came (R5)."""
    furnish_house(sqlite_store, person(1, name="陈晨"), person(2, name="阿明"), person(4, name="白云"))
    arrive(sqlite_store, 3, 1, 4, 2)
    orders = {"name": "Sofia Rossi|阿明|白云|陈晨", "time": "Sofia Rossi|陈晨|白云|阿明"}
    for order, names in orders.items():
        assert "|".join(inside(page(client.get(f"{LAUNCH}/inside?order={order}")))) == names
    text = page(client.get(f"{LAUNCH}/inside?order=seat"))
    seats = re.findall(r"<td>A-(\d+)-(\d+)</td>", text)
    assert len(seats) == 4
    assert seats == sorted(seats, key=lambda seat: (int(seat[0]), int(seat[1])))
    assert "共 4 位" in text
    assert "还没有登记离场" in text
    assert inside(page(client.get(f"{LAUNCH}/inside?order=' or 1"))) == orders["name"].split("|")


def test_ten_thousand_arrivals_make_a_short_page_that_says_so(client: FlaskClient, sqlite_store: Store) -> None:
    """The live page shows the newest and where the others are; the roll call has everybody."""
    furnish_house(sqlite_store, guests=0)
    crowd(sqlite_store, 10_000)
    text = page(client.get(LAUNCH))
    assert figures(text)["guests"] == (10_000, 10_000)
    assert text.count('id="in-') == SHOWN
    assert f"显示最近 {SHOWN} 位，共到 10000 位" in text
    assert len(text) < 100_000
    assert page(client.get(f"{LAUNCH}/inside")).count('id="in-') == 10_000


def crowd(store: Store, size: int) -> None:
    """Let very many guests be in already, written straight into the store."""
    with store.write() as tx:
        for number in range(1, size + 1):
            one = person(number + 10)
            tx.guests.add(one.guest, one.invitation)
        events = [check_in(number + 10) for number in range(1, size + 1)]
        tx.check_ins.add(events)
        tx.check_ins.admit([admission(event) for event in events])


def figures(text: str) -> dict[str, tuple[int, int]]:
    """Read the head counts off the page: who has come, who is expected."""
    found = re.findall(r'<div class="(\w+)"><dt>.*?<strong>(\d+)</strong> <span>/ (\d+)</span>', text)
    return {kind: (int(arrived), int(expected)) for kind, arrived, expected in found}


def inside(text: str) -> list[str]:
    """Read the names off the roll call."""
    return re.findall(r'<span class="box"></span></td><td><strong>\s*<bdi>(.*?)</bdi>', text)
