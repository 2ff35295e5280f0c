"""A list of pick-ups meets the guests there are: who is meant, what changes, and what is worth a look."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.domain.guests import Guest, InvitationStatus, Invited
from hub.domain.transfers import Leads, PlaceKind, TransferState
from hub.guest_lists.transfers import read_transfers
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.import_transfers import Plan, import_transfers
from hub.usecases.move_transfer import START, move_transfer
from tests.hub.build import T0, furnish, invited, meeting
from tests.hub.usecases.transfers import messages, open_tasks

_NUMBERS = count(1)
HEADER = "编号,姓名,单位,到达时间,地点,接待人员,接待人员电话"
GOOD = ("A7,,,2026-12-01 14:00,T3,小李,13800138000", ",李娜,,2026-12-01 15:00,东站,小赵,13900139000")


def someone(number: int, name: str, **more: Any) -> Invited:  # noqa: ANN401 - any field of a guest
    """Return an invited guest, whose list calls the first one A7."""
    one = invited(number, source_key="id:A7" if number == 1 else "")
    guest: Guest = replace(one.guest, name=name, phone="137 0000 0000", **more)
    return Invited(invitation=one.invitation, guest=guest)


@pytest.fixture
def house(store: Store) -> Store:
    """Give a house with two guests of one name."""
    with store.write() as tx:
        furnish(
            tx,
            [
                someone(1, "王建国", company="腾云"),
                someone(2, "李娜", company="远帆"),
                someone(3, "王建国", company="星河"),
                someone(4, "Sofia Rossi", company="Tamarind"),
            ],
        )
    return store


def take(store: Store, *lines: str, header: str = HEADER, now: datetime = T0, good_rows: bool = False) -> Plan:
    """Import lines below a header."""
    found = read_transfers("\n".join((header, *lines)).encode(), ZoneInfo("Asia/Shanghai"))
    assert not found.findings, found.findings
    who = Deciding(actor="小陈", at=now, ids=lambda: f"id-{next(_NUMBERS)}")
    with store.write() as tx:
        return import_transfers(tx, meeting(), found.rows, Leads(), who, good_rows=good_rows)


def met(store: Store) -> dict[str, str]:
    """Return where each guest is met."""
    with store.read() as tx:
        return {key: one.place.zh for key, one in tx.transfers.of_meeting("m-launch").items()}


def said(plan: Plan, *, warning: bool = False) -> Sequence[str]:
    """Return what the import finds wrong, or worth a look."""
    return [f"{one.line} {one.problem}" for one in plan.findings if one.warning is warning]


def test_guests_are_found_by_their_lists_id_or_their_name(house: Store) -> None:
    """Each with a timer, and a message that names the greeter."""
    plan = take(house, *GOOD)
    assert (plan.kept, plan.added(), plan.findings) == (True, 2, [])
    assert met(house) == {"inv-1": "T3", "inv-2": "东站"}
    with house.read() as tx:
        assert [timer.subject for timer in tx.timers.of_rule(START)] == ["inv-1", "inv-2"]
    assert {one.facts["greeter"] for one in messages(house)} == {"小李", "小赵"}


def test_the_same_list_again_changes_nothing_and_a_changed_one_only_what_changed(house: Store) -> None:
    """Nobody is written to twice."""
    take(house, *GOOD)
    with house.read() as tx:
        position = tx.feed.head()
    again = take(house, *GOOD, now=T0 + timedelta(minutes=1))
    assert (again.added(), again.changed(), len(messages(house))) == (0, 0, 2)
    with house.read() as tx:
        assert tx.feed.head() == position
    changed = take(house, GOOD[0], GOOD[1].replace("15:00", "16:00"), now=T0 + timedelta(minutes=2))
    assert (changed.added(), changed.changed(), len(messages(house))) == (0, 1, 3)


def test_a_list_with_fewer_columns_leaves_the_others_as_they_are(house: Store) -> None:
    """And pick-ups that are not in it stay."""
    take(house, *(f"{line},机场" for line in GOOD), header=f"{HEADER},类型")
    take(house, "李娜,2026-12-01 16:00,东站", header="姓名,到达时间,地点")
    with house.read() as tx:
        one = tx.transfers.get(["inv-2"])["inv-2"]
    assert (one.kind, one.greeter, one.greeter_phone) == (PlaceKind.AIRPORT, "小赵", "13900139000")
    assert len(met(house)) == 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",王建国,,2026-12-01 14:00,T3,小李,1380013", "2 2 guests are called 王建国: 腾云; 星河"),
        (",赵四,,2026-12-01 14:00,T3,小李,1380013", "2 no guest of this meeting is called 赵四"),
        (",王建国,远帆,2026-12-01 14:00,T3,小李,1380013", "2 no guest of this meeting is called 王建国 of 远帆"),
        ("A8,,,2026-12-01 14:00,T3,小李,1380013", "2 no guest of this meeting has the id A8"),
        ("A7,李娜,,2026-12-01 14:00,T3,小李,1380013", "2 A7 is 王建国, not 李娜"),
    ],
)
def test_who_is_not_meant_alone_is_a_mistake_and_nothing_is_half_done(house: Store, line: str, problem: str) -> None:
    """Unless the good rows are wanted."""
    plan = take(house, line, GOOD[1])
    assert (plan.kept, list(said(plan)), met(house)) == (False, [problem], {})
    assert take(house, line, GOOD[1], good_rows=True).kept
    assert met(house) == {"inv-2": "东站"}


def test_a_company_tells_two_of_one_name_apart(house: Store) -> None:
    """Whatever the case of its letters."""
    take(
        house, ",王建国,星河,2026-12-01 14:00,T3,小李,1380013", ",sofia rossi,TAMARIND,2026-12-01 14:00,T2,小李,1380013"
    )
    assert met(house) == {"inv-3": "T3", "inv-4": "T2"}


def test_a_guest_has_one_pick_up(house: Store) -> None:
    """A second line for the same guest names the first."""
    assert list(said(take(house, GOOD[0], ",王建国,腾云,2026-12-01 14:00,T3,小李,1380013"))) == [
        "3 王建国 is picked up in line 2 too"
    ]


def test_an_arrival_that_is_past_is_kept_with_a_warning_and_calls_nobody(house: Store) -> None:
    """Said once: the same list in the evening is quiet."""
    late = T0 + timedelta(hours=5, minutes=30)
    plan = take(house, *GOOD, now=late)
    assert plan.kept
    assert list(said(plan, warning=True)) == ["2 王建国 has arrived by now, so nobody is called"]
    with house.read() as tx:
        assert [timer.subject for timer in tx.timers.of_rule(START)] == ["inv-2"]
    assert not open_tasks(house)
    assert take(house, *GOOD, now=late + timedelta(minutes=1)).findings == []


def test_what_greeter_or_guest_would_miss_is_worth_a_look(house: Store) -> None:
    """No greeter, no number of theirs, no number of the guest's (R87)."""
    with house.write() as tx:
        one = tx.guests.by_invitation(["inv-4"])["inv-4"]
        tx.guests.change(replace(one.guest, phone=""), one.invitation)
    plan = take(
        house,
        "A7,,,2026-12-01 14:00,T3,,",
        ",李娜,,2026-12-01 14:00,T3,小李,",
        ",Sofia Rossi,,2026-12-01 14:00,T3,小李,1380013",
    )
    assert list(said(plan, warning=True)) == [
        "2 王建国 has no greeter yet, and is told nothing",
        "3 李娜 has a greeter without a telephone yet",
        "4 Sofia Rossi has no telephone in the guest list, so the greeter cannot call",
    ]


@pytest.mark.parametrize(("cell", "state"), [("是", TransferState.CANCELLED), ("否", TransferState.PLANNED)])
def test_a_list_can_cancel_and_plan_anew(house: Store, cell: str, state: TransferState) -> None:
    """What it does not speak of stays: a pick-up that was cancelled at the desk."""
    take(house, GOOD[0])
    with house.write() as tx:
        move_transfer(tx, "inv-1", TransferState.CANCELLED, "小陈", T0)
    assert take(house, GOOD[0]).changed() == 0
    take(house, f"{GOOD[0]},{cell}", header=f"{HEADER},取消", now=T0 + timedelta(minutes=1))
    with house.read() as tx:
        assert tx.transfers.get(["inv-1"])["inv-1"].state is state
        assert len(tx.timers.of_rule(START)) == (state is TransferState.PLANNED)


def test_a_guest_who_was_withdrawn_is_not_picked_up(house: Store) -> None:
    """The line must go, or say so itself."""
    with house.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
    assert list(said(take(house, GOOD[0]))) == ["2 the invitation of 王建国 was withdrawn"]
    assert take(house, f"{GOOD[0]},是", header=f"{HEADER},取消").kept
