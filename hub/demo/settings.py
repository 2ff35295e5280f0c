"""The settings of the demo's house: one site, two kiosks, and the rooms with their devices."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.config import HubConfig
from hub.config_sections import BrokerConfig, RoomsConfig, WebConfig
from hub.demo import rooms
from hub.demo.kiosks import free_port
from hub.source_settings import SourceConfig
from hub.wiring import Hub

SITE = "demo"
KIOSKS = ("kiosk-1", "kiosk-2")
ZONE = ZoneInfo("Asia/Shanghai")

EVERY_MS = 2_100
"""Between two guests at one kiosk: quicker than a real door, slow enough to read a greeting or two."""


def house_config(
    folder: Path,
    port: int,
    offset: timedelta,
    *,
    speed: float = 1,
    since_s: float = 0,
    sources: Sequence[SourceConfig] = (),
) -> HubConfig:
    """Return the settings of a hub in ``folder``, its pages on ``port`` (another where that is taken).

    Its clock is moved by ``offset``, and runs ``speed`` times as fast from ``since_s`` (seconds since 1970).
    It follows ``sources``.
    """
    return HubConfig(
        site=SITE,
        kiosks=KIOSKS,
        agents=rooms.AGENTS,
        sensors=rooms.SENSORS,
        rooms=RoomsConfig(publishers=rooms.PUBLISHERS),
        data=folder / "hub",
        broker=BrokerConfig(port=0, tls_host="127.0.0.1", tls_port=0),
        web=WebConfig(port=free_port(port)),
        clock_offset_s=offset.total_seconds(),
        clock_speed=speed,
        clock_since_s=since_s,
        sources=tuple(sources),
    )


def quarter_end(today: date) -> date:
    """Return the last day of the quarter: when the policy's example launches its product (R22)."""
    month = (today.month - 1) // 3 * 3 + 3
    return (date(today.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def port_of(hub: Hub, config: HubConfig) -> int:
    """Return the port of the hub's broker."""
    return hub.broker.port if hub.broker else config.broker.port
