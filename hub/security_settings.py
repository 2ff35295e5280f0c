"""The sections of hub.toml on whom to tell of a weakness, and how many codes one person may make."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated

from devices.contract.limits import Number, Text
from hub.domain.security_contact import SecurityContact


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityConfig:
    """Whom to tell of a weakness in this installation (RFC 9116), until the end of the day ``expires_on`` (UTC)."""

    contacts: tuple[Annotated[str, Text(300, r"(?:mailto:[^\s@]+@[^\s@]+|https://\S+|tel:\+?[0-9-]+)")], ...] = ()
    expires_on: Annotated[str, Text(10, r"|\d{4}-\d{2}-\d{2}")] = ""
    policy: Annotated[str, Text(300, r"|https://\S+")] = ""

    def contact(self) -> SecurityContact:
        """Return it as the page tells it. Raises ValueError where the day is none."""
        last = date.fromisoformat(self.expires_on) if self.contacts else date.min
        return SecurityContact(self.contacts, datetime.combine(last, time.max, UTC), self.policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingConfig:
    """How many codes for guests one person may make in 24 hours (``hub.usecases.issuing``)."""

    codes_a_day: Annotated[int, Number(1, 1_000_000)] = 20_000
