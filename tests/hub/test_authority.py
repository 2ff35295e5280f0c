import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.authority import Authority, AuthorityDamaged
from hub.domain.errors import InvalidInput
from hub.private_files import write_private

FILES = ("authority.key", "revoked.crl", "authority.crt")


def request(
    key: CertificateIssuerPrivateKeyTypes | None = None, name: str = "whatever", *, greedy: bool = False
) -> str:
    """Write a signing request as a device does; a greedy one asks to be an authority for every host."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    )
    if greedy:
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hub.lan")]), critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256()
    return made.sign(key, digest).public_bytes(Encoding.PEM).decode()


def signed_by(listed: x509.CertificateRevocationList, own: x509.Certificate) -> bool:
    """Say whether an authority has signed a list."""
    key = own.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return listed.is_signature_valid(key)


class Moved:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 4, 9, tzinfo=UTC)

    def now(self) -> datetime:
        """Return what the test says."""
        return self.at

    def monotonic_ms(self) -> int:
        """Return nothing that counts."""
        return 0


def test_an_authority_is_made_once_and_kept(tmp_path: Path) -> None:
    """Devices that joined stay joined after a restart."""
    first = Authority.open(tmp_path / "house")
    assert Authority.open(tmp_path / "house").certificate == first.certificate
    own = x509.load_pem_x509_certificate(first.certificate.encode())
    constraints = own.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert own.fingerprint(SHA256()).hex() == first.fingerprint


def test_two_fresh_houses_share_nothing(tmp_path: Path) -> None:
    """No default key (ETSI EN 303 645, 5.1): every file of one differs from that of the other, names too."""
    one, other = Authority.open(tmp_path / "one"), Authority.open(tmp_path / "other")
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() != (tmp_path / "other" / file).read_bytes()
    names = {x509.load_pem_x509_certificate(each.certificate.encode()).subject for each in (one, other)}
    assert len(names) == 2


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    """Folder 0700, files 0600 (ETSI EN 303 645, 5.4), even where the folder was open before."""
    folder = tmp_path / "house"
    folder.mkdir(mode=0o755)
    Authority.open(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / file).stat().st_mode) for file in FILES} == {0o600}


def test_a_device_gets_its_name_and_nothing_else_that_it_asks_for(tmp_path: Path) -> None:
    """A request for another name, for hosts, or to be an authority gives the same plain certificate."""
    house = Authority.open(tmp_path)
    signed = house.sign(request(name="hub", greedy=True), "kiosk-1", days=30)
    made = x509.load_pem_x509_certificate(signed.pem.encode())
    assert [(each.oid, each.value) for each in made.subject] == [(NameOID.COMMON_NAME, "kiosk-1")]
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        made.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(house.certificate.encode()))
    assert (signed.serial, signed.fingerprint) == (made.serial_number, made.fingerprint(SHA256()).hex())
    assert signed.until == made.not_valid_after_utc


@pytest.mark.parametrize(
    "name", ["hub", "hub-rooms", "#", "+", "a/b", "ab", "Kiosk-1", "kiosk 1", "k" * 33, "", "kiosk-"]
)
def test_no_certificate_for_a_name_that_is_the_hubs_or_no_id(tmp_path: Path, name: str) -> None:
    """A name with a wildcard would open every topic (CVE-2017-7650); the hub's own would open the hub's."""
    with pytest.raises(InvalidInput) as refused:
        Authority.open(tmp_path).sign(request(), name, days=30)
    assert refused.value.field == "device"


@pytest.mark.parametrize(
    "weak",
    [
        pytest.param(lambda: rsa.generate_private_key(65537, 1024), id="rsa-1024"),  # noqa: S505 - it is to be refused
        pytest.param(lambda: rsa.generate_private_key(65537, 2048), id="rsa-2048"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP192R1()), id="p-192"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP256K1()), id="k-256"),
        pytest.param(ed25519.Ed25519PrivateKey.generate, id="ed25519"),
    ],
)
def test_keys_of_other_kinds_are_refused(tmp_path: Path, weak: object) -> None:
    """One kind for the whole house; a weak one is named with the remedy."""
    assert callable(weak)
    with pytest.raises(InvalidInput, match=r"P-256.*kiosk join"):
        Authority.open(tmp_path).sign(request(weak()), "kiosk-1", days=30)


def test_a_version_that_nobody_knows_is_refused_like_any_other_nonsense(tmp_path: Path) -> None:
    """In a request, and in the certificate that a stranger shows to be given the next one."""
    house = Authority.open(tmp_path)
    asked = x509.load_pem_x509_csr(request().encode()).public_bytes(Encoding.DER)
    shown = ssl.PEM_cert_to_DER_cert(house.certificate)
    odd = ssl.DER_cert_to_PEM_cert(asked.replace(b"\x02\x01\x00", b"\x02\x01\x0d", 1))
    with pytest.raises(InvalidInput, match="no certificate signing request"):
        house.sign(odd.replace("CERTIFICATE", "CERTIFICATE REQUEST"), "kiosk-1", days=30)
    version = b"\xa0\x03\x02\x01"
    other = ssl.DER_cert_to_PEM_cert(shown.replace(version + b"\x02", version + b"\x0d", 1))
    assert other != house.certificate
    assert house.holder(other, b"", b"") is None


def test_a_request_that_is_damaged_or_signed_with_another_key_is_refused(tmp_path: Path) -> None:
    """Nobody gets a certificate for a key that they do not hold."""
    house, good = Authority.open(tmp_path), request()
    der = bytearray(x509.load_pem_x509_csr(good.encode()).public_bytes(Encoding.DER))
    der[-1] ^= 1
    spoilt = ssl.DER_cert_to_PEM_cert(bytes(der)).replace("CERTIFICATE", "CERTIFICATE REQUEST")
    for bad in ("", "nonsense", good[:200], spoilt, good * 40):
        with pytest.raises(InvalidInput) as refused:
            house.sign(bad, "kiosk-1", days=30)
        assert refused.value.field == "csr"


def test_a_servers_certificate_names_its_hosts_and_addresses(tmp_path: Path) -> None:
    """Peers check the name that they called (RFC 9525); it cannot be used to pose as a device."""
    made_pem, key_pem = Authority.open(tmp_path).server(["hub.lan", "192.0.2.7", "::1", "会场.lan"], days=90)
    made = x509.load_pem_x509_certificate(made_pem.encode())
    found = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert found.get_values_for_type(x509.DNSName) == ["hub.lan", "会场".encode("idna").decode() + ".lan"]
    assert [str(each) for each in found.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "::1"]
    assert list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]
    assert "PRIVATE KEY" in key_pem
    with pytest.raises(InvalidInput, match="host name"):
        Authority.open(tmp_path).server(["a" * 64 + ".lan"], days=90)


def test_what_is_revoked_is_on_the_list_for_good(tmp_path: Path) -> None:
    """Also after a restart, and once only however often it is asked for."""
    house = Authority.open(tmp_path)
    one, other = (house.sign(request(), name, days=30) for name in ("kiosk-1", "kiosk-2"))
    house.revoke(one.serial)
    house.revoke(one.serial)
    Authority.open(tmp_path).revoke(other.serial)
    listed = x509.load_pem_x509_crl(house.revoked_list().encode())
    assert {each.serial_number for each in listed} == {one.serial, other.serial}
    own = x509.load_pem_x509_certificate(house.certificate.encode())
    assert signed_by(listed, own)
    assert listed.next_update_utc == own.not_valid_after_utc


def test_each_list_is_newer_than_the_one_before_by_whole_seconds(tmp_path: Path) -> None:
    """A broker goes by the newest and counts in seconds: two revocations in one second must both count."""
    clock = Moved()
    house = Authority.open(tmp_path, clock)
    dates = [x509.load_pem_x509_crl(house.revoked_list().encode()).last_update_utc]
    for serial in range(1, 20):
        clock.at += timedelta(milliseconds=10)
        house.revoke(serial)
        dates.append(x509.load_pem_x509_crl(house.revoked_list().encode()).last_update_utc)
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(dates))
    assert dates[-1] < clock.at


def test_many_are_revoked_by_one_list_that_is_no_newer_than_its_clock(tmp_path: Path) -> None:
    """A device that renewed all night is out at once; and a list of the future lets nobody in (RFC 5280, 6.3.3)."""
    clock = Moved()
    house = Authority.open(tmp_path, clock)
    house.revoke(*range(1, 5_001))
    listed = x509.load_pem_x509_crl(house.revoked_list().encode())
    assert {one.serial_number for one in listed} == set(range(1, 5_001))
    assert listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2
    assert listed.last_update_utc <= clock.at
    before = (tmp_path / "revoked.crl").read_bytes()
    house.revoke(*range(1, 5_001))
    assert (tmp_path / "revoked.crl").read_bytes() == before, "what is known already costs no list"


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_kill_while_it_is_made_is_made_good_by_the_next_start(
    tmp_path: Path, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of its writes: the next start has a whole authority, with the key that was written already."""
    left = [writes]

    def killed(path: Path, text: str) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write_private(path, text)

    monkeypatch.setattr("hub.authority.write_private", killed)
    with pytest.raises(KeyboardInterrupt):
        Authority.open(tmp_path)
    monkeypatch.undo()
    kept = (tmp_path / "authority.key").read_bytes() if writes else None
    house = Authority.open(tmp_path)
    assert kept in {None, (tmp_path / "authority.key").read_bytes()}
    signed = house.sign(request(), "kiosk-1", days=30)
    house.revoke(signed.serial)
    own = x509.load_pem_x509_certificate(house.certificate.encode())
    assert signed_by(x509.load_pem_x509_crl(house.revoked_list().encode()), own)


