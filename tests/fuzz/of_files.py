"""Parsers of files: guest lists, calendars, what a calendar's server answers, the house's own settings."""
# ruff: noqa: PLC0415 - see tests.fuzz.target

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fuzz.target import One, Target

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 12, 31, 4, 0, tzinfo=UTC)
REPO = Path(__file__).parents[2]


def _guest_list() -> One:
    from hub import guest_lists
    from hub.domain.errors import InvalidInput
    from hub.guest_lists.transfers import is_transfers, read_transfers

    def one(data: bytes) -> None:
        with contextlib.suppress(InvalidInput):
            guest_lists.read(data)
        with contextlib.suppress(InvalidInput):
            if is_transfers(data):
                read_transfers(data, ZONE)

    return one


def _guest_list_seeds() -> list[bytes]:
    plain = (
        "姓名,公司,职务,电话,语言,贵宾,座位\n王伟,云杉,总监,13800138000,zh,是,A-1-1\nAnna Schmidt,Fichte,CEO,,en,,\n"
    )
    pick_ups = "姓名,航班,到达时间\n王伟,CA123,2026-12-31 09:30\n"
    demo = (REPO / "hub/demo/guests.csv").read_bytes()[:900]
    return [
        plain.encode(),
        plain.encode("gbk"),
        plain.encode("utf-16"),
        plain.replace(",", ";").encode(),
        pick_ups.encode(),
        demo,
    ]


def _workbook() -> One:
    import io
    import zipfile

    from hub import guest_lists
    from hub.domain.errors import InvalidInput

    parts = _workbook_parts()
    plain = {name: content for name, content in parts.items() if name not in UNNEEDED}

    def one(data: bytes) -> None:
        chosen = WORKBOOK_PARTS[data[0] % len(WORKBOOK_PARTS)] if data else SHEET
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as book:
            for name, content in (plain | {chosen: data[1:]}).items():
                book.writestr(name, content)
        with contextlib.suppress(InvalidInput):
            guest_lists.read(packed.getvalue())

    return one


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
WORKBOOK_PARTS = (
    SHEET,
    STRINGS,
    STYLES,
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "docProps/core.xml",
)
"""What somebody may have written by hand; the first byte of an input says which it is."""

UNNEEDED = frozenset({STYLES, "xl/theme/theme1.xml", "docProps/app.xml", "docProps/core.xml"})
"""What a workbook can do without; to read these takes longer than all the rest."""


def _workbook_parts() -> dict[str, bytes]:
    import io
    import zipfile

    import openpyxl

    book = openpyxl.Workbook()
    for row in (["姓名", "公司", "座位"], ["王伟", "云杉", "A-1-1"], ["李娜", 7, None], ["Eva", NOON.date(), "=1+1"]):
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    typed = b'<Override PartName="/' + STRINGS.encode() + b'" ContentType="' + STRINGS_TYPE + b'"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", typed)
    parts[STRINGS] = f'<sst xmlns="{MAIN}"><si><t>姓名</t></si><si><r><t>座</t></r><r><t>位</t></r></si></sst>'.encode()
    return parts


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def _workbook_seeds() -> list[bytes]:
    parts = _workbook_parts()
    shared = b'<row r="5"><c r="A5" t="s"><v>0</v></c><c r="B5" t="s"><v>1</v></c><c r="C5" t="b"><v>1</v></c></row>'
    told = [parts[name] for name in WORKBOOK_PARTS] + [parts[SHEET].replace(b"</sheetData>", shared + b"</sheetData>")]
    return [bytes([number % len(WORKBOOK_PARTS)]) + content for number, content in enumerate(told)]


def _calendar() -> One:
    from hub.booking_sources.bad_events import BadEvent
    from hub.booking_sources.content_lines import read
    from hub.booking_sources.ical import _of_calendar
    from hub.booking_sources.objects import Reading
    from hub.domain.source_items import Horizon

    reading = Reading(ZONE, Horizon(since=NOON - timedelta(days=2), until=NOON + timedelta(days=9)), "hall")

    def one(data: bytes) -> None:
        with contextlib.suppress(BadEvent):
            for calendar in read(data):
                for resource in _of_calendar(calendar, reading):
                    assert resource.key

    return one


