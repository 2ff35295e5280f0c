"""What can be wrong, as one tree. ``code`` is stable and is translated once at each door.

HubError
├── NotFound           the thing named does not exist
├── SignInFirst        nobody is signed in here
├── NotAllowed         whoever is signed in may not
├── ProveAgain         they may, once they have shown again who they are
├── TooManyTries       too much in too short a time: wait
├── Refused            the rules do not allow it
│   ├── NotOpen        the task is no longer open to this step
│   ├── AlreadyOver    what was wrong is right again
│   ├── AgendaRefused  a part of the agenda cannot be moved so
│   ├── ClearsItself   only the device itself ends what is wrong
│   ├── StepsOpen      the task's checklist has open steps
│   ├── NotYours       it is another team's
│   ├── Locked         too many wrong codes: wait
│   ├── NotSignedIn    nobody has said who works here
│   ├── RoomTaken      somebody else has the room at that time
│   └── TakenAlready   somebody else was first
│       └── DecidedAlready  and has decided it
└── InvalidInput       a value cannot be used; names the field and the remedy
    ├── BadTemperature a temperature is none that a drink can have
    └── WrongScan      a scanned label is not the one that is wanted
"""

from datetime import datetime, timedelta


class HubError(Exception):
    """Anything the hub refuses, with a sentence for people. Never raised itself."""

    code = "error"


class NotFound(HubError):
    """The thing named does not exist (any more)."""

    code = "not_found"


class SignInFirst(HubError):
    """Nobody is signed in at this browser."""

    code = "sign_in_first"


class NotAllowed(HubError):
    """Whoever is signed in has no permission for this."""

    code = "not_allowed"


class ProveAgain(HubError):
    """It needs a proof of who asks that is minutes old."""

    code = "prove_again"


class TooManyTries(HubError):
    """So many tries came for this name, or from this address or device, that it has to wait."""

    code = "too_many_tries"

    def __init__(self, wait: timedelta) -> None:
        """Keep for how long."""
        super().__init__(f"too many tries: wait {wait}")
        self.wait = wait


class Refused(HubError):
    """The rules do not allow it."""

    code = "refused"


class NotOpen(Refused):
    """The task is no longer open to this step."""

    code = "not_open"


class AlreadyOver(Refused):
    """What was wrong is right again: there is nothing left to do about it."""

    code = "already_over"


class AgendaRefused(Refused):
    """A part of the agenda cannot be moved so; ``reason`` says why: one word of ``hub.domain.run_of_show.Obstacle``."""

    code = "agenda_refused"

    def __init__(self, reason: str, said: str) -> None:
        """Keep the reason, and the sentence that names the remedy."""
        super().__init__(said)
        self.reason = reason


class ClearsItself(Refused):
    """What is wrong ends by the device's own report, and no person ends it; ``reason`` says by which."""

    code = "clears_itself"

    def __init__(self, reason: str) -> None:
        """Keep the reason: one word of ``hub.domain.condition_steps.Ends``."""
        super().__init__(f"this ends by itself ({reason})")
        self.reason = reason


class StepsOpen(Refused):
    """The task's checklist has open steps; ``steps`` are their keys."""

    code = "steps_open"

    def __init__(self, steps: tuple[str, ...]) -> None:
        """Name the steps."""
        super().__init__(f"not done yet: {', '.join(steps)}")
        self.steps = steps


class NotYours(Refused):
    """It is another team's; ``role`` names it."""

    code = "not_yours"

    def __init__(self, role: str) -> None:
        """Name the team."""
        super().__init__(f"it is for the {role} team")
        self.role = role


class Locked(Refused):
    """Too many wrong codes were given; ``until`` is when the next is taken (UTC)."""

    code = "locked"

    def __init__(self, until: datetime) -> None:
        """Say until when."""
        super().__init__(f"no code is taken before {until:%H:%M:%S} UTC")
        self.until = until


class NotSignedIn(Refused):
    """Nobody has said who works here."""

    code = "not_signed_in"


class RoomTaken(Refused):
    """Somebody else has the room at that time; the database itself says so."""

    code = "room_taken"


class TakenAlready(Refused):
    """Somebody else was first; ``by`` names them."""

    code = "taken_already"

    def __init__(self, by: str) -> None:
        """Name who was first."""
        super().__init__(f"{by} was first")
        self.by = by


class DecidedAlready(TakenAlready):
    """Somebody else has decided this already; ``by`` names them."""

    code = "decided_already"


class InvalidInput(HubError):
    """A value cannot be used: which field, what is wrong, what to do about it."""

    code = "invalid_input"

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        """Keep the three parts apart, for tables and pages."""
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy


class BadTemperature(InvalidInput):
    """What was written as the temperature of a drink is none; ``said`` is what was written, cut short."""

    code = "bad_temperature"

    def __init__(self, said: str) -> None:
        """Keep what was written."""
        self.said = said.strip()[:20]
        super().__init__("temperature", f"{self.said!r} is none that a drink has", "write 0 to 100 °C, or nothing")


class WrongScan(InvalidInput):
    """A scanned label is not the one that is wanted there. ``reason`` says why, ``label`` is what was scanned."""

    code = "wrong_scan"

    def __init__(self, field: str, reason: str, label: str) -> None:
        """Keep what was scanned, where, and why it does not fit."""
        super().__init__(field, f"{label!r} does not fit ({reason})", "scan the label of the right device")
        self.reason = reason
        self.label = label
