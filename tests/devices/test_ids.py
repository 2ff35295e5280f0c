import re
import uuid

from devices.ids import uuid7


def test_an_id_is_a_version_7_uuid() -> None:
    """RFC 9562: version 7, variant 10, lower case."""
    made = uuid.UUID(uuid7())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert re.fullmatch(r"[0-9a-f-]{36}", str(made))


def test_ids_differ_and_begin_with_the_time() -> None:
    """They sort by the millisecond in which they were made."""
    made = [uuid7() for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)
