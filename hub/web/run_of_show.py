"""``/staff/meetings/<key>/agenda``: whoever runs a meeting begins, ends and moves its parts, live (R111-R115, R135)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from devices.texts import clock_time
from hub.domain.agenda_changes import Cause
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.overruns import Remedy, overrun, proposals
from hub.domain.run_of_show import coming
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases import run_agenda
from hub.usecases.acting import Deciding
from hub.usecases.announce_delay import announce_delay
from hub.usecases.run_agenda import place_of_tea, tea_break
from hub.usecases.watch_overruns import settle_overrun
from hub.usecases.watch_presenters import report_late, stand_in
from hub.web.agenda_lines import Show, figures, lines, read_show, stage, told
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person

MOST_MINUTES = 240
LONGEST_TITLE = 80
LONGEST_WHY = 120

pages = Blueprint("run_of_show", __name__, url_prefix="/staff/meetings")


@pages.get("/<key>/agenda")
def show(key: str) -> Response:
    """Show a meeting's live agenda to whoever runs it. Raises NotFound."""
    found = _show(key)
    parts = {
        "stage": lambda: _stage(key),
        "missed": lambda: {"parts": _show(key).missed, "person": person()},
        "lines": lambda: _lines(key),
        "delay": lambda: _delays(key),
        "history": lambda: [(one, told(one, tongue())) for one in _show(key).history],
    }
    return draw("run_of_show.html", parts, meeting=found.meeting, zone=ZoneInfo(found.meeting.zone))


@pages.get("/<key>/agenda/speaker")
def speaker(key: str) -> Response:
    """Show whoever speaks how much time is left, to be read from a lectern (R112)."""
    found = _show(key)
    zone = ZoneInfo(found.meeting.zone)
    return draw("speaker.html", {"stage": lambda: _stage(key)}, meeting=found.meeting, zone=zone)


