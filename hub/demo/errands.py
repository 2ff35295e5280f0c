"""What visitors of the demo come to a screen for, touch by touch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from devices.contract.messages import Method, RequestKind
from hub.demo.diary import Came
from hub.demo.visitor import GivesWay, Page, Visitor
from hub.domain.groups import Group
from hub.domain.guests import Invited
from hub.domain.masks import mask_name

GREETINGS = ("welcome", "already_in", "vip")
WALK_IN = ("AIDA KOVAC", "13800001234")
"""The name and number that somebody without an invitation leaves."""


class Caller(Protocol):
    """A visitor who notes in the demo's diary what they ask, and of whom the terminal tells."""

    visitor: Visitor

    def asks(self, kind: RequestKind, action: str, value: str = "", **more: str) -> Page:
        """Touch what asks the hub for something, and note it with what followed."""

    def came(self, *guests: Came) -> None:
        """Note who was let in by touch."""

    def looked(self, *things: str) -> None:
        """Note what was looked at."""

    def tell(self, told: str) -> None:
        """Say on the terminal what the visitor does."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One visit: how long it needs at the screen, in milliseconds, and the ``code`` that is held up first, if any.

    ``by`` are those of the guest list who come by it, with no other code of theirs. A code that ``checks_in`` nobody
    by itself only opens a list.
    """

    needs_ms: int
    go: Callable[[Caller], None]
    code: str = ""
    by: tuple[Invited, ...] = ()
    checks_in: bool = True


def drink(guest: Invited, what: str) -> Errand:
    """Let a greeted guest choose a drink (G21)."""

    def go(caller: Caller) -> None:
        _greeted(caller, guest)
        caller.tell(f"{_name(guest)} chooses {what}")
        caller.asks(RequestKind.DRINK, "drink", what, note=what, who=guest.invitation.id)
        caller.visitor.read()

    return Errand(2_600, go, guest.invitation.code, (guest,))


def comfort(guest: Invited, kind: RequestKind) -> Errand:
    """Let a greeted guest be too cold, or too hot (R107)."""

    def go(caller: Caller) -> None:
        _greeted(caller, guest)
        caller.visitor.touch("services")
        caller.tell(f"{_name(guest)} is {kind.value.replace('_', ' ')}")
        caller.asks(kind, kind.value, note=kind.value, who=guest.invitation.id)
        caller.visitor.read()

    return Errand(3_000, go, guest.invitation.code, (guest,))


def help_with(guest: Invited, what: str) -> Errand:
    """Let a greeted guest ask for help with something (R101)."""

    def go(caller: Caller) -> None:
        _greeted(caller, guest)
        caller.visitor.touch("help")
        caller.tell(f"{_name(guest)} asks for help: {what.replace('_', ' ')}")
        caller.asks(RequestKind.HELP, "call", what, note=what, who=guest.invitation.id)
        caller.visitor.read()

    return Errand(3_000, go, guest.invitation.code, (guest,))


def call_a_person() -> Errand:
    """Let somebody just call a person, with no code and no word (G11)."""

    def go(caller: Caller) -> None:
        caller.visitor.begin()
        caller.visitor.touch("help")
        caller.tell("a guest calls a person")
        caller.asks(RequestKind.HELP, "call")
        caller.visitor.read()

    return Errand(3_000, go)


def be_found(guest: Invited, letters: str) -> Errand:
    """Let a guest without a code type two letters, know the masked name, and come in (G9)."""

    def go(caller: Caller) -> None:
        caller.visitor.begin()
        caller.visitor.touch("no_code")
        page = caller.asks(RequestKind.FIND, "enter", typed=letters)
        masked = mask_name(guest.guest.name)
        if page.kind != "found" or masked not in page.text or guest.guest.name in page.text:
            raise GivesWay(f"the screen does not ask whether somebody is {masked}")
        caller.tell(f'a guest without a code types {letters}, is asked "is this you? {masked}" and says yes')
        page = caller.asks(RequestKind.IDENTIFY, "choose", "0", who=guest.invitation.id)
        if page.kind in GREETINGS and _said(guest) in page.text:
            caller.came(Came(guest.invitation.id, Method.FOUND))
        caller.visitor.read()

    return Errand(4_600, go, by=(guest,))


def walk_in() -> Errand:
    """Let somebody who is not on the list leave a name; this house's rule is to call a person (``walk_ins``)."""

    def go(caller: Caller) -> None:
        name, phone = WALK_IN
        caller.visitor.begin()
        caller.visitor.touch("no_code")
        caller.asks(RequestKind.FIND, "enter", typed=name)
        caller.visitor.touch("walk_in")
        caller.visitor.touch("enter", typed=name)
        caller.tell(f"somebody who is not on the list leaves a name: {name.title()}")
        caller.asks(RequestKind.WALK_IN, "enter", typed=phone, name=name, phone=phone)
        caller.visitor.read()

    return Errand(5_200, go)


def look_around() -> Errand:
    """Let a visitor turn to English, read an answer and the agenda, and turn back (G3, R147)."""

    def go(caller: Caller) -> None:
        visitor = caller.visitor
        visitor.begin()
        before = visitor.look().heading
        if visitor.switch_language().heading == before:
            raise GivesWay("the language did not turn")
        caller.tell("a visitor turns to English, reads an answer and the agenda, and turns back")
        visitor.touch("services")
        visitor.touch("answers")
        visitor.touch("choose", "0")
        caller.looked("answers")
        visitor.touch("back")
        visitor.touch("back")
        visitor.touch("agenda")
        visitor.touch("page", "next")
        caller.looked("agenda")
        visitor.switch_language()
        caller.looked("the other language")
        visitor.begin()

    return Errand(6_400, go)


def come_together(group: Group, members: Sequence[Invited]) -> Errand:
    """Let a party hold up its one code and tick who is there; all are checked in (G22)."""

    def go(caller: Caller) -> None:
        caller.visitor.sees("group")
        caller.visitor.touch("tick", "0")
        caller.visitor.touch("tick", "0")
        caller.tell(f"{group.party}: {len(members)} guests check in on one code")
        if caller.visitor.touch("enter").kind == "group_in":
            caller.came(*(Came(one.invitation.id, Method.GROUP) for one in members))
        caller.visitor.read()

    return Errand(3_600, go, group.code, tuple(members), checks_in=False)


def _greeted(caller: Caller, guest: Invited) -> None:
    caller.visitor.greeted(_said(guest))


def _said(guest: Invited) -> str:
    return guest.guest.salutation.read(guest.guest.language)


def _name(guest: Invited) -> str:
    said = guest.guest.salutation
    return said.zh if said.zh == said.en else f"{said.zh} / {said.en}"
