"""What of a calendar's event cannot be used, and what to do about it."""

from hub.domain.words import Words
from hub.domain.wrong_values import WrongValue

MISSING = Words("没有填写", "is missing")
SAVE_AGAIN = Words("请在日历里重新保存这个日程", "save the event again")
SHORTEN = Words("请缩短", "shorten it")


class BadEvent(WrongValue):
    """An event, or an object, that cannot be used. ``field`` is the property, or ``object`` for the whole."""

    def __init__(self, field: str, problem: Words, remedy: Words) -> None:
        """Keep all three for the page."""
        super().__init__(problem, remedy)
        self.field = field

    def __str__(self) -> str:
        """Return it in English, with the property."""
        return f"{self.field}: {super().__str__()}"
