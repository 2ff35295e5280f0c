"""The kiosk's page, for the browser on the same machine: one page that lives by one event stream."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, render_template, request

from devices.contract.messages import Need
from devices.ports import Clock
from devices.texts import LANGUAGE_TAGS, Texts
from kiosk.board import ScreenBoard
from kiosk.preferences import LOUDEST
from kiosk.screen import staff_notice
from kiosk.screenshots import Screenshots
from kiosk.speech import Speech
from kiosk.steps.turns import Press
from kiosk.web.alive import PageLife
from kiosk.web.events import Streams
from kiosk.web.pages import Pages
from kiosk.web.pictures import add_pictures
from kiosk.web.presses import add_presses, guard

HOSTS = ["localhost", "127.0.0.1"]
"""The only names the page answers to, so that no web site can reach it by pointing its own name here."""

STREAMS = 4
"""Event streams at once; the server needs more threads than this."""

_MOST_DIGITS = 15

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """The screen itself. ``px_per_mm`` are its CSS pixels in a millimetre, None where the page must guess.

    ``lower_controls`` keeps all that is to be touched in the lower half, for a kiosk that hangs high (G17).
    """

    px_per_mm: float | None = None
    lower_controls: bool = False


def create_app(  # noqa: PLR0913 - each is one thing the page shows or does
    board: ScreenBoard,
    *,
    press: Callable[[int, Press], bool],
    hub_connected: Callable[[], bool],
    texts: Texts,
    clock: Clock,
    zone: ZoneInfo,
    needs: Callable[[], Collection[Need]] = tuple,
    life: PageLife | None = None,
    health: Callable[[], Mapping[str, object]] = dict,
    glass: Glass | None = None,
    speech: Speech | None = None,
    phone: str = "",
    pictures: Screenshots | None = None,
    speed: float = 1.0,
) -> Flask:
    """Build the page over a board.

    ``press`` takes a touch on the screen of a version, on a web thread, for some seconds where the hub is asked; False
    means that it came too late, or means nothing there. ``hub_connected`` is for ``/healthz`` only: guests are never
    told. ``zone`` and ``phone`` are the venue's. ``needs`` is what staff are asked to see to, in a line beneath every
    screen. ``life`` hears the page's own signs of life; ``health`` adds to ``/healthz``. Without ``speech`` there is no
    button for it. ``pictures`` says when the browser's keeper may take one, and takes it. ``speed``
    is how many of the house's seconds pass in a real one.
    """
    app = Flask(__name__)
    app.config.update(TRUSTED_HOSTS=HOSTS, MAX_CONTENT_LENGTH=1024)
    run = secrets.token_hex(4)
    pages = Pages(app.jinja_env, texts, zone, phone)
    heard = life or PageLife(clock)
    streams = Streams(board, pages, needs, clock, speech=speech, run=run, most=STREAMS)
    glass = glass or Glass()

    @app.get("/")
    def page() -> str:
        version, screen = board.current()
        look = board.preferences
        return render_template(
            "page.html",
            run=run,
            version=version,
            screen=pages.fragment(screen, large=look.large),
            kind=screen.kind.value,
            lang=LANGUAGE_TAGS[screen.language],
            look=look,
            lower_controls=glass.lower_controls,
            can_speak=speech is not None,
            loudest=LOUDEST,
            shell=pages.shell(),
            notice=pages.notice(staff_notice(needs())),
            zone=zone.key,
            now_ms=int(clock.now().timestamp() * 1000),
            speed=speed,
        )

    @app.get("/profile.css")
    def profile() -> Response:
        told = f":root:root {{ --mm: {glass.px_per_mm}px; }}\n" if glass.px_per_mm else ""
        return Response(told, content_type="text/css; charset=utf-8")

    @app.get("/events")
    def events() -> Response:
        return streams.respond(request.environ)

    guard(app)
    add_presses(app, board, pages, speech)

    if pictures is not None:
        add_pictures(app, pictures)

    @app.post("/alive")
    def alive() -> Response:
        heard.heard(_version(run) if "version" in request.form else 0)
        return Response(status=204)

    @app.post("/press")
    def touched() -> Response:
        version = _version(run)
        pressed = Press(request.form.get("action", ""), request.form.get("value", ""))
        if version:
            press(version, pressed)
        return Response(status=204)

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        version, screen = board.current()
        return {
            "status": "ok",
            "hub": hub_connected(),
            "kind": screen.kind.value,
            "version": version,
            "page_s": heard.last_s,
            "drawn": heard.drawn()[0],
            "picture": pictures.token() if pictures else None,
            **health(),
        }

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app


def _version(run: str) -> int:
    """Return the version of the screen that a form of our page names; 0 for one of another run of this program."""
    of_run, _, number = request.form.get("version", "").partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > _MOST_DIGITS:
        abort(400)
    return int(number) if of_run == run else 0
