"""``/staff/messages``: what was told to guests who are not here, what waits, and whom to call instead (R104)."""

from flask import Blueprint, Response

from hub.domain.guest_messages import Standing
from hub.usecases.send_messages import told_by_telephone
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.message_lines import LISTED, SHOWN, lines, read_post
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person

pages = Blueprint("messages", __name__, url_prefix="/staff/messages")


@pages.get("")
def show() -> Response:
    """List the messages: those that somebody has to tell by telephone first."""
    return draw("messages.html", {"messages": _messages})


@pages.post("/<message>/told")
def told(message: str) -> Response:
    """Note that the person at this browser has called the guest."""
    change(lambda tx, by: told_by_telephone(tx, message, by, now()))
    return done("/staff/messages")


def calls() -> int:
    """Count the guests that somebody has to call."""
    return shelf().recent.get("post", read_post).counts[Standing.CALL]


def _messages() -> object:
    post = shelf().recent.get("post", read_post)
    return {
        "lists": [(standing, post.counts[standing], lines(post, standing, tongue())) for standing in LISTED],
        "needless": post.counts[Standing.NEEDLESS],
        "most": SHOWN,
        "person": person(),
    }
