"""A venue file is imported again and again: it applies what it says, and nothing else changes."""

from datetime import timedelta

from sqlalchemy import select

from hub.demo import demo_files
from hub.domain.playbooks import IncidentKind
from hub.domain.run_of_show import AgendaTimes
from hub.ports import Store, Transaction
from hub.store import tables as t
from hub.usecases import run_agenda
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import COUNT_DRINKS
from hub.usecases.follow_agenda import SPEAKER_DUE, TALK_ENDS
from hub.usecases.import_venue import VenuePlan, import_venue, look
from hub.usecases.rehearsal_times import REHEARSE
from hub.usecases.serve_tea import BEFORE
from hub.usecases.set_up_room import SET_UP
from hub.usecases.strike_room import STRIKE
from hub.usecases.venue_plan import known_house
from hub.venue_files import read
from tests.hub.imports import acting, demo_venue, import_rows, rows

DEMO = demo_files().venue.read_text()


def imported(store: Store, text: str, seed: int = 1) -> VenuePlan:
    """Import a file from text."""
    with store.write() as tx:
        found = read(text.encode(), known_house(tx))
        assert found.usable(), found.findings
        return import_venue(tx, found.file, acting(seed))


def everything(tx: Transaction) -> tuple[object, ...]:
    """Return all that a venue file may change."""
    house = tx.meetings
    meetings = house.all()
    seats = tx.seats.of_meeting(meetings[0].id)
    whole = house.venue(), house.rooms(), house.doors(), house.places(), meetings, seats
    return *whole, tx.answers.all(), tx.room_devices.all(), tx.watch_settings.all(), tx.timers.of_rule(BEFORE)


def what(plan: VenuePlan) -> list[tuple[str, str, bool]]:
    """Return what a plan changes."""
    return [(one.what, one.key, one.new) for one in plan.changed]


def test_everything_in_the_file_is_in_the_store(store: Store) -> None:
    """House, rooms, doors, ways, meeting, agenda and seats."""
    meeting = demo_venue(store)
    with store.read() as tx:
        house = tx.meetings
        assert house.venue() is not None
        assert (len(house.rooms()), len(house.doors()), len(house.places())) == (3, 2, 12)
        assert len(tx.seats.of_meeting(meeting.id)) == 220
    assert len(meeting.agenda) == 8
    assert 0 < meeting.number < 1 << 48


def test_an_imported_meeting_is_to_be_rehearsed(store: Store) -> None:
    """R77: two days before its start, whenever that is."""
    meeting = demo_venue(store)
    with store.read() as tx:
        (timer,) = tx.timers.of_rule(REHEARSE)
    assert (timer.subject, timer.due_at) == (meeting.id, meeting.starts_at - timedelta(days=2))


def test_a_repeated_import_changes_nothing(store: Store) -> None:
    """Not even the feed."""
    demo_venue(store)
    with store.read() as tx:
        before, head = everything(tx), tx.feed.head()
    assert imported(store, DEMO).changed == []
    with store.read() as tx:
        assert (everything(tx), tx.feed.head()) == (before, head)


def test_only_what_changed_is_written_and_told_to_the_kiosks(store: Store) -> None:
    """A way and a talk that moves while the meeting runs: the agenda is live (R98)."""
    meeting = demo_venue(store)
    with store.read() as tx:
        head = tx.feed.head()
    changed = (
        DEMO.replace("走廊尽头左转，", "")
        .replace("您身后走廊尽头左转", "您身后")
        .replace('to = "11:00"', 'to = "10:55"')
    )
    assert what(imported(store, changed)) == [("place", "kiosk-2/restroom", False), ("meeting", "launch", False)]
    with store.read() as tx:
        told = [(change.kind, change.key) for change in tx.feed.after(head, ["place", "meeting", "guest"], 99)]
        assert tx.meetings.all()[0].id == meeting.id
    assert told == [("place", "kiosk-2/restroom"), ("meeting", meeting.id)]


def test_a_room_with_a_new_name_is_told_with_its_meetings(store: Store) -> None:
    """The name stands on the meeting's card."""
    meeting = demo_venue(store)
    with store.read() as tx:
        head = tx.feed.head()
    imported(store, '[[rooms]]\nkey = "hall"\nname = { zh = "大厅", en = "Great Hall" }\n')
    with store.read() as tx:
        assert ("meeting", meeting.id) in [(one.kind, one.key) for one in tx.feed.after(head, ["meeting"], 9)]


