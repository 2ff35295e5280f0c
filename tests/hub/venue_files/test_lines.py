"""Mistakes are told with the line they stand on."""

from hub.venue_files.lines import Lines

TEXT = '''# a house
[venue]
name = "House"   # [not a table]
parking = """
[[meetings]]
key = "no key"
"""

[[meetings]]
key = "one"
[meetings.seats]
rows = 3
[[meetings.agenda]]
kind = "talk"
[[meetings.agenda]]
kind = "meal"

[[meetings]]
key = "two"
  [[meetings.agenda]] # the first of the second
  kind = "talk"
'''


def test_tables_in_arrays_are_counted_within_the_table_around_them() -> None:
    """The second meeting's agenda begins again at 0; what stands in a long text is no table."""
    lines = Lines(TEXT)
    assert lines.of("venue.name") == 3
    assert lines.of("meetings[0].key") == 10
    assert lines.of("meetings[0].seats.rows") == 12
    assert lines.of("meetings[0].agenda[1].kind") == 16
    assert lines.of("meetings[1].agenda[0].kind") == 21


def test_a_key_that_is_not_there_is_shown_at_its_table() -> None:
    """A missing key has no line of its own."""
    lines = Lines(TEXT)
    assert lines.of("meetings[1].agenda[0].title") == 20
    assert lines.of("meetings[1].agenda") == 18
    assert lines.of("rooms[3].key") == 0
