"""The playbooks that come with the program, and a house's own in its venue file (R127, R128, R134)."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.playbooks import AT_ONCE, NEEDED, IncidentKind, Playbook, PlaybookStep, missing
from hub.domain.task_kinds import Role
from hub.domain.words import Words
from hub.usecases.venue_plan import House
from hub.venue_files import Reading, read, standard_playbooks

HEAD = '[[playbooks]]\nkind = "fire"\n'
STEP = '[[playbooks.steps]]\nkey = "call"\nowner = "emergency"\nwithin_s = 45\nwords = { zh = "打电话", en = "Call" }\n'


def reading(text: str) -> Reading:
    """Read a file from text."""
    return read(text.encode(), House())


def test_the_program_brings_a_playbook_for_every_kind_that_no_house_may_be_without() -> None:
    """火災、地震、設備故障、人員突發疾病; 嘉賓遲到/參會者身體不適/天氣變化; both languages, and at once (R133)."""
    found = standard_playbooks()
    assert missing(found) == ()
    assert {one.kind for one in found} == set(IncidentKind)
    for one in found:
        assert all(step.words.zh and step.words.en for step in one.steps)
        if one.kind not in {IncidentKind.WEATHER_CHANGE, IncidentKind.COMPLAINT}:  # nobody is in danger
            assert min(step.within for step in one.steps) <= AT_ONCE


def test_for_somebody_unwell_a_person_calls_the_hospital_first() -> None:
    """R134: 應急組需立即聯系醫院,安排休息; the number is shown, and no machine ticks it."""
    unwell = next(one for one in standard_playbooks() if one.kind is IncidentKind.ATTENDEE_UNWELL)
    first, second, *_ = unwell.steps
    assert (first.key, first.owner, first.phone, first.human) == ("call_hospital", Role.EMERGENCY, "120", True)
    assert (second.key, second.human) == ("rest", True)
    fire = next(one for one in standard_playbooks() if one.kind is IncidentKind.FIRE)
    assert "119" in {step.phone for step in fire.steps}


def test_a_house_s_own_playbook_is_read_with_its_numbers() -> None:
    """A file that names none leaves the house's own as they are; an empty list takes them away."""
    text = HEAD + STEP + '[[playbooks.steps]]\nkey = "b"\nowner = "logistics"\nwithin_s = 90\n'
    found = reading(text + 'phone = "+86 755 8888 1234"\nhuman = false\nwords = { zh = "开门", en = "Open" }\n')
    assert found.findings == ()
    call = PlaybookStep(key="call", words=Words("打电话", "Call"), owner=Role.EMERGENCY, within=timedelta(seconds=45))
    opened = PlaybookStep(
        key="b",
        words=Words("开门", "Open"),
        owner=Role.LOGISTICS,
        within=timedelta(seconds=90),
        phone="+86 755 8888 1234",
        human=False,
    )
    assert found.file.playbooks == (Playbook(kind=IncidentKind.FIRE, steps=(call, opened)),)
    assert reading("").file.playbooks is None
    assert reading("playbooks = []").file.playbooks == ()


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        (HEAD, "steps", "are 0"),
        ('[[playbooks]]\nkind = "flood"\n' + STEP, "kind", "is not known"),
        ("[[playbooks]]\n" + STEP, "kind", "is missing"),
        (HEAD + STEP + HEAD + STEP, "kind", "stands twice"),
        (HEAD + STEP + STEP, "key", "stands twice"),
        (HEAD + STEP.replace('"emergency"', '"cook"'), "owner", "is not known"),
        (HEAD + STEP.replace('owner = "emergency"\n', ""), "owner", "is missing"),
        (HEAD + STEP.replace("45", "0"), "within_s", "is no number of seconds"),
        (HEAD + STEP.replace("within_s = 45\n", ""), "within_s", "is missing"),
        (HEAD + STEP + 'phone = "ask Li"\n', "phone", "is no telephone number"),
        (HEAD + STEP + 'human = "no"\n', "human", "is neither true nor false"),
        (HEAD + STEP + 'colour = "red"\n', "colour", "is not known here"),
        (HEAD + STEP.replace('"Call"', f'"{"x" * 121}"'), "words", "has 121 characters in en"),
        (HEAD + "".join(STEP.replace('"call"', f'"s{n}"') for n in range(21)), "steps", "are 21"),
    ],
)
def test_every_mistake_is_named_with_its_field(text: str, name: str, problem: str) -> None:
    """And the file is not used."""
    found = reading(text)
    assert [problem in one.problem for one in found.findings if one.field == name] == [True]
    assert not found.usable()


def test_a_spoilt_installation_says_so(tmp_path: Path) -> None:
    """Missing, no TOML, or with a mistake: never an empty list in silence."""
    with pytest.raises(InvalidInput, match="cannot be read"):
        standard_playbooks(tmp_path / "nothing.toml")
    path = tmp_path / "playbooks.toml"
    for text, said in (("= [", "cannot be read"), (HEAD, "are 0"), (HEAD + STEP + "x = 1\n", "is not known here")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInput, match=said):
            standard_playbooks(path)
    path.write_text(HEAD + STEP, encoding="utf-8")
    assert missing(standard_playbooks(path)) == tuple(kind for kind in NEEDED if kind is not IncidentKind.FIRE)