def test_what_a_file_leaves_out_stays(store: Store) -> None:
    """A file with one meeting and no agenda, no seats, no lounge."""
    before = demo_venue(store)
    start = DEMO.index("[[meetings]]")
    alone = DEMO[start : DEMO.index("style =", start)].replace('end = "15:00"', 'end = "16:00"\ncancelled = true')
    assert what(imported(store, alone)) == [("meeting", "launch", False)]
    with store.read() as tx:
        after = tx.meetings.all()[0]
        assert len(tx.seats.of_meeting(after.id)) == 220
        assert tx.meetings.venue() is not None
    assert (after.agenda, after.lounge, after.number) == (before.agenda, before.lounge, before.number)
    assert after.cancelled
    assert after.ends_at > before.ends_at


def test_seats_that_guests_hold_are_not_taken_away(store: Store) -> None:
    """Nothing of the file is applied then."""
    meeting = demo_venue(store)
    import_rows(store, meeting, rows("王伟,A-11-1", header="姓名,座位"))
    plan = imported(store, DEMO.replace("rows = 11", "rows = 9").replace("启明湾", "望海"))
    assert not plan.kept
    assert "A-11-1" in plan.findings[0].problem
    with store.read() as tx:
        assert len(tx.seats.of_meeting(meeting.id)) == 220
        venue = tx.meetings.venue()
        assert venue
        assert venue.name.zh.startswith("启明湾")


def test_seats_that_nobody_holds_are_laid_out_anew(store: Store) -> None:
    """The guest's own seat stays."""
    meeting = demo_venue(store)
    import_rows(store, meeting, rows("王伟,A-3-5", header="姓名,座位"))
    assert what(imported(store, DEMO.replace("rows = 11", "rows = 9"))) == [("seats", "launch", False)]
    with store.read() as tx:
        assert len(tx.seats.of_meeting(meeting.id)) == 180
        assert [one.seat for one in tx.seats.assignments(meeting.id)] == ["A-3-5"]


def test_an_agenda_too_long_for_a_kiosk_is_refused(store: Store) -> None:
    """A card must fit into one message."""
    row = '[[meetings.agenda]]\nkind = "other"\ntitle = "{}"\nfrom = "09:00"\nto = "09:10"\nowner = "us"\n'
    plan = imported(store, DEMO + row.format("王" * 400) * 10)
    assert not plan.kept
    assert plan.findings[-1].field == "agenda"
    with store.read() as tx:
        assert tx.meetings.all() == []


def test_a_door_without_a_way_to_the_room_is_a_warning(store: Store) -> None:
    """Guests there would be sent nowhere."""
    plan = imported(store, DEMO + '\n[[doors]]\ndevice = "kiosk-3"\nname = "Side door"\n')
    assert plan.kept
    assert [(one.field, one.warning) for one in plan.findings] == [("room", True), ("lounge", True)]
    assert "kiosk-3" in plan.findings[0].problem


def test_looking_writes_nothing(store: Store) -> None:
    """A dry run."""
    with store.read() as tx:
        plan = look(tx, read(DEMO.encode(), known_house(tx)).file, acting())
    assert len(plan.changed) == 45
    with store.read() as tx:
        assert tx.meetings.venue() is None


def test_every_change_has_an_actor_in_the_audit_log(store: Store) -> None:
    """I12."""
    demo_venue(store)
    with store.read() as tx:
        entries = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
    assert len(entries) == 45
    assert {entry.actor for entry in entries} == {"tester"}
    assert (entries[0].action, entries[-1].action) == ("venue.added", "asset.added")


WIFI = """
[[answers]]
key = "wifi"
question = { zh = "无线网络？", en = "Wi-Fi?" }
answer = { zh = "请问服务台。", en = "Please ask the desk." }
"""


def test_answers_follow_the_file_and_an_answer_that_is_taken_out_is_gone(store: Store) -> None:
    """The list is meant as a whole (R147); each change is in the feed for the kiosks."""
    demo_venue(store)
    with store.read() as tx:
        head = tx.feed.head()
    plan = imported(store, WIFI)
    assert {(one.key, one.new, one.gone) for one in plan.changed} == {
        ("wifi", False, False),
        *((key, False, True) for key in ("programme", "lunch", "cloakroom", "parking", "taxi")),
    }
    with store.read() as tx:
        assert [one.answer.zh for one in tx.answers.all()] == ["请问服务台。"]
        assert {one.key for one in tx.feed.after(head, ["answer"], 99)} == {one.key for one in plan.changed}


def test_a_file_without_answers_leaves_them_and_one_with_an_empty_list_removes_them(store: Store) -> None:
    """What a file leaves out stays as it is."""
    imported(store, WIFI)
    assert imported(store, '[[rooms]]\nkey = "r"\nname = "Room"\n').changed[0].what == "room"
    with store.read() as tx:
        assert len(tx.answers.all()) == 1
    imported(store, "answers = []\n")
    with store.read() as tx:
        assert tx.answers.all() == []


