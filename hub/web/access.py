"""Who may use which route: each has a rule here, and one without a rule is refused (ETSI 5.6, ASVS 8.1.1, 8.3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, request

from hub.domain.errors import NotAllowed, ProveAgain, SignInFirst
from hub.domain.permissions import FRESH, Permission
from hub.web.parts import shelf
from hub.web.visitor import touch, visitor

P = Permission


class Whom(StrEnum):
    """Who is let in by a rule that asks for no permission."""

    ANYBODY = "anybody"
    DEVICE = "device"
    """A tablet that has joined the house, whoever is at it, or anybody who is signed in."""
    PERSON = "person"
    """Anybody who is signed in, for what is their own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route needs. ``fresh``: a proof of who asks that is minutes old, also where the permission needs none.

    ``unasked``: a page asks for it by itself, so that it is no sign of a person.
    """

    permission: Permission | None = None
    whom: Whom = Whom.PERSON
    fresh: bool = False
    unasked: bool = False


def needs(permission: Permission) -> Rule:
    """Return the rule of a route that a person with a permission may use."""
    return Rule(permission)


ANYBODY, PERSON, FRESHLY = Rule(whom=Whom.ANYBODY, unasked=True), Rule(), Rule(fresh=True)
DEVICE = Rule(whom=Whom.DEVICE, unasked=True)

_NEED: Mapping[Permission, str] = {
    P.LOOK: """
        home.show staff.show staff.look alert_health.show board.show briefing.show cards.show desk.show drills.show
        conditions.show conditions.export field_devices.show house_work.show house_work.labels incidents.show
        incidents.new incidents.one incidents.roll meetings.show meetings.inside messages.show needs.new
        requests.new requests.find my_part.show paper.show rehearsals.show remarks.show room_checks.show rooms.show
        rooms.one rooms.kiosks rooms.screenshot rooms.waiting rulings.show rulings.guest run_of_show.show
        run_of_show.speaker spares.show spares.lead transfers.show who_is_inside.show
        api.conditions api.document api.one_condition api.one_point api.points api.readings api.readings_file
    """,
    P.SERVE: """
        staff.take staff.tick staff.served staff.snooze staff.take_round staff.shift_changes board.take
        needs.send requests.log messages.told hand_outs.give drinks.portions cards.drop paper.enter my_part.know
        house_work.sign house_work.back incidents.report incidents.take incidents.tick incidents.safe
        who_is_inside.left remarks.note rehearsals.say rehearsals.look rehearsals.sign room_checks.again
        run_of_show.run transfers.move transfers.replan spares.say spares.swap rooms.ask_for_screenshot
        condition_steps.take api.acknowledge api.take_back api.comment api.assign
        sign_in.rest sign_in.give sign_in.test
    """,
    P.RULE: "rulings.rule_on rulings.tell",
    P.LEAD: """
        keys.show people.show people.add people_codes.invite roster.show roster.plan roster.remove roster.name_people
    """,
    P.DECIDE: "desk.decide desk.let desk.settle_empty",
    P.FIX: """
        field_steps.take certificates.show certificates.let certificates.accept certificates.refuse api.clear
    """,
    P.EXPORT: "cards.export privacy.give",
    P.ISSUE: "invitations.show invitations.renew",
    P.REVOKE: """
        people.remove invitations.withdraw invitations.restore keys.roll keys.revoke privacy.show privacy.erase
    """,
    P.AUDIT: "audit.show audit.verify",
    P.ACCOUNTS: "accounts.show accounts.invite accounts.take",
}

RULES: Mapping[str, Rule] = {
    **{endpoint: needs(permission) for permission, endpoints in _NEED.items() for endpoint in endpoints.split()},
    # Whoever says what a colleague may do, or by what they sign in, could become them: not at a tablet left alone.
    "people.take": Rule(P.LEAD, fresh=True),
    "people_codes.pin": Rule(P.LEAD, fresh=True),
    "people_codes.badge": Rule(P.LEAD, fresh=True),
    "static": ANYBODY,
    "language.choose": ANYBODY,
    "form_token.give": ANYBODY,
    "trust.show": ANYBODY,
    "trust.certificate": ANYBODY,
    "security_txt.security_txt": ANYBODY,
    "api.authority": ANYBODY,
    "api.join": ANYBODY,
    "api.collect": ANYBODY,
    "api.renew": ANYBODY,
    "certificates.revoke": Rule(P.FIX, fresh=True),
    "field_devices.throw_out": Rule(P.FIX, fresh=True),
    "health.healthz": ANYBODY,
    "health.metrics": ANYBODY,
    "sign_in.show": ANYBODY,
    "sign_in.come": ANYBODY,
    "sign_in.ask_to_join": ANYBODY,
    "sign_in.join": ANYBODY,
    "sign_in.go": PERSON,
    "entering.show": ANYBODY,
    "entering.come": ANYBODY,
    "entering.follow": ANYBODY,
    "entering.ask_first": ANYBODY,
    "entering.make_first": ANYBODY,
    "entering.ask_invited": ANYBODY,
    "entering.accept": ANYBODY,
    "passkeys.ask": ANYBODY,
    "passkeys.come": ANYBODY,
    "passkeys.ask_again": PERSON,
    "passkeys.show_again": PERSON,
    "passkeys.ask_new": FRESHLY,
    "passkeys.keep_new": FRESHLY,
    "account.show": PERSON,
    "account.password": FRESHLY,
    "account.forget_passkey": FRESHLY,
    "account.end": PERSON,
    "account.end_all": PERSON,
    "entering.go": PERSON,
    "entering.ask_again": PERSON,
    "entering.show_again": PERSON,
    "panel.show": DEVICE,
    "panel.ask": DEVICE,
    "events.follow": DEVICE,
    "alerts.show": DEVICE,
    "alerts.here": DEVICE,
    "alerts.hear": DEVICE,
}
"""The rule of each endpoint. Of those for devices, a tablet at which nobody is signed in learns no name; those
of a panel look besides whether it is that room's (``check_room``)."""


