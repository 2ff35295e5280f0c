"""A device joins at a real hub's door over HTTPS, and a technician lets it in at the page; other ways fail."""

import re
import ssl
import stat
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from devices.contract.joining import pin_of, tidy_code
from devices.joining import CannotJoin, Joined, join, renew
from hub.authority import Authority
from hub.domain.joining import DeviceCertificate
from hub.domain.permissions import Part
from hub.ports import Store
from hub.usecases.join_device import Joining, Told
from hub.web import WebParts, create_app
from tests.hub.web.scene import NOW, OURS, PROGRAM, enter, on_duty

PAGE = "/rooms/devices"
KEY = "ab" * 32
HOUSE_KEY = "ab" * 32


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give the house's authority."""
    return Authority.open(tmp_path / "authority")


@pytest.fixture
def app(parts: WebParts, house: Store, authority: Authority) -> Flask:
    """Give the pages of a house that devices can join."""
    del house
    told = Told(site="hall", host="hub.lan", port=8883, lookup_key=KEY)
    joining = Joining(authority, ("kiosk-1", "room-1"), 365, 10, lambda bits: (1 << bits) - 77, lambda: "tic-ket", told)
    joining = replace(joining, house_key=lambda: HOUSE_KEY)
    return create_app(replace(parts, joining=joining))


def never(said: object) -> None:
    """Fail: it does not come so far."""
    pytest.fail(str(said))


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(app: Flask, authority: Authority, tmp_path: Path) -> Iterator[str]:
    """Serve the pages over HTTPS with a certificate of the house; gives the address."""
    certificate, key = authority.server(["127.0.0.1"], 30)
    file = tmp_path / "server.pem"
    file.write_text(key + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with make_server("127.0.0.1", 0, app, _Server, _Silent) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def technician(client: FlaskClient) -> FlaskClient:
    """Give a browser at which a technician works."""
    enter(client, frozenset({Part.TECHNICIAN}), "Li Wei")
    client.set_cookie("yingbin_language", "en")
    return on_duty(client, "Li Wei")


def code_for(technician: FlaskClient, device: str = "kiosk-1") -> str:
    """Open a window at the page, and read the code from it."""
    answer = technician.post(f"{PAGE}/{device}/open", headers=OURS)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'id="join">([A-Z2-7-]+)<', answer.text)
    assert found
    assert "<svg" in answer.text
    return found[1]


def let_in(technician: FlaskClient, fingerprint: str, device: str = "kiosk-1") -> int:
    """Approve at the page what the device's screen shows."""
    assert fingerprint in technician.get(PAGE).text, "both screens show the same"
    answer = technician.post(f"{PAGE}/{device}/approve", data={"fingerprint": fingerprint}, headers=OURS)
    return answer.status_code


def joined(hub: str, technician: FlaskClient, folder: Path) -> tuple[Joined, list[str]]:
    """Take a device all the way."""
    code, shown = code_for(technician), list[str]()
    return join(hub, code.lower(), folder, shown.append, lambda _: let_in(technician, shown[0])), shown


def test_a_device_joins_with_its_code_and_the_technicians_word(
    hub: str, technician: FlaskClient, authority: Authority, tmp_path: Path
) -> None:
    """Its files are for its own user alone; the key in them never left it, and the certificate is its own."""
    folder = tmp_path / "device"
    told, shown = joined(hub, technician, folder)
    assert told == Joined("hall", "kiosk-1", "hub.lan", 8883)
    assert len(shown) == 1
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "device.pem": 0o600,
        "authority.crt": 0o600,
        "secret.toml": 0o600,
        "joined.toml": 0o600,
    }
    assert tomllib.loads((folder / "secret.toml").read_text()) == {"lookup_key": KEY, "house_key": HOUSE_KEY}
    made = x509.load_pem_x509_certificate((folder / "device.pem").read_bytes())
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate.encode()))
    ssl.create_default_context().load_cert_chain(folder / "device.pem")  # the key is the certificate's


def test_a_hub_that_is_not_the_codes_own_is_told_nothing(hub: str, technician: FlaskClient, tmp_path: Path) -> None:
    """Somebody else who answers at the hub's address gets neither the code nor a request."""
    code = tidy_code(code_for(technician))
    other = Authority.open(tmp_path / "other").fingerprint
    with pytest.raises(CannotJoin, match="not the hub that made the code"):
        join(hub, code[:10] + pin_of(other), tmp_path / "device", never, never)
    assert "waiting for the device" in technician.get(PAGE).text, "the code still holds"
    assert not (tmp_path / "device").exists()


def test_nothing_secret_travels_in_the_open(tmp_path: Path) -> None:
    """An address without TLS is taken on this machine alone."""
    with pytest.raises(CannotJoin, match="no https address"):
        join("http://hub.lan:8700", "A" * 26, tmp_path, never, never)


@pytest.mark.parametrize("typed", ["", "ABCD", "A" * 25, "A" * 27])
def test_a_code_that_is_cut_or_too_long_is_named_before_anything_is_sent(tmp_path: Path, typed: str) -> None:
    """The address is nobody's: nothing was asked there."""
    with pytest.raises(CannotJoin, match="26 letters"):
        join("https://127.0.0.1:1", typed, tmp_path, never, never)


