"""The broker follows the register: who is revoked there is out at once, also when the hub was killed in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509

from devices.clock import SystemClock
from devices.ids import uuid7
from hub.domain.joining import DeviceCertificate
from hub.gatekeeper import Gatekeeper
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.join_device import revoke_device
from hub.web.watch import FeedWatch
from tests.hub.secured import Papers, Secured, WaitUntil

pytestmark = pytest.mark.broker

CLOCK = SystemClock()


@pytest.fixture
def watch(sqlite_store: Store) -> Iterator[FeedWatch]:
    """Watch the feed, as the hub does."""
    made = FeedWatch(sqlite_store)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def keeper(secured: Secured, sqlite_store: Store, watch: FeedWatch) -> Iterator[Gatekeeper]:
    """Keep the secured house's broker in step with a register."""
    made = Gatekeeper(sqlite_store, secured.broker, clock=CLOCK, wait=watch.wait)
    yield made
    made.stop()


def filed(store: Store, secured: Secured, device: str) -> Papers:
    """Sign for a device and file it."""
    papers = secured.papers(device)
    with store.write() as tx:
        tx.certificates.save(
            DeviceCertificate(
                serial=f"{papers.signed.serial:x}",
                device=device,
                fingerprint=papers.signed.fingerprint,
                issued_at=CLOCK.now(),
                until=papers.signed.until,
                issued_by="Li Wei",
            )
        )
    return papers


def revoke(store: Store, device: str) -> None:
    """Do what a technician does on the page."""
    with store.write() as tx:
        revoke_device(tx, device, Deciding(actor="Li Wei", at=CLOCK.now(), ids=uuid7))


def test_one_tap_ends_the_session_for_good(
    secured: Secured, sqlite_store: Store, keeper: Gatekeeper, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """Database, list of what is revoked, broker: all of it."""
    papers = filed(sqlite_store, secured, "kiosk-1")
    other = filed(sqlite_store, secured, "kiosk-2")
    keeper.turn()
    keeper.start()
    stolen = secured.connected("kiosk-1", papers.file)
    kept = secured.connected("kiosk-2", other.file)
    revoke(sqlite_store, "kiosk-1")
    watch.nudge()
    wait_until(lambda: not stolen.connected)
    wait_until(lambda: keeper.counts["put_out"] == 1)
    assert secured.refusal(papers.file)
    assert kept.connected
    with sqlite_store.read() as tx:
        assert [(one.device, bool(one.put_out_at)) for one in tx.certificates.all()] == [
            ("kiosk-1", True),
            ("kiosk-2", False),
        ]


def test_a_hub_that_was_killed_after_the_tap_makes_it_good(
    secured: Secured, sqlite_store: Store, keeper: Gatekeeper, wait_until: WaitUntil
) -> None:
    """The list of what is revoked and the end of the session wait in the database."""
    papers = filed(sqlite_store, secured, "kiosk-1")
    stolen = secured.connected("kiosk-1", papers.file)
    revoke(sqlite_store, "kiosk-1")
    assert not secured.refusal(papers.file), "nobody has told the broker yet"
    wait_until(lambda: stolen.connected)
    assert keeper.turn() == 1
    wait_until(lambda: not stolen.connected)
    assert secured.refusal(papers.file)
    assert keeper.turn() == 0, "and once is enough"


def test_who_has_joined_has_no_password_from_the_next_turn_on(
    secured: Secured, sqlite_store: Store, keeper: Gatekeeper
) -> None:
    """It may still lie on the card from which the device was set up; an expired certificate gives it back to nobody."""
    filed(sqlite_store, secured, "kiosk-1")
    keeper.turn()
    known = (secured.broker._folder / "passwords").read_text()
    assert "kiosk-1:" not in known
    assert "kiosk-2:" in known


def test_a_certificate_that_is_over_gives_no_password_back(
    secured: Secured, sqlite_store: Store, watch: FeedWatch
) -> None:
    """Nobody has revoked it: a kiosk that stood in a cupboard for a year, or was stolen and not missed."""
    moved = Moved()
    keeper = Gatekeeper(sqlite_store, secured.broker, clock=moved, wait=watch.wait)
    filed(sqlite_store, secured, "kiosk-1")
    moved.by = timedelta(days=400)
    keeper.turn()
    assert "kiosk-1:" not in (secured.broker._folder / "passwords").read_text()


def test_one_that_renewed_a_thousand_times_is_out_as_quickly(
    secured: Secured, sqlite_store: Store, keeper: Gatekeeper, wait_until: WaitUntil
) -> None:
    """All that it holds is revoked by one list: a list for each took minutes, in which the thief stayed."""
    papers = filed(sqlite_store, secured, "kiosk-1")
    with sqlite_store.write() as tx:
        (one,) = tx.certificates.all()
        for serial in range(1, 1_001):
            tx.certificates.save(replace(one, serial=f"{serial:x}"))
    keeper.turn()
    thief = secured.connected("kiosk-1", papers.file)
    numbers = len(list(_revoked(secured)))
    revoke(sqlite_store, "kiosk-1")
    keeper.turn()
    wait_until(lambda: not thief.connected)
    assert len(list(_revoked(secured))) == numbers + 1_001
    assert _number(secured) == 2, "one list more, and not one for each"


def _revoked(secured: Secured) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(secured.authority.revoked_list().encode())


def _number(secured: Secured) -> int:
    return _revoked(secured).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_a_broker_that_cannot_be_reached_is_tried_again(
    secured: Secured, sqlite_store: Store, keeper: Gatekeeper, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """What could not be done stays to be done."""
    papers = filed(sqlite_store, secured, "kiosk-1")
    secured.broker.stop()
    revoke(sqlite_store, "kiosk-1")
    keeper.start()
    wait_until(lambda: keeper.counts["turn_failed"])
    assert keeper.alive
    secured.broker.start()
    watch.nudge()
    wait_until(lambda: keeper.counts["put_out"] == 1)
    assert secured.refusal(papers.file)


def test_the_broker_gets_a_fresh_certificate_each_month(
    secured: Secured, sqlite_store: Store, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """A hub that runs for years is not locked out by its own.

    A broker that is still at an earlier reload may read a key and a certificate that do not belong together, and is
    right again with the next one, which has been asked for by then.
    """
    moved = Moved()
    keeper = Gatekeeper(sqlite_store, secured.broker, clock=moved, wait=watch.wait)
    keeper.turn()
    before = (secured.broker._folder / "server.crt").read_bytes()
    moved.by = timedelta(days=29)
    keeper.turn()
    assert (secured.broker._folder / "server.crt").read_bytes() == before
    moved.by = timedelta(days=31)
    keeper.turn()
    assert (secured.broker._folder / "server.crt").read_bytes() != before
    papers = secured.papers("kiosk-1")
    wait_until(lambda: not secured.refusal(papers.file))


class Moved(SystemClock):
    """The machine's clock, moved by a test."""

    by = timedelta()

    def now(self) -> datetime:
        """Return the moved time."""
        return super().now() + self.by


def test_a_join_by_the_register_is_let_in(secured: Secured, sqlite_store: Store, keeper: Gatekeeper) -> None:
    """A device that the broker knew nothing of has its own rights from the next turn on."""
    papers = filed(sqlite_store, secured, "kiosk-9")
    keeper.turn()
    link = secured.connected("kiosk-9", papers.file)
    assert link.connected
