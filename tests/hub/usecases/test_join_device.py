"""Who gets a certificate: a device that holds a fresh code, and that a technician has compared."""

import secrets
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.contract.joining import pin_of, short_fingerprint
from devices.ids import uuid7
from hub.authority import Authority
from hub.domain.errors import InvalidInput, NotFound, Refused
from hub.domain.joining import Stage, Window
from hub.ports import Store, StoreContended
from hub.store.sql import open_store
from hub.usecases.acting import Deciding
from hub.usecases.join_device import (
    RENEWALS,
    Joining,
    approve,
    ask_to_join,
    collect,
    open_window,
    renew,
    revoke_device,
    turn_away,
)

NOW = datetime.now(UTC).replace(microsecond=0)
OTHERS_CODE = "A" * 26


@pytest.fixture
def house(tmp_path: Path) -> Joining:
    """Give a house with an authority, two kiosks and an agent."""
    return Joining(
        signer=Authority.open(tmp_path / "authority"),
        devices=("kiosk-1", "kiosk-2", "room-1"),
        days=365,
        minutes=10,
        bits=secrets.randbits,
        token=secrets.token_urlsafe,
    )


class Device:
    """A piece with a key of its own."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(self.key, SHA256())
        self.csr = asked.public_bytes(Encoding.PEM).decode()
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.fingerprint = short_fingerprint(public)


def who(minutes: float = 0, actor: str = "Li Wei") -> Deciding:
    """Say who does something, so many minutes after the beginning."""
    return Deciding(actor=actor, at=NOW + timedelta(minutes=minutes), ids=uuid7)


def opened(store: Store, house: Joining, device: str = "kiosk-1") -> tuple[Window, str]:
    """Open a window and return it with its code."""
    with store.write() as tx:
        return open_window(tx, device, house, who())


def asked(store: Store, house: Joining, code: str, device: Device, minutes: float = 1) -> tuple[Window, str]:
    """Let a device ask."""
    with store.write() as tx:
        return ask_to_join(tx, code, device.csr, house, who(minutes, "device"))


def joined(store: Store, house: Joining, device: Device, name: str = "kiosk-1") -> str:
    """Take a device all the way; returns its certificate."""
    _, code = opened(store, house, name)
    window, ticket = asked(store, house, code, device)
    with store.write() as tx:
        approve(tx, window.id, device.fingerprint, house, who(2))
    with store.write() as tx:
        return collect(tx, ticket, who(3)).certificate


def test_a_device_joins_when_a_technician_has_compared_it(store: Store, house: Joining) -> None:
    """It gets a certificate for its own key under the name that the technician chose, and everything is in the log."""
    device = Device()
    window, code = opened(store, house)
    assert len(code) == 26
    assert code.endswith(pin_of(house.signer.fingerprint))
    window, ticket = asked(store, house, code.lower(), device)
    assert (window.device, window.fingerprint) == ("kiosk-1", device.fingerprint)
    with store.write() as tx:
        assert collect(tx, ticket, who(1)).certificate == "", "nothing before somebody has compared"
    with store.write() as tx:
        approve(tx, window.id, device.fingerprint, house, who(2))
    for _ in range(2):  # an answer that was lost is given again
        with store.write() as tx:
            got = collect(tx, ticket, who(3))
        assert got.stage is Stage.JOINED
        made = x509.load_pem_x509_certificate(got.certificate.encode())
        assert made.public_key() == device.key.public_key()
        assert made.subject.rfc4514_string() == "CN=kiosk-1"
    with store.read() as tx:
        (held,) = tx.certificates.all()
        subjects = ("kiosk-1", f"kiosk-1 {device.fingerprint}", device.fingerprint)
        actions = {one.action for subject in subjects for one in tx.records.audited(subject, NOW, 9)}
    assert held.counts(NOW)
    assert (held.serial, held.issued_by) == (f"{made.serial_number:x}", "Li Wei")
    assert actions == {"device.window", "device.ask", "device.approve", "device.join"}


def test_no_code_and_no_ticket_is_in_the_database(store: Store, house: Joining) -> None:
    """Whoever reads a backup cannot join with it."""
    window, code = opened(store, house)
    window, ticket = asked(store, house, code, Device())
    assert code not in repr(window)
    assert ticket not in repr(window)


@pytest.mark.parametrize("minutes", [10, 11, 10_000])
def test_a_code_ends_with_its_window(store: Store, house: Joining, minutes: int) -> None:
    """Ten minutes, and not a moment longer."""
    _, code = opened(store, house)
    with pytest.raises(InvalidInput, match="wrong, used, or too old"):
        asked(store, house, code, Device(), minutes)


def test_a_code_holds_once(store: Store, house: Joining) -> None:
    """Whoever has seen it over somebody's shoulder comes too late, and is told no more than any stranger."""
    _, code = opened(store, house)
    asked(store, house, code, Device())
    told = set()
    for wrong in (code, OTHERS_CODE, "", code[:10]):
        with pytest.raises(InvalidInput) as refused:
            asked(store, house, wrong, Device())
        told.add(str(refused.value))
    assert len(told) == 1