def test_a_used_code_a_wrong_one_and_one_that_is_turned_away_leave_no_file(
    hub: str, technician: FlaskClient, authority: Authority, tmp_path: Path
) -> None:
    """The hub says no in its own words."""
    code, folder = code_for(technician), tmp_path / "device"

    def turn_away(_: float) -> None:
        assert technician.post(f"{PAGE}/kiosk-1/turn-away", headers=OURS).status_code == 303

    with pytest.raises(CannotJoin, match="refuses"):
        join(hub, code, folder, lambda _: None, turn_away)
    for wrong in (code, "B" * 10 + pin_of(authority.fingerprint)):
        with pytest.raises(CannotJoin, match="refuses"):
            join(hub, wrong, folder, never, never)
    assert not folder.exists()


def test_the_technician_cannot_approve_another_than_the_one_on_the_screen(
    hub: str, technician: FlaskClient, tmp_path: Path
) -> None:
    """A fingerprint of somebody else, or none, is refused; the right one then goes through."""
    shown: list[str] = []

    def wrong_then_right(_: float) -> None:
        for bad in ("AAAA-AAAA", ""):
            answer = technician.post(f"{PAGE}/kiosk-1/approve", data={"fingerprint": bad}, headers=OURS)
            assert answer.status_code == 409
        assert let_in(technician, shown[0]) == 303

    assert join(hub, code_for(technician), tmp_path / "device", shown.append, wrong_then_right).device == "kiosk-1"


def test_a_device_renews_over_its_certificate_and_a_revoked_one_does_not(
    hub: str, technician: FlaskClient, tmp_path: Path
) -> None:
    """Key and certificate are replaced at once; after the revocation there is no next one."""
    folder = tmp_path / "device"
    joined(hub, technician, folder)
    file, own = folder / "device.pem", folder / "authority.crt"
    before = file.read_bytes()
    renew(hub, own, file)
    after = file.read_bytes()
    assert after != before
    ssl.create_default_context().load_cert_chain(file)
    assert technician.post(f"{PAGE}/kiosk-1/revoke", headers=OURS).status_code == 303
    with pytest.raises(CannotJoin, match="refuses"):
        renew(hub, own, file)
    assert file.read_bytes() == after
    assert "Revoked" in technician.get(PAGE).text


def test_nobody_lets_a_device_in_without_saying_who_they_are(client: FlaskClient) -> None:
    """Each step has a name in the log."""
    for step in ("open", "approve", "turn-away", "revoke"):
        assert client.post(f"{PAGE}/kiosk-1/{step}", headers=OURS).status_code == 400


def test_hostile_requests_are_refused_in_words(client: FlaskClient) -> None:
    """No object, no text, too long: 400 with the field, never 500."""
    for path in ("join", "collect", "renew"):
        for body in (
            b"",
            b"[]",
            b"{}",
            b'{"code":1,"ticket":[],"certificate":null}',
            b"\xff",
            b'{"code":"' + b"A" * 13_000,
        ):
            answer = client.post(
                f"/api/v1/devices/{path}", data=body, headers={"Content-Type": "application/json", **OURS}
            )
            assert answer.status_code == 400, (path, body[:20])
            assert answer.content_type == "application/problem+json"


def test_a_house_without_a_listener_for_certificates_says_so(parts: WebParts, house: Store) -> None:
    """The page names the setting; the way for devices is closed."""
    del house
    client = enter(create_app(parts).test_client())
    client.set_cookie("yingbin_language", "en")
    assert "broker.tls_host" in client.get(PAGE).text
    assert client.get("/api/v1/devices/authority").status_code == 404


@pytest.mark.parametrize("field", ["certificate", "code", "csr", "signature", "ticket"])
def test_half_a_character_from_a_stranger_is_refused_by_name(app: Flask, field: str) -> None:
    """JSON can say what no bytes can: nobody needs a code to send it, so it must not become a bug of the page."""
    told = {
        "join": {"code": "x", "csr": "x"},
        "collect": {"ticket": "x"},
        "renew": {"certificate": "x", "csr": "x", "signature": "AAAA"},
    }
    for path, body in told.items():
        if field in body:
            answer = app.test_client().post(f"/api/v1/devices/{path}", json=body | {field: "\ud800"}, headers=PROGRAM)
            assert (answer.status_code, answer.get_json()["field"]) == (400, field), path


def test_a_device_that_the_settings_name_no_more_can_be_revoked(technician: FlaskClient, house: Store) -> None:
    """Its certificate opens until somebody does; nobody can let another one join under that name."""
    until = datetime.now(UTC) + timedelta(days=99)
    left = DeviceCertificate(
        serial="77", device="kiosk-9", fingerprint="f", issued_at=NOW, until=until, issued_by="Li Wei"
    )
    with house.write() as tx:
        tx.certificates.save(left)
        tx.feed.touch([("certificates", "kiosk-9")])
    page = technician.get(PAGE).text
    assert "its certificate still opens" in page
    assert f"{PAGE}/kiosk-9/open" not in page
    assert f"{PAGE}/kiosk-9/revoke" in page
    assert technician.post(f"{PAGE}/kiosk-9/revoke", headers=OURS).status_code == 303
    assert "kiosk-9" not in technician.get(PAGE).text
