"""The application as a whole: which routes there are, and that every page draws in both languages."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.ports import Store
from hub.web import parts as web_parts
from tests.hub.web.scene import OURS, TEXTS, arrive, on_duty, page, pick_up, raise_help

ROUTES = {
    "/": {"GET"},
    "/sign-in": {"GET", "POST"},
    "/sign-in/link": {"POST"},
    "/sign-in/passkey": {"POST"},
    "/sign-in/passkey/options": {"POST"},
    "/sign-out": {"POST"},
    "/again": {"GET", "POST"},
    "/again/passkey": {"POST"},
    "/again/passkey/options": {"POST"},
    "/setup": {"GET", "POST"},
    "/invited": {"GET", "POST"},
    "/account": {"GET"},
    "/account/password": {"POST"},
    "/account/passkeys": {"POST"},
    "/account/passkeys/options": {"POST"},
    "/account/passkeys/<key>/remove": {"POST"},
    "/account/sessions/end": {"POST"},
    "/account/sessions/<session>/end": {"POST"},
    "/accounts": {"GET", "POST"},
    "/accounts/<account>/<step>": {"POST"},
    "/staff": {"GET"},
    "/staff/shift": {"POST"},
    "/staff/view": {"POST"},
    "/staff/sign-in": {"GET", "POST"},
    "/staff/sign-out": {"POST"},
    "/staff/join": {"GET", "POST"},
    "/staff/break": {"POST"},
    "/staff/hand-over": {"POST"},
    "/staff/test": {"POST"},
    "/staff/alerts": {"GET"},
    "/staff/alerts/here": {"POST"},
    "/staff/alerts/<alert>/<receipt>": {"POST"},
    "/staff/board": {"GET"},
    "/staff/board/tasks/<task>/<step>": {"POST"},
    "/staff/keys": {"GET"},
    "/staff/keys/meetings/<key>/roll": {"POST"},
    "/staff/keys/revoke": {"POST"},
    "/staff/guests/<invitation>/code": {"POST"},
    "/staff/guests/<invitation>/new-code": {"POST"},
    "/staff/guests/<invitation>/withdraw": {"POST"},
    "/staff/guests/<invitation>/restore": {"POST"},
    "/staff/people": {"GET", "POST"},
    "/staff/people/<key>/<step>": {"POST"},
    "/staff/people/<key>/pin": {"POST"},
    "/staff/people/<key>/badge": {"POST"},
    "/staff/people/tablets": {"POST"},
    "/staff/people/tablets/<tablet>/remove": {"POST"},
    "/staff/shifts": {"GET", "POST"},
    "/staff/shifts/remove": {"POST"},
    "/staff/shifts/meetings/<key>": {"POST"},
    "/staff/part": {"GET", "POST"},
    "/staff/new": {"GET", "POST"},
    "/staff/tasks/<task>/<tap>": {"POST"},
    "/staff/tasks/<task>/ticks/<step>": {"POST"},
    "/staff/tasks/<task>/snooze": {"POST"},
    "/staff/requests": {"POST"},
    "/staff/requests/new": {"GET", "POST"},
    "/staff/meetings/<key>": {"GET"},
    "/staff/messages": {"GET"},
    "/staff/messages/<message>/told": {"POST"},
    "/staff/meetings/<key>/hand-outs/<hand_out>/give": {"POST"},
    "/staff/meetings/<key>/inside": {"GET"},
    "/staff/meetings/<key>/cards": {"GET"},
    "/staff/meetings/<key>/cards.csv": {"GET"},
    "/staff/meetings/<key>/cards/<invitation>/drop": {"POST"},
    "/staff/meetings/<key>/paper": {"GET"},
    "/staff/meetings/<key>/paper/enter": {"POST"},
    "/staff/meetings/<key>/rehearsal": {"GET", "POST"},
    "/staff/meetings/<key>/agenda": {"GET", "POST"},
    "/staff/meetings/<key>/agenda/speaker": {"GET"},
    "/staff/meetings/<key>/house-work": {"GET"},
    "/staff/meetings/<key>/house-work/sign": {"POST"},
    "/staff/meetings/<key>/house-work/send-back": {"POST"},
    "/staff/meetings/<key>/diet-labels": {"GET"},
    "/staff/meetings/<key>/drinks/<drink>": {"POST"},
    "/staff/rounds": {"POST"},
    "/staff/tasks/<task>/served": {"POST"},
    "/staff/meetings/<key>/rehearsal/look": {"POST"},
    "/staff/meetings/<key>/rehearsal/pass": {"POST"},
    "/staff/meetings/<key>/briefing": {"GET"},
    "/staff/incidents": {"GET", "POST"},
    "/staff/incidents/new": {"GET"},
    "/staff/incidents/<incident>": {"GET"},
    "/staff/incidents/<incident>/<move>": {"POST"},
    "/staff/incidents/<incident>/steps/<int:position>": {"POST"},
    "/staff/incidents/<incident>/roll": {"GET"},
    "/staff/incidents/<incident>/roll/<found>": {"POST"},
    "/staff/drills": {"GET"},
    "/staff/remarks": {"GET", "POST"},
    "/staff/inside": {"GET"},
    "/staff/inside/<one>": {"POST"},
    "/staff/transfers": {"GET"},
    "/staff/transfers/<invitation>/<to>": {"POST"},
    "/staff/transfers/<invitation>/change": {"POST"},
    "/staff/rulings": {"GET"},
    "/staff/guests/<invitation>": {"GET"},
    "/staff/guests/<invitation>/tell-apart": {"POST"},
    "/staff/guests/<invitation>/privacy": {"GET"},
    "/staff/guests/<invitation>/privacy/file": {"POST"},
    "/staff/guests/<invitation>/privacy/erase": {"POST"},
    "/audit": {"GET", "POST"},
    "/staff/scans/<scan>/rule": {"POST"},
    "/desk": {"GET"},
    "/desk/empty/<meeting>": {"POST"},
    "/desk/questions/<conflict>": {"POST"},
    "/desk/sources/<source>/let-through": {"POST"},
    "/rooms": {"GET"},
    "/rooms/<path:key>": {"GET"},
    "/rooms/kiosks": {"GET"},
    "/rooms/kiosks/<device>/screenshot": {"POST"},
    "/rooms/kiosks/<device>/screenshot.webp": {"GET"},
    "/rooms/waiting": {"GET"},
    "/rooms/spares": {"GET"},
    "/staff/health": {"GET"},
    "/rooms/spares/<path:label>/<found>": {"POST"},
    "/rooms/swap/<task>": {"GET", "POST"},
    "/rooms/checks/<key>": {"GET", "POST"},
    "/rooms/conditions": {"GET"},
    "/rooms/conditions/<condition>/<step>": {"POST"},
    "/rooms/conditions.csv": {"GET"},
    "/rooms/devices/<device>": {"GET"},
    "/rooms/devices/<device>/<step>": {"POST"},
    "/panel/<path:room>": {"GET", "POST"},
    "/events": {"GET"},
    "/healthz": {"GET"},
    "/metrics": {"GET"},
    "/language": {"POST"},
    "/token": {"GET"},
    "/.well-known/security.txt": {"GET"},
    "/api/v1/devices/authority": {"GET"},
    "/api/v1/devices/join": {"POST"},
    "/api/v1/devices/collect": {"POST"},
    "/api/v1/devices/renew": {"POST"},
    "/rooms/devices": {"GET"},
    "/rooms/devices/<device>/open": {"POST"},
    "/rooms/devices/<device>/approve": {"POST"},
    "/rooms/devices/<device>/turn-away": {"POST"},
    "/rooms/devices/<device>/revoke": {"POST"},
    "/rooms/devices/<device>/throw-out": {"POST"},
    "/trust": {"GET"},
    "/trust/ca.crt": {"GET"},
    "/api/v1/openapi.json": {"GET"},
    "/api/v1/conditions": {"GET"},
    "/api/v1/conditions/<condition>": {"GET"},
    "/api/v1/conditions/<condition>/acknowledge": {"POST"},
    "/api/v1/conditions/<condition>/take-back": {"POST"},
    "/api/v1/conditions/<condition>/comment": {"POST"},
    "/api/v1/conditions/<condition>/assign": {"POST"},
    "/api/v1/conditions/<condition>/clear": {"POST"},
    "/api/v1/points": {"GET"},
    "/api/v1/points/<point>": {"GET"},
    "/api/v1/points/<point>/readings": {"GET"},
    "/api/v1/points/<point>/readings.csv": {"GET"},
    "/static/<path:filename>": {"GET"},
}
PAGES = (
    "/",
    "/sign-in",
    "/again",
    "/invited",
    "/account",
    "/accounts",
    "/staff",
    "/staff/new",
    "/staff/sign-in",
    "/staff/join",
    "/staff/board",
    "/staff/people",
    "/staff/shifts",
    "/staff/part",
    "/staff/requests/new",
    "/staff/meetings/launch",
    "/staff/meetings/launch/inside",
    "/staff/meetings/launch/cards",
    "/staff/meetings/launch/paper",
    "/staff/meetings/launch/briefing",
    "/staff/meetings/launch/briefing?guest=inv-1",
    "/staff/incidents",
    "/staff/incidents/new",
    "/staff/incidents/new?kind=fire",
    "/staff/inside",
    "/staff/remarks",
    "/staff/drills",
    "/staff/transfers",
    "/staff/rulings",
    "/staff/guests/inv-1",
    "/staff/guests/inv-1/privacy",
    "/audit",
    "/desk",
    "/rooms",
    "/rooms/hall",
    "/rooms/kiosks",
    "/rooms/waiting",
    "/rooms/conditions",
    "/rooms/spares",
    "/staff/health",
    "/rooms/checks/launch",
    "/panel/hall",
    "/trust",
)
WEB = Path(web_parts.__file__).parent


def test_every_route_is_listed_here_with_its_methods(app: Flask) -> None:
    """A new way in must be added here, so that nobody forgets to think about its guard."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    assert found == ROUTES


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_every_page_draws_in_both_languages(
    client: FlaskClient, house: Store, path: str, language: str, tag: str
) -> None:
    """Each page says its language to browsers and screen readers."""
    arrive(house, 1, 2, 3)
    raise_help(house)
    pick_up(house, 4, 30)
    on_duty(client)
    client.set_cookie("yingbin_language", language)
    text = page(client.get(path))
    assert f'<html lang="{tag}">' in text
    assert "data-since=" in text


