"""``python -m hub invite``: a folder with everything that goes out to guests."""

import argparse
import csv
import io
from pathlib import Path

import cv2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from icalendar import Calendar
from rich.console import Console

from hub.commands import invite
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.ports import Store
from tests.hub.imports import acting, demo_venue, import_rows, rows

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the letters go."""
    return tmp_path / "out"


@pytest.fixture
def launch(sqlite_store: Store) -> Meeting:
    """Import the demo's venue with three guests."""
    meeting = demo_venue(sqlite_store)
    lines = ("1,王伟,zh,", "2,John Smith,en,", "3,李娜,zh,是")
    import_rows(sqlite_store, meeting, rows(*lines, header="id,name,language,vip"))
    return meeting


class Ring:
    """Keys that are gone with the test."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()

    def make(self, key_id: int) -> str:
        """Return the one key's public half."""
        assert key_id
        return self.private.public_key().public_bytes_raw().hex()

    def sign(self, key_id: int, data: bytes) -> bytes:
        """Sign with the one key."""
        assert key_id
        return self.private.sign(data)

    def highest(self) -> int:
        """Have made none."""
        return 0

    def house(self) -> str:
        """Vouch with the one key."""
        return self.make(1)

    def attest(self, data: bytes) -> bytes:
        """Vouch with the one key."""
        return self.sign(1, data)


RING = Ring()


def run(store: Store, *words: str | Path, seed: int = 5) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    invite.add_arguments(parser)
    out = Console(file=io.StringIO(), width=200)
    code = invite.run(parser.parse_args([str(word) for word in words]), store, out, acting(seed), RING)
    assert isinstance(out.file, io.StringIO)
    return code, out.file.getvalue()


