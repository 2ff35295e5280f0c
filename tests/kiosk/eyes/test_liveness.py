import numpy as np

from devices.camera import Frame
from kiosk.eyes.liveness import Liveness


def picture(seed: int, low: int = 0, high: int = 256) -> Frame:
    """Draw noise."""
    return np.random.default_rng(seed).integers(low, high, (720, 1280, 3), np.uint8)


def test_pictures_that_differ_by_noise_are_of_a_living_camera_and_equal_ones_are_not() -> None:
    """Also at night: a dark room has noise."""
    for low, high in ((0, 256), (5, 20)):
        liveness = Liveness()
        assert liveness.see(picture(1, low, high))
        assert liveness.see(picture(2, low, high))
        assert not liveness.see(picture(2, low, high))
        assert liveness.see(picture(3, low, high))


def test_black_pictures_are_of_no_living_camera_though_they_differ() -> None:
    """A covered lens or a dead sensor."""
    liveness = Liveness()
    assert not any(liveness.see(picture(seed, 0, 10)) for seed in range(20))


def test_a_camera_that_was_lost_is_believed_again_only_after_some_living_pictures() -> None:
    """A stuck driver gives one new picture each time it is opened."""
    liveness = Liveness()
    for opened in range(5):
        liveness.lost()
        assert not any(liveness.see(picture(opened)) for _ in range(30))
    liveness.lost()
    seen = [liveness.see(picture(100 + number)) for number in range(20)]
    assert not seen[0]
    assert seen[-1]


def test_any_picture_is_looked_at() -> None:
    """The smallest, and one without pixels."""
    for size in ((1, 1, 3), (0, 0, 3), (3, 2000, 3)):
        Liveness().see(np.zeros(size, np.uint8))
