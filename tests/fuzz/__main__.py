"""``make fuzz FOR=credential``: any bytes, guided by coverage (Atheris, libFuzzer), into one parser.

Ends with 0 after ``--runs`` executions that raised nothing but the documented errors; else libFuzzer shows the error
and writes the input to ``crash-…`` in the corpus' folder. ``--try FILE`` runs one such input again.
"""

import argparse
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import atheris

from tests.fuzz import of_doors, of_files, of_the_wire
from tests.fuzz.target import One, Target


def _mutant() -> One:
    from tests.fuzz.mutant import read  # noqa: PLC0415 - see tests.fuzz.target

    def one(data: bytes) -> None:
        read(data)

    return one


TARGETS = of_the_wire.TARGETS | of_files.TARGETS | of_doors.TARGETS
MUTANT = Target(_mutant, ["tests.fuzz.mutant"], lambda: [b"seed"], 16)
"""Shows that what is wrong is found."""

SLOWEST_S = 60
"""An input that takes longer by the wall, also on a machine that does much else, is a finding."""


def main() -> None:
    """Fuzz one parser; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz one parser")
    parser.add_argument("target", choices=[*sorted(TARGETS), "mutant"], nargs="?")
    parser.add_argument("--list", action="store_true", help="name the parsers")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0, help="0: another one every time")
    parser.add_argument("--corpus", type=Path, help="a folder that keeps what was found interesting")
    parser.add_argument("--try", dest="again", type=Path, help="run one input again")
    args = parser.parse_args()
    if args.list or not args.target:
        sys.stdout.write("\n".join(TARGETS) + "\n")
        return
    target = TARGETS.get(args.target, MUTANT)
    with atheris.instrument_imports(include=list(target.modules)):
        one = target.make()
    if args.again:
        one(args.again.read_bytes())
        return
    with tempfile.TemporaryDirectory() as spare:
        corpus = args.corpus or Path(spare)
        corpus.mkdir(parents=True, exist_ok=True)
        for seed in target.seeds():
            (corpus / sha256(seed).hexdigest()).write_bytes(seed)
        options = [f"-runs={args.runs}", f"-seed={args.seed}", f"-max_len={target.longest}", f"-timeout={SLOWEST_S}"]
        options += ["-print_final_stats=0", "-verbosity=1", f"-artifact_prefix={args.corpus or Path.cwd()}/"]
        atheris.Setup([sys.argv[0], *options, str(corpus)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
