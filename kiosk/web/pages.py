"""Screens as HTML: the fragment that changes, and the texts of the frame that stays."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from jinja2 import Environment

from devices.contract.messages import Need
from devices.texts import LANGUAGE_TAGS, Texts
from kiosk.screen import LANGUAGES, Screen
from kiosk.steps.screens import Step, Typing
from kiosk.web.step_view import StepWriter
from kiosk.web.view import LOOKS, Writer

SHELL = (
    *("button.help", "button.language", "button.look", "button.listen", "button.more_time", "button.page"),
    *("button.quieter", "button.louder", "away.bar", "away.heading", "away.next", "warning.ask"),
)
"""Keys of the texts that stand around every screen."""


class Pages:
    """Draws screens with the templates; needs no request, so that an event stream may draw too."""

    def __init__(self, environment: Environment, texts: Texts, zone: ZoneInfo, phone: str = "") -> None:
        """Take the app's templates, the kiosk's texts, and the venue's zone and telephone number."""
        self._environment = environment
        self._texts = texts
        self._writers = {language: Writer(texts, zone, language, phone) for language in LANGUAGES}

    def fragment(self, screen: Screen, *, large: bool = False) -> str:
        """Return the HTML of one screen; in large text in the leading language alone, for its room."""
        if large:
            screen = replace(screen, languages=screen.languages[:1])
        look, writer = LOOKS[screen.kind], self._writers[screen.language]
        layout = "typing" if isinstance(screen, Typing) else look.layout
        template = self._environment.get_template(f"{layout}.html")
        if isinstance(screen, Step):
            return template.render(kind=screen.kind.value, look=look, view=StepWriter(writer.say).view(screen))
        views = [self._writers[language].view(screen) for language in screen.languages]
        return template.render(kind=screen.kind.value, look=look, views=views)

    def notice(self, need: Need | None) -> list[dict[str, str]]:
        """Return what staff are asked to see to, in each language; nothing where all is well."""
        if need is None:
            return []
        return [
            {"tag": LANGUAGE_TAGS[language], "text": self._texts(f"notice.{need}", language)} for language in LANGUAGES
        ]

    def shell(self) -> list[dict[str, str]]:
        """Return what stands around every screen, in each language: button names and the words for a lost stream."""
        return [
            {"tag": LANGUAGE_TAGS[language], "phone": writer.say.phone_line()}
            | {key.replace(".", "_"): self._texts(key, language) for key in SHELL}
            for language, writer in self._writers.items()
        ]
