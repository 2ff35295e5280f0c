"""What a projector answers over PJLink (class 1 and 2), without a network: lines in, lines out, time an argument."""

from dataclasses import dataclass, field

OFF, ON, COOLING, WARMING = "0", "1", "2", "3"
_NOT_NOW = {"INPT", "AVMT", "FREZ", "IRES", "SVOL", "MVOL"}
_LONGEST = 128


@dataclass(slots=True)
class SimulatedProjector:
    """A projector's state. Set its fields at any time, as wear and accidents would.

    ``health`` are the six digits of ``ERST``: fan, lamp, temperature, cover, filter, other, each 0 ok, 1 warning, 2
    error. ``lamps`` are the hours of each. ``shy`` answers ERR3 to everything while it is not on; ``broken`` ERR4 to
    commands. With lamp error 2 the lamp never lights: it warms up and falls back.
    """

    level: int = 1
    maker: str = "Yingbin"
    model: str = "Simulated projector"
    name: str = "Hall 1"
    serial: str = "YB-0001"
    inputs: tuple[str, ...] = ("11", "31", "32")
    lamps: list[int] = field(default_factory=lambda: [1200])
    health: str = "000000"
    filter_hours: int = 310
    resolution: str = "1920x1080"
    warm_up_s: float = 20.0
    cool_down_s: float = 60.0
    shy: bool = False
    broken: bool = False
    deaf: bool = False
    input: str = "31"
    mute: str = "30"
    frozen: str = "0"
    _target: str = OFF
    _turned_at: float = float("-inf")

    def power(self, now: float) -> str:
        """Return ``POWR``'s digit at an instant, in seconds of any clock that goes on."""
        done = now - self._turned_at >= (self.warm_up_s if self._target == ON else self.cool_down_s)
        if self._target == ON:
            if not done:
                return WARMING
            return OFF if self.health[1] == "2" else ON
        return OFF if done else COOLING

    def answer(self, line: str, now: float) -> str:
        """Answer one command line, without its CR."""
        head, _, value = line.partition(" ")
        if len(head) != 6 or head[0] != "%" or head[1] not in "12"[: self.level] or len(value) > _LONGEST:  # noqa: PLR2004
            return f"{head[:6]}=ERR1"
        what = head[2:].upper()
        return f"%{head[1]}{what}={self._answer(head[1], what, value, now)}"

    def _answer(self, level: str, what: str, value: str, now: float) -> str:
        if self.shy and self.power(now) != ON:
            return "ERR3"
        if value == "?" or what == "INNM":
            return self._tell(level, what, value, now)
        return "ERR4" if self.broken else self._obey(what, value, now)

    def _tell(self, level: str, what: str, value: str, now: float) -> str:
        power = self.power(now)
        if what in _NOT_NOW and power != ON:
            return "ERR3"
        lit = "1" if power == ON else "0"
        both = {
            "POWR": power,
            "INPT": self.input,
            "AVMT": self.mute,
            "ERST": self.health,
            "LAMP": " ".join(f"{hours} {lit}" for hours in self.lamps) or "ERR1",
            "INST": " ".join(self.inputs),
            "NAME": self.name,
            "INF1": self.maker,
            "INF2": self.model,
            "INFO": "",
            "CLSS": str(self.level),
        }
        second = {
            "INPT": self.input,
            "INST": " ".join(self.inputs),
            "SNUM": self.serial,
            "SVER": "1.0",
            "FILT": str(self.filter_hours),
            "IRES": self.resolution,
            "RRES": "1920x1080",
            "FREZ": self.frozen,
            "INNM": f"Input {value[1:]}" if value[1:] in self.inputs else "ERR2",
        }
        return (both if level == "1" else second).get(what, "ERR1")

    def _obey(self, what: str, value: str, now: float) -> str:
        power = self.power(now)
        if what not in {"POWR", "INPT", "AVMT", "FREZ"}:
            return "ERR1"
        if what == "POWR":
            return self._turn(value, power, now)
        if power != ON:
            return "ERR3"
        allowed = {"INPT": self.inputs, "AVMT": ("10", "11", "20", "21", "30", "31"), "FREZ": ("0", "1")}[what]
        if value not in allowed:
            return "ERR2"
        if not self.deaf:
            setattr(self, {"INPT": "input", "AVMT": "mute", "FREZ": "frozen"}[what], value)
        return "OK"

    def _turn(self, value: str, power: str, now: float) -> str:
        if value not in {OFF, ON}:
            return "ERR2"
        if (power, value) in {(WARMING, OFF), (COOLING, ON)}:
            return "ERR3"
        if not self.deaf:
            self._turned_at = now if power != value else self._turned_at
            self._target = value
        return "OK"
