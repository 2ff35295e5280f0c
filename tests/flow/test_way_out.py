"""A fire: every kiosk shows the way out from where it stands, until it is over, whatever comes and goes meanwhile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from devices import settings
from devices.ids import uuid7
from hub.broker_files import secrets_file
from hub.domain.incidents import HOUSE, Impact
from hub.domain.playbooks import IncidentKind
from hub.usecases.acting import Deciding
from hub.usecases.report_incident import report_incident
from hub.usecases.work_incident import resolve, respond
from hub.wiring import Hub
from kiosk.config import DeviceSecret
from kiosk.wiring import Kiosk
from tests.flow.conftest import House
from tests.flow.test_arrival import ready

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def who(house: House) -> Deciding:
    """Return somebody at the house's own time."""
    return Deciding(actor="小李", at=house.hub._clock.now(), ids=uuid7)


def report(house: House, *, drill: bool = False) -> str:
    """Report a fire in the whole house."""
    with house.store.write() as tx:
        return report_incident(tx, IncidentKind.FIRE, HOUSE, who(house), drill=drill).id


def over(house: House, incident: str) -> None:
    """Say that it is over."""
    with house.store.write() as tx:
        respond(tx, incident, who(house))
        resolve(tx, incident, Impact.NONE, 0, who(house))


def arrived(house: House) -> list[str]:
    """Return who came in, by invitation."""
    with house.store.read() as tx:
        return [one.who.invitation for one in tx.attendance.arrivals(house.cast.meeting.id, limit=9)]


def test_every_kiosk_shows_its_own_exit_and_goes_on_writing_down_who_is_scanned(house: House, wait_until: Wait) -> None:
    """Each its own way and the place to gather; a code held up is kept (I1); then all is as before."""
    east = ready(house, wait_until)
    west = house.open_door("kiosk-2")
    wait_until(lambda: west.shows("idle"))
    fire = report(house)
    wait_until(lambda: "请从您身后的东门出去" in east.page() and "on your right" in west.page())
    assert "东广场" in east.page()
    assert "演练" not in east.page()
    guest = house.guests()[0]
    east.hold(guest.invitation.code)
    wait_until(lambda: arrived(house) == [guest.invitation.id])
    assert east.shows("evacuate")
    assert 'data-action="no_code"' not in east.page()
    over(house, fire)
    wait_until(lambda: east.shows("idle") and west.shows("idle"))


def test_a_drill_says_that_it_is_one(house: House, wait_until: Wait) -> None:
    """In both languages."""
    door = ready(house, wait_until)
    report(house, drill=True)
    wait_until(lambda: door.shows("evacuate"))
    assert "演练" in door.page()
    assert "Drill" in door.page()


def test_the_way_out_stands_through_a_hub_and_a_kiosk_that_start_anew(house: House, wait_until: Wait) -> None:
    """Without a hub nothing ends; a kiosk that starts meanwhile knows; the next hub says it again, or ends it."""
    door = ready(house, wait_until)
    fire = report(house)
    wait_until(lambda: door.shows("evacuate"))
    house.hub.stop()
    wait_until(lambda: not door.kiosk._link.connected)
    assert door.shows("evacuate")
    door.kiosk.stop()
    secret = settings.load(secrets_file(house.config.data / "broker", "kiosk-1"), DeviceSecret)
    door.kiosk = Kiosk(door.kiosk._config, secret)
    door.kiosk.start()
    assert door.shows("evacuate")
    house.hub = Hub(house.config)
    house.hub.start()
    late = house.open_door("kiosk-2")
    wait_until(lambda: late.shows("evacuate"))
    over(house, fire)
    wait_until(lambda: late.shows("idle"))


@pytest.mark.browser
def test_the_page_turns_green_in_a_real_browser_without_a_touch(
    house: House, browser: Browser, wait_until: Wait
) -> None:
    """The arrow has its meaning in words, for whoever hears the page."""
    door = ready(house, wait_until)
    page = browser.new_page(viewport={"width": 800, "height": 480})
    page.goto(door.kiosk.address)
    fire = report(house)
    page.wait_for_selector(".evacuate")
    assert page.get_by_role("img", name="请向后").is_visible()
    assert page.get_by_text("Go out by the East Entrance behind you").is_visible()
    over(house, fire)
    page.wait_for_selector("article.idle")
    page.close()
