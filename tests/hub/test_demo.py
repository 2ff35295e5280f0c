"""The demo is the policy's own example (R22, R57, R97–R99, R139), and its files import without a mistake."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from hub import guest_lists
from hub.demo import demo_files
from hub.domain.groups import parties
from hub.domain.guests import Diet, Invited
from hub.domain.meetings import Meeting, SegmentKind, slack
from hub.domain.salutations import has_han
from hub.domain.seats import SeatKind
from hub.domain.words import Language
from hub.ports import Store
from hub.usecases.findings import mistakes
from hub.usecases.venue_plan import House
from hub.venue_files import load
from tests.hub.imports import demo_venue, import_rows


@pytest.fixture
def launch(sqlite_store: Store) -> Meeting:
    """Import the demo."""
    meeting = demo_venue(sqlite_store)
    found = guest_lists.read(demo_files().guests.read_bytes())
    assert found.findings == ()
    assert import_rows(sqlite_store, meeting, found.rows).kept
    return meeting


@pytest.fixture
def invited(sqlite_store: Store, launch: Meeting) -> list[Invited]:
    """Return all guests."""
    with sqlite_store.read() as tx:
        return list(tx.guests.of_meeting(launch.id))


def test_the_agenda_is_that_of_the_policy(launch: Meeting) -> None:
    """R57: eight rows from sign-in at 9:00 to the end at 15:00, and no tea break among them."""
    assert [segment.kind.value for segment in launch.agenda] == [
        *("sign_in", "opening", "talk", "case", "questions", "meal", "signing", "closing"),
    ]
    zone = ZoneInfo(launch.zone)
    local = [
        (f"{one.starts_at.astimezone(zone):%H:%M}", f"{one.ends_at.astimezone(zone):%H:%M}") for one in launch.agenda
    ]
    assert (local[0], local[4], local[-1][1]) == (("09:00", "09:30"), ("11:30", "12:00"), "15:00")
    assert all(segment.owner for segment in launch.agenda)
    meal = next(segment for segment in launch.agenda if segment.kind is SegmentKind.MEAL)
    assert "素食" in meal.title.zh
    assert launch.starts_at.astimezone(zone).month % 3 == 0


def test_its_agenda_has_no_slack_and_the_import_says_so() -> None:
    """R56: a good negative example."""
    found = load(demo_files().venue, House())
    assert mistakes(found.findings) == []
    assert [one.field for one in found.findings] == ["agenda"]
    assert slack(found.file.meetings[0].agenda or ()) == timedelta()


def test_two_hundred_guests_twenty_vegetarians_and_some_vips_with_hosts(invited: list[Invited]) -> None:
    """R22, R18, R100."""
    assert len(invited) == 200
    assert sum(Diet.VEGETARIAN in one.guest.diets for one in invited) == 20
    vips = [one.invitation for one in invited if one.invitation.vip]
    assert len(vips) == 8
    assert all(vip.host for vip in vips)
    assert Counter(one.guest.language.value for one in invited) == {"zh": 160, "en": 40}
    assert sum(one.guest.step_free for one in invited) == 4
    sizes = Counter(Counter(one.invitation.party for one in invited if one.invitation.party).values())
    assert set(sizes) == {2, 3, 4, 5}
    assert len({one.guest.name for one in invited}) == 200
    assert all(one.guest.email.endswith(".example") for one in invited)


def test_parties_are_called_as_a_letter_and_a_screen_can_read_out(invited: list[Invited]) -> None:
    """In the language most of them read: "尊敬的宏图通讯华东渠道各位来宾", "Dear guests of … East China"."""
    for name, members in parties(invited).items():
        english = sum(one.guest.language is Language.EN for one in members) * 2 > len(members)
        assert has_han(name) is not english
        assert 6 <= len(name) <= 36
        assert name.endswith(("China",) if english else ("渠道", "分部", "顾问团", "记者站", "访问团"))


def test_the_room_has_220_seats_in_two_zones_with_vips_in_front(sqlite_store: Store, launch: Meeting) -> None:
    """R43; enough step-free seats for those who need one."""
    with sqlite_store.read() as tx:
        seats = tx.seats.of_meeting(launch.id)
    assert Counter(seat.zone for seat in seats) == {"A": 110, "B": 110}
    assert {seat.row for seat in seats if seat.kind is SeatKind.VIP} == {"1"}
    assert sum(seat.step_free for seat in seats) >= 4


def test_somebody_is_greeted_as_li_zong_and_sits_in_zone_a_row_3(
    sqlite_store: Store, launch: Meeting, invited: list[Invited]
) -> None:
    """R97 and R144: A区第三排, and 您好,李总."""
    with sqlite_store.read() as tx:
        held = {one.seat: one.invitation for one in tx.seats.assignments(launch.id)}
    sitting = next(one for one in invited if one.invitation.id == held["A-3-5"])
    assert sitting.guest.salutation.zh == "李总"
    assert len(held) >= 8


def test_ways_lounge_and_car_park_are_those_of_the_policy(sqlite_store: Store, launch: Meeting) -> None:
    """R98 to R100, R139: each kiosk has its own ways."""
    with sqlite_store.read() as tx:
        venue, doors = tx.meetings.venue(), tx.meetings.doors()
        ways = {(one.device, one.key): one for one in tx.meetings.places()}
    assert venue
    assert "东侧" in venue.parking.zh
    assert "east" in venue.parking.en
    assert set(doors) == {"kiosk-1", "kiosk-2"}
    assert ways["kiosk-1", "restroom"].way.zh == "走廊尽头左转"
    assert launch.lounge == "lounge"
    for device in doors:
        assert {key for kiosk, key in ways if kiosk == device} == {"hall", "lounge", "tea", "restroom", "lift", "exit"}


def test_whoever_speaks_is_on_the_guest_list(launch: Meeting, invited: list[Invited]) -> None:
    """R114: so that the house knows whether they are here; each presenter's name is the guest's own."""
    by_key = {one.invitation.source_key: one.guest.name for one in invited}
    speaking = [segment for segment in launch.agenda if segment.presenter]
    assert len(speaking) == 5
    for segment in speaking:
        name = by_key[segment.speaker]
        assert segment.presenter == name or segment.presenter.startswith(f"{name} ")
