"""A real browser at the pages over TLS: cookies that are for HTTPS alone, events, taps and forms."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from devices.server import WebServer
from hub.authority import Authority
from hub.ports import Store
from hub.web import WebParts, create_app
from tests.conftest import WAIT_S
from tests.hub.web.scene import let_in, raise_help

pytestmark = pytest.mark.browser


@pytest.fixture
def address(parts: WebParts, house: Store, tmp_path: Path) -> Iterator[str]:
    """Serve the house's pages over TLS."""
    chain, key = Authority.open(tmp_path / "authority").server(("localhost",), 30)
    (tmp_path / "pair.pem").write_text(chain + key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "pair.pem")
    raise_help(house)
    parts.watch.start()
    server = WebServer(create_app(replace(parts, streams=12)), "127.0.0.1", 0, threads=20, tls=tls)
    server.start()
    yield f"https://localhost:{server.port}"
    server.stop()


def test_a_person_begins_a_shift_and_takes_a_task_over_tls(browser: Browser, address: str, house: Store) -> None:
    """The whole way: a form, the event stream, a tap; what the browser keeps is for this host over HTTPS alone."""
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True)  # trusting the house is what /trust is for
    context.add_cookies(
        [{"name": "__Host-yingbin_session", "value": let_in(house), "url": address, "secure": True}],
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_S * 1000)
    page.goto(f"{address}/staff")
    page.locator("input[name=name]").first.fill("小李")
    page.locator("input[name=name]").first.press("Enter")
    page.wait_for_selector("[data-pulse=live]")
    page.get_by_role("button", name="我来").first.click()
    expect(page.locator("#task-task-1")).to_contain_text("您已接")
    kept = {one["name"]: one for one in context.cookies()}
    assert kept["__Host-yingbin_browser"]["secure"]
    assert kept["__Host-yingbin_browser"]["httpOnly"]
    assert all(one["secure"] for one in kept.values())
    context.close()
    with house.read() as tx:
        [task] = tx.tasks.open()
    assert task.accepted_by == "小李"
