"""What is judged beside the lines themselves: files as they were found, and the house; and what is said of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was found: what it says, who may do what with it (mode), or why it cannot be looked at."""

    text: str = ""
    mode: int = 0o600
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the house needs of its broker.

    ``processes`` are the hub's own users. Where devices ``join``, they hold certificates; ``password_port`` is then for
    those of other makers, which cannot. ``apart`` are addresses in networks of their own, by the operator's word.
    """

    site: str
    processes: frozenset[str]
    joins: bool = False
    password_port: int = 0
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing that is wrong: where it stands (``file:line``), what it is, and what to do."""

    where: str
    wrong: str
    remedy: str
