"""A signing key is stolen: how long until the last kiosk refuses its codes (docs/keys.md), measured in processes."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import Row, percentile, row
from tests.flow.drill import KIOSKS, MEETING, Drill
from tests.hub import postgres

DRILLS = 5
PROMISED_S = 300
LEARNED_WITHIN_S = 5


def rows() -> Iterator[Row]:
    """Do the drill again and again, each time with the key that signs now; seconds, against what is promised.

    ``drill`` is from the moment the command is typed until every new letter is written and every kiosk refuses;
    ``kiosks_learn`` from the hub's commit until the last kiosk has it on its disk.
    """
    drills, learned, commands = [], [], []
    with tempfile.TemporaryDirectory() as name, postgres.running() as server:
        house = Drill(Path(name), server.url(server.create(prefix="keys")))
        try:
            for key_id in range(1, DRILLS + 1):
                began = time.monotonic()
                found = house.revokes(key_id, *KIOSKS)
                house.types("invite", "--meeting", MEETING, "--signed", "--out", f"{name}/letters-{key_id}")
                drills.append(time.monotonic() - began)
                learned.append(found.last_after_stored_s())
                commands.append(found.returned_s)
        finally:
            house.stop()
    yield row("key_command_p50_s", percentile(commands, 0.5), "s")
    yield row("key_drill_longest_s", max(drills), "s", "key_drill_promised_s", PROMISED_S)
    yield row("kiosks_learn_p50_s", percentile(learned, 0.5), "s", "kiosks_learn_promised_s", LEARNED_WITHIN_S)
    yield row("kiosks_learn_longest_s", max(learned), "s", "kiosks_learn_promised_s", LEARNED_WITHIN_S)
