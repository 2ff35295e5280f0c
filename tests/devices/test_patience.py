from devices.patience import REFUSED_S, SOON_S, Pauses, Seldom, pause_s


def test_the_first_pause_is_short_whatever_happened() -> None:
    """A kiosk must have its first message through within 2 s after a restart of the broker (DESIGN 9)."""
    for longest_s in (SOON_S, REFUSED_S):
        assert pause_s(0, longest_s, jitter=0.0) == 0.25
        assert pause_s(1, longest_s, jitter=0.0) == 0.5


def test_a_broker_that_refuses_is_asked_ever_more_seldom() -> None:
    """Up to half a minute: it is not hammered, and one that recovers is not missed for long."""
    assert pause_s(7, REFUSED_S, jitter=0.0) == 30.0
    assert pause_s(10_000, REFUSED_S, jitter=0.0) == 30.0


def test_a_broker_that_dies_again_and_again_is_found_again_within_the_budget_each_time() -> None:
    """Pauses do not grow to where 2 s could not be kept."""
    assert pause_s(50, SOON_S, jitter=0.0) == 1.0


def test_devices_that_lost_the_broker_together_do_not_come_back_together() -> None:
    """Jitter takes away up to one half."""
    assert pause_s(9, REFUSED_S, jitter=1.0) == 15.0
    assert pause_s(9, REFUSED_S, jitter=0.5) == 22.5


def test_pauses_grow_only_while_the_same_trouble_repeats() -> None:
    """A broker killed often, now and then during the greeting, must not leave the hub out for half a minute."""
    pauses = Pauses()
    assert [pauses.after(REFUSED_S, 0.0, lasted=False) for _ in range(4)] == [0.25, 0.5, 1.0, 2.0]
    assert [pauses.after(SOON_S, 0.0, lasted=False) for _ in range(4)] == [0.25, 0.5, 1.0, 1.0]
    assert pauses.after(REFUSED_S, 0.0, lasted=False) == 0.25


def test_after_a_connection_that_lasted_the_next_pause_is_short_again() -> None:
    """A broker that is restarted once a day is found at once each time."""
    pauses = Pauses()
    for _ in range(9):
        pauses.after(REFUSED_S, 0.0, lasted=False)
    assert pauses.after(REFUSED_S, 0.0, lasted=True) == 0.25
    assert pauses.after(REFUSED_S, 0.0, lasted=False) == 0.5


def test_a_fault_that_repeats_is_reported_once_a_minute() -> None:
    """A log never fills the disk, and never hides that something goes on."""
    seldom = Seldom()
    assert seldom.due(100.0)
    assert not any(seldom.due(100.0 + second) for second in range(60))
    assert seldom.due(160.0)
    assert not seldom.due(219.9)
