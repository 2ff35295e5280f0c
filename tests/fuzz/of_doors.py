"""Parsers of what somebody says who is not let in yet, of values of sensors, and of a broker that is judged."""
# ruff: noqa: PLC0415 - see tests.fuzz.target

import contextlib
import json
import shutil
import tempfile
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fuzz.target import One, Target

NOON = datetime(2026, 12, 31, 4, 0, tzinfo=UTC)
REPO = Path(__file__).parents[2]
BROKER = REPO / "firmware_config" / "mosquitto"


def _http() -> One:
    from waitress.adjustments import Adjustments

    from devices.framing import StrictRequest

    bounds = Adjustments(max_request_header_size=2_048, max_request_body_size=4_096)

    def one(data: bytes) -> None:
        left = data
        while left:
            request = StrictRequest(bounds)
            while left and not request.completed:
                taken = request.received(left)
                assert taken > 0, "what came is taken, or the request is over"
                left = left[taken:]
            request.close()
            if request.error or not request.completed:
                return

    return one


def _http_seeds() -> list[bytes]:
    plain = b"GET /staff?x=%41 HTTP/1.1\r\nHost: hub.example\r\nCookie: a=b\r\n\r\n"
    posted = b"POST /desk HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na=b"
    chunked = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\na=b\r\n0\r\nX: y\r\n\r\n"
    absolute = b"GET http://other.example/ HTTP/1.0\r\nHost: [::1]:8700\r\nConnection: keep-alive\r\n\r\n"
    broken = absolute.replace(b"other.", b"other[")
    folded = b"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"
    return [plain, posted + plain, chunked + plain, absolute, broken, folded]


def _join() -> One:
    from devices.contract.joining import tidy_code
    from hub.authority import Authority
    from hub.domain.errors import InvalidInput

    folder = Path(tempfile.mkdtemp())
    house = Authority.open(folder)
    shutil.rmtree(folder)  # it has been read

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        inside = b64encode(data).decode("ascii")
        for kind in ("CERTIFICATE REQUEST", "CERTIFICATE"):
            for said in (text, f"-----BEGIN {kind}-----\n{inside}\n-----END {kind}-----\n"):
                with contextlib.suppress(InvalidInput):
                    house.key_of(said)
                assert house.holder(said, data, data) is None, "nobody holds a certificate of ours by chance"
        tidy_code(text)

    return one


