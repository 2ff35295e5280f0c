"""``python -m hub check``: whom researchers find to tell of a weakness in this installation (RFC 9116)."""

from datetime import timedelta

from hub.commands.checked import Finding
from hub.config import HubConfig
from hub.making import clock_of

RENEW_DAYS = 30
LONGEST_DAYS = 366
"""RFC 9116, section 2.5.5, recommends less than a year."""


def contact_finding(config: HubConfig) -> Finding:
    """Look whether the contact still holds, and long enough to be renewed in time."""
    told, about = config.security.contact(), "security contact"
    if not told.contacts:
        return Finding(about, "nobody is named in security.contacts, so there is no security.txt")
    left = (told.expires - clock_of(config).now()) // timedelta(days=1)
    if left < RENEW_DAYS:
        found = "it has expired and is not shown any more" if left < 0 else f"it expires in {left} days"
        return Finding(about, found, "see that it is still right, and set a later security.expires_on")
    if left > LONGEST_DAYS:
        remedy = "set security.expires_on to less than a year ahead, so that somebody looks at it again"
        return Finding(about, f"it holds for {left} days", remedy)
    return Finding(about, f"{told.contacts[0]}, for {left} days more")
