"""Reed-Solomon correction of QR blocks with erasures: codewords known to be doubtful cost half of what an error costs.

The field is GF(256) with polynomial 0x11D and generator roots 2^0, 2^1 ... (ISO/IEC 18004 section 7.5). Polynomials
are lists of numbers, the constant first.
"""

from collections.abc import Sequence

_FIELD = 0x11D
_SIZE = 255


def _tables() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * (2 * _SIZE), [0] * (_SIZE + 1), 1
    for exponent in range(_SIZE):
        powers[exponent] = powers[exponent + _SIZE] = value
        logs[value] = exponent
        value = value << 1 ^ (_FIELD if value & 0x80 else 0)
    return powers, logs


_POWER, _LOG = _tables()


def correct(word: Sequence[int], checks: int, erased: Sequence[int] = (), spare: int = 0) -> list[int] | None:
    """Return the corrected block, or None when it cannot be trusted.

    ``word`` is data then ``checks`` check codewords; ``erased`` are places not to believe. Twice the errors plus the
    erasures may use up all checks but ``spare``: each spare one makes a wrong correction 256 times less likely.
    """
    fixed = list(word)
    for place in erased:
        fixed[place] = 0
    syndromes = [_value(fixed, power) for power in range(checks)]
    if not any(syndromes):
        return fixed
    n = len(fixed)
    locator = [1]
    for place in erased:
        locator = _times(locator, [1, _POWER[n - 1 - place]])
    locator = _errors(syndromes, locator, len(erased))
    places = [place for place in range(n) if _at(locator, _SIZE - (n - 1 - place)) == 0]
    wrong = len(places) - len(erased)
    if len(places) != len(locator) - 1 or 2 * wrong + len(erased) > checks - spare:
        return None
    _repair(fixed, syndromes, locator, places)
    return None if any(_value(fixed, power) for power in range(checks)) else fixed


def _value(word: Sequence[int], power: int) -> int:
    """Return the word, as a polynomial with the first codeword highest, at 2^power."""
    total = 0
    for codeword in word:
        total = codeword ^ (_POWER[_LOG[total] + power] if total else 0)
    return total


def _at(polynomial: Sequence[int], exponent: int) -> int:
    """Return the polynomial (constant first) at 2^exponent."""
    total = 0
    for power, factor in enumerate(polynomial):
        if factor:
            total ^= _POWER[(_LOG[factor] + power * exponent) % _SIZE]
    return total


def _mul(a: int, b: int) -> int:
    return _POWER[_LOG[a] + _LOG[b]] if a and b else 0


def _div(a: int, b: int) -> int:
    return _POWER[_LOG[a] + _SIZE - _LOG[b]] if a else 0


def _times(a: Sequence[int], b: Sequence[int]) -> list[int]:
    product = [0] * (len(a) + len(b) - 1)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            product[i + j] ^= _mul(left, right)
    return product


def _errors(syndromes: Sequence[int], erasures: list[int], erased: int) -> list[int]:
    """Extend the erasure locator to all errors (Berlekamp-Massey begun at the erasures, Blahut 1983)."""
    locator, previous = list(erasures), list(erasures)
    length = erased
    for step in range(erased, len(syndromes)):
        gap = 0
        for power, factor in enumerate(locator[: step + 1]):
            gap ^= _mul(factor, syndromes[step - power])
        previous = [0, *previous]
        if not gap:
            continue
        grown = _plus(locator, [_mul(gap, factor) for factor in previous])
        if 2 * length <= step + erased:
            length = step + 1 + erased - length
            previous = [_div(factor, gap) for factor in locator]
        locator = grown
    while len(locator) > 1 and not locator[-1]:
        locator.pop()
    return locator


def _plus(a: Sequence[int], b: Sequence[int]) -> list[int]:
    total = [0] * max(len(a), len(b))
    for polynomial in (a, b):
        for power, factor in enumerate(polynomial):
            total[power] ^= factor
    return total


def _repair(word: list[int], syndromes: Sequence[int], locator: Sequence[int], places: Sequence[int]) -> None:
    """Set the codewords right at the known places (Forney's formula, first root 2^0)."""
    evaluator = _times(syndromes, locator)[: len(syndromes)]
    slope = [factor if power % 2 else 0 for power, factor in enumerate(locator)]
    for place in places:
        power = len(word) - 1 - place
        # The formal derivative times x: one multiplication by the place's own power is left over and wanted.
        below = _at(slope, _SIZE - power)
        if below:
            word[place] ^= _div(_at(evaluator, _SIZE - power), below)
