"""Whether a database's address would send guests' names, and the hub's password, across the network in the open."""

from collections.abc import Iterator
from ipaddress import ip_address

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_CHECKED = frozenset({"verify-full", "verify-ca"})
"""What libpq does not do by itself: its default, ``prefer``, goes on without TLS, and ``require`` asks for nobody."""

IN_THE_OPEN = (
    "guests' names would cross the network in the open, or to whoever poses as the database: say "
    "sslmode=verify-full&sslrootcert=/etc/yingbin/database-ca.pem behind its question mark"
)


def address_problem(address: str) -> str:
    """Say what is wrong with a PostgreSQL on another machine whose certificate nobody checks; empty when nothing is.

    The address is not repeated. One that cannot be read is for others to name; other databases have drivers of their
    own, and say in their own words what they check.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        return ""
    if url.get_backend_name() not in {"postgres", "postgresql"}:
        return ""
    if _said(url, "sslmode") in _CHECKED or all(map(_is_here, _hosts(url))):
        return ""
    return IN_THE_OPEN


def is_local(host: str) -> bool:
    """Return whether a name or an address is of this machine: what is sent to it crosses no network."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_here(host: str) -> bool:
    return is_local(host) or host.startswith(("/", "@"))  # the folder of a socket, or one without a file


def _hosts(url: URL) -> Iterator[str]:
    """Give every host that libpq may try: several are tried in turn; without any it takes this machine's socket."""
    for said in (url.host or "", *(url.query.get(name, "") for name in ("host", "hostaddr"))):
        for some in (said,) if isinstance(said, str) else said:
            yield from (_without_port(one) for one in some.split(",") if one)


def _without_port(host: str) -> str:
    """Take off the port that SQLAlchemy lets follow a host in the query; an address of IPv6 has more colons."""
    return host.partition(":")[0] if host.count(":") == 1 else host


def _said(url: URL, name: str) -> str:
    said = url.query.get(name, "")
    return said if isinstance(said, str) else ""  # twice: nobody knows which holds
