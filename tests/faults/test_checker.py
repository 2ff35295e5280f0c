"""The checker itself: a good trace passes, and each smallest breach is caught under its own name."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.faults.case import Caps
from tests.faults.checker import check, main
from tests.faults.evidence import CannotRead, read_hub, read_kiosk, read_witnesses
from tests.faults.rules import judge
from tests.faults.traces import T0, Trace, good, moment

ROOT = Path(__file__).parents[2]
Breach = Callable[[Trace], object]


def _change(table: str, number: int, **values: object) -> Breach:
    return lambda trace: trace.hub[table][number].update(values)


def _drop(table: str, number: int) -> Breach:
    return lambda trace: trace.hub[table].pop(number)


def _again(table: str, number: int, **values: object) -> Breach:
    return lambda trace: trace.hub[table].append({**trace.hub[table][number], **values})


def _kiosk(device: str, number: int, **values: object) -> Breach:
    return lambda trace: trace.kiosks[device][number].update(values)


def _offer(task: str, person: str) -> Breach:
    return lambda trace: trace.hub["offers"].append({"task": task, "person": person, "ended_at": None})


def _lost(trace: Trace) -> None:
    """Lose the hub's row of an event that only the screen and the kiosk know."""
    trace.hub["check_ins"].pop(3)


def _two_open_tasks(trace: Trace) -> None:
    trace.task("vip_arrival", "inv-2")
    trace.task("vip_arrival", "inv-2")


DAY_S = 86_400


def _years_later(trace: Trace) -> None:
    trace.hub["audit"][0].update(at=moment(700 * DAY_S))


def _late(breach: Breach) -> Breach:
    """Break something, after every term; all guests but the one in question are forgotten."""

    def late(trace: Trace) -> None:
        breach(trace)
        _years_later(trace)

    return late


def _message(trace: Trace) -> None:
    trace.hub["guest_messages"].append({"id": "m1", "invitation": "inv-1", "facts": '{"a": 1}', "problem": ""})


def _pick_up(trace: Trace) -> None:
    trace.hub["transfers"].append({"invitation": "inv-2", "note": "CA1501", "greeter_phone": ""})


