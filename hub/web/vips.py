"""A VIP's level in words: VIP 1, 一级贵宾. Pure."""

from hub.web.language import Tongue

NAMED = 3
"""Levels that have a name of their own; a lower one is told by its number."""


def say_vip(level: int, tongue: Tongue) -> str:
    """Say of which level a VIP is, 1 being the highest; 0 where nobody has said."""
    return tongue.say(f"vip.{level}") if level <= NAMED else tongue.say("vip.lower", level=level)
