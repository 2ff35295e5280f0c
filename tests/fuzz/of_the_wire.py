"""Parsers of what comes through a lens, over the wire, or in an address."""
# ruff: noqa: PLC0415 - see tests.fuzz.target

import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.fuzz.target import One, Target

if TYPE_CHECKING:
    from devices.contract.envelope import Envelope

NOON = datetime(2026, 12, 31, 4, 0, tzinfo=UTC)


def _credential() -> One:
    from devices.contract.credential import InvalidCredential, canonical, read, read_typed
    from kiosk.checkin import scan

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for reader in (read, read_typed):
            with contextlib.suppress(InvalidCredential):
                found = canonical(reader(text))
                assert canonical(read(found)) == found, "one text names one code"
        scan(text)

    return one


def _credential_seeds() -> list[bytes]:
    from tests.devices.contract.forgeries import genuine

    real = genuine()
    return [real.signed.text().encode(), real.short.encode(), b"Y1 0000-0000", b"Y2", b"https://house.example/"]


def _business_card() -> One:
    from kiosk.business_card import read_card

    def one(data: bytes) -> None:
        read_card(data.decode("utf-8", "replace"))

    return one


def _business_card_seeds() -> list[bytes]:
    return [
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:王建国\r\nN:王;建国\r\nTEL;TYPE=cell:+86 138\r\nEND:VCARD\r\n".encode(),
        b"BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=GBK:=CD=F5\nEND:VCARD",
        b"MECARD:N:Wang,Li;ORG:Spruce;TEL:+86138;EMAIL:a@b.example;;",
    ]


def _messages() -> One:
    from devices.contract import codec

    kinds = _kinds()

    def one(data: bytes) -> None:
        kind = kinds[data[0] % len(kinds)] if data else kinds[0]
        with contextlib.suppress(codec.UnreadableMessage):
            found = codec.decode(data[1:], kind)
            again = codec.encode(found)
            assert codec.encode(codec.decode(again, kind)) == again, "what was read can be told on"

    return one


def _kinds() -> "list[type[Envelope]]":
    from devices.contract import messages
    from devices.contract.envelope import Envelope

    named = [one for _, one in sorted(vars(messages).items())]
    return [one for one in named if isinstance(one, type) and issubclass(one, Envelope) and one is not Envelope]


def _messages_seeds() -> list[bytes]:
    from devices.contract import codec
    from tests.kiosk.cards import usual_page
    from tests.kiosk.events import event

    whole = (usual_page(), event(1, "01980000-0000-7000-8000-000000000002"))
    kinds = _kinds()
    real = [bytes([kinds.index(type(one))]) + codec.encode(one) for one in whole]
    stamp = json.dumps({"v": 1, "id": whole[1].id, "ts": "2026-12-31T01:02:03.004Z", "boot": whole[1].boot, "seq": 1})
    return real + [bytes([number]) + stamp.encode() for number in range(len(kinds))]


def _announcement() -> One:
    from hub.discovery.announcing import read_announcement
    from hub.discovery.errors import Unusable

    def one(data: bytes) -> None:
        component = (
            ("sensor", "binary_sensor", "switch", "device", "climate", "cover")[data[0] % 6] if data else "light"
        )
        with contextlib.suppress(Unusable):
            read_announcement(f"homeassistant/{component}/node-1/config", data[1:], "homeassistant")

    return one


def _announcement_seeds() -> list[bytes]:
    entity = {
        "name": "CO2",
        "uniq_id": "a1",
        "stat_t": "~/co2",
        "~": "node-1",
        "dev_cla": "carbon_dioxide",
        "unit_of_meas": "ppm",
        "val_tpl": "{{ value_json.co2 | float }}",
        "dev": {"ids": ["n1"], "name": "Node"},
        "avty": [{"topic": "node-1/status"}],
    }
    device = {"dev": {"ids": "n1"}, "o": {"name": "x"}, "cmps": {"a": entity | {"p": "sensor"}}}
    return [bytes([number]) + json.dumps(said).encode() for number in range(6) for said in (entity, device, {})]


def _template() -> One:
    from hub.discovery.errors import Unusable
    from hub.discovery.message import Message
    from hub.discovery.templates import Template, Unrendered

    def one(data: bytes) -> None:
        text, _, payload = data.partition(b"\x00")
        with contextlib.suppress(Unusable, Unrendered):
            Template(text.decode("utf-8", "replace")).render(Message(payload), NOON)

    return one


def _template_seeds() -> list[bytes]:
    texts = [
        "{{ value_json.t | float(0) | round(1) }}",
        "{% if value == 'ON' %}on{% else %}off{% endif %}",
        "{{ value_json['a'][0].b is defined }}{{ now().year }}",
        "{% for x in value_json %}{{ loop.index }}:{{ x }}{% endfor %}",
        "{{ value[1:3] ~ '°C' }}{{ (value | int * 3) // 2 % 7 }}{{ value | regex_replace('a', 'b') }}",
    ]
    return [f'{text}\x00{{"t": 21.5, "a": [{{"b": 1}}]}}'.encode() for text in texts]