def protect(app: Flask) -> None:
    """Let every request be looked at before its route sees it; behind the guard, which knows where it comes from."""
    app.before_request(_check)


def _check() -> None:
    """Refuse whoever may not. Raises SignInFirst, NotAllowed or ProveAgain."""
    if request.endpoint is None:
        return  # there is no such page, for anybody
    rule = RULES.get(request.endpoint)
    if rule is None:
        raise NotAllowed(f"{request.endpoint} has no rule")
    if rule.whom is Whom.ANYBODY:
        return
    here = visitor()
    if here.session is None and not (rule.whom is Whom.DEVICE and here.tablet is not None):
        raise SignInFirst("nobody is signed in at this browser")
    if rule.permission is not None:
        check(rule.permission)
    if rule.fresh:
        check_fresh()
    if not rule.unasked and "part" not in request.args:
        touch()


def check(permission: Permission) -> None:
    """Raise NotAllowed where whoever asks has no such permission, ProveAgain where their proof is too old for it."""
    if permission not in visitor().may:
        raise NotAllowed(f"this needs the permission {permission}")
    if permission in FRESH:
        check_fresh()


def check_room(room: str) -> None:
    """Let a tablet at which nobody is signed in see and ask for its own room alone (ASVS 8.2.2).

    Raises SignInFirst at one of the staff's, NotAllowed at the panel of another room.
    """
    here = visitor()
    if here.session is None and here.panel_of != room:
        if here.panel_of:
            raise NotAllowed("this tablet is the panel of another room")
        raise SignInFirst("this tablet is no room's panel")


def check_fresh() -> None:
    """Raise ProveAgain where whoever asks has shown who they are too long ago."""
    session, parts = visitor().session, shelf().parts
    if session is None or not parts.sessions.is_proven(session, parts.clock.now()):
        raise ProveAgain("show again who you are")
