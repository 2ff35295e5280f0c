import re
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from devices import settings
from devices.room.config import RoomConfig
from devices.simulation.config import SimulationConfig
from hub.config import HubConfig
from hub.source_settings import SourceConfig
from kiosk.config import KioskConfig

FOLDER = Path(__file__).parents[2] / "firmware_config"
EXAMPLES = [
    (FOLDER / "hub" / "hub.toml", HubConfig),
    (FOLDER / "kiosk" / "kiosk.toml", KioskConfig),
    (FOLDER / "room" / "room.toml", RoomConfig),
    (FOLDER / "room" / "sim.toml", SimulationConfig),
]
OPTIONAL = re.compile(r"^# (\w+ = .*|\[\[?\w+(?:\.\w+)?\]\]?)$", re.MULTILINE)


@pytest.mark.parametrize(("path", "schema"), EXAMPLES)
def test_the_example_is_a_settings_file_as_it_stands(path: Path, schema: type) -> None:
    """Whoever copies it begins with a file that is read."""
    assert settings.load(path, schema)


@pytest.mark.parametrize(("path", "schema"), EXAMPLES)
def test_the_example_names_every_setting_with_its_true_default(path: Path, schema: type) -> None:
    """The documentation of a setting is the line in the example, and it does not lie."""
    named = tomllib.loads(OPTIONAL.sub(r"\1", path.read_text(encoding="utf-8")))
    for key, default in defaults(schema):
        *tables, name = key.split(".")
        table: Any = named
        for step in tables:
            table = table[step]
        assert name in table, f"{key} is not explained in {path.name}"
        if default is not MISSING and default is not None:
            assert table[name] == default, f"{path.name} says {key} = {table[name]!r}, the program {default!r}"


def test_the_example_explains_every_setting_of_a_source_with_its_true_default() -> None:
    """A house may have several, so they stand in a list."""
    path = FOLDER / "hub" / "hub.toml"
    (named,) = tomllib.loads(OPTIONAL.sub(r"\1", path.read_text(encoding="utf-8")))["sources"]
    assert set(named) == {one.name for one in fields(SourceConfig)}
    shown = {key: value for key, value in defaults(SourceConfig) if value not in {MISSING, None, ""}}
    assert shown == {"every_s": 5.0, "ahead_days": 90, "doors_before_min": 30}
    assert {key: named[key] for key in shown} == shown


def defaults(schema: type, at: str = "") -> list[tuple[str, Any]]:
    """List every setting with its default, tables opened."""
    found: list[tuple[str, Any]] = []
    hints = get_type_hints(schema)
    for field in fields(schema):
        kind = hints[field.name]
        key = f"{at}{field.name}"
        if is_dataclass(kind) and isinstance(kind, type) and kind.__name__.endswith("Config"):
            found += defaults(kind, f"{key}.")
        elif is_dataclass(kind):
            found.append((key, MISSING))
        else:
            default = field.default
            default = default.value if isinstance(default, Enum) else default
            default = list(default) if isinstance(default, tuple) and default else default
            found.append((key, MISSING if default == () else str(default) if isinstance(default, Path) else default))
    return found


def test_the_collector_of_defaults_sees_tables_and_required_settings() -> None:
    """A checker that sees nothing would never fail."""
    found = dict(defaults(KioskConfig))
    assert found["screen.port"] == 8780
    assert found["broker.secret"] is MISSING
