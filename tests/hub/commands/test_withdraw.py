"""``python -m hub withdraw``."""

import argparse
import io

from rich.console import Console

from hub.commands import withdraw
from hub.domain.guests import InvitationStatus
from hub.ports import Store
from hub.usecases import group_codes
from tests.hub.imports import acting, demo_venue, import_rows, rows


def run(store: Store, *words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    withdraw.add_arguments(parser)
    out = io.StringIO()
    return withdraw.run(parser.parse_args(words), store, Console(file=out, width=200), acting()), out.getvalue()


def test_who_is_withdrawn_or_invited_again_is_said_by_name(sqlite_store: Store) -> None:
    """And that nothing had to be done."""
    meeting = demo_venue(sqlite_store)
    import_rows(sqlite_store, meeting, rows("1,王伟,zh", header="id,name,language"))
    with sqlite_store.read() as tx:
        (invited,) = tx.guests.of_meeting(meeting.id)
    key = ["--meeting", meeting.key]
    assert run(sqlite_store, invited.invitation.id, *key)[1].startswith("Withdrawn: 王伟.")
    assert "nobody" in run(sqlite_store, invited.invitation.id, *key)[1]
    assert run(sqlite_store, invited.invitation.id, *key, "--restore") == (0, "Invited again: 王伟.\n")


def test_an_unknown_guest_is_an_error_with_its_remedy(sqlite_store: Store) -> None:
    """Nothing is changed."""
    meeting = demo_venue(sqlite_store)
    code, text = run(sqlite_store, "nobody", "--meeting", meeting.key)
    assert code == 2
    assert "index.csv" in text


def test_a_group_s_code_is_withdrawn_by_its_label_and_its_guests_stay_invited(sqlite_store: Store) -> None:
    """Beside guests, in one command; and so it is restored."""
    meeting = demo_venue(sqlite_store)
    import_rows(sqlite_store, meeting, rows("1,王伟,甲", "2,李娜,甲", "3,张敏,", header="id,name,party"))
    with sqlite_store.write() as tx:
        group_codes.give_codes(tx, meeting, acting())
        ((letter,), alone) = group_codes.letters(tx, meeting), tx.guests.of_meeting(meeting.id)[2]
    names = [letter.label, alone.invitation.id, "--meeting", meeting.key]
    assert run(sqlite_store, *names)[1].startswith("Withdrawn: 张敏, the code of the group 甲.")
    with sqlite_store.read() as tx:
        (group,) = tx.groups.of_meeting(meeting.id)
        assert group.status is InvitationStatus.REVOKED
        standing = [one.invitation.status.value for one in tx.guests.of_meeting(meeting.id)]
    assert standing == ["valid", "valid", "revoked"]
    assert run(sqlite_store, *names, "--restore") == (0, "Invited again: 张敏, the code of the group 甲.\n")
