"""From finder patterns over grids to texts."""

import cv2
import numpy as np
import pytest

from kiosk.eyes import live
from kiosk.eyes.engines import Look
from kiosk.eyes.finders import find_finders
from kiosk.eyes.grids import Grid, corners_of, grid_from_corners, propose, rescaled
from kiosk.eyes.live import LiveEye
from kiosk.eyes.pictures import Grey, inked, scaled
from kiosk.eyes.tracing import flatten, trace
from kiosk.eyes.watching import Watch
from tests.pictures import CODE, Picture, crumpled, pasted, qr, wall

SIDE = 25
FLAT = np.array([[32, 32], [232, 32], [232, 232], [32, 232]], np.float32)
"""The corners of a code drawn at 8 pixels a module, its quiet zone of 4 modules left out."""


def placed(corners: list[tuple[float, float]], *, inverted: bool = False) -> Picture:
    """Show a code in perspective, its outer modules' corners at these places."""
    code = qr(scale=8)
    matrix = cv2.getPerspectiveTransform(FLAT, np.array(corners, np.float32))
    paper = cv2.warpPerspective(code, matrix, (1280, 720), borderValue=255)
    return np.asarray(cv2.bitwise_not(paper) if inverted else paper, dtype=np.uint8)


TILTED = [(400.0, 150.0), (640.0, 210.0), (600.0, 470.0), (380.0, 390.0)]


def proposals(picture: Grey, scale: float = 1.0) -> list[Grid]:
    """Return the grids proposed for a picture."""
    return propose(find_finders(inked(scaled(picture, scale), 51, 10), scale))


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("turn", range(4))
def test_a_tilted_code_is_found_by_its_marks_and_read(turn: int, *, inverted: bool) -> None:
    """In any orientation, dark on light or light on dark, with its corners within a module of the truth."""
    corners = TILTED[turn:] + TILTED[:turn]
    picture = placed(corners, inverted=inverted)
    best = proposals(picture)[0]
    assert best.size == SIDE
    assert np.abs(corners_of(best) - np.array(corners)).max() < 10
    assert trace(picture, best) == (CODE,)


def test_marks_found_at_half_size_are_placed_on_the_whole_picture() -> None:
    """The live decoder looks for marks at half size."""
    best = proposals(placed(TILTED), 0.5)[0]
    assert np.abs(corners_of(best) - np.array(TILTED)).max() < 10


@pytest.mark.parametrize("hidden", range(3))
@pytest.mark.parametrize("turn", range(4))
def test_two_marks_are_enough(hidden: int, turn: int) -> None:
    """Whichever of the three is under a sticker, however the code is turned."""
    code = qr(scale=8)
    place = [(32, 32), (176, 32), (32, 176)][hidden]
    cv2.rectangle(code, place, (place[0] + 55, place[1] + 55), 140, -1)
    picture = pasted(wall(), np.rot90(code, turn), 400, 200)
    grids = proposals(picture)
    assert all(len(grid.marks) == 2 for grid in grids)
    assert (CODE,) in [trace(picture, grid) for grid in grids]


def test_a_crumpled_code_is_laid_flat() -> None:
    """After flattening the modules stand where they belong: rows and columns are straight again."""
    picture = pasted(wall(), crumpled(qr(scale=8), depth=5, waves=1.5), 400, 200)
    grid = proposals(picture)[0]
    flat = flatten(picture, grid)
    ideal = cv2.resize(qr(scale=6, border=2), flat.shape[::-1], interpolation=cv2.INTER_AREA)
    smooth = flatten(qr(scale=8), grid_from_corners(FLAT, SIDE))
    assert float(np.corrcoef(flat.ravel(), ideal.ravel())[0, 1]) > 0.9
    assert float(np.corrcoef(smooth.ravel(), ideal.ravel())[0, 1]) > 0.95


