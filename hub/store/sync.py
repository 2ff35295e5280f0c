"""How far each booking source was followed, what it said last, and what it is to be told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, literal_column, select

from hub.domain.source_items import BadItem, Outcome, item_of, outcome_of, plain, plain_outcome
from hub.domain.syncing import BadLink, Conflict, ConflictKind, Decision, Link, Pull, Telling, Told
from hub.domain.words import Words
from hub.store import tables as t
from hub.store.types import among, writable
from hub.store.work import AnyRow, Upsert, Work

_p, _l, _b = t.booking_pulls.c, t.booking_links.c, t.booking_bad.c
_c, _t = t.booking_conflicts.c, t.booking_told.c
_PULL = select(t.booking_pulls).where(_p.source == bindparam("of_source"), _p.collection == bindparam("of_collection"))
_PULL_LOCKED = _PULL.with_for_update()
_PULLS = select(t.booking_pulls).order_by(_p.source, _p.collection)
_PUT_PULL = Upsert(t.booking_pulls, "source", "collection")
_KEEP_PULL = Upsert(t.booking_pulls)

_IN = (_l.source == bindparam("of_source"), _l.collection == bindparam("of_collection"))
_PRESENT = select(t.booking_links).where(*_IN, _l.gone_at.is_(None)).order_by(_l.key, _l.occurrence)
_LINKS = select(t.booking_links).where(*_IN, among(_l.key, "keys")).order_by(_l.key, _l.occurrence)
_COPIES = (
    select(t.booking_links)
    .where(_l.meeting != "", among(_l.meeting, "meetings"))
    .order_by(_l.source, _l.collection, _l.key, _l.occurrence)
)
_LINKED = _COPIES.where(_l.leads)
_SAME = select(t.booking_links).where(among(_l.uid, "uids")).order_by(_l.source, _l.collection, _l.key, _l.occurrence)
_NEWEST = (
    select(t.booking_links)
    .order_by(_l.seen_at.desc(), _l.source, _l.collection, _l.key, _l.occurrence)
    .limit(bindparam("most"))
)
_PUT_LINK = Upsert(t.booking_links, "source", "collection", "key", "occurrence")
_FORGET = delete(t.booking_links).where(
    _l.gone_at.is_not(None), _l.gone_at < bindparam("before", type_=_l.gone_at.type)
)

_BAD = select(t.booking_bad).order_by(_b.since.desc(), _b.source, _b.collection, _b.key, _b.occurrence)
_BAD_OF = _BAD.where(_b.source == bindparam("of_source"))
_BAD_OF_KEYS = _BAD_OF.where(_b.collection == bindparam("of_collection"), among(_b.key, "keys"))
_NEWEST_BAD = _BAD.limit(bindparam("most"))
_COUNT_BAD = select(_b.source, func.count().label("many")).group_by(_b.source)
_DROP_BAD = delete(t.booking_bad).where(
    _b.source == bindparam("of_source"), _b.collection == bindparam("of_collection"), _b.key == bindparam("of_key")
)
_PUT_BAD = Upsert(t.booking_bad, "source", "collection", "key", "occurrence")

_CONFLICTS = select(t.booking_conflicts).order_by(_c.last_at.desc(), _c.id.desc()).limit(bindparam("most"))
_OPEN = _CONFLICTS.where(_c.decision == Decision.OPEN.value)
_CONFLICT = select(t.booking_conflicts).where(_c.id == bindparam("the_id"))
_CONFLICT_LOCKED = _CONFLICT.with_for_update()
_OPEN_ONE = select(t.booking_conflicts).where(
    _c.subject == bindparam("of_subject"), _c.kind == bindparam("of_kind"), _c.decision == Decision.OPEN.value
)
_GIVEN = (
    select(t.booking_conflicts)
    .where(
        _c.kind == ConflictKind.DOUBLE_BOOKED.value,
        _c.decision == literal_column(f"'{Decision.TOOK_THEIRS}'"),
        among(_c.subject, "meetings"),
    )
    .order_by(_c.decided_at, _c.id)
)
_PUT_CONFLICT = Upsert(t.booking_conflicts, "id")

_PUT_TOLD = Upsert(t.booking_told, "meeting")
_TOLD = select(t.booking_told).where(among(_t.meeting, "meetings"))
_REFUSED = (
    select(t.booking_told)
    .where(
        _t.source == bindparam("of_source"),
        _t.collection == bindparam("of_collection"),
        _t.state == Telling.REFUSED.value,
    )
    .order_by(_t.meeting)
)
_TO_TELL = (
    select(t.booking_told)
    .where(
        _t.source == bindparam("of_source"),
        _t.state == Telling.WAITING.value,
        _t.next_at <= bindparam("now", type_=_t.next_at.type),
    )
    .order_by(_t.next_at, _t.meeting)
    .limit(bindparam("most"))
)
_TO_TELL_LOCKED = _TO_TELL.with_for_update(skip_locked=True)


class SqlSync:
    """Fills ``hub.booking_ports.Sync``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def pull(self, source: str, collection: str) -> Pull:
        """Return how far a collection was read; in a writing transaction nobody else changes it before the end."""
        which = {"of_source": source, "of_collection": collection}
        if self._work.locks_rows:
            self._work.put(_KEEP_PULL, _pull_values(Pull(source=source, collection=collection)))
        row = self._work.row(_PULL_LOCKED if self._work.locks_rows else _PULL, which)
        return _pull(row) if row is not None else Pull(source=source, collection=collection)

    def pulls(self) -> Sequence[Pull]:
        """Return all of them, by source and collection."""
        return [_pull(row) for row in self._work.rows(_PULLS)]

    def save_pull(self, pull: Pull) -> None:
        """Keep how far a collection was read."""
        self._work.put(_PUT_PULL, _pull_values(pull))

    def links(self, source: str, collection: str, keys: Collection[str] | None = None) -> Sequence[Link]:
        """Return what is known of these resources, or of all that are not gone."""
        which = {"of_source": source, "of_collection": collection}
        if keys is None:
            return [_link(row) for row in self._work.rows(_PRESENT, which)]
        return [_link(row) for row in self._work.rows(_LINKS, {**which, "keys": sorted(keys)})] if keys else []

    def link_of(self, meeting: str) -> Link | None:
        """Return from where a meeting comes; None for the house's own."""
        return self.linked([meeting]).get(meeting)

    def linked(self, meetings: Collection[str]) -> Mapping[str, Link]:
        """Return from where meetings come, by meeting; those of the house's own are left out."""
        rows = self._work.rows(_LINKED, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.meeting: _link(row) for row in rows}

    def copies(self, meetings: Collection[str]) -> Sequence[Link]:
        """Return all that is known of meetings, also the entries that are not followed and those that are gone."""
        return [_link(row) for row in self._work.rows(_COPIES, {"meetings": sorted(meetings)})] if meetings else []

    def same_uid(self, uids: Collection[str]) -> Sequence[Link]:
        """Return what is known under these uids, of any source."""
        return [_link(row) for row in self._work.rows(_SAME, {"uids": sorted(uids)})] if uids else []

    def newest(self, limit: int) -> Sequence[Link]:
        """Return of what something was heard last, the newest first."""
        return [_link(row) for row in self._work.rows(_NEWEST, {"most": limit})]

    def save_links(self, links: Collection[Link]) -> None:
        """Keep what a source said."""
        if links:
            self._work.put(_PUT_LINK, [_link_values(one) for one in links])

    def forget(self, before: datetime) -> int:
        """Drop what has been gone since before an instant; returns how much."""
        return self._work.run(_FORGET, {"before": before}).rowcount

    def bad(self, source: str | None = None) -> Sequence[BadLink]:
        """Return what cannot be used at the moment, the newest first."""
        rows = self._work.rows(_BAD) if source is None else self._work.rows(_BAD_OF, {"of_source": source})
        return [_bad(row) for row in rows]

    def bad_of(self, source: str, collection: str, keys: Collection[str]) -> Sequence[BadLink]:
        """Return what of these resources cannot be used."""
        which = {"of_source": source, "of_collection": collection, "keys": sorted(keys)}
        return [_bad(row) for row in self._work.rows(_BAD_OF_KEYS, which)] if keys else []

    def newest_bad(self, limit: int) -> Sequence[BadLink]:
        """Return the newest of what cannot be used: of a source that is read wrongly that is everything."""
        return [_bad(row) for row in self._work.rows(_NEWEST_BAD, {"most": limit})]

    def count_bad(self) -> Mapping[str, int]:
        """Count what cannot be used, by source."""
        return {row.source: row.many for row in self._work.rows(_COUNT_BAD)}

    def replace_bad(self, source: str, collection: str, key: str, bad: Collection[BadLink]) -> None:
        """Keep what of a resource cannot be used, in place of what could not be before."""
        self._work.send(_DROP_BAD, {"of_source": source, "of_collection": collection, "of_key": writable(key)})
        if bad:
            self._work.put(_PUT_BAD, [_bad_values(one) for one in bad])

    def conflicts(self, *, open_only: bool = True, limit: int = 200) -> Sequence[Conflict]:
        """Return what a person is to decide, or has decided, the newest first."""
        return [_conflict(row) for row in self._work.rows(_OPEN if open_only else _CONFLICTS, {"most": limit})]

    def conflict(self, key: str) -> Conflict | None:
        """Return one of them by id; in a writing transaction nobody else changes it before the end."""
        row = self._work.row(_CONFLICT_LOCKED if self._work.locks_rows else _CONFLICT, {"the_id": key})
        return _conflict(row) if row is not None else None

    def rooms_given(self, meetings: Collection[str]) -> Mapping[str, Conflict]:
        """Return by which decision a person gave meetings their room though others had booked it before, by meeting."""
        rows = self._work.rows(_GIVEN, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.subject: _conflict(row) for row in rows}

    def open_conflict(self, subject: str, kind: str) -> Conflict | None:
        """Return the open one of a kind about a subject."""
        row = self._work.row(_OPEN_ONE, {"of_subject": subject, "of_kind": kind})
        return _conflict(row) if row is not None else None

    def save_conflict(self, conflict: Conflict) -> None:
        """Keep one; of one kind about one subject there is one open at most."""
        self._work.put(
            _PUT_CONFLICT,
            {
                "id": conflict.id,
                "subject": conflict.subject,
                "kind": conflict.kind.value,
                "source": conflict.source,
                "first_at": conflict.first_at,
                "last_at": conflict.last_at,
                "times": conflict.times,
                "facts": dict(conflict.facts),
                "decision": conflict.decision.value,
                "decided_at": conflict.decided_at,
                "by": conflict.by,
            },
        )

    def queue(self, told: Told) -> None:
        """Queue what a source is to be told; what waits for the same meeting is replaced."""
        self.save_told(told)

    def told(self, meetings: Collection[str]) -> Mapping[str, Told]:
        """Return what was last told, or waits to be, by meeting."""
        rows = self._work.rows(_TOLD, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.meeting: _told(row) for row in rows}

    def refused(self, source: str, collection: str) -> Sequence[Told]:
        """Return what a source did not take of a collection, by meeting."""
        which = {"of_source": source, "of_collection": collection}
        return [_told(row) for row in self._work.rows(_REFUSED, which)]

    def to_tell(self, source: str, now: datetime, limit: int) -> Sequence[Told]:
        """Return what is due, the oldest first; nobody else gets it meanwhile."""
        question = _TO_TELL_LOCKED if self._work.locks_rows else _TO_TELL
        return [_told(row) for row in self._work.rows(question, {"of_source": source, "now": now, "most": limit})]

    def save_told(self, told: Told) -> None:
        """Keep how far that has come."""
        self._work.put(
            _PUT_TOLD,
            {
                "meeting": told.meeting,
                "id": told.id,
                "source": told.source,
                "collection": told.collection,
                "outcome": plain_outcome(told.outcome),
                "ends_at": told.ends_at,
                "made_at": told.made_at,
                "next_at": told.next_at,
                "state": told.state.value,
                "tries": told.tries,
                "problem": told.problem,
            },
        )


