"""Who may do what: each role has as little as its work needs (ASVS 8.2.1, 8.2.2). Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from hub.domain.staff import Staff
from hub.domain.task_kinds import Role


class Permission(StrEnum):
    """One thing that a person may be allowed to do."""

    LOOK = "look"
    """See what the house's people need for their work, guests' names included."""
    SERVE = "serve"
    """Do the work: tasks, needs, rounds, pick-ups, incidents."""
    RULE = "rule"
    """Put a person's word above a scan's verdict."""
    LEAD = "lead"
    """Lead others: people and by what they sign in, tablets, shifts, whose task is first."""
    DECIDE = "decide"
    """Decide what two sources of bookings see differently."""
    FIX = "fix"
    """Look after rooms, devices and what is wrong with them."""
    EXPORT = "export"
    """Take guests' data out of the house."""
    ISSUE = "issue"
    """Make codes that let a guest in."""
    REVOKE = "revoke"
    """Take such a code, a tablet or a device's leave away."""
    CONFIGURE = "configure"
    """Change what holds for the whole house."""
    AUDIT = "audit"
    """Read who did what."""
    ACCOUNTS = "accounts"
    """Let people have accounts, and take them away."""


class Part(StrEnum):
    """As what somebody uses the pages. An account has one or more of the later four; the others follow from teams."""

    SERVICE = "service"
    RECEPTION = "reception"
    SUPERVISOR = "supervisor"
    DESK = "desk"
    TECHNICIAN = "technician"
    ADMIN = "admin"
    AUDITOR = "auditor"


P = Permission
_WORK = frozenset({P.LOOK, P.SERVE})

HAS: Mapping[Part, frozenset[Permission]] = {
    Part.SERVICE: _WORK,
    Part.RECEPTION: _WORK | {P.RULE},
    Part.SUPERVISOR: _WORK | {P.RULE, P.LEAD, P.DECIDE, P.EXPORT, P.ISSUE, P.REVOKE},
    Part.DESK: _WORK | {P.RULE, P.DECIDE, P.ISSUE},
    Part.TECHNICIAN: _WORK | {P.FIX},
    Part.ADMIN: frozenset({P.LOOK, P.LEAD, P.CONFIGURE, P.ISSUE, P.REVOKE, P.ACCOUNTS}),
    Part.AUDITOR: frozenset({P.AUDIT}),
}
"""An admin lets people in and reads no log of it; an auditor reads the log and sees no guest."""

FRESH = frozenset({P.RULE, P.EXPORT, P.REVOKE, P.ACCOUNTS})
"""What needs a proof of who asks that is minutes old (ASVS 7.5.3): a tablet that was left alone must not do it."""

OF_ACCOUNTS = (Part.DESK, Part.TECHNICIAN, Part.ADMIN, Part.AUDITOR)
"""What an account may be made for; a supervisor is one because the list of staff says so."""


def parts_of(person: Staff) -> frozenset[Part]:
    """Return as what somebody of the list of staff works at a tablet."""
    found = {Part.SERVICE}
    found |= {Part.SUPERVISOR} if Role.SUPERVISOR in person.roles else set()
    found |= {Part.RECEPTION} if Role.RECEPTIONIST in person.roles else set()
    found |= {Part.TECHNICIAN} if Role.TECHNICIAN in person.roles else set()
    return frozenset(found)


def allowed(parts: Iterable[Part]) -> frozenset[Permission]:
    """Return what may be done as any of these."""
    return frozenset[Permission]().union(*(HAS[one] for one in parts))