BREACHES: list[tuple[str, str, Breach]] = [
    ("I1", "e4 was welcomed", _lost),
    ("I2", "check_ins has 2 rows with id e2", _again("check_ins", 1)),
    ("I2", "check_ins has 2 rows with device kiosk-1, boot", _again("check_ins", 1, id="e2b")),
    ("I2", "admissions has 2 rows with invitation inv-1", _again("admissions", 0, check_in="e3")),
    ("I2", "admissions has 2 rows with check_in e1", _again("admissions", 0, invitation="inv-3")),
    ("I2", "guest g-1 has 2 admissions", _change("invitations", 1, guest="g-1")),
    ("I2", "names check-in e0, which does not exist", _change("admissions", 0, check_in="e0")),
    ("I2", "which let nobody in", _change("admissions", 0, check_in="e6")),
    ("I2", "inv-1 was let in 4 times and has no admission", _drop("admissions", 0)),
    ("I3", "has the class 'lost', which is none", _change("check_ins", 2, classed="lost")),
    ("I3", "e2 of invitation inv-1 is duplicate, the rule says rescan", _change("check_ins", 1, classed="duplicate")),
    ("I3", "e3 of invitation inv-1 is rescan, the rule says duplicate", _change("check_ins", 2, classed="rescan")),
    ("I3", "has 2 arrivals: e1, e3", _change("check_ins", 2, classed="admitted")),
    ("I3", "has 0 arrivals: none", _change("check_ins", 0, classed="duplicate")),
    ("I3", "does not count as let in", _change("check_ins", 1, admits=False, classed="refused")),
    ("I3", "of a stranger is refused, not quarantined", _change("check_ins", 6, classed="refused")),
    ("I4", "seat_assignments has 2 rows with meeting m, seat A-1-1", _again("seat_assignments", 0, invitation="inv-3")),
    ("I4", "seat_assignments has 2 rows with invitation inv-1", _again("seat_assignments", 0, seat="A-1-3")),
    ("I4", "which meeting m lacks", _change("seat_assignments", 0, seat="Z-9-9")),
    ("I4", "e1: the screen said seat", _change("seat_assignments", 0, seat="A-1-3")),
    (
        "I5",
        "vip_arrival:inv-2 has 2 open tasks",
        _two_open_tasks,
    ),
    ("I5", "there is no task vip_arrival:inv-2", _drop("tasks", 0)),
    ("I5", "there is no task unknown_inside:e7", _drop("tasks", 1)),
    ("I5", "there is no task suspect_event:kiosk-2", _drop("tasks", 2)),
    ("I5", "there is no task no_seat:inv-1", _drop("seat_assignments", 0)),
    ("I5", "there is no task revoked_inside:inv-1", _change("admissions", 0, flagged=True)),
    ("I5", "about nothing that happened: vip_arrival:inv-1", lambda trace: trace.task("vip_arrival", "inv-1")),
    ("I6", "the admission of inv-1 is e3", _change("admissions", 0, check_in="e3")),
    ("I6", "the admission of inv-2 is e5", _change("admissions", 1, at=moment(49))),
    ("I6", "from its events it is e1", _change("admissions", 0, flagged=True)),
    ("I7", "which is not enrolled", _change("check_ins", 4, device="kiosk-9")),
    ("I7", "whose file does not know it", _again("check_ins", 5, id="e99", seq=99)),
    ("I7", "e4: door_at is", _kiosk("kiosk-1", 2, at=moment(96))),
    ("I7", "e5 is said to stand on paper, and nobody wrote it down", _change("check_ins", 4, device="paper")),
    ("I8", "e4 (number 3) is answered on kiosk-1", _lost),
    ("I9", "boot-1-kiosk-1, the hub lacks 1 of 3 numbers: 2", _drop("check_ins", 1)),
    ("I10", "task-2 (unknown_inside:e7) is nobody's, and nobody will be asked", _change("tasks", 1, attend_at=None)),
    ("I10", "task-1 is closed, and Bo may still think", _offer("task-1", "Bo")),
    ("I11", "counts 1 at meeting m, and 2 were admitted", lambda trace: trace.books[0].update(attended=1)),
    ("I11", "counts 0 at meeting m, and 2 were admitted", lambda trace: trace.books.clear()),
    ("I11", "the booking 1 of meeting m has 2 outcomes", lambda trace: trace.books.append(trace.books[0])),
    ("I11", "of which the hub knows no meeting", lambda trace: trace.books[0].update(booking="9")),
    ("I12", "audit row 1 (task.finish task-1) has no actor", _change("audit", 0, actor=" ")),
    ("I12", "task-1 is done and nobody did it", _drop("audit", 0)),
    ("I12", "is accepted by 'Bo' without an audit row", _change("tasks", 1, state="accepted", accepted_by="Bo")),
    ("I14", "guest g-1 was last expected on 2026", _years_later),
    ("I14", "the email, name is kept", _late(lambda trace: trace.hub["guests"][0].update(email="w@example.com"))),
    ("I14", "the phone is kept", _late(lambda trace: trace.hub["guests"][0].update(name="#1", phone="1380000"))),
    ("I14", "guest_messages keeps the facts of inv-1", _late(_message)),
    ("I14", "transfers keeps the note of inv-2", _late(_pick_up)),
    ("I14", "the quarantine keeps q1", lambda trace: trace.hub["audit"][0].update(at=moment(17 * DAY_S))),
    ("I15", "1 events still wait on kiosk-1: e2", _kiosk("kiosk-1", 1, answered_at=None)),
    ("I15", "hub is dead", lambda trace: trace.alive.update(hub=False)),
]


def test_a_good_trace_keeps_every_promise(tmp_path: Path) -> None:
    """The checker does not cry wolf: what is as it should be passes, in full and during a storm."""
    evidence = good().write(tmp_path)
    assert list(check(evidence).violations) == []
    assert check(evidence, during=True).holds


