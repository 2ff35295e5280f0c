from collections.abc import Iterator
from contextlib import closing, suppress
from io import BytesIO
from threading import Thread
from time import monotonic
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fake.pjlink import SimulatedProjector
from devices.fake.projector import FakeProjector, Manner
from devices.ports import DeviceError
from devices.room import pjlink
from devices.room.pjlink import Conversation, Declined, ProjectorSilent, Unclear, WrongPassword


@pytest.fixture
def projector() -> Iterator[FakeProjector]:
    """Plug in a class 2 projector on loopback, in standby."""
    fake = FakeProjector(SimulatedProjector(level=2, warm_up_s=0.0, cool_down_s=0.0))
    fake.start()
    yield fake
    fake.stop()


def ask(projector: FakeProjector, *questions: str, password: str = "", within_s: float = 5.0) -> list[str]:
    """Ask a few things in one conversation."""
    with Conversation("127.0.0.1", projector.port, password, within_s=within_s) as talk:
        return [talk.ask(what) for what in questions]


def test_several_questions_go_in_one_conversation(projector: FakeProjector) -> None:
    """A projector holds one conversation at a time, so it is kept short and used well."""
    assert ask(projector, "POWR", "ERST", "LAMP") == ["0", "000000", "1200 0"]
    assert projector.conversations == 1
    assert projector.heard == ["%1POWR ?", "%1ERST ?", "%1LAMP ?"]


def test_a_password_goes_as_a_digest_before_the_first_question_only(projector: FakeProjector) -> None:
    """PJLink 5.1; the password itself is never on the wire."""
    projector.password = "lantern"
    assert ask(projector, "POWR", "NAME", password="lantern") == ["0", "Hall 1"]
    assert projector.heard == ["%1POWR ?", "%1NAME ?"]


def test_a_wrong_or_missing_password_is_told_as_such(projector: FakeProjector) -> None:
    """The technician must not look for a broken cable."""
    projector.password = "lantern"
    with pytest.raises(WrongPassword, match="refuses our password"):
        ask(projector, "POWR", password="candle")
    with pytest.raises(WrongPassword, match="password_file"):
        ask(projector, "POWR")
    assert projector.heard == []


def test_a_password_that_nobody_asks_for_does_no_harm(projector: FakeProjector) -> None:
    """Somebody switched authentication off on the projector."""
    assert ask(projector, "POWR", password="lantern") == ["0"]


@pytest.mark.parametrize(
    ("what", "value", "why"),
    [("WHAT", "?", "ERR1"), ("POWR", "7", "ERR2"), ("INPT", "31", "ERR3")],
)
def test_the_four_errors_are_told_apart(projector: FakeProjector, what: str, value: str, why: str) -> None:
    """ERR3 in standby is ordinary, ERR4 is a fault: they must not be one."""
    with Conversation("127.0.0.1", projector.port) as talk, pytest.raises(Declined) as declined:
        talk.ask(what, value)
    assert declined.value.why == why


def test_a_broken_projector_answers_err4(projector: FakeProjector) -> None:
    """The fourth error."""
    projector.state.broken = True
    with Conversation("127.0.0.1", projector.port) as talk, pytest.raises(Declined, match="ERR4"):
        talk.ask("POWR", "1")


MANNERS = [
    (Manner.SILENT, ProjectorSilent),
    (Manner.HANGS_UP, ProjectorSilent),
    (Manner.GARBAGE, Unclear),
    (Manner.ENDLESS, Unclear),
    (Manner.DRIBBLES, ProjectorSilent),
    (Manner.TONGUE_TIED, ProjectorSilent),
]


@pytest.mark.parametrize(("manner", "error"), MANNERS)
def test_bad_manners_end_in_an_error_and_in_time(
    projector: FakeProjector, manner: Manner, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it misbehaves, the agent gets its thread back."""
    monkeypatch.setattr(pjlink, "ANSWER_WITHIN_S", 0.5)
    projector.manner = manner
    began = monotonic()
    with pytest.raises(error):
        ask(projector, "POWR", "LAMP", within_s=1.0)
    assert monotonic() - began < 5.0  # 0.5 s is meant; this bounds a hang, not a speed


def test_a_whole_conversation_ends_in_time_though_each_answer_comes(projector: FakeProjector) -> None:
    """Slow answers add up; an instrument that takes ten seconds counts as hanging."""
    projector.manner = Manner.DRIBBLES
    projector.dribble_s = 0.01
    with pytest.raises(ProjectorSilent):
        ask(projector, *["NAME"] * 1000, within_s=0.6)


def test_line_feeds_and_small_letters_are_understood(projector: FakeProjector) -> None:
    """Some projectors read their specification freely."""
    projector.manner = Manner.LINE_FEEDS
    assert ask(projector, "POWR", "ERST") == ["0", "000000"]


def test_nobody_there_is_silence(projector: FakeProjector) -> None:
    """The name of the place is in the error."""
    projector.stop()
    with pytest.raises(ProjectorSilent, match=r"127\.0\.0\.1"):
        ask(projector, "POWR")


def test_a_failed_greeting_leaves_no_connection_behind(projector: FakeProjector) -> None:
    """A projector with one line would be engaged for half a minute by each."""
    projector.password = "lantern"
    for _ in range(3):
        with pytest.raises(WrongPassword):
            ask(projector, "POWR")
    assert ask(projector, "POWR", password="lantern") == ["0"]


def test_a_second_conversation_waits_for_the_first(projector: FakeProjector) -> None:
    """The fake is as strict as real ones are: whoever comes second hears nothing until the line is free."""
    with closing(Conversation("127.0.0.1", projector.port)) as first:
        first.__enter__()
        said: list[list[str]] = []
        second = Thread(target=lambda: said.append(ask(projector, "POWR")))
        second.start()
        assert first.ask("POWR") == "0"
        assert said == []
    second.join(5)
    assert said == [["0"]]


class Wire:
    """The other end of a connection that says some bytes, whatever it is told, and hangs up."""

    def __init__(self, says: bytes) -> None:
        self._says = BytesIO(says)
        self.closed = False

    def settimeout(self, _seconds: float) -> None:
        """Never keep anybody waiting."""

    def sendall(self, _said: bytes) -> None:
        """Listen to nothing."""

    def recv(self, most: int) -> bytes:
        """Say the next bytes."""
        return self._says.read(most)

    def close(self) -> None:
        """Remember that it was hung up."""
        self.closed = True


@given(st.sampled_from([b"", b"PJLINK 0\r", b"PJLINK 1 a1b2c3d4\r", b"PJLINK 0\r%1POWR="]), st.binary(max_size=600))
def test_any_bytes_from_the_network_end_in_an_answer_or_one_of_the_errors(start: bytes, rest: bytes) -> None:
    """Nothing else may be raised into the agent, and no connection stays open."""
    wire = Wire(start + rest)
    there = patch("socket.create_connection", return_value=wire)
    with there, suppress(DeviceError), Conversation("127.0.0.1", 4352, "lantern") as talk:
        assert isinstance(talk.ask("POWR"), str)
        talk.ask("ERST")
    assert wire.closed
