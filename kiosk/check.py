"""``python -m kiosk check``: whether this machine is ready for guests; each line says pass or what to do.

It may be asked while the kiosk runs: then the kiosk itself is asked about its camera and its hub, which nobody can have
twice.
"""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from devices.camera import Camera, CameraLost
from devices.clock import SystemClock
from devices.joined import JOINED
from devices.link import MqttLink
from devices.pi.time_sync import is_clock_set
from devices.printing import PaperOut, PrinterLost
from devices.renewing import certificate_health
from devices.scanner import ScannerLost
from devices.settings import BadSettings
from kiosk.badges.settings import PrinterKind
from kiosk.care import chromium
from kiosk.care.health import ask
from kiosk.care.machine_checks import Finding, data_folder, fonts, secret_is_private
from kiosk.config import ClockTrust, Compositor, KioskConfig, SpeechKind, read_config
from kiosk.fitting import fit_printer
from kiosk.wiring import Kiosk, speech_problem

PICTURES = 5
_CAMERA_WITHIN_S = 30.0
_HUB_WITHIN_S = 15.0
_MOUNTS = Path("/proc/self/mounts")


def check(path: Path, out: TextIO, *, as_json: bool = False) -> int:
    """Write what was found; return 0 when all is well, else 1."""
    failed = []
    for finding in findings(path):
        if not finding.well:
            failed.append(finding.about)
        if not as_json:
            print(finding, file=out, flush=True)
    if as_json:
        print(json.dumps({"failed": failed}), file=out)
    elif failed:
        print(f"not ready: {', '.join(failed)}", file=out)
    else:
        print("ready for guests", file=out)
    return 1 if failed else 0


def findings(path: Path) -> Iterator[Finding]:
    """Check one thing after the other. Without settings nothing else can be checked."""
    try:
        config, secret = read_config(path)
    except BadSettings as problem:
        yield Finding("settings", str(problem), f"put {path} right; firmware_config/kiosk/kiosk.toml explains it")
        return
    who = f"; this machine joined as {config.device}" if (config.joined / JOINED).exists() else ""
    yield Finding("settings", f"{path} is whole{who}")
    yield secret_is_private(config.broker.secret)
    yield Finding("certificate", *certificate_health(config.broker, SystemClock().now()))
    yield from data_folder(config.data, _MOUNTS.read_text(encoding="utf-8"))
    yield _clock(config)
    running = ask(config.screen.port)
    if running is not None:
        yield from _of_the_running(running)
    else:
        kiosk = Kiosk(config, secret)
        yield _camera(kiosk.new_camera)
        yield _hub(kiosk, config, secret.password)
        yield from _hands_free(kiosk, config)
    yield fonts()
    yield _speech(config)
    yield from _browser(config)


def _clock(config: KioskConfig) -> Finding:
    if config.clock.speed != 1:
        found = f"it runs {config.clock.speed:g} times as fast, for a rehearsal"
        return Finding("clock", found, "set clock.speed to 1 before guests come")
    trusted = config.clock.trust is ClockTrust.ALWAYS or is_clock_set()
    found = "held by a time service" if trusted else "not set by any time service"
    remedy = "type: sudo systemctl enable --now systemd-timesyncd; it needs a network"
    return Finding("clock", found, "" if trusted else remedy)


def _of_the_running(said: dict[str, Any]) -> Iterator[Finding]:
    """Take the running kiosk's word."""
    frames = said.get("frames_per_s")
    remedy = "plug the camera in; see that nothing else uses it; journalctl -u yingbin-kiosk says more"
    yield Finding("camera", f"the running kiosk sees {frames} pictures a second", "" if said.get("camera") else remedy)
    with_hub = bool(said.get("hub"))
    found = "the running kiosk hears the hub" if with_hub else "the running kiosk does not hear the hub"
    yield Finding("broker", found, "" if with_hub else "see that the hub runs and the network is up")


