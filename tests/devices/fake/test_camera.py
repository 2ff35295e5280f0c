"""The simulated camera: what it shows, and when."""

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from devices.camera import Frame
from devices.fake.camera import FixedScript, FollowedScript, Hold, SceneCamera, SceneStyle, render_hold
from devices.fake.script import Medium, Script
from tests.clocks import WaitingClock
from tests.pictures import CODE, qr_file

SMALL = (640, 360)
MODEL_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


def texts(frame: Frame | None) -> list[str]:
    """Return what plain zxing-cpp reads in a frame."""
    assert frame is not None
    return [code.text for code in zxingcpp.read_barcodes(frame, formats=MODEL_2)]


def camera(
    script: Script, clock: WaitingClock | None = None, style: SceneStyle | None = None, seed: int = 4
) -> SceneCamera:
    """Make a camera that plays a script."""
    clock = clock or WaitingClock()
    return SceneCamera(script, clock, clock.wait, seed=seed, style=style)


def hold(image: Path, starts_ms: int = 0, lasts_ms: int = 2000, medium: Medium = "letter") -> Hold:
    """Make an easy hold."""
    return Hold(image, starts_ms, lasts_ms, medium, 0.0)


@pytest.mark.parametrize("medium", ["letter", "phone"])
def test_an_easy_hold_shows_a_code_that_can_be_read(tmp_path: Path, medium: Medium) -> None:
    """After a moment of approach the invitation stands before the camera."""
    clock = WaitingClock()
    eye = camera(FixedScript((hold(qr_file(tmp_path), medium=medium),)), clock)
    frames = [eye.read() for _ in range(12)]
    assert [texts(frame) for frame in frames[-3:]] == [[CODE]] * 3
    assert frames[-1] is not None
    assert frames[-1].shape == (720, 1280, 3)
    assert frames[-1].dtype == np.uint8


def test_before_and_after_a_hold_there_is_an_empty_lobby_that_is_never_quite_the_same(tmp_path: Path) -> None:
    """An empty scene has sensor noise and no code."""
    eye = camera(FixedScript((hold(qr_file(tmp_path), starts_ms=1000, lasts_ms=1000),)), style=SceneStyle(fps=10))
    frames = [eye.read() for _ in range(24)]
    seen = [bool(texts(frame)) for frame in frames]
    assert not any(seen[:10])
    assert any(seen[10:20])
    assert not any(seen[20:])
    assert frames[0] is not None
    assert frames[1] is not None
    assert not np.array_equal(frames[0], frames[1])
    assert float(frames[0].std()) > 20


def test_frames_come_at_their_own_pace() -> None:
    """Ten frames a second are a tenth of a second apart, and the first comes at once."""
    clock = WaitingClock()
    eye = camera(FixedScript(()), clock, SceneStyle(size=SMALL, fps=10))
    began, times = clock.monotonic_ms(), []
    for _ in range(5):
        eye.read()
        times.append(clock.monotonic_ms() - began)
    assert times == [0, 100, 200, 300, 400]


def test_frames_missed_while_the_reader_was_busy_are_passed_over() -> None:
    """A slow decoder sees the newest frame, not a queue of old ones."""
    clock = WaitingClock()
    eye = camera(FixedScript(()), clock, SceneStyle(size=SMALL, fps=10))
    eye.read()
    clock.ms += 5_033
    waits = clock.waits
    eye.read()
    assert clock.waits == waits
    eye.read()
    assert clock.monotonic_ms() == 5_000_000 + 5_100


def test_the_same_seed_gives_the_same_pictures_and_another_gives_others(tmp_path: Path) -> None:
    """A failure seen once can be looked at again."""
    script = FixedScript((hold(qr_file(tmp_path)),))
    style = SceneStyle(size=SMALL)
    first, again, other = (camera(script, style=style, seed=seed) for seed in (1, 1, 2))
    for _ in range(6):
        frames = [eye.read() for eye in (first, again, other)]
    assert np.array_equal(frames[0], frames[1])  # type: ignore[arg-type]
    assert not np.array_equal(frames[0], frames[2])  # type: ignore[arg-type]


