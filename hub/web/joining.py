"""``/api/v1/devices/…``: how a device comes to its certificate, and to the next one.

They stand on the same blueprint, and in the same document, as what ``hub.web.api`` serves. Nobody is signed in here: a
device proves itself by a code, a ticket or its old key.
"""

import base64
import binascii
from collections.abc import Mapping

from flask import Response, jsonify

from hub.domain.errors import InvalidInput, NotFound
from hub.usecases.acting import Deciding
from hub.usecases.join_device import Joining, ask_to_join, collect, is_code, is_ours, is_ticket, renew
from hub.web.api import api
from hub.web.api_conditions import pages
from hub.web.changing import settled
from hub.web.endpoints import JSON, Schema
from hub.web.limits import let_guess
from hub.web.page import now
from hub.web.parts import shelf

__all__ = ["pages"]


def _text(about: str, most: int) -> Schema:
    return {"type": "string", "maxLength": most, "description": about}


def _object(**fields: Schema) -> dict[str, Schema]:
    return {JSON: {"type": "object", "properties": fields}}


_PEM, _CSR = _text("A certificate, PEM.", 8_192), _text("A signing request for an EC key on P-256, PEM.", 8_192)
_NAME = _text("The device's id.", 32)
_TICKET = _text("What the device comes back with.", 100)
_BROKER = {"type": "object", "properties": {"host": _text("Host.", 253), "port": {"type": "integer"}}}


@api.get(
    "/devices/authority", "The house's authority, to be compared with the end of a code", _object(certificate=_PEM)
)
def authority() -> Response:
    """Give the authority's certificate, which the device compares with the end of its code before it trusts it."""
    return jsonify(certificate=house().signer.certificate)


@api.post(
    "/devices/join",
    "Ask to join with a technician's code; it holds once",
    _object(ticket=_TICKET, device=_NAME, fingerprint=_text("What both screens show.", 20)),
    {"code": _text("The code.", 100), "csr": _CSR},
    ("code", "csr"),
)
def ask(told: Mapping[str, str]) -> Response:
    """Take a request; answers with a ticket, and what both screens show. Raises InvalidInput, TooManyTries."""
    at, who = house(), _device()
    let_guess(lambda tx: is_code(tx, told["code"], who))
    with settled() as tx:
        window, ticket = ask_to_join(tx, told["code"], told["csr"], at, who)
    return jsonify(ticket=ticket, device=window.device, fingerprint=window.fingerprint)


@api.post(
    "/devices/collect",
    "What a ticket waits for; `waits` until a technician has approved it",
    _object(
        waits={"type": "boolean"},
        certificate=_PEM,
        device=_NAME,
        site=_text("The site's id.", 32),
        lookup_key=_text("The venue's key for hashes of codes, hex.", 128),
        house_key=_text("Public half of the key that vouches for those of signed codes, hex.", 64),
        broker=_BROKER,
    ),
    {"ticket": _TICKET},
    ("ticket",),
)
def fetch(told: Mapping[str, str]) -> Response:
    """Give what a ticket waits for.

    Raises InvalidInput, TooManyTries; NotFound where the house's own key cannot be read.
    """
    at, who = house(), _device()
    let_guess(lambda tx: is_ticket(tx, told["ticket"], who))
    house_key = at.house_key()
    with settled() as tx:
        window = collect(tx, told["ticket"], who)
    if not window.certificate:
        return jsonify(waits=True)
    return jsonify(
        waits=False,
        certificate=window.certificate,
        device=window.device,
        site=at.told.site,
        lookup_key=at.told.lookup_key,
        house_key=house_key,
        broker={"host": at.told.host, "port": at.told.port},
    )


@api.post(
    "/devices/renew",
    "The next certificate, on the word of the key of this one",
    _object(certificate=_PEM, device=_NAME),
    {"certificate": _PEM, "csr": _CSR, "signature": _text("ECDSA with SHA-256 over `csr`, base64.", 200)},
    ("certificate", "csr", "signature"),
)
def next_one(told: Mapping[str, str]) -> Response:
    """Sign ``csr`` for who holds ``certificate``, by their ``signature`` of it.

    Raises InvalidInput, Refused, TooManyTries.
    """
    try:
        signature = base64.b64decode(told["signature"], validate=True)
    except (binascii.Error, ValueError) as problem:
        raise InvalidInput("signature", "is no base64", "send the signature of csr by the old key") from problem
    at, who = house(), _device()
    let_guess(lambda tx: is_ours(tx, told["certificate"], told["csr"], signature, at, who))
    with settled() as tx:
        device, made = renew(tx, told["certificate"], told["csr"], signature, at, who)
    return jsonify(certificate=made, device=device)


def house() -> Joining:
    """Return what joining needs. Raises NotFound where this hub lets nobody in by certificate."""
    found = shelf().parts.joining
    if found is None:
        raise NotFound("devices join only where broker.tls_host is set in hub.toml")
    return found


def _device() -> Deciding:
    return Deciding(actor="device", at=now(), ids=shelf().parts.ids)
