"""The house's routine work as kept: sheets, set-ups and strikes, ticks, meals, and how long guests waited."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Text, bindparam, case, cast, delete, false, func, or_, select, true

from hub.domain.guests import Diet, InvitationStatus
from hub.domain.house_work import NO_SHEET, FunctionSheet, HouseWork, Tick
from hub.domain.meals import Cover, Note, Served
from hub.domain.task_kinds import TaskKind
from hub.domain.waits import Wait, is_asked
from hub.store import tables as t
from hub.store.rows import both, maybe_words
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_w, _k, _t = t.house_work.c, t.task_ticks.c, t.tasks.c
_i, _g, _c, _a, _s = t.invitations.c, t.guests.c, t.credentials.c, t.admissions.c, t.seat_assignments.c

_SHEET = select(t.function_sheets).where(t.function_sheets.c.meeting == bindparam("of_meeting"))
_PUT_SHEET = Upsert(t.function_sheets, "meeting")
_WORKS = select(t.house_work).where(among(_w.meeting, "meetings"))
_UNSTRUCK = (
    select(t.house_work).where(_w.strike_at.is_not(None), _w.struck_at.is_(None)).order_by(_w.strike_at, _w.meeting)
)
_SAVE = Upsert(t.house_work, "meeting")
_TICK = Upsert(t.task_ticks, "task", "step")
_UNTICK = delete(t.task_ticks).where(_k.task == bindparam("of_task"), _k.step == bindparam("the_step"))
_TICKS = select(t.task_ticks).where(among(_k.task, "tasks")).order_by(_k.at, _k.task, _k.step)
_OF_KINDS = (
    select(_t.id, _t.kind, _t.facts, _t.created_at, _t.accepted_at, _t.done_at)
    .where(_t.meeting == bindparam("of_meeting"), among(_t.kind, "kinds"))
    .order_by(_t.created_at, _t.id)
)
_DIETS = cast(_g.diets, Text)
_COVERS = (
    select(
        _DIETS.label("diets"),
        func.count().label("expected"),
        func.sum(case((_a.flagged == false(), 1), else_=0)).label("arrived"),
    )
    .join_from(t.invitations, t.guests, _g.id == _i.guest)
    .join(t.credentials, (_c.invitation == _i.id) & (_c.current == true()))
    .outerjoin(t.admissions, _a.invitation == _i.id)
    .where(_i.meeting == bindparam("of_meeting"))
    .where(or_(_c.status == InvitationStatus.VALID.value, _a.flagged == false()))
    .group_by(_DIETS)
)
_NOTES = (
    select(_s.seat, _g.diet_note)
    .join_from(t.invitations, t.admissions, _a.invitation == _i.id)
    .join(t.guests, _g.id == _i.guest)
    .outerjoin(t.seat_assignments, _s.invitation == _i.id)
    .where(_i.meeting == bindparam("of_meeting"), _g.diet_note != "", _a.flagged == false())
    .order_by(_s.seat, _i.id)
)
_SERVED = select(t.meals_served).where(t.meals_served.c.meeting == bindparam("of_meeting"))
_SERVE = Upsert(t.meals_served)


class SqlHouseWork:
    """Fills ``hub.house_work_ports.HouseWorkKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def sheet(self, meeting: str) -> FunctionSheet:
        """Return what was ordered for a meeting; an empty sheet where nothing was."""
        row = self._work.row(_SHEET, {"of_meeting": meeting})
        if row is None:
            return NO_SHEET
        stage, backdrop, lights = (maybe_words(row, name) for name in ("stage", "backdrop", "lights"))
        return FunctionSheet(stage=stage, backdrop=backdrop, lights=lights, guaranteed=row.guaranteed)

    def save_sheet(self, meeting: str, sheet: FunctionSheet) -> None:
        """Keep a meeting's sheet in the place of the one before."""
        said = both("stage", sheet.stage) | both("backdrop", sheet.backdrop) | both("lights", sheet.lights)
        self._work.put(_PUT_SHEET, {"meeting": meeting, "guaranteed": sheet.guaranteed, **said})

    def works(self, meetings: Collection[str]) -> Mapping[str, HouseWork]:
        """Return what is kept of these meetings' rooms, by meeting."""
        rows = self._work.rows(_WORKS, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.meeting: _work(row) for row in rows}

    def unstruck(self) -> Sequence[HouseWork]:
        """Return those whose room is not clear yet, the longest first."""
        return [_work(row) for row in self._work.rows(_UNSTRUCK)]

    def save(self, work: HouseWork) -> None:
        """Add or change what is kept of a meeting's room."""
        self._work.put(_SAVE, {column.name: getattr(work, column.name) for column in t.house_work.columns})

    def tick(self, tick: Tick) -> None:
        """Keep who ticked a step, in the place of who did before."""
        self._work.put(_TICK, {"task": tick.task, "step": tick.step, "by": tick.by, "at": tick.at})

    def untick(self, task: str, step: str) -> None:
        """Forget who ticked a step: the tick was taken back."""
        self._work.run(_UNTICK, {"of_task": task, "the_step": step})

    def ticks(self, tasks: Collection[str]) -> Sequence[Tick]:
        """Return who ticked the steps of these tasks, the first tick first."""
        rows = self._work.rows(_TICKS, {"tasks": sorted(tasks)}) if tasks else ()
        return [Tick(row.task, row.step, row.by, row.at) for row in rows]

    def newest(self, kinds: Iterable[TaskKind], meeting: str) -> Mapping[TaskKind, str]:
        """Return the ids of a meeting's newest task of each of these kinds, open or closed."""
        return {TaskKind(row.kind): row.id for row in self._of_kinds(meeting, kinds)}

    def covers(self, meeting: str) -> Sequence[Cover]:
        """Count a meeting's guests by all their diets together; who is inside on a withdrawn invitation is left out."""
        arrived, expected = Counter[frozenset[Diet]](), Counter[frozenset[Diet]]()
        for row in self._work.rows(_COVERS, {"of_meeting": meeting}):
            diets = frozenset(Diet(diet) for diet in json.loads(row.diets))
            arrived[diets] += row.arrived
            expected[diets] += row.expected
        return [Cover(diets, arrived[diets], expected[diets]) for diets in sorted(expected, key=sorted)]

    def notes(self, meeting: str) -> Sequence[Note]:
        """Return what guests who are there wrote of their diet, by seat."""
        return [Note(row.seat or "", row.diet_note) for row in self._work.rows(_NOTES, {"of_meeting": meeting})]

    def serve(self, served: Served) -> None:
        """Keep that a meal was served; a second time changes nothing."""
        self._work.put(
            _SERVE,
            {
                "meeting": served.meeting,
                "meal": served.meal,
                "planned_at": served.planned_at,
                "served_at": served.served_at,
                "by": served.by,
                "covers": served.covers,
            },
        )

    def served(self, meeting: str) -> Mapping[str, Served]:
        """Return the meals of a meeting that were served, by meal."""
        return {row.meal: _served(row) for row in self._work.rows(_SERVED, {"of_meeting": meeting})}

    def waited(self, meeting: str, kinds: Iterable[TaskKind]) -> Sequence[Wait]:
        """Return the requests of these kinds that were made in a meeting."""
        return [
            Wait(row.created_at, row.accepted_at, row.done_at)
            for row in self._of_kinds(meeting, kinds)
            if is_asked(TaskKind(row.kind), row.facts)
        ]

    def _of_kinds(self, meeting: str, kinds: Iterable[TaskKind]) -> Sequence[AnyRow]:
        return self._work.rows(_OF_KINDS, {"of_meeting": meeting, "kinds": sorted(kind.value for kind in kinds)})


def _work(row: AnyRow) -> HouseWork:
    return HouseWork(
        meeting=row.meeting,
        room=row.room,
        set_up_at=row.set_up_at,
        set_up_done_at=row.set_up_done_at,
        set_up_by=row.set_up_by,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        strike_at=row.strike_at,
        struck_at=row.struck_at,
        struck_by=row.struck_by,
        counted_at=row.counted_at,
    )


def _served(row: AnyRow) -> Served:
    return Served(
        meeting=row.meeting,
        meal=row.meal,
        planned_at=row.planned_at,
        served_at=row.served_at,
        by=row.by,
        covers=row.covers,
    )
