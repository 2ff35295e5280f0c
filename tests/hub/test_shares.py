"""What of one device may wait, and how much is taken of one that floods."""

from devices.contract.topics import Leaf, topic
from hub.shares import FLOOD, MOST, QUIET_S, SLOWLY, TOLD_EVERY_S, Shares

ONE, OTHER = (topic("venue", f"kiosk-{number}", Leaf.UP_CHECKIN) for number in (1, 2))


class Stopwatch:
    """A clock that is moved."""

    def __init__(self) -> None:
        """Begin at a second."""
        self.ms = 1_000

    def __call__(self) -> int:
        """Return the count."""
        return self.ms


def send(shares: Shares, count: int, where: str = ONE) -> int:
    """Let so many messages come, each taken at once where it may wait; return how many were."""
    let = 0
    for _ in range(count):
        if shares.lets(where):
            shares.taken(where)
            let += 1
    return let


def fill(shares: Shares, count: int) -> int:
    """Let so many messages come while nothing is taken; return how many may wait, and take those then."""
    let = sum(shares.lets(ONE) for _ in range(count))
    for _ in range(let):
        shares.taken(ONE)
    return let


def test_a_device_that_waits_for_its_answers_is_never_slowed_down() -> None:
    """A backlog of 200,000 goes through as fast as it is taken."""
    shares = Shares(Stopwatch())
    assert sum(fill(shares, 64) for _ in range(3_125)) == 200_000
    assert shares.untold() == {}


def test_beyond_its_share_nothing_of_a_device_waits_and_others_have_theirs() -> None:
    """The share is by device, whatever it sends."""
    shares = Shares(Stopwatch())
    assert sum(shares.lets(ONE) for _ in range(10_000)) == MOST
    assert shares.lets(OTHER)
    assert not shares.lets(topic("venue", "kiosk-1", Leaf.STATE))


def test_a_kiosk_that_was_kept_waiting_and_repeated_itself_is_no_flood() -> None:
    """All that it has on the way, again after 1, 2, 4 … 60 s, while nothing is taken; then its backlog goes on."""
    now = Stopwatch()
    shares = Shares(now)
    let, tries = 0, 0
    for pause_s in (0, 1, 2, 4, 8, 16, 32, *[60] * 30):
        now.ms += pause_s * 1_000
        let += sum(shares.lets(ONE) for _ in range(64))
        tries += 64
    assert (let, tries) == (MOST, 37 * 64)
    for _ in range(let):
        shares.taken(ONE)
    assert shares.untold() == {}
    assert sum(fill(shares, 64) for _ in range(1_000)) == 64_000


def test_a_flood_is_taken_slowly_until_it_stops() -> None:
    """However fast the house could take it: its disk is everybody's."""
    now = Stopwatch()
    shares = Shares(now)
    fill(shares, MOST + FLOOD)
    send(shares, 10 * SLOWLY)
    taken = 0
    for _ in range(30):
        now.ms += 1_000
        taken += send(shares, 10 * SLOWLY)
    assert taken == 30 * SLOWLY
    now.ms += QUIET_S * 1_000
    assert sum(fill(shares, 64) for _ in range(100)) == 6_400


def test_a_technician_is_told_once_an_hour_and_not_of_an_accident() -> None:
    """A few too many are no flood; what was told in vain is told again."""
    now = Stopwatch()
    shares = Shares(now)
    fill(shares, MOST + FLOOD - 1)
    assert shares.untold() == {}
    now.ms += QUIET_S * 1_000
    fill(shares, MOST + FLOOD)
    assert shares.untold() == {"kiosk-1": FLOOD}
    assert shares.untold() == {"kiosk-1": FLOOD}
    shares.told("kiosk-1")
    send(shares, 9 * FLOOD)
    assert shares.untold() == {}
    now.ms += TOLD_EVERY_S * 1_000
    fill(shares, MOST + FLOOD)
    assert set(shares.untold()) == {"kiosk-1"}


def test_what_is_no_topic_of_ours_has_one_share_together() -> None:
    """Nobody makes room by names that are none."""
    shares = Shares(Stopwatch())
    assert sum(shares.lets(f"x/{number}") for number in range(1_000)) == MOST
