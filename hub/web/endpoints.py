"""What programs may ask: each endpoint is described where it is served, and its description is the OpenAPI document.

Parameters and the fields of a body are read strictly: an unknown, doubled or unusable one is refused by its name, with
what to do instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hub.domain.errors import InvalidInput

ROOT = "/api/v1"
Schema = Mapping[str, Any]
JSON, CSV, PROBLEM = "application/json", "text/csv", "application/problem+json"
PROBLEMS = {
    400: "A parameter cannot be used; `field` names it",
    401: "Nobody is signed in: send the cookie of a session",
    403: "Whoever is signed in may not do this; `code` says why",
    404: "There is no such thing, or the house has not set this up",
    429: "Too much in too short a time; try again after `Retry-After` seconds",
    503: "The database does not answer; try again after `Retry-After` seconds",
}
PROBLEMS_OF_STEPS = {
    403: (
        "Whoever is signed in may not do this, or the request came from another site, or without a token: a program "
        "names the hub's own address in `Origin` and sends the token that `GET /token` gives, with the cookie that "
        "came with it, in `X-Yingbin-Token`"
    ),
    409: "The rules do not allow it now; `code` says why",
    413: "The body is too long",
}
"""What else can be in the way of something that changes something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a query. ``read`` turns its text into a value; raises InvalidInput, or ValueError for a remedy.

    ``schema`` is JSON Schema with its ``description``.
    """

    name: str
    schema: Schema
    read: Callable[[str], object]

    def value(self, text: str) -> object:
        """Return what a text means. Raises InvalidInput."""
        try:
            return self.read(text)
        except ValueError as problem:
            raise InvalidInput(self.name, f"{text[:60]!r} cannot be read", str(problem)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One thing to ask for, or to do. ``path`` has its own parts as ``{name}``; ``answers`` are schemas by media type.

    ``body`` are the texts that a step is told, each with its schema; those that are ``required`` must be there.
    """

    path: str
    name: str
    summary: str
    parameters: Sequence[Parameter]
    answers: Mapping[str, Schema]
    method: str = "get"
    body: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class Endpoints:
    """The endpoints of one blueprint. ``schemas`` are those that answers refer to by name."""

    pages: Blueprint
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    listed: list[Endpoint] = field(default_factory=list)

    def get(
        self, path: str, summary: str, answers: Mapping[str, Schema], *parameters: Parameter
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Serve a function's answers at a path, and list it. It is given the path's parts and the query's values."""

        def serve(view: Callable[..., Response]) -> Callable[..., Response]:
            @wraps(view)
            def answer(**parts: str) -> Response:
                return view(**parts, **_read(parameters))

            name = getattr(view, "__name__", path)
            self.listed.append(Endpoint(path=path, name=name, summary=summary, parameters=parameters, answers=answers))
            self.pages.add_url_rule(path.replace("{", "<").replace("}", ">"), view_func=answer, methods=["GET"])
            return answer

        return serve

    def post(
        self,
        path: str,
        summary: str,
        answers: Mapping[str, Schema],
        body: Mapping[str, Schema],
        required: tuple[str, ...],
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Let a function take a step at a path, and list it. It is given the path's parts and ``told``, the texts."""

        def serve(view: Callable[..., Response]) -> Callable[..., Response]:
            @wraps(view)
            def answer(**parts: str) -> Response:
                _read(())
                return view(**parts, told=_read_body(body, required))

            name = path.rpartition("/")[2].replace("-", "_")
            one = Endpoint(path=path, name=name, summary=summary, parameters=(), answers=answers)
            self.listed.append(replace(one, method="post", body=body, required=required))
            rule = path.replace("{", "<").replace("}", ">")
            self.pages.add_url_rule(rule, endpoint=name, view_func=answer, methods=["POST"])
            return answer

        return serve

    def document(self) -> Response:
        """Answer with the OpenAPI 3.1 document of all that is listed."""
        paths: dict[str, dict[str, object]] = {}
        for one in self.listed:
            paths.setdefault(one.path, {})[one.method] = _operation(one)
        return jsonify(
            openapi="3.1.0",
            info={"title": "Yingbin 迎宾", "version": "1", "description": "What programs may ask of the hub, and do."},
            servers=[{"url": ROOT}],
            paths=paths,
            components={"schemas": dict(self.schemas)},
        )


def _read(parameters: Sequence[Parameter]) -> dict[str, object]:
    known = {one.name: one for one in parameters}
    for name in request.args:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise InvalidInput(name[:60], "there is no such parameter", f"those there are: {listed}")
        if len(request.args.getlist(name)) > 1:
            raise InvalidInput(name, "it stands twice", "give it once")
    return {_safe(name): known[name].value(text) for name, text in request.args.items()}


def _read_body(body: Mapping[str, Schema], required: Sequence[str]) -> Mapping[str, str]:
    """Return the texts of a JSON object. Raises InvalidInput, naming the field."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise InvalidInput("body", "it is no JSON object", "send one, with Content-Type: application/json")
    for name, value in told.items():
        if name not in body:
            raise InvalidInput(name[:60], "there is no such field", f"those there are: {', '.join(body)}")
        if not isinstance(value, str):
            raise InvalidInput(name, "it is no text", "give a text")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidInput(name, "half of a surrogate pair is no text", "give whole characters")
    for name in required:
        if name not in told:
            raise InvalidInput(name, "it is missing", "give a text")
    return told


def _safe(name: str) -> str:
    """Return the name of a function's argument: ``from`` is a word of the language."""
    return f"{name}_" if name == "from" else name


def _operation(one: Endpoint) -> dict[str, object]:
    parts = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    own = [{"name": part, "in": "path", "required": True, "schema": {"type": "string"}} for part in parts]
    asked = [{"name": each.name, "in": "query", "schema": dict(each.schema)} for each in one.parameters]
    told: dict[str, object] = {
        "200": {"description": one.summary, "content": {media: {"schema": how} for media, how in one.answers.items()}}
    }
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    possible = PROBLEMS | (PROBLEMS_OF_STEPS if one.method == "post" else {})
    told |= {str(status): {"description": about, "content": problem} for status, about in possible.items()}
    operation: dict[str, object] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*own, *asked],
        "responses": told,
    }
    if one.method == "post":
        fields = {"type": "object", "properties": {name: dict(how) for name, how in one.body.items()}}
        schema = fields | {"required": list(one.required), "additionalProperties": False}
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return operation
