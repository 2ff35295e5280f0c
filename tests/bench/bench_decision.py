"""How long a kiosk takes to decide, with a roster of 50,000 guests on its disk."""

import random
import tempfile
import time
from pathlib import Path

from devices.contract import codec
from devices.contract.credential import lookup, short
from devices.contract.messages import Clock, ItemKind, RosterItem, Verdict
from devices.sealing import seal
from kiosk.checkin import Known, decide, scan
from kiosk.database import Database
from kiosk.reception import Reception
from kiosk.roster import Roster
from tests.bench.rows import Row, percentile, row
from tests.devices.contract.forgeries import forgeries
from tests.kiosk.cards import CARD, LOOKUP_KEY, MEETING, MORNING, item, page
from tests.kiosk.test_forged_codes import REAL, issued, verdict

GUESTS = 50_000
FEW = 100
SCANS = 2_000
_PAGE = 200


def rows() -> list[Row]:
    """Measure the decision with few and with many guests, and about forged codes: p99, milliseconds."""
    few, many = (percentile(_decisions(guests), 0.99) for guests in (FEW, GUESTS))
    return [
        row(f"decision_ms_{FEW}_roster", few, "ms"),
        row("decision_ms_50k_roster", many, "ms", f"decision_ms_{FEW}_roster", few),
        *_refusals(),
    ]


def _refusals() -> list[Row]:
    """Hold up a forged code and a good one by turns: a refusal costs no more than a welcome, by either clock."""
    forged, good = _Times(), _Times()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "kiosk.sqlite3")
        database.open()
        reception = issued(database).reception
        for _, (_, text) in zip(range(SCANS), forgeries(REAL, 50), strict=False):
            forged.take(reception, text)
            good.take(reception, REAL.signed.text())
        database.close()
    return [
        row(f"{name}_ms_forged_{part}", percentile(bad, share), "ms", f"{name}_ms_good_{part}", percentile(fine, share))
        for name, bad, fine in (("wall", forged.wall, good.wall), ("cpu", forged.cpu, good.cpu))
        for part, share in (("p50", 0.5), ("p99", 0.99))
    ]


class _Times:
    """What decisions took: milliseconds on the wall, and of this thread's processor."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def take(self, reception: Reception, text: str) -> None:
        """Decide once."""
        wall, cpu = time.perf_counter(), time.thread_time()
        verdict(reception, text)
        self.cpu.append((time.thread_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)


def _decisions(guests: int) -> list[float]:
    chance = random.Random(50)
    codes = [short(chance.getrandbits(105)).text for _ in range(guests)]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "kiosk.sqlite3")
        database.open()
        roster = Roster(database)
        roster.apply(page(item(ItemKind.MEETING, "launch", 1, codec.dump_card(MEETING))))
        _fill(roster, codes)
        times = [_decision(roster, code) for code in chance.choices(codes, k=SCANS)]
        database.close()
    return times


def _fill(roster: Roster, codes: list[str]) -> None:
    body = codec.dump_card(CARD)
    position = 1
    for start in range(0, len(codes), _PAGE):
        items: list[RosterItem] = []
        for code in codes[start : start + _PAGE]:
            items.append(item(ItemKind.GUEST, lookup(LOOKUP_KEY, code), position + len(items) + 1, seal(code, body)))
        roster.apply(page(*items, cursor=position))
        position += len(items)


def _decision(roster: Roster, code: str) -> float:
    began = time.perf_counter()
    scanned = scan(code)
    card = roster.guest(lookup(LOOKUP_KEY, scanned.code), scanned.code)
    known = Known(card=card, meeting=roster.meeting(card.meeting) if card else None)
    decision = decide(scanned, known, MORNING, Clock.SYNCED)
    took = (time.perf_counter() - began) * 1000
    if decision.verdict is not Verdict.WELCOME:
        raise AssertionError(decision)
    return took
