"""Home Assistant MQTT Discovery, read as Home Assistant reads it; pure: bytes in, what they mean out.

``read_announcement`` turns a message on one of the ``filters`` into an Announcement, ``PointReader`` the messages on
the topics of one of its points into values. Strangers wrote all of it, so every size has a bound (``limits``) and
templates run in a sandbox with a budget (``templates``). Facts: ``reference/iot-conventions.md`` 1.
"""

from hub.discovery.announcing import read_announcement
from hub.discovery.errors import Unusable
from hub.discovery.message import Message
from hub.discovery.reading import PointReader, Said, can_read
from hub.discovery.topics import filters

__all__ = ["Message", "PointReader", "Said", "Unusable", "can_read", "filters", "read_announcement"]
