"""A person at a browser changes something: in one transaction, under their name, and every page looks again."""

from collections.abc import Callable

from flask import Response, jsonify, make_response, redirect

from hub.domain.errors import InvalidInput
from hub.ports import Transaction
from hub.web import shift
from hub.web.errors import wants_json
from hub.web.parts import shelf


def change(step: Callable[[Transaction, str], object]) -> None:
    """Let the person at this browser take a step. Raises InvalidInput when nobody has said who they are."""
    by = shift.person()
    if not by:
        raise InvalidInput("name", "nobody has said who works at this browser", "give your name first")
    change_by(by, step)


def change_by(by: str, step: Callable[[Transaction, str], object]) -> None:
    """Let a person take a step, by the name that they gave."""
    parts = shelf().parts
    try:
        with parts.store.write() as tx:
            step(tx, by)
    finally:  # also when somebody else was first: then the page does not know it yet
        shelf().recent.forget()
        parts.watch.nudge()


def done(back: str) -> Response:
    """Answer a script briefly, and send a plain browser back to a page."""
    if wants_json():
        return jsonify(done=True)
    return make_response(redirect(back, 303))
