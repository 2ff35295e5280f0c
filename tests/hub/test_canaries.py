"""Ten thousand guests with marks of their own in every field; after the purge no file of hub or kiosk holds one."""

import logging
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from devices.contract.cards import BusinessCard
from devices.contract.messages import CheckInEvent, ItemKind, RequestKind, RosterPage
from devices.ids import uuid7
from devices.sealing import seal
from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.incidents import HOUSE
from hub.domain.meetings import Meeting
from hub.domain.playbooks import IncidentKind
from hub.domain.retention import RETENTION
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads, PlaceKind, Transfer
from hub.domain.words import Words
from hub.ports import Store
from hub.purging import Purger
from hub.store.sql import open_store
from hub.store.tables import metadata
from hub.usecases.acting import Deciding
from hub.usecases.asking import WalkIns
from hub.usecases.clear_away import clear_away
from hub.usecases.keep_staff import keep_staff, look_after_staff
from hub.usecases.log_request import Said, log_request
from hub.usecases.note_remark import note_remark
from hub.usecases.plan_transfer import plan_transfer
from hub.usecases.quarantine import Unusable, quarantine
from hub.usecases.report_incident import report_incident
from hub.usecases.serve_roster import roster_page
from hub.usecases.work_incident import describe
from kiosk.database import Database
from kiosk.outbox import Outbox
from kiosk.roster import Roster
from tests.hub import postgres
from tests.hub.canaries import CANARY, found
from tests.hub.imports import demo_venue, import_rows, listed
from tests.hub.usecases.asks import ask, request, service
from tests.hub.usecases.scans import scan, take

GUESTS = 10_000
HEADER = "name,title,company,phone,email,diet,drink,party,host,id,vip"
LI = "小李"


def _lines() -> list[str]:
    """Write a guest list whose every field is a mark that no other guest has."""
    lines = [HEADER]
    for n in range(GUESTS):
        c = f"Cnry{n:05d}"
        vip = "1" if n % 200 == 0 else ""
        lines.append(f"{c}n Wang,{c}t,{c}c,139{n:05d}777,{c}e@example.com,{c}d,{c}k,{c}p,{c}h,{c}i,{vip}")
    return lines


def _who(now: datetime) -> Deciding:
    return Deciding(actor=LI, at=now, ids=uuid7)


def _import(store: Store) -> Meeting:
    meeting = demo_venue(store)
    found = listed("\n".join(_lines()))
    plan = import_rows(store, meeting, found.rows, good_rows=True)
    assert plan.kept
    return meeting


def _live(store: Store, meeting: Meeting) -> None:
    """Let the day be lived: scans, requests, cards, messages, pick-ups, remarks, an incident, rubbish by wire."""
    now = meeting.starts_at
    with store.read() as tx:
        invited = tx.guests.of_meeting(meeting.id)
    events = []
    for n, one in enumerate(invited[:1_000]):
        event = scan(n, lookup=one.invitation.lookup, ts=now, seq=n + 1, mono_ms=n)
        events.append(event.event.id)
        take(store, event, now=now + timedelta(seconds=1))
    free = service(WalkIns.REGISTER, a_minute=600)
    for n in range(20):
        c = f"Cnry{n:05d}"
        card = BusinessCard(
            name=f"{c}n", company=f"{c}c", title=f"{c}t", phone=f"139{n:05d}777", email=f"{c}e@example.com"
        )
        ask(store, RequestKind.BUSINESS_CARD, about=events[n], card=card, now=now, by=free)
        ask(store, RequestKind.WALK_IN, text=f"{c}w", phone=f"139{n:05d}777", now=now, by=service(WalkIns.CALL, 600))
        ask(store, RequestKind.WALK_IN, text=f"{c}v", phone=f"139{n:05d}777", now=now, by=free)
        with store.write() as tx:
            for kind in (TaskKind.QUESTION, TaskKind.REQUEST):
                said = Said(text=f"{c}q", who=f"{c}n", invitation="", meeting=meeting.id)
                log_request(tx, kind, said, _who(now), TaskTimes())
                mine = replace(said, who="", invitation=invited[n].invitation.id)
                log_request(tx, kind, mine, _who(now), TaskTimes())
            note_remark(tx, f"{c}r", Role.RECEPTIONIST, _who(now))
            pick_up = Transfer(
                invitation=invited[n].invitation.id,
                kind=PlaceKind.AIRPORT,
                place=Words(f"{c}a", f"{c}b"),
                eta=now,
                note=f"{c}f",
                greeter=f"{c}g",
                greeter_phone=f"139{n:05d}777",
            )
            plan_transfer(tx, None, pick_up, invited[n], Leads(), _who(now - timedelta(hours=5)))
            bad = Unusable(device="kiosk-1", leaf="up/x", reason="not_json", detail=f"{c}x", payload=f"{c}y".encode())
            quarantine(tx, bad, now=now, ids=uuid7)
            tx.guest_messages.put([_message(invited[n].invitation.id, c, now)])
    with store.write() as tx:
        fire = report_incident(tx, IncidentKind.SUDDEN_ILLNESS, HOUSE, _who(now))
        describe(tx, fire.id, "Cnry00007z fell", _who(now))


def _message(invitation: str, canary: str, now: datetime) -> GuestMessage:
    return GuestMessage(
        id=uuid7(),
        kind=MessageKind.TO_BE_CONFIRMED,
        dedupe=uuid7(),
        invitation=invitation,
        created_at=now,
        pointless_at=now,
        facts={"question": f"{canary}q"},
        problem=f"refused: {canary}e@example.com",
    )


