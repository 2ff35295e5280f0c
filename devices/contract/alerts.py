"""What the hub shows a person on a pager, and what the pager answers (DESIGN 5 ``down/alert``, ``up/ack``).

Three words of the glance line, a press, and nothing else: who is asked next, and when, is the hub's to decide.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from devices.contract.envelope import Envelope
from devices.contract.fields import Uuid
from devices.contract.limits import Items, Number, Text

GLANCE_COLUMNS = 48
DETAIL_COLUMNS = 96
LABEL_COLUMNS = 7
"""A pager's screen has 16 columns: two labels, and between them how many alerts wait."""

_PRINTABLE = r"[^\x00-\x1f\x7f]"


class Ring(StrEnum):
    """How an alert makes itself felt: again and again until somebody answers, once, or not at all."""

    LOUD = "loud"
    BUZZ = "buzz"
    NONE = "none"


class Act(StrEnum):
    """What a person may answer: it is mine, ask somebody else, it is done, I have read it."""

    ACCEPT = "accept"
    PASS_ON = "pass_on"  # noqa: S105 - not a password
    DONE = "done"
    SEEN = "seen"


class Did(StrEnum):
    """What a pager says became of an alert: it is on the screen (``shown``), or what the person pressed."""

    SHOWN = "shown"
    ACCEPT = "accept"
    PASS_ON = "pass_on"  # noqa: S105 - not a password
    DONE = "done"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAction:
    """One answer that an alert offers: what it means, and the word on the screen."""

    did: Act
    label: Annotated[str, Text(LABEL_COLUMNS, pattern=_PRINTABLE + "+", columns=LABEL_COLUMNS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Envelope):
    """One line for one person: what, where, who, how long (S1 of ``reference/user-experience.md``).

    ``id`` is the alert's: the same again is no other alert. ``tag`` is the task: a later alert with the same tag takes
    the earlier one's place on the screen. ``priority`` 1 is the highest. ``actions`` are at most three (S2); a pager
    with two buttons offers the first and the last. From ``expires_at`` on it is not shown. ``over``: the alert with
    this tag is taken away, and ``glance`` says why (小李 已接); nothing rings and nothing is answered.

    Chinese characters count two columns: 24 of them, or 48 Latin letters, make a full ``glance``.
    """

    tag: Uuid
    glance: Annotated[str, Text(GLANCE_COLUMNS, pattern=_PRINTABLE + "+", columns=GLANCE_COLUMNS)]
    detail: Annotated[str, Text(DETAIL_COLUMNS, pattern=_PRINTABLE + "*", columns=DETAIL_COLUMNS)] = ""
    priority: Annotated[int, Number(1, 3)]
    ring: Ring
    actions: Annotated[tuple[AlertAction, ...], Items(3)] = ()
    expires_at: datetime
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAnswer(Envelope):
    """What became of the alert ``alert``. Its ``id`` is fixed at the press: sent again it is the same answer."""

    alert: Uuid
    did: Did
