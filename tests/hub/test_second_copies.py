import pytest

from devices.ports import Received
from hub.second_copies import SecondCopies


@pytest.mark.parametrize(
    ("topics", "left"),
    [
        (["a/status/1", "a/status/1"], 1),
        (["a/status/1"] * 4, 2),
        (["a/status/1", "b/status/1"], 2),
        (["a/status/1", "other", "a/status/1"], 3),
        (["other", "other"], 2),
        (["a/status/1/2", "a/status/1/2"], 2),
        (["deep/x/y", "deep/x/y"], 1),
    ],
)
def test_only_the_copy_right_behind_on_an_overlapping_topic_is_left_out(topics: list[str], left: int) -> None:
    """Two presses alike are two: each comes twice."""
    copies = SecondCopies(["+/status/+", "deep/#"])
    assert len(list(copies.left_out(Received(topic, b"same") for topic in topics))) == left


def test_over_the_edge_of_two_batches_a_copy_is_known_too() -> None:
    """The queue may be emptied between the two."""
    copies = SecondCopies(["+/status/+"])
    message = Received("a/status/1", b"x")
    assert [len(list(copies.left_out([message]))) for _ in range(3)] == [1, 0, 1]
