"""No code that nobody issued opens a door, and a forged one costs the disk nothing.

``python -m tests.kiosk.test_forged_codes 1000000`` shows as many as one likes, others each time; the suite shows the
same million every time, in quarters that run side by side.
"""

import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import KeyCard
from devices.contract.credential import lookup
from devices.contract.messages import Clock, CodeKind, ItemKind, Method, Verdict
from devices.ids import uuid7
from devices.sealing import seal
from kiosk.checkin import scan
from kiosk.database import Database
from kiosk.reception import Reception
from tests.devices.contract.forgeries import KEY_ID, MEETING, NOON, Genuine, forgeries, genuine, sign
from tests.kiosk.cards import CARD, LOOKUP_KEY, MORNING, item, page
from tests.kiosk.cards import MEETING as LAUNCH
from tests.kiosk.test_reception import Desk

QUARTER = 250_000
REAL = genuine()


def issued(database: Database) -> Desk:
    """Give a kiosk that knows one meeting, its key, and the guest of the one short code."""
    desk = Desk(database)
    desk.clock.at = NOON
    meeting = replace(
        LAUNCH,
        number=f"{MEETING:x}",
        doors_at=REAL.signed.not_before,
        starts_at=NOON,
        ends_at=REAL.signed.expires,
    )
    key = KeyCard(key_id=KEY_ID, meeting=LAUNCH.key, public_key=REAL.key.public_key().public_bytes_raw().hex())
    at = desk.roster.cursor()
    told = (
        item(ItemKind.MEETING, LAUNCH.key, at + 1, codec.dump_card(meeting)),
        item(ItemKind.KEY, str(KEY_ID), at + 2, codec.dump_card(key)),
        item(ItemKind.GUEST, lookup(LOOKUP_KEY, REAL.short), at + 3, seal(REAL.short, codec.dump_card(CARD))),
    )
    assert desk.roster.apply(page(*told, cursor=at))
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give such a kiosk."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    yield issued(database)
    database.close()


def verdict(reception: Reception, text: str, method: Method = Method.QR) -> Verdict:
    """Decide about a text as ``receive`` does, keeping nothing of it."""
    scanned = scan(text, method)
    hashed = lookup(LOOKUP_KEY, scanned.code)
    return reception._decide(scanned, reception._known(scanned, hashed), hashed, NOON, Clock.SYNCED)[0].verdict


