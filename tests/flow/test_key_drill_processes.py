"""The drill of docs/keys.md in processes: a key is stolen, and no door lets the thief's guests in any more."""

from collections.abc import Iterator

import pytest

from devices.contract.messages import Verdict
from tests.flow.drill import KIOSKS, MEETING, Drill
from tests.hub import postgres

pytestmark = [pytest.mark.broker, pytest.mark.postgresql]

ONLINE, CUT_OFF = KIOSKS


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory, postgresql_server: postgres.Server) -> Iterator[Drill]:
    """Open the house once: hub, broker, two kiosks, guests with signed codes; each test has guests of its own."""
    made = Drill(tmp_path_factory.mktemp("drill"), postgresql_server.url(postgresql_server.create(prefix="drill")))
    yield made
    made.stop()


def test_after_the_command_every_kiosk_refuses_what_the_stolen_key_signs(drill: Drill) -> None:
    """Each by its own knowledge: what it decides with no word from the hub, before and after (DESIGN 5).

    Before the command a forged code opens, which is why there is a drill. A kiosk that is cut off goes on so, as
    docs/keys.md says, and refuses once it has caught up; guests' old codes are "replaced" and their new ones open.
    """
    doors, stolen = drill.doors, drill.steals(1)
    first, second = (one.invitation.id for one in drill.guests()[:2])
    old, new_at = drill.code_of(first), {}
    for door in doors.values():
        assert door.decides(drill.forged(stolen, 1)) is Verdict.WELCOME
    doors[CUT_OFF].cable.pull()

    learned = drill.revokes(1, ONLINE)
    assert learned.doors_s.keys() == {ONLINE}
    drill.types("invite", "--meeting", MEETING, "--signed", "--out", str(drill.folder / "new-letters"))
    drill.catches_up(ONLINE)

    assert doors[ONLINE].decides(drill.forged(stolen, 1)) is Verdict.REVOKED
    assert doors[CUT_OFF].decides(drill.forged(stolen, 1)) is Verdict.WELCOME, "it has not heard yet"
    doors[CUT_OFF].cable.plug_in()
    drill.catches_up(CUT_OFF)
    new_at = {ONLINE: drill.code_of(first), CUT_OFF: drill.code_of(second)}
    for name, door in doors.items():
        assert door.decides(drill.forged(stolen, 1)) is Verdict.REVOKED, name
        assert door.decides(old) is Verdict.REPLACED, name
        assert door.decides(new_at[name]) is Verdict.WELCOME, name


def test_one_guest_who_is_withdrawn_is_refused_at_every_door(drill: Drill) -> None:
    """Codes of all others open; a kiosk that was cut off meanwhile knows it once it is back."""
    guest, other = drill.guests()[2:4]
    drill.doors[CUT_OFF].cable.pull()
    drill.types("withdraw", guest.invitation.id, "--meeting", MEETING)
    drill.catches_up(ONLINE)
    drill.doors[CUT_OFF].cable.plug_in()
    drill.catches_up(CUT_OFF)
    for name, door in drill.doors.items():
        assert door.decides(drill.code_of(guest.invitation.id)) is Verdict.REVOKED, name
    assert drill.doors[ONLINE].decides(drill.code_of(other.invitation.id)) is Verdict.WELCOME
