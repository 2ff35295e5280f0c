"""A small house for the pages' tests: the launch in the hall, two doors, numbered guests, number 1 a VIP."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from devices.contract.messages import Verdict
from devices.ids import uuid7
from devices.texts import Texts
from hub.domain.accounts import Account, Session
from hub.domain.guests import Diet, Invited, Rsvp
from hub.domain.meetings import Door, Place, Room, Venue
from hub.domain.permissions import Part
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, raise_task
from hub.domain.transfers import Leads, PlaceKind, Transfer
from hub.domain.words import Language, Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.enrol_device import hash_of
from hub.usecases.pass_time import fire_next
from hub.usecases.plan_transfer import plan_transfer
from hub.usecases.timer_rules import timer_rules
from hub.web.form_token import HEADER
from hub.web.language import Tongue
from hub.web.parts import load_texts
from tests.hub.build import T0, furnish, guest, invited, meeting
from tests.hub.usecases.scans import scan, take

NOW = T0 + timedelta(minutes=20)
"""09:20 in Shanghai, while the doors are open and the launch has not begun."""

TEXTS: Texts = load_texts()
ZH, EN = Tongue(TEXTS, Language.ZH), Tongue(TEXTS, Language.EN)
TONGUES = (ZH, EN)

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser adds to a request from one of our own pages."""

PROGRAM = OURS | {"Accept": "application/problem+json"}
"""What our own script adds."""


class Browser(FlaskClient):
    """A browser whose pages know their token, as every page does: what it posts holds it by itself.

    With ``token=False`` it posts as something does that has never seen a page of ours.
    """

    def open(self, *args: Any, token: bool = True, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        """Ask; what is posted from a page of ours has its token."""
        if token and kwargs.get("method") == "POST":
            headers = Headers(kwargs.pop("headers", None))
            if HEADER not in headers:
                where = {"base_url": kwargs["base_url"]} if "base_url" in kwargs else {}
                given = super().open("/token", method="GET", **where)
                headers[HEADER] = given.get_json()["token"]
            kwargs["headers"] = headers
        return super().open(*args, **kwargs)


class StillClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = NOW) -> None:
        """Begin at a moment."""
        self.at = now.astimezone(UTC)
        self.ms = 1_000_000

    def now(self) -> datetime:
        """Return the wall time."""
        return self.at

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot."""
        return self.ms

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
        self.ms += int(seconds * 1000)


def person(number: int, **changes: Any) -> Invited:  # noqa: ANN401 - any field of a guest or an invitation
    """Return guest ``number``, invited to the launch: 1 is a VIP from Tengyun, 2 a vegetarian, 3 writes in Latin."""
    who: dict[str, Any] = {"salutation": Words(f"王{number}先生", f"Mr Wang {number}"), "title": "经理"}
    how: dict[str, Any] = {}
    if number == 1:
        who |= {"name": "王建国", "salutation": Words("王总", "Mr Wang"), "title": "总经理", "company": "腾云"}
        how |= {"vip": True, "host": "陈明"}
    if number == 2:
        who |= {"diets": frozenset({Diet.VEGETARIAN})}
    if number == 3:
        who |= {"name": "Sofia Rossi", "salutation": Words("Rossi 女士", "Ms Rossi"), "company": "Tamarind"}
    fields = set(guest().__dataclass_fields__)
    who |= {name: value for name, value in changes.items() if name in fields}
    how |= {name: value for name, value in changes.items() if name not in fields}
    return Invited(invitation=invited(number, **how).invitation, guest=guest(number, **who))


def furnish_house(store: Store, *more: Invited, guests: int = 5) -> Store:
    """Store the house with its first guests, or with other ones in their place."""
    people = {number: person(number) for number in range(1, guests + 1)}
    people |= {int(one.guest.id.removeprefix("guest-")): one for one in more}
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("云栖会议中心", "Yunqi Centre"), zone="Asia/Shanghai"))
        furnish(tx, people.values())
        tx.meetings.save(meeting(lounge="lounge"))
        for device, zh, en in (("kiosk-1", "东门", "East Gate"), ("kiosk-2", "西门", "West Gate")):
            tx.meetings.save_door(Door(device=device, name=Words(zh, en)))
            lounge, way = Words("贵宾室", "VIP Lounge"), Words("左转", "left")
            tx.meetings.save_place(Place(device=device, key="lounge", name=lounge, way=way))
        tx.feed.touch([("meeting", "m-launch")])
    return store


def tell_levels(store: Store) -> None:
    """Let a booking's source say what it knows of three guests: number 1 is a VIP of the second level."""
    said: dict[int, dict[str, Any]] = {
        1: {"vip_level": 2, "rsvp": Rsvp.ACCEPTED},
        2: {"rsvp": Rsvp.TENTATIVE},
        3: {"rsvp": Rsvp.DECLINED},
    }
    with store.write() as tx:
        for number, fields in said.items():
            one = tx.guests.by_invitation([f"inv-{number}"])[f"inv-{number}"]
            tx.guests.change(one.guest, replace(one.invitation, **fields))


