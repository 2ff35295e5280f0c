"""What the operator's access list allows, read as Mosquitto 2.0 reads it (``man mosquitto.conf``, acl_file).

``test_sensors_at_the_broker.py`` holds these answers against a real Mosquitto.
"""

from collections.abc import Collection
from pathlib import Path

GIVEN = Path(__file__).parents[2] / "firmware_config" / "mosquitto"
SITE = "venue"
"""The site that stands in the file."""


def operators_list(*sensors: str) -> str:
    """Write the list as README.md has it made: the file, and the part for sensors once for each."""
    part = (GIVEN / "acl-sensor").read_text(encoding="utf-8")
    assert part.count("SENSOR") > 1
    return "\n".join([(GIVEN / "acl").read_text(encoding="utf-8"), *(part.replace("SENSOR", name) for name in sensors)])


def may(user: str, way: str, topic: str, site: str = SITE, *, sensors: Collection[str] = ()) -> bool:
    """Say whether a user may ``read`` or ``write`` a topic; ``sensors`` have their part in the list.

    What is denied to the user counts first, then what is allowed to them, then the patterns, which hold for everybody.
    """
    text = operators_list(*sensors).replace(f"/{SITE}/", f"/{site}/")
    who = ""
    allowed = False
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "user":
            who = rest
        if kind == "pattern" or (kind == "topic" and who == user):
            access, _, wanted = rest.partition(" ")
            fits = matches(wanted.replace("%u", user), topic)
            if access == "deny" and fits:
                return False
            allowed |= fits and access in {way, "readwrite"}
    return allowed


def matches(wanted: str, topic: str) -> bool:
    """Say whether a topic fits a filter (MQTT 5, 4.7): ``+`` is one level, ``#`` all that follow."""
    if topic.startswith("$") != wanted.startswith("$"):
        return False
    levels, parts = wanted.split("/"), topic.split("/")
    if levels[-1] == "#":
        levels, parts = levels[:-1], parts[: len(levels) - 1]
    return len(levels) == len(parts) and all(level in {"+", part} for level, part in zip(levels, parts, strict=True))
