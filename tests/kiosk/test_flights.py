from kiosk.flights import APART_MS, MOST, PATIENCE, WINDOW, Flights, Waiting


def event(number: int) -> Waiting:
    """Make the event at one place."""
    return Waiting(number, f"event-{number}", b"")


def flights(count: int = 0) -> Flights:
    """Make flights without jitter, with some events on their way since time 0."""
    made = Flights(lambda: 1.0)
    for number in range(count):
        made.send(event(number), 0)
    return made


def tire(made: Flights, count: int) -> int:
    """Send the first events in vain until patience ends; return the time when they are due once more."""
    now = 0
    for tries in range(1, PATIENCE):
        now += 1_000 << (tries - 1)
        for number in range(count):
            made.send(event(number), now)
    return now + (1_000 << (PATIENCE - 1))


def test_an_event_is_sent_again_after_ever_longer_pauses_up_to_a_minute() -> None:
    """1, 2, 4 … 60 s: a lost message comes soon, a dead hub is not battered."""
    made = flights(1)
    now, pauses = 0, []
    for _ in range(9):
        due = next(ms for ms in range(now, now + 70_000, 500) if made.due(ms))
        pauses.append((due - now) // 1_000)
        now = due
        made.send(event(0), now)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_the_window_is_full_until_an_answer_comes() -> None:
    """A backlog neither floods the broker nor waits longer than it must."""
    made = flights(WINDOW - 1)
    assert made.has_room()
    made.send(event(WINDOW), 0)
    assert not made.has_room()
    assert made.answered("event-3", 70) == 70
    assert made.has_room()
    assert made.answered("event-3", 80) is None


def test_what_the_hub_leaves_unanswered_while_it_answers_others_leaves_the_window() -> None:
    """One poisoned event blocks nobody, and is tried once a minute."""
    made = flights(WINDOW)
    now = tire(made, WINDOW)
    made.send(event(1_000), now)
    made.answered("event-1000", now)
    assert list(made.due(now)) == []
    assert made.apart == WINDOW
    assert made.has_room()
    later = made.due(now + APART_MS)
    assert len(later) == WINDOW
    made.send(later[0], now + APART_MS)
    assert len(made.due(now + APART_MS + 1)) == WINDOW - 1
    assert made.answered("event-5", now) is not None
    assert made.apart == WINDOW - 1


def test_a_hub_that_answers_nothing_makes_nothing_stand_apart() -> None:
    """It is away: everything stays in its order, and only a probe now and then goes out beyond the window."""
    made = flights(WINDOW)
    assert not made.has_room()
    now = tire(made, WINDOW)
    assert made.has_room()
    made.send(event(1_000), now)
    assert not made.has_room()
    assert len(made.due(now)) == WINDOW
    assert made.apart == 0


def test_memory_stays_bounded_however_long_nothing_is_answered() -> None:
    """Probes end at a bound (I13)."""
    made = flights(MOST)
    tire(made, MOST)
    assert not made.has_room()


def test_a_new_connection_sends_all_anew_and_what_stood_apart_at_once() -> None:
    """The trouble may have been the connection's."""
    made = flights(WINDOW)
    now = tire(made, WINDOW)
    made.send(event(1_000), now)
    made.answered("event-1000", now)
    made.due(now)
    made.send(event(1_001), now)
    made.reconnected()
    assert "event-1001" not in made
    assert "event-1" in made
    assert len(made.due(now)) == WINDOW