def _join_seeds() -> list[bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    key = derive_private_key(8, SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kiosk-1")])
    asked = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, SHA256())
    made = x509.CertificateBuilder(name, name, key.public_key(), 8, NOON, NOON + timedelta(days=9)).sign(key, SHA256())
    whole = [one.public_bytes(how) for one in (asked, made) for how in (Encoding.DER, Encoding.PEM)]
    return [*whole, b"ABCD-2345-wxyz", b"-----BEGIN"]


def _values() -> One:
    from hub.discovery.errors import Unusable
    from hub.discovery.reading import PointReader

    said = [json.loads(config) for config in POINTS]
    readers = []
    for config in said:
        with contextlib.suppress(Unusable):
            readers.append(PointReader(config.pop("p"), config))
    assert len(readers) == len(said), "each is one that the hub reads"

    def one(data: bytes) -> None:
        reader = readers[data[0] % len(readers)] if data else readers[0]
        for topic in reader.state_topics:
            for part in data[1:].split(b"\x1e", 3):
                found = reader.hear_state(topic, part, retained=False, now=NOON)
                assert found is None or found.text.encode() is not None, "any database takes it"
        for topic in reader.availability_topics:
            reader.hear_availability(topic, data[1:])

    return one


_SEEN = '"availability": [{"topic": "a", "value_template": "{{ value_json.state }}"}]'
POINTS = (
    '{"p": "sensor", "state_topic": "t", "unit_of_measurement": "ppm", "value_template": "{{ value_json.co2 }}"}',
    '{"p": "sensor", "state_topic": "t", "device_class": "timestamp", ' + _SEEN + "}",
    '{"p": "sensor", "state_topic": "t", "device_class": "date", "encoding": "utf-16"}',
    '{"p": "sensor", "state_topic": "t", "device_class": "enum", "options": ["on", "off"]}',
    '{"p": "binary_sensor", "state_topic": "t", "value_template": "{{ value_json.a[0].b }}"}',
    '{"p": "switch", "state_topic": "t", "command_topic": "c"}',
    '{"p": "event", "state_topic": "t", "event_types": ["press", "hold"]}',
    '{"p": "update", "state_topic": "t"}',
    '{"p": "climate", "temperature_state_topic": "t", "temperature_command_topic": "c"}',
)


def _values_seeds() -> list[bytes]:
    words = [b'{"co2": 812.5}', b"2026-12-31T09:00:00+08:00", b"2026-12-31", b"on", b'{"a": [{"b": "ON"}]}', b"OFF"]
    words += [b'{"event_type": "press"}', b'{"installed_version": "1.2", "latest_version": "2"}', b"21.5", b"None"]
    return [bytes([number]) + word for number in range(len(POINTS)) for word in words]


def _broker() -> One:
    from hub.broker_log import BrokerLog
    from hub.mosquitto.found import File, House
    from hub.mosquitto.lines import split_lines
    from hub.mosquitto.settings import understand
    from hub.mosquitto.weaknesses import weaknesses

    house = House(site="hall", processes=frozenset({"hub"}), joins=True, password_port=8884)

    class Files(dict[str, File]):
        def __missing__(self, name: str) -> File:
            return self[""]

    def one(data: bytes) -> None:
        settings, _, other = data.decode("utf-8", "replace").partition("\x00")
        found = understand(split_lines("m.conf", settings))
        for wrong in weaknesses("m.conf", found, Files({"": File(other)}), house):
            assert wrong.where
            assert wrong.remedy
        log = BrokerLog()
        for line in other.split("\n"):
            log.read(line)

    return one


def _broker_seeds() -> list[bytes]:
    settings = (BROKER / "mosquitto.conf").read_bytes()
    rules = b"user hub\ntopic readwrite #\npattern read yingbin/hall/%u/down/#\ntopic deny x\n"
    log = b"Client a already connected, closing old connection.\nNew client connected from ::1:5 as a (p5, c0, k60).\n"
    old = b"port 1883\nallow_anonymous true\nlistener 0 /s\nacl_file a\npassword_file p\nmax_packet_size 9999999999\n"
    tls = b"per_listener_settings true\nlistener 8883 0.0.0.0\ncafile c\nkeyfile e\nrequire_certificate true\n"
    return [settings[:2_000] + b"\x00" + rules, old + b"\x00" + log, tls + b"\x00" + b"a:$7$1$x$y\nb:$6$x\nc:plain\nd"]


def _mark() -> One:
    from hub.booking_ports import TargetGone, WriteRefused
    from hub.booking_sources.marks import marked
    from hub.domain.source_items import Outcome, WriteBack

    facts = Outcome(expected=9, attended=7, first_check_in_at=NOON, released_at=NOON)

    def one(data: bytes) -> None:
        dates = ("", "20261231T010000Z")
        for occurrence in dates:
            told = WriteBack(
                op="op-1", resource="r", occurrence=occurrence, uid="1@x", version="v", outcome=facts, ends_at=NOON
            )
            with contextlib.suppress(TargetGone, WriteRefused):
                made = marked(data, told, ZoneInfo("Asia/Shanghai"), NOON)
                assert made is None or marked(made, told, ZoneInfo("Asia/Shanghai"), NOON) is None, "once is enough"

    return one


def _mark_seeds() -> list[bytes]:
    from tests.fuzz.of_files import TARGETS as FILES

    return list(FILES["calendar"].seeds())


TARGETS = {
    "http": Target(_http, ["devices.framing", "waitress"], _http_seeds),
    "join": Target(_join, ["hub.authority", "hub.certificates", "devices.contract"], _join_seeds, 2_048),
    "values": Target(_values, ["hub.discovery"], _values_seeds, 300),
    "broker": Target(_broker, ["hub.mosquitto", "hub.broker_log"], _broker_seeds, 2_048),
    "mark": Target(_mark, ["hub.booking_sources"], _mark_seeds),
}
