"""How long machines, networks and fingers may take, in the time of the house, which a rehearsal lets run faster.

Whatever a rule counts is the house's time. Some of it waits for something that is no quicker in a rehearsal: a
heartbeat each 15 real seconds, a command's way to a device and back, a tablet that is to show an alert. Such a span is
written in real seconds, and ``real`` says how much of the house's time passes meanwhile; in a real house just as much.
"""

from datetime import timedelta

_speed = [1.0]


def adopt(speed: float) -> None:
    """Let the house's time run so many times as fast from now on, in this process: its wiring does so, once."""
    _speed[0] = speed


def real(span: timedelta) -> timedelta:
    """Return how much of the house's time passes in a span of real time."""
    return span * _speed[0]
