"""Outside the house nobody reads more of a guest than a family name, whatever a task holds."""

import re
from zoneinfo import ZoneInfo

import pytest

from devices.contract.alerts import GLANCE_COLUMNS
from devices.contract.limits import columns
from devices.texts import Texts
from hub.domain.alerts import AlertKind
from hub.domain.salutations import salutation
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task
from hub.letters.outside import OutsideWords, called
from hub.letters.wording import TEXTS_FOLDER
from hub.web.parts import load_texts
from tests.hub.build import at

ZONE = ZoneInfo("Asia/Shanghai")
WORDS = OutsideWords(load_texts(), Texts.load(TEXTS_FOLDER))

CANARIES = {
    "name": "王建国",
    "salutation_zh": "王总",
    "salutation_en": "Mr Wang",
    "title": "董事长金丝雀",
    "company": "金丝雀集团",
    "host": "赵金丝雀",
    "other": "李雷金丝雀",
    "owner": "钱金丝雀",
    "phone": "138 0013 8000",
    "greeter": "孙金丝雀",
    "greeter_phone": "+86-139-1234-5678",
    "text": "请打 13700001111 找王建国",
    "note": "too_cold",
    "likes": "金丝雀茶",
    "told": "A-3-5",
    "seat": "A-3-5",
    "invitation": "inv-canary",
    "doors_1": "canary",
    "place_zh": "3 号航站楼，王建国接",
    "place_en": "Terminal 3, call 139 1234 5678",
    "door_zh": "3 号门",
    "door_en": "Door 3",
    "room_zh": "大厅",
    "room_en": "Grand Hall",
    "thing_zh": "投影仪（李雷金丝雀用）",
    "thing_en": "Projector",
    "what_zh": "找王 建国",
    "what_en": "Chairs 3/5",
}
SEEN = ("建国", "金丝雀", "董事长", "canary", "13800138000", "13912345678", "13700001111")


def task(kind: TaskKind, facts: dict[str, str]) -> Task:
    """Return a task of a kind, due at 09:05 in Shanghai."""
    return Task(id="task-1", kind=kind, dedupe="x", created_at=at(0), due_at=at(300), facts=facts)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(TaskKind))
def test_no_kind_of_task_tells_a_name_a_number_or_what_somebody_wrote(kind: TaskKind, language: str) -> None:
    """Every fact that a person may stand in is a canary, also in the names of places and things."""
    said = WORDS.write(task(kind, CANARIES), language, ZONE)
    squeezed = re.sub(r"[\s+-]", "", said.glance + said.detail)
    assert [one for one in SEEN if one in squeezed] == []
    assert ("王总" if language == "zh" else "Mr Wang") in said.glance + said.detail


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_kind_of_task_fits_a_locked_screen_and_names_its_deadline(kind: TaskKind, language: str) -> None:
    """Also where rooms have long names; the bots find their keyword in each."""
    long = {
        "room_zh": "东翼二楼国际多功能会议厅及贵宾休息区",
        "room_en": "International Conference Hall, East Wing, Level 2",
    }
    nowhere = {"door_zh": "", "door_en": "", "place_zh": "", "place_en": ""}
    every = [({}, AlertKind.OFFER), (CANARIES, AlertKind.LATE), (long, AlertKind.RUSH)]
    for facts, why in [*every, (CANARIES | long | nowhere, AlertKind.REMIND), (long | nowhere, AlertKind.GIVEN)]:
        said = WORDS.write(task(kind, facts), language, ZONE, why)
        assert columns(said.glance) <= GLANCE_COLUMNS
        assert said.glance.isprintable()
        assert said.glance.endswith("09:05 前" if language == "zh" else "by 09:05")
        assert "迎宾" in said.detail
    assert set(RULES) == set(TaskKind)


