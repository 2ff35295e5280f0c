"""Asks a broker to be let in without a name, as anybody on the network could (MQTT 5, 3.1 and 3.2)."""

import socket
import ssl

_NAME = b"yingbin-check"
_CONNECT = b"\x00\x04MQTT\x05\x02\x00\x0a\x00" + len(_NAME).to_bytes(2) + _NAME
_CONNACK, _DISCONNECT = 0x20, b"\xe0\x00"
_REASON_AT = 3
_ALERT = "ALERT"
"""In OpenSSL's words for how a peer ends a handshake that it understood (RFC 8446, 6.2)."""

_WITHIN_S = 5.0


class NoBroker(Exception):
    """Somebody answers, who is no MQTT broker; the text says what was heard."""

    code = "no_broker"


def lets_anybody_in(host: str, port: int, *, tls: bool) -> bool:
    """Say whether a client without name, password and certificate is let in.

    Raises ConnectionError or TimeoutError where nobody answers, NoBroker.
    """
    with socket.create_connection((host, port), _WITHIN_S) as plain:
        try:
            with _wrapped(plain) if tls else plain as sock:
                heard = _asked(sock)
        except TimeoutError as problem:
            raise NoBroker("it says nothing") from problem
        except OSError:
            heard = b""
    if not heard and tls:
        return False  # so Mosquitto does where a certificate is missing; without TLS it would give its reason
    if not heard:
        raise NoBroker("it hangs up")
    if heard[0] != _CONNACK or len(heard) <= _REASON_AT:
        raise NoBroker(f"it answers {heard[:_REASON_AT].hex()}")
    return heard[_REASON_AT] == 0


def _asked(sock: socket.socket) -> bytes:
    sock.sendall(b"\x10" + bytes([len(_CONNECT)]) + _CONNECT)
    heard = b""
    while len(heard) <= _REASON_AT and (more := sock.recv(64)):
        heard += more
    if len(heard) > _REASON_AT:
        sock.sendall(_DISCONNECT)
    return heard


def _wrapped(plain: socket.socket) -> ssl.SSLSocket:
    """Speak TLS with whoever answers: nothing secret is said, and it is the broker here that is looked at.

    Raises NoBroker where that is not TLS: only a peer who speaks it can refuse by it.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return context.wrap_socket(plain)
    except TimeoutError:
        raise
    except OSError as problem:
        if _ALERT in (getattr(problem, "reason", "") or ""):
            raise
        raise NoBroker(f"it speaks no TLS ({problem})") from problem
