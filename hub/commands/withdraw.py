"""``python -m hub withdraw``: invitations and groups' codes that are no longer good, or are again."""

import argparse

from rich.console import Console

from hub.commands import choosing
from hub.commands.showing import OK, refused, say
from hub.domain.errors import HubError
from hub.ports import Store
from hub.usecases import group_codes
from hub.usecases.acting import Acting
from hub.usecases.withdraw import withdraw


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "guests", metavar="GUEST", nargs="+", help="file names from index.csv (a group's begins with g), or ids"
    )
    parser.add_argument("--meeting", metavar="KEY", help="whose guests; not needed while there is one meeting")
    parser.add_argument("--restore", action="store_true", help="make their codes good again")


def run(args: argparse.Namespace, store: Store, out: Console, acting: Acting) -> int:
    """Withdraw or restore; returns 0, 2 when a guest is not found."""
    try:
        with store.write() as tx:
            meeting = choosing.meeting(tx, args.meeting)
            chosen, guests = group_codes.choose(tx, meeting, args.guests)
            groups = group_codes.withdraw(tx, chosen, acting, restore=args.restore)
            changed = withdraw(tx, meeting, guests, acting, restore=args.restore)
    except HubError as problem:
        return refused(out, "withdraw", problem)
    named = [one.invited.guest.name for one in changed] + [f"the code of the group {one.group.party}" for one in groups]
    names = ", ".join(named) or "nobody: it was so already"
    if args.restore:
        say(out, f"Invited again: {names}.", "green")
    else:
        say(out, f"Withdrawn: {names}. Kiosks on the network refuse their codes within seconds.", "yellow")
    return OK
