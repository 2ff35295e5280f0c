"""``python -m devices``: room, check, simulate."""

import argparse
import logging
import sys
from pathlib import Path

from devices.ports import DeviceError
from devices.settings import BadSettings

_BAD_SETTINGS = 2
_CANNOT_RUN = 1


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit code is 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m devices", description="Yingbin 迎宾: what stands in the rooms")
    commands = parser.add_subparsers(dest="command", required=True)
    room = commands.add_parser("room", help="run the agent of a room")
    check = commands.add_parser("check", help="try each instrument of an agent once")
    for command in (room, check):
        command.add_argument("--config", type=Path, default=Path("room.toml"), help="its settings (default: room.toml)")
    parsed = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        return {"room": _room, "check": _check}[parsed.command](parsed)
    except BadSettings as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - the command's own words
        return _BAD_SETTINGS
    except (DeviceError, OSError, ValueError) as problem:
        print(f"{parsed.command} cannot run: {problem}", file=sys.stderr)  # noqa: T201 - same
        return _CANNOT_RUN


def _room(parsed: argparse.Namespace) -> int:
    from devices.room.config import read_config  # noqa: PLC0415 - simulating needs no pins
    from devices.room.wiring import RoomAgent, run_until_signal  # noqa: PLC0415 - same

    run_until_signal(RoomAgent(*read_config(parsed.config)))
    return 0


def _check(parsed: argparse.Namespace) -> int:
    from devices.room.check import check  # noqa: PLC0415 - simulating needs no pins

    return check(parsed.config, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
