"""[[task_kinds]]: what the house wants otherwise of a kind of task: its time, who is asked when, how loud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from devices.contract.limits import Items, Number
from devices.settings import Mistake
from hub.domain.escalation import Rung
from hub.domain.task_kinds import RULES, TaskKind, TaskRule

Seconds = Annotated[float, Number(0, 86_400)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings:
    """One kind of task. What is left out stays as it is.

    ``within_s`` is how long it may take; ``asked_after_s`` when each step of its chain is taken, counted from the
    first, all in seconds; ``urgent`` rings aloud, ``quiet`` only trembles.
    """

    kind: TaskKind
    within_s: Annotated[float, Number(10, 604_800)] | None = None
    asked_after_s: Annotated[tuple[Seconds, ...], Items(8)] = ()
    urgent: bool | None = None
    quiet: bool | None = None


def house_rules(settings: Sequence[KindSettings]) -> Mapping[TaskKind, TaskRule]:
    """Return the rules as the house wants them, for the kinds that it names."""
    return {one.kind: _changed(RULES[one.kind], one) for one in settings}


def mistakes_of(settings: Sequence[KindSettings]) -> list[Mistake]:
    """Return what cannot be: a kind that stands twice, or times that do not fit its chain."""
    found, seen = [], set()
    for number, one in enumerate(settings):
        at = f"task_kinds[{number}]"
        if one.kind in seen:
            found.append(Mistake(f"{at}.kind", f"{one.kind} stands twice"))
        seen.add(one.kind)
        chain = RULES[one.kind].chain
        if not one.asked_after_s:
            continue
        levels = ", ".join(rung.level for rung in chain)
        if len(one.asked_after_s) != len(chain):
            found.append(Mistake(f"{at}.asked_after_s", f"give {len(chain)} times, for {levels}"))
        elif one.asked_after_s[0] != 0 or any(later <= sooner for sooner, later in pairwise(one.asked_after_s)):
            found.append(Mistake(f"{at}.asked_after_s", "begin with 0, and let each be later than the one before"))
    return found


def _changed(rule: TaskRule, one: KindSettings) -> TaskRule:
    if one.within_s is not None:
        rule = replace(rule, within=timedelta(seconds=one.within_s))
    if one.asked_after_s:
        times = zip(one.asked_after_s, rule.chain, strict=True)
        rule = replace(rule, asking=tuple(Rung(timedelta(seconds=after), rung.level) for after, rung in times))
    if one.urgent is not None:
        rule = replace(rule, urgent=one.urgent)
    return rule if one.quiet is None else replace(rule, quiet=one.quiet)
