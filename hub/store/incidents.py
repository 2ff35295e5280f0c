"""What happened, what is done about it, and who was found safe."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update

from hub.domain.errors import NotFound
from hub.domain.incidents import Accounted, Impact, Incident, IncidentState, IncidentStep
from hub.domain.playbooks import IncidentKind, Playbook, PlaybookStep
from hub.domain.task_kinds import Role
from hub.domain.words import Words
from hub.store import incident_tables as t
from hub.store.rows import both, words
from hub.store.work import AnyRow, Upsert, Values, Work

_i, _s, _a, _p = t.incidents.c, t.incident_steps.c, t.incident_safe.c, t.playbooks.c
_PLAYBOOK = select(t.playbooks).where(_p.kind == bindparam("of_kind")).order_by(_p.own.desc()).limit(1)
_PLAYBOOKS = select(t.playbooks).where(_p.own == bindparam("is_own")).order_by(_p.kind)
_NO_PLAYBOOKS = delete(t.playbooks).where(_p.own == bindparam("is_own"))
_PUT_PLAYBOOK = Upsert(t.playbooks, "kind", "own")
_REPORT = Upsert(t.incidents)
_GET = select(t.incidents).where(_i.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_SAME = select(t.incidents).where(
    text(t.ONE_AT_A_TIME),
    _i.kind == bindparam("of_kind"),
    _i.room == bindparam("of_room"),
    _i.drill == bindparam("is_drill"),
)
_NEWEST = select(t.incidents).order_by(_i.reported_at.desc(), _i.id.desc())
_OPEN = _NEWEST.where(text(t.OPEN_INCIDENT))
_SINCE = _NEWEST.where(_i.reported_at >= bindparam("since", type_=_i.reported_at.type)).limit(bindparam("most"))
_SAVE = update(t.incidents).where(_i.id == bindparam("the_id"))
_STEPS = select(t.incident_steps).where(_s.incident == bindparam("of_incident")).order_by(_s.position)
_PUT_STEP = Upsert(t.incident_steps, "incident", "position")
_SAFE = select(t.incident_safe).where(_a.incident == bindparam("of_incident")).order_by(_a.person)
_PUT_SAFE = Upsert(t.incident_safe)
_DROP_SAFE = delete(t.incident_safe).where(_a.incident == bindparam("of_incident"), _a.person == bindparam("who"))


class SqlIncidents:
    """Fills ``hub.incident_ports.Incidents``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def playbook(self, kind: IncidentKind) -> Playbook | None:
        """Return what is done about a kind of incident: the house's own, else what came with the program."""
        row = self._work.row(_PLAYBOOK, {"of_kind": kind.value})
        return _playbook(row) if row is not None else None

    def playbooks(self, *, own: bool) -> Sequence[Playbook]:
        """Return the house's own playbooks, or those that came with the program, by kind."""
        return [_playbook(row) for row in self._work.rows(_PLAYBOOKS, {"is_own": own})]

    def put_playbooks(self, playbooks: Iterable[Playbook], *, own: bool) -> None:
        """Take these for all of the house's own playbooks, or for all that came with the program."""
        rows = [{"kind": one.kind.value, "own": own, "steps": [_kept(step) for step in one.steps]} for one in playbooks]
        self._work.run(_NO_PLAYBOOKS, {"is_own": own})
        if rows:
            self._work.put(_PUT_PLAYBOOK, rows)

    def report(self, incident: Incident) -> Incident:
        """Store an incident; returns the active one of the same kind and room where there is one already (I5).

        Each complaint is one of its own.
        """
        same = {"of_kind": incident.kind.value, "of_room": incident.room, "is_drill": incident.drill}
        alone = incident.kind is IncidentKind.COMPLAINT
        while True:  # again when somebody ended the one that was active, between these two steps
            self._work.put(_REPORT, [{"id": incident.id, **_values(incident)}])
            row = self._work.row(*((_GET, {"the_id": incident.id}) if alone else (_SAME, same)))
            if row is not None:
                return _incident(row)

    def get(self, incident: str) -> Incident | None:
        """Return one incident; in a writing transaction nobody else changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": incident})
        return _incident(row) if row is not None else None

    def open(self) -> Sequence[Incident]:
        """Return the incidents that are not over, the newest first."""
        return [_incident(row) for row in self._work.rows(_OPEN)]

    def since(self, since: datetime, limit: int) -> Sequence[Incident]:
        """Return the incidents that were reported since an instant, the newest first."""
        return [_incident(row) for row in self._work.rows(_SINCE, {"since": since, "most": limit})]

    def save(self, incident: Incident) -> None:
        """Store an incident's new state. Raises NotFound, or Refused where another of its kind and room is active."""
        if self._work.run(_SAVE, {"the_id": incident.id, **_values(incident)}).rowcount == 0:
            raise NotFound("there is no such incident")

    def steps(self, incident: str) -> Sequence[IncidentStep]:
        """Return the steps of an incident in their order."""
        return [_step(row) for row in self._work.rows(_STEPS, {"of_incident": incident})]

    def put_steps(self, incident: str, steps: Iterable[IncidentStep]) -> None:
        """Add or change steps."""
        rows = [{"incident": incident, **_step_values(one)} for one in steps]
        if rows:
            self._work.put(_PUT_STEP, rows)

    def safe(self, incident: str) -> Sequence[Accounted]:
        """Return who was found safe, by person."""
        rows = self._work.rows(_SAFE, {"of_incident": incident})
        return [Accounted(person=row.person, by=row.by, at=row.at) for row in rows]

    def put_safe(self, incident: str, one: Accounted) -> None:
        """Note that a person is safe; who was found safe before stays as noted first."""
        self._work.put(_PUT_SAFE, [{"incident": incident, "person": one.person, "by": one.by, "at": one.at}])

    def drop_safe(self, incident: str, person: str) -> None:
        """Take that back."""
        self._work.run(_DROP_SAFE, {"of_incident": incident, "who": person})