@pytest.mark.parametrize(
    ("invariant", "words", "breach"), BREACHES, ids=[f"{one[0]}-{one[1][:48]}" for one in BREACHES]
)
def test_the_smallest_breach_is_caught_and_named(tmp_path: Path, invariant: str, words: str, breach: Breach) -> None:
    """Every named check can fail, and says which row it failed on."""
    trace = good()
    breach(trace)
    found = [str(one) for one in check(trace.write(tmp_path)).violations if one.invariant == invariant]
    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    ("caps", "words"),
    [
        (Caps(kiosk_bytes=1), "the database of kiosk-1"),
        (Caps(wal_bytes=-1), "the log (WAL) of kiosk-2"),
        (Caps(quarantined=0), "the quarantine has 1 rows"),
    ],
)
def test_what_outgrows_its_cap_is_caught(tmp_path: Path, caps: Caps, words: str) -> None:
    """Sizes are measured on the files themselves (I13)."""
    found = [str(one) for one in check(good().write(tmp_path), caps).violations if one.invariant == "I13"]
    assert any(words in one for one in found), found


def test_a_withdrawn_invitation_counts_from_when_it_was_withdrawn(tmp_path: Path) -> None:
    """An arrival before it was withdrawn stays an admission, a later one is flagged."""
    trace = good()
    trace.hub["credentials"][0].update(status="revoked", status_at=moment(1))
    assert check(trace.write(tmp_path)).holds
    trace.hub["credentials"][0].update(status_at=moment(-1))
    later = tmp_path / "later"
    later.mkdir()
    found = {one.invariant for one in check(trace.write(later)).violations}
    assert {"I3", "I6"} <= found


def test_a_time_that_does_not_follow_from_the_kiosks_clocks_is_caught(tmp_path: Path) -> None:
    """A scan from 1970 counts as of when its machine's count says; a hub that believes the clock is found out."""
    trace = good()
    trace.hub["anchors"].append({"device": "kiosk-1", "machine": "machine-kiosk-1", "rank": 0, "heard_at": moment(1)})
    trace.hub["anchors"][0]["zero_us"] = int(T0.timestamp()) * 1_000_000
    for row, sent in zip(trace.hub["check_ins"][:1], trace.kiosks["kiosk-1"][:1], strict=True):
        row |= {"clock": "unsynced", "door_at": "1970-01-01 00:00:09.000000+00:00"}
        sent["at"] = row["door_at"]
    assert check(trace.write(tmp_path)).holds
    trace.hub["check_ins"][0]["at"] = trace.hub["check_ins"][0]["door_at"]
    later = tmp_path / "later"
    later.mkdir()
    found = [one.words for one in check(trace.write(later)).violations if one.invariant == "I6"]
    assert any("counts as of 1970" in words for words in found)


def test_a_seat_told_by_a_kiosk_alone_may_give_way_only_where_a_person_was_called(tmp_path: Path) -> None:
    """Or where the guest had been told another one at another door before."""
    trace = good()
    trace.seen.append(
        {"event": "e3", "device": "kiosk-2", "verdict": "welcome", "seat": ["A", "1", "3"], "from_hub": False}
    )
    assert check(trace.write(tmp_path)).holds, "this guest came in at two doors"
    for number, called in enumerate((False, True)):
        trace = good()
        trace.seen.append(
            {"event": "e5", "device": "kiosk-2", "verdict": "vip", "seat": ["A", "1", "3"], "from_hub": True}
        )
        if called:
            trace.task("seat_conflict", "inv-2")
        folder = tmp_path / str(number)
        folder.mkdir()
        assert any(one.invariant == "I4" for one in check(trace.write(folder)).violations) != called


def test_a_guest_whom_nothing_names_any_more_breaks_no_promise(tmp_path: Path) -> None:
    """After the purge, and of one who is expected again (I14)."""
    trace = good()
    _years_later(trace)
    trace.hub["quarantine"].clear()
    trace.hub["tasks"].pop()
    for row in trace.hub["guests"]:
        row["name"] = "#0123456789ab"
    assert [one for one in check(trace.write(tmp_path)).violations if one.invariant == "I14"] == []
    trace.hub["guests"][0]["name"] = "Wang"
    trace.hub["meetings"].append({"id": "m2", "ends_at": moment(690 * DAY_S)})
    trace.hub["invitations"].append({"id": "inv-9", "meeting": "m2", "guest": "g-1", "vip": False})
    later = tmp_path / "later"
    later.mkdir()
    assert [one for one in check(trace.write(later)).violations if one.invariant == "I14"] == []


