"""A person at a browser changes something: in one transaction, under their name, and every page looks again."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from flask import Response, jsonify, make_response, redirect, request

from hub.domain.errors import InvalidInput, Refused
from hub.ports import StoreContended, Transaction
from hub.web import shift
from hub.web.errors import wants_json
from hub.web.page import now
from hub.web.parts import shelf

TRIES = 3
"""So often a step is taken that the database undoes for somebody else."""

OLDEST_TAP = timedelta(hours=4)
"""A tap that a tablet kept longer counts as made so long ago."""

_TAP = re.compile("[0-9a-f]{32}")


def change(step: Callable[[Transaction, str], object]) -> None:
    """Let the person at this browser take a step. Raises InvalidInput when nobody has said who they are."""
    by = shift.person()
    if not by:
        raise InvalidInput("name", "nobody has said who works at this browser", "give your name first")
    change_by(by, step)


def change_by(by: str, step: Callable[[Transaction, str], object]) -> None:
    """Let a person take a step, by the name that they gave.

    Where the database undid it for somebody else who waited for it, it is taken again. Raises StoreContended when that
    goes on.
    """
    for _ in range(TRIES - 1):
        with suppress(StoreContended), settled() as tx:
            step(tx, by)
            return
    with settled() as tx:
        step(tx, by)


@contextmanager
def settled() -> Iterator[Transaction]:
    """Give a transaction to change something in; every page looks again after it."""
    parts = shelf().parts
    try:
        with parts.store.write() as tx:
            yield tx
    finally:  # also when somebody else was first: then the page does not know it yet
        shelf().recent.forget()
        parts.watch.nudge()


def change_once(step: Callable[[Transaction, str, datetime], object]) -> None:
    """Let a person take a step that their page may send again: each tap counts once (S22).

    The page's form names the ``tap``, when it was (``tapped``, milliseconds since 1970) and ``by`` whom it was made;
    one without them is taken as it comes. The step is given the time of the tap. Raises InvalidInput, or Refused where
    somebody else works at this browser meanwhile.
    """
    tap, said_by = request.form.get("tap", ""), request.form.get("by", "")
    at = _tapped()
    if tap and not _TAP.fullmatch(tap):
        raise InvalidInput("tap", "is no id of a tap", "load the page again")
    if said_by and said_by != shift.person():
        raise Refused("somebody else works at this tablet by now")

    def taken(tx: Transaction, by: str) -> None:
        if tap and tx.alerts.take_tap(tap, by, now()) is not None:
            return
        step(tx, by, at)
        if tap:
            tx.alerts.answer_tap(tap, "done")

    change(taken)


def _tapped() -> datetime:
    """Return when the tap was made, as far as that can be believed."""
    moment, said = now(), request.form.get("tapped", "")
    if not (said.isascii() and said.isdigit() and len(said) <= 15):  # noqa: PLR2004 - far beyond our lives
        return moment
    since = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) - int(said)
    return moment - min(max(timedelta(), timedelta(milliseconds=since)), OLDEST_TAP)


def done(back: str) -> Response:
    """Answer a script briefly, and send a plain browser back to a page."""
    if wants_json():
        return jsonify(done=True)
    return make_response(redirect(back, 303))
