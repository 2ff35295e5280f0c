"""Named faults of the kind that others ship, planted into the product at the start of a process.

The product itself holds no switch: each fault replaces a function in the running process. For each one a short scenario
must make the checker speak up (``test_mutants``), or the checker is blind to it. One that one might expect is absent:
``synchronous_normal`` needs a power cut.
"""

from tests.faults import mutants_of_hub, mutants_of_kiosk, mutants_of_repair
from tests.faults.mutant import HASTE, Mutant

MUTANTS: dict[str, Mutant] = {
    **mutants_of_kiosk.CAUGHT.mutants,
    **mutants_of_hub.CAUGHT.mutants,
    **mutants_of_repair.CAUGHT.mutants,
}

HARMLESS: dict[str, Mutant] = {**mutants_of_hub.SURVIVED.mutants, **mutants_of_repair.SURVIVED.mutants}
"""Mistakes that this design survives: nothing depends on them."""


def plant(names: str) -> None:
    """Plant a fault into this process, or several, joined by ``+``. Raises KeyError for a name that is none."""
    known = {HASTE: mutants_of_repair.haste} | {name: one.plant for name, one in (MUTANTS | HARMLESS).items()}
    for name in names.split("+"):
        known[name]()
