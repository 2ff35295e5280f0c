"""Letters on disk: a page, a QR and a calendar entry for each guest, page and QR for each group, cards, an index."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain

from devices.texts import Texts
from hub.domain.words import Language
from hub.letters.calendars import calendar
from hub.letters.folder import CALENDARS, LETTERS, SHEET, SYMBOLS, LetterFolder
from hub.letters.pages import Pages
from hub.letters.symbols import Symbol, symbol
from hub.letters.wording import TEXTS_FOLDER, Wording
from hub.usecases.group_codes import GroupLetter
from hub.usecases.invite import Batch, Letter, Occasion

PIXELS = 20
"""For each module of the picture for other people's letters: 660 dots for a short code."""

INDEX_HEADER = (
    "file", "name", "salutation", "company", "language", "email", "phone", "vip", "party", "note",
)  # fmt: skip

Track = Callable[[Sequence[Letter]], Iterable[Letter]]


def write_letters(
    batch: Batch, occasion: Occasion, folder: LetterFolder, *, at: datetime, renewed: frozenset[str], track: Track
) -> None:
    """Write everything for a batch. ``renewed`` are the labels of letters with a new code; ``at`` is now, in UTC."""
    wording = Wording(Texts.load(TEXTS_FOLDER), occasion)
    pages = Pages(wording)
    cards: list[tuple[Letter, Symbol]] = []
    for letter in track(batch.letters):
        drawn = symbol(letter.invited.invitation.code)
        folder.write(LETTERS, f"{letter.label}.html", pages.letter(letter, drawn).encode())
        folder.write(SYMBOLS, f"{letter.label}.svg", drawn.drawing())
        folder.write(SYMBOLS, f"{letter.label}.png", drawn.picture(PIXELS))
        folder.write(CALENDARS, f"{letter.label}.ics", calendar(letter, drawn, wording, at))
        cards.append((letter, drawn))
    for group in batch.groups:
        drawn = symbol(group.group.code)
        folder.write(LETTERS, f"{group.label}.html", pages.group(group, drawn).encode())
        folder.write(SYMBOLS, f"{group.label}.svg", drawn.drawing())
        folder.write(SYMBOLS, f"{group.label}.png", drawn.picture(PIXELS))
    folder.write("", SHEET, pages.sheet(cards, _most_spoken(batch.letters)).encode())
    notes = {letter.number: (letter, "new code" if letter.label in renewed else "") for letter in batch.letters}
    notes |= {one.letter.number: (one.letter, f"not written: {'; '.join(one.reasons)}") for one in batch.blocked}
    guests = (_index_row(*notes[number]) for number in sorted(notes))
    groups = (_group_row(group, "new code" if group.label in renewed else "") for group in batch.groups)
    folder.write_index(INDEX_HEADER, chain(guests, groups))
    folder.sweep()


def _most_spoken(letters: Sequence[Letter]) -> Language:
    english = sum(letter.language is Language.EN for letter in letters)
    return Language.EN if english * 2 > len(letters) else Language.ZH


def _index_row(letter: Letter, note: str) -> tuple[str, ...]:
    guest, invitation = letter.invited.guest, letter.invited.invitation
    return (
        letter.label,
        guest.name,
        guest.salutation.read(letter.language),
        guest.company,
        letter.language.value,
        guest.email,
        guest.phone,
        "yes" if invitation.vip else "",
        invitation.party,
        note,
    )


def _group_row(group: GroupLetter, note: str) -> tuple[str, ...]:
    told = f"code of a group of {group.count}" + (f", {note}" if note else "")
    return (group.label, "", "", "", group.language.value, "", "", "", group.group.party, told)
