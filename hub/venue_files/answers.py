"""[[answers]]: what many guests ask, and what the house says, short enough for a screen (R147)."""

from dataclasses import replace

from hub.domain.house_answers import LONGEST_ANSWER, LONGEST_QUESTION, HouseAnswer
from hub.domain.words import Words
from hub.venue_files.house import each_once
from hub.venue_files.table import Table

_LONGEST_KEY = 24


def read_answers(table: Table) -> tuple[HouseAnswer, ...] | None:
    """Read the answers of the house, or of one meeting, in their order; None where the file does not name them."""
    if not table.has("answers"):
        return None
    found = each_once(table.tables("answers"), _read, lambda one: one.key, "key")
    return tuple(replace(one, position=position) for position, one in enumerate(found))


def _read(table: Table) -> HouseAnswer | None:
    key = table.key("key")
    if len(key) > _LONGEST_KEY:
        table.wrong("key", f"has {len(key)} characters, at most {_LONGEST_KEY} fit", "shorten it")
    question = _short(table, "question", LONGEST_QUESTION)
    answer = _short(table, "answer", LONGEST_ANSWER)
    table.close()
    return HouseAnswer(key=key, question=question, answer=answer) if key and question and answer else None


def _short(table: Table, name: str, longest: dict[str, int]) -> Words | None:
    """Read a text in both languages, each short enough to be read at a glance."""
    text = table.words(name, needed=True)
    for language, most in longest.items() if text else ():
        said = getattr(text, language)
        if not said:
            table.wrong(name, f"is missing in {language}", 'write { zh = "…", en = "…" }')
        elif len(said) > most:
            problem = f"has {len(said)} characters in {language}, at most {most} are read at a glance"
            table.wrong(name, problem, "shorten it, or split it into two questions")
    return text
