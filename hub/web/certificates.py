"""``/rooms/devices``: which devices hold a certificate; a technician lets one join, compares it, revokes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, request

from devices.contract.joining import shown
from hub.domain.joining import DeviceCertificate, Stage, Window
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.join_device import approve, open_window, revoke_device, turn_away
from hub.web.changing import change, done
from hub.web.joining import house
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.qr import inline
from hub.web.shift import person

pages = Blueprint("certificates", __name__, url_prefix="/rooms/devices")


@dataclass(frozen=True, slots=True)
class Line:
    """One device: what it holds, since when it holds nothing, and the window that is open for it.

    ``named``: the settings name it. One that they name no more, and that holds a certificate, still has to be revoked.
    """

    device: str
    held: DeviceCertificate | None
    revoked_at: datetime | None
    window: Window | None
    named: bool = True


@pages.get("")
def show() -> Response:
    """Show every device of the settings."""
    return draw("certificates.html", {"devices": _lines}, on=shelf().parts.joining is not None)


@pages.post("/<device>/open")
def let(device: str) -> Response:
    """Open a window for a device, and show its code once. Raises NotFound, InvalidInput."""
    at, codes = house(), list[tuple[Window, str]]()
    change(lambda tx, by: codes.append(open_window(tx, device, at, _who(by))))
    window, code = codes[-1]
    link = f"{request.host_url}#{code}"
    answer = draw(
        "join_code.html",
        {},
        window=window,
        code=shown(code),
        at=request.host_url,
        symbol=inline(link),
        until=window.closes_at,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/<device>/approve")
def accept(device: str) -> Response:
    """Sign for the device whose ``fingerprint`` the technician has compared. Raises NotFound, Refused."""
    at, fingerprint = house(), request.form.get("fingerprint", "")
    change(lambda tx, by: approve(tx, _window(tx, device), fingerprint, at, _who(by)))
    return done("/rooms/devices")


@pages.post("/<device>/turn-away")
def refuse(device: str) -> Response:
    """Close the window of a device, whoever has asked. Raises NotFound."""
    change(lambda tx, by: turn_away(tx, _window(tx, device), _who(by)))
    return done("/rooms/devices")


@pages.post("/<device>/revoke")
def revoke(device: str) -> Response:
    """Let a device be a stranger from now on. Raises NotFound."""
    change(lambda tx, by: revoke_device(tx, device, _who(by)))
    return done("/rooms/devices")


def _who(by: str) -> Deciding:
    return Deciding(actor=by, at=now(), ids=shelf().parts.ids)


def _window(tx: Transaction, device: str) -> str:
    """Return the id of the newest window of a device; empty for none, which no window has."""
    return next((one.id for one in tx.certificates.windows() if one.device == device), "")


def _lines() -> object:
    everything = shelf().recent.get("certificates", _read)
    at, moment = shelf().parts.joining, now()
    held, windows = everything
    named = at.devices if at else ()
    lines = [_line(device, held, windows, moment) for device in named]
    left = sorted({one.device for one in held if at and one.counts(moment)}.difference(named))
    lines += [replace(_line(device, held, windows, moment), named=False) for device in left]
    return {"lines": lines, "person": person(), "Stage": Stage}


def _read(tx: Transaction) -> tuple[Sequence[DeviceCertificate], Sequence[Window]]:
    return tx.certificates.all(), tx.certificates.windows()


def _line(device: str, certificates: Sequence[DeviceCertificate], windows: Sequence[Window], moment: datetime) -> Line:
    mine = [one for one in certificates if one.device == device]
    return Line(
        device,
        next((one for one in mine if one.counts(moment)), None),
        max((one.revoked_at for one in mine if one.revoked_at), default=None),
        next((one for one in windows if one.device == device and one.waits(moment)), None),
    )
