"""What stands on a guest's slip, in words. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from devices.contract.cards import GuestCard
from devices.texts import Texts
from kiosk.badges.typesetting import clean
from kiosk.screen import Kind, Outcome, answer
from kiosk.web.view import Direction, Part, View, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The parts of one slip, from top to bottom. Empty parts are left out; without a seat ``intro`` is a greeting."""

    language: str
    meeting: str
    name: str
    role: str
    intro: str
    seat: tuple[Part, ...]
    seat_line: str
    way_intro: str
    way: Direction | None
    hand_outs: str = ""


def write_slip(outcome: Outcome, card: GuestCard, texts: Texts, writer: Writer, now: datetime) -> Slip:
    """Put the slip of a guest who is in into the language of their card; ``writer`` writes that language.

    A guest of honour is shown the way to the lounge, where there is one, as on the screen.
    """
    language = card.language
    shown = answer(outcome, now)
    view = writer.view(replace(shown, kind=Kind.WELCOME, way=shown.lounge or shown.way))
    intro = "slip.seat" if view.seat else "welcome.heading"
    return Slip(
        language=language,
        meeting=outcome.meeting.title.in_language(language) if outcome.meeting else "",
        name=card.name,
        role=" · ".join(part for part in (clean(card.title), clean(card.company)) if part),
        intro=texts(intro, language, salutation=card.salutation.in_language(language)),
        seat=view.seat,
        seat_line=view.seat_line,
        way_intro=texts("slip.way", language) if view.way else "",
        way=view.way,
        hand_outs=_to_take(view),
    )


def _to_take(view: View) -> str:
    """Say what the guest is to be given, as on the screen."""
    return next((f"{note.label} {note.texts[0]}" for note in view.notes if note.icon == "bag"), "")
