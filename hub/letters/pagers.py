"""What stands on a pager's screen: what, who, where, until when, on one line that fits (S1). Pure."""

from zoneinfo import ZoneInfo

from devices.contract.alerts import DETAIL_COLUMNS, GLANCE_COLUMNS, LABEL_COLUMNS, Act
from devices.contract.limits import columns
from devices.texts import Texts
from hub.domain.alerts import AlertKind
from hub.domain.task_kinds import RULES
from hub.domain.tasks import Task
from hub.letters.due_time import due_time
from hub.letters.fitting import fitted
from hub.letters.incident_words import label_of
from hub.usecases.page_alerts import Page, Paged

_LEAST = 8
"""Columns of a cut text that still say something."""

_TO_TAKE = frozenset({AlertKind.OFFER})
_ABOUT_NO_TASK = frozenset({AlertKind.DIGEST, AlertKind.TEST})
_TO_DO = frozenset({AlertKind.REMIND, AlertKind.RUSH, AlertKind.GIVEN})


class PagerWords:
    """Writes alerts. ``pages`` has the words for tasks (``task.<kind>.label``), ``letters`` those for pagers."""

    def __init__(self, pages: Texts, letters: Texts) -> None:
        """Keep the catalogues. Raises BadTexts for an answer whose word is too wide for the screen."""
        self._pages = pages
        self._letters = letters

    def write(self, page: Page) -> Paged:
        """Write one alert in the language of whoever wears the pager."""
        alert, task, language = page.alert, page.task, page.language.value
        if alert.kind is AlertKind.OVER:
            key, by = ("pager.taken", alert.who) if alert.who else ("pager.over", "")
            return Paged(fitted(self._letters(key, language, by=by), GLANCE_COLUMNS))
        if task is None or alert.kind in _ABOUT_NO_TASK:
            said = self._letters(f"pager.why.{alert.kind}", language)
            return Paged(fitted(said, GLANCE_COLUMNS), offers=self._offers((Act.SEEN,), language))
        glance, left = self._glance(page, task)
        between = self._letters("pager.between", language)
        more = [*left, " ".join(task.facts.get("text", "").split())]
        detail = fitted(between.join(part for part in more if part), DETAIL_COLUMNS)
        return Paged(glance, detail, self._offers(_acts(page, task), language))

    def _glance(self, page: Page, task: Task) -> tuple[str, list[str]]:
        """Return the line, and what found no place on it; what and why it is comes first, then by when."""
        alert, language, say = page.alert, page.language.value, self._letters
        facts = {name: " ".join(text.split()) for name, text in task.facts.items()}
        label = label_of(task, self._pages, language)
        label += f" ×{alert.count}" if alert.count > 1 else ""
        why = "" if alert.kind is AlertKind.OFFER else say(f"pager.why.{alert.kind}", language)
        until = say("pager.until", language, time=due_time(task, ZoneInfo(page.zone), language))
        who = facts.get(f"salutation_{language}") or facts.get("salutation") or facts.get("name", "")
        where = next(filter(None, (facts.get(f"{one}_{language}") or facts.get(one) for one in _PLACES)), "")
        thing = next(filter(None, (facts.get(f"{one}_{language}") or facts.get(one) for one in _THINGS)), "")
        between = say("pager.between", language)
        label = fitted(label, GLANCE_COLUMNS - columns(between.join(filter(None, (why, until))) + between))
        chosen, left = [part for part in (why, label) if part], []
        room = GLANCE_COLUMNS - columns(between.join([*chosen, until]))
        for part in (who, where, thing):
            if not part:
                continue
            free = room - columns(between)
            if columns(part) > free:
                left.append(part)
            if columns(part) <= free or free >= _LEAST:
                chosen.append(fitted(part, free))
                room = free - columns(chosen[-1])
        return between.join([*chosen, until]), left

    def _offers(self, acts: tuple[Act, ...], language: str) -> tuple[tuple[Act, str], ...]:
        return tuple((act, fitted(self._letters(f"pager.act.{act}", language), LABEL_COLUMNS)) for act in acts)


_PLACES = ("chair", "place", "door", "room", "device")
_THINGS = ("thing", "what", "drink")


def _acts(page: Page, task: Task) -> tuple[Act, ...]:
    """Return the answers, in the order in which a pager with two buttons takes the first and the last.

    So it offers accept and pass on, and then done and pass on. What ends with a list is not done by a button.
    """
    done = () if RULES[task.kind].signed or task.open_steps() else (Act.DONE,)
    if page.alert.kind in _TO_TAKE:
        return (Act.ACCEPT, *done, Act.PASS_ON)
    return (*done, Act.PASS_ON) if page.alert.kind in _TO_DO else (Act.SEEN,)
