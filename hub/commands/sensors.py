"""``python -m hub sensors``: other makers' devices at the hub's own broker: where their passwords are, and new ones."""

import argparse

from rich.console import Console

from hub.broker_files import ensure_passwords, renew_password, sensor_file
from hub.commands.showing import OK, refused, say, table
from hub.config import HubConfig, read_config
from hub.domain.errors import InvalidInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    help_text = "make a new password for this device; its old one opens nothing from then on"
    parser.add_argument("--renew", metavar="NAME", help=help_text)


def run(args: argparse.Namespace, out: Console | None = None) -> int:
    """List the files, or write one anew; no password is ever shown. Returns 0, 2 where it was refused."""
    out, config = out or Console(), read_config(args.config)
    if args.renew is None:
        _show(config, out)
        return OK
    if args.renew not in config.sensors:
        problem = InvalidInput("--renew", f"{args.renew!r} is none of `sensors`", "name it in hub.toml first")
        return refused(out, "sensors", problem)
    folder = config.data / "broker"
    ensure_passwords(folder, (args.renew,))
    renew_password(folder, args.renew)
    say(out, f"The new password of {args.renew} is in {sensor_file(folder, args.renew)}.", "green")
    say(out, "A running hub that lets devices of the network in puts out who has the old one within a second.")
    return OK


def _show(config: HubConfig, out: Console) -> None:
    """Say where each device finds its password, and where it comes in."""
    folder, at = config.data / "broker", config.broker
    files = [(name, str(sensor_file(folder, name))) for name in config.sensors]
    table(out, ("device", "file with its password"), files)
    if at.password_port:
        name = at.names[0] if at.names else at.tls_host
        say(out, f"They come in at {name}, port {at.password_port}, by TLS; what they must trust:")
        say(out, f"  {config.data / 'authority' / 'authority.crt'}")
    else:
        say(out, "They come in from this machine only: broker.password_port opens a way from the network.")