def furnish_panels(store: Store) -> Store:
    """Put a projector with a guide and a lamp without one into the hall, and add an annex without anything."""
    steps = (Words("按“投影”键", "Press Projector"), Words("接上电脑", "Plug your computer in"))
    projector = RoomDevice(
        room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector"), guide=steps
    )
    lights = RoomDevice(room="hall", key="lights", kind=DeviceKind.LIGHTS, name=Words("灯光", "Lights"), position=1)
    with store.write() as tx:
        tx.meetings.save_room(Room(key="annex", name=Words("副厅", "Annex")))
        tx.room_devices.put([projector, lights])
        tx.feed.touch([("room", "hall")])
    return store


def arrive(store: Store, *numbers: int, device: str = "kiosk-1", seconds: float = 600) -> None:
    """Let guests come in, a second apart."""
    for later, number in enumerate(numbers):
        take(store, scan(number, seconds + later, device))


def enter_twice(store: Store, number: int, seconds: float = 1100) -> None:
    """Let one invitation in at both doors while they are cut off from each other, 12 s apart."""
    first = scan(number, seconds, offline=True)
    take(store, first, scan(number, seconds + 12, "kiosk-2", offline=True), now=NOW)


def turn_away(store: Store, number: int, seconds: float = -60) -> str:
    """Let a guest come before the doors open, and return the refused scan."""
    early = scan(number, seconds, verdict=Verdict.TOO_EARLY)
    take(store, early)
    return early.event.id


def raise_help(store: Store, task_id: str = "task-1", device: str = "kiosk-2", at: datetime = NOW) -> Task:
    """Let a guest ask for help at a door."""
    facts = {"device": device, "door_zh": "西门", "door_en": "West Gate"}
    task = raise_task(TaskKind.HELP, f"{device}-{task_id}", task_id=task_id, at=at, facts=facts)
    with store.write() as tx:
        tx.tasks.raise_all([task])
        tx.feed.touch([("tasks", "")])
    return task


def pick_up(store: Store, number: int, minutes: float, **changes: Any) -> Transfer:  # noqa: ANN401 - any field of a transfer
    """Let 小李 be sent, an hour ago, to meet a guest at the airport so many minutes after NOW; what is due fires."""
    values: dict[str, Any] = {
        "invitation": f"inv-{number}",
        "kind": PlaceKind.AIRPORT,
        "place": Words("T3 到达口", "T3 arrivals"),
        "eta": NOW + timedelta(minutes=minutes),
        "note": "CA1501",
        "greeter": "小李",
        "greeter_phone": "137 0000 2222",
    }
    planned = Transfer(**(values | changes))
    with store.write() as tx:
        invited = tx.guests.by_invitation([planned.invitation])[planned.invitation]
        who = Deciding(actor="小陈", at=NOW - timedelta(hours=1), ids=uuid7)
        plan_transfer(tx, None, planned, invited, Leads(), who)
    until(store, NOW)
    return planned


def until(store: Store, now: datetime) -> None:
    """Let everything happen that is due at a moment."""
    while fire_next(store, Deciding(actor="hub", at=now, ids=uuid7), timer_rules(TaskTimes(), Leads())):
        pass


EVERYTHING = frozenset(Part)
"""What the accounts of most tests may do: those that are about refusing say otherwise."""


def let_in(
    store: Store, person: str = "", parts: frozenset[Part] = EVERYTHING, name: str = "值班台", at: datetime = NOW
) -> str:
    """Let somebody be signed in by an account, under a name where the house lists nobody; return its secret."""
    secret = uuid7()
    with store.write() as tx:
        known = tx.accounts.by_name(name)
        account = known or Account(id=uuid7(), name=name, parts=parts, made_at=at)
        tx.accounts.put(replace(account, parts=parts))
        session = Session(id=hash_of(secret), began_at=at, seen_at=at, proven_at=at, account=account.id)
        tx.sessions.put(replace(session, person=person))
    return secret


def enter(client: FlaskClient, parts: frozenset[Part] = EVERYTHING, name: str = "值班台") -> FlaskClient:
    """Let a browser be signed in by an account, now."""
    shelf = client.application.extensions["yingbin"]
    secret = let_in(shelf.parts.store, parts=parts, name=name, at=shelf.parts.clock.now())
    client.set_cookie("yingbin_session", secret)
    shelf.recent.forget()
    return client


def on_duty(client: FlaskClient, name: str = "小李") -> FlaskClient:
    """Let a person begin their shift at this browser."""
    if client.get_cookie("yingbin_session") is None:
        enter(client)
    answer = client.post("/staff/shift", data={"name": name}, headers=OURS)
    assert answer.status_code == 303
    return client


def page(answer: TestResponse) -> str:
    """Return a page's text; the page must be there."""
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)