def _camera(open_camera: Callable[[], Camera]) -> Finding:
    """Take a few pictures, within bounds: a driver may hang."""
    said: list[Finding] = []
    thread = threading.Thread(target=lambda: said.append(_pictures(open_camera)), daemon=True)
    thread.start()
    thread.join(_CAMERA_WITHIN_S)
    remedy = "unplug the camera and plug it in again, or name another one in camera.source"
    return said[0] if said else Finding("camera", "it hangs: no picture and no error", remedy)


def _pictures(open_camera: Callable[[], Camera]) -> Finding:
    camera = open_camera()
    try:
        frames = [camera.read() for _ in range(PICTURES)]
    except CameraLost as problem:
        return Finding("camera", str(problem), "see camera.source; v4l2-ctl --list-devices names what is there")
    finally:
        camera.close()
    seen = [frame for frame in frames if frame is not None]
    if not seen:
        return Finding("camera", "it gives no picture", "see camera.kind and camera.source")
    height, width, _ = seen[-1].shape
    return Finding("camera", f"{width} x {height}, brightness {seen[-1].mean():.0f} of 255")


def _hub(kiosk: Kiosk, config: KioskConfig, password: str) -> Finding:
    """Connect as the kiosk will, with its own name and password."""
    connected = threading.Event()
    link = MqttLink(kiosk.link_settings(password), lambda _: None, connected.set)
    link.start()
    there = connected.wait(_HUB_WITHIN_S)
    problem = link.problem
    link.stop()
    where = f"{config.broker.host} port {config.broker.port}"
    if there:
        return Finding("broker", f"{where} takes this kiosk's name and password")
    remedy = "see broker.host and broker.port, and copy the secret anew from the hub's devices folder"
    return Finding("broker", f"{where}: {problem or 'no answer'}", remedy)


def _hands_free(kiosk: Kiosk, config: KioskConfig) -> Iterator[Finding]:
    """Try scanner and printer, where there are some; a running kiosk holds both, and tells of them by itself."""
    if kiosk.new_scanner is not None:
        scanner = kiosk.new_scanner()
        try:
            scanner.read(0.0)
        except ScannerLost as problem:
            yield Finding("scanner", str(problem), "plug it in, or name it in scanner.source")
        else:
            yield Finding("scanner", f"{config.scanner.source} is held for the kiosk alone")
        finally:
            scanner.close()
    if config.printer.kind is PrinterKind.NONE:
        return
    printer = fit_printer(config.printer, config.data)
    try:
        printer.check()
    except PaperOut as problem:
        yield Finding("printer", str(problem) or "it has no paper", "add paper")
    except PrinterLost as problem:
        yield Finding("printer", str(problem), "see printer.address or printer.queue, its power and its cable")
    else:
        yield Finding("printer", "it has paper and answers")
    finally:
        printer.close()


def _speech(config: KioskConfig) -> Finding:
    problem = speech_problem(config.speech)
    found = "off" if config.speech.kind is SpeechKind.OFF else "screens can be read aloud"
    return Finding("speech", problem or found, "do that, or set speech.kind to off" if problem else "")


def _browser(config: KioskConfig) -> Iterator[Finding]:
    if not config.browser.expected:
        return
    program = chromium.find(config.browser.program)
    yield Finding("browser", program or "none", "" if program else "type: sudo apt-get install chromium")
    if config.browser.compositor is Compositor.CAGE:
        cage = shutil.which("cage")
        yield Finding("cage", cage or "none", "" if cage else "type: sudo apt-get install cage")
        grim = shutil.which("grim")  # shows technicians the panel (kiosk/care/panel.py)
        yield Finding("grim", grim or "none", "" if grim else "type: sudo apt-get install grim")
        xwayland = shutil.which("Xwayland")  # Debian 12's cage does not start without it
        yield Finding("xwayland", xwayland or "none", "" if xwayland else "type: sudo apt-get install xwayland")
