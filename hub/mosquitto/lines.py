"""The lines of mosquitto.conf, split as Mosquitto 2 splits them: a name, a space, and the rest."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One setting, and where it stands."""

    file: str
    number: int
    name: str
    value: str = ""

    @property
    def where(self) -> str:
        """Return file and line, for a person."""
        return f"{self.file}:{self.number}"

    @property
    def on(self) -> bool:
        """Say whether a setting that is true or false is true; Mosquitto looks at the first word alone."""
        return self.value.split(" ")[0] in {"true", "1"}


def split_lines(file: str, text: str) -> Iterator[Line]:
    """Split a file. A ``#`` begins a comment in the first column only: elsewhere Mosquitto would not start."""
    for number, raw in enumerate(text.splitlines(), start=1):
        name, _, value = raw.strip(" ").partition(" ")
        if name and not raw.startswith("#"):
            yield Line(file, number, name, value.strip())
