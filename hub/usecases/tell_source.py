"""A booking source is told what became of its meetings: the hub's own facts, through an outbox, once each (C.6.6).

What is to be told is found by looking, not by being called: nothing that changes attendance has to know of sources,
and a change that nobody announced is told all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hub.booking_ports import Written
from hub.domain.meetings import Meeting
from hub.domain.run_of_show import plan_of
from hub.domain.source_items import Outcome, WriteBack
from hub.domain.syncing import ConflictKind, Link, Telling, Told
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.outcomes import outcomes
from hub.usecases.tell_doubled import meeting_facts

AT_MOST_EVERY = timedelta(minutes=1)
"""Counts of a meeting that runs are told so often; its first guest, its end, and its room being free at once."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)

NOTHING = Outcome()


def to_queue(tx: Transaction, source: str, span: tuple[datetime, datetime], now: datetime) -> Sequence[Told]:
    """Return what a source is to be told of the meetings that took place in a span of time; mostly nothing.

    Of what was not told yet the newest word counts alone. What was refused is not tried again with the same words.
    """
    meetings = tx.meetings.between(*span)
    links = {
        key: link
        for key, link in tx.sync.linked([one.id for one in meetings]).items()
        if link.source == source and link.gone_at is None
    }
    ours = [one for one in meetings if one.id in links]
    before, found = tx.sync.told(links), outcomes(tx, ours, now)
    made = [_told(one, links[one.id], found[one.id], before.get(one.id), now) for one in ours]
    return [told for told in made if told is not None and not _is_asked(tx, before.get(told.meeting))]


def queue(tx: Transaction, told: Iterable[Told], who: Deciding) -> None:
    """Put what is to be told into the outbox, each as an operation of its own."""
    for one in told:
        tx.sync.queue(replace(one, id=who.ids()))


def next_told(tx: Transaction, source: str, now: datetime) -> tuple[Told, WriteBack | None] | None:
    """Return what is due to be told, and how; None where nothing is. Without a target nothing can be told.

    The same operation is the same however often it is tried.
    """
    due = next(iter(tx.sync.to_tell(source, now, 1)), None)
    if due is None:
        return None
    link = tx.sync.link_of(due.meeting)
    if link is None or link.gone_at is not None or (link.source, link.collection) != (source, due.collection):
        return due, None
    return due, WriteBack(
        op=due.id,
        resource=link.key,
        occurrence=link.occurrence,
        uid=link.item.uid,
        version=link.version,
        outcome=due.outcome,
        ends_at=due.ends_at,
    )


def note_told(tx: Transaction, told: Told, write: WriteBack, written: Written, who: Deciding) -> None:
    """Note that a source has taken something: its new version is known, so that its echo is no change."""
    links = tx.sync.links(told.source, told.collection, [write.resource])
    if written.version:
        tx.sync.save_links([replace(one, version=written.version) for one in links])
    _settle(tx, told, Telling.TOLD, "", who.at)
    settle(tx, told.meeting, ConflictKind.TARGET_GONE, who)
    settle(tx, _place(told), ConflictKind.WRITE_REFUSED, who)


def note_not_now(tx: Transaction, told: Told, problem: str, now: datetime) -> None:
    """Note that a source is to be told later: it does not answer, or it has to be read again first."""
    later = replace(told, tries=told.tries + 1, next_at=now + pause(told.tries))
    _settle(tx, later, Telling.WAITING, problem, now)


def note_gone(tx: Transaction, told: Told, problem: str, who: Deciding) -> None:
    """Note that there is nothing any more to write on; the facts stay here, and a person is asked once (rule 7)."""
    _settle(tx, told, Telling.REFUSED, problem, who.at)
    ask_desk(tx, told.meeting, ConflictKind.TARGET_GONE, told.source, _facts(tx, told, problem), who)


def note_refused(tx: Transaction, told: Told, problem: str, who: Deciding) -> None:
    """Note that a source takes no such thing: a person is asked once for the whole collection."""
    _settle(tx, told, Telling.REFUSED, problem, who.at)
    ask_desk(tx, _place(told), ConflictKind.WRITE_REFUSED, told.source, _facts(tx, told, problem), who)


