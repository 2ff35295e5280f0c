"""What stands on a pager: every kind of alert about every kind of task fits, in both languages."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from devices.contract.alerts import DETAIL_COLUMNS, GLANCE_COLUMNS, LABEL_COLUMNS, Act
from devices.contract.limits import columns
from devices.texts import Texts
from hub.domain.alerts import Alert, AlertKind, Channel, Ring
from hub.domain.escalation import Priority
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Language
from hub.letters.fitting import fitted
from hub.letters.pagers import PagerWords
from hub.letters.wording import TEXTS_FOLDER
from hub.usecases.page_alerts import Page
from hub.web.parts import load_texts

WORDS = PagerWords(load_texts(), Texts.load(TEXTS_FOLDER))
AT = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
WITHOUT_A_TIME = {AlertKind.OVER, AlertKind.TEST, AlertKind.DIGEST}
SHORT = {"salutation_zh": "王总", "salutation_en": "Mr Wang", "door_zh": "3号门", "door_en": "Door 3"}
LONG = {
    f"{name}_{language}": ("国际会议中心贵宾接待" if language == "zh" else "Grand International Reception ") * 6
    for name, language in itertools.product(("salutation", "place", "thing", "chair"), ("zh", "en"))
} | {"text": "很长的问题 " * 40, "name": "欧阳" * 20}


def page(kind: TaskKind, why: AlertKind, language: Language, facts: dict[str, str], **changes: object) -> Page:
    """Return an alert about a task."""
    task = Task(
        id="t", kind=kind, dedupe="d", created_at=AT, due_at=AT + timedelta(minutes=2), facts=facts, meeting="m"
    )
    alert = Alert(
        id="a",
        person="小李",
        channel=Channel.PAGER,
        kind=why,
        ring=Ring.LOUD,
        priority=Priority.HIGH,
        tag="t",
        created_at=AT,
        expires_at=AT + timedelta(hours=1),
        task="t",
    )
    return Page(replace(alert, **changes), language, "Asia/Shanghai", task)  # type: ignore[arg-type]


@pytest.mark.parametrize("facts", [{}, SHORT, LONG], ids=["bare", "short", "long"])
@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_alert_fits_on_the_screen(kind: TaskKind, facts: dict[str, str]) -> None:
    """S1: 24 Chinese characters or 48 letters for each kind, cause and language; and the deadline is always there."""
    for why, language in itertools.product(AlertKind, Language):
        said = WORDS.write(page(kind, why, language, facts, count=3, who="小陈"))
        assert 0 < columns(said.glance) <= GLANCE_COLUMNS
        assert columns(said.detail) <= DETAIL_COLUMNS
        assert len(said.offers) <= 3
        assert all(0 < columns(label) <= LABEL_COLUMNS and "…" not in label for _, label in said.offers)
        assert why in WITHOUT_A_TIME or "14:02" in said.glance


@pytest.mark.parametrize(
    ("language", "glance"),
    [(Language.ZH, "贵宾到场 · 王总 · 3号门 · 14:02 前"), (Language.EN, "VIP arrival · Mr Wang · Door 3 · by 14:02")],
)
def test_the_line_says_what_who_where_and_by_when_in_the_wearers_language(language: Language, glance: str) -> None:
    """On the house's clock."""
    assert WORDS.write(page(TaskKind.VIP_ARRIVAL, AlertKind.OFFER, language, SHORT)).glance == glance


def test_what_finds_no_place_on_the_line_stands_below_it() -> None:
    """Cut on the line, whole in the detail as far as that goes."""
    facts = SHORT | {"place_zh": "国际会议中心二层东侧贵宾接待厅"}
    said = WORDS.write(page(TaskKind.VIP_ARRIVAL, AlertKind.OFFER, Language.ZH, facts))
    assert said.glance == "贵宾到场 · 王总 · 国际会议中心二层东… · 14:02 前"
    assert said.detail == facts["place_zh"]


def test_a_task_with_a_list_offers_no_done() -> None:
    """It ends when its list is ticked or signed, at a tablet; anything else a button may end."""
    with_steps = page(TaskKind.VIP_ARRIVAL, AlertKind.OFFER, Language.EN, {})
    assert RULES[TaskKind.VIP_ARRIVAL].steps
    assert [act for act, _ in WORDS.write(with_steps).offers] == [Act.ACCEPT, Act.PASS_ON]
    without = page(TaskKind.DRINK, AlertKind.OFFER, Language.EN, {})
    assert [act for act, _ in WORDS.write(without).offers] == [Act.ACCEPT, Act.DONE, Act.PASS_ON]
    mine = page(TaskKind.DRINK, AlertKind.REMIND, Language.EN, {})
    assert [act for act, _ in WORDS.write(mine).offers] == [Act.DONE, Act.PASS_ON]
    late = page(TaskKind.DRINK, AlertKind.LATE, Language.EN, {})
    assert [act for act, _ in WORDS.write(late).offers] == [Act.SEEN]


def test_over_says_who_has_it_and_offers_nothing() -> None:
    """小李 已接 (S3); or that nobody is needed."""
    taken = WORDS.write(page(TaskKind.DRINK, AlertKind.OVER, Language.ZH, {}, who="小李"))
    assert (taken.glance, taken.offers) == ("小李 已接", ())
    assert WORDS.write(page(TaskKind.DRINK, AlertKind.OVER, Language.EN, {})).glance == "No longer needed"


@pytest.mark.parametrize("kind", [AlertKind.TEST, AlertKind.DIGEST])
def test_an_alert_about_no_task_asks_to_be_seen(kind: AlertKind) -> None:
    """The check at the start of a shift (S21), and a flood."""
    for language in Language:
        said = WORDS.write(replace(page(TaskKind.DRINK, kind, language, {}), task=None))
        assert [act for act, _ in said.offers] == [Act.SEEN]
        assert "…" not in said.glance


@pytest.mark.parametrize(("most", "said"), [(6, "王建国"), (5, "王建…"), (4, "王…"), (1, "…")])
def test_a_text_is_cut_where_it_is_full(most: int, said: str) -> None:
    """The mark needs a column too."""
    assert fitted("王建国", most) == said
