import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import sql

from hub.device_ports import DeviceRecord
from hub.domain.errors import TakenAlready
from hub.domain.tasks import accept
from hub.ports import StoreContended, Transaction
from hub.store.errors import CannotOpen
from hub.store.sql import open_store
from tests.hub import postgres
from tests.hub.build import at, check_in, furnished, task
from tests.hub.postgres import wait_for_a_lock

pytestmark = pytest.mark.postgresql


@contextmanager
def _careless(server: postgres.Server, setting: str) -> Iterator[None]:
    server.command(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
    server.reload(setting, "off")
    try:
        yield
    finally:
        server.command(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(setting)))
        server.reload(setting, "on")


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_may_lose_commits_is_refused_by_the_setting_s_name(
    postgresql_server: postgres.Server, postgresql_url: str, setting: str
) -> None:
    """A confirmed check-in must survive a power cut."""
    with _careless(postgresql_server, setting), pytest.raises(CannotOpen, match=f"{setting} off"):
        open_store(postgresql_url)
    open_store(postgresql_url).close()


def test_a_careless_setting_of_this_role_or_address_is_found_too(postgresql_url: str) -> None:
    """What counts is what holds on the hub's own connections."""
    with pytest.raises(CannotOpen, match="synchronous_commit off"):
        open_store(f"{postgresql_url}?options=-csynchronous_commit%3Doff")


def test_connections_speak_utc_and_give_up_transactions_of_a_frozen_process(postgresql_url: str) -> None:
    """Whatever the server's zone; and nobody holds the feed's counter for ever."""
    store = open_store(f"{postgresql_url}?options=-cTimeZone%3DAsia/Shanghai")
    with store.write() as tx:
        connection = tx._work.driver
        assert connection.execute("SHOW TimeZone").fetchone()[0] == "UTC"
        assert connection.execute("SHOW idle_in_transaction_session_timeout").fetchone()[0] == "1min"
    store.close()


def test_who_looks_sees_one_moment(postgresql_url: str) -> None:
    """Two questions of one page must not see two states."""
    store, other = furnished(open_store(postgresql_url)), open_store(postgresql_url)
    with store.read() as tx:
        assert tx.check_ins.known(["ev-1"]) == {}
        with other.write() as elsewhere:
            elsewhere.check_ins.add([check_in(1)])
        assert tx.check_ins.known(["ev-1"]) == {}
    with store.read() as tx:
        assert set(tx.check_ins.known(["ev-1"])) == {"ev-1"}
    store.close()
    other.close()


def test_who_writes_sees_what_others_committed_meanwhile(postgresql_url: str) -> None:
    """After waiting for a meeting's lock one must see what its holder did."""
    store, other = furnished(open_store(postgresql_url)), open_store(postgresql_url)
    with store.write() as tx:
        assert tx.check_ins.known(["ev-1"]) == {}
        with other.write() as elsewhere:
            elsewhere.check_ins.add([check_in(1)])
        assert set(tx.check_ins.known(["ev-1"])) == {"ev-1"}
    store.close()
    other.close()


def _accept(tx: Transaction) -> str:
    found = tx.tasks.get("task-1")
    assert found is not None
    try:
        tx.tasks.save(accept(found, threading.current_thread().name, at(1)))
    except TakenAlready as problem:
        return problem.by
    return "me"


def _count(tx: Transaction) -> str:
    found = tx.devices.get("kiosk-1")
    assert found is not None
    tx.devices.save(replace(found, boot=found.boot + "+"))
    return found.boot


@pytest.mark.parametrize(("change", "said"), [(_accept, "MainThread"), (_count, "boot+")])
def test_who_may_change_a_thing_makes_the_next_wait_and_see_the_change(
    postgresql_url: str, change: Callable[[Transaction], str], said: str
) -> None:
    """Two people tap one task in two processes: the second is told of the first instead of taking over unseen."""
    store, other = open_store(postgresql_url), open_store(postgresql_url)
    with store.write() as tx:
        tx.tasks.raise_all([task()])
        tx.devices.save(DeviceRecord(id="kiosk-1", boot="boot"))

    def elsewhere() -> str:
        with other.write() as tx:
            return change(tx)

    with ThreadPoolExecutor(1) as pool:
        with store.write() as tx:
            change(tx)
            second = pool.submit(elsewhere)
            wait_for_a_lock(postgresql_url)
        assert second.result(60) == said
    store.close()
    other.close()


@pytest.mark.parametrize("deferred", [False, True])
def test_of_two_writers_who_wait_for_each_other_one_is_told_to_try_again(
    postgresql_url: str,
    deferred: bool,  # noqa: FBT001 - with each statement, or together with the COMMIT
) -> None:
    """Not that the database is away: for that a hub would leave the broker."""
    barrier = threading.Barrier(2)

    def run(first: str, second: str) -> str:
        with closing(open_store(postgresql_url)) as store:
            try:
                with store.write() as tx:
                    tx.tasks.raise_all([task(f"{first}-{second}-1", first)])
                    barrier.wait(60)
                    if deferred:
                        tx.defer()
                    tx.tasks.raise_all([task(f"{first}-{second}-2", second)])
            except StoreContended as problem:
                return problem.code
            return "kept"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(run, "a", "b"), pool.submit(run, "b", "a")]
        assert sorted(one.result(60) for one in both) == ["kept", "store_contended"]


@pytest.mark.parametrize("form", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_the_usual_forms_of_address_work(postgresql_url: str, form: str) -> None:
    """Hosts hand out all of them."""
    open_store(postgresql_url.replace("postgresql://", form)).close()


def test_a_machine_without_postgresql_is_told_which_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests need the real one; a newcomer reads one line, not a traceback."""
    monkeypatch.setattr(postgres, "_PROGRAMS", tmp_path)
    with pytest.raises(postgres.PostgresMissing, match="apt-get install postgresql"), postgres.running():
        pass


def test_a_socket_folder_may_be_given(postgresql_url: str, postgresql_server: postgres.Server) -> None:
    """The usual way on one machine."""
    address = postgresql_url.replace(f"127.0.0.1:{postgresql_server.port}", "")
    open_store(f"{address}?host={postgresql_server.folder}&port={postgresql_server.port}").close()
