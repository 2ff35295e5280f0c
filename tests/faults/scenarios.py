"""Short directed scenarios: each brings about, in seconds and the same way each time, what a storm meets by chance."""

import resource
import signal
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from devices.contract.messages import Verdict
from hub.broker import Broker, BrokerSettings
from tests.faults import repairs
from tests.faults.acts import AFTER, BEFORE, SEEN_WITHIN_S, SMALL, judged, welcome
from tests.faults.checker import Report
from tests.faults.evidence import read_witnesses
from tests.faults.house import SITE
from tests.faults.mutant import BLACKOUT, BUSY_DAY, FULL_DISK, ISLANDS, LOST_EVENTS, RESTORED_BACKUP, WRONG_CLOCK
from tests.faults.pen import Pen
from tests.faults.world import Size, World, wait_until

STRANGER = "kiosk-9"
"""A device that the broker still lets in and the hub's settings do not name any more."""

_NO_ROOM = 4_096
_NO_ANSWER_S = 3.0


def run(name: str, folder: Path, mutant: str = "") -> Report:
    """Play one scenario with a fault planted (or none), let it drain within bounds, and check."""
    return _SCENARIOS[name](folder, mutant)


def _blackout(folder: Path, mutant: str) -> Report:
    """Freeze the hub, welcome guests, then take the power from broker, hub and kiosk at once."""
    with World(folder, size=SMALL, mutant=mutant, proxied=False, script=BEFORE + AFTER) as world:
        world.open_doors()
        welcome(world, BEFORE)
        wait_until(lambda: world.waiting() == 0 or mutant, SEEN_WITHIN_S, "the first guests are answered")
        world.hub.signal(signal.SIGSTOP)
        welcome(world, BEFORE + AFTER)
        world.kill_broker()
        for kept in (*world.doors.values(), world.hub):
            kept.signal(signal.SIGKILL)
        return judged(world)


def _full_disk(folder: Path, mutant: str) -> Report:
    """Fill the hub's disk while guests come, then take the power from broker and hub."""
    with World(folder, size=SMALL, mutant=mutant, proxied=False, script=BEFORE + AFTER) as world:
        world.open_doors()
        welcome(world, BEFORE)
        wait_until(lambda: world.waiting() == 0, SEEN_WITHIN_S, "the first guests are answered")
        resource.prlimit(world.hub.pid, resource.RLIMIT_FSIZE, (_NO_ROOM, resource.RLIM_INFINITY))
        welcome(world, BEFORE + AFTER)
        with suppress(TimeoutError):
            wait_until(lambda: world.waiting() == 0, _NO_ANSWER_S, "an answer that must not come")
        world.kill_broker()
        world.hub.signal(signal.SIGKILL)
        return judged(world)


def _busy_day(folder: Path, mutant: str) -> Report:
    """Bring late and repeated events, ghosts, strangers, rubbish and forged ids; and guests at a door all the while."""
    size = Size(doors=2, guests=12, rate=20)
    with World(
        folder,
        size=size,
        mutant=mutant,
        script=AFTER,
        without=frozenset({"kiosk-2"}),
        strangers=(STRANGER,),
        before_hub=_leave_a_ghost,
    ) as world:
        world.open_doors()
        welcome(world, BEFORE)
        with closing(Pen(world.broker_folder, world.broker_port, "kiosk-2")) as pen:
            _history(world, pen)
            with closing(Pen(world.broker_folder, world.broker_port, STRANGER)) as stranger:
                stranger.write(stranger.event(world.codes[9], 0))
            pen.send_bytes(b"\xff no text")
            _forge(world, pen)
        return judged(world)


def _islands(folder: Path, mutant: str) -> Report:
    """Cut two doors off, each with seats that it may give away, and let different guests come to them."""
    size = Size(doors=2, guests=30, rate=20)
    turned = frozenset({"kiosk-2"})
    with World(folder, size=size, mutant=mutant, script=2 * BEFORE, backwards=turned) as world:
        world.open_doors()
        wait_until(lambda: all(world.may_seat(device) for device in world.doors), SEEN_WITHIN_S, "leased seats")
        if world.proxy is None:
            raise RuntimeError("this scenario cuts the network")
        world.proxy.say("down")
        welcome(world, BEFORE)
        world.proxy.say("clear")
        return judged(world)


def _leave_a_ghost(world: World) -> None:
    """Leave a retained event in the broker from before this hub's time: no kiosk of this house knows it."""
    broker = Broker(BrokerSettings(world.broker_folder, SITE, world.devices, port=world.broker_port))
    broker.start()
    try:
        with closing(Pen(world.broker_folder, world.broker_port, "kiosk-1")) as pen:
            pen.write(pen.event(world.codes[8], -9), retain=True)
    finally:
        broker.stop()


def _history(world: World, pen: Pen) -> None:
    """Send events late, twice, and of guests who came in at the other door before."""
    late, early = world.codes[7], pen.event(world.codes[7], 0)
    pen.send(pen.event(late, 100))
    pen.send(early)
    pen.send(early)
    for code in world.codes[:BEFORE]:
        pen.send(pen.event(code, 300, Verdict.ALREADY_IN))


def _forge(world: World, pen: Pen) -> None:
    """Use the ids of a kiosk's own events for others, before the kiosk can send them."""
    if world.proxy is None:
        raise RuntimeError("this scenario cuts the network")
    world.proxy.say("down")
    known = {row["event"] for row in read_witnesses(world.witnesses())}
    welcome(world, AFTER)
    fresh = {row["event"] for row in read_witnesses(world.witnesses())} - known
    for event in sorted(fresh):
        pen.send(pen.forge(event, world.codes[6]))
    world.proxy.say("clear")


_SCENARIOS: dict[str, Callable[[Path, str], Report]] = {
    BLACKOUT: _blackout,
    FULL_DISK: _full_disk,
    BUSY_DAY: _busy_day,
    ISLANDS: _islands,
    WRONG_CLOCK: repairs.wrong_clock,
    LOST_EVENTS: repairs.lost_events,
    RESTORED_BACKUP: repairs.restored_backup,
}
