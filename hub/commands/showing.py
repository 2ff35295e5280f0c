"""Tables and progress bars for people at a terminal, plain lines for everything else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from hub.domain.errors import HubError
from hub.usecases.findings import Finding

T = TypeVar("T")

OK, SOME_BAD, NOTHING_USABLE = 0, 1, 2
"""Exit codes of commands that read what people wrote."""

MOST_SHOWN = 100
"""Findings shown one by one; beyond, lines with the same fault are told together, and none is left out."""

_LONG = 500
"""From so many steps on a progress bar is worth its line."""


def table(out: Console, head: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print a table; nothing in a cell is taken for markup."""
    drawn = Table(*head, title=Text(title) if title else None, title_justify="left", header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(cell, overflow="fold") for cell in row))
    out.print(drawn)


def say(out: Console, text: str, style: str = "") -> None:
    """Print one line; nothing in it is taken for markup."""
    out.print(Text(text, style=style), soft_wrap=True)


def refused(out: Console, about: str, problem: HubError) -> int:
    """Say why nothing was done; returns the exit code for that."""
    say(out, f"{about}: {problem}", "bold red")
    return NOTHING_USABLE


def findings(out: Console, found: Sequence[Finding], labels: dict[str, str] | None = None) -> None:
    """Print what is wrong with a file, mistakes before warnings; ``labels`` are the file's own words for fields."""
    words = labels or {}
    for warning, title, style in ((False, "To correct", "bold red"), (True, "Worth a look", "yellow")):
        chosen = [one for one in found if one.warning is warning]
        if not chosen:
            continue
        say(out, f"{title}: {len(chosen):,}", style)
        rows = [(str(one.line or ""), _field(one, words), one.problem, one.remedy) for one in chosen[:MOST_SHOWN]]
        table(out, ("Line", "Field", "What is wrong", "What to do"), [*rows, *_together(chosen[MOST_SHOWN:], words)])


@contextmanager
def counting(out: Console, what: str) -> Iterator[Callable[[int], None]]:
    """Show how far a reading has come, to somebody who looks; give what is to be told each line's number."""
    if not out.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn(what), TextColumn("{task.completed:,.0f}"))
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task(what, total=None)

        def told(line: int) -> None:
            if line % _LONG == 0:
                progress.update(task, completed=line)

        yield told


class Tracker:
    """Passes steps on one by one, under a progress bar if there are many and somebody looks."""

    def __init__(self, out: Console, what: str) -> None:
        """Keep where to show the bar, and what it counts."""
        self._out = out
        self._what = what

    def __call__(self, steps: Sequence[T]) -> Iterator[T]:
        """Yield every step."""
        if not self._out.is_terminal or len(steps) < _LONG:
            yield from steps
            return
        columns = (TextColumn(self._what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._out, transient=True) as progress:
            yield from progress.track(steps)


def _field(finding: Finding, labels: dict[str, str]) -> str:
    name = labels.get(finding.field, finding.field)
    return f"{finding.at} {name}" if finding.at and finding.at != name else name


def _together(found: Sequence[Finding], labels: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Join findings with the same field and remedy; their lines are all named."""

    def kind(one: Finding) -> tuple[str, str]:
        return _field(one, labels), one.remedy

    for (field, remedy), group in groupby(sorted(found, key=kind), key=kind):
        same = list(group)
        yield _ranges([one.line for one in same]), field, f"{len(same):,} more, the first: {same[0].problem}", remedy


def _ranges(lines: Iterable[int]) -> str:
    """Write 2, 3, 4, 7 as 2–4, 7."""
    spans: list[list[int]] = []
    for line in sorted(set(lines)):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans)
