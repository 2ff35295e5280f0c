"""What a check-in is compared with: a bare MQTT echo, and one durable commit of one small row."""

import queue
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import Received
from hub.broker import Broker, BrokerSettings
from tests.bench.hub_process import SITE, WAIT_S, connect
from tests.hub import postgres


class Echo:
    """Bounces messages off a second client through a broker of its own: nothing but MQTT."""

    def __init__(self, folder: Path) -> None:
        """Start the broker and both clients."""
        self._broker = Broker(BrokerSettings(folder, SITE, ("kiosk-1",)))
        self._broker.start()
        self._heard: queue.Queue[bytes] = queue.Queue()
        self._there, back = topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), topic(SITE, "kiosk-1", Leaf.DOWN_REPLY)
        links: list[MqttLink] = []

        def bounce(message: Received) -> None:
            links[0].publish_soon(back, message.payload, lambda _: None)

        port, secrets = self._broker.port, self._broker.secrets
        links.append(connect(port, "hub", secrets().password, bounce, self._there))
        links.append(
            connect(
                port, "kiosk-1", secrets("kiosk-1").password, lambda message: self._heard.put(message.payload), back
            )
        )
        self._links = links
        self.once()

    def once(self) -> float:
        """Return the milliseconds of one echo of 300 bytes."""
        began = time.perf_counter()
        self._links[1].publish_soon(self._there, b"x" * 300, lambda _: None)
        self._heard.get(timeout=WAIT_S)
        return (time.perf_counter() - began) * 1000

    def stop(self) -> None:
        """End all of it."""
        for link in self._links:
            link.stop()
        self._broker.stop()


def commits_on_sqlite(path: Path) -> Callable[[], float]:
    """Return what commits one row durably and tells the milliseconds."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE facts (id TEXT PRIMARY KEY, body TEXT)")
    return lambda: timed(lambda: connection.execute("INSERT INTO facts VALUES (?, ?)", (uuid7(), "x" * 300)))


def commits_on_postgresql(server: postgres.Server) -> Callable[[], float]:
    """Return what commits one row durably and tells the milliseconds."""
    connection = psycopg.connect(server.url(server.create(prefix="commit")), autocommit=True)
    connection.execute("CREATE TABLE facts (id TEXT PRIMARY KEY, body TEXT)")
    insert = "INSERT INTO facts VALUES (%s, %s)"
    return lambda: timed(lambda: connection.execute(insert, (uuid7(), "x" * 300)))


def timed(action: Callable[[], object]) -> float:
    """Return the milliseconds that something takes."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000
