"""Who works at a browser is asked once, and what they write stands safely on other people's screens."""

import pytest
from flask.testing import FlaskClient

from hub.domain.errors import InvalidInput
from hub.ports import Store
from hub.web.shift import clean
from tests.hub.web.scene import OURS, PROGRAM, let_in, on_duty, page, raise_help


def test_the_name_is_asked_once_and_kept(client: FlaskClient, house: Store) -> None:
    """Before it there is a form and no button to take tasks; afterwards the other way round."""
    raise_help(house)
    before = page(client.get("/staff"))
    assert 'id="hello"' in before
    assert "/accept" not in before
    after = page(on_duty(client, " 小  李 ").get("/staff"))
    assert 'id="hello"' not in after
    assert "<bdi>小 李</bdi>" in after
    assert "/accept" in after


def test_the_person_can_change(client: FlaskClient, house: Store) -> None:
    """An empty name ends the shift, and the page asks again."""
    del house
    on_duty(client)
    client.post("/staff/shift", data={"name": " "}, headers=OURS)
    assert 'id="hello"' in page(client.get("/staff"))


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", "a\u202eb", "\u200b", "a\x1bb"])
def test_a_name_that_cannot_stand_on_a_screen_is_refused(client: FlaskClient, name: str) -> None:
    """Nothing empty, endless, invisible, or that turns the direction of writing."""
    with pytest.raises(InvalidInput):
        clean(name)
    if name.strip():
        assert client.post("/staff/shift", data={"name": name}, headers=OURS).status_code == 400
        assert client.post("/staff/shift", data={"name": name}, headers=PROGRAM).get_json()["field"] == "name"


@pytest.mark.parametrize("cookie", ["%E4%BD", "%00", "x" * 500, "%E2%80%AE"])
def test_a_tampered_cookie_counts_as_nobody(stranger: FlaskClient, cookie: str) -> None:
    """Whoever has one is asked to sign in, instead of a page that fails."""
    stranger.set_cookie("yingbin_session", cookie)
    assert stranger.get("/staff").headers["Location"] == "/sign-in?back=/staff"


def test_no_name_is_said_that_somebody_else_signs_in_by(client: FlaskClient, house: Store) -> None:
    """Else what one does would be told of the other."""
    let_in(house, name="老板")
    assert client.post("/staff/shift", data={"name": "老板"}, headers=PROGRAM).get_json()["field"] == "name"
