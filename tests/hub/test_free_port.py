"""A port that is said to be free can be listened on, and one that is taken is known as taken."""

import socket

import pytest

from hub.free_port import answers, free_port, probe

HERE = "127.0.0.1"


def test_a_free_port_can_be_listened_on_and_answers_from_then_on() -> None:
    """And it is none of those from which clients call out."""
    port = free_port(HERE)
    assert 20_000 <= port < 30_000
    assert not answers(HERE, port)
    with socket.create_server((HERE, port)):
        assert answers(HERE, port)


def test_a_port_on_which_somebody_listens_is_taken() -> None:
    """Whoever would listen there hears it before, not from a broker that dies."""
    with socket.create_server((HERE, 0)) as taken, pytest.raises(OSError, match="in use"):
        probe(HERE, taken.getsockname()[1])


def test_the_port_that_is_meant_for_another_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two listeners of one broker are chosen before either listens."""
    first = free_port(HERE)
    monkeypatch.setattr("hub.free_port._RANGE", range(first, first + 1))
    with pytest.raises(OSError, match="no free port"):
        free_port(HERE, besides=first)
