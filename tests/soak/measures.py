"""What the soak measures: memory of processes, and whether it grows. The judgement is pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

MAY_GROW = 0.1
"""A tenth, for what a program only learns in its first minutes."""

MAY_GROW_MB = 12.0
THIRDS = 3
_WRITTEN = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")


@dataclass(frozen=True, slots=True)
class Growth:
    """Medians of the three thirds of a series, in MB."""

    thirds: tuple[float, ...]

    @property
    def bounded(self) -> bool:
        """Say whether the last third is no larger than the first, but for a tenth and twelve megabytes."""
        first, *_, last = self.thirds
        return last <= first * (1 + MAY_GROW) + MAY_GROW_MB


def growth(series_mb: Sequence[float]) -> Growth:
    """Compare the thirds of a series. Raises ValueError when there is less than one value for each."""
    if len(series_mb) < THIRDS:
        raise ValueError(f"{len(series_mb)} measurements are too few to compare thirds: let it run longer")
    cuts = [len(series_mb) * part // THIRDS for part in range(THIRDS + 1)]
    return Growth(tuple(round(median(series_mb[a:b]), 1) for a, b in pairwise(cuts)))


def memory_mb(pids: Sequence[int]) -> float:
    """Return the memory that some processes have written, together, and what of it is swapped out.

    Pages of files are left out: a browser's share of its own program grows when another browser on the machine ends.
    """
    return sum(_written_kb(pid) for pid in pids) / 1024


def group(leader: int) -> list[int]:
    """Return the processes of a process group, without those that ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            _, _, rest = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")
        except OSError:
            continue
        state, _, process_group, *_ = rest.split()
        if int(process_group) == leader and state != "Z":
            found.append(int(entry.name))
    return found


def kind(pid: int) -> str:
    """Return what a browser calls one of its processes: renderer, gpu-process …; empty for the first and the gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ").split()
    except OSError:
        return ""
    return next((word.partition("=")[2] for word in words if word.startswith("--type=")), "")


def _written_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(_WRITTEN))