def index(folder: Path) -> list[dict[str, str]]:
    """Read the operator's list."""
    with (folder / "index.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def codes(store: Store, meeting: Meeting) -> list[str]:
    """Return the current codes."""
    with store.read() as tx:
        return [one.invitation.code for one in tx.guests.of_meeting(meeting.id)]


@pytest.mark.usefixtures("launch")
def test_each_guest_gets_letter_symbol_and_calendar_under_one_name(sqlite_store: Store, folder: Path) -> None:
    """And the operator a list of whose is which, and a sheet of cards."""
    code, _ = run(sqlite_store, "--out", folder)
    assert code == 0
    listed = index(folder)
    assert [(row["name"], row["language"], row["vip"]) for row in listed] == [
        ("王伟", "zh", ""),
        ("John Smith", "en", ""),
        ("李娜", "zh", "yes"),
    ]
    files = sorted(str(path.relative_to(folder)) for path in (folder).rglob("*") if path.is_file())
    labels = [row["file"] for row in listed]
    assert files == sorted(
        [
            "index.csv",
            "sheet.html",
            *(f"letters/{label}.html" for label in labels),
            *(f"qr/{label}.{kind}" for label in labels for kind in ("svg", "png")),
            *(f"calendar/{label}.ics" for label in labels),
        ]
    )
    assert not any("王伟" in name or "Smith" in name for name in files)


def test_every_file_of_a_guest_holds_that_guests_code(sqlite_store: Store, launch: Meeting, folder: Path) -> None:
    """The picture is read as a kiosk reads it; the letter and the calendar hold it in groups."""
    run(sqlite_store, "--out", folder)
    for row, code in zip(index(folder), codes(sqlite_store, launch), strict=True):
        image = cv2.imread(str(folder / "qr" / f"{row['file']}.png"))
        assert image is not None
        assert [found.text for found in zxingcpp.read_barcodes(image)] == [code]
        grouped = " ".join(code[start : start + 4] for start in range(0, 24, 4))
        assert grouped in (folder / "letters" / f"{row['file']}.html").read_text()
        event = Calendar.from_ical((folder / "calendar" / f"{row['file']}.ics").read_bytes()).walk("VEVENT")[0]
        assert grouped in str(event["description"])


@pytest.mark.usefixtures("launch")
def test_all_letters_can_be_written_in_one_language(sqlite_store: Store, folder: Path) -> None:
    """For a meeting abroad."""
    run(sqlite_store, "--out", folder, "--language", "en")
    assert {row["language"] for row in index(folder)} == {"en"}


def test_a_letter_that_cannot_be_written_is_named_and_the_others_are_written(
    sqlite_store: Store, launch: Meeting, folder: Path
) -> None:
    """Exit code 1; a letter of an earlier run is taken away."""
    run(sqlite_store, "--out", folder)
    with sqlite_store.write() as tx:
        gone = tx.guests.of_meeting(launch.id)[0].invitation.id
        tx.guests.set_status(gone, InvitationStatus.REVOKED, launch.doors_at)
    code, shown = run(sqlite_store, "--out", folder)
    assert code == 1
    assert "withdrawn" in shown
    assert "not written" in index(folder)[0]["note"]
    assert len(list((folder / "letters").iterdir())) == 2


def test_nothing_is_written_when_a_part_is_missing(sqlite_store: Store, launch: Meeting, folder: Path) -> None:
    """Exit code 2, with the reason once and not for each guest; no new code is given out either."""
    before = codes(sqlite_store, launch)
    with sqlite_store.write() as tx:
        meeting = tx.meetings.all()[0]
        tx.meetings.save(Meeting(**{name: getattr(meeting, name) for name in Meeting.__slots__} | {"agenda": ()}))
        first = tx.guests.of_meeting(launch.id)[0].invitation.id
    code, shown = run(sqlite_store, "--out", folder, "--again", first)
    assert code == 2
    assert shown.count("the agenda is missing") == 1
    assert codes(sqlite_store, launch) == before


def test_a_lost_code_is_replaced_on_demand(sqlite_store: Store, launch: Meeting, folder: Path) -> None:
    """Named as in the index; only that one changes, and its letter shows the new one."""
    run(sqlite_store, "--out", folder)
    before, label = codes(sqlite_store, launch), index(folder)[1]["file"]
    code, shown = run(sqlite_store, "--out", folder, "--again", label, seed=6)
    after = codes(sqlite_store, launch)
    assert code == 0
    assert label in shown
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    assert [row["note"] for row in index(folder)] == ["", "new code", ""]
    assert before[1][:4] + " " + before[1][4:8] not in (folder / "letters" / f"{label}.html").read_text()


def test_a_wrong_name_or_folder_is_refused_before_anything_changes(
    sqlite_store: Store, launch: Meeting, tmp_path: Path
) -> None:
    """Exit code 2."""
    before = codes(sqlite_store, launch)
    first = "0001-" + "0" * 8
    assert run(sqlite_store, "--out", tmp_path / "out", "--again", first)[0] == 2
    (tmp_path / "diary.txt").write_text("mine")
    with sqlite_store.read() as tx:
        known = tx.guests.of_meeting(launch.id)[0].invitation.id
    assert run(sqlite_store, "--out", tmp_path, "--again", known)[0] == 2
    assert run(sqlite_store, "--out", tmp_path / "out", "--meeting", "party")[0] == 2
    assert codes(sqlite_store, launch) == before


def test_a_meeting_without_guests_gets_no_letters(sqlite_store: Store, folder: Path) -> None:
    """And says what to do."""
    demo_venue(sqlite_store)
    code, shown = run(sqlite_store, "--out", folder)
    assert code == 2
    assert "import a list" in shown


def test_signed_codes_are_printed_as_41_by_41_symbols_that_a_camera_reads(
    sqlite_store: Store, launch: Meeting, folder: Path
) -> None:
    """And a second run keeps them: letters already sent stay good."""
    code, _ = run(sqlite_store, "--meeting", launch.key, "--out", folder, "--signed")
    assert code == 0
    texts = []
    for path in sorted((folder / "qr").glob("*.png")):
        (found,) = zxingcpp.read_barcodes(cv2.imread(str(path)), formats=QR)
        assert found.text.startswith("Y2")
        texts.append(found.text)
    assert len(set(texts)) == 3
    again, _ = run(sqlite_store, "--meeting", launch.key, "--out", folder, "--signed", seed=6)
    assert again == 0
    with sqlite_store.read() as tx:
        assert sorted(one.invitation.code for one in tx.guests.of_meeting(launch.id)) == sorted(texts)


def test_a_new_key_goes_with_signed_codes_only(sqlite_store: Store, launch: Meeting, folder: Path) -> None:
    """A word that would do nothing is refused."""
    code, words = run(sqlite_store, "--meeting", launch.key, "--out", folder, "--new-key")
    assert code == 2
    assert "--signed" in words


@pytest.fixture
def delegation(sqlite_store: Store) -> Meeting:
    """Import the demo's venue with a party of two, a guest alone, and a party too large for one code."""
    meeting = demo_venue(sqlite_store)
    many = [f"m{number},许{number},大团" for number in range(21)]
    import_rows(sqlite_store, meeting, rows("1,王伟,腾云", "2,李娜,腾云", "3,张敏,", *many, header="id,name,party"))
    return meeting


def test_a_party_gets_one_code_beside_its_members_own(sqlite_store: Store, delegation: Meeting, folder: Path) -> None:
    """Its letter holds the group's name and how many they are, nobody's name; a second run keeps the code."""
    exit_code, shown = run(sqlite_store, "--out", folder)
    assert exit_code == 0
    (row,) = [row for row in index(folder) if row["file"].startswith("g")]
    assert (row["party"], row["name"], row["note"]) == ("腾云", "", "code of a group of 2")
    with sqlite_store.read() as tx:
        (group,) = tx.groups.of_meeting(delegation.id)
    image = cv2.imread(str(folder / "qr" / f"{row['file']}.png"))
    assert image is not None
    assert [found.text for found in zxingcpp.read_barcodes(image, formats=QR)] == [group.code]
    letter = (folder / "letters" / f"{row['file']}.html").read_text()
    assert "尊敬的腾云各位来宾（2 位）" in letter
    assert not any(name in letter for name in ("王伟", "李娜", "王先生", "李女士"))
    assert len(list((folder / "letters").iterdir())) == 24 + 1
    assert ("大团" in shown, "Divide these parties" in shown) == (True, True)
    run(sqlite_store, "--out", folder, seed=6)
    with sqlite_store.read() as tx:
        assert tx.groups.of_meeting(delegation.id) == [group]


def test_a_lost_group_letter_gets_a_new_code_and_the_old_page_goes(
    sqlite_store: Store, delegation: Meeting, folder: Path
) -> None:
    """Named as in the index; the members' codes stay."""
    run(sqlite_store, "--out", folder)
    label = next(row["file"] for row in index(folder) if row["file"].startswith("g"))
    with sqlite_store.read() as tx:
        (old,) = tx.groups.of_meeting(delegation.id)
    before = codes(sqlite_store, delegation)
    exit_code, shown = run(sqlite_store, "--out", folder, "--again", label, seed=6)
    assert (exit_code, label in shown) == (0, True)
    with sqlite_store.read() as tx:
        (new,) = tx.groups.of_meeting(delegation.id)
    assert new.code != old.code
    assert codes(sqlite_store, delegation) == before
    assert [row["note"] for row in index(folder) if row["file"] == label] == ["code of a group of 2, new code"]
    with sqlite_store.write() as tx:
        tx.groups.set_status(new.lookup, InvitationStatus.REVOKED, delegation.doors_at)
    run(sqlite_store, "--out", folder)
    assert not (folder / "letters" / f"{label}.html").exists()
