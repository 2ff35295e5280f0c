"""What the house owns, as a part of a venue file. Pieces are added and described; they stay where people put them."""

from dataclasses import dataclass, replace

from hub.domain.assets import Asset, AssetState
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.findings import Finding
from hub.usecases.venue_plan import VenueFile


@dataclass(frozen=True, slots=True)
class AssetPlan:
    """What an import would write, and which of it is new."""

    put: tuple[Asset, ...] = ()
    new: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def plan_assets(tx: Transaction, file: VenueFile, acting: Acting) -> AssetPlan:
    """Compare what the file says with what is there."""
    if not file.assets:
        return AssetPlan()
    before = {one.label: one for one in tx.assets.all()}
    merged = {one.label: _merged(before.get(one.label), one, acting) for one in file.assets}
    put = tuple(one for label, one in merged.items() if before.get(label) != one)
    return AssetPlan(put, frozenset(merged.keys() - before.keys()), tuple(_clashes(before | merged)))


def write_assets(tx: Transaction, plan: AssetPlan) -> None:
    """Keep what was planned, and let pages hear of it."""
    tx.assets.put(sorted(plan.put, key=lambda one: one.state is AssetState.IN_USE))
    tx.feed.touch(("asset", one.label) for one in plan.put)


def _merged(before: Asset | None, said: Asset, acting: Acting) -> Asset:
    if before is None:
        return replace(said, since=acting.at)
    tested = max((at for at in (before.tested_at, said.tested_at) if at), default=None)
    described = replace(before, kind=said.kind, model=said.model, shelf=said.shelf, floor=said.floor)
    return replace(described, device=said.device or before.device, tested_at=tested)


def _clashes(assets: dict[str, Asset]) -> list[Finding]:
    """Find two pieces in one place, and two that are one device."""
    taken: dict[tuple[str, ...], str] = {}
    found = []
    for one in assets.values():
        places = [(str(one.room), one.thing)] if one.state is AssetState.IN_USE else []
        for where in [*places, *([(one.device,)] if one.device else [])]:
            if (other := taken.setdefault(where, one.label)) != one.label:
                problem = f"{one.label} and {other} are both {'/'.join(where)}"
                found.append(Finding(line=0, field="label", problem=problem, remedy="let one of them be a spare"))
    return found