def test_a_message_says_what_who_where_and_by_when() -> None:
    """What has no room on the first line stands below it."""
    said = WORDS.write(task(TaskKind.VIP_ARRIVAL, CANARIES | {"place_zh": ""}), "zh", ZONE)
    assert said.glance == "贵宾到场 · 王总 · 3 号门 · 09:05 前"
    said = WORDS.write(task(TaskKind.DEVICE_FAULT, {"room_en": "Grand Hall", "thing_en": "Projector"}), "en", ZONE)
    assert said.glance == "Device fault · Grand Hall · Projector · by 09:05"


@pytest.mark.parametrize(
    ("name", "given", "zh", "en"),
    [
        ("王建国", {"title": "总经理"}, "王总", ""),
        ("欧阳娜娜", {"said": "女士"}, "欧阳女士", ""),
        ("王建国", {}, "", ""),  # 王建国贵宾 would be the whole name
        ("Na Li", {"said": "Ms Li"}, "", "Ms Li"),
        ("John Smith", {"gender": "male"}, "Smith 先生", "Mr Smith"),
        ("John Smith", {}, "", ""),
        ("Madonna", {"gender": "female"}, "", ""),
        ("王建国", {"said": "王建国先生 / Mr Wang Jianguo"}, "", ""),
        ("王建国", {"said": "王先生 13800138000"}, "", ""),
    ],
)
def test_a_guest_is_called_by_family_name_and_honorific_or_not_at_all(
    name: str, given: dict[str, str], zh: str, en: str
) -> None:
    """A salutation that may hold the whole name is not used."""
    words = salutation(name, **given)
    facts = {"name": name, "salutation_zh": words.zh, "salutation_en": words.en}
    assert called(facts, "zh") == zh, words
    assert called(facts, "en") == en or (has_pinyin(words.en) and called(facts, "en") == words.en), words


def has_pinyin(text: str) -> bool:
    """Say whether a salutation is an honorific and one word."""
    return re.fullmatch(r"(Mr|Ms|Mrs|Dr|Prof)\.? [A-Z][a-z]+", text) is not None


@pytest.mark.parametrize("kind", [one for one in TaskKind if "incident" in one or one.startswith("emergency")])
def test_a_drill_says_first_of_all_that_it_is_one(kind: TaskKind) -> None:
    """And which incident it plays; nobody outside takes it for a fire."""
    facts = {"incident_kind": "fire", "drill": "yes", "place_zh": "大厅", "place_en": "Grand Hall"}
    for why in (AlertKind.OFFER, AlertKind.LATE):
        said = WORDS.write(task(kind, facts), "en", ZONE, why)
        assert "DRILL · Fire · Grand Hall" in said.glance
        assert columns(said.glance) <= GLANCE_COLUMNS
        assert "DRILL, not a real incident" in said.detail
    assert "DRILL" not in WORDS.write(task(kind, facts | {"drill": ""}), "en", ZONE).glance


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_flood_is_one_line_and_a_test_says_so(language: str) -> None:
    """Both with the keyword that bots want."""
    for said in (WORDS.digest(language, 12), WORDS.test(language)):
        assert columns(said.glance) <= GLANCE_COLUMNS
        assert "迎宾" in said.detail
    assert "12" in WORDS.digest(language, 12).glance


def test_a_guest_whose_salutation_is_not_sure_is_a_guest() -> None:
    """王建国贵宾 becomes 贵宾."""
    facts = {"name": "王建国", "salutation_zh": "王建国贵宾", "salutation_en": "王建国"}
    assert WORDS.write(task(TaskKind.HELP, facts), "zh", ZONE).glance == "宾客需要帮助 · 贵宾 · 09:05 前"
    assert WORDS.write(task(TaskKind.HELP, facts), "en", ZONE).glance == "A guest needs help · a guest · by 09:05"


def test_only_what_has_no_room_is_cut() -> None:
    """A mark stands where something is missing, and nowhere else."""
    facts = {"incident_kind": "equipment_failure", "drill": "yes", "place_en": "Grand Hall"}
    said = WORDS.write(task(TaskKind.INCIDENT_TOLD, facts), "en", ZONE, AlertKind.LATE)
    assert said.glance == "Late: DRILL · Equipment failure · by 09:05"
    assert said.detail.startswith("Grand Hall · An incident\n")
