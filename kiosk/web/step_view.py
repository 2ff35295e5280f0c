"""A step of a guest's journey put into words: what is asked, and what may be touched. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from devices.contract.cards import SeatLabel
from devices.texts import LANGUAGE_TAGS, clock_time
from kiosk.screen import Kind
from kiosk.steps.pages import LINES, MEETINGS, TILES, Paged, agenda_pages, cut, pages_of
from kiosk.steps.press import HELPS
from kiosk.steps.screens import (
    Admitted,
    Agenda,
    Answers,
    Asking,
    CardOffer,
    Choosing,
    Form,
    Found,
    Group,
    GroupIn,
    Said,
    Step,
    Told,
    Typing,
)
from kiosk.steps.typed import KEYS, LONGEST
from kiosk.web.view import Choice, Say

_ICONS = {
    "seat": "chair",
    "luggage": "bag",
    "equipment": "wrench",
    "handouts": "paper",
    "small_item": "pen",
    "other": "dots",
}
_WIDEST = 30
"""A name on a line with its seat, in half widths: three such lines fit on the smallest screen."""

_CALLS = frozenset({Said.NOT_FOUND, Said.TOO_MANY_QUESTIONS, Said.NOT_HERE, Said.NO_WALK_INS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is being typed, and the keys for it. ``most`` bounds its characters."""

    text: str
    label: str
    hint: str
    delete: str
    space: str
    keys: str = KEYS
    most: int = LONGEST


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is read only: a time or a name, and what belongs to it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The two buttons that turn pages, with the number of the page in between; a button without use is None."""

    number: str
    back: Choice | None
    ahead: Choice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """What one language says on a step. ``main`` is the button that goes on, ``back`` the one that goes back."""

    tag: str
    heading: str
    lead: str = ""
    hint: str = ""
    phone: str = ""
    choices: tuple[Choice, ...] = ()
    lines: tuple[Line, ...] = ()
    field: Field | None = None
    pager: Pager | None = None
    main: Choice | None = None
    back: Choice | None = None


@dataclass(frozen=True, slots=True)
class StepWriter:
    """Writes steps in one language."""

    say: Say

    def view(self, step: Step) -> StepView:
        """Put a step into this language's words."""
        base = self._base(step)
        if not isinstance(step, Asking):
            base = replace(base, back=self.button("back", icon="left"))
        if isinstance(step, Paged) and pages_of(step) > 1:
            base = replace(base, pager=self._pager(step))
        return base

    def button(self, action: str, value: str = "", *, key: str = "", icon: str = "", first: bool = False) -> Choice:
        """Return a button named by the text under ``button``."""
        name = self.say(f"button.{key or value or action}")
        return Choice(action=action, value=value, label=name, icon=icon, first=first)

    def _base(self, step: Step) -> StepView:  # noqa: C901, PLR0911, PLR0912 - one line a step
        match step:
            case Typing():
                return self._typing(step)
            case Asking():
                return self._say("asking.heading", hint=self.say("asking.next"))
            case Found():
                return self._found(step)
            case Choosing():
                return self._say("walk_in.which", choices=self._meetings(step))
            case Agenda():
                return self._agenda(step)
            case Answers():
                return self._answers(step)
            case Group():
                return self._group(step)
            case GroupIn():
                return self._group_in(step)
            case CardOffer():
                return self._card(step)
            case Told():
                return self._told(step)
            case _ if step.kind is Kind.HELP:
                return self._say("help.heading", choices=self._helps(step))
            case _ if step.kind is Kind.PRIVACY:
                return self._privacy()
            case _:
                return self._say("services.heading", choices=self._services())

    def _say(self, key: str, lead: str = "", hint: str = "", choices: Sequence[Choice] = ()) -> StepView:
        return StepView(
            tag=LANGUAGE_TAGS[self.say.language], heading=self.say(key), lead=lead, hint=hint, choices=tuple(choices)
        )

    def _typing(self, step: Typing) -> StepView:
        heading = {Form.FIND: "no_code.heading", Form.NAME: "walk_in.name", Form.PHONE: "walk_in.phone"}[step.form]
        hint = "no_code.hint" if step.form is Form.FIND else ""
        field = Field(
            text=step.text,
            label=self.say(heading),
            hint=self.say(hint) if hint else "",
            delete=self.say("button.delete"),
            space=self.say("button.space"),
            keys=KEYS[-10:] if step.form is Form.PHONE else KEYS,
        )
        go = "find" if step.form is Form.FIND else "next"
        main = self.button("enter", key=go, icon="search" if go == "find" else "right", first=True)
        return replace(self._say(f"problem.{step.problem}" if step.problem else heading), field=field, main=main)

    def _found(self, step: Found) -> StepView:
        choices = [
            Choice(action="choose", value=str(at), label=one.name, detail=one.phone, icon="host")
            for at, one in enumerate(step.candidates)
        ]
        return self._say("found.heading", choices=[*choices, self.button("none", key="none_of_these", icon="cross")])

    def _meetings(self, step: Choosing) -> list[Choice]:
        at = step.page * MEETINGS
        return [
            Choice(
                action="choose",
                value=str(at + number),
                label=meeting.title.in_language(self.say.language),
                detail=clock_time(meeting.starts_at, self.say.zone),
            )
            for number, meeting in enumerate(cut(step.meetings, step.page, MEETINGS))
        ]

    def _helps(self, step: Step) -> list[Choice]:
        """Offer kinds of help; and, over another guest's greeting, the way to be found, which idle shows by itself."""
        kinds = [self.button("call", note, key=f"help_{note}", icon=_ICONS[note]) for note in HELPS]
        other = [self.button("no_code", icon="pen")] if step.about else []
        return [self.button("call", key="call", icon="bell", first=True), *kinds, *other]

    def _services(self) -> list[Choice]:
        return [
            self.button("too_cold", icon="snow"),
            self.button("too_hot", icon="sun"),
            self.button("help", key="need_help", icon="bell"),
            self.button("agenda", icon="list"),
            self.button("answers", icon="question"),
            self.button("privacy", icon="shield"),
        ]

    def _privacy(self) -> StepView:
        """Say what is kept, until when, and whom to ask (PIPL Art. 17, GDPR Art. 13, ETSI EN 303 645 6)."""
        told = ("what", "until", "ask")
        lines = tuple(Line(self.say(f"label.kept_{one}"), self.say(f"privacy.{one}")) for one in told)
        return replace(self._say("privacy.heading"), lines=lines)

    def _agenda(self, step: Agenda) -> StepView:
        if not step.meetings:
            return self._say("agenda.none")
        meeting, parts = agenda_pages(step.meetings)[step.page]
        title = meeting.title.in_language(self.say.language)
        room = meeting.room_name.in_language(self.say.language)
        hours = f"{clock_time(meeting.starts_at, self.say.zone)}–{clock_time(meeting.ends_at, self.say.zone)}"
        lines = [
            Line(clock_time(one.starts_at, self.say.zone), one.title.in_language(self.say.language)) for one in parts
        ]
        return replace(
            self._say("agenda.heading", lead=title),
            lines=tuple(lines) or (Line(hours, room),),
            hint=f"{hours} {room}" if lines else "",
        )

    def _answers(self, step: Answers) -> StepView:
        if not step.answers:
            return self._say("answers.none", choices=[self.button("call", key="call", icon="bell", first=True)])
        if step.chosen is not None:
            one = step.answers[step.chosen]
            told = StepView(
                tag=LANGUAGE_TAGS[self.say.language],
                heading=one.question.in_language(self.say.language),
                hint=one.answer.in_language(self.say.language),
            )
            return replace(told, pager=None)
        at = step.page * TILES
        questions = [
            Choice(action="choose", value=str(at + number), label=one.question.in_language(self.say.language))
            for number, one in enumerate(cut(step.answers, step.page, TILES))
        ]
        return self._say("answers.heading", choices=questions)

    def _group(self, step: Group) -> StepView:
        at = step.page * TILES
        rows = [
            Choice(
                action="tick",
                value=str(at + number),
                label=member.card.salutation.in_language(self.say.language),
                ticked=at + number in step.ticked,
            )
            for number, member in enumerate(cut(step.group.members, step.page, TILES))
        ]
        label = self.say("button.check_in_some", count=len(step.ticked), all=len(step.group.members))
        heading = self.say("group.heading", name=step.group.name.in_language(self.say.language))
        return replace(
            self._say("group.ask", choices=rows),
            lead=heading,
            main=Choice(action="enter", value="", label=label, icon="check", first=True, off=not step.ticked),
        )

    def _group_in(self, step: GroupIn) -> StepView:
        everyone = all(guest.ok for guest in step.guests)
        guests = cut(step.guests, step.page, LINES)
        words = (step.way.name, step.way.words) if step.way else ()
        way = " ".join(one.in_language(self.say.language) for one in words if one)
        return replace(
            self._say("group_in.heading" if everyone else "group_in.heading_some", hint=way),
            lines=tuple(
                Line(_brief(one.salutation.in_language(self.say.language)), self._place(one)) for one in guests
            ),
        )

    def _place(self, guest: Admitted) -> str:
        if not guest.ok:
            return self.say("group_in.refused")
        return self.seat(guest.seat) if guest.seat else self.say("welcome.no_seat")

    def seat(self, seat: SeatLabel) -> str:
        """Return a seat in one line."""
        named = (("label.table" if seat.table else "label.zone", seat.zone), ("label.row", seat.row))
        parts = [self.say(key, value=value) for key, value in (*named, ("label.number", seat.number)) if value]
        return (" · " if self.say.language == "en" else " ").join(parts)

    def _card(self, step: CardOffer) -> StepView:
        lead = " · ".join(part for part in (step.card.name, step.card.company) if part)
        choices = (self.button("yes", icon="check", first=True), self.button("no", icon="cross"))
        return self._say("card.heading", lead=lead, hint=self.say("card.hint"), choices=choices)

    def _told(self, step: Told) -> StepView:
        choices = []
        if step.said is Said.NOT_FOUND or (step.said is Said.HUB_AWAY and step.text):
            choices.append(self.button("no_code", key="type_again", icon="pen"))
        if step.said is Said.NOT_FOUND:
            choices.append(self.button("walk_in", icon="list"))
        if step.said in _CALLS:
            choices.append(self.button("call", key="call", icon="bell"))
        hint = self.say("staff.accepted", staff=step.staff) if step.staff else self.say(f"told.{step.said}_next")
        phone = self.say.phone_line() if step.said in {Said.HUB_AWAY, Said.NOT_SENT} else ""
        return replace(self._say(f"told.{step.said}", hint=hint, choices=choices), phone=phone)

    def _pager(self, step: Paged) -> Pager | None:
        if isinstance(step, Answers) and step.chosen is not None:
            return None
        pages = pages_of(step)
        back, ahead = self.button("page", "back", key="page_back", icon="left"), None
        if step.page + 1 < pages:
            ahead = self.button("page", "next", key="page_next", icon="right")
        return Pager(
            number=self.say("label.page", page=step.page + 1, pages=pages),
            back=back if step.page else None,
            ahead=ahead,
        )


def _brief(name: str) -> str:
    """Cut a name that would push others' seats off the screen; a character as wide as a Chinese one counts twice."""
    width = 0
    for at, sign in enumerate(name):
        width += 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if width > _WIDEST:
            return f"{name[:at].rstrip()}…"
    return name
