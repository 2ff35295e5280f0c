"""Whose slip was printed here: once for each guest and meeting, over restarts and second scans (R97).

By the invitation's id alone, so that a stolen kiosk names nobody. A damaged file begins anew (``kiosk.salvage`` saves
check-ins): the worst that follows is a second slip.
"""

from kiosk.database import Database

MOST = 100_000
"""Slips that are remembered; with more the oldest are forgotten."""


class Ledger:
    """The table ``slips`` of the kiosk's database. Every call may raise sqlite3.Error."""

    def __init__(self, database: Database) -> None:
        """Take the kiosk's database."""
        self._database = database

    def claim(self, invitation: str) -> bool:
        """Write down, durably, that this slip is being printed; False when it was before."""
        with self._database.write() as connection:
            found = connection.execute("INSERT OR IGNORE INTO slips (invitation) VALUES (?)", (invitation,))
            if not found.rowcount:
                return False
            connection.execute("DELETE FROM slips WHERE place <= (SELECT max(place) FROM slips) - ?", (MOST,))
            return True

    def release(self, invitation: str) -> None:
        """Take that back: no slip came out."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM slips WHERE invitation = ?", (invitation,))
