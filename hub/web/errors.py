"""What went wrong, told once for all pages: RFC 9457 problem details for programs, a friendly page for people."""

import logging
from dataclasses import dataclass
from math import ceil
from urllib.parse import quote

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from devices.texts import clock_time
from hub.domain.errors import (
    AgendaRefused,
    BadTemperature,
    ClearsItself,
    HubError,
    InvalidInput,
    Locked,
    NotAllowed,
    NotYours,
    ProveAgain,
    SignInFirst,
    TakenAlready,
    TooManyTries,
    WrongScan,
)
from hub.ports import StoreUnavailable
from hub.web.form_token import StalePage
from hub.web.language import Tongue, tongue
from hub.web.page import house_zone
from hub.web.parts import shelf
from hub.web.visitor import visitor

STATUS = {
    "not_found": 404,
    "invalid_input": 400,
    "wrong_scan": 400,
    "bad_temperature": 400,
    "refused": 409,
    "not_open": 409,
    "already_over": 409,
    "agenda_refused": 409,
    "clears_itself": 409,
    "steps_open": 409,
    "taken_already": 409,
    "decided_already": 409,
    "room_taken": 409,
    "not_yours": 409,
    "locked": 409,
    "not_signed_in": 409,
    "store_unavailable": 503,
    "sign_in_first": 401,
    "not_allowed": 403,
    "prove_again": 403,
    "too_many_tries": 429,
    "error": 500,
}
"""From the hub's own error codes to HTTP."""

CODES = {
    400: "invalid_input",
    403: "foreign_page",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    421: "wrong_host",
    503: "too_many_pages",
}
"""From what the web server itself refuses to codes of ours."""

_NOTED = frozenset({403, 421})
"""Refusals that nobody meets who uses our own pages: a foreign page's form, a foreign name of the house."""

RETRY_S = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: its stable code, and what else to name in its sentence."""

    code: str
    status: int
    values: dict[str, str]

    def title(self, tongue: Tongue) -> str:
        """Say what is wrong."""
        return tongue.say(f"problem.{self.code}.title", **self.values)

    def remedy(self, tongue: Tongue) -> str:
        """Say what to do about it."""
        return tongue.say(f"problem.{self.code}.remedy", **self.values)


def register(app: Flask) -> None:
    """Answer every error of the application from here."""
    app.register_error_handler(HubError, _from_hub)
    app.register_error_handler(StoreUnavailable, _from_store)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_bug)


def wants_json() -> bool:
    """Say whether a program asks: it sends JSON's type, or wants nothing that a person could read."""
    if request.path.startswith(("/api/", "/healthz", "/metrics", "/events")):
        return True
    accepted = request.accept_mimetypes
    return accepted["application/problem+json"] > accepted["text/html"] or (
        accepted["application/json"] > accepted["text/html"]
    )


def _from_hub(problem: HubError) -> Response:
    if isinstance(problem, SignInFirst | ProveAgain) and not wants_json():
        return make_response(redirect(_door(problem), 303))
    if isinstance(problem, NotAllowed):
        _log.warning("%s %s was refused to %s: %s", request.method, request.endpoint, _who(), problem)
    code = problem.code if problem.code in STATUS else "error"
    answer = _answer(Problem(code, STATUS[code], _values(problem)))
    if isinstance(problem, TooManyTries):
        answer.headers["Retry-After"] = str(_seconds(problem))
    return answer


def _who() -> str:
    """Say who was refused something, by an id: no name stands in the program's log."""
    here = visitor()
    if here.account is not None:
        return f"account {here.account.id}"
    return f"whoever is at tablet {here.tablet.id}" if here.tablet else "a stranger"


def _door(problem: HubError) -> str:
    """Return where somebody shows who they are, and from where they come back."""
    back = quote(request.full_path.removesuffix("?") if request.method == "GET" else _told_back())
    if isinstance(problem, ProveAgain):
        return f"/again?back={back}"
    return "/staff/sign-in" if visitor().tablet else f"/sign-in?back={back}"


def _values(problem: HubError) -> dict[str, str]:
    """Return what a refusal's sentences name."""
    values: dict[str, str] = {}
    if isinstance(problem, ClearsItself):
        values = {"reason": tongue().say(f"condition.ends.{problem.reason}")}
    if isinstance(problem, AgendaRefused):
        values = {"reason": tongue().say(f"agenda.refused.{problem.reason}")}
    if isinstance(problem, TakenAlready):
        values = {"by": problem.by}
    if isinstance(problem, NotYours):
        values = {"role": tongue().say(f"role.{problem.role}")}
    if isinstance(problem, Locked):
        values = {"until": clock_time(problem.until, house_zone())}
    if isinstance(problem, TooManyTries):
        values = {"wait": str(ceil(_seconds(problem) / 60))}
    if isinstance(problem, InvalidInput):
        values = {"field": problem.field, "problem": problem.problem, "remedy": problem.remedy}
    if isinstance(problem, BadTemperature):
        values |= {"said": problem.said}
    if isinstance(problem, WrongScan):
        said = tongue()
        values |= {"label": problem.label, "which": said.say(f"swap.{problem.field}")}
        values |= {"why": said.say(f"swap.wrong.{problem.reason}")}
    return values


def _told_back() -> str:
    """Return where a form says that it leads back to; one that is too long to be read says nothing."""
    try:
        return request.form.get("back", "/staff")
    except HTTPException:
        return "/staff"


def _seconds(problem: TooManyTries) -> int:
    """Return for how many real seconds to wait, a whole number that is enough."""
    return ceil(problem.wait.total_seconds() / shelf().parts.speed)


def _from_store(problem: StoreUnavailable) -> Response:
    _log.warning("a page had to be refused: %s", problem)
    answer = _answer(Problem(problem.code, STATUS[problem.code], {}))
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _from_http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is an answer, not an error
        return make_response(problem.get_response())
    if status not in CODES or status in _NOTED:
        _log.info("refused with %d: %s", status, problem)
    values = {"field": "request"} if status == 400 else {}  # noqa: PLR2004 - HTTP's own number
    code = problem.told if isinstance(problem, StalePage) else CODES.get(status, "error")
    answer = _answer(Problem(code, status, values))
    for name, value in problem.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _from_bug(problem: Exception) -> Response:
    _log.error("a page failed", exc_info=problem)
    return _answer(Problem("error", 500, {}))


def _answer(problem: Problem) -> Response:
    said = tongue()
    if wants_json():
        answer = jsonify(
            type="about:blank",
            code=problem.code,
            status=problem.status,
            title=problem.title(said),
            detail=problem.remedy(said),
            **problem.values,
        )
        answer.content_type = "application/problem+json"
    else:
        answer = make_response(render_template("problem.html", problem=problem, tongues=(said, said.other)))
    answer.status_code = problem.status
    return answer
