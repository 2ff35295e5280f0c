"""The briefing: one page about house, meeting and guest, to read on the way (R90)."""

import pytest
from flask.testing import FlaskClient

from hub.domain.guests import Diet
from hub.domain.house_answers import HouseAnswer
from hub.domain.meetings import Place, Venue
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import meeting
from tests.hub.web.scene import furnish_house, page, person, pick_up

BRIEFING = "/staff/meetings/launch/briefing"
TOLD = {
    "zh": "云栖会议中心在西湖之畔 停车场在东侧 发布会 大厅 新品发布 茶歇 穿过大堂 无线网络 东门",
    "en": "by·the·West·Lake on·the·east·side Launch Grand·Hall The·launch Tea Across·the·lobby Wi-Fi East·Gate",
}
ABOUT_THE_GUEST = {
    "zh": "王建国 总经理 腾云 王总 Mr·Wang 陈明 素食 花生过敏 请走无台阶通道 走坡道 预计·09:50·到达机场 小李",
    "en": "王建国 Mr·Wang Vegetarian 花生过敏 Needs·a·way·without·steps Take·the·ramp At·the·airport·09:50",
}


@pytest.fixture
def house(sqlite_store: Store) -> Store:
    """Give a house that tells all there is to tell."""
    vip = person(1, diets=frozenset({Diet.VEGETARIAN}), diet_note="花生过敏", step_free=True, phone="138 0013 8000")
    store = furnish_house(sqlite_store, vip)
    with store.write() as tx:
        about = Words("云栖会议中心在西湖之畔", "Yunqi Centre stands by the West Lake")
        parking = Words("停车场在东侧", "Car park on the east side")
        name = Words("云栖会议中心", "Yunqi Centre")
        tx.meetings.save_venue(Venue(name=name, zone="Asia/Shanghai", parking=parking, about=about))
        way, ramp = Words("穿过大堂", "Across the lobby"), Words("走坡道", "Take the ramp")
        hall = Words("大厅", "Grand Hall")
        tx.meetings.save_place(Place(device="kiosk-1", key="hall", name=hall, way=way, step_free_way=ramp))
        answers = [(None, "wifi", Words("无线网络", "Wi-Fi")), ("m-other", "other/x", Words("另一场", "Elsewhere"))]
        tx.meetings.save(meeting("other"))
        tx.answers.put(HouseAnswer(key=key, question=q, answer=q, meeting=of) for of, key, q in answers)
    return store


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_page_tells_of_the_house_the_meeting_and_the_guest(
    client: FlaskClient, house: Store, language: str
) -> None:
    """介紹公司基本情況和會議安排; and nothing of other meetings."""
    pick_up(house, 1, 30)
    client.set_cookie("yingbin_language", language)
    text = page(client.get(f"{BRIEFING}?guest=inv-1"))
    for words in (*TOLD[language].split(), *ABOUT_THE_GUEST[language].split()):
        assert words.replace("·", " ") in text
    assert 'href="tel:13800138000"' in text
    assert "另一场" not in text
    assert "Elsewhere" not in text


def test_without_a_guest_it_tells_of_house_and_meeting_alone(client: FlaskClient, house: Store) -> None:
    """For whoever hosts; linked from the meeting's page."""
    del house
    text = page(client.get(BRIEFING))
    assert "在西湖之畔" in text
    assert "王建国" not in text
    assert f'href="{BRIEFING}"' in page(client.get("/staff/meetings/launch"))


@pytest.mark.parametrize("guest", ["nobody", "inv-99"])
def test_a_guest_of_nowhere_is_not_found(client: FlaskClient, house: Store, guest: str) -> None:
    """Nor is one of another meeting."""
    del house
    assert client.get(f"{BRIEFING}?guest={guest}").status_code == 404
    assert client.get("/staff/meetings/other/briefing?guest=inv-1").status_code == 404


def test_a_house_that_says_nothing_has_a_short_briefing(client: FlaskClient, sqlite_store: Store) -> None:
    """Headings without a text below are left out."""
    furnish_house(sqlite_store)
    text = page(client.get(f"{BRIEFING}?guest=inv-2"))
    assert "会议安排" in text
    for heading in ("我们是谁", "会场须知", "从门口怎么走"):
        assert heading not in text
