"""One line of a list, cell by cell: what is wrong with it is noted with the list's own word for the column."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, islice
from typing import Generic, TypeVar

from hub.domain.errors import InvalidInput
from hub.domain.words import Words
from hub.guest_lists.cells import BadCell, clean
from hub.guest_lists.columns import Header
from hub.guest_lists.tables import Line
from hub.usecases.findings import Finding

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)

LINES_BEFORE_HEADER = 5
"""A list may begin with its own title; the header must follow within so many lines."""


def seek_header(found: Iterator[Line], is_header: Callable[[Sequence[str]], bool]) -> tuple[Line, Iterator[Line]]:
    """Return the header's line and the lines below it; the first line where none is a header.

    Raises InvalidInput where there is no line at all.
    """
    first = list(islice(found, LINES_BEFORE_HEADER))
    if not first:
        raise InvalidInput("file", "is empty", "give a list with a header and a row for each guest")
    position = next((at for at, line in enumerate(first) if is_header(line.cells)), 0)
    return first[position], chain(first[position + 1 :], found)


def unused(name: str) -> Finding:
    """Say that a column means nothing here."""
    return Finding(
        line=0, field=name, problem="is a column that is not used", remedy="rename it if it should be", warning=True
    )


class LineReader(Generic[C]):
    """Reads the cells of one line; ``findings`` holds what is wrong with it.

    ``longest`` is how many characters each column may have; only those in ``phones`` may begin with a plus sign.
    """

    def __init__(self, line: Line, header: Header[C], longest: Mapping[C, int], phones: frozenset[C]) -> None:
        """Keep the line; nothing is read yet."""
        self.findings: list[Finding] = []
        self.line = line
        self._header = header
        self._longest = longest
        self._phones = phones

    @property
    def good(self) -> bool:
        """Say whether nothing is wrong so far."""
        return all(finding.warning for finding in self.findings)

    def read_as(self, column: C, make: Callable[[str], T], otherwise: T) -> T:
        """Return what ``make`` (it may raise BadCell) gives for a cell, or ``otherwise`` where it is empty or wrong."""
        position = self._header.at.get(column)
        raw = self.line.cells[position] if position is not None and position < len(self.line.cells) else ""
        if not raw:
            return otherwise
        try:
            text = clean(raw, self._longest[column], phone=column in self._phones)
            return make(text) if text else otherwise
        except BadCell as bad:
            self.refuse(self._header.label(column), bad)
            return otherwise

    def text(self, column: C) -> str:
        """Return a cell's text, empty where it is empty or wrong."""
        return self.read_as(column, str, "")

    def check_width(self) -> None:
        """Note text beyond the last column."""
        beyond = [cell for cell in self.line.cells[self._header.width :] if cell.strip()]
        if beyond:
            cells, width = len(self.line.cells), self._header.width
            problem = Words(
                f"这一行有 {cells} 格，第一行只有 {width} 格", f"has {cells} cells, the first line has {width}"
            )
            remedy = Words(
                '文字里如有分隔符，请给整段文字加上引号（"）',
                'put a text with the separating sign in it into quotation marks (")',
            )
            self.refuse("columns", BadCell(problem, remedy))

    def refuse(self, field: str, bad: BadCell) -> None:
        """Note what a cell, or the line, is refused for."""
        self._note(field, bad.problem.en, bad.remedy.en)

    def wrong(self, column: C, problem: str, remedy: str) -> None:
        """Note a mistake, which keeps the line out."""
        self._note(self._header.label(column), problem, remedy)

    def warn(self, column: C, problem: str, remedy: str) -> None:
        """Note something to think about."""
        self._note(self._header.label(column), problem, remedy, warning=True)

    def _note(self, field: str, problem: str, remedy: str, *, warning: bool = False) -> None:
        self.findings.append(
            Finding(line=self.line.number, field=field, problem=problem, remedy=remedy, warning=warning)
        )
