"""What is said to a guest who is not here, in their language: the same words as plain text and as a simple page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2

from devices.texts import Texts, clock_time
from hub.channel_ports import Attachment, Mail
from hub.domain.guest_messages import MessageKind
from hub.domain.meetings import SegmentKind
from hub.domain.words import Words
from hub.letters.calendars import calendar
from hub.letters.symbols import readable, symbol
from hub.letters.wording import TEXTS_FOLDER, Wording
from hub.usecases.invite import Letter
from hub.usecases.send_messages import Notice

CALENDAR = "invitation.ics"
_WITH_CALENDAR = frozenset({"reminder", "changed", "resumed"})
_ABOUT_THE_MEETING = frozenset({"reminder", "changed", "resumed"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a fact; ``link`` is where it leads, or empty."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A labelled fact."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that stand together; ``strong`` ones are what the message is about."""

    facts: tuple[Told, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A whole message in one language."""

    house: str
    subject: str
    heading: str
    greeting: str
    opening: str
    groups: tuple[Group, ...]
    closing: str
    sign: str
    small: str


class Notices:
    """Writes messages."""

    def __init__(self, texts: Texts | None = None) -> None:
        """Read texts and template."""
        self._texts = texts or Texts.load(TEXTS_FOLDER)
        loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
        environment = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
        )
        self._page = environment.get_template("mail.html")

    def write(self, notice: Notice, at: datetime) -> Mail:
        """Write one message; ``at`` is now, in UTC."""
        wording = Wording(self._texts, notice.occasion)
        writing = _Writing(wording, notice)
        said, tag = writing.said(), wording.tag(writing.language)
        guest = notice.invited.guest
        return Mail(
            id=notice.message.id,
            address=guest.email.strip(),
            name=guest.name,
            house=said.house,
            language=tag,
            subject=said.subject,
            text=_plain(said, lambda label, text: wording.say("mail.colon", writing.language, label=label, text=text)),
            html=self._page.render(told=said, tag=tag),
            attachments=tuple(_calendar(wording, writing, at)),
        )


class _Writing:
    """One message being written."""

    def __init__(self, wording: Wording, notice: Notice) -> None:
        self._wording = wording
        self._notice = notice
        self._facts = notice.message.facts
        self._zone = ZoneInfo(notice.occasion.meeting.zone)
        self.language = notice.invited.guest.language
        self.letter = Letter(1, notice.invited, self.language)
        self.kind = self._kind()

    def said(self) -> Said:
        meeting, wording = self._notice.occasion.meeting, self._wording
        title = meeting.title.read(self.language)
        start = self._facts.get("old_starts_at") if self.kind == "cancelled" else None
        when = self._instant(start) or meeting.starts_at
        day = wording.long_day(when, self.language)
        values = {"day": day, "time": clock_time(when, self._zone), "meeting": title, **self._own_words()}
        phone = self._notice.occasion.venue.phone
        return Said(
            house=wording.venue(self.language),
            subject=self._say(f"mail.{self.kind}.subject", **values),
            heading=title,
            greeting=wording.address(self.letter),
            opening=self._say(f"mail.{self.kind}.say", **values),
            groups=tuple(group for group in self._groups() if group.facts),
            closing=self._say(f"mail.{self.kind}.end"),
            sign=self._say("mail.sign", venue=wording.venue(self.language)),
            small=self._say("mail.again", phone=phone) if phone else self._say("mail.again_unknown"),
        )

    def _kind(self) -> str:
        """Return which texts to take: a change that cancels a meeting, or takes that back, has its own."""
        cancelled = self._facts.get("new_cancelled")
        if self._notice.message.kind is not MessageKind.CHANGED:
            return self._notice.message.kind.value
        if self._notice.occasion.meeting.cancelled:
            return "cancelled"
        return "resumed" if cancelled == "no" else "changed"

    def _own_words(self) -> dict[str, str]:
        """Return what only some kinds of message name."""
        until, state = self._instant(self._facts.get("until")), self._facts.get("state", "")
        key = f"mail.progress.state.{state}"
        known = key in self._wording.texts.by_language[self.language.value]
        return {
            "until": self._moment(until) if until else self._facts.get("until", ""),
            "what": self._fact("what"),
            "state": self._say(key if known else "mail.progress.state.other"),
            **self._delay(),
        }

    def _delay(self) -> dict[str, str]:
        """Return why something is delayed, and what (R135)."""
        if self.kind != MessageKind.DELAYED:
            return {}
        talk = self._facts["kind"] in {SegmentKind.TALK, SegmentKind.CASE}
        return {
            "cause": self._say(f"mail.delayed.cause.{self._facts['cause']}"),
            "which": self._say(f"mail.delayed.which.{'talk' if talk else 'part'}", what=self._fact("what")),
            "minutes": self._facts["minutes"],
        }

    def _groups(self) -> Iterator[Group]:
        if self.kind in {"changed", "resumed"}:
            yield Group(tuple(self._changes()), strong=True)
        if self.kind == MessageKind.DELAYED and self._facts.get("starts_at"):
            yield Group((self._told("mail.label.start", self._value("starts_at")),), strong=True)
        if self.kind == MessageKind.PICK_UP:
            yield Group(tuple(self._pick_up()), strong=True)
        if self.kind == MessageKind.TO_BE_CONFIRMED and self._facts.get("question"):
            yield Group((self._told("mail.label.question", self._facts["question"]),), strong=True)
        if self.kind in _ABOUT_THE_MEETING:
            yield Group(tuple(self._about_the_meeting()))

    def _changes(self) -> Iterator[Told]:
        """Say old and new of what has changed."""
        for name, label in (("starts_at", "start"), ("doors_at", "doors"), ("room", "room")):
            old, new = (self._value(f"{age}_{name}") for age in ("old", "new"))
            if old and new and old != new:
                yield self._told(f"mail.label.{label}", self._say("mail.change.from_to", old=old, new=new))

    def _pick_up(self) -> Iterator[Told]:
        at = self._instant(self._facts.get("at"))
        values = {
            "greeter": self._facts.get("greeter", ""),
            "phone": self._facts.get("greeter_phone", ""),
            "at": self._moment(at) if at else self._facts.get("at", ""),
            "place": self._fact("place"),
            "note": self._fact("note"),
        }
        for name, value in values.items():
            if value:
                yield self._told(f"mail.label.{name}", value)

    def _about_the_meeting(self) -> Iterator[Told]:
        notice, about, language = self._notice, self._notice.occasion, self.language
        for fact in self._wording.facts(self.letter):
            yield Told(fact.label, tuple(Line(text) for text in (fact.value, fact.more) if text))
        ways = [self._say("mail.way.from", door=d.read(language), way=w.read(language)) for d, w in notice.ways]
        if ways:
            yield self._told("mail.label.way", *ways)
        notes = [text.read(language) for text in (about.materials.notes, about.venue.notes)]
        if any(notes):
            yield self._told("label.notes", *filter(None, notes))
        documents = [self._document(one.title, one.link) for one in about.materials.documents]
        if documents:
            yield Told(self._say("label.documents"), tuple(documents))
        code = readable(notice.invited.invitation.code)
        if code:
            yield self._told("mail.label.code", code)

    def _document(self, title: Words, link: str) -> Line:
        name = title.read(self.language)
        if link.startswith("https://"):
            return Line(name, link)
        return Line(self._say("mail.document.file", title=name, file=link))

    def _value(self, name: str) -> str:
        """Return a changed value: an instant with its day, or a text in the guest's language."""
        at = self._instant(self._facts.get(name))
        return self._moment(at) if at else self._fact(name)

    def _moment(self, at: datetime) -> str:
        day = self._wording.long_day(at, self.language)
        return self._say("mail.until", day=day, time=clock_time(at, self._zone))

    def _instant(self, text: str | None) -> datetime | None:
        try:
            at = datetime.fromisoformat(text or "")
        except ValueError:
            return None
        return at if at.tzinfo else None

    def _fact(self, name: str) -> str:
        return Words(self._facts.get(f"{name}_zh", ""), self._facts.get(f"{name}_en", "")).read(self.language)

    def _told(self, label: str, *lines: str) -> Told:
        return Told(self._say(label), tuple(Line(line) for line in lines))

    def _say(self, key: str, **values: object) -> str:
        return self._wording.say(key, self.language, **values)


def _plain(said: Said, labelled: Callable[[str, str], str]) -> str:
    """Lay a message out in plain text."""
    parts = [said.heading, "", said.greeting, "", said.opening, ""]
    for group in said.groups:
        for fact in group.facts:
            first, *more = (f"{line.text} {line.link}".strip() for line in fact.lines)
            parts += [labelled(fact.label, first), *(f"    {line}" for line in more)]
        parts.append("")
    return "\n".join([*parts, said.closing, "", said.sign, "", "-- ", said.small, ""])


def _calendar(wording: Wording, writing: _Writing, at: datetime) -> Iterator[Attachment]:
    invitation = writing.letter.invited.invitation
    if writing.kind in _WITH_CALENDAR and invitation.code:
        entry = calendar(writing.letter, symbol(invitation.code), wording, at)
        yield Attachment(CALENDAR, "text/calendar", entry)
