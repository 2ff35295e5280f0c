"""The audit log on a page: who did what, in both languages, and whether anybody has laid hands on it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

import hub.usecases
from hub.audit_heads import AuditHeads
from hub.domain.permissions import Part
from hub.ports import Store
from hub.web import WebParts, create_app
from hub.web.audit import FAMILIES, done
from hub.web.language import Tongue
from tests.hub.build import at
from tests.hub.web.scene import EN, OURS, PROGRAM, TONGUES, ZH, enter, page

AUDITOR = frozenset({Part.AUDITOR})


@pytest.fixture
def logged(house: Store) -> Store:
    """Give a house in which three people did 120 things."""
    with house.write() as tx:
        for number in range(120):
            actor = ("小李", "小陈", "Ann")[number % 3]
            tx.records.audit(actor, "device.revoke" if number % 2 else "task.accept", f"thing-{number}", at(number))
    return house


@pytest.fixture
def auditor(app: Flask, logged: Store) -> FlaskClient:
    """Give a browser of an auditor, who may nothing else."""
    del logged
    return enter(app.test_client(), AUDITOR, "审计员")


def tamper(store: Store, *statements: str) -> None:
    """Change the log past the program, as an owner of the database can."""
    engine = store._database.writer  # type: ignore[attr-defined]
    with engine.begin() as connection:
        for trigger in ("audit_unchanged", "audit_kept", "audit_head_grows"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        for statement in statements:
            connection.execute(text(statement))


def subjects(said: str) -> list[str]:
    """Return the things that a page lists, in its order."""
    return re.findall(r"<code>(thing-\d+)</code>", said)


def test_the_newest_come_first_and_pages_lead_back_to_the_first_row(auditor: FlaskClient) -> None:
    """Each row once, none left out."""
    found, path = [], "/audit"
    while path:
        said = page(auditor.get(path))
        found += subjects(said)
        older = re.search(r'href="(/audit\?[^"]*before=\d+)"', said)
        path = older[1].replace("&amp;", "&") if older else ""
    assert found == [f"thing-{number}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    ("tongue", "said"), [(ZH, ("吊销设备", "小李", "谁")), (EN, ("Revoked a device", "小李", "Who"))]
)
def test_a_row_says_who_what_and_when_in_both_languages(
    auditor: FlaskClient, tongue: Tongue, said: tuple[str, ...]
) -> None:
    """To the second, in the house's time."""
    auditor.set_cookie("yingbin_language", tongue.language)
    listed = page(auditor.get("/audit"))
    for words in (*said, "2026-12-01 09:01:59"):
        assert words in listed


def test_rows_of_one_person_and_one_kind_are_picked_out(auditor: FlaskClient) -> None:
    """Together too; who did nothing is told so, and a kind that is none is refused by name."""
    mine = subjects(page(auditor.get("/audit?actor=小李")))
    assert {int(one.split("-")[1]) % 3 for one in mine} == {0}
    both = subjects(page(auditor.get("/audit?actor=小李&family=device")))
    assert both == [one for one in mine if int(one.split("-")[1]) % 2]
    assert "没有记录" in page(auditor.get("/audit?actor=nobody"))
    for asked, field in (
        ("family=dev", "family"),
        ("before=x", "before"),
        ("before=-1", "before"),
        ("before=" + "9" * 30, "before"),
    ):
        answer = auditor.get(f"/audit?{asked}", headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["field"]) == (400, field)


def test_a_whole_log_verifies_and_agrees_with_what_was_written_down(
    parts: WebParts, logged: Store, tmp_path: Path
) -> None:
    """As the command says it; heads that cannot be read are told and not passed over."""
    heads = AuditHeads(tmp_path / "audit-heads.txt")
    with logged.read() as tx:
        head = tx.audit_chain.head()
    heads.note(head, at(1))
    client = enter(create_app(replace(parts, kept_heads=heads.kept)).test_client(), AUDITOR, "审计员")
    assert str(head) in page(client.get("/audit"))
    assert f"核对到第 {head.number} 条，与另存的 1 个" in page(client.post("/audit", headers=OURS))
    (tmp_path / "audit-heads.txt").write_text("2026 no head\n")
    said = page(client.post("/audit", headers=OURS))
    assert "读不出来" in said


TAMPERED = {
    "changed": ("UPDATE audit SET actor = '小王' WHERE subject = 'thing-40'",),
    "missing": ("DELETE FROM audit WHERE subject = 'thing-40'",),
}


@pytest.mark.parametrize("kind", TAMPERED)
@pytest.mark.parametrize("tongue", TONGUES)
def test_a_row_that_somebody_laid_hands_on_is_named(
    auditor: FlaskClient, logged: Store, kind: str, tongue: Tongue
) -> None:
    """By its number, with what is seen of it; looking on, everything is listed as it stands."""
    with logged.read() as tx:
        (row,) = [one for one in tx.audit_chain.newest(2**62, 999) if one.subject == "thing-40"]
    tamper(logged, *TAMPERED[kind])
    auditor.set_cookie("yingbin_language", tongue.language)
    said = page(auditor.post("/audit", headers=OURS))
    assert tongue.say("audit.broken", n=row.number) in said
    assert tongue.say(f"audit.break.{kind}", n=0) in said
    assert 'class="verdict good"' not in said


def test_a_log_cut_off_with_its_head_is_seen_by_what_was_written_down(parts: WebParts, logged: Store) -> None:
    """Though the database agrees with itself."""
    with logged.read() as tx:
        head = tx.audit_chain.head()
    cut = "UPDATE audit_head SET number = 100, hash = (SELECT hash FROM audit WHERE id = 100)"
    tamper(logged, "DELETE FROM audit WHERE id > 100", cut)
    client = enter(create_app(replace(parts, kept_heads=lambda: [head])).test_client(), AUDITOR, "审计员")
    said = page(client.post("/audit", headers=OURS))
    assert ZH.say("audit.broken", n=101) in said
    assert ZH.say("audit.break.cut_off", n=head.number) in said


def test_an_auditor_finds_it_and_nobody_else_does(app: Flask, auditor: FlaskClient) -> None:
    """From the page of their own account."""
    own = page(auditor.get("/account"))
    assert 'href="/audit"' in own
    assert [path for path in ("/", "/staff", "/desk", "/rooms") if f'href="{path}"' in own] == [], (
        "no tab leads to a 403"
    )
    admin = enter(app.test_client(), frozenset({Part.ADMIN}), "管理员")
    assert 'href="/audit"' not in page(admin.get("/account"))


def _families() -> Iterable[str]:
    """Return what stands before the dot of every action that a use case writes down in its own words."""
    for path in Path(hub.usecases.__file__).parent.glob("*.py"):
        yield from re.findall(r'audit\([^,()]+(?:\([^()]*\))?, f?"([a-z_]+)\.', path.read_text(encoding="utf-8"))


def test_every_kind_of_action_has_words_in_both_languages() -> None:
    """A new use case adds its own, so that no row speaks in the program's names alone."""
    found = set(_families())
    assert len(found) > 25
    assert found <= set(FAMILIES)
    for tongue in TONGUES:
        for family in FAMILIES:
            assert tongue.say(f"audit.family.{family}")
    assert done("codes.issued:12", EN) == "Issued codes (12)"
    assert done("task.left_open", EN) == "Tasks: left open"
    assert done("unheard.of", ZH) == "unheard：of"
