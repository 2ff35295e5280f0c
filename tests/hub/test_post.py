"""Messages to guests go out by a real mail server: once, under one id, whatever breaks in between."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event

import pytest
from aiosmtpd.controller import Controller

from hub import rounds
from hub.channel_ports import Mail, Tls
from hub.channels.mail import MailChannel, MailSettings
from hub.domain.guest_messages import GuestMessage, MessageKind, MessageState, Standing
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Venue
from hub.domain.words import Words
from hub.letters.notices import Notices
from hub.ports import Store, StoreUnavailable
from hub.post import FIRST_PAUSE, Postman
from hub.usecases.send_messages import IN_HAND, Notice
from tests.hub.build import T0, admission, at, check_in, furnish, meeting
from tests.hub.mailbox import Mailbox, port_of, serve
from tests.hub.web.scene import StillClock, person

NOTICES = Notices()


def message(number: int, **changes: object) -> GuestMessage:
    """Return a reminder to guest ``number``."""
    fields: dict[str, object] = {
        "id": f"msg-{number}",
        "kind": MessageKind.REMINDER,
        "dedupe": f"reminder:{number}",
        "invitation": f"inv-{number}",
        "created_at": at(number),
        "pointless_at": at(3600),
    }
    return GuestMessage(**(fields | changes))  # type: ignore[arg-type]  # fields of every kind


@pytest.fixture
def mailbox() -> Mailbox:
    """Return what the mail server took."""
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    """Run a mail server."""
    made = serve(mailbox)
    yield made
    if not made.loop.is_closed():  # a test may have stopped it
        made.stop()


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when told."""
    return StillClock(at(60))


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with five guests who have mail, and a reminder for each."""
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("云栖会议中心", "Yunqi Centre"), zone="Asia/Shanghai"))
        furnish(tx, [person(number, email=f"guest{number}@example.com") for number in range(1, 6)])
        tx.guest_messages.put(message(number) for number in range(1, 6))
    return store


def postman(store: Store, server: Controller | None, clock: StillClock) -> Postman:
    """Return who sends over that server."""
    channel = None
    if server:
        settings = MailSettings(host="127.0.0.1", port=port_of(server), sender="events@house.example", tls=Tls.NONE)
        channel = MailChannel(settings, clock)
    return Postman(store, channel, NOTICES.write, clock=clock, after=lambda: None)


def standing(store: Store) -> dict[str, tuple[MessageState, str]]:
    """Return how each message stands, and why."""
    with store.read() as tx:
        return {one.id: (one.state, one.problem) for one in tx.guest_messages.newest(99)}


def test_everything_due_goes_out_over_one_connection_and_once(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock
) -> None:
    """A second look finds nothing to do."""
    sender = postman(filled, server, clock)
    assert sender.turn() == 5
    assert sender.turn() == 0
    assert mailbox.receivers() == [f"guest{number}@example.com" for number in range(1, 6)]
    assert mailbox.connections == 1
    assert set(standing(filled).values()) == {(MessageState.SENT, "")}


def test_who_dies_between_sending_and_remembering_sends_the_same_message_again(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the same Message-ID, so that it is recognised; nobody else sends it before its time in hand is over."""

    def die(*_: object) -> None:
        raise StoreUnavailable("killed")

    dying = postman(filled, server, clock)
    monkeypatch.setattr(dying, "_keep", die)
    with pytest.raises(StoreUnavailable):
        dying.turn()
    assert mailbox.receivers() == ["guest1@example.com"]
    assert postman(filled, server, clock).turn() == 0
    clock.forward(IN_HAND.total_seconds())
    assert postman(filled, server, clock).turn() == 5
    assert mailbox.receivers() == ["guest1@example.com", *(f"guest{number}@example.com" for number in range(1, 6))]
    first, again = (mail["Message-ID"] for mail in mailbox.mails[:2])
    assert first == again == "<msg-1@house.example>"
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 5


def test_a_bad_address_costs_the_others_nothing_and_is_left_to_staff(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock
) -> None:
    """One the server refuses for good, one that is none, one missing, one with a line break in it."""
    mailbox.answers["guest1@example.com"] = "550 5.1.1 no such user"
    with filled.write() as tx:
        for number, address in ((2, "no address"), (3, ""), (4, "x@example.com\nBcc: all@example.com")):
            one = person(number, email=address)
            tx.guests.change(one.guest, one.invitation)
    postman(filled, server, clock).turn()
    assert mailbox.receivers() == ["guest5@example.com"]
    found = standing(filled)
    assert found["msg-1"] == (MessageState.GIVEN_UP, "refused: 550 5.1.1 no such user")
    assert found["msg-2"][1].startswith("refused: 'no address' is no address")
    assert found["msg-3"] == (MessageState.GIVEN_UP, "no_address")
    assert found["msg-4"][1].startswith("refused")
    with filled.read() as tx:
        assert len(tx.guest_messages.standing(Standing.CALL, 99)) == 4


