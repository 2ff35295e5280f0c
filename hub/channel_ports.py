"""Ways to reach guests and staff who are not here, as Protocols. ``hub.channels`` fills them."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Tls(StrEnum):
    """How the way to the server is kept secret: from the first byte, after a greeting, or not at all."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class ChannelDown(Exception):
    """The channel takes nothing at the moment, for nobody: no server, a wrong password. Says what and the remedy."""

    code = "channel_down"


class PutOff(Exception):
    """One message was not taken now; the same later may be, where ``after_s`` is given not before so many seconds."""

    code = "put_off"

    def __init__(self, said: str, after_s: float = 0.0) -> None:
        """Say what was said, and for how long to wait."""
        super().__init__(said)
        self.after_s = after_s


class NotTaken(Exception):
    """One message, or its address, will never be taken. Says why, in the channel's words."""

    code = "refused"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; ``kind`` is its media type, as ``text/calendar``."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message, written out. ``id`` stays the same however often it is sent, so that a repeat is recognised."""

    id: str
    address: str
    name: str
    house: str
    language: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Session(Protocol):
    """An open way out."""

    def send(self, mail: Mail) -> None:
        """Hand one message over. Raises ChannelDown, PutOff or NotTaken."""


class GuestChannel(Protocol):
    """A way to guests who are not here. ``name`` is kept with what went out."""

    name: str

    def open(self) -> AbstractContextManager[Session]:
        """Open the way for some messages. Raises ChannelDown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotice:
    """What a member of staff outside the house is told, written out in their ``language``.

    ``id`` stays the same however often it is sent. ``to`` is the key of a person or a group, ``address`` the name (no
    secret) of one of their addresses. ``glance`` is the line on a locked screen, ``detail`` what stands below it,
    ``link`` where it leads, or empty. ``priority`` is 1 to 3, 1 the highest (``hub.domain.escalation.Priority``).
    """

    id: str
    to: str
    address: str
    glance: str
    detail: str
    priority: int
    language: str
    link: str = ""


class StaffChannel(Protocol):
    """A way to staff outside the house. ``name`` is kept with what went out."""

    name: str

    def send(self, notice: StaffNotice) -> None:
        """Hand one message over; may block for some seconds. Raises ChannelDown, PutOff or NotTaken, with no secret."""
