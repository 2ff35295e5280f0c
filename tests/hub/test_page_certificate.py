"""What the pages show: made by the house and made anew in time, or the operator's, looked at before it is shown."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.authority import Authority
from hub.config_sections import PageTls, WebConfig
from hub.page_certificate import BadCertificate, Shown, certificate_of, names_of
from tests.hub.web.scene import StillClock

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> Authority:
    """Give the house's own authority."""
    return Authority.open(tmp_path / "authority")


def own(tmp_path: Path, house: Authority, now: datetime = NOW, *names: str) -> Shown:
    """Return what the house's own pages show."""
    web = WebConfig(host="192.0.2.5", tls=PageTls.OWN, names=names or ("hub.lan",))
    house = replace(house, _clock=StillClock(now))
    return certificate_of(web, tmp_path / "pages", lambda: house, now)


def operators(tmp_path: Path, chain: str, key: str, now: datetime = NOW) -> Shown:
    """Return what is shown of an operator's files."""
    certificate, key_file = tmp_path / "own.pem", tmp_path / "own.key"
    certificate.write_text(chain)
    key_file.write_text(key)
    web = WebConfig(tls=PageTls.FILES, certificate=certificate, key_file=key_file)
    return certificate_of(web, tmp_path / "pages", lambda: pytest.fail("the house's authority is not needed"), now)


def test_the_houses_own_names_the_machine_in_every_way(tmp_path: Path, house: Authority) -> None:
    """What the settings say, where it listens, its own name, loopback: all of them stand in the certificate."""
    shown = own(tmp_path, house)
    name = socket.gethostname().partition(".")[0].casefold()
    assert {"hub.lan", "192.0.2.5", name, f"{name}.local", "localhost", "127.0.0.1", "::1"} <= set(shown.names)
    assert timedelta(days=89) < shown.until - NOW <= timedelta(days=90, seconds=2)


def test_it_is_kept_over_a_restart_for_the_hubs_user_only(tmp_path: Path, house: Authority) -> None:
    """Tablets see the same one; nobody else reads its key."""
    first = own(tmp_path, house)
    assert own(tmp_path, house, NOW + 59 * DAY).fingerprint == first.fingerprint
    kept = tmp_path / "pages" / "pages.pem"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" not in repr(first)


def test_it_is_made_anew_before_it_ends(tmp_path: Path, house: Authority) -> None:
    """With a third of its time left, so that a hub that was off for a month still shows a good one."""
    first = own(tmp_path, house)
    later = NOW + 61 * DAY
    assert own(tmp_path, house, later).fingerprint != first.fingerprint
    assert own(tmp_path, house, NOW + 200 * DAY).fingerprint != first.fingerprint


def test_it_is_made_anew_for_another_name_another_authority_or_a_damaged_file(tmp_path: Path, house: Authority) -> None:
    """The machine has moved; the house has begun anew; the disk has lost half of it."""
    first = own(tmp_path, house)
    moved = own(tmp_path, house, NOW, "hub.lan", "192.0.2.9")
    assert moved.fingerprint != first.fingerprint
    assert "192.0.2.9" in moved.names
    other = own(tmp_path, Authority.open(tmp_path / "another"), NOW, "hub.lan", "192.0.2.9")
    assert other.fingerprint != moved.fingerprint
    kept = tmp_path / "pages" / "pages.pem"
    kept.write_text(kept.read_text()[:300])
    assert own(tmp_path, house).fingerprint not in {first.fingerprint, moved.fingerprint, other.fingerprint}


def test_an_operators_pair_is_shown_as_it_is(tmp_path: Path, house: Authority) -> None:
    """Its names are read, nothing is written."""
    shown = operators(tmp_path, *house.server(("hub.example", "192.0.2.1"), 30))
    assert set(shown.names) == {"hub.example", "192.0.2.1"}
    assert not (tmp_path / "pages").exists()


def test_an_operators_mistakes_are_named(tmp_path: Path, house: Authority) -> None:
    """The wrong key, one that has ended, one to come, no names, no PEM: each says what to do."""
    chain, key = house.server(("hub.example",), 30)
    _, other = house.server(("hub.example",), 30)
    for given, now, said in (
        ((chain, other), NOW, "is not the key of"),
        ((chain, key), NOW + 31 * DAY, "ended on .* renewed one"),
        ((chain, key), NOW - 400 * DAY, "is the clock right"),
        (("no certificate", key), NOW, r"own\.pem is no certificate in PEM"),
        ((chain, "no key"), NOW, r"own\.key holds no key"),
        ((house.certificate, (tmp_path / "authority" / "authority.key").read_text()), NOW, "names no host"),
    ):
        with pytest.raises(BadCertificate, match=said) as caught:
            operators(tmp_path, *given, now=now)
        assert "PRIVATE" not in str(caught.value)


def test_plain_pages_are_asked_for_by_loopback_and_the_settings_alone() -> None:
    """The machine's other names stay unknown where nobody can come by them."""
    assert names_of(WebConfig(names=("Proxy.example",))) == ("proxy.example", "127.0.0.1", "localhost", "::1")
