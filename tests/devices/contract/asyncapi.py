"""Writes the schemas of docs/mqtt.yaml anew from the code: ``make contract``. The rest is written by hand."""

from pathlib import Path

import yaml

from devices.contract.messages import DEVICE_MESSAGES, HubState
from devices.contract.schema import Schema, parts_of, schema_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "mqtt.yaml"
MARK = "  # The schemas below are written by `make contract`.\n"


def schemas() -> dict[str, Schema]:
    """Return the schema of every message and of every part of one, by name."""
    messages = (*(kind for kinds in DEVICE_MESSAGES.values() for kind in kinds), HubState)
    kinds = set().union(*(parts_of(kind) for kind in messages))
    return {kind.__name__: schema_of(kind) for kind in sorted(kinds, key=lambda kind: kind.__name__)}


def main() -> None:
    """Replace everything after the mark."""
    text = DOCUMENT.read_text(encoding="utf-8")
    written = yaml.safe_dump({"schemas": schemas()}, sort_keys=False, allow_unicode=True, width=110)
    body = "".join(f"  {line}\n" for line in written.splitlines())
    DOCUMENT.write_text(text[: text.index(MARK) + len(MARK)] + body, encoding="utf-8")


if __name__ == "__main__":
    main()
