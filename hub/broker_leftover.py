"""A broker that a killed hub left behind is ended before the next one starts."""

import logging
import os
import select
import signal
from pathlib import Path

from hub.broker_files import CONFIG

_WITHIN_S = 10.0
_log = logging.getLogger(__name__)


def end_leftover(folder: Path) -> None:
    """End a broker that a killed hub left behind; recognised by its settings file, so it is never another's."""
    try:
        pid = int((folder / "pid").read_text(encoding="ascii"))
        handle = os.pidfd_open(pid)
    except (OSError, ValueError):
        return
    try:
        if str(folder / CONFIG).encode() not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return
        _log.warning("a Mosquitto of an earlier hub still runs as process %d: ending it", pid)
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        for how in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(handle, how)
            if ended.poll(_WITHIN_S * 1000 / 2):
                return
    except OSError:
        return  # it ended by itself meanwhile
    finally:
        os.close(handle)
