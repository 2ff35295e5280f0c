"""The hub's pages: what guests' arrivals look like to the people who receive them. ``create_app`` is all there is."""

from flask import Flask

from hub.web import access, errors, form_token, guard, limits, parts
from hub.web.account import pages as account
from hub.web.accounts import pages as accounts
from hub.web.alert_health import pages as alert_health
from hub.web.alerts import pages as alerts
from hub.web.audit import pages as audit
from hub.web.board import pages as board
from hub.web.briefing import pages as briefing
from hub.web.cards import pages as cards
from hub.web.certificates import pages as certificates
from hub.web.condition_steps import pages as condition_steps
from hub.web.conditions import pages as conditions
from hub.web.desk import pages as desk
from hub.web.drills import pages as drills
from hub.web.drinks import pages as drinks
from hub.web.entering import pages as entering
from hub.web.events import pages as events
from hub.web.field_devices import pages as field_devices
from hub.web.field_steps import pages as field_steps
from hub.web.hand_outs import pages as hand_outs
from hub.web.health import pages as health
from hub.web.home import pages as home
from hub.web.house_work import pages as house_work
from hub.web.incidents import pages as incidents
from hub.web.inside import pages as inside
from hub.web.invitations import pages as invitations
from hub.web.joining import pages as api
from hub.web.keys import pages as keys
from hub.web.language import pages as language
from hub.web.meetings import pages as meetings
from hub.web.messages import pages as messages
from hub.web.my_part import pages as my_part
from hub.web.needs import pages as needs
from hub.web.panel import pages as panel
from hub.web.paper import pages as paper
from hub.web.parts import WebParts, load_texts
from hub.web.passkeys import pages as passkeys
from hub.web.people import pages as people
from hub.web.people_codes import pages as people_codes
from hub.web.privacy import pages as privacy
from hub.web.rehearsals import pages as rehearsals
from hub.web.remarks import pages as remarks
from hub.web.requests import pages as requests
from hub.web.room_checks import pages as room_checks
from hub.web.rooms import pages as rooms
from hub.web.roster import pages as roster
from hub.web.rulings import pages as rulings
from hub.web.run_of_show import pages as run_of_show
from hub.web.security_txt import pages as security_txt
from hub.web.sign_in import pages as sign_in
from hub.web.spares import pages as spares
from hub.web.staff import pages as staff
from hub.web.transfers import pages as transfers
from hub.web.trust import pages as trust

__all__ = ["WebParts", "create_app", "load_texts"]


def create_app(with_parts: WebParts) -> Flask:
    """Build the web application. It starts nothing: whoever made the watch starts and stops it."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    parts.keep(app.extensions, with_parts)
    guard.protect(app, with_parts.hosts)
    access.protect(app)
    form_token.protect(app)
    limits.protect(app)
    errors.register(app)
    for pages in (home, staff, requests, messages, transfers, meetings, briefing, hand_outs, drinks, cards, paper):
        app.register_blueprint(pages)
    for pages in (
        sign_in,
        entering,
        passkeys,
        account,
        accounts,
        alerts,
        board,
        people,
        people_codes,
        roster,
        my_part,
        needs,
        incidents,
        drills,
        inside,
        remarks,
        rehearsals,
        run_of_show,
        rulings,
        invitations,
        keys,
        rooms,
        conditions,
        condition_steps,
        field_devices,
        field_steps,
        spares,
        certificates,
    ):
        app.register_blueprint(pages)
    for pages in (
        house_work,
        desk,
        alert_health,
        room_checks,
        panel,
        privacy,
        audit,
        health,
        security_txt,
        events,
        language,
        api,
        trust,
        form_token.pages,
    ):
        app.register_blueprint(pages)
    return app
