"""[[answers]]: what many guests ask, and what the house says, short enough for a screen (R147)."""

from dataclasses import replace

from hub.domain.house_answers import LONGEST_ANSWER, LONGEST_QUESTION, HouseAnswer
from hub.venue_files.each_once import each_once
from hub.venue_files.short import short_words
from hub.venue_files.table import Table

_LONGEST_KEY = 24
_REMEDY = "shorten it, or split it into two questions"


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
    question = short_words(table, "question", LONGEST_QUESTION, _REMEDY)
    answer = short_words(table, "answer", LONGEST_ANSWER, _REMEDY)
    table.close()
    return HouseAnswer(key=key, question=question, answer=answer) if key and question and answer else None
