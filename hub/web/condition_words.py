"""What is wrong, as one sentence. Pure."""

from hub.domain.conditions import Cause, Condition
from hub.domain.field_devices import Point
from hub.web.language import Tongue
from hub.web.values import number_text, value_text, with_unit

MEASURED = frozenset({Cause.TOO_HIGH, Cause.TOO_LOW, Cause.RISING, Cause.FALLING})


def cause_words(cause: Cause, tongue: Tongue) -> str:
    """Name a cause."""
    return tongue.say(f"condition.cause.{cause}")


def condition_words(condition: Condition, point: Point | None, tongue: Tongue) -> str:
    """Say what is wrong, with the value and the limit it passed where there are such."""
    cause = cause_words(condition.cause, tongue)
    detail = tongue.say_or(f"wrong.detail.{condition.detail}", condition.detail)
    if point is None:
        return tongue.join((cause, detail))
    if condition.cause not in MEASURED or condition.value is None:
        return tongue.join((point.name, cause, detail))
    value = value_text(point, condition.value, "", tongue)
    if condition.limit is None:
        return tongue.say("condition.value", what=point.name, cause=cause, value=value)
    limit = with_unit(number_text(condition.limit, point.quantity), point.unit)
    return tongue.say("condition.limit", what=point.name, cause=cause, value=value, limit=limit)
