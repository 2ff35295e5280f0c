"""What one check of a deployment found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and what to do where that is not well.

    ``seen`` is false where it could not be looked at: then nobody knows, and nothing is called well.
    """

    about: str
    found: str
    remedy: str = ""
    seen: bool = True

    @property
    def well(self) -> bool:
        """Say whether nothing needs to be done."""
        return not self.remedy
