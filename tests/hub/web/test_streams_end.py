"""An open page goes within a second when whoever looks at it may not any more (ASVS 7.4.2), on a real server."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.accounts import SessionTimes
from hub.domain.permissions import Part
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import change_parts, close_account
from hub.usecases.change_staff import retire_person
from hub.usecases.enrol_device import hash_of, invite_tablet, join_tablet, remove_tablet
from hub.usecases.sessions import begin_session, end_everywhere
from hub.usecases.sign_in import sign_in
from hub.web import WebParts
from tests.conftest import WAIT_S
from tests.hub.web.conftest import Site
from tests.hub.web.people_scene import PINS, WHO, hire
from tests.hub.web.scene import NOW, StillClock, let_in

Act = Callable[[Store], None]
DECIDING = Deciding(actor="老板", at=NOW, ids=lambda: "id")
WITHIN_S = 1.0


class Listener:
    """A browser with one open stream. ``closed`` is set when the hub ends it, ``heard`` is all that came."""

    def __init__(self, site: Site, cookie: str) -> None:
        """Open it, and read in the background."""
        host, _, port = site.address.removeprefix("http://").partition(":")
        self.heard, self.closed, self.open = b"", threading.Event(), threading.Event()
        self._sock = socket.create_connection((host, int(port)), WAIT_S)
        lines = ("GET /events HTTP/1.1", f"Host: {host}", f"Cookie: {cookie}", "Sec-Fetch-Site: same-origin", "", "")
        self._sock.sendall("\r\n".join(lines).encode())
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def end(self) -> None:
        """Close it from here."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(WAIT_S)
        self._sock.close()

    def _read(self) -> None:
        while b"\r\n0\r\n\r\n" not in self.heard:
            try:
                more = self._sock.recv(4096)
            except ConnectionResetError:  # closed from there as well
                break
            if not more:
                break
            self.heard += more
            if b"event: hello" in self.heard:
                self.open.set()
        self.closed.set()


Listen = Callable[[str], Listener]


@pytest.fixture
def listen(site: Site) -> Iterator[Listen]:
    """Give a function that opens a stream with a cookie."""
    made: list[Listener] = []

    def begin(cookie: str) -> Listener:
        made.append(Listener(site, cookie))
        assert made[-1].open.wait(WAIT_S), made[-1].heard
        return made[-1]

    yield begin
    for one in made:
        one.end()


@pytest.fixture
def site(parts: WebParts, house: Store) -> Iterator[Site]:
    """Serve the house's pages with the times of a real house."""
    hire(house)
    parts.watch.start()
    made = Site(replace(parts, streams=12, sessions=SessionTimes()))
    made.start()
    yield made
    made.stop()


def at_account(store: Store) -> str:
    """Return the cookie of a browser that is signed in by an account."""
    return f"yingbin_session={let_in(store)}"


def at_tablet(store: Store) -> str:
    """Return the cookies of a tablet at which 小李 has signed in."""
    with store.write() as tx:
        code = invite_tablet(tx, "大堂平板", WHO, lambda _: 12_345_678)
        tablet, token = join_tablet(tx, code, replace(WHO, ids=lambda: "tablet-1"), lambda: "secret")
        sign_in(tx, hash_of(token), str(PINS["li"]), WHO)
        begin_session(tx, hash_of("session"), WHO, tablet=tablet.id)
    return f"yingbin_tablet={token}; yingbin_session=session"


def close(store: Store) -> None:
    """Close the account; another admin stays."""
    _let_an_admin_stay(store)
    account = _account(store)
    with store.write() as tx:
        close_account(tx, account, DECIDING)


def take_parts(store: Store) -> None:
    """Let the account be for less."""
    _let_an_admin_stay(store)
    account = _account(store)
    with store.write() as tx:
        change_parts(tx, account, ["auditor"], DECIDING)


def end_all(store: Store) -> None:
    """Sign the account out everywhere."""
    account = _account(store)
    with store.write() as tx:
        end_everywhere(tx, account, DECIDING)


def remove(store: Store) -> None:
    """Let the tablet be a stranger."""
    with store.write() as tx:
        remove_tablet(tx, "tablet-1", DECIDING)


def retire(store: Store) -> None:
    """Let 小李 go."""
    with store.write() as tx:
        retire_person(tx, "li", DECIDING)


def _let_an_admin_stay(store: Store) -> None:
    """Let there be another one, who has a way in."""
    let_in(store, name="另一位", parts=frozenset({Part.ADMIN}))
    with store.write() as tx:
        other = tx.accounts.by_name("另一位")
        assert other is not None
        tx.accounts.put(replace(other, password="kept"))


def _account(store: Store) -> str:
    with store.read() as tx:
        found = tx.accounts.by_name("值班台")
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    ("here", "act"),
    [(at_account, close), (at_account, take_parts), (at_account, end_all), (at_tablet, remove), (at_tablet, retire)],
    ids=["closed", "less", "everywhere", "removed", "retired"],
)
def test_a_stream_ends_within_a_second_when_its_reader_is_shut_out(
    listen: Listen, house: Store, here: Callable[[Store], str], act: Act
) -> None:
    """Though the change was made by another process: nothing but the store tells of it. Others go on listening."""
    other = listen(f"yingbin_session={let_in(house, name='同事')}")
    theirs = listen(here(house))
    act(house)
    assert theirs.closed.wait(WITHIN_S), theirs.heard
    assert b"event: reload" in theirs.heard, "the page asks anew, and is led to where people sign in"
    assert not other.closed.is_set()


def test_a_stream_ends_when_nobody_touches_anything_any_more(listen: Listen, house: Store, clock: StillClock) -> None:
    """A page with guests' names does not stand there all night: it goes with the session."""
    theirs = listen(at_account(house))
    clock.forward(timedelta(minutes=31).total_seconds())
    assert theirs.closed.wait(WAIT_S)
    assert b"event: reload" in theirs.heard


def test_a_stream_goes_on_while_its_person_is_at_work_at_the_same_browser(
    listen: Listen, house: Store, clock: StillClock
) -> None:
    """Other requests of the same browser keep it alive."""
    theirs, account = listen(at_account(house)), _account(house)
    with house.write() as tx:
        (kept,) = tx.sessions.of_account(account)
        tx.sessions.put(replace(kept, seen_at=kept.seen_at + timedelta(minutes=29)))
    clock.forward(timedelta(minutes=31).total_seconds())
    assert not theirs.closed.wait(2 * WITHIN_S)
