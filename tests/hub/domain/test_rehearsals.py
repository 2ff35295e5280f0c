"""What is on a rehearsal's list, and what its lines mean."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.meetings import SegmentKind
from hub.domain.rehearsal_window import Window
from hub.domain.rehearsals import (
    OWNER,
    Course,
    Item,
    Known,
    Line,
    Mark,
    Part,
    Rehearsal,
    Result,
    items,
    judged,
    not_ready,
    with_marks,
)
from hub.domain.room_checks import Flaw
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.words import Words
from tests.hub.build import T0, meeting

BAGS = Item(key="material bags", part=Part.MATERIALS, name=Words("资料袋", "Bags"), wanted=10)


def mark(result: Result = Result.PASSED, key: str = "material bags", **more: object) -> Mark:
    """Return a mark of 小陈."""
    return Mark(line=key, result=result, by="小陈", at=T0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counted", "wanted", "result", "kept"),
    [
        (None, None, Result.PASSED, 10),
        (10, None, Result.PASSED, 10),
        (12, None, Result.PASSED, 12),
        (9, None, Result.FAILED, 9),
        (9, 9, Result.PASSED, 9),
        (0, 0, Result.PASSED, 0),
    ],
)
def test_fewer_pieces_than_wanted_never_pass(
    counted: float | None, wanted: int | None, result: Result, kept: float
) -> None:
    """Whoever says that all is there has counted what is wanted (R80, R84)."""
    found = judged(Line(BAGS), mark(counted=counted, wanted=wanted))
    assert (found.result, found.counted) == (result, kept)


def test_what_a_person_fails_stays_failed_whatever_the_count() -> None:
    """發現資料袋未裝筆: all are there, and none is right."""
    assert judged(Line(BAGS), mark(Result.FAILED, counted=10)).result is Result.FAILED
    assert judged(Line(replace(BAGS, wanted=None)), mark()).counted is None


def test_every_meeting_has_sound_microphones_and_a_projector_on_its_list_once() -> None:
    """R78; by the room's own names where it has them."""
    empty = [one.name.en for one in items(meeting(), Known()) if one.part is Part.EQUIPMENT]
    assert empty == ["Projector", "Sound", "Microphones"]
    amplifier = RoomDevice(room="hall", key="amp", kind=DeviceKind.SOUND, name=Words("功放", "Amplifier"))
    known = Known(
        things=[amplifier], devices={"n": Words("n", "n")}, serves={"n": "amp"}, kiosks={"k": Words("k", "k")}
    )
    found = [one for one in items(meeting(), known) if one.part is Part.EQUIPMENT]
    assert [one.name.en for one in found] == ["Amplifier", "Projector", "Microphones", "n", "k"]
    assert [one.by_hub for one in found] == [False, False, False, True, True]
    assert [one.thing for one in found] == ["amp", "", "", "amp", ""]


def test_a_part_that_is_held_twice_is_rehearsed_twice() -> None:
    """Two tea breaks of one name are two lines; each line has a key of its own."""
    talk, tea = meeting().agenda
    again = replace(tea, starts_at=tea.starts_at + timedelta(hours=1))
    keys = [one.key for one in items(meeting(agenda=(again, talk, tea)), Known(guests=45))]
    assert keys[:3] == ["agenda talk 新品发布", "agenda tea_break 茶歇", "agenda tea_break 茶歇 #2"]
    assert len(keys) == len(set(keys))
    assert tea.kind is SegmentKind.TEA_BREAK


def test_as_many_sheets_are_wanted_as_the_guests_fill() -> None:
    """Twenty stand on one; of all else one piece a guest."""
    wanted = {one.what: one.wanted for one in items(meeting(), Known(guests=45)) if one.part is Part.MATERIALS}
    assert wanted == {"sign_in_sheets": 3, "badges": 45, "bags": 45, "gifts": 45}
    none = {one.wanted for one in items(meeting(), Known()) if one.part is Part.MATERIALS}
    assert none == {0}


def test_in_another_room_its_equipment_set_up_and_places_are_looked_at_anew() -> None:
    """What was found of the agenda and the materials stays."""
    here = {one.key: one.part for one in items(meeting(), Known())}
    there = {one.key for one in items(meeting(room="annex"), Known())}
    assert {part for key, part in here.items() if key in there} == {Part.AGENDA, Part.MATERIALS}


def test_a_signature_holds_until_a_line_is_open_again() -> None:
    """But a device that the hub has met since is no reason for another rehearsal."""
    item = Item(key="a", part=Part.SET_UP, name=Words("a", "a"))
    signed = Course(meeting="m", passed_at=T0, passed_by="小陈")
    done = with_marks(iter([item]), [mark(key="a")])
    device = Line(replace(item, key="b", by_hub=True))
    assert Rehearsal(lines=done, course=signed).passed
    assert not Rehearsal(lines=done).passed
    assert Rehearsal(lines=[*done, device], course=signed).passed
    assert not Rehearsal(lines=[*done, device], course=signed).complete
    assert not Rehearsal(lines=[*done, Line(replace(item, key="c"))], course=signed).passed
    assert not Rehearsal(lines=[Line(item, mark(Result.FAILED, "a"))], course=signed).passed


def test_a_room_waits_for_what_failed_and_for_what_nobody_has_looked_at() -> None:
    """R38, R85; the room's own devices are looked at by its check itself."""
    item = Item(key="a", part=Part.EQUIPMENT, name=Words("投影仪", "Projector"), thing="projector")
    device = replace(item, key="d", what="device", by_hub=True)
    failed = Line(item, mark(Result.FAILED, "a", note="偏色"))
    (found,) = not_ready([failed, Line(device, mark(Result.FAILED, "d"))])
    assert (found.key, found.flaw, found.detail) == ("projector", Flaw.REHEARSAL, "偏色")
    (waits,) = not_ready([Line(item), Line(replace(item, key="b")), Line(device)])
    assert (waits.flaw, waits.detail) == (Flaw.INSPECTION, "2")
    assert list(not_ready([Line(item, mark(key="a")), Line(BAGS)])) == []


def test_the_window_is_the_houses_own() -> None:
    """Three days to one and a half, for instance."""
    window = Window(opens=timedelta(days=3), due=timedelta(hours=36))
    one = meeting()
    assert window.opens_at(one) == one.starts_at - timedelta(days=3)
    assert window.due_at(one, window.opens_at(one)) == one.starts_at - timedelta(hours=36)


def test_a_part_for_which_nobody_answers_is_a_line_that_only_the_agenda_can_mend() -> None:
    """R7: 責任邊界."""
    talk, tea = meeting().agenda
    found = list(items(meeting(agenda=(replace(talk, owner=""), tea)), Known()))
    (lacking,) = [one for one in found if one.what == OWNER]
    assert (lacking.part, lacking.name, lacking.by_hub) == (Part.AGENDA, talk.title, True)
    assert [one for one in items(meeting(), Known()) if one.what == OWNER] == []
