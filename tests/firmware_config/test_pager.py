"""The pager's C++ is run here, without ESPHome: it does in each case what the simulated pager does."""

import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.alerts import AlertAnswer, Did
from devices.contract.limits import columns
from devices.contract.messages import ACKNOWLEDGEMENTS
from tests.devices.simulation.pager_cases import BEGAN, CASES, Seen, alert_of, check
from tests.firmware_config.esphome_tool import FILES

PROGRAM = r"""
#include <iostream>
#include <sstream>
#include "alerts.h"
using namespace pager;
static uint64_t the_time = 0;
static std::vector<std::string> cut(const std::string &line, char by) {
  std::vector<std::string> found;
  std::stringstream all(line);
  for (std::string part; std::getline(all, part, by);) found.push_back(part);
  return found;
}
int main(int argc, char **argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "columns")
    for (std::string line; std::getline(std::cin, line);) std::cout << columns(line) << "\n";
  if (what == "instants")
    for (std::string line; std::getline(std::cin, line);) std::cout << instant_ms(line) << "\n";
  if (!what.empty()) return 0;
  Voice talks;
  talks.clock = [] { return the_time; };
  talks.start([](uint8_t *to, size_t bytes) { static uint8_t last; while (bytes--) *to++ = last++; });
  Pager pager;
  pager.voice = &talks;
  const char *sounds[] = {"none", "buzz", "tune", "urgent"};
  for (std::string line; std::getline(std::cin, line);) {
    const auto step = cut(line, '\t');
    const uint64_t at = std::stoull(step[0]);
    the_time = std::stoull(step[1]);
    const bool online = step[2] == "1";
    if (step[3] == "alert") {
      Alert alert;
      alert.id = step[4]; alert.tag = step[5]; alert.glance = step[6]; alert.detail = step[7];
      alert.priority = std::stoi(step[8]); alert.ring = step[9]; alert.ts = step[10]; alert.expires_at = step[11];
      alert.over = step[12] == "1";
      for (size_t i = 13; i + 1 < step.size(); i += 2) alert.offer(step[i], step[i + 1]);
      pager.take(alert, at);
    }
    if (step[3] == "first" || step[3] == "last") pager.press(step[3] == "first", at);
    std::cout << sounds[static_cast<int>(pager.tick(at))];
    const auto screen = pager.draw(at, online);
    std::cout << "\t" << pager.held.size();
    for (const auto &one : pager.held) std::cout << "\t" << one.id;
    for (const auto &one : screen) std::cout << "\t" << one;
    if (online) { for (const auto &one : pager.unsent) std::cout << "\t" << one; pager.unsent.clear(); }
    std::cout << "\n";
  }
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the pager's rules for this machine, with every warning an error and every misstep fatal."""
    folder = tmp_path_factory.mktemp("pager")
    (folder / "walk.cpp").write_text(PROGRAM, encoding="utf-8")
    checks = ["-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run(
        ["g++", "-std=c++17", *checks, f"-I{FILES / 'parts'}", "walk.cpp", "-o", "walk"], cwd=folder, check=True
    )
    return folder / "walk"


def run(program: Path, lines: list[str], *words: str) -> list[str]:
    """Give it lines, return its lines."""
    text = "".join(f"{line}\n" for line in lines)
    done = subprocess.run([program, *words], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def uuid_of(short: str) -> str:
    """Give the short id of a case the form that the contract asks for."""
    return f"00000000-0000-7000-8000-{int.from_bytes(short.encode()):012x}"


def short_of(uuid: str) -> str:
    """Return the short id again."""
    number = int(uuid[-12:], 16)
    return number.to_bytes((number.bit_length() + 7) // 8).decode()


def line_of(step: dict[str, Any], *, clock: bool) -> str:
    """Write a step for the program."""
    told = int(BEGAN.timestamp() * 1000) + step["at"] if clock else step["at"]
    words = [str(step["at"]), str(told), str(int(step.get("online", True)))]
    alert = alert_of(step)
    if alert is None:
        return "\t".join([*words, step.get("press", "look")])
    times = (codec.format_time(alert.ts), codec.format_time(alert.expires_at))
    fields = [uuid_of(alert.id), uuid_of(alert.tag), alert.glance, alert.detail, str(alert.priority), alert.ring.value]
    actions = [word for one in alert.actions for word in (one.did.value, one.label)]
    return "\t".join([*words, "alert", *fields, *times, str(int(alert.over)), *actions])


def read(line: str) -> Seen:
    """Read what the program says of a step; its answers by the strict codec."""
    sound, count, *rest = line.split("\t")
    waiting, rest = rest[: int(count)], rest[int(count) :]
    answers = [codec.decode_one_of(one.encode(), ACKNOWLEDGEMENTS) for one in rest[4:]]
    assert len({one.id for one in answers}) == len(answers)
    said = [f"{short_of(one.alert)} {one.did}" for one in answers if isinstance(one, AlertAnswer)]
    assert len(said) == len(answers)
    return Seen(sound, [short_of(one) for one in waiting], rest[:4], said)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_firmware_does_what_every_pager_does(program: Path, case: dict[str, Any]) -> None:
    """Each case by its name; the simulated pager walks through the same."""
    lines = run(program, [line_of(step, clock=case.get("clock", True)) for step in case["steps"]])
    answers = iter(lines)
    check(case, lambda _: read(next(answers)))
    assert len(lines) == len(case["steps"])


def test_the_cases_say_every_answer_there_is() -> None:
    """Else a word of the contract could be missing in the firmware, and nobody would see."""
    said = {word.partition(" ")[2] for case in CASES for step in case["steps"] for word in step.get("said", [])}
    assert said == {word.value for word in Did}


def test_the_firmware_counts_columns_as_the_contract_does(program: Path) -> None:
    """For every sign its font has: the hub's 24 characters are the pager's three lines."""
    glyphs = (FILES / "parts" / "glyphs-zh.yaml").read_text(encoding="utf-8")
    signs = sorted({sign for sign in glyphs if sign.isprintable()} | {chr(code) for code in range(0x21, 0x250)})
    signs = [sign for sign in [*signs, *"ＡｱｶＶ가あア🔔㎡￥·"] if sign.isprintable()]
    assert len(signs) > 4_000
    assert [int(line) for line in run(program, signs, "columns")] == [columns(sign) for sign in signs]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00+00:00"),
        ("2028-02-29T23:59:59.250Z", "2028-02-29T23:59:59.250+00:00"),
        ("2027-03-01T08:00:00Z", "2027-03-01T08:00:00+00:00"),
        ("2026-12-01T00:00:00.123456+00:00", "2026-12-01T00:00:00.123+00:00"),
        ("2026-12-01T08:00:00+08:00", ""),
        ("2026-13-01T00:00:00Z", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_the_firmware_reads_an_instant_or_refuses_it(program: Path, text: str, meant: str) -> None:
    """The hub writes UTC with a Z; any other zone is refused and not guessed."""
    (found,) = run(program, [text], "instants")
    assert int(found) == (round(datetime.fromisoformat(meant).timestamp() * 1000) if meant else 0)
