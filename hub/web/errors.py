"""What went wrong, told once for all pages: RFC 9457 problem details for programs, a friendly page for people."""

import logging
from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from devices.texts import clock_time
from hub.domain.errors import (
    AgendaRefused,
    BadTemperature,
    ClearsItself,
    HubError,
    InvalidInput,
    Locked,
    NotYours,
    TakenAlready,
    WrongScan,
)
from hub.ports import StoreUnavailable
from hub.web.language import Tongue, tongue
from hub.web.page import house_zone

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
    if isinstance(problem, InvalidInput):
        values = {"field": problem.field, "problem": problem.problem, "remedy": problem.remedy}
    if isinstance(problem, BadTemperature):
        values |= {"said": problem.said}
    if isinstance(problem, WrongScan):
        said = tongue()
        values |= {"label": problem.label, "which": said.say(f"swap.{problem.field}")}
        values |= {"why": said.say(f"swap.wrong.{problem.reason}")}
    code = problem.code if problem.code in STATUS else "error"
    return _answer(Problem(code, STATUS[code], values))


def _from_store(problem: StoreUnavailable) -> Response:
    _log.warning("a page had to be refused: %s", problem)
    answer = _answer(Problem(problem.code, STATUS[problem.code], {}))
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _from_http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is an answer, not an error
        return make_response(problem.get_response())
    if status not in CODES:
        _log.info("refused with %d: %s", status, problem)
    values = {"field": "request"} if status == 400 else {}  # noqa: PLR2004 - HTTP's own number
    answer = _answer(Problem(CODES.get(status, "error"), status, values))
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
