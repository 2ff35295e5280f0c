"""Is the audit log as it was written? (ASVS 16.4.2, decision 64)."""

from collections.abc import Iterable

from hub.domain.audit_chain import Broken, Head, Verifier
from hub.ports import Transaction

AT_ONCE = 5_000
"""Rows read at a time: a log of years is larger than the memory."""


def verify_audit(tx: Transaction, kept: Iterable[Head]) -> tuple[Head, Broken | None]:
    """Return how far the log is whole, and its first broken row; ``kept`` are heads written down elsewhere."""
    verifier = Verifier(tx.audit_chain.start(), kept)
    while not verifier.broken and (rows := tx.audit_chain.after(verifier.at.number, AT_ONCE)):
        verifier.walk(rows)
    return verifier.at, verifier.end(tx.audit_chain.head())