@pytest.mark.parametrize("file", FILES[:2])
def test_a_lost_file_is_named_and_never_made_anew(tmp_path: Path, file: str) -> None:
    """A new key would lock every device out; an empty list would let every revoked one in again."""
    Authority.open(tmp_path)
    (tmp_path / file).unlink()
    with pytest.raises(AuthorityDamaged, match=rf"{file}.*backup"):
        Authority.open(tmp_path)


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_another_house_is_not_taken(tmp_path: Path, file: str) -> None:
    """Nor one that is cut off."""
    Authority.open(tmp_path / "one")
    Authority.open(tmp_path / "other")
    (tmp_path / "one" / file).write_bytes((tmp_path / "other" / file).read_bytes())
    with pytest.raises(AuthorityDamaged, match="backup"):
        Authority.open(tmp_path / "one")
    (tmp_path / "one" / file).write_bytes((tmp_path / "other" / file).read_bytes()[:80])
    with pytest.raises(AuthorityDamaged, match="backup"):
        Authority.open(tmp_path / "one")


def test_processes_that_open_it_at_once_have_one_key(tmp_path: Path) -> None:
    """The hub and the pages may be two processes; the first to come makes it."""
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(Authority.open(tmp_path).certificate)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_key_is_in_no_representation(tmp_path: Path) -> None:
    """What ends up in a log or an exception says nothing."""
    assert "key" not in repr(Authority.open(tmp_path)).lower().replace(str(tmp_path).lower(), "")
