"""What a task says: its glance line, its details, its procedure. Pure."""

from hub.domain.room_devices import DeviceKind
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task
from hub.web.drink_cards import drink_details, where_to
from hub.web.house_work_cards import meal_details
from hub.web.incident_cards import incident_details, incident_heading, is_of_incident
from hub.web.language import Tongue
from hub.web.open_tasks import OpenTasks
from hub.web.room_cards import OF_ROOMS, drink, glance, wrong
from hub.web.transfer_cards import ON_THE_WAY, journey
from hub.web.vips import say_vip

TO_A_SEAT = frozenset({TaskKind.NO_SEAT, TaskKind.SEAT_CONFLICT})
"""Tasks whose guest is led to a seat as soon as the house has one."""


NOTED = frozenset({TaskKind.HELP, TaskKind.COMFORT, TaskKind.GUIDANCE})
"""Tasks whose sentence begins with what the guest asked for."""


def fact(task: Task, name: str, tongue: Tongue) -> str:
    """Return a fact, or its form in this language where it has two."""
    return task.facts.get(f"{name}_{tongue.language}") or task.facts.get(name, "")


def say_heading(task: Task, tongue: Tongue) -> str:
    """Say at a glance what it is about: who, or where and what."""
    if is_of_incident(task):
        return incident_heading(task, tongue)
    if task.kind is TaskKind.DIET:
        needs = tongue.join(tongue.say_or(f"diet.{diet}", diet) for diet in task.facts.get("diets", "").split())
        return tongue.join((called(task, tongue), needs or tongue.say("task.diet.none")))
    if task.kind is TaskKind.DRINK:
        where = next(filter(None, (fact(task, name, tongue) for name in ("place", "chair", "salutation"))), "")
        where = where or _stands_in(task, tongue)
        return tongue.join((where, drink(task, tongue))) or tongue.say("task.drink.label")
    if task.kind in OF_ROOMS and task.facts.get("room"):
        return tongue.join((fact(task, "room", tongue), glance(task, tongue)))
    if task.kind in {TaskKind.SPARES_OUT, TaskKind.DRILL, TaskKind.BOOKING_CONFLICT}:
        return _named(task, tongue)
    where = fact(task, "place", tongue) or _stands(task, tongue)
    parts = (called(task, tongue), where, fact(task, "thing", tongue) or fact(task, "what", tongue))
    return tongue.join(parts) or tongue.say(f"task.{task.kind}.label")


def _named(task: Task, tongue: Tongue) -> str:
    """Say of which sort there is no spare left, what is to be practised, or what the sources see differently."""
    if task.kind is TaskKind.BOOKING_CONFLICT:
        about = fact(task, "title", tongue) or task.facts.get("source", "")
        what = tongue.say_or(f"task.booking_conflict.{task.facts.get('conflict', '')}", "")
        return tongue.join((about, what)) or tongue.say("task.booking_conflict.label")
    if task.kind is TaskKind.DRILL:
        kind = task.facts.get("practises")
        return tongue.say(f"incident.kind.{kind}" if kind else "task.drill.label")
    return tongue.say(f"spares.kind.{task.facts.get('kind', DeviceKind.OTHER)}")


def _stands(task: Task, tongue: Tongue) -> str:
    """Say where somebody asked: at a door, or in a room."""
    return fact(task, "door", tongue) or task.facts.get("device", "") or fact(task, "room", tongue)


def _stands_in(task: Task, tongue: Tongue) -> str:
    return fact(task, "room", tongue) or fact(task, "door", tongue)


def called(task: Task, tongue: Tongue) -> str:
    """Return what the guest is called at a glance."""
    return fact(task, "salutation", tongue) or task.facts.get("name", "")


def _wish(task: Task, tongue: Tongue) -> str:
    """Say what the guest asked for, where the heading does not."""
    note = task.facts.get("note", "")
    return tongue.say_or(f"task.{task.kind}.{note}", note) if task.kind in NOTED and note else ""


def _place(task: Task, tongue: Tongue) -> tuple[str, str]:
    """Say where the guest sits and in which room, where the heading does not."""
    chair, seat = fact(task, "chair", tongue), task.facts.get("seat", "")
    where = chair or (tongue.say("task.seat", seat=seat) if seat else "")
    room = fact(task, "room", tongue)
    return "" if task.kind is TaskKind.DRINK and chair else where, "" if room == _stands(task, tongue) else room


