from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest

from devices.contract.limits import Number, Text
from devices.settings import BadSettings, load, parse

FILE = Path("/etc/house/house.toml")


class Colour(StrEnum):
    """A choice."""

    JADE = "jade"
    AMBER = "amber"


@dataclass(frozen=True)
class Lamp:
    """A table."""

    pin: Annotated[int, Number(0, 27)]
    colour: Colour = Colour.JADE


@dataclass(frozen=True)
class House:
    """A settings class with one of everything."""

    name: Annotated[str, Text(10, pattern="[a-z]+")]
    ratio: float = 1.0
    loud: bool = False
    data: Path = Path("/var/lib/house")
    doors: tuple[str, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    main: Lamp = field(default_factory=lambda: Lamp(1))
    key: Path | None = None
    rooms: Mapping[str, str] = field(default_factory=dict)


def mistakes(text: str) -> list[str]:
    """Return what is wrong with a text, line by line."""
    with pytest.raises(BadSettings) as caught:
        parse(text, House, FILE)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_short_file_takes_every_default() -> None:
    """Only what has no default must be written."""
    assert parse('name = "hall"', House, FILE) == House(name="hall")


def test_everything_may_be_written() -> None:
    """Tables, lists of tables, choices, and paths relative to the file."""
    text = """
    name = "hall"
    ratio = 2
    loud = true
    data = "data"
    doors = ["east", "west"]
    key = "/etc/key"
    [main]
    pin = 3
    colour = "amber"
    [[lamps]]
    pin = 4
    [[lamps]]
    pin = 5
    """
    assert parse(text, House, FILE) == House(
        name="hall",
        ratio=2.0,
        loud=True,
        data=Path("/etc/house/data"),
        doors=("east", "west"),
        lamps=(Lamp(4), Lamp(5)),
        main=Lamp(3, Colour.AMBER),
        key=Path("/etc/key"),
    )


def test_every_mistake_is_named_at_once_with_its_line() -> None:
    """A person corrects the file in one go."""
    text = 'name = "HALL"\nratio = "two"\nloudd = true\ndoors = "east"\n[main]\npin = 99\ncolour = "red"\n[[lamps]]\n'
    assert mistakes(text) == [
        "line 1: name: 'HALL' does not match [a-z]+",
        "line 2: ratio: 'two' is not a number",
        "line 3: loudd: is no setting; did you mean 'loud'?",
        "line 4: doors: a list belongs here",
        "line 6: main.pin: 99 is not between 0 and 27",
        "line 7: main.colour: 'red' is none of jade, amber",
        "line 8: lamps[0].pin: is missing and has no default",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "name: is missing and has no default"),
        ('name = "a-name-that-is-too-long"', "line 1: name: has 23 characters, at most 10 are allowed"),
        ("name = 5", "line 1: name: 5 is not a text"),
        ('name = "hall"\nloud = 1', "line 2: loud: 1 is not true or false"),
        ('name = "hall"\nratio = true', "line 2: ratio: True is not a number"),
        ('name = "hall"\nmain = 3', "line 2: main: a table belongs here"),
        (
            'name = "hall"\nxyz = 3',
            "line 2: xyz: is no setting; known here: name, ratio, loud, data, doors, lamps, main, key, rooms",
        ),
    ],
)
def test_a_mistake_says_what_belongs_there(text: str, problem: str) -> None:
    """Each kind of mistake has its own sentence."""
    assert mistakes(text) == [problem]


def test_a_file_that_is_no_toml_says_where() -> None:
    """The parser's own line and column are passed on."""
    (problem,) = mistakes("a = 1\nname = = 2")
    assert "no TOML" in problem
    assert "line 2" in problem


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one in another encoding are told apart from an empty one."""
    with pytest.raises(BadSettings, match="cannot be read"):
        load(tmp_path / "nothing.toml", House)
    (tmp_path / "gbk.toml").write_bytes("name = '迎宾'".encode("gbk"))
    with pytest.raises(BadSettings, match="cannot be read"):
        load(tmp_path / "gbk.toml", House)


def test_a_table_may_have_names_of_the_houses_own() -> None:
    """Whatever they are; what stands behind them is checked like everything else."""
    assert parse('name = "hall"\n[rooms]\n"大厅" = "hall"', House, FILE).rooms == {"大厅": "hall"}
    assert mistakes('name = "hall"\n[rooms]\n"大厅" = 3') == ["line 2: rooms.大厅: 3 is not a text"]
    assert mistakes('name = "hall"\nrooms = "hall"') == ["line 2: rooms: a table belongs here"]
