"""What only a supervisor may look at or change: the list of people, their codes, the tablets, the roster."""

from collections.abc import Callable
from typing import TypeVar

from hub.domain.errors import InvalidInput, NotYours
from hub.domain.permissions import Permission
from hub.domain.task_kinds import Role
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.web import shift
from hub.web.changing import settled
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.visitor import visitor

T = TypeVar("T")


def check_supervisor() -> None:
    """Raise NotYours where nobody is signed in here who may lead."""
    if Permission.LEAD not in visitor().may:
        raise NotYours(Role.SUPERVISOR)


def supervised(step: Callable[[Transaction, Deciding], T]) -> T:
    """Let the supervisor at this browser take a step. Raises NotYours, or InvalidInput when nobody works here."""
    check_supervisor()
    by, has_account = shift.person(), visitor().account is not None
    if not by and not shift.is_listed():
        raise InvalidInput("name", "nobody has said who works at this browser", "give your name first")
    with settled() as tx:
        listed = [one for one in tx.staff.all() if one.active]
        if listed and not has_account and not any(one.name == by and Role.SUPERVISOR in one.roles for one in listed):
            raise NotYours(Role.SUPERVISOR)
        return step(tx, Deciding(actor=by, at=now(), ids=shelf().parts.ids))
