"""The short way for the templates that most points have: ``{{ value_json.a['b'] | float | round(1) }}``.

It gives what the sandbox gives, or SLOW where it is not sure, and then the sandbox is asked.
"""

from collections.abc import Callable
from typing import Any, Final

from jinja2 import nodes

from hub.discovery.message import NO_JSON, Message
from hub.discovery.templates.numbers import rounded, to_float, to_int

Way = Callable[[Message], Any]

SLOW: Final = object()

_SURE = frozenset({str, int, float, bool, type(None)})
_ATTRIBUTES = frozenset(dir(dict))
_FILTERS: dict[str, Callable[..., Any]] = {"float": to_float, "int": to_int, "round": rounded}


def quick_way(tree: nodes.Template) -> Way | None:
    """Return the short way for a parsed template, before it is rewritten; None if it has none."""
    outputs = [part for output in tree.body if isinstance(output, nodes.Output) for part in output.nodes]
    shown = [part for part in outputs if not (isinstance(part, nodes.TemplateData) and not part.data.strip())]
    if len(shown) != 1 or not all(isinstance(node, nodes.Output) for node in tree.body):
        return None
    way = _way(shown[0])
    return None if way is None else _as_text(way)


def _as_text(way: Way) -> Way:
    def text(message: Message) -> Any:  # noqa: ANN401 - a text or SLOW
        try:
            value = way(message)
        except Exception:  # noqa: BLE001 - whatever it is, the sandbox says what it means
            return SLOW
        return str(value).strip() if type(value) in _SURE else SLOW

    return text


def _way(node: nodes.Node) -> Way | None:
    if isinstance(node, nodes.Name):
        return {"value": _text, "value_json": _json}.get(node.name)
    if isinstance(node, nodes.Getattr):
        return _step(node.node, node.attr, _ATTRIBUTES)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and type(node.arg.value) is str:
        return _step(node.node, node.arg.value, frozenset())
    if isinstance(node, nodes.Filter) and node.node is not None and node.name in _FILTERS:
        return _filtered(node)
    return None


def _text(message: Message) -> Any:  # noqa: ANN401 - a text or None
    return message.text


def _json(message: Message) -> Any:  # noqa: ANN401 - JSON is any of its types
    return message.json


def _step(inner: nodes.Node, key: str, hidden: frozenset[str]) -> Way | None:
    """Return the way to a key of a JSON object, unless a method of Python's own hides it."""
    way = _way(inner)
    if way is None or key in hidden:
        return None
    if way is _json:
        return lambda message: message.json[key] if type(message.json) is dict else SLOW

    def step(message: Message) -> Any:  # noqa: ANN401 - JSON is any of its types
        value = way(message)
        return value[key] if type(value) is dict else SLOW

    return step


def _filtered(node: nodes.Filter) -> Way | None:
    way = None if node.node is None else _way(node.node)
    plain = all(isinstance(argument, nodes.Const) for argument in node.args)
    if way is None or not plain or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return None
    function = _FILTERS[node.name]
    values = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]

    def filtered(message: Message) -> Any:  # noqa: ANN401 - what the filter makes
        value = way(message)
        return function(value, *values) if value is not SLOW and value is not NO_JSON else SLOW

    return filtered
