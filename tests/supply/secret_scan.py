"""``make lint`` looks for secrets in the tree: private keys, tokens of well-known makers, and long random passwords.

It reads what git keeps or would keep. What looks like a secret and is none stands in ``KNOWN``, by its SHA-256.
"""

import argparse
import hashlib
import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGEST = 2_000_000
RANDOM_BITS = 3.3
"""Bits a letter (Shannon) above which a long word is no word of a language; random hex has nearly 4."""

_KIND = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}"),
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "PyPI token": re.compile(r"\bpypi-[A-Za-z0-9_-]{60,}"),
    "password in an address": re.compile(r"\b[a-z][a-z0-9+]{2,}://[^\s/:@\"'{}<>]+:[^\s/@\"'{}<>$]{12,}@"),
    "password hash": re.compile(r"\$(?:7|argon2id?|2[aby]|6)\$[A-Za-z0-9$=,+/.]{40,}"),
}
_SET = re.compile(
    r"(?i)\b[a-z0-9_.-]*(?:password|passwd|secret|token|api_?key|lookup_?key|site_?key|private_?key|psk)[a-z0-9_]*"
    r"[\"']?\s*[:=]\s*[\"'](?![./~])(?=[^\"']*[0-9])([A-Za-z0-9+/_=-]{24,})[\"']"
)

KNOWN = {
    "0f680d0c0dc78d80dda1f25580a3274a050161390ae36a30d2bac8a38dc36c0e": "Feishu's token in tests/hub/services.py",
    "5947d7c33d783f94b3b4c1a96ebc8991ed28f1b069b71e03376cba8caa98a720": "counts up, in tests/kiosk/test_config.py",
}
"""SHA-256 of the found text: why it is none of our secrets."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that looks like a secret; it is not repeated here, its hash (for ``KNOWN``) is."""

    path: str
    line: int
    kind: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: looks like a {self.kind} (sha256 {self.sha256})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Scan a checkout; returns 1 where a secret was found, or where nothing could be read."""
    parser = argparse.ArgumentParser(description="Look for secrets in a checkout")
    parser.add_argument("--root", type=Path, default=ROOT)
    root = parser.parse_args(arguments).root
    paths = kept(root)
    found = [one for path in paths for one in scan(root, path)]
    for one in found:
        sys.stderr.write(f"{one}\n")
    if not paths:
        sys.stderr.write(f"git knows no file in {root}: nothing was looked at\n")
    return 1 if found or not paths else 0


def kept(root: Path) -> list[str]:
    """Return what git keeps, and what it would keep with the next ``git add``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return [path for path in listed.stdout.split("\0") if path and (root / path).is_file()]


def scan(root: Path, path: str) -> list[Found]:
    """Look through one file; one that is no text, or larger than 2 MB, holds no secret that a person wrote."""
    data = (root / path).read_bytes()
    if len(data) > LARGEST or b"\0" in data[:8_000]:
        return []
    text = data.decode("utf-8", errors="replace")
    found = []
    for kind, start, secret in _looks(text):
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if digest not in KNOWN:
            found.append(Found(path, text.count("\n", 0, start) + 1, kind, digest))
    return found


def _looks(text: str) -> Iterator[tuple[str, int, str]]:
    for kind, shape in _KIND.items():
        for match in shape.finditer(text):
            yield kind, match.start(), match[0]
    for match in _SET.finditer(text):
        if bits_a_letter(match[1]) >= RANDOM_BITS:
            yield "password", match.start(), match[1]


def bits_a_letter(word: str) -> float:
    """Return the Shannon entropy of a word's letters: 0 for one letter repeated, 4 for random hex digits at most."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())


if __name__ == "__main__":
    raise SystemExit(main())
