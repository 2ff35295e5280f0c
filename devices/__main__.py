"""``python -m devices``: room, check, join, simulate, pager."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from devices.joined import ROOMS
from devices.journal import keep_log
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
    join_ = commands.add_parser("join", help="let this machine join the house, with a technician's code")
    join_.add_argument("hub", help="the address of the hub's pages, such as https://hub.lan:8700")
    join_.add_argument(
        "--to",
        type=Path,
        default=ROOMS,
        help="where its files go, a folder of the user that the service runs as (default: %(default)s)",
    )
    simulate = commands.add_parser("simulate", help="run a simulated venue")
    simulate.add_argument("--config", type=Path, help="its settings (sim.toml); what follows here beats them")
    simulate.add_argument("--rooms", type=_between(int, 1, 500), help="how many rooms, 1 to 500")
    simulate.add_argument("--sensors", type=_between(int, 1, 60), help="how many sensors the node of each room has")
    simulate.add_argument("--rate", type=_between(float, 0.01, 20), help="how many times a second each device speaks")
    simulate.add_argument(
        "--speed", type=_between(float, 0.01, 10_000), help="how many seconds pass in the rooms in one of ours"
    )
    simulate.add_argument("--seed", type=int, help="who meets when")
    simulate.add_argument("--site", help="the site in our own topics")
    simulate.add_argument("--host", help="the broker")
    simulate.add_argument("--port", type=int, help="its port")
    simulate.add_argument("--secrets", type=Path, help="the hub's broker folder, with every device's password")
    simulate.add_argument("--fault", action="append", default=[], help='such as "wifi room-3 60s at 30s"; repeatable')
    simulate.add_argument("--for", type=float, dest="for_s", metavar="SECONDS", help="end after so long")
    simulate.add_argument("--names", action="store_true", help="print the lines that hub.toml needs, and end")
    pager = commands.add_parser("pager", help="wear a pager at this terminal: keys 1 to 3 answer, q ends")
    pager.add_argument("--name", required=True, help="its id, as in the list pagers of hub.toml")
    pager.add_argument("--site", default="hall-a", help="the site in our own topics (default: hall-a)")
    pager.add_argument("--host", default="127.0.0.1", help="the broker (default: this machine)")
    pager.add_argument("--port", type=int, default=1884, help="its port (default: 1884)")
    pager.add_argument("--secrets", type=Path, help="the hub's broker folder, with every device's password")
    parsed = parser.parse_args(arguments)
    keep_log()
    try:
        does = {"room": _room, "check": _check, "join": _join, "simulate": _simulate, "pager": _pager}
        return does[parsed.command](parsed)
    except BadSettings as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - the command's own words
        return _BAD_SETTINGS
    except (DeviceError, OSError, ValueError) as problem:
        print(f"{parsed.command} cannot run: {problem}", file=sys.stderr)  # noqa: T201 - same
        return _CANNOT_RUN


def _between(kind: Callable[[str], float], least: float, most: float) -> Callable[[str], float]:
    """Return what reads a number of the command line within its limits."""

    def read(text: str) -> float:
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
        return value

    return read


def _room(parsed: argparse.Namespace) -> int:
    from devices.room.config import read_config  # noqa: PLC0415 - simulating needs no pins
    from devices.room.wiring import RoomAgent, run_until_signal  # noqa: PLC0415 - same

    run_until_signal(RoomAgent(*read_config(parsed.config)))
    return 0


def _check(parsed: argparse.Namespace) -> int:
    from devices.room.check import check  # noqa: PLC0415 - simulating needs no pins

    return check(parsed.config, sys.stdout)


def _join(parsed: argparse.Namespace) -> int:
    from devices.joining_here import join_here  # noqa: PLC0415 - an agent that runs needs none of this

    join_here(parsed.hub, parsed.to, ROOMS, sys.stdin, sys.stdout)
    return 0


def _simulate(parsed: argparse.Namespace) -> int:
    from dataclasses import replace  # noqa: PLC0415 - an agent needs none of this

    from devices.simulation.config import SimulationConfig, read_config  # noqa: PLC0415 - same
    from devices.simulation.wiring import build, hub_lines, run  # noqa: PLC0415 - same

    config = read_config(parsed.config) if parsed.config else SimulationConfig()
    given = {name: getattr(parsed, name) for name in ("rooms", "sensors", "rate", "speed", "seed", "site")}
    broker = {name: getattr(parsed, name) for name in ("host", "port", "secrets")}
    config = replace(
        config,
        **{name: value for name, value in given.items() if value is not None},
        faults=(*config.faults, *parsed.fault),
        broker=replace(config.broker, **{name: value for name, value in broker.items() if value is not None}),
    )
    if parsed.names:
        print(hub_lines(config), end="")  # noqa: T201 - the command's own words
        return 0
    return run(build(config), sys.stdout, parsed.for_s)


def _pager(parsed: argparse.Namespace) -> int:
    from devices.simulation.config import BrokerConfig  # noqa: PLC0415 - an agent needs none of this
    from devices.simulation.terminal import run  # noqa: PLC0415 - same

    broker = BrokerConfig(host=parsed.host, port=parsed.port, secrets=parsed.secrets)
    return run(parsed.site, parsed.name, broker)


if __name__ == "__main__":
    sys.exit(main())
