"""Lines are understood as Mosquitto 2 understands them; a real one says whether that is so."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.broker import find_program
from hub.broker_asking import lets_anybody_in
from hub.broker_reading import read_broker
from hub.mosquitto.lines import split_lines
from hub.mosquitto.settings import understand

WaitUntil = Callable[[Callable[[], object]], None]
OPEN = "allow_anonymous true"


@contextmanager
def mosquitto(conf: Path, port: int, wait_until: WaitUntil) -> Iterator[None]:
    """Run a real one on a configuration, and wait until it answers."""
    program = find_program()
    assert program
    with subprocess.Popen([program, "-c", str(conf)], stderr=subprocess.PIPE, text=True) as process:

        def answers() -> bool:
            assert process.poll() is None, process.stderr and process.stderr.read()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        try:
            wait_until(answers)
            yield
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.broker
@pytest.mark.parametrize(
    ("text", "included", "let_in"),
    [
        ("listener PORT 127.0.0.1", "", False),
        (f"{OPEN}\nlistener PORT 127.0.0.1", "", True),
        (f"listener PORT 127.0.0.1\n{OPEN}", "", True),
        (f"listener PORT 127.0.0.1\n  {OPEN}  ", "", True),
        ("listener PORT 127.0.0.1\nallow_anonymous 1", "", True),
        (f"listener PORT 127.0.0.1 # this machine\n{OPEN} # for now", "", True),
        (f"listener PORT 127.0.0.1\n#{OPEN}", "", False),
        (f"listener PORT 127.0.0.1\n{OPEN}\nallow_anonymous false", "", False),
        (f"per_listener_settings true\n{OPEN}\nlistener PORT 127.0.0.1", "", False),
        (f"per_listener_settings true\nlistener PORT 127.0.0.1\n{OPEN}", "", True),
        (f"per_listener_settings true\n{OPEN}\nport PORT\nbind_address 127.0.0.1", "", True),
        ("listener PORT 127.0.0.1\ninclude_dir FOLDER", OPEN, True),
        ("per_listener_settings true\nlistener PORT 127.0.0.1\ninclude_dir FOLDER", OPEN, False),
        (f"per_listener_settings true\ninclude_dir FOLDER\n{OPEN}", "listener PORT 127.0.0.1", False),
    ],
)
def test_who_is_let_in_is_what_a_real_mosquitto_does(
    text: str, included: str, *, let_in: bool, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """The same text is run and read: listeners and their options, for all and for one, in included files too."""
    port, folder = free_port(), tmp_path / "conf.d"
    folder.mkdir()
    (folder / "more.conf").write_text(included.replace("PORT", str(port)) + "\n")
    (folder / "more.conf.old").write_text(f"{OPEN}\nthis is not read\n")
    conf = tmp_path / "mosquitto.conf"
    conf.write_text("user root\n" + text.replace("PORT", str(port)).replace("FOLDER", str(folder)) + "\n")
    found, _ = read_broker(conf)
    (listener,) = found.listeners
    assert (listener.port, listener.reaches_out) == (port, False)
    with mosquitto(conf, port, wait_until):
        assert lets_anybody_in("127.0.0.1", port, tls=False) is let_in
    allowed = listener.security.get("allow_anonymous")
    assert bool(allowed and allowed.on) is let_in


@pytest.mark.parametrize(
    ("host", "reaches_out"),
    [
        ("", True),
        ("0.0.0.0", True),  # noqa: S104 - it is read here, not listened on
        ("::", True),
        ("192.0.2.10", True),
        ("broker.lan", True),
        ("127.0.0.1", False),
        ("127.0.1.1", False),
        ("::1", False),
        ("localhost", False),
    ],
)
def test_a_listener_is_reached_from_elsewhere_unless_it_is_on_loopback(host: str, *, reaches_out: bool) -> None:
    """Without an address it listens on every one."""
    (found,) = understand(split_lines("x", f"listener 1883 {host}")).listeners
    assert found.reaches_out is reaches_out


def test_a_socket_file_and_the_interface_lo_are_this_machine() -> None:
    """Neither has an address that others could call."""
    text = "listener 0 /run/mosquitto.sock\nlistener 1883\nbind_interface lo"
    assert [one.reaches_out for one in understand(split_lines("x", text)).listeners] == [False, False]


def test_options_belong_to_the_listener_above_them() -> None:
    """A second way in without TLS is not covered by that of the first."""
    text = "listener 8883\ncertfile a\nkeyfile b\nlistener 1883\npassword_file c"
    first, second = understand(split_lines("x", text)).listeners
    assert (first.encrypts, second.encrypts) == (True, False)
    assert first.security["password_file"].where == second.security["password_file"].where == "x:5"
