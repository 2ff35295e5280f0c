"""A venue file is read whole, and every mistake in it is told at once with its place and its remedy."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hub.demo import demo_files
from hub.domain.errors import InvalidInput
from hub.domain.meetings import Segment, SegmentKind, SetUpStyle
from hub.domain.words import Words
from hub.usecases.venue_plan import House, MeetingEntry
from hub.venue_files import Reading, load, read

HOUSE = """
[venue]
name = "House"
zone = "Asia/Shanghai"
[[rooms]]
key = "hall"
name = { zh = "大厅", en = "Hall" }
[[doors]]
device = "kiosk-1"
name = "Door"
[[places]]
device = "kiosk-1"
key = "hall"
name = "Hall"
way = "Straight on"
"""
MEETING = """
[[meetings]]
key = "m"
title = "Meeting"
room = "hall"
date = 2026-12-30
start = "09:00"
end = "12:00"
"""
TALK = """
[[meetings.agenda]]
kind = "talk"
title = "Talk"
from = "09:00"
to = "10:00"
presenter = "Li"
owner = "us"
"""


def reading(text: str, house: House | None = None, on_date: date | None = None) -> Reading:
    """Read a file from text."""
    return read(text.encode(), house or House(), on_date)


def only_meeting(text: str) -> MeetingEntry:
    """Read a file without mistakes and return its meeting."""
    found = reading(text)
    assert found.usable(), found.findings
    return found.file.meetings[0]


def told(text: str) -> list[tuple[int, str, str]]:
    """Return line, table and field of everything that is wrong."""
    return [(one.line, one.at, one.field) for one in reading(text).findings if not one.warning]


def line_of(text: str, part: str) -> int:
    """Return the line on which a part of a text stands."""
    return text[: text.index(part)].count("\n") + 1


def test_local_times_of_the_house_become_instants() -> None:
    """09:00 in Shanghai is 01:00 UTC; the house's zone is kept with the meeting."""
    meeting = only_meeting(HOUSE + MEETING)
    assert meeting.starts_at == datetime(2026, 12, 30, 1, tzinfo=UTC)
    assert meeting.zone == "Asia/Shanghai"


def test_doors_open_with_the_sign_in_or_half_an_hour_before() -> None:
    """Unless the file says when."""
    plain = only_meeting(HOUSE + MEETING)
    assert plain.doors_at == plain.starts_at - timedelta(minutes=30)
    sign_in = TALK.replace("talk", "sign_in").replace("09:00", "08:45").replace("10:00", "09:00")
    assert only_meeting(HOUSE + MEETING + sign_in).doors_at == plain.starts_at - timedelta(minutes=15)
    assert only_meeting(HOUSE + MEETING + 'doors = "08:00"\n').doors_at == plain.starts_at - timedelta(hours=1)


def test_what_is_not_in_the_file_is_left_open() -> None:
    """An import then leaves it as it is."""
    meeting = only_meeting(HOUSE + MEETING)
    assert (meeting.style, meeting.cancelled, meeting.lounge, meeting.agenda, meeting.seats) == (None,) * 5


def test_a_file_may_refer_to_what_the_hub_knows() -> None:
    """Meetings alone, week after week."""
    house = House(zone="Asia/Shanghai", rooms={"hall": Words("大厅", "Hall")}, styles={"m": SetUpStyle.BOARDROOM})
    found = reading(MEETING + "[meetings.seats]\n", house)
    assert found.usable(), found.findings
    assert {seat.zone for seat in found.file.meetings[0].seats or ()} == {"L", "H", "R", "F"}


def test_a_place_of_the_agenda_is_a_key_or_words() -> None:
    """A key takes the name of the room or place."""
    own = '[[meetings.agenda]]\nkind = "meal"\ntitle = "Lunch"\nfrom = "11:00"\nto = "12:00"\nowner = "us"\n'
    agenda = only_meeting(
        HOUSE + MEETING + TALK + 'place = "hall"\n' + own + 'place = { zh = "花园", en = "Garden" }\n'
    ).agenda
    assert agenda
    assert [segment.place for segment in agenda] == [Words("大厅", "Hall"), Words("花园", "Garden")]