def test_a_meeting_has_answers_of_its_own_beside_those_of_the_house(store: Store) -> None:
    """The same key may stand in both lists, and one list does not touch the other."""
    own = WIFI.replace("[[answers]]", "[[meetings.answers]]")
    house, _, rest = DEMO.partition("[[meetings]]")
    imported(store, house + "[[meetings]]" + rest + own)
    with store.read() as tx:
        answers = {one.key: one.meeting for one in tx.answers.all()}
        (meeting,) = tx.meetings.all()
    assert answers["launch/wifi"] == meeting.id
    assert answers["wifi"] is None
    imported(store, "answers = []\n")
    with store.read() as tx:
        assert [one.key for one in tx.answers.all()] == ["launch/wifi"]


def test_a_rooms_devices_are_changed_as_one_list_and_its_panel_hears_of_it(store: Store) -> None:
    """What the file takes out of a room's list is gone; the list of a room that it does not give stays."""
    demo_venue(store)
    with store.read() as tx:
        before, head = tx.room_devices.of_room("hall"), tx.feed.head()
    assert [one.key for one in before] == ["projector", "sound", "lights", "air", "screen"]
    start = DEMO.index('[[rooms.devices]]\nkey = "lights"')
    without = DEMO[:start] + DEMO[DEMO.index('[[rooms.devices]]\nkey = "air"') :]
    plan = imported(store, without.replace("按讲台右侧", "按讲台左侧"))
    assert [(one.what, one.key, one.new, one.gone) for one in plan.changed] == [
        ("device", "hall/projector", False, False),
        ("device", "hall/air", False, False),
        ("device", "hall/screen", False, False),
        ("device", "hall/lights", False, True),
    ]
    lounge = '[[rooms]]\nkey = "lounge"\nname = { zh = "贵宾休息室", en = "VIP Lounge" }\nfloor = "1F"\n'
    lamp = '[[rooms.devices]]\nkey = "lamp"\nkind = "lights"\nname = { zh = "台灯", en = "Lamp" }\n'
    assert what(imported(store, lounge + lamp)) == [("device", "lounge/lamp", True)]
    with store.read() as tx:
        assert [one.key for one in tx.room_devices.of_room("hall")] == ["projector", "sound", "air", "screen"]
        assert [(one.kind, one.key) for one in tx.feed.after(head, ["room", "meeting"], 9)] == [
            ("room", "hall"),
            ("room", "lounge"),
        ]
    assert imported(store, DEMO).kept
    with store.read() as tx:
        assert tx.room_devices.of_room("hall") == before


def test_a_menu_and_portions_are_kept_and_kiosks_hear_of_them(store: Store) -> None:
    """Once; what the file leaves out stays, and the same file again changes nothing (R110)."""
    meeting = demo_venue(store)
    cola = '[[drinks]]\nkey = "cola"\nname = { zh = "可乐", en = "Cola" }\n\n'
    more = DEMO.replace("[[meetings]]\n", f"{cola}[[meetings]]\n", 1)
    begin, end = more.index("[meetings.drinks]"), more.index("[[meetings.documents]]")
    more = f"{more[:begin]}[meetings.drinks]\ncola = 40\n\n{more[end:]}"
    with store.read() as tx:
        head = tx.feed.head()
    assert what(imported(store, more)) == [("menu", "", False), ("drinks", meeting.key, False)]
    with store.read() as tx:
        assert [one.key for one in tx.drinks.menu()] == ["cola"]
        assert tx.drinks.prepared([meeting.id])[meeting.id]["cola"].portions == 40
        assert meeting.id in {one.key for one in tx.feed.after(head, ["meeting"], 10)}
        assert [one.subject for one in tx.timers.of_rule(COUNT_DRINKS)] == [meeting.id]
    assert imported(store, more).changed == []
    silent = more.replace("[meetings.drinks]\ncola = 40\n", "").replace(cola, "")
    assert imported(store, silent).changed == []


def test_the_same_file_leaves_an_agenda_that_is_run_as_it_is_and_a_new_plan_keeps_what_has_begun(store: Store) -> None:
    """Somebody who corrects an answer in the file must not undo what the coordinator has done (R113)."""
    start = demo_venue(store).doors_at
    who = Deciding(actor="小陈", at=start, ids=iter(f"c-{n}" for n in range(9)).__next__)
    with store.write() as tx:
        run_agenda.begin_part(tx, "launch", "sign_in", who, AgendaTimes())
        run_agenda.shift_part(tx, "launch", "talk", timedelta(minutes=10), who, AgendaTimes(), along=True)
        before = tx.meetings.by_key("launch")
    assert imported(store, DEMO).changed == []
    with store.read() as tx:
        assert tx.meetings.by_key("launch") == before
    imported(store, DEMO.replace('from = "11:30"', 'from = "11:35"'))
    with store.read() as tx:
        after = tx.meetings.by_key("launch")
    assert after is not None
    parts = {part.key: part for part in after.agenda}
    assert parts["sign_in"].started_at == start
    assert parts["talk"].starts_at == parts["talk"].planned_at, "the new plan counts for what is still to come"
    assert parts["questions"].starts_at == start + timedelta(hours=2, minutes=50)


