"""The log of a program, as journald takes it: no words of a stranger can look like a line of ours (ASVS 16.4.1)."""

import logging
import re
from typing import Any

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What ends a line, moves a terminal's cursor, or turns the direction in which a line is read."""

_CONTINUED = "\n  | "
"""Before each line of a traceback: what an error says may hold line breaks."""


def keep_log(level: str = "INFO") -> None:
    """Write the log to standard error, from a level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])  # noqa: TID251 - the one place


class OneLine(logging.Formatter):
    """Writes each record on a line of its own, with control characters as Python would; tracebacks are set in."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the record's line."""
        return _UNSEEN.sub(_escaped, super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - same
        """Return a traceback whose lines begin as no record does."""
        lines = super().formatException(ei).split("\n")
        return _CONTINUED.lstrip("\n") + _CONTINUED.join(_UNSEEN.sub(_escaped, line) for line in lines)


def _escaped(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
