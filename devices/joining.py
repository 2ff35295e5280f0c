"""A device joins the house: it makes its own key, asks with a technician's code, and keeps what it is given.

It trusts nobody before it has compared the authority's certificate with the end of the code. The key never leaves it.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from devices.contract.joining import (
    ASK_PATH,
    AUTHORITY_PATH,
    CODE_LETTERS,
    COLLECT_PATH,
    PIN_LETTERS,
    RENEW_PATH,
    pin_of,
    short_fingerprint,
    tidy_code,
)
from devices.joined import JOINED, told
from devices.ports import DeviceError

TOKEN, TOKEN_PATH = "X-Yingbin-Token", "/token"
DEVICE, AUTHORITY, SECRET = "device.pem", "authority.crt", "secret.toml"
ASK_EVERY_S = 2.0

_WITHIN_S = 20.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OK = 200
_LARGEST = 65_536
_HEX = re.compile("(?:[0-9a-f]{2}){16,64}")


class CannotJoin(DeviceError):
    """The device was not let in; the text says what to do."""

    code = "cannot_join"


@dataclass(frozen=True, slots=True)
class Joined:
    """What the device is told: who it is, and where the broker is."""

    site: str
    device: str
    host: str
    port: int


def join(hub: str, typed: str, folder: Path, show: Callable[[str], None], wait: Callable[[float], object]) -> Joined:
    """Join the house at ``hub`` (an https address) with a code; the files go to ``folder``.

    ``show`` is given the fingerprint for the technician; ``wait`` passes seconds until it is worth asking again.
    Raises CannotJoin, OSError.
    """
    code = tidy_code(typed)
    if len(code) != CODE_LETTERS + PIN_LETTERS:
        raise CannotJoin(
            f"the code has {CODE_LETTERS + PIN_LETTERS} letters and digits, not {len(code)}: type it again"
        )
    authority = _authority(hub, code[CODE_LETTERS:])
    door = _Door(hub, _trusting(authority))
    key = generate_private_key(SECP256R1())
    asked = door.post(ASK_PATH, {"code": code, "csr": _request(key)})
    show(short_fingerprint(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)))
    while (answer := door.post(COLLECT_PATH, {"ticket": asked.text("ticket")})).waits:
        wait(ASK_EVERY_S)
    broker = answer.body.get("broker")
    if not isinstance(broker, dict):
        raise CannotJoin("the hub's answer names no broker: see whether both run the same version")
    files = {
        AUTHORITY: authority,
        SECRET: _secret(answer),
        DEVICE: _private(key) + _certificate_of(answer.text("certificate"), key),
        JOINED: _told(hub, answer, broker),  # the last: whoever finds it finds all
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in files.items():
        _keep(folder / name, text)
    return Joined(answer.text("site"), answer.text("device"), str(broker.get("host")), int(broker.get("port", 0)))


def _told(hub: str, answer: "_Answer", broker: Mapping[str, object]) -> str:
    files: dict[str, str | int] = {"secret": SECRET, "tls_ca": AUTHORITY, "certificate": DEVICE}
    way: dict[str, str | int] = {
        "host": str(broker.get("host")),
        "port": int(str(broker.get("port", 0))),
        "renew_at": hub,
    }
    return told(answer.text("site"), answer.text("device"), {**way, **files})


def renew(hub: str, authority: Path, certificate: Path) -> None:
    """Get the next certificate on the word of this one, for a fresh key. Raises CannotJoin, OSError.

    One file holds both, and is replaced at once: whoever connects meanwhile has the old pair or the new one.
    """
    held = certificate.read_bytes()
    old, key = _old_key(held), generate_private_key(SECP256R1())
    csr = _request(key)
    pem = x509.load_pem_x509_certificate(held).public_bytes(Encoding.PEM).decode("ascii")
    signature = base64.b64encode(old.sign(csr.encode(), ECDSA(SHA256()))).decode("ascii")
    door = _Door(hub, _trusting(authority.read_text(encoding="ascii")))
    answer = door.post(RENEW_PATH, {"certificate": pem, "csr": csr, "signature": signature})
    _keep(certificate, _private(key) + _certificate_of(answer.text("certificate"), key))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the hub said."""

    body: dict[str, object]

    @property
    def waits(self) -> bool:
        """Say whether it comes later."""
        return self.body.get("waits") is True

    def text(self, name: str) -> str:
        """Return a text of it. Raises CannotJoin."""
        value = self.body.get(name)
        if not isinstance(value, str):
            raise CannotJoin(f"the hub's answer has no {name}: see whether both run the same version")
        return value