_PULL_FIELDS = (
    "source",
    "collection",
    "cursor",
    "tried_at",
    "ok_at",
    "full_at",
    "failures",
    "trouble",
    "problem",
    "held",
    "allowed",
)
_BAD_FIELDS = ("field", "occurrence", "title", "raw")


def _pull(row: AnyRow) -> Pull:
    return Pull(**{name: getattr(row, name) for name in _PULL_FIELDS})


def _pull_values(pull: Pull) -> dict[str, object]:
    return {name: getattr(pull, name) for name in _PULL_FIELDS} | {"problem": writable(pull.problem)}


def _link(row: AnyRow) -> Link:
    return Link(
        source=row.source,
        collection=row.collection,
        key=row.key,
        item=item_of(row.item),
        digest=row.digest,
        version=row.version,
        meeting=row.meeting,
        leads=row.leads,
        seen_at=row.seen_at,
        gone_at=row.gone_at,
    )


def _link_values(link: Link) -> dict[str, object]:
    return {
        "source": link.source,
        "collection": link.collection,
        "key": link.key,
        "occurrence": link.occurrence,
        "uid": link.item.uid,
        "item": plain(link.item),
        "digest": link.digest,
        "version": link.version,
        "meeting": link.meeting,
        "leads": link.leads,
        "seen_at": link.seen_at,
        "gone_at": link.gone_at,
    }


