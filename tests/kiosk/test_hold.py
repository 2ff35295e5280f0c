from kiosk.hold import AWAY_MS, CROWD_MS, Holds, Sight


def test_a_code_held_for_many_frames_is_one_scan() -> None:
    """Thirty frames a second make one check-in."""
    holds = Holds()
    sights = [holds.see(["A"], at) for at in range(0, 60_000, 66)]
    assert [sight.fresh for sight in sights if sight != Sight()] == ["A"]


def test_a_code_that_flickers_is_still_one_scan() -> None:
    """Frames in which the code is not read do not start a new scan."""
    holds = Holds()
    sights = [holds.see(["A"] if at % 1_980 == 0 else [], at) for at in range(0, 30_000, 66)]
    assert [sight.fresh for sight in sights if sight.fresh] == ["A"]


def test_a_code_that_went_away_and_came_back_is_scanned_anew() -> None:
    """The guest who returns is greeted again."""
    holds = Holds()
    assert holds.see(["A"], 0).fresh == "A"
    assert holds.see(["A"], AWAY_MS + 1).fresh == "A"


def test_the_next_guest_is_taken_at_once() -> None:
    """Another code needs no pause after the last one."""
    holds = Holds()
    holds.see(["A"], 0)
    assert holds.see(["B"], 66).fresh == "B"


def test_two_codes_at_once_are_reported_once_and_neither_is_taken() -> None:
    """Whose turn it is, the guests decide."""
    holds = Holds()
    sights = [holds.see(["A", "B"], at) for at in range(0, 3_000, 66)]
    assert sights[0] == Sight(crowd=True)
    assert set(sights[1:]) == {Sight()}


def test_after_two_codes_one_alone_is_taken_when_the_other_is_gone() -> None:
    """A single frame that misses one of the two does not count as one alone."""
    holds = Holds()
    holds.see(["A", "B"], 0)
    assert holds.see(["A"], CROWD_MS - 1) == Sight()
    assert holds.see(["A"], CROWD_MS).fresh == "A"


def test_the_last_guest_s_code_still_in_view_hinders_the_next_until_it_is_gone() -> None:
    """Two codes in view are two codes, even when one was answered already."""
    holds = Holds()
    holds.see(["A"], 0)
    assert holds.see(["A", "B"], 66).crowd
    assert holds.see(["B"], 66 + CROWD_MS).fresh == "B"