def test_of_many_that_use_a_code_at_once_one_wins(store: Store, house: Joining) -> None:
    """Whatever the database: the row is taken by one."""
    _, code = opened(store, house)

    def attempt(device: Device) -> str:
        for _ in range(20):
            try:
                return asked(store, house, code, device)[0].fingerprint
            except StoreContended:
                continue
            except InvalidInput:
                return ""
        return "contended"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, [Device() for _ in range(8)]))
    winners = [one for one in results if one]
    assert len(winners) == 1
    with store.read() as tx:
        assert [one.fingerprint for one in tx.certificates.windows()] == winners


def test_a_request_that_cannot_be_signed_costs_the_code_nothing(store: Store, house: Joining) -> None:
    """The technician need not walk back to the hub for another."""
    _, code = opened(store, house)
    with store.write() as tx, pytest.raises(InvalidInput, match="csr"):
        ask_to_join(tx, code, "nonsense", house, who(1))
    assert asked(store, house, code, Device())


def test_nobody_is_approved_whom_the_technician_has_not_seen(store: Store, house: Joining) -> None:
    """The fingerprint that they saw goes with the tap; one of another device is refused."""
    window, _ = asked(store, house, opened(store, house)[1], Device())
    with store.write() as tx, pytest.raises(Refused, match="compare again"):
        approve(tx, window.id, Device().fingerprint, house, who(2))
    with store.write() as tx, pytest.raises(Refused, match="nobody waits"):
        approve(tx, window.id, window.fingerprint, house, who(10))
    with store.write() as tx, pytest.raises(NotFound):
        approve(tx, "no-such-window", window.fingerprint, house, who(2))


def test_one_that_is_turned_away_gets_nothing(store: Store, house: Joining) -> None:
    """Two screens that differ mean that somebody else has asked."""
    window, ticket = asked(store, house, opened(store, house)[1], Device())
    with store.write() as tx:
        turn_away(tx, window.id, who(2))
    with store.write() as tx, pytest.raises(InvalidInput):
        collect(tx, ticket, who(3))
    with store.write() as tx, pytest.raises(Refused):
        approve(tx, window.id, window.fingerprint, house, who(3))


def test_a_wrong_ticket_and_an_old_one_get_nothing(store: Store, house: Joining) -> None:
    """Also the certificate of one that has joined is not given out for ever."""
    window, ticket = asked(store, house, opened(store, house)[1], device := Device())
    with store.write() as tx:
        approve(tx, window.id, device.fingerprint, house, who(2))
    for given, minutes in (("other", 3.0), (ticket, 10.0)):
        with store.write() as tx, pytest.raises(InvalidInput, match="ticket"):
            collect(tx, given, who(minutes))


def test_only_devices_of_the_settings_can_join(store: Store, house: Joining) -> None:
    """A window for the hub itself, or for a name that nobody planned, is none."""
    for name in ("hub", "hub-rooms", "kiosk-9", "#"):
        with store.write() as tx, pytest.raises(InvalidInput, match="none of this house"):
            open_window(tx, name, house, who())


def test_a_second_window_closes_the_first(store: Store, house: Joining) -> None:
    """One code at a time holds for a device."""
    _, first = opened(store, house)
    _, second = opened(store, house)
    with pytest.raises(InvalidInput):
        asked(store, house, first, Device())
    assert asked(store, house, second, Device())


def test_a_new_piece_takes_the_name_and_the_old_ones_certificate_ends(store: Store, house: Joining) -> None:
    """Replacing keeps the place, which hangs on the name; other devices keep theirs."""
    joined(store, house, Device())
    joined(store, house, Device(), "kiosk-2")
    joined(store, house, Device())
    with store.read() as tx:
        held = [(one.device, one.revoked_at is None) for one in tx.certificates.all()]
    assert sorted(held) == [("kiosk-1", False), ("kiosk-1", True), ("kiosk-2", True)]


