"""``/staff/meetings/<key>/house-work``: set-up, sign-off, strike, meals and waits of a meeting (R39, R160)."""

from flask import Blueprint, Response, request

from hub.domain.guests import Diet
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.usecases.acting import Deciding
from hub.usecases.set_up_room import send_back, sign_off
from hub.web.changing import change, done
from hub.web.house_work_lines import Read, meal_lines, plates, read_house_work, spell, steps
from hub.web.language import tongue
from hub.web.meetings import find_meeting
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person

LONGEST = 500

pages = Blueprint("house_work", __name__, url_prefix="/staff/meetings")


@pages.get("/<key>/house-work")
def show(key: str) -> Response:
    """Show how far a meeting's room and meals are. Raises NotFound."""
    meeting = find_meeting(key)
    parts = {"room": lambda: _room(meeting), "meals": lambda: _meals(meeting), "waits": lambda: _waits(meeting)}
    return draw("house_work.html", parts, meeting=meeting)


@pages.post("/<key>/house-work/sign")
def sign(key: str) -> Response:
    """Hear from a supervisor that the room is as it should be. Raises Refused."""
    meeting, ids = find_meeting(key), shelf().parts.ids
    change(lambda tx, by: sign_off(tx, meeting, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/meetings/{meeting.key}/house-work")


@pages.post("/<key>/house-work/send-back")
def back(key: str) -> Response:
    """Hear from a supervisor what is not right (``note``). Raises Refused and InvalidInput."""
    meeting, ids, note = find_meeting(key), shelf().parts.ids, request.form.get("note", "")[:LONGEST]
    times = shelf().parts.house
    change(lambda tx, by: send_back(tx, meeting, note, Deciding(actor=by, at=now(), ids=ids), times))
    return done(f"/staff/meetings/{meeting.key}/house-work")


@pages.get("/<key>/diet-labels")
def labels(key: str) -> Response:
    """Show the signs of a meeting's diet zones, to print: one sheet for each need of its guests, in both languages."""
    meeting = find_meeting(key)
    kinds = read(meeting).covers.kinds
    wanted = [diet for diet in Diet if any(diet in one.diets and one.expected for one in kinds)]
    return draw(
        "diet_labels.html",
        {},
        meeting=meeting,
        labels=wanted,
        tongues=sorted((tongue(), tongue().other), key=lambda one: one.language, reverse=True),
    )


def read(meeting: Meeting) -> Read:
    """Return a meeting's house work, from memory where nothing has changed."""
    moment = now()
    return shelf().recent.get(("house work", meeting.id), lambda tx: read_house_work(tx, meeting, moment))


def _room(meeting: Meeting) -> object:
    found = read(meeting)
    return {
        "found": found,
        "set_up": steps(found, TaskKind.SET_UP, tongue()),
        "strike": steps(found, TaskKind.STRIKE, tongue()),
        "person": person(),
        "over": meeting.ends_at <= now(),
    }


def _meals(meeting: Meeting) -> object:
    found = read(meeting)
    return {
        "covers": found.covers,
        "plates": plates(found.covers, tongue()),
        "lines": meal_lines(meeting, found, shelf().parts.house.meal_late),
    }


def _waits(meeting: Meeting) -> object:
    found = read(meeting).waits
    return {"asked": found.asked, "taken": spell(found.taken), "done": spell(found.done)}
