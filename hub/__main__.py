"""``python -m hub``: serve, ingest, web, clock, demo, migrate, and the tools that ``_add_tools`` lists."""

import argparse
import getpass
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console

from devices.journal import keep_log
from devices.ports import DeviceError
from devices.settings import BadSettings
from hub.audit_heads import AuditHeads
from hub.broker_files import SecretsDamaged
from hub.config import read_config
from hub.domain.errors import HubError
from hub.key_files import KeyFolder
from hub.making import acting_as, database_url, open_hub_store
from hub.ports import Store
from hub.store import migrate
from hub.store.errors import CannotOpen
from hub.usecases.acting import Acting
from hub.wiring import Hub, Part, run_until_signal

_CANNOT_RUN = 1
_BAD_SETTINGS = 2

_PARTS = {"serve": Part.ALL, "ingest": Part.INGEST | Part.ROOMS, "web": Part.WEB, "clock": Part.CLOCK}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit code is 0 when all went well."""
    given = sys.argv[1:] if arguments is None else arguments
    parsed = _parser(tools=not _PARTS.keys() & set(given[:1])).parse_args(given)
    keep_log(parsed.log.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return command(parsed)
    except BadSettings as problem:
        _say(problem)
        return _BAD_SETTINGS
    except (CannotOpen, DeviceError, HubError, SecretsDamaged, OSError) as problem:
        _say(problem)
        return _CANNOT_RUN
    except KeyboardInterrupt:
        return _CANNOT_RUN


def _say(problem: Exception) -> None:
    print(problem, file=sys.stderr)  # noqa: T201 - the command's own words


def _parser(*, tools: bool) -> argparse.ArgumentParser:
    """Describe the commands; without ``tools`` only the services, which start sooner without loading the others."""
    parser = argparse.ArgumentParser(prog="python -m hub", description="Yingbin 迎宾: the hub of a meeting venue")
    commands = parser.add_subparsers(dest="command", required=True)
    _add(commands, "serve", "run everything in one process, with its own MQTT broker", _serve)
    _add(commands, "ingest", "run only the part that takes messages (PostgreSQL, shared broker)", _serve)
    _add(commands, "web", "run only the pages (PostgreSQL)", _serve)
    _add(commands, "clock", "run only what happens at set times (PostgreSQL; several are no mistake)", _serve)
    schema = _add(commands, "migrate", "bring the database to this program's schema", _migrate)
    schema.add_argument(
        "--restored", action="store_true", help="say that it was restored from a backup: kiosks send everything again"
    )
    if tools:
        _add_tools(commands)
    return parser


def _add_tools(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from hub.commands import audit, check, demo, export, import_, invite, keys, privacy, sensors, staff, withdraw  # noqa: PLC0415 - with spreadsheets and symbols, half of all loading

    def run_import(parsed: argparse.Namespace) -> int:
        config = read_config(parsed.config)
        leads, pick_ups = config.reminders.leads(), config.transfers.leads()
        window, agenda = config.rehearsals.window(), config.agenda_times()
        run = partial(import_.run, leads=leads, pick_ups=pick_ups, window=window, agenda=agenda)
        return _with_store(parsed, run)

    def run_invite(parsed: argparse.Namespace) -> int:
        ring = KeyFolder(read_config(parsed.config).data / "keys")
        return _with_store(parsed, partial(invite.run, ring=ring))

    def run_keys(parsed: argparse.Namespace) -> int:
        ring = KeyFolder(read_config(parsed.config).data / "keys")
        return _with_store(parsed, partial(keys.run, ring=ring))

    def run_withdraw(parsed: argparse.Namespace) -> int:
        return _with_store(parsed, withdraw.run)

    def run_staff(parsed: argparse.Namespace) -> int:
        return _with_store(parsed, staff.run)

    def run_export(parsed: argparse.Namespace) -> int:
        return _with_store(parsed, export.run)

    def run_audit(parsed: argparse.Namespace) -> int:
        heads = AuditHeads(read_config(parsed.config).audit_heads)
        return _with_store(parsed, partial(audit.run, heads=heads))

    audit.add_arguments(_add(commands, "audit", "say whether the audit log is as it was written", run_audit))

    def run_privacy(parsed: argparse.Namespace) -> int:
        return _with_store(parsed, privacy.run)

    privacy.add_arguments(_add(commands, "privacy", "find, export or erase what is known of one guest", run_privacy))
    import_.add_arguments(
        _add(commands, "import", "import a venue (.toml), guests or pick-ups (.csv, .xlsx)", run_import)
    )
    invite.add_arguments(_add(commands, "invite", "write letters with QR codes", run_invite))
    keys.add_arguments(_add(commands, "keys", "list, roll over and revoke the keys for signed codes", run_keys))
    withdraw.add_arguments(_add(commands, "withdraw", "withdraw invitations, or restore them", run_withdraw))
    staff.add_arguments(_add(commands, "staff", "list who works here, give PINs, let tablets join", run_staff))
    export.add_arguments(_add(commands, "export", "write sheets to sign in on, when no kiosk works", run_export))
    what = "list other makers' devices, and give one a new password"
    sensors.add_arguments(_add(commands, "sensors", what, sensors.run))
    check.add_arguments(_add(commands, "check", "say whether this deployment is ready, mail too", check.run))
    demo.add_arguments(_add(commands, "demo", "open a whole venue with guests arriving", demo.run, config=False))


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    run: Callable[[argparse.Namespace], int],
    *,
    config: bool = True,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    if config:
        command.add_argument("--config", type=Path, default=Path("hub.toml"), help="settings (default: hub.toml)")
    command.add_argument("--log", default="info" if name in _PARTS else "warning", choices=["debug", "info", "warning"])
    return command


def _serve(parsed: argparse.Namespace) -> int:
    run_until_signal(Hub(read_config(parsed.config), _PARTS[parsed.command]))
    return 0


def _migrate(parsed: argparse.Namespace) -> int:
    url = database_url(read_config(parsed.config))
    migrate.upgrade(url)
    if parsed.restored:
        migrate.mark_restored(url)
        print("the database has a new name: every kiosk will send what it keeps, seven days back")  # noqa: T201 - same
    print(f"the database has this program's schema ({migrate.head()})")  # noqa: T201 - the command's own words
    return 0


def _with_store(parsed: argparse.Namespace, run: Callable[[argparse.Namespace, Store, Console, Acting], int]) -> int:
    config = read_config(parsed.config)
    store = open_hub_store(config)
    try:
        return run(parsed, store, Console(), acting_as(getpass.getuser(), config))
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