def tell_again(tx: Transaction, place: str, who: Deciding) -> None:
    """Try once more what a source refused of a collection, where that is still there; ``place`` is the question's."""
    source, _, collection = place.partition("/")
    refused = tx.sync.refused(source, collection)
    links = tx.sync.linked([one.meeting for one in refused])
    for told in refused:
        link = links.get(told.meeting)
        if link is not None and link.gone_at is None:
            _settle(tx, replace(told, tries=0, next_at=who.at), Telling.WAITING, "", who.at)


def pause(failures: int) -> timedelta:
    """Return for how long to leave a source alone after so many failures in a row (rule 9)."""
    longer: timedelta = FIRST_PAUSE * 2 ** min(failures, 16)
    return min(longer, LONGEST_PAUSE)


def _told(meeting: Meeting, link: Link, outcome: Outcome, before: Told | None, now: datetime) -> Told | None:
    """Return what is to be told of one meeting; None where that is what was told, or waits to be."""
    is_same_target = before is not None and (before.source, before.collection) == (link.source, link.collection)
    known = before if is_same_target else None
    said = known.outcome if known else NOTHING
    if outcome == said:
        return None
    waits = known is not None and known.state is Telling.WAITING
    return Told(
        id="",
        meeting=meeting.id,
        source=link.source,
        collection=link.collection,
        outcome=outcome,
        ends_at=outcome.released_at or _end(meeting, link, known),
        made_at=now,
        next_at=_when(meeting, outcome, known, now),
        tries=known.tries if known and waits else 0,
        problem=known.problem if known and waits else "",
    )


def _end(meeting: Meeting, link: Link, known: Told | None) -> datetime:
    """Return the end to show of a meeting that has its room: the source's own, or the plan's once that is undone."""
    if known is not None and known.outcome.released_at is not None:
        return plan_of(meeting).ends_at
    has_read_since = known is None or link.seen_at > known.made_at
    return link.item.ends_at if has_read_since or known is None else known.ends_at


def _when(meeting: Meeting, outcome: Outcome, known: Told | None, now: datetime) -> datetime:
    """Return when a change is to be told: a source that did not answer is left alone, a count may wait for others."""
    if known is None or known.state is Telling.REFUSED:
        return now
    if known.state is Telling.WAITING and known.tries:
        return known.next_at
    said = known.outcome
    is_news = (outcome.first_check_in_at is None, outcome.no_show, outcome.released_at) != (
        said.first_check_in_at is None,
        said.no_show,
        said.released_at,
    )
    if is_news or now >= meeting.ends_at:
        return now
    return known.next_at if known.state is Telling.WAITING else max(now, known.next_at + AT_MOST_EVERY)


def _is_asked(tx: Transaction, before: Told | None) -> bool:
    """Say whether a person is asked about what was refused: until they have answered nothing more is tried."""
    if before is None or before.state is not Telling.REFUSED:
        return False
    asked = ((before.meeting, ConflictKind.TARGET_GONE), (_place(before), ConflictKind.WRITE_REFUSED))
    return any(tx.sync.open_conflict(subject, kind) is not None for subject, kind in asked)


def _settle(tx: Transaction, told: Told, state: Telling, problem: str, now: datetime) -> None:
    """Keep how far a telling has come, unless a newer one has taken its place. Told, ``next_at`` is when that was."""
    current = tx.sync.told([told.meeting]).get(told.meeting)
    if current is None or current.id != told.id:
        return
    next_at = told.next_at if state is Telling.WAITING else now
    tx.sync.save_told(replace(told, state=state, problem=problem, next_at=next_at))
    tx.feed.touch([("desk", "")])


def _place(told: Told) -> str:
    return f"{told.source}/{told.collection}"


def _facts(tx: Transaction, told: Told, problem: str) -> dict[str, str]:
    facts = {"problem": problem, "attended": str(told.outcome.attended), "expected": str(told.outcome.expected)}
    for meeting in tx.meetings.get([told.meeting]).values():
        facts |= meeting_facts(meeting)
    return facts
