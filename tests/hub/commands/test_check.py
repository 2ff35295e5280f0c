"""``python -m hub check`` finds what is not ready, and says what to do."""

import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from hub.__main__ import main
from hub.authority import Authority
from hub.commands import check
from hub.config import read_config
from hub.making import open_hub_store
from hub.venue_files import standard_playbooks
from hub.venue_files.playbooks import STANDARD
from hub.web.trust import in_groups
from tests.hub.mailbox import Mailbox, port_of, serve


@pytest.fixture
def mailbox() -> Mailbox:
    """Return what the mail server took."""
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    """Run a mail server."""
    made = serve(mailbox)
    yield made
    made.stop()


def settings(folder: Path, *more: str) -> Path:
    """Write a hub's settings."""
    path = folder / "hub.toml"
    path.write_text("\n".join(('site = "hall-a"', 'data = "data"', *more)))
    return path


def with_mail(folder: Path, port: int, *more: str) -> Path:
    """Write settings with a mail server on this machine."""
    mail = ("[mail]", 'host = "127.0.0.1"', f"port = {port}", 'tls = "none"', 'sender = "events@house.example"')
    return settings(folder, *more, *mail)


def test_a_fresh_house_is_ready_and_nothing_is_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without mail staff are asked to call; nobody has the broker's port yet, and none has been looked at."""
    with socket.create_server(("127.0.0.1", 0)) as broker:
        path = settings(tmp_path, "[broker]", f"port = {broker.getsockname()[1]}")
        assert main(["check", "--config", str(path)]) == 0
    said = capsys.readouterr().out
    assert "database: there is none yet" in said
    assert "broker: somebody answers" in said
    assert "mail: it is off" in said
    assert not (tmp_path / "data").exists()


def test_it_may_be_asked_while_the_hub_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The database that is open in another place is no mistake."""
    path = settings(tmp_path)
    store = open_hub_store(read_config(path))
    try:
        assert main(["check", "--config", str(path)]) == 0
    finally:
        store.close()
    assert "a running hub has it open" in capsys.readouterr().out
    assert main(["check", "--config", str(path)]) == 0
    assert "it has this program's schema" in capsys.readouterr().out


def test_a_test_message_really_goes_out(tmp_path: Path, mailbox: Mailbox, server: Controller) -> None:
    """In both languages."""
    path = with_mail(tmp_path, port_of(server))
    assert main(["check", "--config", str(path), "--mail", "me@example.com"]) == 0
    assert mailbox.receivers() == ["me@example.com"]
    text = mailbox.mails[0].get_body(("plain",))
    assert text is not None
    assert "这是一封测试邮件" in text.get_content()
    assert "This is a test" in text.get_content()


def test_each_thing_that_is_wrong_is_named_with_its_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mailbox: Mailbox, server: Controller
) -> None:
    """No mail server, a refused address, mail that is off, a broker that is not there, settings that are broken."""
    mailbox.answers["me@example.com"] = "550 5.1.1 gone"
    taken = socket.create_server(("127.0.0.1", 0))
    free = taken.getsockname()[1]
    taken.close()
    (tmp_path / "secret.toml").write_text("")
    away = ("[broker]", "managed = false", f"port = {free}", 'secret = "secret.toml"')
    wrong: list[tuple[Callable[[], Path], str]] = [
        (lambda: with_mail(tmp_path, free), "see mail.host and mail.port"),
        (lambda: with_mail(tmp_path, port_of(server)), "see the address"),
        (lambda: settings(tmp_path), "give mail.host and mail.sender"),
        (lambda: settings(tmp_path, *away), "see broker.host and broker.port"),
        (lambda: settings(tmp_path, "[mail]", 'host = "smtp.example.com"'), "mail.sender: is missing"),
    ]
    for write, words in wrong:
        assert main(["check", "--config", str(write()), "--mail", "me@example.com"]) == 1
        assert words in capsys.readouterr().out


def test_a_house_without_a_needed_playbook_is_not_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R127, R128: it names the kinds that are missing; an installation that cannot be read is told too."""
    whole = STANDARD.read_text(encoding="utf-8")
    short = tmp_path / "short.toml"
    parts = [part for part in whole.split("[[playbooks]]") if 'kind = "earthquake"' not in part]
    short.write_text("[[playbooks]]".join(parts), encoding="utf-8")
    for path, said in ((short, "there is none for earthquake"), (tmp_path / "no.toml", "cannot be read")):
        monkeypatch.setattr(check, "standard_playbooks", partial(standard_playbooks, path))
        assert main(["check", "--config", str(settings(tmp_path))]) == 1
        assert said in capsys.readouterr().out
    monkeypatch.undo()
    main(["check", "--config", str(settings(tmp_path))])
    assert "pass  playbooks: there is one for each of fire" in capsys.readouterr().out


def test_a_clock_that_runs_fast_is_not_ready_for_guests(tmp_path: Path) -> None:
    """A rehearsal's settings are found before the doors open."""
    config = settings(tmp_path, "clock_speed = 20.0", "clock_since_s = 1800000000.0")
    found = {one.about: one for one in check.findings(config, "")}
    assert not found["clock"].well
    assert "20 times" in found["clock"].found
    plain = {one.about: one for one in check.findings(settings(tmp_path), "")}
    assert plain["clock"].well


def test_a_fast_clock_without_the_instant_since_when_is_a_mistake(tmp_path: Path) -> None:
    """Each program would have a time of its own."""
    (found,) = check.findings(settings(tmp_path, "clock_speed = 20.0"), "")
    assert "clock_speed" in found.found
    (found,) = check.findings(settings(tmp_path, "clock_speed = 61.0"), "")
    assert "between 1 and 60" in found.found


def test_the_pages_certificate_is_looked_at_without_making_one(tmp_path: Path) -> None:
    """Before the first start there is none; then the fingerprint of /trust is said; a damaged authority is named."""
    path = settings(tmp_path, "[web]", 'tls = "own"')
    folder = tmp_path / "data" / "authority"
    assert "when it starts" in check._pages(read_config(path)).found
    assert not folder.exists()
    house = Authority.open(folder)
    found = check._pages(read_config(path))
    assert found.well
    assert in_groups(house.fingerprint) in found.found
    (folder / "authority.key").unlink()
    assert "restore" in check._pages(read_config(path)).found
    assert not check._pages(read_config(path)).well


def test_an_operators_certificate_is_looked_at_before_the_hub_starts(tmp_path: Path) -> None:
    """Its end and its names are said; a pair that does not belong together is not ready."""
    house = Authority.open(tmp_path / "elsewhere")
    chain, key = house.server(("hub.example",), 30)
    (tmp_path / "c.pem").write_text(chain)
    (tmp_path / "k.pem").write_text(key)
    path = settings(tmp_path, "[web]", 'tls = "files"', 'certificate = "c.pem"', 'key_file = "k.pem"')
    assert "as hub.example" in check._pages(read_config(path)).found
    (tmp_path / "k.pem").write_text(house.server(("hub.example",), 30)[1])
    wrong = check._pages(read_config(path))
    assert not wrong.well
    assert "is not the key of" in wrong.found
