"""A parser with a mistake behind four doors, which only a fuzzer that is guided by coverage opens."""


def read(data: bytes) -> int:
    """Return a number; fails in a way that nobody documented."""
    for at, expected in enumerate(b"\x00%~{"):
        if len(data) <= at or data[at] != expected:
            return at
    return 1 // (len(data) - len(data))
