"""``/rooms/spares``: what stands on shelves and may be relied on; ``/rooms/swap/<task>``: a fault's five minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from hub.domain.assets import LEAST_SPARES, TEST_HOLDS, Asset, AssetState, spares_by_kind
from hub.domain.errors import NotFound, NotOpen
from hub.domain.field_devices import FieldDevice
from hub.domain.meetings import Room
from hub.domain.room_devices import DeviceKind
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.keep_task import find_task
from hub.usecases.swap_asset import SWAPPED_AT, SwapPlan, is_fault, mark_broken, mark_tested, plan_swap, swap_asset
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.times import left_in_words

FOUND = {"tested": mark_tested, "broken": mark_broken}
"""What a person says of a piece, by the last part of the address."""

pages = Blueprint("spares", __name__, url_prefix="/rooms")


@dataclass(frozen=True, slots=True)
class Stock:
    """What the house owns, with what is said of it: rooms by key, and the devices among it by id."""

    assets: Sequence[Asset]
    rooms: Mapping[str, Room]
    devices: Mapping[str, FieldDevice]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLine:
    """One kind of device: its spares, and whether there are too few."""

    kind: DeviceKind
    spares: Sequence[Asset]
    few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapView:
    """One fault as its page shows it. Without a ``plan`` there is nothing (more) to swap; ``swapped_at`` is UTC."""

    task: Task
    plan: SwapPlan | None
    swapped_at: datetime | None


@pages.get("/spares")
def show() -> Response:
    """Show the spares of each kind, what waits to be repaired, and what is in use."""
    return draw("spares.html", {"stock": _stock})


@pages.post("/spares/<path:label>/<found>")
def say(label: str, found: str) -> Response:
    """Hear how a piece was found: ``tested`` (good) or ``broken``. Raises NotFound, InvalidInput."""
    ids = shelf().parts.ids
    step = FOUND.get(found)
    if step is None:
        raise NotFound(f"nothing can be said to be {found!r}")
    change(lambda tx, by: step(tx, label, Deciding(actor=by, at=now(), ids=ids)))
    return done("/rooms/spares")


@pages.get("/swap/<task>")
def lead(task: str) -> Response:
    """Lead through the swap of one fault. Raises NotFound."""
    return draw("swap.html", {"swap": lambda: _swap(task)}, task=task)


@pages.post("/swap/<task>")
def swap(task: str) -> Response:
    """Take both scans: ``old`` and ``new``."""
    ids = shelf().parts.ids
    old, new = (request.form.get(name, "")[:200] for name in ("old", "new"))
    change(lambda tx, by: swap_asset(tx, task, old, new, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/rooms/swap/{task}")


def _stock() -> object:
    stock = shelf().recent.get("stock", _read_stock)
    used = [one.kind for one in stock.assets if one.state is not AssetState.SPARE]
    kinds = [
        KindLine(kind=kind, spares=spares, few=len(spares) < LEAST_SPARES)
        for kind, spares in spares_by_kind(stock.assets, used).items()
    ]
    return {
        "kinds": sorted(kinds, key=lambda one: (not one.few, one.kind)),
        "repair": [one for one in stock.assets if one.state is AssetState.REPAIR],
        "in_use": [one for one in stock.assets if one.state is AssetState.IN_USE],
        "rooms": stock.rooms,
        "devices": stock.devices,
        "holds": TEST_HOLDS.days,
        "person": person(),
    }


def _read_stock(tx: Transaction) -> Stock:
    rooms = {room.key: room for room in tx.meetings.rooms()}
    return Stock(tx.assets.all(), rooms, {one.id: one for one in tx.field_devices.all()})


def _swap(task: str) -> object:
    view = shelf().recent.get(("swap", task), lambda tx: _read_swap(tx, task))
    left = view.task.due_at - now()
    return {
        "view": view,
        "left": left_in_words(tongue(), left),
        "left_s": max(0, int(left.total_seconds())),
        "span_s": max(1, int((view.task.due_at - view.task.created_at).total_seconds())),
        "person": person(),
        "holds": TEST_HOLDS.days,
    }


def _plan(tx: Transaction, task: Task) -> SwapPlan | None:
    """Return the plan of a swap; None for a fault of something that is no thing of its room, such as a lone sensor."""
    try:
        return plan_swap(tx, task.id, now()) if is_fault(task) else None
    except NotOpen:
        return None


def _read_swap(tx: Transaction, task: str) -> SwapView:
    found = find_task(tx, task)
    swapped = found.facts.get(SWAPPED_AT)
    return SwapView(
        task=found,
        plan=_plan(tx, found),
        swapped_at=datetime.fromisoformat(swapped) if swapped else None,
    )
