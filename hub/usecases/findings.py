"""What an import has to say about a file, for a person to act on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong in a file: where it is, which field, what is wrong and what to do about it.

    ``line`` counts from 1 as an editor or spreadsheet shows it, 0 when the whole file is meant. ``at`` names the
    table of a venue file (``meetings[0].agenda[2]``). A ``warning`` keeps nothing out.
    """

    line: int
    field: str
    problem: str
    remedy: str
    warning: bool = False
    at: str = ""


def mistakes(findings: Iterable[Finding]) -> list[Finding]:
    """Return those findings that keep something out."""
    return [finding for finding in findings if not finding.warning]