def show(reception: Reception, real: Genuine, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Hold up so many forgeries, scanned and typed; return how each way was answered, and what was let in."""
    answers: Counter[str] = Counter()
    let_in = []
    for number, (way, text) in zip(range(count), forgeries(real, seed), strict=False):
        found = verdict(reception, text, Method.TYPED if number % 2 else Method.QR)
        answers[way] += 1
        if found.admits and text not in {real.signed.text(), real.short}:
            let_in.append(f"{way}: {text}")
    return answers, let_in


def test_the_genuine_codes_open(desk: Desk) -> None:
    """Otherwise nothing below would say anything."""
    assert verdict(desk.reception, REAL.signed.text()) is Verdict.WELCOME
    assert verdict(desk.reception, REAL.short) is Verdict.WELCOME


@pytest.mark.parametrize("seed", [8, 9, 10, 11])
def test_of_a_million_forgeries_none_is_let_in(desk: Desk, seed: int) -> None:
    """Flipped, cut, extended, re-signed, guessed; other versions, keys, events, times, alphabets; both kinds."""
    answers, let_in = show(desk.reception, REAL, QUARTER, seed)
    assert let_in == []
    assert min(answers.values()) > QUARTER // 40, "every way was tried"


def test_a_forged_code_is_refused_before_the_database_is_asked(desk: Desk) -> None:
    """What is not on the list, and not signed by the house, is decided in memory; then the scan is kept as a fact."""
    statements: list[str] = []
    assert desk.database._connection is not None
    desk.database._connection.set_trace_callback(statements.append)
    for number, (way, text) in zip(range(3_000), forgeries(REAL, 9), strict=False):
        statements.clear()
        scanned = scan(text)
        if scanned.code != REAL.short:
            assert not verdict(desk.reception, text).admits, (number, way, text)
            assert statements == [], (number, way, text)
    desk.reception.receive(text, uuid7())
    assert any(one.startswith("INSERT") for one in statements), "the statements are counted at all"


KINDS = {
    "forged": (replace(REAL.signed, signature=bytes(64)).text(), Verdict.BAD_SIGNATURE),
    "cut": (REAL.signed.text()[:-9], Verdict.DAMAGED),
    "wrong-event": (sign(REAL.key, replace(REAL.signed, meeting=MEETING + 1)).text(), Verdict.UNKNOWN),
    "other-key": (sign(REAL.key, replace(REAL.signed, key_id=KEY_ID + 1)).text(), Verdict.UNKNOWN),
    "future": (sign(REAL.key, replace(REAL.signed, not_before=REAL.signed.expires)).text(), Verdict.TOO_EARLY),
    "expired": (sign(REAL.key, replace(REAL.signed, expires=REAL.signed.not_before)).text(), Verdict.EXPIRED),
}
"""A code of each kind that is refused, and the word for it; all but the first two have the house's own signature."""


def statements_for(desk: Desk, text: str) -> tuple[Verdict, list[str]]:
    """Decide about a text; return the verdict and every statement that the kiosk's file was asked meanwhile."""
    statements: list[str] = []
    assert desk.database._connection is not None
    desk.roster.cursor()  # whatever the first question reads into memory is read
    verdict(desk.reception, "")
    desk.database._connection.set_trace_callback(statements.append)
    try:
        return verdict(desk.reception, text), statements
    finally:
        desk.database._connection.set_trace_callback(None)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_refused_code_of_each_kind_costs_no_question_to_the_file(desk: Desk, kind: str) -> None:
    """The hub is not asked either: nothing that the decision is made of comes over the network."""
    text, said = KINDS[kind]
    assert statements_for(desk, text) == (said, [])


def test_a_code_that_is_played_again_under_a_withdrawn_key_costs_none_either(desk: Desk) -> None:
    """A letter that was copied before the drill of docs/keys.md, held up after it."""
    at = desk.roster.cursor()
    public = REAL.key.public_key().public_bytes_raw().hex()
    gone = KeyCard(key_id=KEY_ID, meeting=LAUNCH.key, public_key=public, withdrawn=True, version=2)
    assert desk.roster.apply(page(item(ItemKind.KEY, str(KEY_ID), at + 1, codec.dump_card(gone)), cursor=at))
    assert statements_for(desk, REAL.signed.text()) == (Verdict.REVOKED, [])


EARLY = replace(LAUNCH, number=f"{MEETING:x}", doors_at=REAL.signed.expires, starts_at=REAL.signed.expires)
ENTRIES = {
    "withdrawn": (replace(CARD, status="revoked"), LAUNCH, Verdict.REVOKED),
    "played again after it was replaced": (replace(CARD, status="replaced"), LAUNCH, Verdict.REPLACED),
    "of a meeting that was called off": (CARD, replace(LAUNCH, cancelled=True), Verdict.CANCELLED),
    "of a meeting to come": (CARD, EARLY, Verdict.TOO_EARLY),
    "of a meeting that is over": (CARD, replace(EARLY, doors_at=MORNING, ends_at=MORNING), Verdict.TOO_LATE),
}
"""What a guest's own entry on the list may say against them, with a code that is as good as any."""


@pytest.mark.parametrize("said", list(ENTRIES))
def test_a_guest_on_the_list_who_is_refused_costs_a_look_at_their_own_entry_alone(desk: Desk, said: str) -> None:
    """The code opens what is said of it, one row by its key; not asked is whether its bearer came in before."""
    assert desk.reception.receive(REAL.short, uuid7()).verdict is Verdict.WELCOME
    card, meeting, expected = ENTRIES[said]
    at = desk.roster.cursor()
    told = (
        item(ItemKind.MEETING, LAUNCH.key, at + 1, codec.dump_card(meeting)),
        item(ItemKind.GUEST, lookup(LOOKUP_KEY, REAL.short), at + 2, seal(REAL.short, codec.dump_card(card))),
    )
    assert desk.roster.apply(page(*told, cursor=at))
    verdict_said, (asked,) = statements_for(desk, REAL.short)
    assert verdict_said is expected
    assert asked.startswith("SELECT body FROM roster WHERE kind = 'guest' AND key = ")


def test_a_good_code_that_is_played_again_costs_one_look_into_the_kiosks_own_file(desk: Desk) -> None:
    """Whether its bearer came in is a fact on this disk, found by an index: one question, as for any good code."""
    assert desk.reception.receive(REAL.signed.text(), uuid7()).verdict is Verdict.WELCOME
    said, statements = statements_for(desk, REAL.signed.text())
    assert said is Verdict.ALREADY_IN
    (asked,) = (one for one in statements if one.startswith("SELECT"))
    plan = desk.database._connection.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()  # type: ignore[union-attr]
    assert "events_arrivals" in plan[0][3]


def test_a_replayed_code_is_known_as_shown_before(desk: Desk) -> None:
    """The same code, genuine, a second time: the screen says so, and nobody is counted twice."""
    assert desk.reception.receive(REAL.signed.text(), uuid7()).verdict is Verdict.WELCOME
    assert desk.reception.receive(REAL.signed.text(), uuid7()).verdict is Verdict.ALREADY_IN


def test_a_code_of_ours_in_another_alphabet_is_not_ours(desk: Desk) -> None:
    """Small letters are read for short codes alone; full-width ones for none."""
    assert not verdict(desk.reception, REAL.signed.text().lower()).admits
    assert verdict(desk.reception, REAL.short.lower()) is Verdict.WELCOME
    wide = REAL.short.translate({ord(one): ord(one) + 0xFEE0 for one in REAL.short})
    assert scan(wide).kind is CodeKind.FOREIGN
    assert not verdict(desk.reception, wide).admits


def test_the_list_in_memory_follows_the_disk(desk: Desk, tmp_path: Path) -> None:
    """What is gone is gone, and a file that was opened anew is read anew."""
    hashed = lookup(LOOKUP_KEY, REAL.short)
    at = desk.roster.cursor()
    desk.database.close()
    desk.database.open()
    assert verdict(desk.reception, REAL.short) is Verdict.WELCOME
    assert desk.roster.apply(page(replace(item(ItemKind.GUEST, hashed, at + 1, ""), gone=True), cursor=at))
    assert verdict(desk.reception, REAL.short) is Verdict.UNKNOWN
    with sqlite3.connect(tmp_path / "kiosk.sqlite3") as file:
        assert file.execute("SELECT body FROM roster WHERE key = ?", (hashed,)).fetchone() == ("",)
    desk.roster.forget()
    assert verdict(desk.reception, REAL.signed.text()) is Verdict.UNKNOWN


def main(count: int) -> int:
    """Show so many forgeries to a kiosk, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "kiosk.sqlite3")
        database.open()
        began = time.monotonic()
        answers, let_in = show(issued(database).reception, REAL, count, seed=time.time_ns())
        spent = time.monotonic() - began
        database.close()
    for way, shown in sorted(answers.items()):
        sys.stdout.write(f"{shown:>10,}  {way}\n")
    sys.stdout.write(f"{count:,} forged codes in {spent:.0f} s, let in: {len(let_in)}\n")
    sys.stdout.writelines(f"{one}\n" for one in let_in[:20])
    return 1 if let_in else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1])))
