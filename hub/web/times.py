"""Spans of time in words, as the pages' script writes them too. Pure."""

from datetime import datetime, timedelta

from hub.web.language import Tongue

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def ago(tongue: Tongue, moment: datetime, now: datetime) -> str:
    """Say how long ago something was: 3 min ago. The future counts as now: clocks of devices differ."""
    seconds = max(0, int((now - moment).total_seconds()))
    for unit, name in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if seconds >= unit:
            return tongue.say(f"ago.{name}", n=seconds // unit)
    return tongue.say("ago.now")


def countdown(left: timedelta) -> str:
    """Write a span as minutes and seconds, without its sign: 1:12, or 1:05:00 with hours."""
    seconds = abs(int(left.total_seconds()))
    hours, rest = divmod(seconds, _HOUR)
    minutes, second = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def lasted(span: timedelta) -> str:
    """Write how long something lasts, always with hours, so that nobody reads it as a time of day: 0:12:05."""
    minutes, second = divmod(max(0, int(span.total_seconds())), _MINUTE)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def left_in_words(tongue: Tongue, left: timedelta) -> str:
    """Say how much time is left, or by how much it has run out."""
    key = "left.over" if left < timedelta() else "left.left"
    return tongue.say(key, time=countdown(left))
