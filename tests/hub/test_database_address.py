"""Which addresses of databases would send names and a password across the network in the open."""

import pytest

from hub.database_address import IN_THE_OPEN, address_problem


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://hub@192.168.1.5/yingbin",
        "postgresql://hub@db.lan/yingbin",
        "postgresql+psycopg://hub@db.lan/yingbin",
        "postgresql://hub@[fd00::5]/yingbin",
        "postgresql://hub@db.lan/yingbin?sslmode=prefer",
        "postgresql://hub@db.lan/yingbin?sslmode=require",
        "postgresql://hub@db.lan/yingbin?sslmode=verify-full&sslmode=disable",
        "postgresql://hub@db.lan/yingbin?SSLMODE=verify-full",
        "postgresql://hub@127.0.0.1,db.lan/yingbin",
        "postgresql://hub@/yingbin?host=db.lan",
        "postgresql://hub@/yingbin?host=127.0.0.1:5432&host=db.lan:5432",
        "postgresql://hub@localhost/yingbin?host=db.lan",
        "postgresql://hub@localhost/yingbin?hostaddr=192.168.1.5",
    ],
)
def test_a_database_across_the_network_whose_certificate_nobody_checks_is_a_mistake(address: str) -> None:
    """By itself libpq goes on without TLS where the other side has none, and "require" asks nobody's name."""
    assert address_problem(address) == IN_THE_OPEN


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://hub@db.lan/yingbin?sslmode=verify-full&sslrootcert=/etc/yingbin/database-ca.pem",
        "postgresql://hub@db.lan/yingbin?sslmode=verify-ca",
        "postgresql://hub@/yingbin?host=a.lan&host=b.lan&sslmode=verify-full",
        "postgresql://hub@127.0.0.1/yingbin",
        "postgresql://hub@127.0.0.2:5433/yingbin",
        "postgresql://hub@[::1]/yingbin",
        "postgresql://hub@localhost/yingbin",
        "postgresql:///yingbin",
        "postgresql:///yingbin?host=/var/run/postgresql",
        "postgresql:///yingbin?host=localhost:5432",
        "sqlite:////srv/hub.sqlite3",
    ],
)
def test_this_machine_and_a_database_that_proves_who_it_is_will_do(address: str) -> None:
    """A socket and loopback cross no network."""
    assert not address_problem(address)


def test_what_others_judge_is_left_to_them() -> None:
    """Another database's driver has words of its own; what is no address is named by whoever opens it."""
    assert not address_problem("mysql+pymysql://hub@db.lan/mrbs")
    assert not address_problem("bookings.db")
