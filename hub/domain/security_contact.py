"""Whom to tell of a weakness in this house's installation, as researchers look for it (RFC 9116)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SecurityContact:
    """Whom to tell, as URIs (``mailto:``, ``https:``, ``tel:``), the first one first, and until when that holds (UTC).

    ``policy`` is where the house says how it deals with reports; empty for none.
    """

    contacts: Sequence[str]
    expires: datetime
    policy: str = ""

    def holds(self, at: datetime) -> bool:
        """Say whether it may still be used (section 2.5.5)."""
        return bool(self.contacts) and at < self.expires

    def text(self) -> str:
        """Write the file (section 2.5)."""
        lines = [f"Contact: {contact}" for contact in self.contacts]
        lines += [f"Expires: {self.expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: zh, en"]
        lines += [f"Policy: {self.policy}"] if self.policy else []
        return "\n".join(lines) + "\n"
