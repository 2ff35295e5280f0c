"""The evidence of one run, arranged for the checks: what belongs together stands together."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from tests.faults.evidence import Evidence, Row
from tests.faults.rules import Expected, judge

SUSPICIONS = frozenset({"unknown_device", "same_id_other_body"})
"""Reasons for which the hub sets a readable event aside, answers it, and calls the technician."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Sizes that nothing may outgrow (I13): bytes of a kiosk's file and of its log, rows in quarantine.

    And times that nothing personal may outlast (I14), with the two nights that may pass until it goes.
    """

    kiosk_bytes: int = 64 << 20
    wal_bytes: int = 16 << 20
    quarantined: int = 10_000
    guests: timedelta = timedelta(days=32)
    rubbish: timedelta = timedelta(days=16)


@dataclass(frozen=True)
class Case:
    """The evidence, arranged for the checks."""

    evidence: Evidence
    caps: Caps = field(default_factory=Caps)

    def table(self, name: str) -> tuple[Row, ...]:
        """Return the rows of one of the hub's tables."""
        return self.evidence.hub.get(name, ())

    @cached_property
    def check_ins(self) -> dict[str, Row]:
        """The hub's events by id."""
        return {row["id"]: row for row in self.table("check_ins")}

    @cached_property
    def by_invitation(self) -> dict[str, list[Row]]:
        """The hub's events by the invitation they belong to."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.table("check_ins"):
            if row["invitation"] is not None:
                found[row["invitation"]].append(row)
        return found

    @cached_property
    def invitations(self) -> dict[str, Row]:
        """Invitations by id."""
        return {row["id"]: row for row in self.table("invitations")}

    @cached_property
    def admissions(self) -> dict[str, list[Row]]:
        """Admissions by invitation."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.table("admissions"):
            found[row["invitation"]].append(row)
        return found

    @cached_property
    def tasks(self) -> dict[str, list[Row]]:
        """Tasks by what they are about."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.table("tasks"):
            found[row["dedupe"]].append(row)
        return found

    @cached_property
    def ruled(self) -> set[str]:
        """Invitations and events that staff ruled on: a person's word stands above the rule, so they are left out."""
        return {value for row in self.table("rulings") for value in row.values() if isinstance(value, str)}

    @cached_property
    def revoked_at(self) -> dict[str, datetime]:
        """When invitations were withdrawn."""
        return {row["invitation"]: row["status_at"] for row in self.table("credentials") if row["status"] == "revoked"}

    @cached_property
    def now(self) -> datetime | None:
        """When the hub did something last, as its audit log says."""
        return max((row["at"] for row in self.table("audit")), default=None)

    @cached_property
    def ends(self) -> dict[str, datetime]:
        """When the meeting of each invitation ends."""
        ends = {row["id"]: row["ends_at"] for row in self.table("meetings")}
        return {key: ends[row["meeting"]] for key, row in self.invitations.items() if row["meeting"] in ends}

    @cached_property
    def written_down(self) -> set[str]:
        """Events that a person wrote down from a signed sheet, as the audit log says."""
        return {row["subject"] for row in self.table("audit") if row["action"] == "paper.written_down" and row["actor"]}

    @cached_property
    def sent(self) -> dict[str, dict[str, Row]]:
        """What each kiosk's own file says it recorded, by event."""
        return {device: {row["id"]: row for row in kiosk.events} for device, kiosk in self.evidence.kiosks.items()}

    @cached_property
    def expected(self) -> dict[str, Expected]:
        """What the events of each invitation must have led to, worked out anew from the set of events."""
        return {
            invitation: judge(events, self.revoked_at.get(invitation))
            for invitation, events in self.by_invitation.items()
            if invitation not in self.ruled and not any(event["id"] in self.ruled for event in events)
        }

    @cached_property
    def quarantined_events(self) -> set[str]:
        """Ids of events that were set aside with an answer, as the hub's words name them."""
        words = (row["detail"].split() for row in self.table("quarantine") if row["reason"] in SUSPICIONS)
        return {parts[1].rstrip(",") for parts in words if len(parts) > 1 and parts[0] == "event"}