def test_a_grid_in_the_wrong_place_gives_nothing() -> None:
    """Tracing never invents."""
    corners = np.array(TILTED, np.float32)
    for shift in ((60, 0), (0, -75), (300, 200)):
        assert trace(placed(TILTED), grid_from_corners(corners + np.array(shift, np.float32), SIDE)) == ()
    for size in (21, 29, 33):
        assert trace(placed(TILTED), grid_from_corners(corners, size)) == ()


def test_a_rescaled_grid_lies_on_the_rescaled_picture() -> None:
    """Places found on an enlarged picture are used on the original."""
    grid = grid_from_corners(np.array(TILTED, np.float32), SIDE)
    assert np.allclose(corners_of(rescaled(grid, 0.5)), np.array(TILTED) / 2)


def marks(across: int, down: int) -> Picture:
    """Hang a wall full of finder patterns that are no code."""
    picture = np.full((720, 1280), 235, np.uint8)
    for row in range(down):
        for column in range(across):
            left, top = 40 + column * 150, 40 + row * 150
            for inset, tone in ((0, 20), (8, 235), (16, 20)):
                cv2.rectangle(picture, (left + inset, top + inset), (left + 55 - inset, top + 55 - inset), tone, -1)
    return picture


def test_a_wall_of_squares_proposes_few_grids() -> None:
    """Thirty-two marks would combine thirty thousand ways."""
    finders = find_finders(inked(marks(8, 4), 51, 10))
    assert len(finders) == 24
    assert [grid.off for grid in propose(finders)] == [grid.off for grid in propose(finders[:10])]
    assert len(propose(finders)) <= 12


def test_a_hopeless_scene_cannot_spend_more_than_the_purse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks that are no code cost some fifteen tries at once, then one in ten looks, however long they hang there."""
    traced = []

    def counted(grey: Grey, grid: Grid) -> tuple[str, ...]:
        traced.append(grid)
        return trace(grey, grid)

    monkeypatch.setattr(live, "trace", counted)
    eye = LiveEye()
    pictures = [marks(8, 4), np.roll(marks(8, 4), 40)]
    for number in range(100):
        assert eye.read(pictures[number % 2]) == ()
    assert 5 <= len(traced) <= 32


@pytest.mark.parametrize(("stirring", "most"), [(False, 46 + 21 / 2 + 140 / 3), (True, 46 + 160 / 2)])
def test_a_scene_in_which_little_stirs_is_looked_at_less_often(
    monkeypatch: pytest.MonkeyPatch, most: float, *, stirring: bool
) -> None:
    """Every third frame when nothing moves, every second when someone walks far off, every one when a code comes."""
    looked = []

    def counted(grey: Grey) -> Look:
        looked.append(grey.size)
        return Look()

    monkeypatch.setattr(live, "_ROUND", (counted,))
    eye = LiveEye()
    walls = [wall(seed=seed, noise=8) for seed in range(3)]
    passer_by = np.full((200, 60), 90, np.uint8)
    for frame in range(200):
        eye.read(pasted(walls[frame % 3], passer_by, (5 * frame if stirring else 0) % 1200, 200))
    assert most - 10 <= len(looked) <= most + 2
    looked.clear()
    for shift in range(9):
        eye.read(pasted(wall(), qr(), 100 + 20 * shift, 100))
    assert len(looked) >= 8


def test_noise_is_no_change_and_a_phone_is_one() -> None:
    """The watch sees a phone of half the picture's height come into a dim room, and not a night's sensor noise."""
    watch = Watch()
    walls = [wall(tone=60, noise=10, seed=seed) for seed in range(5)]
    for frame in range(80):
        watch.see(walls[frame % 5])
    assert watch.pace == 3
    watch.see(
        pasted(wall(tone=60, noise=10), pasted(np.full((250, 130), 20, np.uint8), scaled(qr(), 0.45), 20, 60), 600, 300)
    )
    assert watch.pace == 1
