"""Who holds what before which kiosk, and when: the demo's arrivals, drawn once from a seed."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub.demo.errands import Errand
from hub.demo.house import Cast
from hub.letters.symbols import symbol

FIRST_MS = 4_000
"""Kiosks fetch their roster in the meantime, as they do before doors open."""

_PIXELS = 8
_SEED = 20261231
_PHONES = 0.55
_SOON = 8
"""So many errands come early enough for a short demo, the others now and then."""


@dataclass(frozen=True, slots=True)
class Showing:
    """One code held before one kiosk; ``starts_ms`` counts from that kiosk's first picture.

    A code that ``checks_in`` nobody by itself opens a list of guests, to be ticked.
    """

    kiosk: str
    code: str
    starts_ms: int
    lasts_ms: int
    medium: str
    difficulty: float
    checks_in: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """One errand at one kiosk's screen, which is the visitor's own for that time; counted as a ``Showing`` is."""

    kiosk: str
    errand: Errand
    starts_ms: int
    lasts_ms: int


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything that happens at the doors: what is held up, and who touches a screen in between."""

    showings: Sequence[Showing]
    visits: Sequence[Visit]

    def after(self, first: Sequence[str], kiosks: Sequence[str], waits_ms: int, every_ms: int) -> "Programme":
        """Return it ``waits_ms`` later, after the codes of those who come before all others, door by door."""
        begin = [
            Showing(
                kiosks[number % len(kiosks)],
                code,
                waits_ms + number // len(kiosks) * every_ms,
                every_ms // 2,
                "phone",
                0.1,
            )
            for number, code in enumerate(first)
        ]
        later_ms = waits_ms - FIRST_MS + -(-len(first) // len(kiosks)) * every_ms
        showings = [replace(one, starts_ms=one.starts_ms + later_ms) for one in self.showings]
        visits = [replace(one, starts_ms=one.starts_ms + later_ms) for one in self.visits]
        return Programme([*begin, *showings], visits)


def draw_up(
    cast: Cast, kiosks: Sequence[str], *, every_ms: int, lasts_ms: int, errands: Sequence[Errand] = ()
) -> Programme:
    """Line everybody up: parties together, VIPs among them, and now and then a code that does not open the door.

    ``every_ms`` passes between two guests at one kiosk, and as long as it needs after an errand; nobody comes after
    ``lasts_ms``. There is one person at a screen at a time.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a repeatable demo, no secret
    lines = {kiosk: FIRST_MS + index * every_ms // 2 for index, kiosk in enumerate(kiosks)}
    showings: list[Showing] = []
    visits: list[Visit] = []
    for one in _queue(cast, errands, chance):
        kiosk = min(lines, key=lambda name: lines[name])
        starts_ms = lines[kiosk]
        errand = one if isinstance(one, Errand) else None
        code = errand.code if errand else str(one)
        held_ms = int(every_ms * chance.uniform(0.55, 0.75))
        slot_ms = (every_ms if code else 0) + (errand.needs_ms if errand else 0)
        if starts_ms + max(held_ms, slot_ms if errand else 0) > lasts_ms:
            break
        medium = "phone" if chance.random() < _PHONES else "letter"
        if code:
            difficulty = round(chance.uniform(0.0, 0.45), 2)
            checks_in = errand.checks_in if errand else True
            showings.append(Showing(kiosk, code, starts_ms, held_ms, medium, difficulty, checks_in))
        if errand:
            visits.append(Visit(kiosk, errand, starts_ms, slot_ms))
        lines[kiosk] += slot_ms + chance.randint(-every_ms // 8, every_ms // 8) * (errand is None)
    return Programme(showings, visits)


def write_scripts(showings: Iterable[Showing], folder: Path) -> dict[str, Path]:
    """Write each kiosk's script, and a picture of each code, as a printer or a phone would show it."""
    pictures: dict[str, str] = {}
    scripts: dict[str, list[str]] = {}
    for showing in showings:
        if showing.code not in pictures:
            name = f"code-{len(pictures):04d}.png"
            (folder / name).write_bytes(symbol(showing.code).picture(_PIXELS))
            pictures[showing.code] = name
        scripts.setdefault(showing.kiosk, []).append(_line(showing, pictures[showing.code]))
    paths = {}
    for kiosk, lines in scripts.items():
        paths[kiosk] = folder / f"{kiosk}.jsonl"
        paths[kiosk].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def append_showing(showing: Showing, script: Path) -> None:
    """Add one more showing to the script of a kiosk that runs, with its picture."""
    name = f"{script.stem}-{showing.starts_ms}.png"
    (script.parent / name).write_bytes(symbol(showing.code).picture(_PIXELS))
    with script.open("a", encoding="utf-8") as file:
        file.write(_line(showing, name) + "\n")


def _line(showing: Showing, picture: str) -> str:
    return json.dumps(
        {
            "image": picture,
            "starts_ms": showing.starts_ms,
            "lasts_ms": showing.lasts_ms,
            "medium": showing.medium,
            "difficulty": showing.difficulty,
        }
    )


def _queue(cast: Cast, errands: Sequence[Errand], chance: random.Random) -> list[str | Errand]:
    """Order the codes: guests in random order with parties together; the odd ones early enough for a short demo.

    Whoever comes on an errand comes by it alone.
    """
    apart = {one.invitation.id for errand in errands for one in errand.by}
    parties: dict[str, list[str]] = {}
    vips = []
    for one in cast.guests:
        if one.invitation.id in apart:
            continue
        if one.invitation.vip:
            vips.append(one.invitation.code)
        else:
            parties.setdefault(one.invitation.party or one.invitation.id, []).append(one.invitation.code)
    groups = list(parties.values())
    chance.shuffle(groups)
    queue: list[str | Errand] = [code for group in groups for code in group]
    for index, vip in enumerate(vips):
        queue.insert(3 + index * 7, vip)
    odd = [*cast.foreign, *cast.revoked, *cast.early, *cast.unknown, *cast.replaced, *cast.damaged]
    for index, code in enumerate(odd):
        queue.insert(5 + index * 3, code)
    for position in (10, 22, 34):  # three guests come back and hold their code up again
        queue.insert(position, queue[position - 6])
    for index, errand in enumerate(errands):
        queue.insert(2 + index * 3 if index < _SOON else 10 + (index - _SOON + 1) * 32, errand)
    return queue
