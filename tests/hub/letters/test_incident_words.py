"""On one line, wherever it is read, an incident is called by what happened, and a drill a drill before all else."""

from zoneinfo import ZoneInfo

import pytest

from devices.texts import Texts
from hub.domain.alerts import AlertKind
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Language
from hub.letters.incident_words import label_of
from hub.letters.outside import OutsideWords
from hub.letters.pagers import PagerWords
from hub.letters.wording import TEXTS_FOLDER
from hub.web.parts import load_texts
from tests.hub.letters.test_pagers import page

PAGES, LETTERS = load_texts(), Texts.load(TEXTS_FOLDER)
FIRE = {"incident": "i-1", "incident_kind": "fire", "place_zh": "大厅", "place_en": "Grand Hall"}


@pytest.mark.parametrize(
    ("kind", "language", "label"),
    [
        (TaskKind.INCIDENT_EMERGENCY, Language.EN, "Fire"),
        (TaskKind.INCIDENT_TOLD, Language.ZH, "火灾"),
        (TaskKind.INCIDENT_LATE, Language.EN, "A step is overdue · Fire"),
        (TaskKind.INCIDENT_REVIEW, Language.EN, "Incident to review · Fire"),
    ],
)
def test_an_incident_is_called_by_what_happened(kind: TaskKind, language: Language, label: str) -> None:
    """In a drill that stands first, on pagers and outside the house too, whatever else there is no place for."""
    task = page(kind, AlertKind.OFFER, language, FIRE).task
    assert task is not None
    assert label_of(task, PAGES, language) == label
    for why in (AlertKind.OFFER, AlertKind.LATE, AlertKind.REMIND):
        drill = page(kind, why, language, FIRE | {"drill": "yes"})
        assert drill.task is not None
        word = "DRILL" if language is Language.EN else "演练"
        assert word in PagerWords(PAGES, LETTERS).write(drill).glance
        assert word in OutsideWords(PAGES, LETTERS).write(drill.task, language, ZoneInfo("Asia/Shanghai"), why).glance


def test_another_task_keeps_its_own_label() -> None:
    """Also a fault that belongs to an incident: it is mended like any other."""
    task = page(TaskKind.DEVICE_FAULT, AlertKind.OFFER, Language.EN, {"incident": "i-1"}).task
    assert task is not None
    assert label_of(task, PAGES, Language.EN) == PAGES("task.device_fault.label", Language.EN)
