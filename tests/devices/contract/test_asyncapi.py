import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
import yaml

from devices.contract import codec
from devices.contract.alerts import Act, Alert, AlertAction, AlertAnswer, Did, Ring
from devices.contract.envelope import Envelope
from devices.contract.messages import DEVICE_MESSAGES, CheckInEvent, CodeKind, HubState, Status, Verdict
from devices.contract.topics import RETAINED, hub_state, topic
from tests.devices.contract.asyncapi import DOCUMENT, schemas

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
AT = datetime(2026, 12, 31, 1, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the published document."""
    found: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return found


def test_the_published_schemas_are_those_of_the_code(document: dict[str, Any]) -> None:
    """Whoever builds a device by docs/mqtt.yaml builds it by our code; `make contract` writes them anew."""
    assert document["components"]["schemas"] == schemas()


def test_every_topic_of_the_code_is_a_channel_and_no_other(document: dict[str, Any]) -> None:
    """Topics and their messages are published completely, with who retains what."""
    expected = {
        topic("site", "device", leaf).replace("/site/device/", "/{site}/{device}/"): {kind.__name__ for kind in kinds}
        for leaf, kinds in DEVICE_MESSAGES.items()
    }
    expected[hub_state("site").replace("/site/", "/{site}/")] = {HubState.__name__}
    published = {}
    for channel in document["channels"].values():
        published[channel["address"]] = {one["$ref"].rpartition("/")[2] for one in channel["messages"].values()}
    assert published == expected


def test_only_presence_and_info_are_published_as_retained(document: dict[str, Any]) -> None:
    """A retained event would be replayed at every subscription."""
    for operation in document["operations"].values():
        name = operation["channel"]["$ref"].rpartition("/")[2]
        leaf = document["channels"][name]["address"].partition("}/")[2].removeprefix("{device}/").removeprefix("hub/")
        assert operation["bindings"]["mqtt"]["retain"] == (leaf in set(RETAINED)), name


@pytest.mark.parametrize(
    "message",
    [
        CheckInEvent(
            id=ID,
            ts=AT,
            boot=ID,
            seq=1,
            lookup="0" * 32,
            kind=CodeKind.SHORT,
            verdict=Verdict.WELCOME,
            offline=False,
            mono_ms=5,
        ),
        Alert(
            id=ID,
            ts=AT,
            boot=ID,
            seq=1,
            tag=ID,
            glance="VIP 王总到 · 3号门 · 请迎接 · 0:12",
            detail="王建国，腾云科技",
            priority=1,
            ring=Ring.LOUD,
            actions=(AlertAction(did=Act.ACCEPT, label="接受"), AlertAction(did=Act.PASS_ON, label="Pass on")),
            expires_at=AT,
        ),
        AlertAnswer(id=ID, ts=AT, boot=ID, seq=1, alert=ID, did=Did.SHOWN),
        HubState(id=ID, ts=AT, boot=ID, seq=1, status=Status.ONLINE, incarnation=ID, roster=4),
    ],
)
def test_what_we_send_is_valid_by_what_we_publish(document: dict[str, Any], message: Envelope) -> None:
    """A foreign program that validates by the document takes our messages."""
    schema = {"$ref": f"#/components/schemas/{type(message).__name__}", "components": document["components"]}
    jsonschema.validate(json.loads(codec.encode(message)), schema)