def test_the_agenda_is_put_in_the_order_of_time() -> None:
    """However the file has it."""
    late = TALK.replace("talk", "closing").replace("09:00", "11:00").replace("10:00", "12:00")
    agenda = only_meeting(HOUSE + MEETING + late + TALK).agenda
    assert agenda
    assert [segment.kind for segment in agenda] == [SegmentKind.TALK, SegmentKind.CLOSING]


def test_an_agenda_may_be_emptied() -> None:
    """An empty list is an agenda without rows, not a missing one."""
    assert only_meeting(HOUSE + MEETING + "agenda = []\n").agenda == ()


def warned(text: str) -> list[str]:
    """Return the fields and problems of all warnings of a usable file."""
    found = reading(text)
    assert found.usable(), found.findings
    return [f"{one.field} {one.problem}" for one in found.findings]


def test_an_agenda_without_slack_is_warned_of() -> None:
    """R56: 10 to 15 minutes for what comes up."""
    tight = TALK.replace("talk", "questions").replace("09:00", "10:05").replace('"10:00"', '"11:00"')
    assert warned(HOUSE + MEETING + TALK + tight) == ["agenda leaves 5 minutes free for surprises"]
    assert warned(HOUSE + MEETING + TALK + tight.replace("10:05", "10:10")) == []


def test_a_segment_that_lacks_something_is_warned_of() -> None:
    """R7, R54: end, presenter and owner; an end that is missing is the next one's beginning."""
    bare = "\n".join(line for line in TALK.splitlines() if not line.startswith(("to", "presenter", "owner")))
    later = TALK.replace("09:00", "11:00").replace("10:00", "11:30")
    assert warned(HOUSE + MEETING + bare + later) == [
        "agenda leaves 0 minutes free for surprises",
        "to is missing",
        "owner is missing",
        "presenter is missing",
    ]
    agenda = only_meeting(HOUSE + MEETING + bare + later).agenda
    assert agenda
    assert agenda[0].ends_at == agenda[1].starts_at


def test_segments_that_overlap_are_warned_of() -> None:
    """They may run side by side, or one time is wrong."""
    other = TALK.replace("09:00", "09:30").replace("10:00", "10:30")
    assert warned(HOUSE + MEETING + TALK + other)[-1] == "to is after the next part has begun"


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    """Nothing stops at the first one."""
    text = (
        HOUSE.replace("Asia/Shanghai", "Asia/Shangai").replace('"Straight on"', "7")
        + MEETING.replace('"hall"', '"hell"').replace('"12:00"', '"25:00"').replace("title", "titel")
        + TALK.replace("talk", "tolk").replace('to = "10:00"', 'to = "08:00"')
    )
    assert told(text) == [
        (line_of(text, "zone ="), "venue", "zone"),
        (line_of(text, "way ="), "places[0]", "way"),
        (line_of(text, "[[meetings]]"), "meetings[0]", "title"),
        (line_of(text, "titel"), "meetings[0]", "titel"),
        (line_of(text, 'room = "hell"'), "meetings[0]", "room"),
        (line_of(text, "date ="), "meetings[0]", "date"),
    ]


def test_mistakes_of_times_and_agenda_are_told_with_their_line() -> None:
    """The agenda's rows are counted from 0."""
    text = (
        HOUSE
        + MEETING.replace('"12:00"', '"08:00"')
        + TALK.replace("talk", "tolk")
        + TALK.replace('to = "10:00"', 'to = "08:00"')
        + TALK.replace('"09:00"', '"nine"')
    )
    assert told(text) == [
        (line_of(text, "end ="), "meetings[0]", "end"),
        (line_of(text, "tolk"), "meetings[0].agenda[0]", "kind"),
        (line_of(text, 'to = "08:00"'), "meetings[0].agenda[1]", "to"),
        (line_of(text, '"nine"'), "meetings[0].agenda[2]", "from"),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ('style = "circus"', "style"),
        ('lounge = "nowhere"', "lounge"),
        ('cancelled = "no"', "cancelled"),
        ('doors = "10:00"', "doors"),
        ("[meetings.seats]\nrows = 0", "rows"),
        ('[meetings.seats]\nrows = "three"', "rows"),
        ('[meetings.seats]\nzones = ["A", "A"]', "zones"),
        ("[meetings.seats]\ntables = 3", "tables"),
        ("[meetings.seats]\nseats_per_row = [3, true]", "seats_per_row"),
        ("[meetings.seats]\ncolour = 3", "colour"),
    ],
)
def test_a_wrong_value_of_a_meeting_is_told_with_a_remedy(wrong: str, field: str) -> None:
    """Set-up, lounge, doors and seat plan."""
    found = [one for one in reading(HOUSE + MEETING + wrong + "\n").findings if not one.warning]
    assert [one.field for one in found] == [field]
    assert found[0].remedy
    assert found[0].line > line_of(HOUSE + MEETING, "[[meetings]]")


