"""The inbox of events, and the admissions that follow from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, func, insert, select, update

from hub.domain.check_ins import Admission, CheckIn, Class, Scan
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Values, Work

_c, _a = t.check_ins.c, t.admissions.c
_KNOWN = select(t.check_ins).where(among(_c.id, "ids"))
_OF_INVITATIONS = select(t.check_ins).where(among(_c.invitation, "invitations"))
_ADD = insert(t.check_ins)
_RECLASS = update(t.check_ins).where(_c.id == bindparam("the_id")).values(classed=bindparam("new_class"))
_ADMIT = Upsert(t.admissions, "invitation", only_if="excluded.at <= admissions.at")
_WITHDRAW = delete(t.admissions).where(among(_a.invitation, "invitations"))
_TALLY = select(_c.classed, func.count().label("events")).group_by(_c.classed)
_ADMISSIONS = select(t.admissions).where(among(_a.invitation, "invitations"))


class SqlCheckIns:
    """Fills ``hub.ports.CheckIns``. Rows go in by id, so that two writers with the same events meet in one order."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def known(self, ids: Collection[str]) -> Mapping[str, CheckIn]:
        """Return those of these events that are stored already."""
        if not ids:
            return {}
        return {row.id: _check_in(row) for row in self._work.rows(_KNOWN, {"ids": list(ids)})}

    def of_invitations(self, invitations: Collection[str]) -> Mapping[str, Sequence[CheckIn]]:
        """Return the stored events of these invitations."""
        found: dict[str, list[CheckIn]] = {}
        if not invitations:
            return found
        for row in self._work.rows(_OF_INVITATIONS, {"invitations": list(invitations)}):
            found.setdefault(row.invitation, []).append(_check_in(row))
        return found

    def add(self, check_ins: Iterable[CheckIn]) -> None:
        """Store events. Raises Refused when one is stored already."""
        rows = [_values(one) for one in sorted(check_ins, key=lambda one: one.scan.id)]
        if rows:
            self._work.run(_ADD, rows)

    def reclass(self, classes: Mapping[str, Class]) -> None:
        """Change the class of stored events, after an earlier one arrived late."""
        rows = [{"the_id": key, "new_class": classed.value} for key, classed in sorted(classes.items())]
        if rows:
            self._work.run(_RECLASS, rows)

    def admit(self, admissions: Iterable[Admission]) -> None:
        """Store admissions, or move them to an earlier scan; one is never moved to a later time."""
        rows = [_admission_values(one) for one in sorted(admissions, key=lambda one: one.invitation)]
        if rows:
            self._work.put(_ADMIT, rows)

    def withdraw(self, invitations: Collection[str]) -> None:
        """Take the admissions of these invitations back; their events stay."""
        if invitations:
            self._work.run(_WITHDRAW, {"invitations": sorted(invitations)})

    def admissions(self, invitations: Collection[str]) -> Mapping[str, Admission]:
        """Return the admissions of these invitations."""
        if not invitations:
            return {}
        rows = self._work.rows(_ADMISSIONS, {"invitations": list(invitations)})
        return {row.invitation: _admission(row) for row in rows}

    def tally(self) -> Mapping[Class, int]:
        """Return how many stored events have each class; together they are all of them (I3)."""
        return {Class(row.classed): row.events for row in self._work.rows(_TALLY)}


def _check_in(row: AnyRow) -> CheckIn:
    scan = Scan(id=row.id, device=row.device, boot=row.boot, seq=row.seq, at=row.at, admits=row.admits)
    return CheckIn(
        scan=scan,
        body=row.body,
        door_at=row.door_at,
        received_at=row.received_at,
        mono_ms=row.mono_ms,
        clock=row.clock,
        kind=row.kind,
        method=row.method,
        offline=row.offline,
        lookup=row.lookup,
        kiosk_verdict=row.kiosk_verdict,
        verdict=row.verdict,
        classed=Class(row.classed),
        invitation=row.invitation,
        meeting=row.meeting,
        machine=row.machine,
        seat=row.seat,
    )


def _values(check_in: CheckIn) -> Values:
    scan = check_in.scan
    return {
        "id": scan.id,
        "device": scan.device,
        "boot": scan.boot,
        "seq": scan.seq,
        "at": scan.at,
        "admits": scan.admits,
        "body": check_in.body,
        "door_at": check_in.door_at,
        "received_at": check_in.received_at,
        "mono_ms": check_in.mono_ms,
        "clock": check_in.clock,
        "kind": check_in.kind,
        "method": check_in.method,
        "offline": check_in.offline,
        "lookup": check_in.lookup,
        "kiosk_verdict": check_in.kiosk_verdict,
        "verdict": check_in.verdict,
        "classed": check_in.classed.value,
        "invitation": check_in.invitation,
        "meeting": check_in.meeting,
        "machine": check_in.machine,
        "seat": check_in.seat,
    }


def _admission(row: AnyRow) -> Admission:
    return Admission(
        meeting=row.meeting,
        invitation=row.invitation,
        check_in=row.check_in,
        device=row.device,
        at=row.at,
        flagged=row.flagged,
    )


def _admission_values(admission: Admission) -> Values:
    return {
        "meeting": admission.meeting,
        "invitation": admission.invitation,
        "check_in": admission.check_in,
        "device": admission.device,
        "at": admission.at,
        "flagged": admission.flagged,
    }
