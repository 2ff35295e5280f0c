"""PINs, badges and tablets' codes: each is made and shown once, on an answer that no browser keeps."""

import secrets

from flask import Blueprint, Response, request

from hub.domain.staff import JOIN_WITHIN, Staff
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.change_staff import Described, add_person, find_person
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.sign_in import give_badge, give_pin
from hub.web.access import check_fresh
from hub.web.language import tongue
from hub.web.leading import supervised
from hub.web.page import draw, now
from hub.web.qr import inline

BADGE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letter that looks like another one: a badge may be typed."""

BADGE_LENGTH = 16
"""78 random bits."""

pages = Blueprint("people_codes", __name__, url_prefix="/staff/people")


@pages.post("/<key>/pin")
def pin(key: str) -> Response:
    """Give a person a new PIN, and show it once. Raises NotFound."""

    def step(tx: Transaction, who: Deciding) -> tuple[Staff, str]:
        staff = find_person(tx, key)
        return staff, give_pin(tx, staff, who, secrets.randbelow)

    staff, code = supervised(step)
    return _shown(person_coded=staff.name, pin=code)


@pages.post("/<key>/badge")
def badge(key: str) -> Response:
    """Give a person a new badge to print, or take the one that is scanned or typed (``code``). Raises InvalidInput."""
    typed = request.form.get("code", "").strip()
    code = typed or "".join(secrets.choice(BADGE_LETTERS) for _ in range(BADGE_LENGTH))

    def step(tx: Transaction, who: Deciding) -> Staff:
        staff = find_person(tx, key)
        give_badge(tx, staff, code, who)
        return staff

    staff = supervised(step)
    if typed:
        return _shown(person_coded=staff.name, taken=True)
    return _shown(person_coded=staff.name, badge=code, symbol=inline(code))


@pages.post("/tablets")
def invite() -> Response:
    """Let a tablet join under a ``name``, as the panel of a ``room`` or the staff's; its code is shown once.

    Raises InvalidInput.
    """
    name, room = request.form.get("name", ""), request.form.get("room", "")
    code = supervised(lambda tx, who: invite_tablet(tx, name, who, secrets.randbelow, room))
    return _shown(tablet=" ".join(name.split()), join=code)


def add_first(said: Described) -> Response:
    """Add the house's first person, a supervisor, and show their PIN and the code with which this tablet joins.

    Without those nobody could do anything from now on: a typed name is nobody where people are listed. Raises
    ProveAgain: who has them is a supervisor.
    """
    check_fresh()
    name = tongue().say("people.first_tablet")

    def step(tx: Transaction, who: Deciding) -> tuple[Staff, str, str]:
        staff = add_person(tx, said, who)
        code = give_pin(tx, staff, who, secrets.randbelow)
        return staff, code, invite_tablet(tx, name, who, secrets.randbelow)

    staff, code, join = supervised(step)
    return _shown(person_coded=staff.name, pin=code, tablet=name, join=join)


def _shown(**codes: object) -> Response:
    until = now() + JOIN_WITHIN
    there = f"{request.host_url}staff/join"
    symbol = inline(f"{there}#{codes['join']}") if "join" in codes else codes.pop("symbol", "")
    answer = draw("people_code.html", {}, **codes, symbol=symbol, until=until, there=there)
    answer.headers["Cache-Control"] = "no-store"
    return answer
