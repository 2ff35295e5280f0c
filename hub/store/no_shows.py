"""Booked meetings that somebody has to come to, and what became of that."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy import text as sql

from hub.domain.no_show import NoShow, NoShowState, Sign
from hub.store import tables as t
from hub.store.booking_tables import WATCHED
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_n = t.no_shows.c
_GET = select(t.no_shows).where(among(_n.meeting, "meetings"))
_GET_LOCKED = _GET.order_by(_n.meeting).with_for_update()
_WATCHED = select(t.no_shows).where(sql(WATCHED)).order_by(_n.looked_at, _n.meeting)
_GIVEN_UP = select(_n.meeting, _n.released_at).where(among(_n.meeting, "meetings"), _n.released_at.is_not(None))
_PUT = Upsert(t.no_shows, "meeting")


class SqlNoShows:
    """Fills ``hub.booking_ports.NoShows``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def get(self, meetings: Collection[str]) -> Mapping[str, NoShow]:
        """Return what is known of these meetings, by meeting; in a writing transaction nobody else changes it."""
        question = _GET_LOCKED if self._work.locks_rows else _GET
        rows = self._work.rows(question, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.meeting: _no_show(row) for row in rows}

    def watched(self) -> Sequence[NoShow]:
        """Return those that are to be looked at again, the longest not looked at first."""
        return [_no_show(row) for row in self._work.rows(_WATCHED)]

    def given_up(self, meetings: Collection[str]) -> Mapping[str, datetime]:
        """Return since when those of these meetings have no room any more that gave it up."""
        rows = self._work.rows(_GIVEN_UP, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.meeting: row.released_at for row in rows}

    def save(self, one: NoShow) -> None:
        """Keep how far it is with a meeting."""
        self._work.put(
            _PUT,
            {
                **{name: getattr(one, name) for name in _COLUMNS},
                "state": one.state.value,
                "seen": {
                    "blind_s": one.blind.total_seconds(),
                    "present_s": one.present.total_seconds(),
                    "air_ppm": one.air_ppm,
                    "things": sorted(one.things),
                    "signs": sorted(one.signs),
                    "expected": one.expected,
                    "arrived": one.arrived,
                    "deaf": list(one.deaf),
                    "nobody": one.nobody,
                },
            },
        )


_COLUMNS = ("meeting", "starts_at", "since", "looked_at", "warned_at", "released_at", "by")


def _no_show(row: AnyRow) -> NoShow:
    seen = row.seen
    return NoShow(
        **{name: getattr(row, name) for name in _COLUMNS},
        state=NoShowState(row.state),
        blind=timedelta(seconds=seen["blind_s"]),
        present=timedelta(seconds=seen["present_s"]),
        air_ppm=seen["air_ppm"],
        things=frozenset(seen["things"]),
        signs=frozenset(Sign(one) for one in seen["signs"]),
        expected=seen["expected"],
        arrived=seen["arrived"],
        deaf=tuple(seen["deaf"]),
        nobody=seen["nobody"],
    )
