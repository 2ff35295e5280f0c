"""What the settings mean for the link to kiosks, agents and pagers: what is heard, kept, and shared with others."""

from collections.abc import Callable

from devices.contract.messages import Status
from devices.contract.topics import LEAVES_OF_HUB, every_device, hub_state
from devices.ports import LinkSettings
from hub.config import HubConfig

_SESSION_S = 86_400
_SHARE = "hub"


def link_for_messages(config: HubConfig, password: str, port: int, presence: Callable[[Status], bytes]) -> LinkSettings:
    """Return how a process that takes messages connects.

    A worker that dies must leave no session behind: the broker would go on giving it its share of the messages.
    """
    broker, site = config.broker, config.site
    share = _SHARE if broker.shares else ""
    seen = ((hub_state(site), 1),) if broker.shares else ()
    return LinkSettings(
        host=broker.host,
        port=port,
        client_id=broker.name,
        username=broker.name,
        password=password,
        tls_ca=broker.tls_ca,
        state_topic=hub_state(site),
        presence=presence,
        subscriptions=tuple((every_device(site, leaf, share), qos) for leaf, qos in LEAVES_OF_HUB) + seen,
        clean_start=broker.shares,
        session_expiry_s=0 if broker.shares else _SESSION_S,
        manual_ack=True,
    )