def test_the_rule_depends_on_no_order_and_no_repetition() -> None:
    """The same events in any order, some of them twice, give the same classes."""
    chance = Random(6)
    events = [
        {
            "id": f"e{n}",
            "device": f"k{n % 3}",
            "boot": "b",
            "seq": n,
            "at": T0 + timedelta(seconds=n * 17 % 90),
            "admits": n % 5 != 0,
        }
        for n in range(30)
    ]
    expected = judge(events, None)
    for _ in range(200):
        assert judge(chance.choices(events, k=9) + chance.sample(events, k=30), None) == expected


def test_what_staff_ruled_is_left_to_them(tmp_path: Path) -> None:
    """A person's word stands above the rule."""
    trace = good()
    trace.hub["check_ins"][2]["classed"] = "rescan"
    evidence = trace.write(tmp_path)
    assert not check(evidence).holds
    ruled = {**evidence.hub, "rulings": ({"check_in": "e3", "by": "Lin"},)}
    assert check(type(evidence)(hub=ruled, kiosks=evidence.kiosks, witnessed=(), enrolled=evidence.enrolled)).holds


def test_what_was_signed_on_paper_counts_when_the_audit_log_names_who_wrote_it_down(tmp_path: Path) -> None:
    """Each is a run of its own; a guest who was scanned before is in once (decision 18)."""
    trace = good()
    event = {**trace.hub["check_ins"][0], "device": "paper", "machine": "", "mono_ms": 0, "kiosk_verdict": "welcome"}
    for number, (invitation, classed) in enumerate((("inv-1", "duplicate"), ("inv-3", "admitted")), 1):
        key = f"p{number}"
        own = {"id": key, "boot": key, "seq": 1, "at": moment(600), "door_at": moment(600), "classed": classed}
        own |= {"received_at": moment(7_200), "invitation": invitation, "lookup": f"l-{invitation}"}
        trace.hub["check_ins"].append(event | own)
        written = {"id": 10 + number, "actor": "Lin", "action": "paper.written_down", "subject": key, "at": moment(9)}
        trace.hub["audit"].append(written)
    trace.admit("inv-3", "p2", "paper", 600)
    trace.books[0]["attended"] = 3
    trace.hub["seat_assignments"].append({"meeting": "m", "seat": "A-1-3", "invitation": "inv-3", "occupied": True})
    report = check(trace.write(tmp_path))
    assert report.holds, list(report.lines())


def test_what_cannot_be_checked_is_said_aloud(tmp_path: Path) -> None:
    """No promise passes in silence."""
    evidence = good().write(tmp_path)
    lines = list(check(evidence).lines())
    assert not any("not checked" in line for line in lines)
    assert "I11  holds" in lines
    without = list(check(replace(evidence, books=None)).lines())
    assert "I11  not checked: the house followed no booking database" in without


def test_missing_or_damaged_evidence_is_an_error_and_no_pass(tmp_path: Path) -> None:
    """A run whose files are gone proves nothing."""
    with pytest.raises(CannotRead, match="no database"):
        read_hub(str(tmp_path / "none.sqlite3"))
    (tmp_path / "rubbish.sqlite3").write_bytes(b"x" * 9_000)
    with pytest.raises(CannotRead, match="rubbish"):
        read_kiosk(tmp_path / "rubbish.sqlite3")
    (tmp_path / "w.jsonl").write_text('{"a": 1}\nnonsense\n')
    with pytest.raises(CannotRead, match="line 2"):
        read_witnesses([tmp_path / "w.jsonl"])


def test_the_command_names_what_is_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``python -m tests.faults.checker`` judges files by hand, after any run."""
    trace = good()
    trace.kiosks["kiosk-1"][1]["answered_at"] = None
    trace.write(tmp_path)
    kiosks = [part for name in trace.kiosks for part in ("--kiosk", f"{name}={tmp_path / name}.sqlite3")]
    code = main(["--hub", str(tmp_path / "hub.sqlite3"), *kiosks, "--witness", str(tmp_path / "witness.jsonl")])
    said = capsys.readouterr().out
    assert code == 1
    assert "I15  BROKEN 1 times" in said
    assert "I1   holds" in said


def test_the_checker_shares_no_code_with_what_it_judges() -> None:
    """It loads with the product out of reach: a mistake in the product cannot be repeated here by import."""
    code = "import sys; sys.modules.update(dict.fromkeys(('hub', 'kiosk', 'devices'))); import tests.faults.checker"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
