"""The kiosk's real eyes: a camera that is plugged in, a video file, a folder of images."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from devices.camera import CameraLost
from devices.pi.camera import DeviceCamera, FolderCamera, VideoCamera
from devices.pi.camera_names import places_of


class FakeCapture:
    """What OpenCV gives for a device, for a machine without one."""

    def __init__(self, frames: list[Any], *, opens: bool = True) -> None:
        """Keep what is to be given; None is a dropped frame."""
        self.frames = frames
        self.opens = opens
        self.asked: dict[int, float] = {}
        self.released = 0

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Say whether there is a device."""
        return self.opens

    def set(self, what: int, value: float) -> bool:
        """Note what was asked for."""
        self.asked[what] = value
        return True

    def read(self) -> tuple[bool, Any]:
        """Give the next frame."""
        frame = self.frames.pop(0) if self.frames else None
        return frame is not None, frame

    def release(self) -> None:
        """Note that the device was given back."""
        self.released += 1


def grey(tone: int) -> np.ndarray[Any, Any]:
    """Return a small colour frame of one tone."""
    return np.full((48, 64, 3), tone, np.uint8)


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function
    """Give a function that plugs a device in and returns it with the list of what was opened."""

    def plugged(*frames: Any, opens: bool = True) -> tuple[FakeCapture, list[Any]]:  # noqa: ANN401 - frames or None
        capture, opened = FakeCapture(list(frames), opens=opens), []

        def open_it(device: Any) -> FakeCapture:  # noqa: ANN401 - a number or a path
            opened.append(device)
            return capture

        monkeypatch.setattr(cv2, "VideoCapture", open_it)
        return capture, opened

    return plugged


def test_a_camera_is_opened_at_the_first_frame_and_asked_for_fresh_720p(plug: Any) -> None:  # noqa: ANN401 - a fixture
    """Constructing opens nothing; the driver's queue is one frame, so that none is old."""
    capture, opened = plug(grey(1), grey(2))
    camera = DeviceCamera("/dev/video7")
    assert opened == []
    first, second = camera.read(), camera.read()
    assert opened == [7]
    assert first is not None
    assert second is not None
    assert (first[0, 0, 0], second[0, 0, 0]) == (1, 2)
    assert (capture.asked[cv2.CAP_PROP_FRAME_WIDTH], capture.asked[cv2.CAP_PROP_FRAME_HEIGHT]) == (1280, 720)
    assert capture.asked[cv2.CAP_PROP_BUFFERSIZE] == 1
    camera.close()
    assert capture.released == 1


def test_one_dropped_frame_is_not_a_lost_camera(plug: Any) -> None:  # noqa: ANN401 - a fixture
    """USB cameras drop frames."""
    plug(None, None, grey(9))
    frame = DeviceCamera("0").read()
    assert frame is not None
    assert frame[0, 0, 0] == 9


def test_a_camera_that_falls_silent_is_lost_and_given_back(plug: Any) -> None:  # noqa: ANN401 - a fixture
    """It was unplugged; the device is released so that it can be opened anew when it is back."""
    capture, _ = plug(grey(1))
    camera = DeviceCamera("3")
    camera.read()
    with pytest.raises(CameraLost, match="camera 3 gives no picture: is it plugged in"):
        camera.read()
    assert capture.released == 1


def test_a_camera_that_is_not_there_is_lost(plug: Any) -> None:  # noqa: ANN401 - a fixture
    """The reason says what to do."""
    plug(opens=False)
    with pytest.raises(CameraLost, match="camera 0 cannot be opened: is it plugged in"):
        DeviceCamera("0").read()


def test_a_device_that_really_is_no_camera_is_lost() -> None:
    """The same through OpenCV itself."""
    with pytest.raises(CameraLost):
        DeviceCamera("/dev/null").read()


@pytest.fixture
def by_id(tmp_path: Path) -> Path:
    """Give the folder of names, with a camera of two streams as number 2, another as 5, and a broken name."""
    for name, number in (
        ("usb-Maker_HD_Cam_1-video-index0", 2),
        ("usb-Maker_HD_Cam_1-video-index1", 3),
        ("usb-Other_4K_9-video-index0", 5),
    ):
        (tmp_path / name).symlink_to(tmp_path / f"video{number}")
    (tmp_path / "usb-Odd-video-index0").symlink_to(tmp_path / "nothing")
    return tmp_path


def test_a_camera_is_found_by_a_part_of_its_name_whatever_its_number(by_id: Path) -> None:
    """Only its picture stream, and letters of either case."""
    assert places_of("hd_cam", by_id) == [2]
    assert places_of("maker_", by_id) == [2]
    assert places_of("no such", by_id) == []
    assert places_of(str(by_id / "usb-Other_4K_9-video-index0"), by_id) == [5]
    assert places_of("/dev/null", by_id) == ["/dev/null"]


def test_a_camera_that_came_back_under_another_number_is_found(by_id: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configured number is tried first, then the USB cameras in name order."""
    assert places_of("0", by_id)[:2] == [0, 2]
    assert places_of("2", by_id)[0] == 2
    opened: list[Any] = []

    def open_it(place: Any) -> FakeCapture:  # noqa: ANN401 - a number or a path
        opened.append(place)
        return FakeCapture([grey(7)], opens=place == 5)

    monkeypatch.setattr(cv2, "VideoCapture", open_it)
    monkeypatch.setattr("devices.pi.camera.places_of", lambda source: places_of(source, by_id))
    frame = DeviceCamera("0").read()
    assert frame is not None
    assert opened[0] == 0
    assert opened[-1] == 5


def test_a_grey_camera_gives_colour_frames(plug: Any) -> None:  # noqa: ANN401 - a fixture
    """The port promises height x width x 3."""
    plug(np.full((48, 64), 7, np.uint8))
    frame = DeviceCamera("0").read()
    assert frame is not None
    assert frame.shape == (48, 64, 3)


def test_a_video_is_played_to_its_end(tmp_path: Path) -> None:
    """Each frame once, then None, also when asked again."""
    file = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for tone in (0, 120, 240):
        writer.write(grey(tone))
    writer.release()
    camera = VideoCamera(file)
    frames = [camera.read() for _ in range(5)]
    camera.close()
    assert [None if frame is None else round(float(frame.mean()) / 120) for frame in frames] == [0, 1, 2, None, None]


@pytest.mark.parametrize("content", [None, b"no video"])
def test_a_file_that_is_no_video_is_a_lost_camera(tmp_path: Path, content: bytes | None) -> None:
    """Missing or not playable: the file is named."""
    file = tmp_path / "clip.avi"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CameraLost, match=r"clip\.avi"):
        VideoCamera(file).read()


def test_a_folder_gives_its_images_in_name_order_and_counts_what_it_could_not_read(tmp_path: Path) -> None:
    """Damaged files and files that are no images do not stop it."""
    for name, tone in (("b.jpg", 120), ("a.PNG", 0), ("c.webp", 240)):
        cv2.imwrite(str(tmp_path / name), grey(tone))
    (tmp_path / "aa.png").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("not an image")
    camera = FolderCamera(tmp_path)
    frames = [camera.read() for _ in range(5)]
    assert [None if frame is None else round(float(frame.mean()) / 120) for frame in frames] == [0, 1, 2, None, None]
    assert camera.skipped == 1


def test_a_folder_that_is_not_there_is_a_lost_camera(tmp_path: Path) -> None:
    """The folder is named."""
    with pytest.raises(CameraLost, match="nowhere cannot be listed"):
        FolderCamera(tmp_path / "nowhere").read()
