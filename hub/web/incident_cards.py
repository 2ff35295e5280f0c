"""Tasks of an incident in words: what happened where, and the team's next step. Pure."""

from hub.domain.playbooks import EVACUATES, IncidentKind
from hub.domain.tasks import Task
from hub.web.language import Tongue

ICONS = {
    IncidentKind.FIRE: "fire",
    IncidentKind.EARTHQUAKE: "quake",
    IncidentKind.EQUIPMENT_FAILURE: "wrench",
    IncidentKind.SUDDEN_ILLNESS: "cross_red",
    IncidentKind.ATTENDEE_UNWELL: "person",
    IncidentKind.SPEAKER_LATE: "sound",
    IncidentKind.WEATHER_CHANGE: "rain",
    IncidentKind.SECURITY: "shield",
    IncidentKind.COMPLAINT: "mail",
    IncidentKind.OTHER: "warn",
}


def is_of_incident(task: Task) -> bool:
    """Say whether a task is a call of an incident: a device's own fault may belong to one too, and stays a fault."""
    return "incident_kind" in task.facts


def incident_heading(task: Task, tongue: Tongue) -> str:
    """Say what happened, and where."""
    place = task.facts.get(f"place_{tongue.language}") or task.facts.get("place_zh", "")
    return tongue.join((tongue.say(f"incident.kind.{task.facts['incident_kind']}"), place))


def incident_details(task: Task, tongue: Tongue) -> list[str]:
    """Say what the team is to do next, and by how much it is overdue."""
    step = task.facts.get(f"step_{tongue.language}") or task.facts.get("step_zh", "")
    late = int(task.facts.get("late_s", "0"))
    return [said for said in (step, tongue.say("incident.late_by", seconds=late) if late else "") if said]


def drill(task: Task) -> bool:
    """Say whether it is only an exercise."""
    return task.facts.get("drill") == "yes"


def way_out_key(kind: IncidentKind) -> str:
    """Return the text that tells everybody in a room what to do first."""
    return f"incident.way_out.{kind if kind in EVACUATES else IncidentKind.FIRE}"
