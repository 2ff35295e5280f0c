"""``python -m hub keys``: the keys for signed codes: which there are, a new one, and one that has leaked."""

import argparse

from rich.console import Console

from hub.code_ports import KeyRing
from hub.commands import choosing
from hub.commands.showing import OK, refused, say, table
from hub.domain.errors import HubError
from hub.ports import Store, Transaction
from hub.usecases.acting import Acting
from hub.usecases.roll_keys import roll_key, vouch_for_all
from hub.usecases.sign_codes import revoke_by_id


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--roll", action="store_true", help="begin a new key for a meeting; codes under the ones so far hold"
    )
    what.add_argument(
        "--revoke", metavar="ID", type=int, help="this key has leaked: refuse every code under it, and make new ones"
    )
    parser.add_argument(
        "--meeting", metavar="KEY", help="with --roll: whose key; not needed while there is one meeting"
    )


def run(args: argparse.Namespace, store: Store, out: Console, acting: Acting, ring: KeyRing) -> int:
    """Do it, and show the keys. Returns 0, 2 where it was refused."""
    try:
        with store.write() as tx:
            if args.revoke is not None:
                _revoke(tx, args.revoke, ring, acting, out)
            elif args.roll:
                meeting = choosing.meeting(tx, args.meeting)
                made = roll_key(tx, meeting, ring, acting)
                say(out, f"Key {made.key_id} signs the codes of {meeting.key} from now on.", "green")
            vouch_for_all(tx, ring, acting)
    except HubError as problem:
        return refused(out, "keys", problem)
    _show(store, ring, out)
    return OK


def _revoke(tx: Transaction, key_id: int, ring: KeyRing, acting: Acting, out: Console) -> None:
    signed = revoke_by_id(tx, key_id, ring, acting)
    of = next(key.meeting for key in tx.keys.all() if key.key_id == key_id)
    meeting = tx.meetings.get([of])[of].key
    say(out, f"Key {key_id} is withdrawn: kiosks on the network refuse its codes within seconds.", "yellow")
    say(out, f"New codes: {len(signed.renewed):,}, under key {signed.key_id}. Now write the letters:", "yellow")
    say(out, f"  python -m hub invite --meeting {meeting} --signed --out NEW-FOLDER")


def _show(store: Store, ring: KeyRing, out: Console) -> None:
    with store.read() as tx:
        keys = tx.keys.all()
        meetings = tx.meetings.get({key.meeting for key in keys})
    say(out, f"The house's own key, for house_key in kiosk.toml: {ring.house()}")
    rows = [
        (str(one.key_id), meetings[one.meeting].key, "withdrawn" if one.withdrawn else "good", str(one.version))
        for one in keys
    ]
    table(
        out, ("Key", "Meeting", "Stands", "Version"), rows or [("none yet: python -m hub invite --signed", "", "", "")]
    )
