"""One line of a guest list to one guest, or to everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace

from devices.contract import credential
from hub.domain.guests import Diet
from hub.domain.salutations import has_han, salutation
from hub.domain.words import Language, Words
from hub.guest_lists import words
from hub.guest_lists.cells import BadCell
from hub.guest_lists.columns import Column, Header
from hub.guest_lists.reading import LineReader
from hub.guest_lists.tables import Line
from hub.usecases.guest_rows import GuestRow

LONGEST: Mapping[Column, int] = {
    Column.NAME: 80,
    Column.FAMILY: 40,
    Column.GIVEN: 40,
    Column.SALUTATION: 60,
    Column.GENDER: 20,
    Column.TITLE: 120,
    Column.COMPANY: 120,
    Column.LANGUAGE: 20,
    Column.PHONE: 40,
    Column.EMAIL: 254,
    Column.DIET: 200,
    Column.DRINK: 40,
    Column.ACCESS: 40,
    Column.PARTY: 60,
    Column.VIP: 20,
    Column.HOST: 80,
    Column.SEAT: 30,
    Column.CODE: 200,
    Column.ID: 100,
}
"""Most characters of each column; all fit a kiosk's screen or the messages to it."""

SHORTEST_CODE = 4
GUESSABLE_CODE = 12
"""A code of the venue's own that is shorter than this is taken, with a warning: somebody could try numbers."""

_PHONES = frozenset({Column.PHONE})
_NO_DIET: tuple[frozenset[Diet], str] = (frozenset(), "")
_NO_VIP = (False, 0)
_GIVES = {
    Column.TITLE: ("title", "salutation"),
    Column.SALUTATION: ("salutation",),
    Column.GENDER: ("salutation",),
    Column.COMPANY: ("company",),
    Column.LANGUAGE: ("language",),
    Column.PHONE: ("phone",),
    Column.EMAIL: ("email",),
    Column.DIET: ("diets", "diet_note"),
    Column.DRINK: ("drink",),
    Column.ACCESS: ("step_free",),
    Column.PARTY: ("party",),
    Column.VIP: ("vip", "vip_level"),
    Column.HOST: ("host",),
    Column.SEAT: ("seat",),
}


def given_fields(header: Header[Column]) -> frozenset[str]:
    """Return the fields of a guest that a list has columns for."""
    return frozenset(field for column in header.at for field in _GIVES.get(column, ())) | {"name"}


class RowReader(LineReader[Column]):
    """Reads one guest. ``given`` is ``given_fields`` of the header."""

    def __init__(self, line: Line, header: Header[Column], given: frozenset[str]) -> None:
        """Keep the line; nothing is read yet."""
        super().__init__(line, header, LONGEST, _PHONES)
        self._given = given

    def read(self) -> GuestRow | None:
        """Return the guest, or None when something is wrong."""
        self.check_width()
        name, family = self._name()
        title = self.text(Column.TITLE)
        said, gender = self.text(Column.SALUTATION), self.text(Column.GENDER)
        diets, diet_note = self.read_as(Column.DIET, words.diets, _NO_DIET)
        row = GuestRow(
            line=self.line.number,
            given=self._given,
            name=name,
            salutation=salutation(name, said=said, title=title, gender=gender, family=family),
            title=title,
            company=self.text(Column.COMPANY),
            language=self._language(name),
            phone=self.read_as(Column.PHONE, words.phone, ""),
            email=self.read_as(Column.EMAIL, words.email, ""),
            diets=diets,
            diet_note=diet_note,
            step_free=self.read_as(Column.ACCESS, words.step_free, False),  # noqa: FBT003 - the value of an empty cell
            drink=self.text(Column.DRINK),
            party=self.text(Column.PARTY),
            host=self.text(Column.HOST),
            seat=self.read_as(Column.SEAT, words.seat, ""),
            code=self.read_as(Column.CODE, self._code, ""),
            row_id=self.text(Column.ID),
        )
        vip, level = self.read_as(Column.VIP, words.vip, _NO_VIP)
        return replace(row, vip=vip, vip_level=level) if self.good else None

    def _name(self) -> tuple[str, str]:
        """Return the full name, and the family name where the list has it apart."""
        before = len(self.findings)
        whole, family, first = (self.text(column) for column in (Column.NAME, Column.FAMILY, Column.GIVEN))
        joint = family + first if has_han(family + first) else f"{first} {family}".strip()
        if not whole and not joint and len(self.findings) == before:
            self.wrong(Column.NAME, "is empty", "write the guest's name")
        return whole or joint, family

    def _language(self, name: str) -> Language:
        """Take the language of the list, or that of the script the name is written in."""
        return self.read_as(Column.LANGUAGE, words.language, Language.ZH if has_han(name) or not name else Language.EN)

    def _code(self, text: str) -> str:
        """Check a code that the venue itself gave out; return it as kiosks look it up."""
        try:
            code = credential.canonical(credential.read(text))
        except credential.InvalidCredential as damaged:
            raise BadCell(
                Words(f"像本系统的邀请码，但是：{damaged}", f"looks like a code of ours but {damaged}"),
                Words("请重新复制，或留空", "copy it again, or leave the cell empty"),
            ) from damaged
        if len(code) < SHORTEST_CODE:
            raise BadCell(
                Words(f"只有 {len(code)} 个字符", f"has only {len(code)} characters"),
                Words(f"至少 {SHORTEST_CODE} 个，最好 16 个以上", f"a code needs {SHORTEST_CODE}, better 16 or more"),
            )
        if len(code) < GUESSABLE_CODE:
            self.warn(
                Column.CODE,
                f"is short enough to be guessed (less than {GUESSABLE_CODE} characters)",
                "leave the column out, and each guest gets a safe code",
            )
        return code
