"""Pages speak the language that was chosen, else the browser's, else the house's."""

import pytest
from flask.testing import FlaskClient

from hub.domain.words import Language
from hub.web.language import inside
from tests.hub.web.scene import EN, OURS, ZH, page


@pytest.mark.parametrize(
    ("accepts", "tag"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW", "zh-CN"),
        ("fr", "zh-CN"),
        ("fr,en;q=0.5", "en"),
        ("en;q=0.4,zh;q=0.8", "zh-CN"),
        ("*;;q=ö", "zh-CN"),
    ],
)
def test_the_browsers_language_leads_until_one_is_chosen(client: FlaskClient, accepts: str, tag: str) -> None:
    """Accept-Language by its weights; the house's own for anything else."""
    assert f'<html lang="{tag}">' in page(client.get("/", headers={"Accept-Language": accepts}))


def test_the_switch_is_remembered_and_leads_back(client: FlaskClient) -> None:
    """Whatever the browser asks for, the person's choice stays; the page is the same one."""
    answer = client.post("/language", data={"language": "en", "back": "/rooms?x=1"}, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rooms?x=1")
    assert '<html lang="en">' in page(client.get("/", headers={"Accept-Language": "zh"}))


def test_a_language_nobody_speaks_is_refused(client: FlaskClient) -> None:
    """Not taken for another one."""
    assert client.post("/language", data={"language": "fr"}, headers=OURS).status_code == 400
    client.set_cookie("yingbin_language", "fr")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "", "x", "/a\r\nb"])
def test_the_switch_leads_nowhere_else(path: str) -> None:
    """A prepared form cannot send anybody to another site."""
    assert inside(path) == "/"


def test_a_name_in_another_script_says_its_language() -> None:
    """So that Chinese characters are drawn and spoken as Chinese on an English page."""
    assert EN.tag_of("王总") == "zh-CN"
    assert EN.tag_of("Ms Li") is None
    assert ZH.tag_of("王总") is None
    assert ZH.other.language is Language.EN
