"""Text that stands in both languages of the house."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The languages every page and letter exists in."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Chinese and in English; where one is empty the other stands for both."""

    zh: str
    en: str

    def read(self, language: Language) -> str:
        """Return the text in one language, or in the other where this one is empty."""
        first, second = (self.en, self.zh) if language is Language.EN else (self.zh, self.en)
        return first or second
