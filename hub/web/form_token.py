"""Whether a form comes from a page that this browser was given: each page holds a token for what it sends (CSRF).

It stands beside the guard's look at where a request comes from (ASVS 3.5.1). The token is an HMAC under a secret that
only this browser has, of who is signed in there: of another browser, or of another session, it is worth nothing. It
needs no memory here and no key of the hub, so all its processes agree. Cards are drawn once for many tablets, so what
templates write is a mark, and each answer gets its own token in its place.
"""

import hmac
import re
import secrets

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from jinja2.ext import Extension
from werkzeug.exceptions import Forbidden

from hub.web import cookies
from hub.web.visitor import SESSION, TABLET

FIELD = "token"
HEADER = "X-Yingbin-Token"
BROWSER = "yingbin_browser"

_MARK = "yingbin.form_mark"
_BYTES = 32
_LENGTH = 43
_A_YEAR_S = 365 * 24 * 3600
_HIDDEN = f'<input type="hidden" name="{FIELD}" value="{{{{ form_token }}}}">'
_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = re.compile(r"<form\b(?>[^>{]+|\{\{.*?\}\}|\{%.*?%\})*+>", re.DOTALL)
"""A form's tag in a template, with Jinja's own pieces in it; never gone back in, so that its time is its length."""

pages = Blueprint("form_token", __name__)


class StalePage(Forbidden):
    """The page was drawn for another browser, or before somebody signed in or out there."""

    told = "stale_page"


def protect(app: Flask) -> None:
    """Put a token into every form, and ask for it in whatever changes something. The guard comes before it."""
    app.extensions[_MARK] = secrets.token_hex(_BYTES)  # no guest's name can hold it
    app.jinja_env.globals["form_token"] = app.extensions[_MARK]
    app.jinja_env.add_extension(TokenInForms)
    app.before_request(check)
    app.after_request(_fill)


class TokenInForms(Extension):
    """Adds the token to each form of a template that posts, so that no form can be without."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's own
        """Return a template's text with the field in its forms."""
        return _FORM.sub(lambda form: form[0] + (_HIDDEN if 'method="post"' in form[0] else ""), source)


@pages.get("/token")
def give() -> Response:
    """Give the token to a script whose page is older than its session, or to a program; no other site can read it."""
    answer = jsonify(token=token())
    _remember(answer)
    return answer


def check() -> None:
    """Refuse what would change something and has no token for this browser and session. Raises StalePage."""
    if request.method in _CHANGES_NOTHING or request.endpoint is None:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), token().encode()):
        raise StalePage


def token() -> str:
    """Return what forms of this browser must hold now."""
    return hmac.digest(_browser().encode(), f"form\n{_session()}".encode(), "sha256").hex()


def _session() -> str:
    """Return what changes as somebody signs in or out: the cookies that say who it is."""
    return "\n".join(cookies.read(name) for name in (TABLET, SESSION))


def _browser() -> str:
    """Return this browser's secret, a new one where it has none yet."""
    known = cookies.read(BROWSER)
    if len(known) == _LENGTH:
        return known
    if "browser" not in g:
        g.browser = secrets.token_urlsafe(_BYTES)
    fresh: str = g.browser
    return fresh


def _fill(answer: Response) -> Response:
    """Put this browser's token wherever the templates have left the mark."""
    if answer.mimetype != "text/html" or answer.is_streamed or answer.direct_passthrough:
        return answer
    mark, text = current_app.extensions[_MARK].encode(), answer.get_data()
    if mark in text:
        answer.set_data(text.replace(mark, token().encode()))
        _remember(answer)
    return answer


def _remember(answer: Response) -> None:
    if "browser" in g:
        cookies.keep(answer, BROWSER, g.browser, _A_YEAR_S)