def test_an_imported_agenda_sets_its_reminders_and_moves_them(store: Store) -> None:
    """Five minutes before each talk's end (R112), and when each presenter is due (R114)."""
    meeting = demo_venue(store)
    with store.read() as tx:
        ends = {one.subject: one.due_at - meeting.doors_at for one in tx.timers.of_rule(TALK_ENDS)}
        due = {one.subject.partition("/")[2]: one.due_at for one in tx.timers.of_rule(SPEAKER_DUE)}
    assert ends[f"{meeting.id}/talk"] == timedelta(hours=2, minutes=10)
    assert set(ends) == {f"{meeting.id}/{key}" for key in ("opening", "talk", "case", "questions")}
    assert due["case"] == meeting.doors_at + timedelta(hours=2, minutes=15)
    assert set(due) == {"opening", "talk", "case", "questions", "signing"}
    imported(store, DEMO.replace('speaker = "G176"', '# speaker = "G176"'))
    with store.read() as tx:
        assert f"{meeting.id}/case" not in {one.subject for one in tx.timers.of_rule(SPEAKER_DUE)}


def test_what_was_ordered_is_kept_and_said_once(store: Store) -> None:
    """R79, R48: the sheet, and which hand-outs are for each guest."""
    meeting = demo_venue(store)
    with store.read() as tx:
        sheet = tx.house_work.sheet(meeting.id)
        assert [one.per_guest for one in tx.materials.of_meeting(meeting.id).hand_outs] == [True]
        assert [timer.due_at for timer in tx.timers.of_rule(SET_UP)] == [meeting.doors_at - timedelta(hours=4)]
        assert [timer.due_at for timer in tx.timers.of_rule(STRIKE)] == [meeting.ends_at]
    assert sheet.guaranteed == 200
    assert sheet.backdrop
    assert what(imported(store, DEMO.replace("guaranteed = 200", "guaranteed = 210"))) == [("sheet", "launch", False)]
    assert what(imported(store, DEMO.replace("guaranteed = 200", "guaranteed = 210"))) == []


NEXT = """
[[meetings]]
key = "next"
title = "Next"
room = "hall"
date = 2026-12-30
doors = "{doors}"
start = "{start}"
end = "18:00"
agenda = []
"""


def test_meetings_too_near_each_other_in_a_room_are_warned_of(store: Store) -> None:
    """R161, also where the other one was imported before; the file is kept all the same."""
    imported(store, DEMO)
    near = {doors: NEXT.format(doors=doors, start="17:00") for doors in ("15:50", "16:00", "14:30")}
    found = {doors: imported(store, text, seed=2).findings for doors, text in near.items()}
    said = {doors: [one.problem for one in findings if one.field == "doors"] for doors, findings in found.items()}
    assert said == {
        "15:50": ["next's doors open 50 minutes after launch ends in the same room"],
        "16:00": [],
        "14:30": ["next's doors open 30 minutes before launch ends in the same room"],
    }
    assert all(one.warning for findings in found.values() for one in findings)


def test_two_meetings_in_one_room_at_one_time_are_refused(store: Store) -> None:
    """More than too near: nobody can sit in both (R29)."""
    imported(store, DEMO)
    findings = imported(store, NEXT.format(doors="14:00", start="14:30"), seed=2).findings
    assert [one.field for one in findings if not one.warning] == ["room"]


def test_the_house_s_own_playbooks_are_taken_as_one_list(store: Store) -> None:
    """R127: what the file does not name stays; an empty list leaves those that come with the program."""
    demo_venue(store)
    with store.read() as tx:
        (own,) = tx.incidents.playbooks(own=True)
    assert (own.kind, own.steps[0].phone) == (IncidentKind.ATTENDEE_UNWELL, "120")
    assert what(imported(store, DEMO)) == []
    assert what(imported(store, "playbooks = []")) == [("playbooks", "", False)]
    with store.read() as tx:
        assert tx.incidents.playbooks(own=True) == []
        hall = next(room for room in tx.meetings.rooms() if room.key == "hall")
    assert hall.exit.zh.startswith("走讲台两侧")
