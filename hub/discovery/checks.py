"""Checks of single options, as Home Assistant makes them (``config_validation.py``, ``components/mqtt/util.py``).

Each takes what JSON gave and returns what is kept; each raises Unusable.
"""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from hub.discovery import topics
from hub.discovery.errors import Unusable
from hub.discovery.limits import IDENTITY_CHARACTERS, LIST_ITEMS, NAME_CHARACTERS, OPTION_CHARACTERS
from hub.discovery.templates import check_template

Check = Callable[[Any], Any]

_YES = frozenset({"1", "true", "yes", "on", "enable"})
_NO = frozenset({"0", "false", "no", "off", "disable"})
_LONGEST_SPAN_S = 366 * 24 * 3600


def text_of(most: int) -> Callable[[Any], str]:
    """Return the check for a text of so many characters at the most; numbers and truth values become text."""

    def check(said: object) -> str:
        if said is None or isinstance(said, list | dict):
            raise Unusable("value", "a text was expected")
        text = str(said)
        if len(text) > most:
            raise Unusable("too_long", f"at most {most} characters are taken, here are {len(text)}")
        if "\0" in text:
            raise Unusable("value", "a text must not hold NUL")
        return text

    return check


text = text_of(OPTION_CHARACTERS)
name = text_of(NAME_CHARACTERS)
identity = text_of(IDENTITY_CHARACTERS)


def maybe(check: Check) -> Check:
    """Return a check that takes null as well."""
    return lambda said: None if said is None else check(said)


def topic(said: object) -> str:
    """Take a topic to listen on or publish to."""
    return topics.check_topic(text_of(OPTION_CHARACTERS)(said))


def template(said: object) -> str:
    """Take a template that the sandbox would run."""
    return check_template(text(said))


def truth(said: object) -> bool:
    """Take a truth value or one of Home Assistant's words for it."""
    if isinstance(said, str):
        word = said.lower().strip()
        if word in _YES or word in _NO:
            return word in _YES
    elif isinstance(said, bool | int | float):
        return bool(said)
    raise Unusable("value", "true or false was expected")


def number(said: object) -> float:
    """Take a finite number, or a text that is one."""
    try:
        read = float(said)  # type: ignore[arg-type] # the error is caught
    except (TypeError, ValueError, OverflowError) as error:
        raise Unusable("value", "a number was expected") from error
    if read - read != 0:
        raise Unusable("value", "a finite number was expected")
    return read


def count(said: object) -> int:
    """Take a whole number from 0 on, a text that is one, or a number whose fraction is dropped."""
    try:
        read = int(said)  # type: ignore[call-overload] # the error is caught
    except (TypeError, ValueError, OverflowError) as error:
        raise Unusable("value", "a whole number was expected") from error
    if read < 0:
        raise Unusable("value", "it must not be negative")
    return int(read)


def seconds(said: object) -> int:
    """Take a span in whole seconds, a year at the most."""
    read = count(said)
    if read > _LONGEST_SPAN_S:
        raise Unusable("value", f"at most {_LONGEST_SPAN_S} seconds (a year) are taken")
    return read


def quality_of_service(said: object) -> int:
    """Take an MQTT quality of service."""
    read = count(said)
    if read > 2:  # noqa: PLR2004 - MQTT knows 0, 1 and 2
        raise Unusable("value", "qos must be 0, 1 or 2")
    return read


def one_of(words: Collection[str], *, lower: bool = False) -> Check:
    """Return the check for one of some words."""

    def check(said: object) -> str:
        word = name(said).lower() if lower else name(said)
        if word not in words:
            raise Unusable("value", f"must be one of {', '.join(sorted(words))}")
        return word

    return check


def one_number_of(*numbers: float) -> Check:
    """Return the check for one of some numbers."""

    def check(said: object) -> float:
        read = number(said)
        if read not in numbers:
            raise Unusable("value", f"must be one of {', '.join(map(str, numbers))}")
        return read

    return check


def list_of(check: Check) -> Check:
    """Return the check for a list; a single value counts as a list of one."""

    def check_all(said: object) -> list[Any]:
        items = said if isinstance(said, list) else [] if said is None else [said]
        if len(items) > LIST_ITEMS:
            raise Unusable("too_many", f"at most {LIST_ITEMS} entries are taken, here are {len(items)}")
        return [check(item) for item in items]

    return check_all


def icon(said: object) -> str:
    """Take an icon: ``set:name``."""
    read = name(said)
    if ":" not in read:
        raise Unusable("value", "an icon is written set:name, as in mdi:teapot")
    return read


def address_of(*schemes: str) -> Check:
    """Return the check for a web address."""

    def check(said: object) -> str:
        read = text(said)
        try:
            parts = urlsplit(read)
        except ValueError as error:
            raise Unusable("value", "a web address was expected") from error
        if parts.scheme not in schemes or not parts.netloc:
            raise Unusable("value", f"a web address that begins with {' or '.join(schemes)} was expected")
        return read

    return check


web_address = address_of("http", "https")
configuration_address = address_of("http", "https", "homeassistant")


def encoding(said: object) -> str:
    """Take the name of a text encoding that every payload can be read with quickly; empty for none at all."""
    read = name(said).lower().replace("_", "-")
    if read and read not in _ENCODINGS:
        raise Unusable("value", f"must be one of {', '.join(sorted(_ENCODINGS))}, or empty")
    return read


_ENCODINGS = frozenset(
    {"utf-8", "utf8", "ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "iso-8859-15", "cp1252", "windows-1252"}
    | {"cp1251", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "shift-jis", "euc-kr"}
)
