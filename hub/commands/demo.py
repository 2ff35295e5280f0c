"""``python -m hub demo``: a whole venue opens on this machine, guests arrive, and at the end the figures must add up.

Everything is real but the guests and the lens: hub, broker, database and kiosk processes are those of a venue; the
kiosks look at drawn camera pictures of letters and phones. Nothing is left behind afterwards.
"""

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path

from devices.clock import FASTEST, SLOWEST
from hub.demo.day import Day
from hub.demo.programs import CannotShow
from hub.demo.show import Show

LEAST_SECONDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("--for", dest="seconds", type=_seconds, help="end after so many seconds, with a summary")
    help_text = f"play a whole event day so many times as fast, {SLOWEST:g} to {FASTEST:g}; 20 takes 13 minutes"
    parser.add_argument("--speed", type=_speed, help=help_text)
    parser.add_argument("--port", type=int, default=8700, help="port of the hub's pages, if it is free (default: 8700)")


def run(args: argparse.Namespace) -> int:
    """Run the demo; the exit code is 0 only if every number adds up."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with tempfile.TemporaryDirectory(prefix="yingbin-demo-") as folder:
        try:
            if args.speed:
                day = Day(Path(folder), over, port=args.port, speed=args.speed, seconds=args.seconds)
                adds_up = day.run()
            else:
                adds_up = Show(Path(folder), over, port=args.port, seconds=args.seconds).run()
        except CannotShow as problem:
            print(problem, file=sys.stderr)  # noqa: T201 - the command's own words
            return 1
    return 0 if adds_up else 1


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from {SLOWEST:g} to {FASTEST:g}")
    return speed


def _seconds(text: str) -> int:
    seconds = int(text) if text.isdigit() else 0
    if seconds < LEAST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r}: give whole seconds, {LEAST_SECONDS} or more")
    return seconds