def test_a_script_that_ends_gives_none_and_one_that_loops_begins_again(tmp_path: Path) -> None:
    """With neither the lobby stays for ever."""
    script = FixedScript((hold(qr_file(tmp_path), lasts_ms=1000),))
    ending, looping, staying = (
        camera(script, style=SceneStyle(size=SMALL, fps=10, ends=ends, loop=loop))
        for ends, loop in ((True, False), (False, True), (False, False))
    )
    assert [frame is None for frame in (ending.read() for _ in range(12))] == [False] * 10 + [True] * 2
    looped = [looping.read() for _ in range(18)]
    assert np.array_equal(looped[5], looped[15])  # type: ignore[arg-type]
    stayed = [staying.read() for _ in range(18)]
    assert stayed[-1] is not None
    assert not np.array_equal(stayed[5], stayed[15])  # type: ignore[arg-type]


def test_where_holds_overlap_the_later_one_is_seen(tmp_path: Path) -> None:
    """The next guest holds the letter in front of the last one's."""
    early, late = qr_file(tmp_path, "EARLY", "early.png"), qr_file(tmp_path, "LATE", "late.png")
    eye = camera(FixedScript((hold(early, 0, 4000), hold(late, 1000, 4000))), style=SceneStyle(fps=5))
    seen = [texts(eye.read()) for _ in range(10)]
    assert seen[4] == ["EARLY"]
    assert seen[9] == ["LATE"]


def test_an_image_that_was_damaged_meanwhile_shows_the_lobby_and_the_next_guest_is_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, not with every frame."""
    bad, good = qr_file(tmp_path, name="bad.png"), qr_file(tmp_path)
    bad.write_bytes(b"gone")
    eye = camera(FixedScript((hold(bad, 0, 1000), hold(good, 1000, 2000))), style=SceneStyle(fps=5))
    with caplog.at_level(logging.WARNING):
        seen = [texts(eye.read()) for _ in range(10)]
    assert seen[4] == []
    assert seen[9] == [CODE]
    assert caplog.text.count("bad.png") == 1


def test_an_arrival_appended_while_the_camera_runs_is_seen(tmp_path: Path) -> None:
    """The demo writes its guests as they come."""
    qr_file(tmp_path)
    file = tmp_path / "script.jsonl"
    eye = camera(FollowedScript(file), style=SceneStyle(fps=5))
    assert texts(eye.read()) == []
    file.write_text('{"image":"code.png","starts_ms":200,"lasts_ms":3000,"medium":"letter","difficulty":0}\n')
    assert [texts(eye.read()) for _ in range(6)][-1] == [CODE]


def test_a_hold_can_be_rendered_alone_and_is_the_same_for_the_same_generator(tmp_path: Path) -> None:
    """Benchmarks draw their holds this way."""
    image = qr_file(tmp_path)
    one, same = (list(render_hold(image, "phone", 0.3, np.random.default_rng(7), 5, SMALL)) for _ in range(2))
    assert len(one) == 5
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))


def test_difficulty_makes_holds_harder(tmp_path: Path) -> None:
    """At 0 every settled frame is read, at 1 plain zxing-cpp misses a good part."""
    image = qr_file(tmp_path)

    def share(difficulty: float) -> float:
        read = [
            bool(texts(frame))
            for seed in range(8)
            for number, frame in enumerate(
                render_hold(image, "letter", difficulty, np.random.default_rng(seed), 19, SMALL)
            )
            if number in {14, 18}
        ]
        return sum(read) / len(read)

    assert share(0.0) == 1.0
    assert share(1.0) < 0.8


def test_a_transparent_and_a_sixteen_bit_picture_are_held_up_like_any_other(tmp_path: Path) -> None:
    """Whatever PNG a letter maker writes can be shown."""
    grey = cv2.imread(str(qr_file(tmp_path)), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    black = np.zeros((*grey.shape, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "clear.png"), np.dstack([black, 255 - grey]))
    cv2.imwrite(str(tmp_path / "deep.png"), grey.astype(np.uint16) * 257)
    for name in ("clear.png", "deep.png"):
        eye = camera(FixedScript((hold(tmp_path / name),)), style=SceneStyle(fps=5))
        assert [texts(eye.read()) for _ in range(5)][-1] == [CODE]
