"""Tasks about what is wrong in a room, as staff read them: short, in both languages, with what was measured."""

from dataclasses import replace

import pytest

from hub.domain.bands import Measure
from hub.domain.conditions import Cause, SubjectKind
from hub.domain.field_devices import FieldDevice, Point, Quantity, Supply
from hub.domain.room_calls import House, call_for, facts_of
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_use import RoomUse
from hub.domain.words import Words
from hub.domain.wrongs import Wrong
from hub.web.open_tasks import OpenTasks
from hub.web.task_cards import TaskCard, cards
from tests.hub.build import HALL
from tests.hub.web.scene import NOW, TONGUES, ZH

NODE = FieldDevice(
    id="n", publisher="n", identity="n", name="大厅二氧化碳与温湿度传感器 A1", room="hall", announced_at=NOW
)
THIN = "\u2009"
"""What stands around the point between two parts of a line."""

LIVE = RoomUse(soon=True, live=True, meeting="m-launch")
HOUSE = House(
    rooms={"hall": HALL},
    things={
        ("hall", "projector"): RoomDevice(
            room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector")
        )
    },
    devices={
        "n": NODE,
        "pj": replace(NODE, id="pj", thing="projector"),
        "tag": replace(NODE, id="tag", supply=Supply.BATTERY),
    },
    points={
        one.id: one
        for one in (
            Point(
                id="n.t",
                device="n",
                key="t",
                component="sensor",
                name="T",
                quantity=Quantity.TEMPERATURE,
                unit="°C",
            ),
            Point(id="n.c", device="n", key="c", component="sensor", name="CO2", unit="ppm"),
            Point(id="n.w", device="n", key="w", component="sensor", name="Pot", unit="kg"),
            Point(id="pj.lamp", device="pj", key="lamp", component="binary_sensor", name="Lamp"),
            Point(id="tag.b", device="tag", key="b", component="sensor", name="Battery", unit="%"),
        )
    },
    stations={"kiosk-1": Words("东门", "East Gate")},
    uses={"hall": LIVE},
)


def point(cause: Cause, subject: str, measure: Measure | None = None, **more: object) -> Wrong:
    """Return what is wrong with a point."""
    device = subject.split(".", maxsplit=1)[0]
    values = {"cause": cause, "about": SubjectKind.POINT, "subject": subject, "device": device, "measure": measure}
    return Wrong(since=NOW, room="hall", **(values | more))  # type: ignore[arg-type]


def whole(cause: Cause, about: SubjectKind, subject: str, **more: object) -> Wrong:
    """Return what is wrong with a device, a station or a room."""
    values = {"cause": cause, "about": about, "subject": subject, "room": "hall"}
    return Wrong(since=NOW, **(values | more))  # type: ignore[arg-type]


HOT = point(Cause.TOO_HIGH, "n.t", Measure.TEMPERATURE, value=28.34, limit=26.0)
AIR = point(Cause.TOO_HIGH, "n.c", Measure.CARBON_DIOXIDE, value=1450.0, limit=1200.0)
POT = point(Cause.TOO_LOW, "n.w", pot=True, value=12, limit=20, detail="low")
LAMP = point(Cause.FAULT, "pj.lamp", detail="Lamp")
TAG = point(Cause.TOO_LOW, "tag.b", Measure.BATTERY, value=9.0, limit=15.0)
STALE = point(Cause.STALE, "n.t")
GONE = whole(Cause.OFFLINE, SubjectKind.DEVICE, "n", device="n")
SILENT = whole(Cause.OFFLINE, SubjectKind.DEVICE, "tag", device="tag", detail="silent")
ROOM = whole(Cause.OFFLINE, SubjectKind.ROOM, "hall")
KIOSK = whole(Cause.OFFLINE, SubjectKind.STATION, "kiosk-1", room=None)
FLAPS = whole(Cause.FLAPPING, SubjectKind.DEVICE, "pj", device="pj")
ALL = [HOT, AIR, POT, LAMP, TAG, STALE, GONE, SILENT, ROOM, KIOSK, FLAPS]


