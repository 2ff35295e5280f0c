"""The buttons that stand around every screen: a POST each, from the kiosk's own page and from no other."""

from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, request

from devices.texts import LANGUAGE_TAGS
from kiosk.board import ScreenBoard
from kiosk.speech import Speech
from kiosk.web.pages import Pages
from kiosk.web.spoken import spoken_text


def guard(app: Flask) -> None:
    """Refuse a POST from any other page: browsers name the sender's origin, and only ours may press buttons."""

    @app.before_request
    def same_origin_only() -> None:
        if request.method == "POST" and request.headers.get("Origin") != f"{request.scheme}://{request.host}":
            abort(403)


def add_presses(app: Flask, board: ScreenBoard, pages: Pages, speech: Speech | None) -> None:
    """Let the guest turn language and look, ask for time, leave, and hear the screen."""
    presses: dict[str, Callable[[], object]] = {
        "/language": board.switch_language,
        "/look": board.switch_look,
        "/active": board.touch,
        "/leave": board.leave,
    }
    if speech is not None:
        presses |= _speaking(board, pages, speech)
    for path, press in presses.items():
        app.add_url_rule(path, path, _answered(press), methods=["POST"])


def _speaking(board: ScreenBoard, pages: Pages, speech: Speech) -> Mapping[str, Callable[[], object]]:
    def speak() -> None:
        board.touch()
        version, screen = board.current()
        speech.toggle(version, screen, spoken_text(pages.fragment(screen), LANGUAGE_TAGS[screen.language]))

    return {
        "/speech": speak,
        "/volume/up": lambda: board.make_louder(1),
        "/volume/down": lambda: board.make_louder(-1),
    }


def _answered(press: Callable[[], object]) -> Callable[[], Response]:
    def answer() -> Response:
        press()
        return Response(status=204)

    return answer
