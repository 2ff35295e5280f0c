"""``/panel/<room>``: the page of a tablet that hangs in a meeting room. Everybody there sees it: no guest is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.incidents import evacuation
from hub.domain.meetings import Meeting, Room
from hub.domain.room_devices import RoomDevice
from hub.domain.room_wishes import RoomWish, wish_key
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_from_room import RoomAnswer, answer_from_room, ask_from_room
from hub.usecases.follow_agenda import TALKS
from hub.web import form_token
from hub.web.access import check_room
from hub.web.delay_notices import DelayNotice, standing_notice
from hub.web.errors import wants_json
from hub.web.incident_cards import way_out_key
from hub.web.language import Tongue, tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.room_now import read_meetings, room_now
from hub.web.room_wishes import BROUGHT, EQUIPMENT, Wishes, buttons, read_wishes, sentence, told
from hub.web.visitor import visitor

ACTOR = "panel"
_FIELDS = frozenset({"wish", "device", "answer"})

pages = Blueprint("panel", __name__, url_prefix="/panel")


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms by key, and what stands in each."""

    rooms: Mapping[str, Room]
    devices: Mapping[str, Sequence[RoomDevice]]


def address_of(room: str) -> str:
    """Return where a room's panel is."""
    return f"/panel/{quote(room)}"


def rooms() -> Rooms:
    """Return the rooms that may have a panel."""
    return shelf().recent.get("rooms and devices", _read_rooms)


@pages.get("/<path:room>")
def show(room: str) -> Response:
    """Show what is on in a room, what its devices are for, and the buttons that call somebody."""
    own = visitor().panel_of
    if own and own != room and not wants_json():
        return make_response(redirect(address_of(own), 303))
    check_room(room)
    found = rooms()
    here = found.rooms.get(room)
    if here is None:
        return _unknown(room, found)
    devices = found.devices.get(room, ())
    parts = {
        "agenda": lambda: room_now(shelf().recent.get("rooms' meetings", _read_meetings), room, now()),
        "notice": lambda: _notice(room),
        "told": lambda: list(told(_wishes(room), tongue())),
        "wishes": lambda: buttons(_wishes(room)),
        "devices": lambda: devices,
        "exit": _exit,
        "sheets": lambda: {
            "devices": devices,
            "guidance": buttons(_wishes(room), EQUIPMENT),
            "brought": buttons(_wishes(room), BROUGHT),
        },
    }
    soon = {"kinds": TALKS, "seconds": int(shelf().parts.agenda.remind_before.total_seconds())}
    return draw("panel.html", parts, room=here, soon=soon)


@pages.post("/<path:room>")
def ask(room: str) -> Response:
    """Call somebody to a room. Whoever asks again is thanked, and nobody is called twice."""
    check_room(room)
    if room not in rooms().rooms:
        raise NotFound(f"there is no room {room!r}")
    wish, device = _asked()
    if "answer" in request.form:
        return _answered(room, wish)
    key = wish_key(room, wish, device)
    if any(task.dedupe == key and task.done_at is None for _, task in _wishes(room)):
        return _answer(
            room, [one.say("panel.again") for one in _both()]
        )  # from memory: a child costs the house nothing
    parts = shelf().parts
    with parts.store.write() as tx:
        task = ask_from_room(tx, room, wish, device, _room(), parts.times)
    _changed()
    return _answer(room, [sentence(wish, task, one) for one in _both()])


def _answered(room: str, wish: RoomWish) -> Response:
    """Hear whether it helped."""
    answer = request.form["answer"]
    if answer not in set(RoomAnswer):
        raise InvalidInput("answer", "is no answer that a panel offers", f"use one of {', '.join(RoomAnswer)}")
    parts = shelf().parts
    with parts.store.write() as tx:
        answer_from_room(tx, room, wish, RoomAnswer(answer), _room(), parts.times)
    _changed()
    return _answer(room, [one.say(f"panel.answered.{answer}") for one in _both()])


def _room() -> Deciding:
    return Deciding(actor=ACTOR, at=now(), ids=shelf().parts.ids)


def _changed() -> None:
    shelf().recent.forget()
    shelf().parts.watch.nudge()


def _asked() -> tuple[RoomWish, str]:
    """Read the form. Raises InvalidInput for anything that no button of a panel sends."""
    form = request.form
    strange = sorted(set(form) - _FIELDS - {form_token.FIELD})
    if strange:
        raise InvalidInput(strange[0][:40], "is not known here", f"send {' and '.join(sorted(_FIELDS))} only")
    wish, device = form.get("wish", ""), form.get("device", "")
    if wish not in set(RoomWish):
        raise InvalidInput("wish", "is nothing that a panel can ask for", f"use one of {', '.join(RoomWish)}")
    if device and wish != RoomWish.BROKEN:
        raise InvalidInput("device", "belongs to a broken device only", "leave it out")
    return RoomWish(wish), device


def _answer(room: str, said: Sequence[str]) -> Response:
    """Tell a script what to say to the people in the room, and send a plain browser back to the panel."""
    if wants_json():
        return jsonify(said=said)
    return make_response(redirect(address_of(room), 303))


def _unknown(room: str, found: Rooms) -> Response:
    """Help whoever sets a tablet up to the right address."""
    if wants_json():
        raise NotFound(f"there is no room {room!r}")
    return make_response(
        render_template("no_panel.html", tongues=_both(), wanted=room[:80], rooms=found.rooms.values()), 404
    )


def _both() -> tuple[Tongue, Tongue]:
    return tongue(), tongue().other


def _exit() -> object:
    """Return what everybody here has to leave for; None where nothing is the matter (C.3.4)."""
    found = evacuation(shelf().recent.get("open incidents", lambda tx: tx.incidents.open()))
    return {"kind": found.kind, "drill": found.drill, "first": way_out_key(found.kind)} if found else None


def _wishes(room: str) -> Wishes:
    devices = rooms().devices.get(room, ())
    return shelf().recent.get(("wishes", room), lambda tx: read_wishes(tx, room, devices, now()))


def _notice(room: str) -> DelayNotice | None:
    """Return the notice of a delay that people in a room are told now, None where there is none."""
    meeting = room_now(shelf().recent.get("rooms' meetings", _read_meetings), room, now()).meeting
    return (
        shelf().recent.get(("notice", meeting.id), lambda tx: standing_notice(tx, meeting, now())) if meeting else None
    )


def _read_meetings(tx: Transaction) -> Sequence[Meeting]:
    return read_meetings(tx, now())


def _read_rooms(tx: Transaction) -> Rooms:
    devices: dict[str, list[RoomDevice]] = {}
    for one in tx.room_devices.all():
        devices.setdefault(one.room, []).append(one)
    return Rooms({room.key: room for room in tx.meetings.rooms()}, devices)
