from devices.patience import Seldom, pause_s


def test_the_first_pause_is_short_so_that_a_restarted_broker_is_found_at_once() -> None:
    """A kiosk must have its first message through within 2 s after a restart (DESIGN 9)."""
    assert pause_s(0, jitter=0.0) == 0.25
    assert pause_s(1, jitter=0.0) == 0.5


def test_pauses_grow_to_half_a_minute_and_no_further() -> None:
    """A broker that refuses is not hammered, and one that recovers is not missed for long."""
    assert pause_s(7, jitter=0.0) == 30.0
    assert pause_s(10_000, jitter=0.0) == 30.0


def test_devices_that_lost_the_broker_together_do_not_come_back_together() -> None:
    """Jitter takes away up to one half."""
    assert pause_s(9, jitter=1.0) == 15.0
    assert pause_s(9, jitter=0.5) == 22.5


def test_a_host_where_nothing_listens_is_asked_again_within_two_seconds() -> None:
    """Such an attempt costs nobody anything, so a long outage does not lead to a long silence after it."""
    assert pause_s(50, jitter=0.0, nobody_there=True) == 2.0


def test_a_fault_that_repeats_is_reported_once_a_minute() -> None:
    """A log never fills the disk, and never hides that something goes on."""
    seldom = Seldom()
    assert seldom.due(100.0)
    assert not any(seldom.due(100.0 + second) for second in range(60))
    assert seldom.due(160.0)
    assert not seldom.due(219.9)