@pages.post("/<key>/agenda")
def run(key: str) -> Response:
    """Take one step, named by ``do``, with a ``part`` of the agenda. Raises InvalidInput, NotFound, AgendaRefused."""
    step = STEPS.get(request.form.get("do", ""))
    if step is None:
        raise InvalidInput("do", "is nothing that can be done to an agenda", f"use one of {', '.join(STEPS)}")
    ids = shelf().parts.ids
    change(lambda tx, by: step(tx, key, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/meetings/{key}/agenda")


_KINDS = tuple(kind for kind in SegmentKind if kind not in {SegmentKind.SIGN_IN, SegmentKind.TEA_BREAK})
"""What can be put in besides a tea break."""

_Step = Callable[[Transaction, str, Deciding], Meeting]


def _begin(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return run_agenda.begin_part(tx, key, _part(), who, shelf().parts.agenda, why=_why())


def _end(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return run_agenda.end_part(tx, key, _part(), who, shelf().parts.agenda, why=_why())


def _shift(tx: Transaction, key: str, who: Deciding) -> Meeting:
    along = "along" in request.form
    times = shelf().parts.agenda
    return run_agenda.shift_part(tx, key, _part(), _minutes(), who, times, along=along, why=_why())


def _extend(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return run_agenda.extend_part(tx, key, _part(), _minutes(), who, shelf().parts.agenda, why=_why())


def _swap(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return run_agenda.swap_parts(tx, key, _part(), _text("other"), who, shelf().parts.agenda, why=_why())


def _cut(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return run_agenda.cut_part(tx, key, _part(), who, shelf().parts.agenda, why=_why())


def _insert(tx: Transaction, key: str, who: Deciding) -> Meeting:
    """Put in a tea break as the house has it, or a part of another ``kind`` with a ``title`` and ``minutes``."""
    meeting, times = run_agenda.take(tx, key), shelf().parts.agenda
    new = tea_break(times, who.at, place_of_tea(meeting))
    if request.form.get("kind", SegmentKind.TEA_BREAK) != SegmentKind.TEA_BREAK:
        new = _new_part(who.at)
    return run_agenda.insert_part(tx, key, new, request.form.get("part", ""), who, times, why=_why())


def _delay(tx: Transaction, key: str, who: Deciding) -> Meeting:
    cause = request.form.get("cause", "")
    if cause not in set(Cause):
        raise InvalidInput("cause", "is none that guests are told", f"use one of {', '.join(Cause)}")
    part = request.form.get("part", "")
    return announce_delay(tx, key, Cause(cause), _minutes(), who, shelf().parts.agenda, part=part)


def _late(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return report_late(tx, key, _part(), _minutes(), who, shelf().parts.agenda)


def _stand_in(tx: Transaction, key: str, who: Deciding) -> Meeting:
    return stand_in(tx, key, _part(), request.form.get("other", ""), who, shelf().parts.agenda)


def _catch_up(tx: Transaction, key: str, who: Deciding) -> Meeting:
    remedy = request.form.get("remedy", "")
    if remedy not in set(Remedy):
        raise InvalidInput("remedy", "is none there is", f"use one of {', '.join(Remedy)}")
    return settle_overrun(tx, key, _part(), Remedy(remedy), who, shelf().parts.agenda)


STEPS: Mapping[str, _Step] = {
    "begin": _begin,
    "end": _end,
    "shift": _shift,
    "extend": _extend,
    "swap": _swap,
    "cut": _cut,
    "insert": _insert,
    "delay": _delay,
    "late": _late,
    "stand_in": _stand_in,
    "catch_up": _catch_up,
}
"""What can be done to an agenda, by the word of the form."""


def _show(key: str) -> Show:
    found = shelf().recent.get(("show", key), lambda tx: read_show(tx, key, now()))
    if found is None:
        raise NotFound(f"there is no meeting {key!r}")
    return found


def _stage(key: str) -> dict[str, object]:
    found, times = _show(key), shelf().parts.agenda
    zone = ZoneInfo(found.meeting.zone)
    ends = {part.key: clock_time(part.ends_at, zone) for part in found.meeting.agenda}
    return {
        "stage": stage(found, times, tongue(), now(), ends),
        "figures": figures(found, times, now()),
        "clash": found.clash,
        "over": int(overrun(found.meeting, now()).total_seconds()) // 60,
        "catch_up": proposals(found.meeting, now()),
        "person": person(),
    }


def _lines(key: str) -> dict[str, object]:
    found = _show(key)
    tea = int(shelf().parts.agenda.tea_break.total_seconds()) // 60
    return {"parts": lines(found, tongue(), now()), "cut": found.meeting.cut, "tea": tea, "person": person()}


def _delays(key: str) -> dict[str, object]:
    found = _show(key)
    before = coming(found.meeting)
    return {"notice": found.notice, "causes": list(Cause), "kinds": _KINDS, "before": before, "person": person()}


def _new_part(at: datetime) -> Segment:
    kind, title = request.form.get("kind", ""), _text("title")
    if kind not in set(SegmentKind):
        raise InvalidInput("kind", "is no kind of part", f"use one of {', '.join(SegmentKind)}")
    length = _minutes()
    if length < timedelta(minutes=1):
        raise InvalidInput("minutes", "is no length", f"give 1 to {MOST_MINUTES}")
    if len(title) > LONGEST_TITLE:
        raise InvalidInput("title", "is too long for the screens", f"use at most {LONGEST_TITLE} characters")
    return Segment(kind=SegmentKind(kind), title=Words(title, title), starts_at=at, ends_at=at + length)


def _part() -> str:
    return _text("part")


def _text(name: str) -> str:
    text = " ".join(request.form.get(name, "").split())
    if not text or not text.isprintable():
        raise InvalidInput(name, "is missing", "send it with the form")
    return text


def _minutes() -> timedelta:
    """Read a number of minutes, not 0. Raises InvalidInput."""
    text = request.form.get("minutes", "").strip()
    try:
        minutes = int(text)
    except ValueError:
        raise InvalidInput("minutes", f"{text[:20]!r} is no whole number", "give it in digits") from None
    if not 0 < abs(minutes) <= MOST_MINUTES:
        raise InvalidInput("minutes", f"{minutes} cannot be", f"give 1 to {MOST_MINUTES}, or as many less")
    return timedelta(minutes=minutes)


def _why() -> str:
    return " ".join(request.form.get("why", "").split())[:LONGEST_WHY]
