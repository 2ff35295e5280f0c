"""The check before a meeting, as a technician reads it."""

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from hub.domain.conditions import Cause
from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.room_checks import Flaw
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.check_room import check_room
from hub.web.room_checks import why
from tests.hub.web.scene import EN, NOW, OURS, ZH, furnish_panels, on_duty, page
from tests.hub.web.test_rehearsals import rehearse_some

CHECK = "/rooms/checks/launch"


def furnish_check(store: Store) -> Store:
    """Give the hall a projector that is away and a thermometer that is there, and let the hub look."""
    furnish_panels(store)
    told = FieldDevice(id="pj-hall", publisher="pj", identity="pj", name="PJ", announced_at=NOW, room="hall")
    away = replace(told, standing=Standing.ADMITTED, thing="projector", available=False)
    with store.write() as tx:
        tx.field_devices.save(away)
        tx.field_devices.save(replace(away, id="node", name="Node", thing="", available=True, heard_at=NOW))
        meeting = tx.meetings.get(["m-launch"])["m-launch"]
        check_room(tx, meeting, Deciding(actor="hub", at=NOW, ids=lambda: "check"))
    return store


def test_before_the_first_check_the_page_says_when_it_comes(client: FlaskClient, house: Store) -> None:
    """Half an hour before the start; a meeting that is not there is not found."""
    del house
    assert "自动检查" in page(client.get(CHECK))
    assert client.get("/rooms/checks/nothing").status_code == 404


def test_what_fails_stands_first_with_the_reason_and_a_person_looks_again(client: FlaskClient, house: Store) -> None:
    """In both languages; the task leads here."""
    furnish_check(house)
    text = page(client.get(CHECK))
    wanted = ("1 项不合格", "投影仪", "离线", "Node", "正常")
    positions = [text.index(each) for each in wanted]
    assert positions == sorted(positions)
    assert f'href="{CHECK}"' in page(client.get("/staff"))
    client.set_cookie("yingbin_language", "en")
    assert "1 not right" in page(client.get(CHECK))
    with house.write() as tx:
        device = tx.field_devices.get("pj-hall")
        assert device
        tx.field_devices.save(replace(device, available=True, heard_at=NOW - timedelta(minutes=1)))
    on_duty(client)
    assert client.post(CHECK, headers=OURS).status_code == 303
    assert "Ready" in page(client.get(CHECK))


def test_what_failed_at_the_rehearsal_leads_to_its_list(client: FlaskClient, house: Store) -> None:
    """With what was noted there, and how much is still to be inspected (R85)."""
    furnish_panels(house)
    rehearse_some(house)
    on_duty(client)
    assert client.post(CHECK, headers=OURS).status_code == 303
    text = page(client.get(CHECK))
    assert "还有 3 项没有检查" in text
    assert text.count('href="/staff/meetings/launch/rehearsal"') >= 1
    assert why(EN, Flaw.REHEARSAL, "no picture") == "failed at the rehearsal · no picture"


def test_every_flaw_and_cause_has_words() -> None:
    """In both languages."""
    for tongue in (ZH, EN):
        said = {why(tongue, flaw, "") for flaw in Flaw} | {why(tongue, Flaw.CONDITION, cause) for cause in Cause}
        assert len(said) >= len(Cause) + 3
