"""Every column that holds personal data: why, for how long, and what becomes of it then. The purge does what this says.

A test walks the schema: a new column for text, JSON or bytes stands here, or in ``hub.store.impersonal``, or the build
fails. ``docs/privacy.md`` tells the same to people. Sources: PIPL Art. 6, 19 and 47; GDPR Art. 5(1)(c) and (e).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Term(StrEnum):
    """For how long; the setting in hub.toml, or the words for docs/privacy.md where there is none."""

    GUESTS = "privacy.guests_days"
    QUARANTINE = "privacy.quarantine_days"
    AUDIT = "privacy.audit_days"
    CARDS = "business_cards.keep_days"
    DAY = "1 day"
    DAYS_2 = "2 days"
    DAYS_15 = "15 days"
    DAYS_90 = "90 days"
    LEFT = "90 days after they left"
    LISTED = "as long as they are on the house's list"


PURGED = frozenset({Term.GUESTS, Term.QUARANTINE, Term.AUDIT, Term.LEFT})
"""The terms that the nightly purge sees to; the others have their own forgetting, or a person takes them away."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Of a JSON object only these keys stay."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """These keys of a JSON object get these values; ``json`` is the object of them."""

    json: str


PSEUDONYM = "'#' || substr(replace(id, '-', ''), 21)"
"""What a guest is called afterwards: of their id, which names nobody, so that numbers for reports still add up."""

_LEFT = """CASE WHEN NOT {active} THEN coalesce(
    (SELECT max(audit.at) FROM audit WHERE audit.action IN ({actions}) AND (audit.subject = {key}
        OR audit.subject > {key} AND substr(audit.subject, 1, length({key}) + 1) = {key} || ' ')),
    (SELECT max(sealed_at) FROM audit_seals)) END"""
"""When somebody left stands in the audit log alone; where that row is past the log's own term, it is long ago."""


def _left(key: str, active: str, actions: str) -> str:
    return _LEFT.replace("{key}", key).replace("{active}", active).replace("{actions}", actions)


_RETIRED, _CLOSED = "'staff.retire', 'staff.removed'", "'account.close'"
_LEFT_STAFF = _left("staff.key", "(staff.active OR staff.name = '#' || staff.key)", _RETIRED)
_LEFT_CODE = _left("{table}.staff", "(SELECT active FROM staff WHERE key = {table}.staff)", _RETIRED)
_LEFT_ACCOUNT = _left("accounts.id", "(accounts.active OR accounts.name = '#' || accounts.id)", _CLOSED)
_LEFT_PASSKEY = _left("{table}.account", "(SELECT active FROM accounts WHERE id = {table}.account)", _CLOSED)

Becomes = str | Keep | Put
"""SQL for the value afterwards, or what becomes of a JSON object."""

EMPTY, NOTHING, NO_LIST = "''", "NULL", "'[]'"

_OF_MEETING = "(SELECT ends_at FROM meetings WHERE id = {table}.meeting)"
_OF_INVITATION = """(SELECT meetings.ends_at FROM invitations JOIN meetings ON meetings.id = invitations.meeting
    WHERE invitations.id = {table}.invitation)"""
_OF_GUEST = """(SELECT max(meetings.ends_at) FROM invitations JOIN meetings ON meetings.id = invitations.meeting
    WHERE invitations.guest = {table}.id)"""
_OF_BOOKING = """coalesce(
    (SELECT max(meetings.ends_at) FROM booking_meetings JOIN meetings ON meetings.id = booking_meetings.meeting
    WHERE booking_meetings.booking = {table}.id), '1970-01-01 00:00:00.000000+00:00')"""
"""One whose meetings all went to another booking serves nothing any more."""

_MINE = "SELECT id FROM invitations WHERE guest = :guest"
BY_INVITATION = f"{{table}}.invitation IN ({_MINE})"
_SUBJECT = "{table}.kind || ':' || mine.id"
_TASKS = f"""EXISTS (SELECT 1 FROM ({_MINE}) AS mine WHERE {{table}}.facts ->> 'invitation' = mine.id
    OR {{table}}.dedupe = {_SUBJECT} OR {{table}}.dedupe LIKE {_SUBJECT} || ':%')"""  # noqa: S608 - all stands here
_MY_TASKS = f"SELECT id FROM tasks WHERE {_TASKS.format(table='tasks')}"  # noqa: S608 - the same
_ALERTS = f"{{table}}.facts ->> 'invitation' IN ({_MINE}) OR {{table}}.task IN ({_MY_TASKS})"
_PEOPLE = f"{{table}}.person IN ({_MINE})"


@dataclass(frozen=True, slots=True)
class Personal:
    """Columns of one table with one purpose and term. ``since`` is the instant that the term counts from, as SQL.

    ``mine`` is the condition for the rows of one guest (``:guest``), empty for those of staff, or of nobody in
    particular. ``removed``: the whole row goes. ``{table}`` stands for the table's name.
    """

    table: str
    columns: Mapping[str, Becomes]
    purpose: str
    term: Term
    since: str
    mine: str = ""
    removed: bool = False


