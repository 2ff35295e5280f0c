"""The house's answers to what many guests ask."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, func, select

from hub.domain.house_answers import HouseAnswer
from hub.store import tables as t
from hub.store.rows import both, words
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_a = t.answers.c
_ALL = select(t.answers).order_by(func.coalesce(_a.meeting, ""), _a.position, _a.key)
_BY_KEY = select(t.answers).where(among(_a.key, "keys"))
_PUT = Upsert(t.answers, "key")
_REMOVE = delete(t.answers).where(_a.key == bindparam("the_key"))


class SqlAnswers:
    """Fills ``hub.request_ports.Answers``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> Sequence[HouseAnswer]:
        """Return all answers, by meeting and place in the list."""
        return [_answer(row) for row in self._work.rows(_ALL)]

    def by_key(self, keys: Collection[str]) -> Mapping[str, HouseAnswer]:
        """Return the answers with these keys."""
        if not keys:
            return {}
        return {row.key: _answer(row) for row in self._work.rows(_BY_KEY, {"keys": sorted(keys)})}

    def put(self, answers: Iterable[HouseAnswer]) -> None:
        """Add or change answers."""
        rows = [
            {
                "key": one.key,
                "meeting": one.meeting,
                "position": one.position,
                **both("question", one.question),
                **both("answer", one.answer),
            }
            for one in answers
        ]
        if rows:
            self._work.put(_PUT, rows)

    def remove(self, keys: Collection[str]) -> None:
        """Remove answers."""
        if keys:
            self._work.send(_REMOVE, [{"the_key": key} for key in sorted(keys)])


def _answer(row: AnyRow) -> HouseAnswer:
    return HouseAnswer(
        key=row.key,
        meeting=row.meeting,
        position=row.position,
        question=words(row, "question"),
        answer=words(row, "answer"),
    )
