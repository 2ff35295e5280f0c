"""What a sensor said last week is still told by a hub that was away meanwhile, over its real pages."""

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.config import HubConfig
from hub.config_sections import BrokerConfig, WebConfig
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.readings import Reading
from hub.making import open_hub_store
from hub.wiring import Hub
from tests.conftest import WAIT_S
from tests.hub.web.scene import let_in

pytestmark = pytest.mark.broker


def test_a_hub_that_comes_back_rolls_up_what_it_missed_and_throws_away_what_is_too_old(
    tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    """Without anybody asking: the timer is set as it starts. Programs then get the minutes."""
    config = HubConfig(site="house", data=tmp_path / "hub", broker=BrokerConfig(port=0), web=WebConfig(port=0))
    week_ago = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=7)
    store = open_hub_store(config)
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id="node", publisher="p", identity="i", name="n", announced_at=week_ago))
        tx.field_devices.save_points([Point(id="node.t", device="node", key="t", component="sensor", name="t")])
        tx.readings.add(
            [Reading(point="node.t", at=week_ago + timedelta(seconds=second), value=1.0) for second in range(180)]
        )
    cookie = f"yingbin_session={let_in(store, at=datetime.now(UTC))}"
    store.close()
    hub = Hub(config)
    hub.start()
    try:

        def told() -> Any:  # noqa: ANN401 - JSON
            span = {"from": week_ago.isoformat(), "to": (week_ago + timedelta(minutes=10)).isoformat()}
            ask = f"{hub.address}api/v1/points/node.t/readings?{urllib.parse.urlencode(span)}"
            asked = urllib.request.Request(ask, headers={"Cookie": cookie})  # noqa: S310 - our own address
            with urllib.request.urlopen(asked, timeout=WAIT_S) as answer:  # noqa: S310 - same
                return json.load(answer)

        assert len(told()["readings"]) in {3, 180}
        wait_until(lambda: told()["level"] == "minute")
        assert [one["n"] for one in told()["readings"]] == [60, 60, 60]
    finally:
        hub.stop()
