import pytest

from hub.domain.house_answers import HouseAnswer, fitting
from hub.domain.words import Words


def _answer(key: str, zh: str, en: str, meeting: str | None = None) -> HouseAnswer:
    return HouseAnswer(key=key, question=Words(zh, en), answer=Words("答", "a"), meeting=meeting)


ANSWERS = (
    _answer("wifi", "无线网络怎么连接？", "How do I get on the Wi-Fi?"),
    _answer("agenda", "今天的议程是什么？", "What is on the programme today?"),
    _answer("lunch", "午餐在哪里？", "Where is lunch served?", "m-launch"),
    _answer("coat", "衣物和行李放在哪里？", "Where can I leave coat and luggage?"),
    _answer("parking", "停车收费吗？", "Is parking free?"),
)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("请问无线网络怎么连？", "wifi"),
        ("How does one get on the wifi please", "wifi"),
        ("午餐在哪里吃", "lunch"),
        ("where is lunch", "lunch"),
        ("行李可以放在哪里", "coat"),
        ("停车要收费吗", "parking"),
        ("IS PARKING FREE", "parking"),
    ],
)
def test_a_question_that_the_house_can_answer_is_known(said: str, key: str) -> None:
    """However it is worded, as long as it speaks of the same (R149)."""
    found = fitting(said, ANSWERS, "m-launch")
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "said", ["洗手间在哪里？", "Where is the restroom?", "李总需要增加素食选项", "发票什么时候开", "", "？", "a", "茶"]
)
def test_nothing_is_made_up_for_another_question(said: str) -> None:
    """Sharing only "where is" is sharing nothing."""
    assert fitting(said, ANSWERS, "m-launch") is None


def test_the_answer_of_another_meeting_is_not_given() -> None:
    """Its lunch is elsewhere."""
    assert fitting("午餐在哪里", ANSWERS, "m-other") is None