def _projector() -> One:
    from devices.room import pjlink_answers as answers
    from devices.room.pjlink import Unclear

    readers = [vars(answers)[name] for name in sorted(vars(answers)) if name.startswith("read_")]

    def one(data: bytes) -> None:
        said = data.decode("utf-8", "replace")
        for reader in readers:
            with contextlib.suppress(Unclear):
                reader(said)

    return one


def _projector_seeds() -> list[bytes]:
    return [b"0", b"3", b"000000", b"021001", b"1200 1 80 0", b"31", b"11", b"1920x1080", b"ERR2", "投影机".encode()]


def _tasmota() -> One:
    from devices.ports import Untranslatable
    from devices.room.tasmota import TasmotaTranslator

    def one(data: bytes) -> None:
        translator = TasmotaTranslator()
        for part in data.split(b"\x00", 3):
            kind = "sensors" if part[:1] == b"s" else "config"
            with contextlib.suppress(Untranslatable):
                translator.hear(f"tasmota/discovery/0123456789AB/{kind}", part[1:])

    return one


def _tasmota_seeds() -> list[bytes]:
    config = {
        "ip": "192.168.1.9",
        "dn": "Plug",
        "fn": ["Plug", None],
        "hn": "p",
        "mac": "0123456789AB",
        "md": "Plug",
        "t": "plug-7",
        "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"],
        "rl": [1, 0],
        "swc": [-1, 2],
        "so": {"4": 0, "30": 0},
        "state": ["OFF", "ON"],
        "sw": "13.1",
        "ofln": "Offline",
        "onln": "Online",
        "ty": 0,
        "btn": [0, 1],
        "ver": 1,
    }
    sensors = {
        "sn": {"Time": "2026-12-31T00:00:00", "ENERGY": {"Power": 5, "Total": 1.5}, "AM2301": {"Temperature": 21.5}}
    }
    return [b"c" + json.dumps(config).encode() + b"\x00s" + json.dumps(sensors).encode(), b"c{}", b"s{}"]


def _shelly() -> One:
    from devices.ports import Untranslatable
    from devices.room.shelly import ShellyTranslator

    leaves = ("online", "events/rpc", "status/switch:0", "status/temperature:1", "status/em:0", "status/sys")

    def one(data: bytes) -> None:
        translator = ShellyTranslator()
        for part in data.split(b"\x00", 4):
            leaf = leaves[part[0] % len(leaves)] if part else leaves[0]
            with contextlib.suppress(Untranslatable):
                translator.hear(f"shelly-1/{leaf}", part[1:])

    return one


def _shelly_seeds() -> list[bytes]:
    said = {
        "id": 0,
        "output": True,
        "apower": 12.5,
        "voltage": 230.1,
        "aenergy": {"total": 5.0},
        "temperature": {"tC": 40.0},
    }
    params = {"ts": 1.0, "switch:0": said, "sys": {"mac": "0123456789AB"}, "em:0": {"a_voltage": 230.0}}
    notification = {"src": "shellyplus1pm-0123456789ab", "dst": "x", "method": "NotifyFullStatus", "params": params}
    return [
        b"\x01" + json.dumps(notification).encode() + b"\x00\x02" + json.dumps(said).encode(),
        b"\x00true",
        b"\x05{}",
    ]


def _parameters() -> One:
    from hub.web import api_parameters
    from hub.web.endpoints import Parameter

    known = [one for one in vars(api_parameters).values() if isinstance(one, Parameter)]

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for parameter in known:
            with contextlib.suppress(ValueError):
                parameter.read(text)

    return one


def _parameters_seeds() -> list[bytes]:
    return [b"2026-12-01T17:00:00+08:00", b"2026-W01-1T00Z", b"60", b"0", b"1000", "６０".encode(), b"hall/node-1"]


TARGETS = {
    "credential": Target(_credential, ["devices.contract", "kiosk.checkin"], _credential_seeds, 300),
    "business-card": Target(_business_card, ["kiosk.business_card"], _business_card_seeds),
    "messages": Target(_messages, ["devices.contract"], _messages_seeds, 4_096),
    "announcement": Target(_announcement, ["hub.discovery"], _announcement_seeds),
    "template": Target(_template, ["hub.discovery"], _template_seeds, 300),
    "projector": Target(_projector, ["devices.room"], _projector_seeds, 128),
    "tasmota": Target(_tasmota, ["devices.room"], _tasmota_seeds),
    "shelly": Target(_shelly, ["devices.room"], _shelly_seeds),
    "parameters": Target(_parameters, ["hub.web.api_parameters"], _parameters_seeds, 64),
}
