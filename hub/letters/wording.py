"""What a letter says, in the guest's language: plain texts and times, ready to be laid out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.texts import LANGUAGE_TAGS, Texts, clock_time, day, same_day
from hub.domain.meetings import Segment
from hub.domain.transfers import Transfer
from hub.domain.words import Language
from hub.letters.symbols import readable
from hub.usecases.group_codes import GroupLetter
from hub.usecases.invite import Letter, Occasion

TEXTS_FOLDER = Path(__file__).parent / "texts"

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the agenda as printed."""

    time: str
    title: str
    presenter: str
    place: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled line, as time, place or parking; ``more`` stands below it."""

    label: str
    value: str
    more: str = ""


class Wording:
    """The words of one meeting's letters, by language."""

    def __init__(self, texts: Texts, occasion: Occasion) -> None:
        """Keep the texts and what all letters share."""
        self.texts = texts
        self.occasion = occasion
        self._zone = ZoneInfo(occasion.meeting.zone)

    def say(self, key: str, language: Language, **values: object) -> str:
        """Return one text of the catalogue."""
        return self.texts(key, language.value, **values)

    def tag(self, language: Language) -> str:
        """Return the value of an HTML ``lang`` attribute."""
        return LANGUAGE_TAGS[language.value]

    def subject(self, language: Language) -> str:
        """Return the meeting's title."""
        return self.occasion.meeting.title.read(language)

    def venue(self, language: Language) -> str:
        """Return the house's name."""
        return self.occasion.venue.name.read(language)

    def room(self, language: Language) -> str:
        """Return the room's name, with its floor where one is given."""
        room = self.occasion.room
        name = room.name.read(language)
        return self.say("fact.room", language, room=name, floor=room.floor) if room.floor else name

    def address(self, letter: Letter) -> str:
        """Return the line that greets the guest."""
        salutation = letter.invited.guest.salutation.read(letter.language)
        key = "letter.dear" if salutation else "letter.dear_unnamed"
        return self.say(key, letter.language, **({"salutation": salutation} if salutation else {}))

    def address_group(self, letter: GroupLetter) -> str:
        """Return the line that greets a group: its own name and how many they are, nobody's name (policy: opaque)."""
        return self.say("group.dear", letter.language, party=letter.group.party, count=letter.count)

    def long_day(self, moment: datetime, language: Language) -> str:
        """Write a day with its year: 2026年12月30日 星期三, Wednesday 30 December 2026."""
        local = moment.astimezone(self._zone)
        if language is Language.ZH:
            return f"{local.year}年{day(moment, self._zone, 'zh')}"
        return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"

    def times(self, language: Language) -> str:
        """Write when the meeting starts and ends."""
        meeting, zone = self.occasion.meeting, self._zone
        start, end = clock_time(meeting.starts_at, zone), clock_time(meeting.ends_at, zone)
        if same_day(meeting.starts_at, meeting.ends_at, zone):
            return self.say("fact.times", language, start=start, end=end)
        end_day = day(meeting.ends_at, zone, language.value)
        return self.say("fact.times_over_days", language, start=start, end=end, end_day=end_day)

    def doors(self, language: Language) -> str:
        """Say when the doors open."""
        return self.say("fact.doors", language, time=clock_time(self.occasion.meeting.doors_at, self._zone))

    def facts(self, letter: Letter) -> list[Fact]:
        """Return the lines under the greeting: when, where, who meets them (R87), for drivers (R139), VIPs (R100)."""
        language, invitation = letter.language, letter.invited.invitation
        facts = self._when_and_where(language)
        facts += [self._pick_up(letter.pick_up, language)] if letter.pick_up else []
        if invitation.vip and invitation.host:
            host = self.say("fact.host", language, host=invitation.host)
            facts.append(Fact(self.say("label.host", language), host))
        if invitation.vip and self.occasion.lounge:
            lounge = self.say("fact.lounge", language, lounge=self.occasion.lounge.read(language))
            facts.append(Fact(self.say("label.lounge", language), lounge))
        return facts + self._for_drivers_and_callers(language)

    def facts_of_all(self, language: Language) -> list[Fact]:
        """Return the lines that are the same for everybody."""
        return self._when_and_where(language) + self._for_drivers_and_callers(language)

    def materials(self, language: Language) -> list[Fact]:
        """Return what guests are to mind and to read: the meeting's notes and the house's, and the documents (R103)."""
        about, between = self.occasion, self.say("fact.between", language)
        notes = [text.read(language) for text in (about.materials.notes, about.venue.notes)]
        documents = [f"{one.title.read(language)} ({one.link})" for one in about.materials.documents]
        told = {"notes": notes, "documents": documents}
        joined = {name: between.join(filter(None, texts)) for name, texts in told.items()}
        return [Fact(self.say(f"label.{name}", language), text) for name, text in joined.items() if text]

    def agenda(self, language: Language) -> list[Row]:
        """Return the agenda's rows as printed."""
        return [self._row(segment, language) for segment in self.occasion.meeting.agenda]

    def summary(self, letter: Letter) -> str:
        """Return what a calendar's entry says below its title."""
        language = letter.language
        lines = [f"{row.time}  {row.title}" for row in self.agenda(language)]
        lines += ["", self.doors(language), self.occasion.venue.parking.read(language)]
        lines.append(self.say("calendar.bring", language))
        code = readable(letter.invited.invitation.code)
        lines += [self.say("calendar.code", language, code=code)] if code else []
        return "\n".join(line for index, line in enumerate(lines) if line or index < len(lines) - 2)

    def _pick_up(self, pick_up: Transfer, language: Language) -> Fact:
        """Say when and where the guest is met, and below it by whom and under which number (R87)."""
        when = f"{day(pick_up.eta, self._zone, language.value)} {clock_time(pick_up.eta, self._zone)}"
        where = " · ".join(part for part in (when, pick_up.place.read(language), pick_up.note) if part)
        greeter = " ".join(part for part in (pick_up.greeter, pick_up.greeter_phone) if part)
        more = self.say("fact.pick_up", language, greeter=greeter) if pick_up.greeter else ""
        return Fact(self.say("label.pick_up", language), where, more)

    def _when_and_where(self, language: Language) -> list[Fact]:
        long_day = self.long_day(self.occasion.meeting.starts_at, language)
        return [
            Fact(self.say("label.time", language), long_day, self.times(language)),
            Fact(self.say("label.doors", language), self.doors(language)),
            Fact(self.say("label.place", language), self.room(language), self.venue(language)),
        ]

    def _for_drivers_and_callers(self, language: Language) -> list[Fact]:
        told = {"parking": self.occasion.venue.parking.read(language), "phone": self.occasion.venue.phone}
        return [Fact(self.say(f"label.{name}", language), value) for name, value in told.items() if value]

    def _row(self, segment: Segment, language: Language) -> Row:
        start, end = clock_time(segment.starts_at, self._zone), clock_time(segment.ends_at, self._zone)
        return Row(
            time=f"{start}–{end}",
            title=segment.title.read(language),
            presenter=segment.presenter,
            place=segment.place.read(language) if segment.place else "",
        )
