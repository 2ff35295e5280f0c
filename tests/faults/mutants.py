"""Named faults of the kind that others ship, planted into the product at the start of a process.

The product itself holds no switch: each fault replaces a function in the running process. For each one a short scenario
must make the checker speak up (``test_mutants``), or the checker is blind to it. Two that one might expect are absent:
``synchronous_normal`` needs a power cut, and ordering by the kiosk's clock is what the hub does today.
"""

from tests.faults import mutants_of_hub, mutants_of_kiosk
from tests.faults.mutant import Mutant

MUTANTS: dict[str, Mutant] = {**mutants_of_kiosk.CAUGHT.mutants, **mutants_of_hub.CAUGHT.mutants}

HARMLESS: dict[str, Mutant] = mutants_of_hub.SURVIVED.mutants
"""Mistakes that this design survives: nothing depends on them."""


def plant(name: str) -> None:
    """Plant one fault into this process. Raises KeyError for a name that is none."""
    (MUTANTS | HARMLESS)[name].plant()
