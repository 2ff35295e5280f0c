"""Templates that a stranger's announcement brings along, run without trust (``reference/iot-conventions.md`` 1.7)."""

from datetime import datetime
from functools import lru_cache

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hub.discovery.errors import Unusable
from hub.discovery.limits import TEMPLATE_CHARACTERS
from hub.discovery.message import NO_JSON, Message

_ENVIRONMENT = ImmutableSandboxedEnvironment(extensions=["jinja2.ext.loopcontrols"])


class Unrendered(Exception):
    """A template gave nothing. ``falls_back``: Home Assistant would use the bare payload where it needs some value."""

    def __init__(self, *, falls_back: bool) -> None:
        super().__init__()
        self.falls_back = falls_back


class Template:
    """One template, compiled."""

    __slots__ = ("_compiled",)

    def __init__(self, text: str) -> None:
        self._compiled = _ENVIRONMENT.from_string(text)

    def render(self, message: Message, now: datetime | None = None) -> str:  # noqa: ARG002 - used by now()
        """Return the text it makes of a message. Raises Unrendered."""
        variables = {"value": message.text}
        if message.json is not NO_JSON:
            variables["value_json"] = message.json
        try:
            return self._compiled.render(variables).strip()
        except jinja2.TemplateError as error:
            raise Unrendered(falls_back=True) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
            raise Unrendered(falls_back=False) from error


def check_template(text: str) -> str:
    """Return a template as it is if the sandbox would run it. Raises Unusable."""
    compiled(text)
    return text


@lru_cache(maxsize=4096)
def compiled(text: str) -> Template:
    """Return a template ready to run. Raises Unusable."""
    if len(text) > TEMPLATE_CHARACTERS:
        raise Unusable("too_long", f"at most {TEMPLATE_CHARACTERS} characters are taken, here are {len(text)}")
    try:
        return Template(text)
    except (jinja2.TemplateError, RecursionError) as error:
        raise Unusable("template", f"this is no template: {error}") from error
