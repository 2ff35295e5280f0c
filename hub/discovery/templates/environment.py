"""The sandbox: Jinja's immutable one, narrowed to what reads a payload, in which everything pays from a budget."""

import types
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from hub.discovery.templates import allowed, functions, moments, texts
from hub.discovery.templates.budget import Budget, Exhausted
from hub.discovery.templates.rewriting import COUNTED, JOINED, MADE, WEIGHED

# ruff: noqa: ANN401 - templates hold anything

_MOST_BITS = 4096
_MOST_WIDTH = 256
_WIDEST: Mapping[str, int] = {"do_batch": 4096, "do_slice": 4096, "do_truncate": 4096, "do_tojson": 8}
"""Jinja's filters that fill up, each with the largest number it may be given."""


class Box(Namespace):
    """Jinja's ``namespace``, which does not print what is in it: two that hold each other twice print for ever."""

    def __repr__(self) -> str:
        return "<Namespace>"


class Course(Context):
    """One rendering: its variables, its budget and the time of its message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budget = Budget()
        self.now: datetime | None = None


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates of strangers are compiled and run."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    context_class = Course

    def __init__(self) -> None:
        # Folding constants takes time that grows with the square of the depth.
        super().__init__(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"], optimized=False)
        # Not the whole of Jinja's: what is not named here is no filter at all.
        self.filters = _all_paying(self.filters, allowed.FILTERS, functions.FILTERS)
        self.filters |= {COUNTED: _counted, WEIGHED: _weighed, MADE: _made, JOINED: _joined}
        self.tests = _all_paying(self.tests, allowed.TESTS, functions.TESTS)
        known = {**functions.FUNCTIONS, "range": range, "dict": dict, "namespace": Box}
        self._functions = frozenset(known.values())
        self.globals = {**functions.NUMBERS, **known}

    def _compile(self, source: str, filename: str) -> types.CodeType:
        """Compile quietly: what Python thinks of a stranger's ``1[2]`` concerns nobody who runs the hub."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return super()._compile(source, filename)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Say whether a template may look at an attribute: of a loop, a box, an instant; methods by their names."""
        if isinstance(obj, Box | LoopContext):
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called. Raises SecurityError for the rest."""
        if isinstance(called, Undefined):
            called()
        budget = _budget_of(context)
        for value in (*args, *kwargs.values()):
            budget.weigh(value)
        function, method = self._callable(called, args)
        if function is range:
            return budget.made(_short(range(*args)))
        if method == "strftime":
            return moments.formatted_time(called.__self__, *args)
        if method == "join":
            return budget.made(texts.joined(args[0] if args else (), called.__self__))
        if method == "replace" and isinstance(called.__self__, str):
            return budget.made(texts.replaced(called.__self__, *args))
        return budget.made(super().call(context, function, *args, **kwargs))

    def _callable(self, called: Any, args: tuple[Any, ...]) -> tuple[Any, str]:
        if isinstance(called, types.GenericAlias) and called.__origin__ is dict:
            return dict, ""  # ``dict.from_keys``: Python reads dict['from_keys'], and calls dict
        if isinstance(called, types.FunctionType | type) and called in self._functions:
            return called, ""
        # Jinja's sandbox puts a function of its own around str.format; what it wraps is the method.
        bound = getattr(called, "__wrapped__", called) if isinstance(called, types.FunctionType) else called
        name, owner = getattr(bound, "__name__", ""), getattr(bound, "__self__", None)
        methods = allowed.METHODS.get(type(owner), ())
        if isinstance(bound, types.BuiltinMethodType | types.MethodType) and name in methods:
            _check_text_method(name, owner, args)
            return called, name
        raise SecurityError("this may not be called in a template here")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute with two values, unless the result would be huge."""
        budget = _budget_of(context)
        budget.weigh(left)
        budget.weigh(right)
        _check_growth(operator, left, right)
        if operator == "%" and isinstance(left, str | bytes):
            texts.check_form(str(left))
        return budget.made(super().call_binop(context, operator, left, right))


def _budget_of(context: Context) -> Budget:
    if not isinstance(context, Course):
        raise SecurityError("templates run in a course of ours only")
    return context.budget


def _all_paying(
    jinja: Mapping[str, Any], names: tuple[str, ...], ours: Mapping[str, Callable[..., Any]]
) -> dict[str, Any]:
    chosen = {name: jinja[name] for name in names} | dict(ours)
    return {name: _paying(function) for name, function in chosen.items()}


def _paying(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter or test that pays for what it takes and what it makes."""
    passed = getattr(getattr(function, "jinja_pass_arg", None), "name", "")
    widest = _WIDEST.get(function.__name__)

    @pass_context
    def pay(context: Course, *args: Any, **kwargs: Any) -> Any:
        budget = context.budget
        for value in (*args, *kwargs.values()):
            budget.weigh(value)
        if widest is not None:
            _check_widths(args, kwargs, widest)
        if passed == "context":
            made = function(context, *args, **kwargs)
        elif passed == "eval_context":
            made = function(context.eval_ctx, *args, **kwargs)
        elif passed == "environment":
            made = function(context.environment, *args, **kwargs)
        else:
            made = function(*args, **kwargs)
        return budget.made(made)

    return pay


def _check_widths(args: tuple[Any, ...], kwargs: Mapping[str, Any], widest: int) -> None:
    """Refuse numbers that say how much to fill up."""
    for value in (*args[1:], *kwargs.values()):
        if isinstance(value, int) and abs(value) > widest:
            raise Exhausted


def _check_text_method(name: str, owner: object, args: tuple[Any, ...]) -> None:
    if name == "format":
        texts.check_form(str(owner))
    if name in {"zfill", "ljust", "rjust"} and (not args or not isinstance(args[0], int) or args[0] > _MOST_WIDTH):
        raise Exhausted


def _check_growth(operator: str, left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | bytes | list | tuple) and isinstance(other, int):
            if operator == "*" and len(one) * other > texts.MOST_MADE:
                raise Exhausted
            return
    if isinstance(left, int) and isinstance(right, int):
        raised = operator == "**"
        bits = left.bit_length() * max(right, 0) if raised else left.bit_length() + right.bit_length()
        if bits > _MOST_BITS:
            raise Exhausted


def _short(numbers: range) -> range:
    if len(numbers) > texts.MOST_MADE:
        raise Exhausted
    return numbers


@pass_context
def _counted(context: Course, items: Any, units: int) -> Any:
    return context.budget.counted(items, units)


@pass_context
def _weighed(context: Course, value: Any) -> Any:
    context.budget.weigh(value)
    return value


@pass_context
def _made(context: Course, value: Any) -> Any:
    return context.budget.made(value)


@pass_context
def _joined(context: Course, *parts: Any) -> str:
    for part in parts:
        context.budget.weigh(part)
    return str(context.budget.made("".join(map(str, parts))))
