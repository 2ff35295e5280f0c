"""Which language a page speaks: the one chosen by its switch, else the browser's, else the house's."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, request

from devices.texts import LANGUAGE_TAGS, Texts
from hub.domain.errors import InvalidInput
from hub.domain.salutations import has_han
from hub.domain.words import Language, Words
from hub.web import cookies
from hub.web.parts import shelf

COOKIE = "yingbin_language"
_A_YEAR_S = 365 * 24 * 3600

pages = Blueprint("language", __name__)


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language with its texts."""

    texts: Texts
    language: Language

    @property
    def tag(self) -> str:
        """Return the value of an HTML ``lang`` attribute."""
        return LANGUAGE_TAGS[self.language]

    @property
    def other(self) -> "Tongue":
        """Return the house's other language."""
        return Tongue(self.texts, Language.EN if self.language is Language.ZH else Language.ZH)

    def say(self, key: str, **values: object) -> str:
        """Return one text of the pages with its placeholders filled."""
        return self.texts(key, self.language, **values)

    def say_or(self, key: str, fallback: str) -> str:
        """Return one text, or ``fallback`` where there is none: for words that other programs choose."""
        return self.say(key) if key in self.texts.by_language[self.language] else fallback

    def join(self, parts: Iterable[str]) -> str:
        """Set what there is side by side, as this language does."""
        return self.say("site.between").join(part for part in parts if part)

    def read(self, words: Words) -> str:
        """Return a text of the house's own data."""
        return words.read(self.language)

    def tag_of(self, text: str) -> str | None:
        """Return the language of a name where it is not this one's, so that it is drawn and spoken rightly."""
        if has_han(text):
            return None if self.language is Language.ZH else LANGUAGE_TAGS[Language.ZH]
        return None


def tongue() -> Tongue:
    """Return the language of the running request."""
    if "tongue" not in g:
        g.tongue = Tongue(shelf().parts.texts, _chosen())
    found: Tongue = g.tongue
    return found


def _chosen() -> Language:
    for wanted in (cookies.read(COOKIE), request.accept_languages.best_match(list(Language))):
        if wanted in set(Language):
            return Language(wanted)
    return shelf().parts.default_language


@pages.post("/language")
def choose() -> Response:
    """Keep the language for this browser and go back to the page where it was chosen."""
    wanted = request.form.get("language", "")
    if wanted not in set(Language):
        raise InvalidInput("language", "there are no pages in it", f"choose {' or '.join(Language)}")
    answer = make_response(redirect(inside(request.form.get("back", "")), 303))
    cookies.keep(answer, COOKIE, wanted, _A_YEAR_S, site="Lax")
    return answer


def inside(path: str) -> str:
    """Return a path of these pages as it is, and the first page for anything else: a form sends nobody elsewhere."""
    safe = path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable()
    return path if safe else "/"