def _bad(row: AnyRow) -> BadLink:
    bad = BadItem(
        **{name: getattr(row, name) for name in _BAD_FIELDS},
        problem=Words(row.problem_zh, row.problem_en),
        remedy=Words(row.remedy_zh, row.remedy_en),
    )
    return BadLink(source=row.source, collection=row.collection, key=row.key, bad=bad, since=row.since)


def _bad_values(one: BadLink) -> dict[str, object]:
    said = {name: getattr(one.bad, name) for name in _BAD_FIELDS}
    for name, words in (("problem", one.bad.problem), ("remedy", one.bad.remedy)):
        said |= {f"{name}_zh": words.zh, f"{name}_en": words.en}
    told = {name: writable(str(text)) for name, text in {"key": one.key, **said}.items()}
    return {"source": one.source, "collection": one.collection, "since": one.since, **told}


def _conflict(row: AnyRow) -> Conflict:
    return Conflict(
        id=row.id,
        subject=row.subject,
        kind=ConflictKind(row.kind),
        source=row.source,
        first_at=row.first_at,
        last_at=row.last_at,
        times=row.times,
        facts=row.facts,
        decision=Decision(row.decision),
        decided_at=row.decided_at,
        by=row.by,
    )


def _told(row: AnyRow) -> Told:
    outcome: Outcome = outcome_of(row.outcome)
    return Told(
        id=row.id,
        meeting=row.meeting,
        source=row.source,
        collection=row.collection,
        outcome=outcome,
        ends_at=row.ends_at,
        made_at=row.made_at,
        next_at=row.next_at,
        state=Telling(row.state),
        tries=row.tries,
        problem=row.problem,
    )
