"""Beside the database: the broker's file on disk, and that the search for marks does find what lies about."""

import logging
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from devices.contract.topics import HUB, Leaf, topic
from devices.link import MqttLink
from devices.ports import Received
from hub.broker import Broker
from tests.hub.canaries import found

SITE = "hall"
SAID = b'{"text":"Cnry00001w","phone":"13900001777"}'
MARKS = [b"13900001777", b"Cnry00001w"]

Connect = Callable[..., MqttLink]
WaitUntil = Callable[[Callable[[], object]], None]


def _kept(broker: Broker, folder: Path) -> dict[str, list[bytes]]:
    """Have Mosquitto write down what it keeps, as it does every 30 s and as it ends; return the marks in its files.

    It writes a second file and gives it the first one's name: what is half written is looked at another time.
    """
    os.kill(broker.pid or 0, signal.SIGUSR1)
    return {name.removesuffix(".new"): marks for name, marks in found([folder]).items()}


def _hub(connect: Connect, heard: list[bytes], session_s: int) -> MqttLink:
    def on_message(received: Received) -> None:
        heard.append(received.payload)

    wanted = ((topic(SITE, "kiosk-1", Leaf.UP_REQUEST), 1),)
    state = topic(SITE, HUB, Leaf.INFO)
    return connect(
        HUB, on_message, state_topic=state, subscriptions=wanted, clean_start=False, session_expiry_s=session_s
    )


@pytest.mark.broker
def test_what_the_broker_keeps_for_a_hub_that_is_away_leaves_its_file_with_the_hub_s_return(
    broker: Broker, connect: Connect, wait_until: WaitUntil, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A guest asked while the hub was stopped: that lies in mosquitto.db until the hub has it; no log has it."""
    caplog.set_level(logging.DEBUG)
    heard: list[bytes] = []
    _hub(connect, heard, 86_400).stop()
    connect("kiosk-1").publish(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), SAID)
    wait_until(lambda: _kept(broker, tmp_path) == {"mosquitto.db": MARKS})
    _hub(connect, heard, 86_400)
    wait_until(lambda: heard == [SAID])
    wait_until(lambda: _kept(broker, tmp_path) == {})
    assert "Cnry" not in caplog.text


@pytest.mark.broker
def test_for_a_hub_that_never_returns_it_goes_with_the_hub_s_session(
    broker: Broker, connect: Connect, wait_until: WaitUntil, tmp_path: Path
) -> None:
    """The term is the session's: a day for the hub, a few seconds here, in which there is time to look."""
    kiosk = connect("kiosk-1")
    _hub(connect, [], 8).stop()
    kiosk.publish(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), SAID)
    wait_until(lambda: _kept(broker, tmp_path) == {"mosquitto.db": MARKS})
    wait_until(lambda: _kept(broker, tmp_path) == {})


@pytest.mark.broker
def test_nothing_is_kept_for_a_kiosk_that_is_away(broker: Broker, connect: Connect, tmp_path: Path) -> None:
    """What the hub tells it may name a guest, and is of no use later: a kiosk has no session that lasts."""
    kiosk = connect("kiosk-1", subscriptions=((topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), 1),))
    hub = connect(HUB, state_topic=topic(SITE, HUB, Leaf.INFO))
    kiosk.stop()
    hub.publish(topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), SAID)
    broker.stop()
    assert (next(tmp_path.rglob("mosquitto.db"))).stat().st_size > 0
    assert found([tmp_path]) == {}


def test_the_search_finds_a_mark_wherever_one_is_planted(tmp_path: Path) -> None:
    """In a row that was deleted and left its page, in a write-ahead log, in a folder, in text of two bytes a letter."""
    path = tmp_path / "planted.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("PRAGMA secure_delete = OFF", "CREATE TABLE told (words TEXT)"):
            connection.execute(statement)
        connection.executemany("INSERT INTO told VALUES (?)", [("Cnry00001n" + "x" * 3_000,)] * 20)
        connection.execute("DELETE FROM told")
        assert connection.execute("PRAGMA freelist_count").fetchone() > (5,)
        assert found([path]) == {"planted.db": [b"Cnry00001n"]}
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO told VALUES ('13900002777')")
        assert b"13900002777" in found([tmp_path])["planted.db-wal"]
    deep = tmp_path / "exports" / "2026"
    deep.mkdir(parents=True)
    (deep / "guests.csv").write_text("CNRY00003P", encoding="utf-16-le")
    assert found([tmp_path])["guests.csv"] == [b"CNRY00003P"]
