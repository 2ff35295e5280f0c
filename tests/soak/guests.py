"""Whoever comes to the soak's door: guests, strangers, jokers; each with a picture to hold up."""

import io
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import segno
from PIL import Image

from devices.ports import Clock
from hub.demo.house import Cast
from hub.letters.symbols import symbol

LASTS_MS = 1_600
HOSTILE = (
    "'; DROP TABLE check_ins; --",
    "<script>document.body.remove()</script>",
    "<img src=x onerror=alert(1)>{{ 7 * 7 }}%s%n",
    "Y1" + "Z" * 22,
    "Y2" + "A" * 60,
    "\x00\x07\x1b[2J\r\n\t",
    "\u202e\u0000迎宾\uffff",
    "BEGIN:VCARD\nVERSION:3.0\nN:Wang;Li\nTEL:+86 10 5555\nEND:VCARD",
    "https://example.com/?q=" + "a" * 90,
    "9" * 150,
)


@dataclass(slots=True)
class Showing:
    """Holds pictures up before a kiosk's simulated camera."""

    script: Path
    clock: Clock
    began_ms: int
    chance: random.Random
    pictures: dict[str, list[str]] = field(default_factory=dict)

    def prepare(self, cast: Cast) -> None:
        """Draw every picture once."""
        good = [one.invitation.code for one in cast.guests][:60]
        bad = [*cast.revoked, *cast.replaced, *cast.early, *cast.unknown, *cast.damaged, *cast.foreign]
        for name, texts in {"good": good, "bad": bad, "hostile": [*HOSTILE]}.items():
            self.pictures[name] = [self._draw(f"{name}-{at}", symbol(text).picture(8)) for at, text in enumerate(texts)]
        pairs = [(good[at], good[-1 - at]) for at in range(4)]
        self.pictures["two"] = [self._draw(f"two-{at}", _side_by_side(*pair)) for at, pair in enumerate(pairs)]

    def hold(self) -> str:
        """Hold a random picture up, from now on for a moment; return of which sort it is."""
        (sort,) = self.chance.choices(["good", "bad", "hostile", "two"], weights=[5, 2, 2, 1])
        line = {
            "image": self.chance.choice(self.pictures[sort]),
            "starts_ms": self.clock.monotonic_ms() - self.began_ms + 100,
            "lasts_ms": LASTS_MS,
            "medium": "letter",
            "difficulty": 0.1,
        }
        with self.script.open("a", encoding="utf-8") as script:
            script.write(json.dumps(line) + "\n")
        return sort

    def _draw(self, name: str, png: bytes) -> str:
        path = self.script.with_name(f"{name}.png")
        path.write_bytes(png)
        return path.name


def _side_by_side(left: str, right: str) -> bytes:
    """Draw two codes into one picture."""
    drawn = []
    for text in (left, right):
        out = io.BytesIO()
        segno.make(text, error="q", micro=False).save(out, kind="png", scale=8, border=4)
        drawn.append(Image.open(out).convert("L"))
    both = Image.new("L", (drawn[0].width + drawn[1].width, drawn[0].height), 255)
    both.paste(drawn[0], (0, 0))
    both.paste(drawn[1], (drawn[0].width, 0))
    out = io.BytesIO()
    both.save(out, "PNG")
    return out.getvalue()
