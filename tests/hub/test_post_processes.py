"""Real processes of the hub remind guests by a real mail server, and one that is killed while sending costs nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.config import read_config
from hub.domain.meetings import Venue
from hub.domain.words import Words
from hub.making import open_hub_store
from hub.usecases.remind import LEADS, set_reminders
from hub.usecases.send_messages import IN_HAND
from tests.hub.build import furnish, meeting
from tests.hub.mailbox import Mailbox, port_of, serve
from tests.hub.web.scene import person

Wait = Callable[[Callable[[], object]], None]


@contextmanager
def clock_process(folder: Path, port: int, later: timedelta = timedelta()) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python -m hub clock``, so much later than it is."""
    settings = folder / "hub.toml"
    settings.write_text(
        f'site = "hall-a"\ndata = "data"\nclock_offset_s = {later.total_seconds()}\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nsender = "events@house.example"\n'
    )
    started = subprocess.Popen([sys.executable, "-m", "hub", "clock", "--config", str(settings)])
    try:
        yield started
    finally:
        started.terminate()
        started.wait(30)


def test_a_killed_hub_sends_the_reminder_in_hand_again_under_its_id(tmp_path: Path, wait_until: Wait) -> None:
    """The server has taken a mail, the hub has not remembered it; the other guests get theirs once."""
    mailbox = Mailbox()
    server = serve(mailbox)
    now = datetime.now(UTC)
    start = now + timedelta(hours=24, seconds=3)
    (tmp_path / "hub.toml").write_text('site = "hall-a"\ndata = "data"')
    store = open_hub_store(read_config(tmp_path / "hub.toml"))
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("云栖会议中心", "Yunqi Centre"), zone="Asia/Shanghai"))
        furnish(tx, [person(number, email=f"guest{number}@example.com") for number in (1, 2, 3)])
        held = meeting(doors_at=start, starts_at=start, ends_at=start + timedelta(hours=1), agenda=())
        tx.meetings.save(held)
        set_reminders(tx, [held], LEADS, now)
    store.close()
    try:
        with clock_process(tmp_path, port_of(server)) as dying:
            mailbox.on_data = lambda: os.kill(dying.pid, signal.SIGKILL)
            wait_until(lambda: dying.poll() is not None)
        wait_until(lambda: mailbox.mails)
        mailbox.on_data = lambda: None
        with clock_process(tmp_path, port_of(server), IN_HAND):
            wait_until(lambda: len(mailbox.mails) == 4)
    finally:
        server.stop()
    first, *rest = mailbox.mails
    ids = [mail["Message-ID"] for mail in rest]
    assert first["Message-ID"] == ids[0]
    assert len(set(ids)) == 3
    assert sorted(mail["To"].addresses[0].addr_spec for mail in rest) == [f"guest{n}@example.com" for n in (1, 2, 3)]
    assert {mail["Subject"].partition("：")[0] for mail in rest} == {"温馨提醒"}
