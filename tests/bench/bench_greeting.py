"""From a code that was read to the greeting on the guest's screen, with a real kiosk, broker and hub (DESIGN 4).

The kiosk is its own process with the simulated camera at 1280 x 720 and 15 frames a second, which it draws itself: a
real camera costs it less. The page is played by a client on its event stream. ``feedback`` is the first screen after
the read ("one moment please", or the greeting itself), ``greeting`` the guest's own.
"""

import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import segno

from hub.store.sql import open_store
from tests.bench.hub_process import HALL_OF_500, WAIT_S, HubProcess, furnish, wait_until
from tests.bench.kiosk_process import KioskProcess, PageClient
from tests.bench.rows import Row, percentile, row

GUESTS = 30
"""With the hub, and as many without it."""

HOLD_MS, PAUSE_S = 30_000, 1.0
"""A code is held until the next guest comes: on a busy machine one that is taken away may not be read in time."""

FEEDBACK_MS, WITH_HUB_MS, WITHOUT_HUB_MS = 100, 800, 500
ASKS = 200
_GREETINGS = frozenset({"welcome", "vip", "already_in"})


def rows() -> Iterator[Row]:
    """Measure feedback and greeting with the hub and without, and the page's own answer with and without a camera."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        furnish(url, {range(2 * GUESTS): HALL_OF_500})
        tell_kiosks(url)
        hub = HubProcess(folder / "hub", url)
        try:
            password = hub.password("kiosk-1")
            alone = _without_camera(folder / "blind", hub, password)
            yield from _page("no_camera", alone, alone)
            yield from _greetings(folder / "kiosk", hub, password, alone)
        finally:
            if hub.process.poll() is None:
                hub.stop()


def tell_kiosks(url: str) -> None:
    """Put meeting and guests into the rosters, as an import does."""
    store = open_store(url)
    with store.write() as tx:
        meetings = tx.meetings.all()
        tx.feed.touch(("meeting", meeting.id) for meeting in meetings)
        invited = [one for meeting in meetings for one in tx.guests.of_meeting(meeting.id)]
        tx.feed.touch(("guest", one.invitation.lookup) for one in invited)
    store.close()


def _without_camera(folder: Path, hub: HubProcess, password: str) -> list[float]:
    kiosk = KioskProcess(folder, hub.port, password, 'kind = "folder"\nsource = "nowhere"')
    try:
        return _asks(kiosk)
    finally:
        kiosk.stop()


def _greetings(folder: Path, hub: HubProcess, password: str, alone: list[float]) -> Iterator[Row]:
    script = folder.with_suffix(".jsonl")
    script.touch()
    camera = f'kind = "simulated"\nsource = "{script}"'
    kiosk = KioskProcess(folder, hub.port, password, camera)
    try:
        wait_until(lambda: kiosk.healthz()[1])
        wait_until(lambda: kiosk.guests() == 2 * GUESTS)
        yield from _page("empty_lobby", _asks(kiosk), alone)
        page = PageClient(kiosk.port)
        asked: list[float] = []
        asking = threading.Thread(target=lambda: asked.extend(_asks(kiosk)), daemon=True)
        asking.start()
        yield from _scans(kiosk, page, script, range(GUESTS), "with_hub", WITH_HUB_MS)
        asking.join(WAIT_S)
        yield from _page("with_guests", asked, alone)
        hub.stop()
        wait_until(lambda: not kiosk.healthz()[1])
        yield from _scans(kiosk, page, script, range(GUESTS, 2 * GUESTS), "without_hub", WITHOUT_HUB_MS)
    finally:
        kiosk.stop()


def _scans(
    kiosk: KioskProcess, page: PageClient, script: Path, guests: range, name: str, aim_ms: float
) -> Iterator[Row]:
    """Hold one guest's code after the other before the camera."""
    feedbacks, greetings = [], []
    for guest in guests:
        text = f"BENCH-{guest:08d}"
        image = script.with_name(f"{guest}.png")
        segno.make(text, error="q", micro=False).save(str(image), scale=8, border=4)
        shown = {"image": image.name, "starts_ms": kiosk.now_ms() + 200, "lasts_ms": HOLD_MS}
        with script.open("a", encoding="utf-8") as file:
            file.write(json.dumps(shown | {"medium": "phone", "difficulty": 0.2}) + "\n")
        feedback, greeting = _answer(kiosk, page, text)
        feedbacks.append(feedback)
        greetings.append(greeting)
        threading.Event().wait(PAUSE_S)
    for what, times, aim in (("feedback", feedbacks, FEEDBACK_MS), ("greeting", greetings, aim_ms)):
        yield row(f"{what}_ms_{name}_p50", percentile(times, 0.5), "ms")
        yield row(f"{what}_ms_{name}_p95", percentile(times, 0.95), "ms", f"aim_{aim:g}_ms", aim)


def _answer(kiosk: KioskProcess, page: PageClient, text: str) -> tuple[float, float]:
    """Wait for a guest's greeting; return the milliseconds from the read to the first screen, and to the greeting."""
    wait_until(lambda: text in kiosk.reads())
    read_at = kiosk.reads()[text]
    wait_until(lambda: page.after(read_at, _GREETINGS) is not None)
    feedback, greeting = page.after(read_at), page.after(read_at, _GREETINGS)
    if feedback is None or greeting is None:
        raise AssertionError("a screen that was there is gone")
    return 1000 * feedback, 1000 * greeting


def _page(name: str, times: list[float], alone: list[float]) -> Iterator[Row]:
    for label, share in (("p50", 0.5), ("p95", 0.95)):
        base = percentile(alone, share)
        yield row(f"page_answer_ms_{name}_{label}", percentile(times, share), "ms", f"no_camera_{label}", base)


def _asks(kiosk: KioskProcess) -> list[float]:
    """Ask the page how it is, some twenty times a second."""
    times = []
    for _ in range(ASKS):
        times.append(kiosk.healthz()[0])
        threading.Event().wait(0.05)
    return times
