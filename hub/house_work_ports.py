"""What the use cases need of the store for the house's routine work; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from hub.domain.house_work import FunctionSheet, HouseWork, Tick
from hub.domain.meals import Cover, Note, Served
from hub.domain.task_kinds import TaskKind
from hub.domain.waits import Wait


class HouseWorkKept(Protocol):
    """Set-ups and strikes, who ticked what, meals, and how long guests waited."""

    def sheet(self, meeting: str) -> FunctionSheet:
        """Return what was ordered for a meeting; an empty sheet where nothing was."""

    def save_sheet(self, meeting: str, sheet: FunctionSheet) -> None:
        """Keep a meeting's sheet in the place of the one before."""

    def works(self, meetings: Collection[str]) -> Mapping[str, HouseWork]:
        """Return what is kept of these meetings' rooms, by meeting."""

    def unstruck(self) -> Sequence[HouseWork]:
        """Return those whose room is not clear yet, the longest first."""

    def save(self, work: HouseWork) -> None:
        """Add or change what is kept of a meeting's room."""

    def tick(self, tick: Tick) -> None:
        """Keep who ticked a step, in the place of who did before."""

    def untick(self, task: str, step: str) -> None:
        """Forget who ticked a step: the tick was taken back."""

    def ticks(self, tasks: Collection[str]) -> Sequence[Tick]:
        """Return who ticked the steps of these tasks, the first tick first."""

    def newest(self, kinds: Iterable[TaskKind], meeting: str) -> Mapping[TaskKind, str]:
        """Return the ids of a meeting's newest task of each of these kinds, open or closed."""

    def covers(self, meeting: str) -> Sequence[Cover]:
        """Count a meeting's guests by all their diets together; who is inside on a withdrawn invitation is left out."""

    def notes(self, meeting: str) -> Sequence[Note]:
        """Return what guests who are there wrote of their diet, by seat."""

    def serve(self, served: Served) -> None:
        """Keep that a meal was served; a second time changes nothing."""

    def served(self, meeting: str) -> Mapping[str, Served]:
        """Return the meals of a meeting that were served, by meal."""

    def waited(self, meeting: str, kinds: Iterable[TaskKind]) -> Sequence[Wait]:
        """Return the requests of these kinds that people made in a meeting, not those that the hub raised by itself."""