def _all(becomes: Becomes, *columns: str) -> Mapping[str, Becomes]:
    return dict.fromkeys(columns, becomes)


_UNSAID = """CASE WHEN kind IN ('request', 'question', 'stationery', 'documents', 'walk_in')
    THEN kind || ':' || id ELSE dedupe END"""
"""What guests said stands in the subject of such tasks, so that the same words are one task."""

_FACTS = Keep(("room", "device", "thing", "meal", "kind", "invitation"))
_NAMES = _all(PSEUDONYM, "name", "salutation_zh", "salutation_en")
_ABOUT = _all(EMPTY, "title", "company", "phone", "email", "diet_note", "drink")

PERSONAL: tuple[Personal, ...] = (
    Personal(
        "guests",
        {**_NAMES, **_ABOUT, "diets": NO_LIST},
        "to greet, seat, feed and reach guests",
        Term.GUESTS,
        _OF_GUEST,
        "{table}.id = :guest",
    ),
    Personal(
        "invitations",
        _all(EMPTY, "host", "seat_wish", "source_key", "party"),
        "to seat guests together, call their host, and find them in the next list",
        Term.GUESTS,
        _OF_MEETING,
        "{table}.guest = :guest",
    ),
    Personal("credentials", _all(EMPTY, "code"), "to open the door", Term.GUESTS, _OF_INVITATION, BY_INVITATION),
    Personal("group_codes", _all(EMPTY, "code", "party"), "to open the door to a party", Term.GUESTS, _OF_MEETING),
    Personal(
        "transfers",
        _all(EMPTY, "place_zh", "place_en", "note", "greeter", "greeter_phone"),
        "to meet guests who arrive",
        Term.GUESTS,
        _OF_INVITATION,
        BY_INVITATION,
    ),
    Personal(
        "guest_messages",
        {"facts": Keep(()), "problem": EMPTY},
        "to write to guests, and to know whom to call instead",
        Term.GUESTS,
        _OF_INVITATION,
        BY_INVITATION,
    ),
    Personal(
        "tasks",
        {"facts": _FACTS, "dedupe": _UNSAID, "accepted_by": EMPTY, "snoozed_why": EMPTY},
        "to serve guests; how many drinks, meals and faults there were stays",
        Term.GUESTS,
        "coalesce((SELECT ends_at FROM meetings WHERE id = {table}.meeting), {table}.created_at)",
        _TASKS,
    ),
    Personal(
        "rulings", _all(EMPTY, "reason", "by"), "why a door was overruled", Term.GUESTS, _OF_INVITATION, BY_INVITATION
    ),
    Personal(
        "segments", _all(EMPTY, "speaker", "presenter", "owner"), "who speaks, and who serves", Term.GUESTS, _OF_MEETING
    ),
    Personal("agenda_changes", _all(EMPTY, "by", "why"), "who moved the agenda, and why", Term.GUESTS, _OF_MEETING),
    Personal("rehearsal_marks", _all(EMPTY, "by", "note"), "how a rehearsal went", Term.GUESTS, _OF_MEETING),
    Personal("rehearsals", _all(EMPTY, "passed_by"), "who passed a rehearsal", Term.GUESTS, _OF_MEETING),
    Personal("room_checks", _all(EMPTY, "by"), "who looked the room over", Term.GUESTS, _OF_MEETING),
    Personal(
        "house_work", _all(EMPTY, "set_up_by", "signed_by", "struck_by"), "who set a room up", Term.GUESTS, _OF_MEETING
    ),
    Personal("meals_served", _all(EMPTY, "by"), "who served a meal", Term.GUESTS, _OF_MEETING),
    Personal("hand_outs_given", _all(EMPTY, "by"), "who gave a hand-out", Term.GUESTS, _OF_MEETING, BY_INVITATION),
    Personal("staffing", _all(EMPTY, "minutes_taker", "technician"), "who serves a meeting", Term.GUESTS, _OF_MEETING),
    Personal("no_shows", _all(EMPTY, "by"), "who said that a room is free", Term.GUESTS, _OF_MEETING),
    Personal("departures", _all(EMPTY, "by"), "who noted that a guest left", Term.GUESTS, _OF_MEETING, _PEOPLE),
    Personal("task_ticks", _all(EMPTY, "by"), "who did a step", Term.GUESTS, "{table}.at"),
    Personal(
        "materials",
        _all(EMPTY, "notes_zh", "notes_en"),
        "what guests of a meeting are to mind",
        Term.GUESTS,
        _OF_MEETING,
    ),
    Personal(
        "booking_links",
        {"item": Put('{"guests": null, "client": ""}')},
        "whom a booking source names",
        Term.GUESTS,
        "coalesce((SELECT ends_at FROM meetings WHERE id = {table}.meeting), {table}.seen_at)",
    ),
    Personal(
        "bookings",
        _all(EMPTY, "client"),
        "who booked",
        Term.GUESTS,
        _OF_BOOKING,
    ),
    Personal(
        "booking_conflicts",
        {"facts": Keep(()), "by": EMPTY},
        "what a person had to decide between two lists",
        Term.GUESTS,
        "CASE WHEN decision <> 'open' THEN {table}.last_at END",
    ),
    Personal("booking_bad", _all(EMPTY, "title", "raw"), "to mend an entry", Term.GUESTS, "{table}.since"),
    Personal("booking_told", _all(EMPTY, "problem"), "to mend what a source refused", Term.GUESTS, "{table}.ends_at"),
    Personal(
        "incidents",
        _all(EMPTY, "note", "about", "outcome", "reported_by"),
        "to help, and to learn from what happened; kinds and times stay",
        Term.AUDIT,
        "{table}.reported_at",
    ),
    Personal("incident_steps", _all(EMPTY, "phone", "done_by", "owner"), "who did what", Term.AUDIT, "{table}.due_at"),
    Personal("incident_safe", _all(EMPTY, "by"), "who saw a person safe", Term.AUDIT, "{table}.at", _PEOPLE),
    Personal("device_certificates", _all(EMPTY, "issued_by"), "who let a device in", Term.AUDIT, "{table}.until"),
    Personal("join_windows", _all(EMPTY, "opened_by"), "who lets a device join", Term.AUDIT, "{table}.closes_at"),
    Personal(
        "quarantine",
        _all(EMPTY, "detail", "field", "payload", "leaf"),
        "to mend what could not be read; it may hold anything",
        Term.QUARANTINE,
        "{table}.last_at",
        removed=True,
    ),
    Personal("audit", _all(EMPTY, "actor", "subject"), "who did what (decision 64)", Term.AUDIT, "", removed=True),
    Personal(
        "business_cards",
        _all(EMPTY, "name", "company", "title", "phone", "email"),
        "what a guest gave to the house, with consent",
        Term.CARDS,
        "",
        BY_INVITATION,
        removed=True,
    ),
    Personal(
        "requests",
        {"shown": NO_LIST, "reason": EMPTY},
        "to answer a kiosk again",
        Term.DAY,
        "",
        BY_INVITATION,
        removed=True,
    ),
    Personal(
        "alerts",
        {"facts": Keep(()), **_all(EMPTY, "person", "who", "problem")},
        "to call staff",
        Term.DAYS_15,
        "",
        _ALERTS,
        removed=True,
    ),
    Personal("alert_receipts", _all(EMPTY, "person", "answer"), "who saw an alert", Term.DAYS_15, "", removed=True),
    Personal("staff_taps", _all(EMPTY, "by", "answer"), "so that a tap counts once", Term.DAYS_15, "", removed=True),
    Personal("worked", _all(EMPTY, "person"), "who was at work", Term.DAYS_15, "", removed=True),
    Personal("offers", _all(EMPTY, "person", "answer"), "who was asked for a task", Term.DAYS_15, "", removed=True),
    Personal("commands", _all(EMPTY, "who", "parameters"), "what devices were told", Term.DAYS_15, "", removed=True),
    Personal(
        "conditions",
        _all(EMPTY, "acked_by", "assignee", "cleared_by", "notes"),
        "who mended what",
        Term.DAYS_90,
        "",
        removed=True,
    ),
    Personal("sessions", _all(EMPTY, "person"), "who is signed in at a browser", Term.DAYS_2, "", removed=True),
    Personal("allowances", _all(EMPTY, "who"), "to slow guessing and floods down", Term.DAY, "", removed=True),
    Personal(
        "accounts",
        {"name": "'#' || id", "password": EMPTY},
        "who may sign in",
        Term.LEFT,
        _LEFT_ACCOUNT,
    ),
    Personal(
        "passkeys", _all(EMPTY, "name", "public_key"), "by what they sign in", Term.LEFT, _LEFT_PASSKEY, removed=True
    ),
    Personal("staff", {"name": "'#' || key", "pager": EMPTY}, "who works here", Term.LEFT, _LEFT_STAFF),
    Personal("staff_codes", _all(EMPTY, "lookup"), "by what they sign in", Term.LEFT, _LEFT_CODE, removed=True),
    Personal("shifts", _all(EMPTY, "staff"), "who is to be at work when", Term.LISTED, ""),
    Personal("duties", _all(EMPTY, "person"), "who is at work now", Term.LISTED, ""),
    Personal("tablets", _all(EMPTY, "person"), "who is signed in there", Term.LISTED, ""),
    Personal("playbooks_known", _all(EMPTY, "staff"), "who knows the playbooks", Term.LISTED, ""),
    Personal("assets", _all(EMPTY, "tested_by"), "who tested a piece", Term.AUDIT, "{table}.tested_at"),
)

PSEUDONYMOUS: tuple[tuple[str, str], ...] = (
    ("check_ins", BY_INVITATION),
    ("admissions", BY_INVITATION),
    ("seat_assignments", BY_INVITATION),
)
"""What stays as proof of delivery, by ids that name nobody any more; it is a guest's data as long as the guest is."""
