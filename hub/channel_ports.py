"""Ways to reach a guest who is not here, as Protocols. ``hub.channels`` fills them."""

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
    """One message was not taken now; the same later may be."""

    code = "put_off"


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
