"""The house of the event day as its people know it: opened from its files, with what stands in the hall.

Names here are those of ``venue.toml`` and ``guests.csv`` beside it.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any

from devices.contract import codec
from devices.contract.messages import (
    CheckInEvent,
    CodeKind,
    DeviceInfo,
    DeviceState,
    Heartbeat,
    Request,
    RequestKind,
    Status,
    Verdict,
)
from devices.contract.topics import DISCOVERY, Leaf, topic
from hub import guest_lists, venue_files
from hub.domain.guests import Invited
from hub.domain.rehearsals import Result
from hub.domain.roster import edition_of
from hub.domain.tea_pots import LearnedPot
from hub.usecases.acknowledge_role import acknowledge, playbooks_in_force
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.import_guests import import_guests
from hub.usecases.import_venue import import_venue
from hub.usecases.place_device import Excuse, Place, excuse_device, place_device
from hub.usecases.rehearsal_list import read_rehearsal, surroundings
from hub.usecases.rehearse import Said, look_again, mark_line, pass_rehearsal
from hub.usecases.sign_in import give_pin
from hub.usecases.venue_plan import known_house
from tests.conftest import SITE
from tests.hub.day.clockwork import Day, at

_HERE = Path(__file__).parent
_BOOT = "0193a000-0000-7000-8000-00000000b007"
CLIMATE, POT, AIR = "hall-climate-a8307e80", "hall-pot-681fa77d", "hall-air-76dd44bf"
PROJECTOR, SPARE = "hall-projector-1436a23e", "hall-spare-e13c4d8c"
"""What stands in the hall, and on the shelf, by what the hub calls it."""

_THERE = {"payload_available": "online", "payload_not_available": "offline"}


class House:
    """Opens the house, and lets kiosks, things and people do what they do."""

    def __init__(self, day: Day) -> None:
        """Import the house, its meeting and its guests."""
        self.day = day
        self._numbers = 0
        self._scans: dict[str, str] = {}
        acting = day.acting("desk")
        config = day._hub._config
        with day.store.write() as tx:
            reading = venue_files.load(_HERE / "venue.toml", known_house(tx), date(2026, 12, 1))
            assert reading.usable(), reading.findings
            plan = import_venue(tx, reading.file, acting, config.reminders.leads(), times=config.agenda_times())
            assert plan.kept, plan.findings
        with day.store.write() as tx:
            (meeting,) = tx.meetings.all()
            rows = guest_lists.read((_HERE / "guests.csv").read_bytes()).rows
            kept = import_guests(tx, meeting, rows, acting, good_rows=False, track=iter)
            assert kept.kept, kept.findings
            self.guests: dict[str, Invited] = {one.guest.name: one for one in tx.guests.of_meeting(meeting.id)}
            self.pins = {one.name: give_pin(tx, one, day.deciding("desk"), _numbers()) for one in tx.staff.all()}
        self.meeting = meeting

    # -- people -------------------------------------------------------------------------------------------------------

    def join(self, *people: str) -> None:
        """Let each person's tablet join the house."""
        for person in people:
            with self.day.store.write() as tx:
                code = invite_tablet(
                    tx, f"of {person}", self.day.deciding("desk"), _numbers(len(person) + ord(person[0]))
                )
            self.day.send(person, "/staff/join", code=code)

    def comes(self, *people: str) -> None:
        """Let people sign in at their tablets by their PINs."""
        for person in people:
            self.day.send(person, "/staff/sign-in", code=self.pins[person])

    def goes(self, *people: str) -> None:
        """Let people sign out."""
        for person in people:
            self.day.send(person, "/staff/sign-out")

    def rehearsed(self) -> None:
        """Let the meeting have been rehearsed: people know their part, and found every line right that they look at."""
        who = self.day.deciding("desk")
        with self.day.store.write() as tx:
            edition = edition_of(playbooks_in_force(tx))
            shifts = tx.staff.shifts(at("00:00"), at("23:59"))
            for one in tx.staff.all():
                acknowledge(tx, one, [shift.starts_at for shift in shifts if shift.staff == one.key], edition, who)
            lines = read_rehearsal(tx, self.meeting, surroundings(tx, self.meeting, who.at)).lines
            for line in lines:
                if not line.item.by_hub:
                    mark_line(tx, self.meeting, line.item.key, Said(result=Result.PASSED, counted=23.0), who)
            look_again(tx, self.meeting, who)
            pass_rehearsal(tx, self.meeting, who)
        self.day.settle()

    def runs(self, person: str, do: str, **form: str) -> None:
        """Let a person take a step of the live agenda."""
        self.day.send(person, "/staff/meetings/launch/agenda", do=do, **form)

    def ticks(self, person: str, position: int) -> None:
        """Let a person tick a step of the incident that is open."""
        self.day.send(person, f"/staff/incidents/{self.incident()}/steps/{position}")

    def moves(self, person: str, move: str, **form: str) -> None:
        """Let a person contain, resolve, review or close the incident that is open."""
        self.day.send(person, f"/staff/incidents/{self.incident()}/{move}", **form)

    def incident(self) -> str:
        """Return the id of the one incident that is open."""
        with self.day.store.read() as tx:
            (found,) = tx.incidents.open()
        return found.id

    def cleared(self) -> str:
        """Return the id of the one task that went away by itself and that nobody has looked at."""
        with self.day.store.read() as tx:
            (found,) = tx.tasks.unseen(self.day.clock.shows - timedelta(hours=12))
        return found.id

    def plates(self) -> dict[str, int]:
        """Return how many plates were served at lunch, by the needs of those who ate."""
        with self.day.store.read() as tx:
            (meal,) = tx.house_work.served(self.meeting.id).values()
        return {" ".join(sorted(name.split())): plates for name, plates in meal.covers.items() if plates}

    def invitation(self, name: str) -> str:
        """Return the id of a guest's invitation."""
        return self.guests[name].invitation.id

    def wishes(self, wish: str, **form: str) -> str:
        """Let people in the hall touch a button of its panel; returns what the panel says."""
        answer = self.day.send("panel", "/panel/hall", wish=wish, **form)
        return " ".join(answer.get_json()["said"])

    def tells(self, story: str) -> None:
        """Hold what the hub did since the last time against a story: nothing else, and to the second."""
        told, found = [line.strip() for line in story.strip().splitlines()], self.day.diary.read()
        other = "\n".join(unified_diff(told, found, "as told", "as it was", lineterm="", n=2))
        assert not other, f"the day went otherwise\n{other}"

    # -- the kiosk ----------------------------------------------------------------------------------------------------

    def kiosk_starts(self) -> None:
        """Let the kiosk and the pager say that they are there."""
        for device, kind in (("kiosk-1", "kiosk"), ("pager-1", "pager")):
            info = DeviceInfo(**self._stamp(), kind=kind, model="Test", software="1")
            state = DeviceState(**self._stamp(), status=Status.ONLINE)
            self.day.hear(topic(SITE, device, Leaf.INFO), codec.encode(info))
            self.day.hear(topic(SITE, device, Leaf.STATE), codec.encode(state))
        self.day.pulse = self._beat

    def _beat(self) -> None:
        mono = self.day.clock.monotonic_ms() % 10**9
        beat = Heartbeat(**self._stamp(), max_seq=self._numbers, unacked=0, oldest_s=0.0, mono_ms=mono)
        self.day.take(topic(SITE, "kiosk-1", Leaf.TELE), codec.encode(beat))

    def scans(self, name: str) -> None:
        """Let a guest hold their code before the kiosk."""
        event = CheckInEvent(
            **self._stamp(),
            lookup=self.guests[name].invitation.lookup,
            kind=CodeKind.SHORT,
            verdict=Verdict.WELCOME,
            offline=False,
            mono_ms=self.day.clock.monotonic_ms() % 10**9,
        )
        self._scans[name] = event.id
        self.day.diary.names[event.id] = name
        self.day.hear(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(event))

    def asks(self, name: str, kind: RequestKind, note: str) -> None:
        """Let a guest touch a button of the kiosk."""
        request = Request(**self._stamp(), kind=kind, note=note, about=self._scans[name])
        self.day.diary.names[request.id] = f"{name} {note}"
        self.day.hear(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), codec.encode(request))

    def _stamp(self) -> dict[str, Any]:
        self._numbers += 1
        return {"id": self.day.id(), "ts": self.day.clock.now(), "boot": _BOOT, "seq": self._numbers}

    # -- what stands in the hall --------------------------------------------------------------------------------------

    def furnish(self) -> None:
        """Let the things of the hall announce themselves and speak."""
        self._announce("climate", "温度计", _sensor("temperature", "temperature", "°C"))
        self._announce("pot", "茶壶", _sensor("weight", "weight", "g"))
        self._announce("air", "空调", _AIR)
        self._announce("projector", "投影仪", _sensor("lamp", "duration", "h"))
        self._announce("spare", "备用投影", _sensor("lamp", "duration", "h"))

        first = {"climate": 23.0, "pot": 2300, "air": 23.0, "projector": 120, "spare": 40}
        for key, value in first.items():
            self.says(key, "online", "there")
            self.says(key, value)
        places = {CLIMATE: "", POT: "", AIR: "air", PROJECTOR: "projector"}
        for device, thing in places.items():
            with self.day.store.write() as tx:
                place_device(tx, device, Place(room="hall", thing=thing), self.day.deciding("desk"))
        with self.day.store.write() as tx:
            points = {one.device: one.id for one in tx.field_devices.points()}
            excuse_device(tx, SPARE, Excuse.EXPECTED_OFF, at("19:50"), self.day.deciding("desk"))
            tx.watch_settings.save_pots([LearnedPot(point=points[POT], empty=1100, full=2300)])
        self.day.settle()

    def _announce(self, key: str, name: str, component: dict[str, object]) -> None:
        base = f"hall-node/{key}"
        config = component | {
            "unique_id": f"hall-{key}-1",
            "state_topic": f"{base}/state",
            "availability": [{"topic": f"{base}/there"} | _THERE],
            "device": {"identifiers": [f"hall-{key}"], "name": name},
        }
        kind = str(config.pop("component"))
        config = {one: f"{base}{said}" if str(said).startswith("/") else said for one, said in config.items()}
        self.day.thing(f"{DISCOVERY}/{kind}/hall-node/{key}/config", json.dumps(config).encode(), retained=True)

    def says(self, key: str, value: object, leaf: str = "state") -> None:
        """Let a thing of the hall say something."""
        self.day.thing(f"hall-node/{key}/{leaf}", str(value).encode())


_AIR: dict[str, object] = {
    "component": "climate",
    "name": "Aircon",
    "temperature_command_topic": "/set",
    "temperature_state_topic": "/state",
    "min_temp": 16,
    "max_temp": 30,
}


def _sensor(name: str, device_class: str, unit: str) -> dict[str, object]:
    return {"component": "sensor", "name": name, "device_class": device_class, "unit_of_measurement": unit}


def _numbers(seed: int = 7) -> Callable[[int], int]:
    """Return what gives numbers that look like chance and are the same on each day."""
    state = [seed * 7919 + 104729]

    def number(below: int) -> int:
        state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state[0] >> 20) % below

    return number