@pytest.mark.parametrize(
    "wrong",
    [
        '[[rooms]]\nkey = "hall"\nname = "Again"',
        '[[rooms]]\nkey = "a room"\nname = "Blank"',
        '[[rooms]]\nkey = "x"\nname = "two\\nlines"',
        f'[[rooms]]\nkey = "x"\nname = "{"王" * 10_000}"',
        '[[doors]]\ndevice = "K"\nname = "Door"',
        '[[places]]\ndevice = "kiosk-9"\nkey = "x"\nname = "X"\nway = "Y"',
        '[[places]]\ndevice = "kiosk-1"\nkey = "x"\nname = "X"\nway = "Y"\narrow = "north"',
        '[[places]]\ndevice = "kiosk-1"\nkey = "hall"\nname = "X"\nway = "Y"',
        '[[places]]\ndevice = "kiosk-1"\nkey = "exit"\nname = "X"\nway = { zh = "东门" }',
        '[[places]]\ndevice = "kiosk-1"\nkey = "exit"\nname = "X"\nway = "' + "long " * 10 + '"',
        "rooms = 3",
        '[[gardens]]\nkey = "x"',
    ],
)
def test_a_wrong_house_is_refused(wrong: str) -> None:
    """Keys that stand twice or cannot be keys, unknown devices and directions, texts that no screen can show."""
    text = HOUSE + wrong + "\n" if not wrong.startswith("rooms") else wrong + HOUSE.replace("[[rooms]]", "[x]")
    assert not reading(text).usable()


def test_a_time_that_clocks_skip_is_told() -> None:
    """Berlin, 29 March 2026, 02:30."""
    text = HOUSE.replace("Asia/Shanghai", "Europe/Berlin") + MEETING.replace("2026-12-30", "2026-03-29").replace(
        "09:00", "02:30"
    )
    assert told(text) == [(line_of(text, "start ="), "meetings[0]", "start")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not toml", "is no TOML.*line 1"),
        ("[venue]\nname = '会场'".encode("gbk"), "not UTF-8 in line 2"),
        (b"x = " + b"[" * 20_000, "is no TOML"),
        (b"#" * (5 << 20), "larger than 4 MB"),
    ],
)
def test_a_file_that_is_no_toml_is_a_clear_error(data: bytes, message: str) -> None:
    """With the line where there is one."""
    with pytest.raises(InvalidInput, match=message):
        read(data, House())


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    """So is a folder."""
    for path in (tmp_path / "nothing.toml", tmp_path):
        with pytest.raises(InvalidInput, match="cannot be read"):
            load(path, House())


def test_a_demo_is_moved_to_a_day_with_all_its_times() -> None:
    """The first meeting is on that day; local times stay what they are."""
    day = date(2027, 3, 31)
    moved, still = (load(demo_files().venue, House(), on).file.meetings[0] for on in (day, None))
    assert moved.starts_at - still.starts_at == timedelta(days=91)
    assert moved.starts_at == datetime(2027, 3, 31, 1, tzinfo=UTC)
    assert _first(moved).starts_at - _first(still).starts_at == timedelta(days=91)


def _first(meeting: MeetingEntry) -> Segment:
    assert meeting.agenda
    return meeting.agenda[0]


ANSWER = """
[[answers]]
key = "wifi"
question = { zh = "无线网络？", en = "Wi-Fi?" }
answer = { zh = "请问服务台。", en = "Please ask the desk." }
"""


