"""Guests are greeted by name and title in both languages (R144)."""

import pytest

from hub.domain.salutations import salutation, surname
from hub.domain.words import Words


@pytest.mark.parametrize(
    ("name", "known", "zh", "en"),
    [
        ("李雅瑶", {"title": "总经理"}, "李总", "李雅瑶"),
        ("欧阳娜", {"title": "市场总监"}, "欧阳总", "欧阳娜"),
        ("陈晨", {"title": "副教授"}, "陈教授", "陈晨"),
        ("陈晨", {"title": "总工程师"}, "陈总工", "陈晨"),
        ("陈晨", {"title": "项目经理"}, "陈经理", "陈晨"),
        ("李娜", {"said": "女士", "title": "CEO"}, "李女士", "李娜"),
        ("李娜", {"gender": "女"}, "李女士", "李娜"),
        ("李娜", {}, "李娜贵宾", "李娜"),
        ("张三", {"said": "张总 / Mr Zhang"}, "张总", "Mr Zhang"),
        ("李娜", {"said": "Ms Li"}, "李女士", "Ms Li"),
        ("John Smith", {"said": "Mr."}, "Smith 先生", "Mr Smith"),
        ("John Smith", {}, "John Smith 贵宾", "John Smith"),
        ("John Smith", {"title": "CEO"}, "John Smith 贵宾", "John Smith"),
        ("Smith, John", {"said": "Mr"}, "Smith 先生", "Mr Smith"),
        ("Maria Rossi", {"title": "Professor of Optics"}, "Rossi 教授", "Prof. Rossi"),
        ("Jane van der Berg", {"said": "Dr"}, "van der Berg 博士", "Dr van der Berg"),
    ],
)
def test_a_guest_is_greeted_by_what_the_list_says(name: str, known: dict[str, str], zh: str, en: str) -> None:
    """Said salutation, then title, then gender; else the full name."""
    assert salutation(name, **known) == Words(zh, en)


def test_an_assistant_of_the_chief_is_not_greeted_as_the_chief() -> None:
    """总经理助理 and the secretary of a chairman are nobody's 总."""
    assert salutation("李娜", title="总经理助理", gender="女").zh == "李女士"
    assert salutation("李娜", title="董事长秘书").zh == "李娜贵宾"


def test_a_name_whose_order_is_open_is_said_in_full() -> None:
    """Wang Wei may be Mr Wang or Mr Wei, so he is Mr Wang Wei, unless the list has the family name apart."""
    assert salutation("Wang Wei", gender="male").en == "Mr Wang Wei"
    assert salutation("Wang Wei", gender="male", family="Wang").en == "Mr Wang"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("王伟", "王"),
        ("司马相如", "司马"),
        ("诸葛泽桐", "诸葛"),
        ("东方", "东"),
        ("佐藤健一", "佐藤健一"),
        ("阿里木·买买提", "阿里木·买买提"),
    ],
)
def test_a_surname_is_cut_off_only_where_it_is_known(name: str, family: str) -> None:
    """Compound surnames are known; a name of another kind is left whole."""
    assert surname(name) == family
