"""A device joins: a technician opens a window, the device asks with a code, the technician approves, it is let in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from devices.contract.joining import CODE_LETTERS, join_code, short_fingerprint, tidy_code
from hub.certificate_ports import Signer
from hub.domain.errors import InvalidInput, NotFound, Refused
from hub.domain.joining import DeviceCertificate, Stage, Window, hash_of
from hub.ports import Transaction
from hub.usecases.acting import Deciding

CODE_BITS = 5 * CODE_LETTERS
KEPT = timedelta(days=1)
"""How long a window is listed after it closed."""

RENEWALS = 30
"""How often a device may renew in a day. It asks each hour where an answer was lost, and once each time it starts."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a device is told when it has joined: where the broker is, and the venue's key for hashes of codes (hex)."""

    site: str = ""
    host: str = ""
    port: int = 0
    lookup_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Joining:
    """What joining needs of the house: who signs, which devices there may be, for how many days, and chance.

    ``house_key`` gives the public half (hex) of the key that vouches for those of signed codes, as it is now; empty
    where there is none. It may raise NotFound.
    """

    signer: Signer
    devices: Collection[str]
    days: int
    minutes: int
    bits: Callable[[int], int]
    token: Callable[[], str]
    told: Told = Told()
    house_key: Callable[[], str] = str


def open_window(tx: Transaction, device: str, house: Joining, who: Deciding) -> tuple[Window, str]:
    """Let a device join for some minutes; returns the window, and the code to show. An earlier one for it closes.

    Raises InvalidInput for a device that the settings do not name.
    """
    if device not in house.devices:
        raise InvalidInput("device", f"{device[:40]!r} is none of this house", "name it in hub.toml first")
    for one in tx.certificates.windows():
        if one.device == device and one.waits(who.at):
            tx.certificates.save_window(replace(one, stage=Stage.CLOSED))
    tx.certificates.forget_windows(who.at - KEPT)
    code = join_code(house.bits(CODE_BITS), house.signer.fingerprint)
    window = Window(
        id=who.ids(),
        device=device,
        code=hash_of(code),
        opened_by=who.actor,
        opened_at=who.at,
        closes_at=who.at + timedelta(minutes=house.minutes),
    )
    tx.certificates.save_window(window)
    tx.records.audit(who.actor, "device.window", device, who.at)
    tx.feed.touch([("certificates", device)])
    return window, code


def is_code(tx: Transaction, code: str, who: Deciding) -> bool:
    """Say whether a device may ask with a code."""
    return _open(tx, code, who) is not None


def is_ticket(tx: Transaction, ticket: str, who: Deciding) -> bool:
    """Say whether something waits for a ticket, or did until now."""
    return _waiting(tx, ticket, who) is not None


def is_ours(tx: Transaction, certificate: str, csr: str, signature: bytes, house: Joining, who: Deciding) -> bool:
    """Say whether somebody holds a certificate that counts, and has signed a request with its key."""
    return _held(tx, certificate, csr, signature, house, who) is not None


def ask_to_join(tx: Transaction, code: str, csr: str, house: Joining, who: Deciding) -> tuple[Window, str]:
    """Take a device's request with the code; returns the window and a ticket to come back with.

    The code holds once: of two that use it at one time one wins. Raises InvalidInput for a code that is wrong, used or
    too late, in the same words, and for a request that cannot be signed: then the code still holds.
    """
    public_key = house.signer.key_of(csr)
    window = _open(tx, code, who)
    if window is None:
        raise InvalidInput("code", "is wrong, used, or too old", "ask a technician for a new one")
    ticket = house.token()
    asked = replace(
        window, stage=Stage.ASKED, csr=csr, ticket=hash_of(ticket), fingerprint=short_fingerprint(public_key)
    )
    tx.certificates.save_window(asked)
    tx.records.audit(who.actor, "device.ask", f"{window.device} {asked.fingerprint}", who.at)
    tx.feed.touch([("certificates", window.device)])
    return asked, ticket


def approve(tx: Transaction, window_id: str, fingerprint: str, house: Joining, who: Deciding) -> None:
    """Sign for the device that asked. What it held before, or the piece before it, is revoked: the place stays.

    ``fingerprint`` is the one that the technician saw when they compared. Raises NotFound, Refused.
    """
    window = _asked(tx, window_id, who)
    if window.fingerprint != fingerprint:
        raise Refused("another device has asked meanwhile: compare again")
    revoke_all(tx, window.device, who)
    paper = house.signer.sign(window.csr, window.device, house.days)
    _file(tx, paper.serial, window.device, paper.fingerprint, paper.until, who)
    tx.certificates.save_window(replace(window, stage=Stage.APPROVED, certificate=paper.pem))
    tx.records.audit(who.actor, "device.approve", f"{window.device} {window.fingerprint}", who.at)


