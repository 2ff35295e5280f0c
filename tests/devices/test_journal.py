"""One record is one line of the log, whatever strangers say in it."""

import logging
import subprocess
import sys

import pytest

from devices.journal import OneLine

FORGED = "2026-11-23 09:00:00,000 INFO hub.usecases: door opened"


def line(message: str, *words: object, problem: BaseException | None = None) -> str:
    """Return what stands in the log."""
    told = (type(problem), problem, None) if problem else None
    record = logging.LogRecord("hub.ingest", logging.WARNING, __file__, 1, message, words, told)
    return OneLine("%(levelname)s %(name)s: %(message)s").format(record)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\N{LINE SEPARATOR}"])
def test_words_of_a_stranger_make_no_line_of_their_own(end: str) -> None:
    """Every sign at which a reader of logs may break a line is written as Python would."""
    (one,) = line("no such device: %s", f"kiosk-9{end}{FORGED}").splitlines()
    assert one.startswith("WARNING hub.ingest: no such device: kiosk-9\\")


def test_a_terminal_is_given_no_orders() -> None:
    """Neither colours and cursors nor a change of the direction in which a line is read."""
    assert line("%s", "\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}王") == "WARNING hub.ingest: \\x1b[2J\\u202e王"


def test_the_lines_of_an_error_are_set_in() -> None:
    """An error may quote what somebody sent; no line of it can pass for a record."""
    said = line("it failed", problem=ValueError(f"unreadable\n{FORGED}"))
    first, *others = said.split("\n")
    assert first == "WARNING hub.ingest: it failed"
    assert len(others) == 2
    assert all(one.startswith("  | ") for one in others)


def test_the_log_of_a_program_is_kept_so() -> None:
    """Programs set their log up in this one way: ruff refuses any other."""
    code = 'import logging; from devices.journal import keep_log; keep_log(); logging.warning("a\\nb")'
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    assert said.endswith(" WARNING root: a\\nb\n")
    assert said.count("\n") == 1
