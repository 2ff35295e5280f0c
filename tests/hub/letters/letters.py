"""Letters in memory for tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from devices.contract import credential
from devices.texts import Texts
from hub.domain.groups import Group
from hub.domain.guests import Guest
from hub.domain.meetings import Meeting, Room, Segment, SegmentKind, Venue
from hub.domain.words import Language, Words
from hub.letters.wording import TEXTS_FOLDER, Wording
from hub.usecases.group_codes import GroupLetter
from hub.usecases.invite import Letter, Occasion
from tests.hub.build import T0, at, invited, meeting

VENUE = Venue(
    name=Words("启明湾会议中心", "Qiming Bay Conference Centre"),
    zone="Asia/Shanghai",
    parking=Words("停车场入口在东侧", "Car park entrance on the east side"),
    phone="010-0000 0000",
)


def occasion(**changes: Any) -> Occasion:  # noqa: ANN401 - any field of a meeting
    """Return a meeting in the hall; T0 is 09:00 local time."""
    held: Meeting = meeting(**changes)
    return Occasion(
        venue=VENUE,
        meeting=held,
        room=Room(key="hall", name=Words("启明厅", "Hall"), floor="1F"),
        lounge=Words("贵宾室", "Lounge"),
    )


def wording(**changes: Any) -> Wording:  # noqa: ANN401 - any field of a meeting
    """Return the words of letters to that meeting."""
    return Wording(Texts.load(TEXTS_FOLDER), occasion(**changes))


def letter(language: Language = Language.ZH, *, vip: bool = False, host: str = "", **guest: Any) -> Letter:  # noqa: ANN401 - any field of a guest
    """Return a letter with a code of ours."""
    one = invited(7, code=credential.short(7 << 60).text, vip=vip, host=host)
    person: Guest = replace(one.guest, **guest)
    return Letter(1, replace(one, guest=person), language)


def long_agenda(rows: int) -> tuple[Segment, ...]:
    """Return an agenda of so many rows of ten minutes."""
    return tuple(
        Segment(
            kind=SegmentKind.TALK,
            title=Words(f"第{row}场演讲", f"Talk number {row}"),
            starts_at=at(600 * row),
            ends_at=at(600 * row) + timedelta(minutes=10),
            presenter="沈若川 Shen Ruochuan",
        )
        for row in range(rows)
    )


WRITTEN = T0


def group_letter(language: Language = Language.ZH, party: str = "腾云", count: int = 5) -> GroupLetter:
    """Return a group's letter with a code of ours."""
    group = Group(meeting="m-launch", party=party, code=credential.short(9 << 60).text, lookup="0" * 32)
    return GroupLetter(1, group, count, language)
