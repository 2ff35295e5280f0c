"""A running hub follows the sources of its settings, shows that to machines and people, and stops cleanly."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from devices.settings import BadSettings
from hub.config import HubConfig, read_config
from hub.demo import bookings
from hub.domain.meetings import Room, Venue
from hub.domain.words import Words
from hub.wiring import Hub, Part
from tests.conftest import WAIT_S
from tests.hub.web.scene import let_in

Wait = Callable[..., None]
PARTS = Part.CLOCK | Part.WEB


def settings(folder: Path, *more: str) -> HubConfig:
    """Write a hub's settings, with the demo's booking database as a source."""
    path = folder / "hub.toml"
    kept = f'address = "sqlite:///{folder / "bookings.db"}"'
    source = ("[[sources]]", 'name = "sales"', 'kind = "sql"', 'zone = "Asia/Shanghai"', "every_s = 1", kept)
    path.write_text("\n".join(('site = "hall-a"', 'data = "data"', "[web]", "port = 0", *source, *more)))
    return read_config(path)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Run the clock and the pages of a hub whose house has three rooms."""
    bookings.begin(tmp_path)
    bookings.enter(tmp_path, datetime.now(UTC).date() + timedelta(days=2))
    made = Hub(settings(tmp_path), PARTS)
    with made.store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("云栖会议中心", "Yunqi Centre"), zone="Asia/Shanghai"))
        for key, zh in (("hall", "启明厅"), ("lounge", "贵宾休息室"), ("tea", "茶歇厅")):
            tx.meetings.save_room(Room(key=key, name=Words(zh, key)))
    made.start()
    yield made
    made.stop()


def read(hub: Hub, path: str, secret: str = "") -> str:
    """Ask the hub's own pages, as somebody who is signed in where there is a ``secret``."""
    asked = Request(hub.address + path, headers={"Cookie": f"yingbin_session={secret}"})  # noqa: S310 - our own address
    with urlopen(asked, timeout=WAIT_S) as answer:  # noqa: S310 - same
        return bytes(answer.read()).decode()


def test_its_bookings_are_meetings_here_and_what_changes_there_changes_here(
    hub: Hub, tmp_path: Path, wait_until: Wait
) -> None:
    """Within a few times the second in which it is asked; machines and people see how it stands."""
    wait_until(lambda: bookings.is_followed(tmp_path, hub.store))
    bookings.move(tmp_path)
    wait_until(lambda: bookings.is_followed(tmp_path, hub.store))
    assert json.loads(read(hub, "healthz"))["checks"]["source sales"] is True
    assert "yingbin_source_sales_added_total 3.0" in read(hub, "metrics")
    page = read(hub, "desk", let_in(hub.store, at=datetime.now(UTC)))
    assert 'id="source-sales"' in page
    assert "is-in_step" in page


def test_a_secret_that_is_missing_is_said_before_anything_runs(tmp_path: Path) -> None:
    """Nothing is followed with half of its settings; whoever starts the hub reads what to do."""
    config = settings(tmp_path, f'password_file = "{tmp_path / "none"}"')
    with pytest.raises(BadSettings, match="password_file of sales"):
        Hub(config, PARTS)
