"""Letters and cards as pages that need nothing but themselves, to be read on a telephone or printed on A4."""

from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from hub.domain.words import Language
from hub.letters.symbols import Symbol, readable
from hub.letters.wording import Wording
from hub.usecases.group_codes import GroupLetter
from hub.usecases.invite import Letter
from hub.usecases.sign_on_paper import SheetRow

CARDS_A_PAGE = 10
"""Two across and five down on A4."""

WIDEST_ON_CARD_MM = 51.0
"""A card is 55 mm high; only codes of the venue's own can be wider, and they are drawn finer there."""

_TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Lays out what a wording says."""

    def __init__(self, wording: Wording) -> None:
        """Prepare the templates; they are read when first used."""
        self._wording = wording
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def letter(self, letter: Letter, drawn: Symbol) -> str:
        """Return one guest's letter as an HTML page with the code drawn in it."""
        return self._templates.get_template("letter.html").render(
            wording=self._wording,
            language=letter.language,
            address=self._wording.address(letter),
            facts=self._wording.facts(letter),
            code=readable(letter.invited.invitation.code),
            qr=_markup(drawn.inline()),
            qr_mm=drawn.width_mm,
            of="code",
        )

    def group(self, letter: GroupLetter, drawn: Symbol) -> str:
        """Return a group's letter: the same page, with the group's name and code, and nobody's name."""
        return self._templates.get_template("letter.html").render(
            wording=self._wording,
            language=letter.language,
            address=self._wording.address_group(letter),
            facts=self._wording.facts_of_all(letter.language),
            code=readable(letter.group.code),
            qr=_markup(drawn.inline()),
            qr_mm=drawn.width_mm,
            of="group",
        )

    def sheet(self, letters: Sequence[tuple[Letter, Symbol]], language: Language) -> str:
        """Return cards for all guests, ten on a page; each card in its guest's own language."""
        cards = [
            {
                "letter": letter,
                "qr": _markup(drawn.inline()),
                "mm": min(drawn.width_mm, WIDEST_ON_CARD_MM),
                "code": readable(letter.invited.invitation.code),
            }
            for letter, drawn in letters
        ]
        sheets = [cards[start : start + CARDS_A_PAGE] for start in range(0, len(cards), CARDS_A_PAGE)]
        return self._templates.get_template("sheet.html").render(
            wording=self._wording, language=language, sheets=sheets
        )

    def sign_in_sheets(self, rows: Sequence[SheetRow]) -> str:
        """Return sheets to sign on paper, twenty guests on each, in both languages; withdrawn guests are left out."""
        pages: dict[int, list[SheetRow]] = {}
        for row in rows:
            if not row.withdrawn:
                pages.setdefault(row.sheet, []).append(row)
        return self._templates.get_template("sign_in_sheet.html").render(
            wording=self._wording, zh=Language.ZH, en=Language.EN, pages=pages
        )


def _markup(svg: str) -> Markup:
    """Mark segno's own drawing as safe: it holds paths and no text."""
    return Markup(svg)  # noqa: S704 - made by segno from modules, no input in it