def card(wrong: Wrong, language: int = 0, house: House = HOUSE, **facts: str) -> TaskCard:
    """Return the card of the task that something wrong raises."""
    made = call_for(wrong, house, NOW)
    assert made is not None
    task = made.task(facts_of(wrong, house) | facts, task_id="t", at=NOW, meeting=None)
    found = cards(OpenTasks([task], {}, {}), TONGUES[language], NOW, "")[0]
    details = tuple(detail.replace(THIN, " ") for detail in found.details)
    return replace(found, heading=found.heading.replace(THIN, " "), details=details)


@pytest.mark.parametrize("language", range(2))
@pytest.mark.parametrize("wrong", ALL, ids=lambda one: one.key)
def test_every_cause_reads_at_a_glance(wrong: Wrong, language: int) -> None:
    """What and where: at most 24 Chinese characters or 52 Latin ones (S1), and nothing that was not translated."""
    found = card(wrong, language)
    assert len(f"{found.label} {found.heading}") <= (24 if TONGUES[language] is ZH else 52)
    assert found.steps
    said = " ".join((found.heading, *found.details, *found.steps))
    assert not any(sign in said for sign in ("{", "wrong.", "measure.", "too_high", "too_low", "None"))


SAID = [
    (HOT, "大厅 · 温度 · 28.3 °C", "温度 · 过高 · 28.3 °C · 限值 26"),
    (LAMP, "大厅 · 投影仪", "报告故障 · Lamp"),
    (TAG, "大厅 · 大厅二氧化碳…", "电量 · 过低 · 9 % · 限值 15"),
    (SILENT, "大厅 · 大厅二氧化碳…", "离线 · 很久没有消息"),
    (ROOM, "大厅", "全室设备离线：请检查电源和网络"),
    (KIOSK, "东门", "离线"),
    (FLAPS, "大厅 · 投影仪", "时好时坏"),
]


@pytest.mark.parametrize(("wrong", "heading", "detail"), SAID, ids=[one[0].key for one in SAID])
def test_a_card_says_what_was_measured_and_what_it_passed(wrong: Wrong, heading: str, detail: str) -> None:
    """In the house's own words for its rooms and things."""
    found = card(wrong)
    assert (found.heading, found.details[0]) == (heading, detail)


def test_a_name_that_is_too_long_for_a_glance_is_told_whole_below_it() -> None:
    """What the house has a name for needs no other."""
    assert card(TAG).details[1] == "大厅二氧化碳与温湿度传感器 A1"
    assert len(card(LAMP).details) == 1


def test_tea_says_how_many_pots_and_whether_it_is_the_first_of_the_meeting() -> None:
    """One round for several pots (R108)."""
    headings = [card(POT, language, pots="3").heading for language in range(2)]
    assert headings == ["大厅 · 茶 3 壶", "Grand Hall · tea, 3 pots"]
    assert card(POT, before="yes").heading == "大厅 · 会前茶水"
    assert card(POT).details[0] == "余茶 12 %"


def test_a_fault_is_urgent_only_while_somebody_needs_the_room() -> None:
    """R118."""
    assert card(LAMP).urgent
    assert not card(LAMP, house=replace(HOUSE, uses={})).urgent


def test_a_task_says_when_its_cause_has_gone_meanwhile() -> None:
    """Somebody is at work on it, and is to know first of all."""
    assert [card(HOT, language, gone="yes").details[0] for language in range(2)] == [
        "现在已自行恢复，请确认后完成",
        "It is right again by itself; look, and finish",
    ]


def test_nobody_is_called_where_nobody_is_to_mind() -> None:
    """What is explained; the air and tea of an empty room; what does not run there; a quiet room's tea."""
    quiet = replace(HOUSE, uses={"hall": replace(LIVE, quiet_until=NOW)})
    empty = replace(HOUSE, uses={})
    stopped = replace(LAMP, idle=True)
    assert call_for(replace(LAMP, hidden_by="x"), HOUSE, NOW) is None
    assert [call_for(one, empty, NOW) for one in (HOT, POT, stopped)] == [None, None, None]
    assert call_for(POT, quiet, NOW) is None
    assert call_for(stopped, HOUSE, NOW) is not None
