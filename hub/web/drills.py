"""``/staff/drills``: which playbooks are to be practised when, and how long each step of past drills took (R129)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response

from hub.domain.incidents import Incident
from hub.ports import Transaction
from hub.usecases.plan_drills import read_drills
from hub.web.incident_cards import ICONS
from hub.web.incident_lines import StepLine, step_lines
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf

LOOK_BACK = timedelta(days=3 * 366)
SHOWN = 12
"""Drills whose steps are listed."""

pages = Blueprint("drills", __name__, url_prefix="/staff/drills")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One drill with its steps; ``minutes`` from its report until it was resolved, None while it is not."""

    drill: Incident
    steps: Sequence[StepLine]
    minutes: int | None


@pages.get("")
def show() -> Response:
    """Show what is due, and what was held, the newest first."""
    return draw("drills.html", {"drills": _drills}, icons=ICONS)


def _drills() -> object:
    months, moment = shelf().parts.drill_months, now()
    due = shelf().recent.get("drills due", lambda tx: read_drills(tx, moment, months))
    held = shelf().recent.get(("drills held", tongue().language), _read)
    return {"due": due, "months": months, "held": held, "now": moment, "date": _date}


def _date(instant: datetime) -> str:
    """Write the house's day with its year: a drill may be due in the next one."""
    return instant.astimezone(house_zone()).date().isoformat()


def _read(tx: Transaction) -> Sequence[Held]:
    drills = [one for one in tx.incidents.since(now() - LOOK_BACK, 1_000) if one.drill][:SHOWN]
    return [
        Held(
            drill=one,
            steps=step_lines(one, tx.incidents.steps(one.id), tongue(), now()),
            minutes=round((one.resolved_at - one.reported_at).total_seconds() / 60) if one.resolved_at else None,
        )
        for one in drills
    ]