def test_a_revoked_device_holds_nothing_and_cannot_renew(store: Store, house: Joining) -> None:
    """Nor come in through a window that was open for it."""
    device = Device()
    certificate = joined(store, house, device)
    _, code = opened(store, house)
    with store.write() as tx:
        revoke_device(tx, "kiosk-1", who(4))
    fresh = Device()
    with store.write() as tx, pytest.raises(Refused, match="does not count"):
        renew(tx, certificate, fresh.csr, _signature(device, fresh), house, who(5))
    with pytest.raises(InvalidInput):
        asked(store, house, code, fresh, 5)
    with store.write() as tx, pytest.raises(NotFound, match="holds no certificate"):
        revoke_device(tx, "kiosk-1", who(6))


def _signature(old: Device, new: Device) -> bytes:
    return old.key.sign(new.csr.encode(), ec.ECDSA(SHA256()))


def test_a_device_renews_on_the_word_of_its_old_key_and_the_old_one_goes_on(store: Store, house: Joining) -> None:
    """Nothing is cut: both count until the old one's own end."""
    old, new = Device(), Device()
    certificate = joined(store, house, old)
    with store.write() as tx:
        name, fresh = renew(tx, certificate, new.csr, _signature(old, new), house, who(60))
    assert name == "kiosk-1"
    made = x509.load_pem_x509_certificate(fresh.encode())
    assert made.public_key() == new.key.public_key()
    with store.read() as tx:
        assert [one.counts(NOW) for one in tx.certificates.all()] == [True, True]


def test_nobody_renews_without_the_old_key(store: Store, house: Joining, tmp_path: Path) -> None:
    """A certificate is no secret; the key behind it is. Nor with a device that the settings name no more."""
    old, new, stranger = Device(), Device(), Device()
    certificate = joined(store, house, old)
    foreign = Authority.open(tmp_path / "other").sign(stranger.csr, "kiosk-1", 30).pem
    unknown = house.signer.sign(stranger.csr, "kiosk-1", 30).pem
    attempts: list[tuple[str, bytes, Joining]] = [
        (certificate, _signature(stranger, new), house),
        (certificate, _signature(old, stranger), house),
        (certificate, b"", house),
        ("nonsense", _signature(old, new), house),
        (house.signer.certificate, _signature(old, new), house),
        (foreign, _signature(stranger, new), house),
        (unknown, _signature(stranger, new), house),
        (certificate, _signature(old, new), replace(house, devices=("kiosk-2",))),
    ]
    for given, signature, at in attempts:
        with store.write() as tx, pytest.raises(Refused, match="does not count"):
            renew(tx, given, new.csr, signature, at, who(60))
    with store.write() as tx, pytest.raises(Refused):
        renew(tx, certificate, new.csr, _signature(old, new), house, who(60 * 24 * 366))


def test_a_device_renews_some_times_a_day_and_no_more(store: Store, house: Joining) -> None:
    """A stolen one could fill the register, the log, and the list of what is revoked. The next day it may again."""
    old, new = Device(), Device()
    certificate = joined(store, house, old)

    def again(minutes: float) -> None:
        with store.write() as tx:
            renew(tx, certificate, new.csr, _signature(old, new), house, who(minutes))

    for minutes in range(RENEWALS - 1):
        again(60 + minutes)
    with pytest.raises(Refused, match="too often"):
        again(120)
    again(60 * 25)


@pytest.mark.postgresql
def test_a_device_that_renews_while_it_is_revoked_holds_nothing(postgresql_url: str, house: Joining) -> None:
    """A thief asks all the time: the next certificate may be on its way at the moment of the tap."""
    store, other = open_store(postgresql_url), open_store(postgresql_url)
    old, new = Device(), Device()
    certificate = joined(store, house, old)

    def revoke() -> None:
        with other.write() as tx:
            revoke_device(tx, "kiosk-1", who(5))

    with ThreadPoolExecutor(1) as pool:
        with store.write() as tx:
            renew(tx, certificate, new.csr, _signature(old, new), house, who(4))
            tapped = pool.submit(revoke)
            wait({tapped}, timeout=1)
        tapped.result()
    with store.read() as tx:
        assert [one.counts(NOW) for one in tx.certificates.all()] == [False, False]
    store.close()
    other.close()
