"""How a hand brings an invitation before a camera: troubles drawn for one hold, and the pose at each moment."""

from dataclasses import dataclass, replace

import numpy as np

from devices.fake.props import Wear
from devices.fake.script import Medium, Trouble

_OUT_OF_SIGHT = 0.85
_DARK_MODE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Troubles:
    """What makes one hold hard to read; drawn once for a hold, in pixels of a 720-line picture where lengths."""

    side: float
    roll: float
    tilt: tuple[float, float]
    settle_ms: float
    focus_ms: float
    defocus: float
    shake: float
    exposure_ms: float
    light: float
    screen: float
    noise: float
    jpeg: int
    glare: float
    offset: tuple[float, float]
    phases: tuple[float, ...]
    wear: Wear


@dataclass(frozen=True, slots=True)
class Pose:
    """Where and how the code stands in one frame: middle and side as shares of the frame's height, angles in radians.

    ``blur`` is the radius of the defocus disk and ``smear`` the way (x, y) moved during the exposure, both in pixels
    of a 720-line picture.
    """

    middle: tuple[float, float]
    side: float
    roll: float
    tilt: tuple[float, float]
    blur: float
    smear: tuple[float, float]


def draw_troubles(medium: Medium, difficulty: float, rng: np.random.Generator) -> Troubles:
    """Draw a hold's troubles: at difficulty 1 most are mild and a few are bad, as with real guests."""

    def bad(most: float, least: float = 0.0) -> float:
        return float(least + (most - least) * difficulty * rng.random() ** 1.5)

    def either(value: float) -> float:
        return value if rng.random() < 0.5 else -value  # noqa: PLR2004 - one of two sides

    dim = bad(0.72)
    phone = medium == "phone"
    return Troubles(
        side=float(rng.uniform(0.36, 0.46)) - bad(0.27),
        roll=either(bad(0.9, 0.02)) + (float(rng.integers(0, 4)) * np.pi / 2 if difficulty * rng.random() > 0.8 else 0),  # noqa: PLR2004 - now and then upside down
        tilt=(either(bad(0.75, 0.02)), either(bad(0.75, 0.02))),
        settle_ms=120 + bad(600),
        focus_ms=90 + bad(900),
        defocus=bad(3.1, 0.3),
        shake=0.6 + bad(9),
        exposure_ms=6 + bad(22) + 12 * dim,
        light=float(rng.uniform(0.85, 1.0)) * (1 - dim),
        screen=float(rng.uniform(0.95, 1.25)),
        noise=1.5 + bad(9) + 7 * dim,
        jpeg=int(92 - bad(55)),
        glare=bad(1.0) if rng.random() < (0.8 if phone else 0.4) else 0.0,
        offset=(either(bad(0.5, 0.03)), either(bad(0.16, 0.02))),
        phases=tuple(rng.uniform(0, 2 * np.pi, 8).tolist()),
        wear=Wear(
            bend=0.0 if phone else bad(1.0, 0.05),
            folds=0.0 if phone else bad(1.0, 0.05),
            stripes=bad(0.8, 0.1) if phone else 0.0,
            inverted=phone and rng.random() < _DARK_MODE_SHARE,
        ),
    )


def troubled(troubles: Troubles, trouble: Trouble) -> Troubles:
    """Return the troubles of a hold that cannot be read, whatever else was drawn for it."""
    match trouble:
        case "dark":
            # A lens finds no focus in the dark.
            return replace(troubles, light=0.09, screen=0.09, noise=8.0, defocus=7.0)
        case "glare":
            return replace(troubles, screen=1.25, light=1.0, glare=40.0)
        case "far":
            return replace(troubles, side=0.05, defocus=0.8, offset=(troubles.offset[0], 0.0))
        case "none":
            return troubles


def pose_at(troubles: Troubles, t_ms: float, left_ms: float) -> Pose:
    """Return the pose ``t_ms`` after the hold began and ``left_ms`` before it ends (it is taken away as it came)."""
    x, y = _place(troubles, t_ms, left_ms)
    before_x, before_y = _place(troubles, t_ms - troubles.exposure_ms, left_ms + troubles.exposure_ms)
    away = _away(troubles, t_ms, left_ms)
    return Pose(
        middle=(x, y),
        side=troubles.side * (1 - 0.35 * away) * (1 + 0.02 * _sway(troubles, t_ms, 2)),
        roll=troubles.roll + 0.35 * away + 0.01 * troubles.shake / 3 * _sway(troubles, t_ms, 3),
        tilt=(
            troubles.tilt[0] + 0.3 * away + 0.01 * _sway(troubles, t_ms, 4),
            troubles.tilt[1] + 0.012 * _sway(troubles, t_ms, 5),
        ),
        blur=troubles.defocus + _hunting(troubles, t_ms),
        smear=((x - before_x) * 720, (y - before_y) * 720),
    )


def _place(troubles: Troubles, t_ms: float, left_ms: float) -> tuple[float, float]:
    away = _away(troubles, t_ms, left_ms) * _OUT_OF_SIGHT
    reach = troubles.shake / 720
    x = troubles.offset[0] + 0.3 * away + reach * _sway(troubles, t_ms, 0)
    return x, troubles.offset[1] + away + reach * _sway(troubles, t_ms, 1)


def _away(troubles: Troubles, t_ms: float, left_ms: float) -> float:
    """Return how far the hand still is: 1 out of sight, 0 settled."""
    come = max(0.0, 1 - t_ms / troubles.settle_ms) ** 2
    go = max(0.0, 1 - left_ms / 150) ** 2
    return max(come, go)


def _sway(troubles: Troubles, t_ms: float, axis: int) -> float:
    """Return a hand's tremor between about -1 and 1: a slow drift and a faster shiver, never the same on two axes."""
    phase = troubles.phases[axis]
    slow = np.sin(t_ms * (0.0042 + 0.0005 * axis) + phase)
    return float(0.75 * slow + 0.25 * np.sin(t_ms * (0.021 + 0.002 * axis) + 2.3 * phase))


def _hunting(troubles: Troubles, t_ms: float) -> float:
    """Return the extra blur of a lens that looks for the code: swinging and dying away."""
    rest = np.exp(-t_ms / troubles.focus_ms * 2.2)
    return float(4.5 * rest * abs(np.cos(t_ms * 0.009 + troubles.phases[6])))
