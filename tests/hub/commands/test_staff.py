"""``python -m hub staff``."""

import argparse
import io
import re

import pytest
from rich.console import Console

from hub.commands import staff
from hub.ports import Store
from hub.usecases.enrol_device import hash_of, join_tablet
from hub.usecases.sign_in import sign_in
from tests.hub.build import HALL
from tests.hub.imports import acting
from tests.hub.on_duty import deciding, somebody


def run(store: Store, *words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    staff.add_arguments(parser)
    out = io.StringIO()
    return staff.run(parser.parse_args(words), store, Console(file=out, width=200), acting()), out.getvalue()


def test_a_house_is_opened_from_the_command_line(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """People are listed, get PINs and badges, and a tablet joins at which both sign in."""
    assert "add [[staff]]" in run(sqlite_store)[1]
    with sqlite_store.write() as tx:
        tx.staff.put([somebody("小李", key="li"), somebody("小陈", key="chen")])
    code, told = run(sqlite_store, "--pins", "--tablet", "大堂平板")
    assert code == 0
    pins = dict(re.findall(r"(\S+): PIN (\d{6})", told))
    assert pins.keys() == {"小李", "小陈"}
    invitation = re.search(r"type (\d{8})", told)
    assert invitation
    monkeypatch.setattr("sys.stdin", io.StringIO("YB-0001-4471-QZ\n"))
    assert "badge signs in now" in run(sqlite_store, "--badge", "li")[1]
    with sqlite_store.write() as tx:
        _, secret = join_tablet(tx, invitation[1], deciding(0), lambda: "secret")
        for tried, name in ((pins["小陈"], "小陈"), ("yb00014471qz", "小李"), (pins["小李"], "小李")):
            found = sign_in(tx, hash_of(secret), tried, deciding(0))
            assert found is not None
            assert found.person == name
    listed = run(sqlite_store)[1]
    assert "badge, pin" in listed
    assert not any(pin in listed for pin in pins.values())


def test_a_tablet_is_let_join_as_a_rooms_panel(sqlite_store: Store) -> None:
    """By the room's key; one that there is not is named, with the remedy."""
    with sqlite_store.write() as tx:
        tx.meetings.save_room(HALL)
    code, told = run(sqlite_store, "--tablet", "大厅面板", "--room", "hall")
    invitation = re.search(r"type (\d{8})", told)
    assert code == 0
    assert invitation
    with sqlite_store.write() as tx:
        assert join_tablet(tx, invitation[1], deciding(0), lambda: "secret")[0].room == "hall"
    code, told = run(sqlite_store, "--tablet", "面板", "--room", "nowhere")
    assert code == 2
    assert "'nowhere'" in told


def test_somebody_who_is_not_listed_gets_no_pin(sqlite_store: Store) -> None:
    """And is named, with the remedy."""
    code, told = run(sqlite_store, "--pin", "nobody")
    assert code == 2
    assert "'nobody'" in told
