"""How rooms were found before their meetings: the newest check of each."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from hub.domain.room_checks import CheckLine, Flaw, RoomCheck
from hub.domain.words import Words
from hub.store import room_tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_c = t.room_checks.c
_OF = select(t.room_checks).where(among(_c.meeting, "meetings"))
_PUT = Upsert(t.room_checks, "meeting")


class SqlRoomChecks:
    """Fills ``hub.room_ports.RoomChecks``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, check: RoomCheck) -> None:
        """Keep a check in the place of the meeting's last one."""
        lines = [
            {"key": one.key, "name": [one.name.zh, one.name.en], "flaw": one.flaw, "detail": one.detail}
            | ({"excused": True} if one.excused else {})
            for one in check.lines
        ]
        told = {"meeting": check.meeting, "room": check.room, "at": check.at, "by": check.by, "lines": lines}
        self._work.put(_PUT, told)

    def latest(self, meetings: Collection[str]) -> Mapping[str, RoomCheck]:
        """Return the newest check for each of these meetings that has one, by meeting."""
        return {row.meeting: _check(row) for row in self._work.rows(_OF, {"meetings": sorted(meetings)})}


def _check(row: AnyRow) -> RoomCheck:
    lines = tuple(_line(one) for one in row.lines)
    return RoomCheck(meeting=row.meeting, room=row.room, at=row.at, by=row.by, lines=lines)


def _line(kept: dict[str, Any]) -> CheckLine:
    return CheckLine(
        key=kept["key"],
        name=Words(*kept["name"]),
        flaw=Flaw(kept["flaw"]) if kept["flaw"] else None,
        detail=kept["detail"],
        excused=kept.get("excused", False),
    )
