import base64

import pytest

from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.commands import Command, CommandKind
from devices.contract.envelope import MAX_BYTES
from devices.ids import uuid7
from kiosk import screen
from kiosk.board import ScreenBoard
from kiosk.identity import Identity
from kiosk.screenshots import MOST_BYTES, SETTLED_MS, WITHIN_MS, Screenshots
from kiosk.web.alive import PageLife
from tests.kiosk.cards import FixedClock

PICTURE = b"RIFF....WEBP"


class Stand:
    """A kiosk whose page says what it has drawn when the test lets it."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.board = ScreenBoard(screen.idle(), self.clock)
        self.life = PageLife(self.clock)
        door = Words(zh="东门", en="East")
        identity = Identity("house", "kiosk-1", uuid7(), self.clock, uuid7, door, lambda: True)
        self.screenshots = Screenshots(identity, self.board, self.life.drawn)
        self.stamp = identity.stamp

    def ask(self) -> str:
        """Ask as the hub does; returns the command's id."""
        command = Command(**self.stamp(), kind=CommandKind.SCREENSHOT)
        self.screenshots.ask(command)
        return command.id

    def drawn(self) -> None:
        """Let the page draw what is on the screen, and the panel show it."""
        self.life.heard(self.board.current()[0])
        self.clock.ms += SETTLED_MS

    def answers(self) -> list[tuple[str, bool, str | None]]:
        """Return what the hub is answered now."""
        return [(one.command, one.ok, one.reason) for one in self.screenshots.results()]


@pytest.fixture
def stand() -> Stand:
    """Give a stand that shows idle, which the page has not drawn yet."""
    return Stand()


def test_the_idle_screen_is_pictured_and_sent_once(stand: Stand) -> None:
    """Command, wish, picture, answer."""
    stand.drawn()
    asked = stand.ask()
    token = stand.screenshots.token()
    assert token
    assert stand.screenshots.take(token, PICTURE)
    (answer,) = stand.screenshots.results()
    assert (answer.command, answer.ok, base64.b64decode(answer.picture)) == (asked, True, PICTURE)
    assert stand.answers() == []
    assert stand.screenshots.token() is None
    assert not stand.screenshots.take(token, PICTURE)


def test_a_guest_at_the_screen_is_not_pictured(stand: Stand) -> None:
    """Whatever of theirs is on it."""
    stand.board.show(screen.reading("scan-1"))
    stand.drawn()
    asked = stand.ask()
    assert stand.screenshots.token() is None
    assert stand.answers() == [(asked, False, "busy")]


def test_a_guest_who_comes_while_the_picture_is_taken_is_thrown_away_with_it(stand: Stand) -> None:
    """The picture may show them; it goes nowhere."""
    stand.drawn()
    asked = stand.ask()
    token = stand.screenshots.token() or ""
    stand.board.show(screen.reading("scan-1"))
    assert not stand.screenshots.take(token, PICTURE)
    assert stand.answers() == [(asked, False, "busy")]


def test_a_guest_who_came_and_went_meanwhile_is_not_on_it_either(stand: Stand) -> None:
    """Between two looks: what was taken is thrown away, and a new one asked for once the page has drawn idle."""
    stand.drawn()
    asked = stand.ask()
    first = stand.screenshots.token() or ""
    stand.board.show(screen.reading("scan-1"))
    stand.board.leave()
    assert not stand.screenshots.take(first, PICTURE)
    assert stand.screenshots.token() is None, "the page still shows the guest, for all anybody knows"
    stand.drawn()
    second = stand.screenshots.token() or ""
    assert second not in {"", first}
    assert stand.screenshots.take(second, PICTURE)
    assert stand.answers() == [(asked, True, None)]


def test_a_page_that_has_not_drawn_idle_yet_is_waited_for(stand: Stand) -> None:
    """The guest's greeting is over for the kiosk, but may stand on the panel a moment longer."""
    stand.board.show(screen.reading("scan-1"))
    stand.drawn()
    stand.board.leave()
    stand.ask()
    stand.clock.ms += 2_000
    assert stand.screenshots.token() is None
    stand.life.heard(stand.board.current()[0])
    assert stand.screenshots.token() is None, "a frame that was drawn is not on the panel at once"
    stand.clock.ms += SETTLED_MS
    assert stand.screenshots.token()


def test_why_there_is_no_picture_is_said(stand: Stand) -> None:
    """No page that draws; a keeper who cannot; nobody who takes one."""
    unseen = stand.ask()
    stand.clock.ms += WITHIN_MS + 1
    assert stand.answers() == [(unseen, False, "no_page")]
    stand.drawn()
    empty = stand.ask()
    assert not stand.screenshots.take(stand.screenshots.token() or "", b"")
    assert stand.answers() == [(empty, False, "no_picture")]
    alone = stand.ask()
    assert stand.screenshots.token()
    stand.clock.ms += WITHIN_MS + 1
    assert stand.answers() == [(alone, False, "no_picture")]


def test_two_technicians_get_the_same_picture(stand: Stand) -> None:
    """Each command has its answer."""
    stand.drawn()
    asked = [stand.ask(), stand.ask()]
    assert stand.screenshots.take(stand.screenshots.token() or "", PICTURE)
    assert [command for command, ok, _ in stand.answers() if ok] == asked


def test_the_largest_picture_fits_into_one_message(stand: Stand) -> None:
    """And one that is larger is no picture."""
    stand.drawn()
    stand.ask()
    assert stand.screenshots.take(stand.screenshots.token() or "", bytes(MOST_BYTES))
    (answer,) = stand.screenshots.results()
    assert len(codec.encode(answer)) <= MAX_BYTES
    asked = stand.ask()
    assert not stand.screenshots.take(stand.screenshots.token() or "", bytes(MOST_BYTES + 1))
    assert stand.answers() == [(asked, False, "no_picture")]
