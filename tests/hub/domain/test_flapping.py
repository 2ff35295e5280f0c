"""What changes again and again."""

from hub.domain.flapping import Changes, changed, flaps, quiet
from tests.hub.build import at


def after(*seconds: int) -> Changes:
    """Return the changes at these times."""
    changes: Changes = ()
    for one in seconds:
        changes = changed(changes, at(one))
    return changes


def test_more_than_five_changes_in_ten_minutes_are_flapping() -> None:
    """Five are not, nor six in a longer time (T4)."""
    assert not flaps(after(0, 60, 120, 180, 240))
    assert flaps(after(0, 60, 120, 180, 240, 600))
    assert not flaps(after(0, 60, 120, 180, 240, 601))


def test_it_is_quiet_ten_minutes_after_the_last_change() -> None:
    """And nothing grows without end."""
    changes = after(*range(0, 1000, 10))
    assert len(changes) == 6
    assert not quiet(changes, at(990 + 599))
    assert quiet(changes, at(990 + 600))
    assert quiet((), at(0))