def _calendar_seeds() -> list[bytes]:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        "UID:1@x",
        "DTSTART;TZID=Asia/Shanghai:20261231T090000",
        "DTEND:20261231T030000Z",
        "SUMMARY:发布会",
        "LOCATION:hall",
        "ATTENDEE;CN=王伟;PARTSTAT=ACCEPTED:mailto:wang@x.example",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    rules = ["RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=9", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270401T000000Z"]
    rules += [
        "RRULE:FREQ=DAILY;INTERVAL=2\r\nEXDATE:20270102T010000Z",
        "RDATE;VALUE=DATE:20270101",
        "RECURRENCE-ID:20261231T010000Z",
    ]
    texts = ["\r\n".join([*lines[:4], rule, *lines[4:]]) for rule in ["DURATION:PT1H", *rules]]
    return [text.encode() for text in texts]


def _webdav() -> One:
    from hub.booking_ports import SourceAway
    from hub.booking_sources.multistatus import has_error, multistatus

    def one(data: bytes) -> None:
        with contextlib.suppress(SourceAway):
            multistatus(data, "https://calendar.example/rooms/hall/")
        has_error(data, "valid-sync-token")

    return one


def _webdav_seeds() -> list[bytes]:
    response = (
        '<d:response><d:href>/rooms/hall/1.ics</d:href><d:propstat><d:prop><d:getetag>"1"</d:getetag>'
        "<c:calendar-data>BEGIN:VCALENDAR</c:calendar-data></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
        "</d:response><d:response><d:href>/rooms/hall/2.ics</d:href><d:status>HTTP/1.1 404 Gone</d:status></d:response>"
    )
    name = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
    whole = f"<?xml version='1.0'?><d:multistatus {name}>{response}<d:sync-token>t1</d:sync-token></d:multistatus>"
    return [
        whole.encode(),
        b'<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>',
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
    ]


def _venue() -> One:
    from hub import venue_files
    from hub.domain.errors import InvalidInput
    from hub.usecases.venue_plan import House

    def one(data: bytes) -> None:
        with contextlib.suppress(InvalidInput):
            venue_files.read(data, House())

    return one


def _venue_seeds() -> list[bytes]:
    text = (REPO / "hub/demo/venue.toml").read_text(encoding="utf-8")
    tables = text.split("\n\n")
    return ["\n\n".join(tables[at : at + 4]).encode()[:2_000] for at in range(0, len(tables), 4)]


def _settings() -> One:
    from devices.settings import BadSettings, parse
    from hub.config import HubConfig
    from kiosk.config import KioskConfig

    def one(data: bytes) -> None:
        schema = KioskConfig if data[:1] > b"\x7f" else HubConfig
        with contextlib.suppress(BadSettings):
            parse(data[1:].decode("utf-8", "replace"), schema, Path("settings.toml"))

    return one


def _settings_seeds() -> list[bytes]:
    source = '[[sources]]\nname = "b"\nkind = "sql"\nzone = "UTC"\n'
    hub = f'site = "hall-a"\nkiosks = ["kiosk-1"]\n[web]\nport = 8700\n{source}'
    kiosk = 'site = "hall-a"\ndevice = "kiosk-1"\ndoor = { zh = "东门", en = "East" }\n[broker]\nsecret = "s.toml"\n'
    return [b"\x00" + hub.encode(), b"\xff" + kiosk.encode(), b'\x00[sources.rooms]\n"A" = "hall"']


TARGETS = {
    "guest-list": Target(_guest_list, ["hub.guest_lists"], _guest_list_seeds),
    "workbook": Target(_workbook, ["hub.guest_lists", "openpyxl.worksheet", "openpyxl.reader"], _workbook_seeds, 3_072),
    "calendar": Target(_calendar, ["hub.booking_sources"], _calendar_seeds),
    "webdav": Target(_webdav, ["hub.booking_sources"], _webdav_seeds),
    "venue": Target(_venue, ["hub.venue_files", "tomllib"], _venue_seeds, 2_048),
    "settings": Target(_settings, ["devices.settings", "tomllib"], _settings_seeds),
}