class _Door:
    """The hub's pages, as a program sees them."""

    def __init__(self, hub: str, trust: ssl.SSLContext) -> None:
        """Keep the address. Raises CannotJoin for one that others could listen to."""
        parts = urlsplit(hub)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise CannotJoin(f"{hub} is no https address: nothing secret is sent in the open")
        self._host, self._port = parts.hostname or "", parts.port
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._trust = trust if parts.scheme == "https" else None
        self._headers = {"Content-Type": "application/json", "Origin": self._origin}

    def post(self, path: str, body: dict[str, str]) -> _Answer:
        """Send an object and return the answer. Raises CannotJoin, with the hub's own words where it refuses.

        The hub asks everybody who changes something for the token that it gave them, programs too.
        """
        if TOKEN not in self._headers:
            self._headers[TOKEN] = self.get(TOKEN_PATH).text("token")
        return self._ask("POST", path, json.dumps(body))

    def get(self, path: str) -> _Answer:
        """Ask for something. Raises CannotJoin."""
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: str | None) -> _Answer:
        if self._trust is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=_WITHIN_S)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=_WITHIN_S, context=self._trust)
        try:
            connection.request(method, path, body, self._headers)
            response = connection.getresponse()
            if given := response.headers.get("Set-Cookie"):
                self._headers["Cookie"] = given.partition(";")[0]
            found = json.loads(response.read(_LARGEST))
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise CannotJoin(f"{self._origin} does not answer as a hub does: {problem}") from problem
        finally:
            connection.close()
        if not isinstance(found, dict) or response.status != _OK:
            raise CannotJoin(f"the hub refuses ({response.status}): {_why(found)}")
        return _Answer(found)


def _why(problem: object) -> str:
    """Return the hub's own words for a refusal: what is wrong with what was sent, and what to do (RFC 9457)."""
    if not isinstance(problem, dict):
        return ""
    names = ("field", "problem", "remedy") if "problem" in problem else ("title", "detail")
    first, *rest = (str(problem.get(name, "")) for name in names)
    return " ".join((first, "; ".join(rest)))


def _authority(hub: str, pin: str) -> str:
    """Fetch the authority's certificate (PEM) from whoever answers, and take it only if the code names it."""
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    nobody.check_hostname = False
    nobody.verify_mode = ssl.CERT_NONE  # what is fetched is compared with the code, and nothing is said before
    pem = _Door(hub, nobody).get(AUTHORITY_PATH).text("certificate")
    try:
        fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    except ValueError as problem:
        raise CannotJoin("the hub's authority is no certificate: see whether this is the hub's address") from problem
    if pin_of(fingerprint) != pin:
        raise CannotJoin("this is not the hub that made the code: somebody else answers there, or the code is mistyped")
    return pem


def _trusting(authority: str) -> ssl.SSLContext:
    """Trust the house's authority, and those of the machine where the pages have an operator's certificate."""
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=authority)
    return context


def _request(key: EllipticCurvePrivateKey) -> str:
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    return asked.public_bytes(Encoding.PEM).decode("ascii")


def _private(key: EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def _old_key(held: bytes) -> EllipticCurvePrivateKey:
    key = load_pem_private_key(held, password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise CannotJoin("the key of this device is of another kind: let it join anew")
    return key


def _certificate_of(pem: str, key: EllipticCurvePrivateKey) -> str:
    """Return a certificate that is for our key. Raises CannotJoin."""
    try:
        fits = x509.load_pem_x509_certificate(pem.encode()).public_key() == key.public_key()
    except ValueError:
        fits = False
    if not fits:
        raise CannotJoin("the hub's certificate is for another key: let the device join again")
    return pem


def _secret(answer: _Answer) -> str:
    """Return the file of what the house's devices know: the key of hashes, and which key is the house's own (hex).

    By that one a kiosk knows from the first message on who may name keys for signed codes; an older hub does not say.
    """
    told = {name: answer.body[name] for name in ("lookup_key", "house_key") if answer.body.get(name)}
    for name, value in told.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise CannotJoin(f"the hub's {name} is no key: see whether both run the same version")
    if "lookup_key" not in told:
        raise CannotJoin("the hub's answer has no lookup_key: see whether both run the same version")
    return "".join(f'{name} = "{value}"\n' for name, value in told.items())


def _keep(path: Path, text: str) -> None:
    """Write a file for this user alone, whole or not at all, and on the disk before this returns."""
    unfinished = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
        ) as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    listing = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)
