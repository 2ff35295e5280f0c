"""Texts for people, one TOML file a language, and how times are written in each.

No language is the source of the others: a folder is only loaded when all its files hold the same keys with the
same placeholders, so a missing sentence is found at start and not by a guest.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

LANGUAGE_TAGS: Mapping[str, str] = {"zh": "zh-CN", "en": "en"}
"""The value of an HTML ``lang`` attribute for each language of the house."""

_WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Catalogue = dict[str, str]


class BadTexts(ValueError):
    """A folder of texts cannot be used, or a text was asked for wrongly; every mistake is named with its key."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one package: language, then dotted key, then the text with its ``{placeholders}``."""

    by_language: Mapping[str, Catalogue]

    @classmethod
    def load(cls, folder: Path) -> "Texts":
        """Read every ``*.toml`` in ``folder``; the file's stem is the language.

        Raises BadTexts, naming all mistakes at once: no file, no TOML, a value that is no text, a key or a
        placeholder that another language has and this one has not.
        """
        catalogues = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
        if not catalogues:
            message = f"there are no texts (*.toml) in {folder}"
            raise BadTexts(message)
        problems = [*_missing_keys(catalogues), *_unequal_placeholders(catalogues)]
        if problems:
            raise BadTexts("; ".join(problems))
        return cls(catalogues)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages there are texts in, sorted."""
        return tuple(sorted(self.by_language))

    def keys(self) -> tuple[str, ...]:
        """Return every key, sorted; they are the same in all languages."""
        return tuple(sorted(next(iter(self.by_language.values()))))

    def __call__(self, key: str, language: str, /, **values: object) -> str:
        """Return one text with its placeholders filled. Raises BadTexts naming the key, language or placeholder."""
        try:
            text = self.by_language[language][key]
        except KeyError:
            message = f"there is no text {key!r} in language {language!r}"
            raise BadTexts(message) from None
        try:
            return text.format(**values)
        except KeyError as missing:
            message = f"{key} ({language}): nothing was given for {{{missing.args[0]}}}"
            raise BadTexts(message) from None


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write an aware instant as the clock on the wall of ``zone`` shows it: ``14:02`` in every language."""
    return f"{_local(moment, zone):%H:%M}"


def day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Write the day of an aware instant in ``zone``: ``12月31日 星期四`` or ``Thu 31 Dec``."""
    local = _local(moment, zone)
    weekday = _WEEKDAYS["zh" if language == "zh" else "en"][local.weekday()]
    if language == "zh":
        return f"{local.month}月{local.day}日 {weekday}"
    return f"{weekday} {local.day} {_MONTHS[local.month - 1]}"


def same_day(first: datetime, second: datetime, zone: ZoneInfo) -> bool:
    """Say whether two aware instants fall on one calendar day of ``zone``."""
    return _local(first, zone).date() == _local(second, zone).date()


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        message = f"a time without a zone cannot be shown: {moment}"
        raise ValueError(message)
    return moment.astimezone(zone)


def _read(path: Path) -> Catalogue:
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as mistake:
        message = f"{path.name}: {mistake}"
        raise BadTexts(message) from None
    found = dict(_flat(tree, ""))
    problems = [f"{path.name}: {key}: {problem}" for key, value in found.items() if (problem := _wrong(value))]
    if problems:
        raise BadTexts("; ".join(problems))
    return {key: str(value) for key, value in found.items()}


def _flat(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _wrong(value: object) -> str:
    """Say what is wrong with one value, or nothing."""
    if not isinstance(value, str) or not value.strip():
        return "a text belongs here"
    try:
        parts = list(Formatter().parse(value))
    except ValueError as mistake:
        return f"{mistake} (write {{{{ for a brace)"
    for _, name, form, conversion in parts:
        if name is not None and (not name.isidentifier() or form or conversion):
            return f"{{{name}}} is no plain placeholder"
    return ""


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _missing_keys(catalogues: Mapping[str, Catalogue]) -> list[str]:
    every = sorted({key for catalogue in catalogues.values() for key in catalogue})
    return [
        f"{language}.toml: {key} is missing"
        for language, catalogue in catalogues.items()
        for key in every
        if key not in catalogue
    ]


def _unequal_placeholders(catalogues: Mapping[str, Catalogue]) -> list[str]:
    problems = []
    for key in sorted({key for catalogue in catalogues.values() for key in catalogue}):
        found = {language: _placeholders(texts[key]) for language, texts in catalogues.items() if key in texts}
        wanted = frozenset[str]().union(*found.values())
        problems += [
            f"{language}.toml: {key} has no {{{name}}}"
            for language, names in found.items()
            for name in sorted(wanted - names)
        ]
    return problems