def test_answers_keep_their_order_and_what_a_file_does_not_name_is_left_open() -> None:
    """None is something else than an empty list."""
    found = reading(ANSWER + ANSWER.replace('"wifi"', '"taxi"')).file.answers
    assert found is not None
    assert [(one.key, one.position) for one in found] == [("wifi", 0), ("taxi", 1)]
    assert reading(HOUSE).file.answers is None
    assert reading("answers = []").file.answers == ()


@pytest.mark.parametrize(
    ("part", "instead", "field", "problem"),
    [
        ("请问服务台。", "请" * 61, "answer", "has 61 characters in zh, at most 60 are read at a glance"),
        ("Please ask the desk.", "x" * 161, "answer", "has 161 characters in en, at most 160 are read at a glance"),
        ("无线网络？", "网" * 31, "question", "has 31 characters in zh, at most 30 are read at a glance"),
        ("Wi-Fi?", "x" * 81, "question", "has 81 characters in en, at most 80 are read at a glance"),
        (', en = "Wi-Fi?"', "", "question", "is missing in en"),
        ('key = "wifi"', 'key = "' + "k" * 25 + '"', "key", "has 25 characters, at most 24 fit"),
        ('key = "wifi"', 'key = "wi fi"', "key", "'wi fi' cannot be a key"),
    ],
)
def test_an_answer_too_long_to_be_read_at_a_glance_is_told(part: str, instead: str, field: str, problem: str) -> None:
    """R147 asks for answers of at most a set length; a screen must have them in both languages."""
    found = reading(ANSWER.replace(part, instead))
    assert [(one.field, one.problem) for one in found.findings] == [(field, problem)]
    assert not found.usable()


def test_the_longest_answer_that_fits_is_taken() -> None:
    """Exactly so many characters."""
    assert reading(ANSWER.replace("请问服务台。", "请" * 60).replace("Please ask the desk.", "x" * 160)).usable()


def test_parts_have_names_of_their_own_and_say_who_speaks() -> None:
    """By its kind where the file names none; the speaker is a row of the guest list (R114)."""
    second = TALK.replace("09:00", "10:15").replace("10:00", "11:00")
    named = second.replace("10:15", "11:15").replace("11:00", "11:30") + 'key = "demo"\nspeaker = "G7"\n'
    agenda = only_meeting(HOUSE + MEETING + TALK + second + named).agenda
    assert agenda
    assert [(one.key, one.speaker) for one in agenda] == [("talk", ""), ("talk-2", ""), ("demo", "id:G7")]


def test_two_parts_of_one_name_are_a_mistake() -> None:
    """The live agenda could not tell them apart."""
    twice = TALK + 'key = "talk-2"\n' + TALK.replace("09:00", "10:15").replace("10:00", "11:00") + 'key = "talk-2"\n'
    found = reading(HOUSE + MEETING + twice)
    assert not found.usable()
    assert [one.problem for one in found.findings if one.field == "key"] == ["'talk-2' stands twice in this agenda"]


def test_the_way_out_and_the_place_to_gather_are_read_and_short_enough_for_somebody_who_leaves() -> None:
    """Both languages, as on a sign; what is too long names its field and its remedy."""
    out = '[[places]]\ndevice = "kiosk-1"\nkey = "exit"\nname = "E"\nway = { zh = "东门", en = "East Gate" }\n'
    square = HOUSE.replace('zone = "', 'assembly = { zh = "东广场", en = "East square" }\nzone = "')
    found = reading(square + out)
    assert found.usable(), found.findings
    assert found.file.venue is not None
    assert found.file.venue.assembly == Words("东广场", "East square")
    assert [(one.key, one.way.en) for one in found.file.places if one.key == "exit"] == [("exit", "East Gate")]
    for wrong, field in (
        (square.replace("东广场", "广" * 19), "assembly"),
        (square + out.replace("East", "E" * 50), "way"),
    ):
        (mistake,) = reading(wrong + (out if field == "assembly" else "")).findings
        assert (mistake.field, bool(mistake.remedy)) == (field, True)