def say_details(task: Task, found: OpenTasks, tongue: Tongue) -> tuple[str, ...]:
    """Say what else whoever takes it should know, most important first."""
    facts = task.facts
    greeted = "" if task.kind is TaskKind.DRINK else called(task, tongue)
    who = tongue.join(facts.get(name, "") for name in ("name", "title", "company") if facts.get(name) != greeted)
    meeting = found.meetings.get(task.meeting or "")
    said = [facts["text"]] if facts.get("text") else []
    said += [tongue.say("task.room_full.what", **facts)] if facts.get("capacity") else []
    said += [*wrong(task, tongue), *incident_details(task, tongue)]
    phone = "" if task.kind in ON_THE_WAY else facts.get("phone", "")
    level = say_vip(int(facts["vip_level"]), tongue) if facts.get("vip_level") else ""
    parts = (level, _wish(task, tongue), *journey(task, meeting, tongue), who, phone, *_place(task, tongue))
    said += [part for part in parts if part]
    said += drink_details(task, found.tastes.get(task.meeting or ""), tongue)
    said += meal_details(task, found.covers, tongue)
    said += [tongue.say("task.sign_off.done_by", name=facts["done_by"])] if facts.get("done_by") else []
    said += [tongue.read(meeting.title)] if meeting else []
    said += [tongue.say("task.host", host=facts["host"])] if facts.get("host") else []
    said += [tongue.say("task.rounds", n=task.rounds + 1)] if task.rounds else []
    if facts.get("why"):
        said.append(tongue.say_or(f"task.handed_up.why.{facts['why']}", facts["why"]))
        said += [tongue.say("task.handed_up.owner", owner=facts["owner"])] if facts.get("owner") else []
    if facts.get("told"):
        which = "stays" if facts.get("stays") else "sits" if facts.get("other") else "no_such"
        said.append(tongue.say(f"task.seat_conflict.{which}", told=facts["told"], other=facts.get("other", "")))
    if facts.get("remedy"):
        other = facts.get(f"other_{tongue.language}", "")
        said.append(tongue.say("task.runs_over.over", n=facts["over"]))
        said.append(tongue.say(f"agenda.catch_up.{facts['remedy']}", n=facts["n"], title=other))
    if facts.get("lines"):
        said.append(tongue.say("task.rehearsal_late.open", n=facts["open"], lines=facts["lines"]))
    said += [tongue.say("task.series_empty.missed", n=facts["missed"])] if facts.get("missed") else []
    said += [tongue.say("task.no_show.seen", **facts)] if facts.get("blind") else []
    said += [tongue.say("task.no_show.blind", **facts)] if facts.get("blind", "0") != "0" else []
    said += [tongue.say(f"task.kiosk_needs.need.{facts['need']}")] if facts.get("need") else []
    said += [tongue.say("task.events_missing.count", lost=facts["lost"])] if facts.get("lost") else []
    said += (
        [facts["device"]] if task.kind is TaskKind.STOLEN_IDENTITY and "device" in facts else []
    )  # it is listed by its id
    said += [tongue.say("task.stolen_identity.from", addresses=facts["addresses"])] if facts.get("addresses") else []
    said += [tongue.say("task.hub_fault.lasted", seconds=facts["seconds"])] if facts.get("seconds") else []
    if facts.get("reason"):
        said.append(tongue.say_or(f"quarantine.reason.{facts['reason']}", facts["reason"]))
    return tuple(said)


def say_steps(task: Task, found: OpenTasks, tongue: Tongue) -> tuple[str, ...]:
    """Say what is to be done, where that is not on the task's checklist."""
    if task.kind is TaskKind.VIP_ARRIVAL:
        return _to_greet(task, found, tongue)
    if RULES[task.kind].steps:
        return ()
    if task.kind is TaskKind.COMFORT and task.facts.get("air"):
        return (tongue.say(f"task.comfort.air.{task.facts['air']}", degrees=task.facts["set_to"]),)
    if task.kind is TaskKind.COMFORT and task.facts.get("degrees"):
        return (tongue.say("task.comfort.change", degrees=task.facts["degrees"]),)
    if task.kind in TO_A_SEAT and task.facts.get("seat"):
        return (tongue.say(f"task.{task.kind}.step_to", seat=task.facts["seat"]),)
    return (where_to(task, tongue) if task.kind is TaskKind.DRINK else tongue.say(f"task.{task.kind}.step"),)


def _to_greet(task: Task, found: OpenTasks, tongue: Tongue) -> tuple[str, ...]:
    meeting = found.meetings.get(task.meeting or "")
    place = found.places.get(meeting.lounge or "") if meeting else None
    lead = tongue.say("task.vip_arrival.lead_to", place=tongue.read(place.name)) if place else ""
    walk = lead or tongue.say("task.vip_arrival.lead_to_seat")
    return tongue.say("task.vip_arrival.greet"), walk, tongue.say("task.vip_arrival.tea")
