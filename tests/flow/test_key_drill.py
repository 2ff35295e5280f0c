"""The drill of docs/keys.md: a signing key has leaked. What a person types is typed here, at a house that is open."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import randbits

import pytest

from devices.contract.credential import SignedCredential, lookup
from devices.contract.messages import Clock, Verdict
from hub.key_files import KeyFolder
from hub.making import hub_secrets
from hub.usecases.sign_codes import signed_by
from kiosk.checkin import Known, decide, scan
from tests.flow.conftest import MORNING, Door, House
from tests.flow.test_arrival import up_to_date

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.broker, pytest.mark.postgresql]


def typed(house: House, *words: str) -> str:
    """Type a command of the hub at its machine, while it runs; return what it says."""
    path = house.folder / "hub.toml"
    if not path.exists():
        config = house.config
        path.write_text(
            f'site = "{config.site}"\nkiosks = ["kiosk-1", "kiosk-2"]\ndata = "{config.data}"\n'
            f'clock_offset_s = {config.clock_offset_s}\n[store]\nurl = "{config.store.url}"\n'
        )
    command = [sys.executable, "-m", "hub", *words, "--config", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr  # 1: a guest who was withdrawn before gets no letter
    return done.stdout


def forged(house: House, stolen: KeyFolder, key_id: int) -> str:
    """Make the code of a guest who was never invited, with a key that was stolen."""
    with house.store.read() as tx:
        meeting = tx.meetings.get([tx.keys.all()[0].meeting])[tx.keys.all()[0].meeting]
    plain = SignedCredential(
        key_id=key_id,
        meeting=meeting.number,
        invitation=randbits(64),
        zone=0,
        not_before=MORNING - timedelta(hours=12),
        expires=MORNING + timedelta(hours=12),
    )
    return replace(plain, signature=stolen.sign(key_id, plain.signed_bytes())).text()


def alone(door: Door, code: str) -> Verdict:
    """Return what a kiosk would say of a code that nobody issued, while the hub is away."""
    scanned = scan(code)
    roster = door.kiosk._roster
    assert scanned.signed is not None
    key = roster.key(scanned.signed.key_id)
    assert key is not None
    return decide(scanned, Known(key=key, meeting=roster.meeting(key.meeting)), MORNING, Clock.SYNCED).verdict


def code_of(house: House, invitation: str) -> str:
    """Return a guest's code as it is now."""
    with house.store.read() as tx:
        return tx.guests.by_invitation([invitation])[invitation].invitation.code


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_after_the_drill_codes_of_the_lost_key_are_refused_and_new_letters_are_there(
    house: House, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    """Two commands. Before them a kiosk without the hub lets the thief in: that is why there is a drill."""
    typed(house, "invite", "--meeting", "launch", "--signed", "--out", str(house.folder / "letters"))
    first = house.guests()[0].invitation.id
    old = code_of(house, first)
    stolen = KeyFolder(house.folder / "stolen")
    (house.folder / "stolen").mkdir()
    (house.folder / "stolen" / "1.pem").write_bytes((house.config.data / "keys" / "1.pem").read_bytes())
    door = house.open_door("kiosk-1")
    wait_until(lambda: door.kiosk._roster.key(1))
    assert alone(door, forged(house, stolen, 1)) is Verdict.WELCOME, "without the hub the thief would be let in"

    said = typed(house, "keys", "--revoke", "1")
    assert "Key 1 is withdrawn" in said
    typed(house, "invite", "--meeting", "launch", "--signed", "--out", str(house.folder / "new-letters"))

    up_to_date(house, door, wait_until)
    assert alone(door, forged(house, stolen, 1)) is Verdict.REVOKED
    key = bytes.fromhex(hub_secrets(house.config).lookup_key)
    new = code_of(house, first)
    cards = [door.kiosk._roster.guest(lookup(key, code), code) for code in (old, new)]
    assert [card and card.status for card in cards] == ["replaced", "valid"]
    assert signed_by(new) == 2
    written = [len(list((house.folder / name / "letters").iterdir())) for name in ("letters", "new-letters")]
    assert written[0] == written[1] > 0
