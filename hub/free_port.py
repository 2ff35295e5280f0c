"""Ports of this machine: whether one is free, which one is, and whether somebody answers there."""

import secrets
import socket

_RANGE = range(20_000, 30_000)
"""Below those from which clients call out: a client that retries could otherwise sit on one."""


def probe(host: str, port: int) -> None:
    """See whether a program may listen here. Raises OSError where it may not."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind((host, port))


def free_port(host: str, besides: int = 0) -> int:
    """Return a port that is free, other than ``besides``. Raises OSError where none was found."""
    for _ in range(len(_RANGE)):
        port = secrets.choice(_RANGE)
        try:
            probe(host, port)
        except OSError:
            continue
        if port != besides:
            return port
    raise OSError(f"no free port was found between {_RANGE.start} and {_RANGE.stop}")


def answers(host: str, port: int) -> bool:
    """Say whether somebody takes connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
