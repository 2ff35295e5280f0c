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
from kiosk.roster import Roster
from tests.bench.rows import Row, percentile, row
from tests.kiosk.cards import CARD, LOOKUP_KEY, MEETING, MORNING, item, page

GUESTS = 50_000
FEW = 100
SCANS = 2_000
_PAGE = 200


def rows() -> list[Row]:
    """Measure the decision with few and with many guests: p99, milliseconds."""
    few, many = (percentile(_decisions(guests), 0.99) for guests in (FEW, GUESTS))
    return [
        row(f"decision_ms_{FEW}_roster", few, "ms"),
        row("decision_ms_50k_roster", many, "ms", f"decision_ms_{FEW}_roster", few),
    ]


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