def turn_away(tx: Transaction, window_id: str, who: Deciding) -> None:
    """Close a window, whoever has asked. Raises NotFound."""
    window = tx.certificates.window(window_id)
    if window is None:
        raise NotFound("there is no such window")
    if window.stage in {Stage.OPEN, Stage.ASKED}:
        tx.certificates.save_window(replace(window, stage=Stage.CLOSED))
        tx.records.audit(who.actor, "device.turn_away", window.device, who.at)
        tx.feed.touch([("certificates", window.device)])


def collect(tx: Transaction, ticket: str, who: Deciding) -> Window:
    """Return the window of a ticket: with its certificate where it was approved, else the device asks again later.

    Raises InvalidInput for a ticket that is wrong, or whose window has closed.
    """
    window = _waiting(tx, ticket, who)
    if window is None:
        raise InvalidInput("ticket", "is wrong or too old", "ask a technician for a new code")
    if window.stage is Stage.APPROVED:
        # After a lost answer the same ticket gives the same again: without the key it is worth nothing.
        window = replace(window, stage=Stage.JOINED)
        tx.certificates.save_window(window)
        tx.records.audit(window.device, "device.join", window.fingerprint, who.at)
        tx.feed.touch([("certificates", window.device)])
    return window


def renew(
    tx: Transaction, certificate: str, csr: str, signature: bytes, house: Joining, who: Deciding
) -> tuple[str, str]:
    """Sign a device's new key on the word of its old one; returns the device and the certificate (PEM).

    The old one holds until its own end, so that nothing is cut. Raises Refused for one that does not count any more,
    and for one that renews all the time.
    """
    held = _held(tx, certificate, csr, signature, house, who)
    if held is None:
        raise Refused("this certificate does not count here: let the device join anew")
    lately = [one for one in tx.certificates.of_device(held.device) if one.issued_at > who.at - _DAY]
    if len(lately) >= RENEWALS:
        raise Refused("this device has renewed too often today: it may again tomorrow")
    paper = house.signer.sign(csr, held.device, house.days)
    _file(tx, paper.serial, held.device, paper.fingerprint, paper.until, replace(who, actor=held.device))
    tx.records.audit(held.device, "device.renew", f"{paper.serial:x}", who.at)
    return held.device, paper.pem


def revoke_device(tx: Transaction, device: str, who: Deciding) -> None:
    """Let a device be a stranger from now on. Raises NotFound where it holds nothing."""
    if not revoke_all(tx, device, who):
        raise NotFound(f"{device} holds no certificate")
    for one in tx.certificates.windows():
        if one.device == device and one.waits(who.at):
            tx.certificates.save_window(replace(one, stage=Stage.CLOSED))
    tx.records.audit(who.actor, "device.revoke", device, who.at)


def revoke_all(tx: Transaction, device: str, who: Deciding) -> int:
    """Revoke what a device holds; returns how many that were. The broker follows (``hub.gatekeeper``)."""
    held = [one for one in tx.certificates.of_device(device) if one.revoked_at is None]
    for one in held:
        tx.certificates.save(replace(one, revoked_at=who.at))
    tx.feed.touch([("certificates", device)])
    return len(held)


def _open(tx: Transaction, code: str, who: Deciding) -> Window | None:
    window = tx.certificates.by_code(hash_of(tidy_code(code)))
    return window if window and window.stage is Stage.OPEN and window.waits(who.at) else None


def _waiting(tx: Transaction, ticket: str, who: Deciding) -> Window | None:
    window = tx.certificates.by_ticket(hash_of(ticket))
    done = window is not None and window.stage is Stage.JOINED and who.at < window.closes_at
    return window if window is not None and (done or window.waits(who.at)) else None


def _held(
    tx: Transaction, certificate: str, csr: str, signature: bytes, house: Joining, who: Deciding
) -> DeviceCertificate | None:
    serial = house.signer.holder(certificate, signature, csr.encode())
    if serial is None:
        return None
    device = next((one.device for one in tx.certificates.all() if one.serial == f"{serial:x}"), "")
    held = next((one for one in tx.certificates.of_device(device) if one.serial == f"{serial:x}"), None)
    return held if held and held.counts(who.at) and held.device in house.devices else None


def _asked(tx: Transaction, window_id: str, who: Deciding) -> Window:
    window = tx.certificates.window(window_id)
    if window is None:
        raise NotFound("there is no such window")
    if window.stage is not Stage.ASKED or not window.waits(who.at):
        raise Refused("nobody waits there any more: open a new window")
    return window


def _file(tx: Transaction, serial: int, device: str, fingerprint: str, until: datetime, who: Deciding) -> None:
    made = DeviceCertificate(
        serial=f"{serial:x}",
        device=device,
        fingerprint=fingerprint,
        issued_at=who.at,
        until=until,
        issued_by=who.actor,
    )
    tx.certificates.save(made)
    tx.feed.touch([("certificates", device)])
