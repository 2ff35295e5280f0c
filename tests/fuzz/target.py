"""What is fuzzed.

A target is built inside ``tests.fuzz.__main__``, where what it imports is instrumented: so the imports stand in the
functions. It makes a function that takes any bytes. Whatever that raises is a finding: the documented errors are caught
there, and what must hold beyond "it raises nothing else" is asserted there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

One = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """One parser: ``modules`` are instrumented (prefixes); ``longest`` is of an input, in bytes."""

    make: Callable[[], One]
    modules: Sequence[str]
    seeds: Callable[[], Sequence[bytes]]
    longest: int = 1_024
