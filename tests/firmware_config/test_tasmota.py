"""The lines for a Tasmota plug's console, held against the names of its commands."""

import re
from pathlib import Path

import pytest

from tests.firmware_config.access import may

LINES = (Path(__file__).parents[2] / "firmware_config" / "tasmota" / "plug.txt").read_text(encoding="utf-8")

# Names as in Tasmota's tasmota/include/i18n.h (D_CMND_…), what may follow as in tasmota.github.io/docs/Commands.
SWITCHED = re.compile(r"[01]")
NAMED = re.compile(r"NAME")
KNOWN = {
    "Topic": NAMED,
    "FullTopic": re.compile(r"\S*%prefix%\S*%topic%\S*"),
    "DeviceName": NAMED,
    "FriendlyName1": NAMED,
    "Hostname": NAMED,
    "TelePeriod": re.compile(r"0|[1-9]\d|[1-9]\d\d|[12]\d{3}|3[0-5]\d\d|3600"),  # off, or 10 to 3600 s
    "MqttLog": re.compile(r"[0-4]"),
    "PowerOnState": re.compile(r"[0-5]"),
    "PowerRetain": SWITCHED,
    "ButtonRetain": SWITCHED,
    "SwitchRetain": SWITCHED,
    "SensorRetain": SWITCHED,
    "StateRetain": SWITCHED,
    "InfoRetain": SWITCHED,
    "StatusRetain": SWITCHED,
    "WebPassword": re.compile(r"WEB-PASSWORD"),
    "MqttFingerprint1": re.compile(r"([0-9A-F]{2} ){19}[0-9A-F]{2}"),
    "MqttHost": re.compile(r"BROKER"),
    "MqttPort": re.compile(r"8883|1883"),
    "MqttUser": NAMED,
    "MqttPassword": re.compile(r"PASSWORD"),
    "MqttKeepAlive": re.compile(r"[1-9]|[1-9]\d|100"),
    "MqttRetry": re.compile(r"[1-9]\d+"),
    # docs/Commands, SetOptions; 103 and 132: docs/TLS
    **{f"SetOption{number}": SWITCHED for number in (0, 1, 3, 4, 19, 59, 65, 103, 132)},
}


def commands() -> list[list[tuple[str, str]]]:
    """Return the commands of each line, with what follows them."""
    found = []
    for line in LINES.splitlines():
        if line and not line.startswith("#"):
            parts = [part.strip().partition(" ") for part in line.removeprefix("Backlog ").split(";")]
            found.append([(name, rest) for name, _, rest in parts])
    return found


def test_every_command_is_one_of_tasmotas_with_a_value_that_it_takes() -> None:
    """A misspelled one would only be answered with "Unknown" on a console that nobody watches."""
    for line in commands():
        for name, value in line:
            assert name in KNOWN, f"{name} is no command of Tasmota that we know"
            assert KNOWN[name].fullmatch(value), f"{name} {value}"


def test_a_line_is_within_what_the_console_takes() -> None:
    """At most 30 commands in a Backlog (docs/Commands, Backlog), and each line begins with it where it has several."""
    for line, found in zip([one for one in LINES.splitlines() if one and one[0] != "#"], commands(), strict=True):
        assert len(found) <= 30
        assert len(found) == 1 or line.startswith("Backlog ")


@pytest.mark.parametrize("port", ["8883", "1883"])
def test_the_plug_is_set_once_and_for_all(port: str) -> None:
    """Whichever way it reaches the broker: no command is given twice with two values, and MQTT is switched on last."""
    chosen = [line for line in commands() if ("MqttPort", "1883" if port == "8883" else "8883") not in line]
    said = [command for line in chosen for command in line]
    assert len(said) == len(dict(said))
    assert said[-1] == ("SetOption3", "1")
    assert dict(said)["MqttPort"] == port


def test_nothing_is_retained_that_switches_by_itself() -> None:
    """Ghost switching comes from retained commands (docs/MQTT, Retained MQTT Messages)."""
    said = dict(command for line in commands() for command in line)
    assert {value for name, value in said.items() if name.endswith("Retain")} == {"0"}
    assert len([name for name in said if name.endswith("Retain")]) == 7
    assert said["PowerOnState"] == "0"


def test_it_announces_itself_in_its_own_form_and_is_missed_soon() -> None:
    """SetOption19 0 is what our translator reads; values come often, and a dead plug is offline within 30 s."""
    said = dict(command for line in commands() for command in line)
    assert said["SetOption19"] == "0"
    assert int(said["TelePeriod"]) <= 60
    assert int(said["MqttKeepAlive"]) * 1.5 <= 30


def test_the_broker_lets_it_say_and_hear_what_it_does() -> None:
    """Its FullTopic puts the user's name where the access list looks for it."""
    said = dict(command for line in commands() for command in line)
    assert said["MqttUser"] == said["Topic"] == "NAME"
    for way, prefix, leaf in (
        *(("write", "tele", leaf) for leaf in ("LWT", "STATE", "SENSOR", "INFO1")),
        *(("write", "stat", leaf) for leaf in ("RESULT", "POWER", "STATUS8")),
        ("read", "cmnd", "POWER"),
    ):
        topic = said["FullTopic"].replace("%prefix%", prefix).replace("%topic%", "plug-7") + leaf
        assert may("plug-7", way, topic, sensors=["plug-7"])
    assert may("plug-7", "write", "tasmota/discovery/DC4F220848A2/config", sensors=["plug-7"])
