"""Kiosks know a meeting from a week before its doors open until two days after its end."""

from datetime import timedelta

import pytest

from hub.domain.kiosk_view import AHEAD, BACK, is_in_view, next_edge
from tests.hub.build import meeting

MEETING = meeting()
COMES, LEAVES = MEETING.doors_at - AHEAD, MEETING.ends_at + BACK
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "seen", "edge"),
    [
        (COMES - MOMENT, False, COMES),
        (COMES, True, LEAVES),
        (LEAVES - MOMENT, True, LEAVES),
        (LEAVES, False, None),
    ],
)
def test_a_meeting_comes_into_view_and_leaves_it(now: object, seen: bool, edge: object) -> None:  # noqa: FBT001 - a table
    """At each edge it is as it will be from then on, so that whoever looks at that moment sees it."""
    assert (is_in_view(MEETING, now), next_edge(MEETING, now)) == (seen, edge)  # type: ignore[arg-type] # instants
