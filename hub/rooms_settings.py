"""What the settings mean for the door for sensors: whose topics are whose, how much is taken in, how it connects."""

from devices.contract.messages import Status
from devices.contract.topics import ROOMS, hub_state
from devices.ports import LinkSettings
from hub.broker_files import LARGEST_PACKET
from hub.config import HubConfig
from hub.domain.announcing import House
from hub.domain.device_register import Bounds
from hub.domain.publishers import Ground


def house_of(config: HubConfig) -> House:
    """Return by what announcements are judged; the rooms are read from the store."""
    rooms = config.rooms
    ground = Ground(
        site=config.site,
        prefix=rooms.prefix,
        hub=hub_state(config.site),
        enrolled=frozenset(config.devices),
        trusted=frozenset(rooms.publishers),
    )
    return House(ground=ground, bounds=Bounds(points=rooms.points, devices_per_publisher=rooms.devices_per_publisher))


def link_for_rooms(config: HubConfig, password: str, port: int) -> LinkSettings:
    """Return how it connects: for what is said now, so nothing waits at the broker while it is away.

    Its birth message is Home Assistant's (``reference/iot-conventions.md`` 1.5): not retained, after the subscriptions.
    """
    return LinkSettings(
        host=config.broker.host,
        port=port,
        client_id=ROOMS,
        username=ROOMS,
        password=password,
        tls_ca=config.broker.tls_ca,
        state_topic=config.rooms.birth_topic,
        presence=lambda status: b"online" if status is Status.ONLINE else b"offline",
        state_retained=False,
        largest=LARGEST_PACKET,
    )
