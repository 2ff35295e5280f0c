"""Templates that a stranger's announcement brings along, run without trust (``reference/iot-conventions.md`` 1.7).

No thread and no process: a template is taken apart before it runs (``rewriting``), knows only what reads a payload
(``environment``, ``functions``), and pays for each step from a budget (``budget``).
"""

from datetime import datetime
from functools import lru_cache

import jinja2

from hub.discovery.errors import Unusable
from hub.discovery.limits import TEMPLATE_CHARACTERS
from hub.discovery.message import NO_JSON, Message
from hub.discovery.templates.environment import Course, Sandbox
from hub.discovery.templates.quick import SLOW, quick_way
from hub.discovery.templates.rewriting import rewrite

_SANDBOX = Sandbox()
_MARKS = ("{{", "{%", "{#")


class Unrendered(Exception):
    """A template gave nothing. ``falls_back``: Home Assistant would use the bare payload where it needs some value."""

    def __init__(self, *, falls_back: bool) -> None:
        super().__init__()
        self.falls_back = falls_back


class Template:
    """One template, compiled. Raises Unusable for one that may not run here."""

    __slots__ = ("_constant", "_quick", "_template")

    def __init__(self, text: str) -> None:
        self._constant = None if any(mark in text for mark in _MARKS) else text.strip()
        try:
            tree = _SANDBOX.parse(text)
            self._quick = quick_way(tree)
            code = _SANDBOX.compile(rewrite(tree))
            self._template = jinja2.Template.from_code(_SANDBOX, code, _SANDBOX.globals)
        except jinja2.TemplateError as error:
            raise Unusable("template", f"this is no template: {str(error)[:200]}") from error
        except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
            raise Unusable("template", "this template is nested too deeply") from error

    def render(self, message: Message, now: datetime | None = None) -> str:
        """Return the text it makes of a message that came at an instant. Raises Unrendered."""
        if self._constant is not None:
            return self._constant
        if self._quick is not None:
            text = self._quick(message)
            if text is not SLOW:
                return str(text)
        return self.render_slowly(message, now)

    def render_slowly(self, message: Message, now: datetime | None = None) -> str:
        """Render in the sandbox, whatever the template. Raises Unrendered."""
        variables: dict[str, object] = {"value": message.text}
        if message.json is not NO_JSON:
            variables["value_json"] = message.json
        course = self._template.new_context(variables)
        if isinstance(course, Course):
            course.now = now
        try:
            return "".join(self._template.root_render_func(course)).strip()
        except jinja2.TemplateError as error:
            raise Unrendered(falls_back=True) from error
        except Exception as error:
            # A stranger's template may raise whatever Python knows; Home Assistant drops the message then.
            raise Unrendered(falls_back=False) from error


def check_template(text: str) -> str:
    """Return a template as it is if the sandbox would run it. Raises Unusable."""
    compiled(text)
    return text


@lru_cache(maxsize=1024)
def compiled(text: str) -> Template:
    """Return a template ready to run. Raises Unusable."""
    if len(text) > TEMPLATE_CHARACTERS:
        raise Unusable("too_long", f"at most {TEMPLATE_CHARACTERS} characters are taken, here are {len(text)}")
    return Template(text)
