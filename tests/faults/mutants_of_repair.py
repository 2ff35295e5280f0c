"""Faults of what puts things right afterwards: the order of a wrong clock, lost events, a restored backup."""

from datetime import timedelta

from devices.contract.messages import RosterPage
from hub import witness
from hub.domain import runs
from hub.usecases import hear_device, judging, keep_time
from hub.witness import Witness
from kiosk import uplink
from kiosk.roster_sync import RosterSync, Turn
from tests.faults.mutant import LOST_EVENTS, RESTORED_BACKUP, WRONG_CLOCK, Faults, Part, part, swap

CAUGHT = Faults()
SURVIVED = Faults()


def haste() -> None:
    """No fault: let kiosks and hub look after each other every half second, so that a scenario takes seconds."""
    swap(runs, "PATIENCE", timedelta(milliseconds=500))
    swap(uplink, "PULSE_MS", 500)
    swap(witness, "EVERY_MS", 100)


@CAUGHT.in_scenario(WRONG_CLOCK, "I6")
def clock_order() -> None:
    """Order events by the wall clock of each kiosk, set or not."""
    for user in (judging, keep_time):
        swap(user, "door_time", lambda reading, _: reading.wall)


@CAUGHT.in_scenario(WRONG_CLOCK, "I6")
def times_stay_wrong() -> None:
    """Learn when a machine was started, and leave what it had stamped before as it is."""
    swap(keep_time, "door_time", lambda reading, _: part(judging, "door_time")(reading, None))


@CAUGHT.in_scenario(LOST_EVENTS, "I8", "I9")
def no_gap_search() -> None:
    """Compare nobody's numbers."""
    swap(hear_device, "find_gaps", lambda *_: [])


@CAUGHT.in_scenario(RESTORED_BACKUP, "I1", "I8", "I9")
def restored_backup_unnoticed() -> None:
    """Go on with an older database as if nothing had happened: hub and kiosk look at no position and no number."""
    original = part(RosterSync, "turn")

    def turn(self: Part, page: RosterPage, now_ms: int) -> Turn:
        if page.head < self._roster.cursor():
            return Turn.NOTHING
        meant: Turn = original(self, page, now_ms)
        return meant

    hub_forgets_how_far_it_was()
    no_gap_search()
    swap(RosterSync, "turn", turn)


@SURVIVED.in_scenario(RESTORED_BACKUP)
def hub_forgets_how_far_it_was() -> None:
    """Keep no witness beside the database: kiosks notice by its positions, and it by their numbers."""
    swap(Witness, "contradicts", lambda *_: False)
