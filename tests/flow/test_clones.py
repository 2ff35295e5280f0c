"""A kiosk's disk is copied, and both run: one task tells a technician, on the page where technicians look."""

import re
import shutil
import urllib.request
from collections.abc import Callable
from dataclasses import replace

import pytest

from devices import settings
from devices.station import BrokerConfig
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from kiosk.config import CameraConfig, DeviceSecret
from kiosk.wiring import Kiosk
from tests.conftest import WAIT_S
from tests.flow.conftest import House

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def told(house: House) -> list[Task]:
    """Return the open tasks about copied identities."""
    with house.store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is TaskKind.STOLEN_IDENTITY]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # what is judged is in memory
def test_a_copy_of_a_kiosk_that_runs_beside_it_is_told_once(house: House, wait_until: Wait) -> None:
    """The whole folder is copied, secrets too; the other kiosk of the house is not disturbed, nor suspected."""
    door, other = house.open_door("kiosk-1"), house.open_door("kiosk-2")
    wait_until(lambda: door.kiosk._link.connected and other.kiosk._link.connected)
    folder = shutil.copytree(house.folder / "kiosk-1", house.folder / "stolen")
    config = replace(
        door.kiosk._config,
        data=folder,
        camera=CameraConfig(kind=door.kiosk._config.camera.kind, source=str(folder / "script.jsonl")),
    )
    secret = config.broker.secret
    assert isinstance(config.broker, BrokerConfig)
    copy = Kiosk(config, settings.load(secret, DeviceSecret))
    copy.start()
    try:
        wait_until(lambda: told(house))
        assert other.kiosk._link.connected
    finally:
        copy.stop()
    (task,) = told(house)
    assert task.facts["device"] == "kiosk-1"
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{house.hub.address}/staff", headers={"Cookie": house.cookie("Li Wei"), "Accept-Language": "en"}
    )
    with urllib.request.urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310 - same
        page = answer.read().decode()
    (card,) = re.findall(rf'<li class="task[^>]*id="task-{task.id}".*?</li>\s', page, re.DOTALL)
    assert 'href="/rooms/devices"' in card
