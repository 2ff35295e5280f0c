"""Scripts of holds: read whole or followed while others write."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from devices.fake.script import BadScript, FollowedScript, Hold, load_script
from tests.pictures import qr_file

GOOD = {"image": "code.png", "starts_ms": 100, "lasts_ms": 900, "medium": "phone", "difficulty": 0.5}


def line(**changes: Any) -> str:  # noqa: ANN401 - any JSON value may stand in a bad line
    """Return a line of a script, the good one but for the changes; None leaves a field out."""
    return json.dumps({name: value for name, value in {**GOOD, **changes}.items() if value is not None}) + "\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Give the path of a script beside a picture ``code.png``."""
    qr_file(tmp_path)
    return tmp_path / "script.jsonl"


def test_a_script_names_its_images_relative_to_its_own_folder(script: Path) -> None:
    """Empty lines are fine, and fields arrive as they are written."""
    script.write_text(line() + "\n" + line(starts_ms=2000, medium="letter", difficulty=1))
    image = script.parent / "code.png"
    assert load_script(script).holds() == [Hold(image, 100, 900, "phone", 0.5), Hold(image, 2000, 900, "letter", 1.0)]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line(starts_ms=-1), '"starts_ms" must be between 0'),
        (line(lasts_ms=0), '"lasts_ms" must be between 1'),
        (line(lasts_ms=True), '"lasts_ms" must be a number'),
        (line(difficulty=1.1), '"difficulty" must be between 0 and 1'),
        (line(difficulty="easy"), '"difficulty" must be a number'),
        (line(medium="tablet"), '"medium" must be one of letter, phone'),
        (line(medium=None), 'the field "medium" is missing'),
        (line(trouble="fog"), '"trouble" must be one of none, dark, glare, far'),
        (line(image="gone.png"), '"image": there is no file'),
        (line(image=7), '"image" must be the path of a picture'),
        (line(image="script.jsonl"), "is no picture"),
        ("[1]\n", "a JSON object belongs here"),
        ("{\n", "no JSON"),
        ('{"difficulty": NaN, "image": "code.png", "starts_ms": 1, "lasts_ms": 1, "medium": "phone"}\n', "a number"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_field(script: Path, bad: str, words: str) -> None:
    """Someone who writes a script by hand finds the mistake at once."""
    script.write_text(line() + bad)
    with pytest.raises(BadScript) as problem:
        load_script(script)
    assert "line 2" in str(problem.value)
    assert words in str(problem.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_script_that_cannot_be_read_at_all_is_told_by_its_path(script: Path, content: bytes | None) -> None:
    """A missing file and one that is no UTF-8."""
    if content is not None:
        script.write_bytes(content)
    with pytest.raises(BadScript, match=r"script\.jsonl"):
        load_script(script)


def test_lines_appended_later_are_followed(script: Path) -> None:
    """A script that is not there yet is empty; each new line is one more hold."""
    followed = FollowedScript(script)
    assert followed.holds() == []
    with script.open("a") as file:
        for starts in (0, 1000, 2000):
            file.write(line(starts_ms=starts))
            file.flush()
            assert followed.holds()[-1].starts_ms == starts
    assert len(followed.holds()) == 3


def test_a_half_written_line_is_left_until_it_is_whole(script: Path) -> None:
    """The writer may be caught in the middle of a line."""
    followed = FollowedScript(script)
    whole = line()
    script.write_text(whole[:20])
    assert followed.holds() == []
    assert followed.problems == []
    script.write_text(whole)
    assert len(followed.holds()) == 1


def test_a_bad_line_in_a_followed_script_is_logged_and_passed_over(
    script: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One bad arrival never stops the camera; the right line number is told."""
    script.write_text(line() + "nonsense\n" + line(starts_ms=5000))
    followed = FollowedScript(script)
    with caplog.at_level(logging.WARNING):
        assert [hold.starts_ms for hold in followed.holds()] == [100, 5000]
    assert len(followed.problems) == 1
    assert "line 2" in followed.problems[0]
    assert "line 2" in caplog.text
    followed.holds()
    assert len(followed.problems) == 1