def _years_later(store: Store, meeting: Meeting) -> None:
    """Let every term pass, and every part of the hub that forgets do its work."""
    late = meeting.ends_at + RETENTION.audit + timedelta(days=200)
    purger = Purger(store, RETENTION, clock=_At(late), ids=uuid7, alone=_Mine())
    with store.write() as tx:
        clear_away(tx, timedelta(days=180), late)
        look_after_staff(tx, late)
        (timer,) = tx.timers.of_rule("keep_staff")
        keep_staff(tx, timer, Deciding(actor="hub", at=late, ids=uuid7))
    while purger.turn():
        pass
    assert purger.counts["rows"] > GUESTS


class _At:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        """Stand at an instant."""
        self._now = now

    def now(self) -> datetime:
        """Return it."""
        return self._now

    def monotonic_ms(self) -> int:
        """Return some count."""
        return 0


class _Mine:
    """The only process there is."""

    def is_mine(self) -> bool:
        """Say so."""
        return True

    def give_back(self) -> None:
        """Nobody wants it."""


def test_after_the_purge_no_file_of_the_hub_holds_a_guest(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """I14: database, log and all beside them; and while guests are there, the program's log names none."""
    caplog.set_level(logging.DEBUG)
    store = open_store(sqlite_url)
    meeting = _import(store)
    _live(store, meeting)
    before = found([tmp_path])
    assert len({*before["hub.db"], *before.get("hub.db-wal", [])}) > GUESTS, "a search that finds nothing shows nothing"
    _years_later(store, meeting)
    assert found([tmp_path]) == {}
    assert CANARY.findall(caplog.text.encode()) == []
    with store.read() as tx:
        assert len(tx.guests.of_meeting(meeting.id)) >= GUESTS
        assert len(tx.attendance.arrivals(meeting.id, 2_000)) == 1_000
    store.close()
    assert found([tmp_path]) == {}


@pytest.mark.postgresql
def test_after_the_purge_no_table_of_postgresql_holds_a_guest(postgresql_server: postgres.Server) -> None:
    """Neither in what a dump would show, nor in the files that the tables and their indexes lie in."""
    name = postgresql_server.create("schema_0")
    with closing(open_store(postgresql_server.url(name))) as store:
        meeting = _import(store)
        _live(store, meeting)
        assert len(_in_tables(postgresql_server, name)) > GUESTS
        _years_later(store, meeting)
    assert _in_tables(postgresql_server, name) == set()
    with psycopg.connect(postgresql_server.url(name), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (number,) = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone() or (0,)
    folder = postgresql_server.folder / "data" / "base" / str(number)
    assert found([folder]) == {}


def _in_tables(server: postgres.Server, name: str) -> set[bytes]:
    """Return the marks in a dump of all tables."""
    found: set[bytes] = set()
    with psycopg.connect(server.url(name)) as connection:
        for table in metadata.tables:
            copy = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with connection.cursor().copy(copy) as rows:
                for row in rows:
                    found |= set(CANARY.findall(bytes(row)))
    return found


def test_a_kiosk_s_disk_never_holds_a_guest_and_its_roster_ends_with_the_meeting(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Fault 60: what stands on it is sealed under codes that the kiosk does not keep, and goes as the meeting does."""
    meeting = _import(sqlite_store)
    folder = tmp_path / "kiosk"
    folder.mkdir()
    database = Database(folder / "kiosk.sqlite3")
    database.open()
    roster = Roster(database)
    _touch_all(sqlite_store, meeting)
    assert _fetch(sqlite_store, roster, meeting.starts_at) == GUESTS
    with sqlite_store.read() as tx:
        everybody = [one.invitation for one in tx.guests.of_meeting(meeting.id)]
    codes, lookups = [one.code.encode() for one in everybody], [one.lookup for one in everybody]
    boot = uuid7()
    outbox = Outbox(database, boot)
    for code in lookups[:500]:
        outbox.record(partial(_scanned, code, boot, meeting.starts_at))
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert found([folder]) == {}
    assert [code for code in codes[:500] if code in written] == []
    _touch_all(sqlite_store, meeting)
    assert _fetch(sqlite_store, roster, meeting.ends_at + timedelta(days=2)) == 0
    with database.read() as connection:
        (left,) = connection.execute("SELECT count(*) FROM roster WHERE kind = 'guest' AND body <> ''").fetchone()
    assert left == 0
    database.close()
    assert found([folder]) == {}


def _scanned(code: str, boot: str, at: datetime, seq: int) -> CheckInEvent:
    return scan(seq, lookup=code, ts=at, boot=boot, seq=seq).event


def _touch_all(store: Store, meeting: Meeting) -> None:
    """Do as the clock does when a meeting comes into view, or leaves it."""
    with store.write() as tx:
        tx.feed.touch([("guest", one.invitation.lookup) for one in tx.guests.of_meeting(meeting.id)])


def _fetch(store: Store, roster: Roster, now: datetime) -> int:
    """Let a kiosk take all pages; returns how many guests it was told of."""
    told = 0
    while True:
        cursor = roster.cursor()
        asked = request(RequestKind.ROSTER, cursor=cursor)
        with store.read() as tx:
            page = roster_page(tx, "kiosk-1", asked, seal, now)
        told += sum(item.kind == ItemKind.GUEST and not item.gone for item in page.items)
        roster.apply(
            RosterPage(
                id=uuid7(),
                ts=now,
                boot=uuid7(),
                seq=1,
                request=asked.id,
                incarnation="hub",
                cursor=cursor,
                to=page.to,
                head=page.head,
                items=page.items,
            )
        )
        if page.to >= page.head:
            return told