def _kept(step: PlaybookStep) -> dict[str, Any]:
    return {
        "key": step.key,
        "words": [step.words.zh, step.words.en],
        "owner": step.owner.value,
        "within_s": int(step.within.total_seconds()),
        "phone": step.phone,
        "human": step.human,
    }


def _playbook(row: AnyRow) -> Playbook:
    steps = tuple(
        PlaybookStep(
            key=one["key"],
            words=Words(*one["words"]),
            owner=Role(one["owner"]),
            within=timedelta(seconds=one["within_s"]),
            phone=one["phone"],
            human=one["human"],
        )
        for one in row.steps
    )
    return Playbook(kind=IncidentKind(row.kind), steps=steps)


def _incident(row: AnyRow) -> Incident:
    return Incident(
        id=row.id,
        kind=IncidentKind(row.kind),
        drill=row.drill,
        room=row.room,
        place=words(row, "place"),
        state=IncidentState(row.state),
        meeting=row.meeting,
        fault=row.fault,
        reported_by=row.reported_by,
        reported_at=row.reported_at,
        told_at=row.told_at,
        first_step_at=row.first_step_at,
        contained_at=row.contained_at,
        resolved_at=row.resolved_at,
        ended_at=row.ended_at,
        impact=Impact(row.impact) if row.impact else None,
        amount=row.amount,
        note=row.note,
        outcome=row.outcome,
        about=row.about,
        reopened=row.reopened,
    )


def _values(incident: Incident) -> Values:
    return {
        "kind": incident.kind.value,
        "drill": incident.drill,
        "room": incident.room,
        **both("place", incident.place),
        "state": incident.state.value,
        "meeting": incident.meeting,
        "fault": incident.fault,
        "reported_by": incident.reported_by,
        "reported_at": incident.reported_at,
        "told_at": incident.told_at,
        "first_step_at": incident.first_step_at,
        "contained_at": incident.contained_at,
        "resolved_at": incident.resolved_at,
        "ended_at": incident.ended_at,
        "impact": incident.impact.value if incident.impact else None,
        "amount": incident.amount,
        "note": incident.note,
        "outcome": incident.outcome,
        "about": incident.about,
        "reopened": incident.reopened,
    }


def _step(row: AnyRow) -> IncidentStep:
    return IncidentStep(
        position=row.position,
        key=row.key,
        words=words(row, "words"),
        owner=Role(row.owner),
        within=timedelta(seconds=row.within_s),
        due_at=row.due_at,
        phone=row.phone,
        human=row.human,
        done_at=row.done_at,
        done_by=row.done_by,
        late_at=row.late_at,
    )


def _step_values(one: IncidentStep) -> Values:
    return {
        "position": one.position,
        "key": one.key,
        **both("words", one.words),
        "owner": one.owner.value,
        "within_s": int(one.within.total_seconds()),
        "due_at": one.due_at,
        "phone": one.phone,
        "human": one.human,
        "done_at": one.done_at,
        "done_by": one.done_by,
        "late_at": one.late_at,
    }
