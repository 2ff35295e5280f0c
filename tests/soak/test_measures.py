import os
import subprocess
import sys

import pytest

from tests.soak.__main__ import Seen, judge, main
from tests.soak.measures import group, growth, memory_mb


def test_thirds_are_compared_by_their_medians() -> None:
    """One high value is no growth; a slow leak is."""
    steady = growth([100, 101, 100, 100, 190, 100, 100, 101, 100])
    assert (steady.thirds, steady.bounded) == ((100, 100, 100), True)
    leak = growth([100 + minute * 0.5 for minute in range(120)])
    assert not leak.bounded


def test_too_few_measurements_are_no_judgement() -> None:
    """A soak that measured nothing must not pass."""
    with pytest.raises(ValueError, match="too few"):
        growth([100, 100])


def test_memory_of_a_real_process_is_seen_and_of_one_that_is_gone_is_nothing() -> None:
    """Fifty megabytes that a process takes are found in its memory."""
    plain = memory_mb([os.getpid()])
    taken = bytearray(os.urandom(1 << 20) * 50)
    assert 45 < memory_mb([os.getpid()]) - plain < 60
    assert len(taken) == 50 << 20
    gone = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    assert gone.wait() == 0
    assert memory_mb([gone.pid]) == 0
    assert group(gone.pid) == []


def test_whatever_went_wrong_is_in_the_line_and_fails_the_soak() -> None:
    """Growth joins the problems."""
    fine = Seen(1, quiet_times=1, kiosk_mb=[50.0] * 9, page_mb=[200.0] * 9)
    assert judge(fine)["ok"] is True
    grown = judge(Seen(1, quiet_times=1, kiosk_mb=[50.0] * 6 + [90.0] * 3, page_mb=[200.0] * 9))
    assert (grown["ok"], grown["problems"]) == (False, ["the memory of the kiosk grew: (50.0, 50.0, 90.0) MB"])
    assert judge(Seen(1, quiet_times=1, kiosk_mb=[50.0] * 9, page_mb=[200.0] * 9, problems=["stuck"]))["ok"] is False


def test_a_soak_too_short_to_show_anything_is_refused() -> None:
    """With what to write instead."""
    with pytest.raises(SystemExit):
        main(["--minutes", "1"])
