"""Instants in templates, as Home Assistant's filters make them; local time is UTC here."""

from datetime import UTC, date, datetime, time
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from hub.discovery.templates.budget import Exhausted
from hub.discovery.templates.numbers import NOTHING, fail, or_default

# ruff: noqa: ANN401 - templates hold anything
# ruff: noqa: FBT001, FBT002 - the arguments have the places that Home Assistant gives them

_MOST_FORM = 200


@pass_context
def now(context: Context) -> datetime:
    """Return when the message came."""
    moment: datetime | None = getattr(context, "now", None)
    if moment is None:
        fail("now", None)
    return moment


def as_datetime(value: Any, default: Any = NOTHING) -> Any:
    """Return an instant, from epoch seconds or ISO 8601. Raises ValueError."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, TypeError):
        try:
            return datetime.fromisoformat(value)
        except (ValueError, TypeError):
            return None if default is NOTHING and isinstance(value, str) else or_default(default, "as_datetime", value)


def as_timestamp(value: Any, default: Any = NOTHING) -> Any:
    """Return epoch seconds. Raises ValueError."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError):
        return or_default(default, "as_timestamp", value)


def as_local(value: datetime) -> datetime:
    """Return an instant in local time, which is UTC here."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def instant_text(value: Any, default: Any = NOTHING) -> Any:
    """Return epoch seconds as ISO 8601. Raises ValueError."""
    try:
        return datetime.fromtimestamp(value, UTC).isoformat()
    except (ValueError, TypeError):
        return or_default(default, "timestamp", value)


def custom_text(value: Any, form: str = "%Y-%m-%d %H:%M:%S", _local: bool = True, default: Any = NOTHING) -> Any:
    """Return epoch seconds in a form of one's own. Raises ValueError."""
    try:
        return formatted_time(datetime.fromtimestamp(value, UTC), form)
    except (ValueError, TypeError):
        return or_default(default, "timestamp_custom", value)


def formatted_time(moment: date, form: str) -> str:
    """Return an instant in a form; widths such as ``%9999d``, which some C libraries fill up, are none."""
    if any(part[:1].isdigit() for part in form.split("%")[1:]) or len(form) > _MOST_FORM:
        raise Exhausted
    return moment.strftime(form)


def parsed_time(text: str, form: str, default: Any = NOTHING) -> Any:
    """Return the instant a text gives in a form. Raises ValueError."""
    if len(form) > _MOST_FORM:
        raise Exhausted
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - as Home Assistant: the form decides about the zone
    except (ValueError, AttributeError, TypeError):
        return or_default(default, "strptime", text)