@pytest.mark.parametrize("path", ["/", "/staff", "/rooms"])
def test_pages_draw_before_anything_was_imported(client: FlaskClient, path: str) -> None:
    """A fresh hub is no error: its pages say that there is nothing yet."""
    assert "还没有" in page(client.get(path)) or "没有任务" in page(client.get(path))


def test_no_page_holds_inline_scripts_or_styles(client: FlaskClient, house: Store) -> None:
    """The content security policy would drop them without a word."""
    arrive(house, 1)
    raise_help(house)
    for path in (*PAGES, "/nowhere"):
        text = client.get(path).get_data(as_text=True)
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text), path


def test_every_text_is_said_somewhere_and_every_text_said_is_there() -> None:
    """Keys of templates and code are in the catalogues; whole keys that nobody names are left over."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for kind in ("*.py", "*.html", "*.svg") for path in WEB.rglob(kind)
    )
    said = set(re.findall(r"""say(?:_or)?\(f?["']([a-z_]+(?:\.[a-z_]+)+)["']""", source))
    assert said <= set(TEXTS.keys())
    begun = set(re.findall(r"""["'](\w+(?:\.\w+)*\.)(?:["']\s*~|\{)""", source))
    named = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", source))
    unsaid = [key for key in TEXTS.keys() if key not in named and not any(key.startswith(stem) for stem in begun)]  # noqa: SIM118 - not a mapping
    assert not unsaid


def test_static_files_are_served_and_asked_for_anew(client: FlaskClient) -> None:
    """Browsers keep them, but ask whether they are still the same."""
    answer = client.get("/static/live.js", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (
        client.get("/static/live.js", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True).status_code
        == 304
    )
    assert client.post("/static/live.js", headers=OURS).status_code == 405
