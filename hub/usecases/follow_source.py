"""What a booking source says is done here: meetings come, move and go, and a person is asked where guests are inside.

A collection's answer is taken in parts, and its cursor only with the last: a hub that dies in between reads the same
answer again, and what is done already changes nothing (reference C.6.6, rule 1). Rules: ``hub.domain.syncing``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.domain.booked_guests import unusable
from hub.domain.errors import HubError
from hub.domain.source_items import BadItem, Batch, Horizon, Resource
from hub.domain.syncing import BadLink, ConflictKind, Link, Pull, fingerprint, refused, too_many_gone
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.entry_changes import Entries
from hub.usecases.keep_changes import Done, Following, keep_changes

SHOWN = 5
"""So many meetings are named when an answer is held back."""


def is_held_back(
    tx: Transaction,
    following: Following,
    collection: str,
    batch: Batch,
    arriving: Collection[tuple[str, str]],
    who: Acting,
) -> bool:
    """Say whether an answer takes away too much to be believed; then nothing of it is taken, and a person is asked.

    ``arriving`` are the (uid, occurrence) pairs that other answers of the same moment bring: what only moves to
    another calendar is not gone. What a person has let through is taken the next time it is answered (rule 3).
    """
    pull = tx.sync.pull(following.source, collection)
    gone, coming = _going(tx, following.source, collection, batch, arriving, who.at)
    subject = f"{following.source}/{collection}"
    print_of = fingerprint([f"{one.key}/{one.occurrence}" for one in gone])
    if not too_many_gone(len(gone), len(coming)) or print_of == pull.allowed:
        if pull.held:
            tx.sync.save_pull(replace(pull, held=""))
            settle(tx, subject, ConflictKind.MASS_DELETION, who)
        return False
    tx.sync.save_pull(replace(pull, held=print_of, tried_at=who.at, ok_at=who.at, failures=0, trouble="", problem=""))
    if pull.allowed == refused(print_of):
        return True  # a person keeps them: the same is not asked twice
    titles = [one.item.title for one in sorted(gone, key=lambda one: (one.item.starts_at, one.key))][:SHOWN]
    facts = {
        "gone": str(len(gone)),
        "known": str(len(coming)),
        "titles_zh": " · ".join(one.zh or one.en for one in titles),
        "titles_en": " · ".join(one.en or one.zh for one in titles),
        "held": print_of,
    }
    ask_desk(tx, subject, ConflictKind.MASS_DELETION, following.source, facts, who)
    return True


def _going(
    tx: Transaction,
    source: str,
    collection: str,
    batch: Batch,
    arriving: Collection[tuple[str, str]],
    now: datetime,
) -> tuple[list[Link], list[Link]]:
    """Return which coming meetings an answer takes away, and all there are; neither where it takes away one at most."""
    if not batch.complete and len(_coming(tx.sync.links(source, collection, batch.gone), now)) <= 1:
        return [], []
    coming = _coming(tx.sync.links(source, collection), now)
    named, dropped = {one.key for one in batch.resources}, set(batch.gone)
    gone = [
        one
        for one in coming
        if (one.item.uid, one.occurrence) not in arriving
        and (one.key in dropped or (batch.complete and one.key not in named))
    ]
    return gone, coming


def _coming(links: Iterable[Link], now: datetime) -> list[Link]:
    return [
        one
        for one in links
        if one.meeting and one.gone_at is None and one.item.ends_at > now and not one.item.state.is_off
    ]


def is_stale(tx: Transaction, asked: Pull) -> bool:
    """Say whether somebody else has read a collection on since it was ``asked``: then the answer is an old one."""
    pull = tx.sync.pull(asked.source, asked.collection)
    return (pull.cursor, pull.full_at) != (asked.cursor, asked.full_at)


def note_quiet(tx: Transaction, asked: Iterable[Pull], at: datetime) -> None:
    """Note that these collections answered, and that nothing had changed in them."""
    for one in asked:
        if not is_stale(tx, one):
            tx.sync.save_pull(replace(tx.sync.pull(one.source, one.collection), tried_at=at, ok_at=at))


def news(
    tx: Transaction, source: str, collection: str, resources: Sequence[Resource], horizon: Horizon
) -> Sequence[Resource]:
    """Leave out what is as it was: a source that always tells everything costs no more than reading it."""
    known: dict[str, dict[str, Link]] = {}
    for link in tx.sync.links(source, collection, [one.key for one in resources]):
        known.setdefault(link.key, {})[link.occurrence] = link
    bad = {one.key for one in tx.sync.bad_of(source, collection, [one.key for one in resources])}
    return [one for one in resources if one.key in bad or not _as_it_was(one, known.get(one.key, {}), horizon)]


def _as_it_was(resource: Resource, known: Mapping[str, Link], horizon: Horizon) -> bool:
    if resource.bad or _left(known.values(), resource, (), horizon):
        return False
    links = [(item, known.get(item.occurrence)) for item in resource.items]
    return all(
        link is not None and link.gone_at is None and (link.version, link.digest) == (resource.version, item.digest())
        for item, link in links
    )


def take_part(
    tx: Transaction,
    following: Following,
    collection: str,
    resources: Sequence[Resource],
    horizon: Horizon,
    who: Acting,
) -> Done:
    """Take a part of an answer: resources that came or changed. Repeating it changes nothing."""
    source, done = following.source, Done()
    known: dict[str, dict[str, Link]] = {}
    for link in tx.sync.links(source, collection, [one.key for one in resources]):
        known.setdefault(link.key, {})[link.occurrence] = link
    links = [link for group in known.values() for link in group.values()]
    entries = Entries.look(tx, following, who, links, {item.uid for one in resources for item in one.items})
    was_bad: dict[str, list[BadLink]] = {}
    for known_bad in tx.sync.bad_of(source, collection, [one.key for one in resources]):
        was_bad.setdefault(known_bad.key, []).append(known_bad)
    changes, left = [], []
    for resource in resources:
        ours, bad, lists = known.get(resource.key, {}), list(resource.bad), []
        for item in resource.items:
            room = entries.room_of(item)
            if isinstance(room, BadItem):
                bad.append(room)
                continue
            problem = unusable(item)
            lists += [problem] if problem else []
            entry = Link(
                source=source,
                collection=collection,
                key=resource.key,
                item=item,
                digest=item.digest(),
                version=resource.version,
                meeting="",
                seen_at=who.at,
            )
            change = entries.come(entry, ours.get(item.occurrence), room)
            changes += [change] if change else []
            done.unchanged += change is None
        left += _left(ours.values(), resource, bad, horizon)
        bad += [one for one in lists if one.occurrence not in {each.occurrence for each in bad}]
        _keep_bad(tx, (source, collection, resource.key), bad, was_bad.get(resource.key, ()), who.at)
        done.bad += len(bad)
    done += keep_changes(tx, following, [*changes, *entries.leave(left)], who)
    return done


def take_rest(
    tx: Transaction, following: Following, collection: str, batch: Batch, horizon: Horizon, who: Acting
) -> Done:
    """Take what is gone, and the cursor with it: the last part of an answer."""
    source = following.source
    known = tx.sync.links(source, collection) if batch.complete else ()
    named = {one.key for one in batch.resources}
    missing = {one.key for one in known if one.key not in named and horizon.holds(one.item.starts_at, one.item.ends_at)}
    keys = {*batch.gone, *missing}
    gone = [link for link in tx.sync.links(source, collection, keys) if link.gone_at is None]
    done = keep_changes(tx, following, Entries.look(tx, following, who, gone).leave(gone), who)
    for one in tx.sync.bad(source):
        if one.collection == collection and (one.key in keys or (batch.complete and one.key not in named)):
            tx.sync.replace_bad(source, collection, one.key, [])
    pull = tx.sync.pull(source, collection)
    settled = replace(pull, failures=0, trouble="", problem="", held="", allowed="", tried_at=who.at, ok_at=who.at)
    full_at = who.at if batch.complete else pull.full_at
    tx.sync.save_pull(replace(settled, cursor=batch.cursor, full_at=full_at))
    return done


def note_failure(tx: Transaction, source: str, collection: str, problem: HubError, at: datetime) -> Pull:
    """Note that a source did not answer; nothing else follows from that."""
    pull = tx.sync.pull(source, collection)
    failed = replace(pull, tried_at=at, failures=pull.failures + 1, trouble=problem.code, problem=str(problem))
    tx.sync.save_pull(failed)
    tx.feed.touch([("desk", "")])
    return failed


def _left(known: Iterable[Link], resource: Resource, bad: Sequence[BadItem], horizon: Horizon) -> list[Link]:
    """Return the dates of a series that it has no longer. What cannot be read of it takes nothing away."""
    if any(not one.occurrence for one in bad):
        return []
    named = {one.occurrence for one in resource.items} | {one.occurrence for one in bad}
    return [
        one
        for one in known
        if one.gone_at is None and one.occurrence not in named and horizon.holds(one.item.starts_at, one.item.ends_at)
    ]


def _keep_bad(
    tx: Transaction, where: tuple[str, str, str], bad: Sequence[BadItem], was: Sequence[BadLink], now: datetime
) -> None:
    """Note what of a resource cannot be used; what could not be before has been so since then."""
    since = {one.bad: one.since for one in was}
    if set(bad) == since.keys():
        return
    source, collection, key = where
    told = [BadLink(source=source, collection=collection, key=key, bad=one, since=since.get(one, now)) for one in bad]
    tx.sync.replace_bad(source, collection, key, told)
    tx.feed.touch([("desk", "")])
