"""``python -m kiosk``: run, browser, join, check, update, decode."""

import argparse
import faulthandler
import logging
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from devices.joined import KIOSKS
from devices.journal import keep_log
from devices.ports import DeviceError
from devices.settings import BadSettings

_BAD_SETTINGS = 2
_CANNOT_RUN = 1


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit code is 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m kiosk", description="Yingbin 迎宾: one check-in point")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the kiosk")
    run.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="its settings (default: kiosk.toml)")
    browser = commands.add_parser("browser", help="keep the kiosk's page on the screen")
    browser.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="the kiosk's settings")
    check = commands.add_parser("check", help="say whether this machine is ready for guests")
    check.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="the kiosk's settings")
    check.add_argument("--json", action="store_true", help="one JSON object: what failed")
    update = commands.add_parser("update", help="bring a new version to run, or the old one back")
    update.add_argument("source", type=Path, nargs="?", help="a wheelhouse, or a wheel in one; none: settle a trial")
    update.add_argument("--base", type=Path, default=Path("/opt/yingbin"), help="where versions lie")
    update.add_argument("--config", type=Path, default=Path("/etc/yingbin/kiosk.toml"), help="the kiosk's settings")
    update.add_argument("--if-new", action="store_true", help="do nothing when it runs already or has failed here")
    update.add_argument("--no-start", action="store_true", help="install only; start nothing")
    reprint = commands.add_parser("reprint", help="let one guest have their slip printed again")
    reprint.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="the kiosk's settings")
    join_ = commands.add_parser("join", help="let this machine join the house, with a technician's code")
    join_.add_argument("hub", help="the address of the hub's pages, such as https://hub.lan:8700")
    join_.add_argument(
        "--to",
        type=Path,
        default=KIOSKS,
        help="where its files go, a folder of the user that the service runs as (default: %(default)s)",
    )
    decode = commands.add_parser("decode", help="read the codes in pictures")
    decode.add_argument("paths", nargs="+", type=Path, metavar="IMAGE", help="pictures, or folders of them")
    decode.add_argument("--json", action="store_true", help="one JSON object a line: file, text, ms")
    parsed = parser.parse_args(arguments)
    if parsed.command == "decode":
        return _decode(parsed)
    if parsed.command == "check":
        return _check(parsed)
    if parsed.command == "update":
        return _update(parsed)
    if parsed.command == "reprint":
        return _reprint(parsed.config)
    keep_log()
    return _kept({"run": _run, "browser": _browser, "join": _join}[parsed.command], parsed)


def _kept(work: Callable[[argparse.Namespace], None], parsed: argparse.Namespace) -> int:
    """Do one of the long works; say in a line what keeps it from being done."""
    try:
        work(parsed)
    except BadSettings as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - the command's own words
        return _BAD_SETTINGS
    except (DeviceError, OSError, sqlite3.Error) as problem:
        what = "the device has not joined" if parsed.command == "join" else "the kiosk cannot run"
        print(f"{what}: {problem}", file=sys.stderr)  # noqa: T201 - same
        return _CANNOT_RUN
    return 0


def _run(parsed: argparse.Namespace) -> None:
    from kiosk.config import read_config  # noqa: PLC0415 - decoding pictures needs none of this
    from kiosk.wiring import Kiosk, run_until_signal  # noqa: PLC0415 - same

    faulthandler.enable()  # when the watchdog ends a stuck kiosk, the journal shows where each thread stood
    run_until_signal(Kiosk(*read_config(parsed.config)))


def _browser(parsed: argparse.Namespace) -> None:
    from kiosk.browser import keep  # noqa: PLC0415 - decoding pictures needs none of this

    keep(parsed.config)


def _join(parsed: argparse.Namespace) -> None:
    from devices.joining_here import join_here  # noqa: PLC0415 - as above

    join_here(parsed.hub, parsed.to, KIOSKS, sys.stdin, sys.stdout)


def _check(parsed: argparse.Namespace) -> int:
    from kiosk.check import check  # noqa: PLC0415 - decoding pictures needs none of this

    return check(parsed.config, sys.stdout, as_json=parsed.json)


def _update(parsed: argparse.Namespace) -> int:
    from kiosk.update import Wish, update  # noqa: PLC0415 - decoding pictures needs none of this

    logging.basicConfig(level=logging.INFO, format="→ %(message)s")  # noqa: TID251 - steps, told to whoever updates
    wish = Wish(
        source=parsed.source,
        base=parsed.base,
        config=parsed.config,
        if_new=parsed.if_new,
        start=not parsed.no_start,
    )
    return update(wish)


def _reprint(path: Path) -> int:
    from devices.clock import SystemClock  # noqa: PLC0415 - as above
    from kiosk.badges.reprint import LASTS_MS, Reprint  # noqa: PLC0415 - same
    from kiosk.badges.settings import PrinterKind  # noqa: PLC0415 - same
    from kiosk.config import read_config  # noqa: PLC0415 - same

    try:
        config, _ = read_config(path)
        if config.printer.kind is PrinterKind.NONE:
            print(f"{path}: this kiosk has no printer; set printer.kind", file=sys.stderr)  # noqa: T201 - as above
            return _BAD_SETTINGS
        Reprint(config.data).allow(SystemClock().monotonic_ms())
    except BadSettings as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - same
        return _BAD_SETTINGS
    except OSError as problem:
        print(f"it cannot be allowed: {problem}", file=sys.stderr)  # noqa: T201 - same
        return _CANNOT_RUN
    minutes = LASTS_MS // 60_000
    print(f"Within {minutes} minutes: let the guest hold the code before the camera. One slip is printed.")  # noqa: T201
    return 0


def _decode(parsed: argparse.Namespace) -> int:
    from kiosk.decode_images import run  # noqa: PLC0415 - running a kiosk needs none of this

    return run(parsed.paths, as_json=parsed.json, out=sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
