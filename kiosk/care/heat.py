"""Whether the machine is too hot: begun at a temperature, and over only when it is clearly cooler."""

from dataclasses import dataclass

TOO_HOT_C = 80.0
"""Where a Raspberry Pi begins to slow down."""

COOLED_C = 75.0


@dataclass(slots=True)
class Heat:
    """Remembers whether it is too hot, so that a temperature at the edge calls nobody again and again."""

    too_hot: bool = False

    def feel(self, cpu_c: float | None, *, hot: bool = False) -> bool:
        """Take the processor's temperature in °C and the firmware's own word; say whether a person is needed."""
        if hot or (cpu_c is not None and cpu_c >= TOO_HOT_C):
            self.too_hot = True
        elif cpu_c is None or cpu_c < COOLED_C:
            self.too_hot = False
        return self.too_hot