def test_a_message_the_server_puts_off_is_tried_again_ever_more_seldom_until_it_is_pointless(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock
) -> None:
    """The others have long gone out; after the meeting has begun nobody is reminded of it."""
    mailbox.answers["guest1@example.com"] = "450 4.2.0 greylisted"
    sender = postman(filled, server, clock)
    sender.turn()
    assert len(mailbox.mails) == 4
    assert standing(filled)["msg-1"] == (MessageState.WAITING, "put_off: 450 4.2.0 greylisted")
    clock.forward(59)
    assert sender.turn() == 0
    clock.forward(1)
    assert sender.turn() == 1
    clock.forward(299)
    assert sender.turn() == 0
    clock.forward(3600)
    sender.turn()
    assert standing(filled)["msg-1"] == (MessageState.GIVEN_UP, "too_late")


def test_a_dead_server_is_tried_once_in_a_while_not_once_for_each_message(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock
) -> None:
    """And everything goes out when it is back."""
    port = port_of(server)
    sender = postman(filled, server, clock)
    server.stop()
    assert sender.turn() == 5
    with filled.write() as tx:  # one more that nobody has tried
        tx.guest_messages.put([message(1, id="new", dedupe="new")])
    for _ in range(int(FIRST_PAUSE.total_seconds()) - 1):
        clock.forward(1)
        assert sender.turn() == 0
    assert sender.counts["channel_down"] == 1
    assert standing(filled)["msg-5"][1].startswith("channel_down: no mail server at 127.0.0.1")
    back = serve(mailbox, port)
    try:
        clock.forward(1)
        sender.turn()
    finally:
        back.stop()
    assert len(mailbox.mails) == 6


@pytest.mark.parametrize("spoil", ["withdrawn", "arrived", "cancelled"])
def test_what_nobody_needs_any_more_is_not_sent(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock, spoil: str
) -> None:
    """The reason is kept; nobody is asked to call."""
    with filled.write() as tx:
        if spoil == "withdrawn":
            tx.guests.set_status("inv-1", InvitationStatus.REVOKED, at(1))
        elif spoil == "arrived":
            tx.check_ins.add([check_in(1)])
            tx.check_ins.admit([admission(check_in(1))])
        else:
            tx.meetings.save(meeting(cancelled=True))
    postman(filled, server, clock).turn()
    assert standing(filled)["msg-1"] == (MessageState.GIVEN_UP, spoil)
    assert len(mailbox.mails) == (0 if spoil == "cancelled" else 4)
    with filled.read() as tx:
        assert tx.guest_messages.counts()[Standing.CALL] == 0


def test_a_house_without_mail_leaves_every_message_to_staff(filled: Store, clock: StillClock) -> None:
    """None is dropped."""
    while postman(filled, None, clock).turn():
        pass
    assert set(standing(filled).values()) == {(MessageState.GIVEN_UP, "no_channel")}


def test_a_message_that_cannot_be_written_does_not_stand_in_the_way(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits with its reason, and the others go."""

    def write(notice: Notice, now: datetime) -> Mail:
        if notice.message.id == "msg-1":
            raise KeyError("fact")
        return NOTICES.write(notice, now)

    sender = postman(filled, server, clock)
    monkeypatch.setattr(sender, "_write", write)
    sender.turn()
    assert len(mailbox.mails) == 4
    assert standing(filled)["msg-1"] == (MessageState.WAITING, "cannot_write: KeyError('fact')")


def test_a_running_postman_sends_what_comes_and_tells_the_pages(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without anybody asking."""
    told = Event()
    monkeypatch.setattr(rounds, "EVERY_S", 0.02)
    sender = postman(filled, server, clock)
    monkeypatch.setattr(sender, "_after", told.set)
    sender.start()
    try:
        assert told.wait(30)
        assert sender.alive
    finally:
        sender.stop()
    assert len(mailbox.mails) == 5


def test_reminders_say_when_they_were_made_for(
    filled: Store, mailbox: Mailbox, server: Controller, clock: StillClock
) -> None:
    """The house's own zone, the guest's own language, a calendar file that any calendar takes."""
    with filled.write() as tx:
        tx.guest_messages.put([message(1, id="again", dedupe="again", created_at=T0 - timedelta(1))])
    postman(filled, server, clock).turn()
    mail = next(mail for mail in mailbox.mails if mail["Message-ID"] == "<again@house.example>")
    assert mail["Subject"] == "温馨提醒：发布会，2026年12月1日 星期二 10:00"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["invitation.ics"]
    text, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert "尊敬的王总：" in text.get_content()
    assert "尊敬的王总：" in page.get_content()
