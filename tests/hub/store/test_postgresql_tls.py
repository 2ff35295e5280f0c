"""A real PostgreSQL with TLS: who it must prove to be before it hears anything."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import make_url

from hub.authority import Authority
from hub.booking_ports import SourceAway, SourceWrong
from hub.booking_sources import sql_engine
from hub.store.errors import CannotOpen
from hub.store.sql import open_store
from tests.hub import postgres

pytestmark = pytest.mark.postgresql


@contextmanager
def certified(server: postgres.Server, authority: Authority, *names: str) -> Iterator[None]:
    """Have the server show a certificate of this authority."""
    certificate, key = authority.server(names, 1)
    for file, text in (("server.pem", certificate), ("server.key", key)):
        path = server.folder / file
        path.touch(0o600)
        path.write_text(text)
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")
    settings = {
        "ssl_cert_file": str(server.folder / "server.pem"),
        "ssl_key_file": str(server.folder / "server.key"),
        "ssl": "on",
    }
    for name, value in settings.items():
        server.command(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    server.reload("ssl", "on")
    try:
        yield
    finally:
        for name in settings:
            server.command(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))
        server.reload("ssl", "off")


def asking(url: str, folder: Path) -> str:
    """Ask for a certificate of the authority in this folder, as docs/booking-database.md says to."""
    (folder / "ca.pem").write_text(Authority.open(folder).certificate)
    return f"{url}?sslmode=verify-full&sslrootcert={folder / 'ca.pem'}"


def test_a_database_that_proves_who_it_is_is_spoken_to_by_tls(
    postgresql_server: postgres.Server, postgresql_url: str, tmp_path: Path
) -> None:
    """By the hub, and as a source of bookings."""
    with certified(postgresql_server, Authority.open(tmp_path), "127.0.0.1"):
        with closing(open_store(asking(postgresql_url, tmp_path))) as store, store.read() as tx:
            assert tx._work.driver.pgconn.ssl_in_use
        engine = sql_engine.make_engine(make_url(asking(postgresql_url, tmp_path)))
        with sql_engine.reading(engine) as connection:
            asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert connection.exec_driver_sql(asked).scalar() is True
        engine.dispose()


@pytest.mark.parametrize("shown", ["no certificate", "one of nobody", "one of another machine"])
def test_a_database_with_a_certificate_of_nobody_is_not_opened(
    postgresql_server: postgres.Server, postgresql_url: str, tmp_path: Path, shown: str
) -> None:
    """Whoever poses as the database, or sits in between, hears neither the password nor a name."""
    ours, nobody = tmp_path / "ours", tmp_path / "nobody"
    url = asking(postgresql_url, ours)
    if shown == "no certificate":
        refused(url, "server does not support SSL")
        return
    signer, name = (nobody, "127.0.0.1") if shown == "one of nobody" else (ours, "db.lan")
    with certified(postgresql_server, Authority.open(signer), name):
        refused(url, "certificate verify failed" if shown == "one of nobody" else "does not match host name")


def refused(url: str, why: str) -> None:
    """Hold that neither the hub nor a source of bookings opens it, and that people are told why."""
    with pytest.raises(CannotOpen, match=why):
        open_store(url)
    engine = sql_engine.make_engine(make_url(url))
    with pytest.raises((SourceAway, SourceWrong), match=why), sql_engine.reading(engine):
        pass
