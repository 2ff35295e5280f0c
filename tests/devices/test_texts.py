"""Texts are complete in every language before the first guest sees one."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.texts import BadTexts, Texts, clock_time, day, same_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


def write(folder: Path, **languages: str) -> Path:
    """Write one TOML file a language."""
    for language, text in languages.items():
        (folder / f"{language}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_text_is_found_by_dotted_key_and_language_and_filled(tmp_path: Path) -> None:
    """Both languages answer to one key, each in its own order of words."""
    folder = write(
        tmp_path, zh='[welcome]\nheading = "{salutation},您好!"', en='[welcome]\nheading = "Welcome, {salutation}"'
    )
    texts = Texts.load(folder)
    assert texts("welcome.heading", "zh", salutation="王总") == "王总,您好!"
    assert texts("welcome.heading", "en", salutation="Ms Li") == "Welcome, Ms Li"
    assert texts.languages == ("en", "zh")
    assert texts.keys() == ("welcome.heading",)


def test_braces_from_a_guest_stay_as_they_are(tmp_path: Path) -> None:
    """A name cannot act as a placeholder."""
    texts = Texts.load(write(tmp_path, en='hello = "Hello {name} {{x}}"'))
    assert texts("hello", "en", name="{0.__class__}{name}") == "Hello {0.__class__}{name} {x}"


def test_a_key_missing_in_one_language_is_named_when_loading(tmp_path: Path) -> None:
    """All missing keys come at once, each with its file."""
    folder = write(tmp_path, zh='a = "甲"\nb = "乙"', en='a = "A"\nc = "C"')
    with pytest.raises(BadTexts, match=r"en\.toml: b is missing; zh\.toml: c is missing"):
        Texts.load(folder)


def test_a_placeholder_missing_in_one_language_is_named_when_loading(tmp_path: Path) -> None:
    """A sentence that forgets the seat in one language does not reach a screen."""
    folder = write(tmp_path, zh='seat = "{zone}区{row}排"', en='seat = "Zone {zone}"')
    with pytest.raises(BadTexts, match=r"en\.toml: seat has no \{row\}"):
        Texts.load(folder)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('a = "{0}"', "a: {0} is no plain placeholder"),
        ('a = "{}"', "a: {} is no plain placeholder"),
        ('a = "{b.__class__}"', "is no plain placeholder"),
        ('a = "{b!r}"', "is no plain placeholder"),
        ('a = "{b"', "a: expected '}'"),
        ("a = 3", "a: a text belongs here"),
        ('[a]\nb = "  "', "a.b: a text belongs here"),
        ("a = ", "en.toml"),
    ],
)
def test_a_text_that_cannot_be_used_is_named_when_loading(tmp_path: Path, text: str, named: str) -> None:
    """Only plain named placeholders are allowed: nothing that could reach into an object."""
    with pytest.raises(BadTexts) as problem:
        Texts.load(write(tmp_path, en=text))
    assert named in str(problem.value)


def test_a_file_that_is_no_utf8_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    """A wrong encoding is told as such, and so is a wrong folder."""
    with pytest.raises(BadTexts, match="no texts"):
        Texts.load(tmp_path)
    (tmp_path / "zh.toml").write_bytes('a = "您好"'.encode("gb18030"))
    with pytest.raises(BadTexts, match=r"zh\.toml"):
        Texts.load(tmp_path)


def test_asking_for_what_is_not_there_names_key_language_or_placeholder(tmp_path: Path) -> None:
    """A programmer's slip says which text it was about."""
    texts = Texts.load(write(tmp_path, en='a = "{b}"'))
    with pytest.raises(BadTexts, match="'x' in language 'en'"):
        texts("x", "en")
    with pytest.raises(BadTexts, match="'a' in language 'fr'"):
        texts("a", "fr")
    with pytest.raises(BadTexts, match=r"a \(en\): nothing was given for \{b\}"):
        texts("a", "en")


def test_times_are_written_on_the_venues_clock() -> None:
    """06:02 UTC is 14:02 in Shanghai, and the day may be another one."""
    moment = datetime(2026, 12, 30, 16, 2, tzinfo=UTC)
    assert clock_time(moment, SHANGHAI) == "00:02"
    assert clock_time(datetime(2026, 12, 31, 6, 2, tzinfo=UTC), SHANGHAI) == "14:02"
    assert day(moment, SHANGHAI, "zh") == "12月31日 星期四"
    assert day(moment, SHANGHAI, "en") == "Thu 31 Dec"
    assert day(moment, ZoneInfo("UTC"), "en") == "Wed 30 Dec"
    assert same_day(moment, datetime(2026, 12, 31, 15, 0, tzinfo=UTC), SHANGHAI)
    assert not same_day(moment, datetime(2026, 12, 31, 15, 0, tzinfo=UTC), ZoneInfo("UTC"))


def test_a_time_without_zone_is_refused() -> None:
    """A naive time would be an hour wrong somewhere, silently."""
    with pytest.raises(ValueError, match="without a zone"):
        clock_time(datetime(2026, 12, 31, 6, 2), SHANGHAI)  # noqa: DTZ001 - the mistake under test
