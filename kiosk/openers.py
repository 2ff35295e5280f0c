"""Chooses a kiosk's camera and scanner, real or simulated: what opens them anew each time they were lost."""

from collections.abc import Callable
from pathlib import Path

from devices.camera import Camera
from devices.fake.scanner import FileScanner
from devices.pi.camera import DeviceCamera, FolderCamera, VideoCamera
from devices.pi.scanner import EventScanner
from devices.ports import Clock
from devices.scanner import Scanner
from kiosk.config import CameraConfig, CameraKind, ScannerConfig, ScannerKind


def camera_opener(config: CameraConfig, clock: Clock, wait: Callable[[float], object]) -> Callable[[], Camera]:
    """Return what opens the configured camera (anew, each time it was lost)."""
    source = config.source
    if config.kind is CameraKind.DEVICE:
        return lambda: DeviceCamera(source)
    if config.kind is CameraKind.VIDEO:
        return lambda: VideoCamera(Path(source))
    if config.kind is CameraKind.FOLDER:
        return lambda: FolderCamera(Path(source))
    from devices.fake.camera import FollowedScript, SceneCamera, SceneStyle  # noqa: PLC0415 - 2.6 MB that no Pi needs

    camera = SceneCamera(FollowedScript(Path(source)), clock, wait, style=SceneStyle(fps=config.frames_per_s))
    return lambda: camera


def scanner_opener(config: ScannerConfig, wait: Callable[[float], object]) -> Callable[[], Scanner] | None:
    """Return what opens the configured scanner (anew, each time it was lost); None where there is none."""
    if config.kind is ScannerKind.DEVICE:
        return lambda: EventScanner(config.source)
    if config.kind is ScannerKind.SIMULATED:
        return lambda: FileScanner(config.source, wait)
    return None
