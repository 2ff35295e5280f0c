"""Texts that must be read at a glance: given in both languages, and no longer than fits on the screen."""

from collections.abc import Mapping

from hub.domain.words import Words
from hub.venue_files.table import Table


def short_words(table: Table, name: str, longest: Mapping[str, int], remedy: str) -> Words | None:
    """Read a text in both languages, each of at most so many characters; a wrong one is noted, with the remedy."""
    text = table.words(name, needed=True)
    for language, most in longest.items() if text else ():
        said = getattr(text, language)
        if not said:
            table.wrong(name, f"is missing in {language}", 'write { zh = "…", en = "…" }')
        elif len(said) > most:
            problem = f"has {len(said)} characters in {language}, at most {most} are read at a glance"
            table.wrong(name, problem, remedy)
    return text
