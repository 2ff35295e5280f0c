"""``python -m hub invite``: a letter, a QR and a calendar entry for each guest, and cards to print."""

import argparse
from collections import Counter
from pathlib import Path

from rich.console import Console

from hub.code_ports import KeyRing
from hub.commands import choosing
from hub.commands.showing import MOST_SHOWN, NOTHING_USABLE, OK, SOME_BAD, Tracker, refused, say, table
from hub.domain.errors import HubError, InvalidInput
from hub.domain.groups import MOST
from hub.domain.words import Language
from hub.letters import write_letters
from hub.letters.folder import LetterFolder
from hub.ports import Store
from hub.usecases import group_codes
from hub.usecases.acting import Acting
from hub.usecases.invite import Batch, note_written, prepare, renew
from hub.usecases.sign_codes import sign_codes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("--meeting", metavar="KEY", help="whose guests; not needed while there is one meeting")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, required=True, help="a new or empty folder, or an earlier one"
    )
    parser.add_argument(
        "--language", choices=[one.value for one in Language], help="write all letters in this language"
    )
    parser.add_argument(
        "--again",
        metavar="GUEST",
        nargs="+",
        default=[],
        help="give these guests or groups (file names from index.csv, or ids) a new code; the old one stops working",
    )
    parser.add_argument(
        "--signed",
        action="store_true",
        help="give every guest a signed code, for kiosks that may be cut off for days (a larger symbol)",
    )
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="with --signed, after a key has leaked: refuse all codes under the old one and make new ones",
    )


def run(args: argparse.Namespace, store: Store, out: Console, acting: Acting, ring: KeyRing) -> int:
    """Write all letters of a meeting; returns 0, 1 when some could not be written, 2 when none could."""
    folder = LetterFolder(args.out)
    try:
        folder.open()
        batch, renewed = _batch(args, store, acting, ring)
        if batch.occasion is None or not batch.letters:
            _show_nothing(out, batch)
            return NOTHING_USABLE
        _show_blocked(out, batch)
        _show_too_large(args, store, out)
        write_letters(batch, batch.occasion, folder, at=acting.at, renewed=renewed, track=Tracker(out, "Letters"))
    except HubError as problem:
        return refused(out, "invite", problem)
    except OSError as problem:
        wrong = InvalidInput("--out", f"cannot be written: {problem.strerror}", "make room and run the command again")
        return refused(out, "invite", wrong)
    _show_done(out, args.out, batch, renewed)
    return SOME_BAD if batch.blocked else OK


def _batch(args: argparse.Namespace, store: Store, acting: Acting, ring: KeyRing) -> tuple[Batch, frozenset[str]]:
    if args.new_key and not args.signed:
        raise InvalidInput("--new-key", "is for signed codes", "add --signed")
    language = Language(args.language) if args.language else None
    with store.write() as tx:
        meeting = choosing.meeting(tx, args.meeting)
        batch = prepare(tx, meeting, language)
        if not batch.letters:
            return batch, frozenset()
        group_codes.give_codes(tx, meeting, acting)
        groups, guests = group_codes.choose(tx, meeting, args.again)
        group_codes.renew(tx, groups, acting)
        renewed = frozenset(letter.label for letter in renew(tx, meeting, guests, acting))
        renewed |= {letter.label for letter in groups}
        if args.signed:
            signed = sign_codes(tx, meeting, ring, acting, new_key=args.new_key).renewed
            renewed |= {letter.label for letter in batch.letters if letter.invited.invitation.id in signed}
        batch = prepare(tx, meeting, language)
        note_written(tx, meeting, batch.letters, acting)
    return batch, renewed


def _show_nothing(out: Console, batch: Batch) -> None:
    reasons = Counter(reason for one in batch.blocked for reason in one.reasons)
    rows = [(reason, f"{count:,}") for reason, count in reasons.most_common()]
    table(out, ("Why", "Letters"), rows or [("the meeting has no guests yet: import a list of them", "")])
    say(out, "No letter was written.", "bold red")


def _show_blocked(out: Console, batch: Batch) -> None:
    if not batch.blocked:
        return
    say(out, f"Letters that cannot be written: {len(batch.blocked):,}", "bold red")
    rows = [
        (one.letter.label, one.letter.invited.guest.name, "; ".join(one.reasons)) for one in batch.blocked[:MOST_SHOWN]
    ]
    if len(batch.blocked) > MOST_SHOWN:
        rows.append(("…", f"{len(batch.blocked) - MOST_SHOWN:,} more", "index.csv lists them all"))
    table(out, ("Letter", "Guest", "Why"), rows)


def _show_too_large(args: argparse.Namespace, store: Store, out: Console) -> None:
    with store.read() as tx:
        found = group_codes.too_large(tx, choosing.meeting(tx, args.meeting))
    if found:
        say(out, f"More than {MOST} guests do not come on one code. Divide these parties in the guest list:", "yellow")
        table(out, ("Party", "Guests"), [(party, f"{count:,}") for party, count in found.items()])


def _show_done(out: Console, folder: Path, batch: Batch, renewed: frozenset[str]) -> None:
    counts = {language: sum(letter.language is language for letter in batch.letters) for language in Language}
    table(
        out,
        ("Folder", "Holds"),
        [
            ("letters/", f"{len(batch.letters):,} letters ({counts[Language.ZH]:,} zh, {counts[Language.EN]:,} en)"),
            ("qr/", "each code as SVG and PNG, for letters of your own"),
            ("calendar/", "an .ics for each guest, with the code in it"),
            ("", f"{len(batch.groups):,} letters of groups who come on one code (g….html, in letters/ and qr/)"),
            ("sheet.html", "cards to print, ten on a page"),
            ("index.csv", "whose file is whose"),
        ],
        title=str(folder),
    )
    if renewed:
        say(out, f"New codes: {', '.join(sorted(renewed))}. The old ones open nothing from now on.", "yellow")
    say(out, "Every code opens the door for its guest: keep the folder to yourself.", "green")
