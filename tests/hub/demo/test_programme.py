import itertools
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from devices.fake.camera import load_script
from hub.demo.house import Cast, open_house
from hub.demo.programme import FIRST_MS, draw_up, write_scripts
from hub.demo.show import quarter_end
from hub.ports import Store

KIOSKS = ("kiosk-1", "kiosk-2")


@pytest.fixture
def cast(sqlite_store: Store) -> Cast:
    """Open the demo's house."""
    return open_house(sqlite_store, date(2026, 12, 31), datetime(2026, 12, 31, 1, 1, tzinfo=UTC), bytes(32))


def test_everybody_comes_and_every_odd_code_is_tried(cast: Cast) -> None:
    """All guests once, three of them again, and each code that opens nothing."""
    codes = [one.code for one in draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=10**9)]
    assert {one.invitation.code for one in cast.guests} <= set(codes)
    odd = (*cast.foreign, *cast.revoked, *cast.replaced, *cast.early, *cast.unknown, *cast.damaged)
    assert set(odd) <= set(codes)
    assert len(codes) == len(cast.guests) + len(odd) + 3


def test_a_minute_shows_guests_vips_and_refusals(cast: Cast) -> None:
    """A short demo is a whole demo."""
    showings = draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=50_000)
    codes = {one.code for one in showings}
    assert len(showings) > 30
    assert sum(one.invitation.vip for one in cast.guests if one.invitation.code in codes) >= 3
    assert codes & {*cast.foreign}
    assert codes & {*cast.revoked}
    assert max(one.starts_ms + one.lasts_ms for one in showings) <= 50_000


def test_at_one_kiosk_nobody_pushes_in(cast: Cast) -> None:
    """One code at a time, after the kiosk had time to fetch its roster."""
    showings = draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=10**9)
    for kiosk in KIOSKS:
        line = sorted((one for one in showings if one.kiosk == kiosk), key=lambda one: one.starts_ms)
        assert line[0].starts_ms >= FIRST_MS
        for before, after in itertools.pairwise(line):
            assert before.starts_ms + before.lasts_ms < after.starts_ms


def test_the_scripts_are_what_the_simulated_camera_plays(cast: Cast, tmp_path: Path) -> None:
    """Pictures of codes, never the codes themselves."""
    showings = draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=30_000)
    scripts = write_scripts(showings, tmp_path)
    for kiosk, path in scripts.items():
        holds = load_script(path).holds()
        assert len(holds) == sum(one.kiosk == kiosk for one in showings)
        assert all(hold.image.read_bytes().startswith(b"\x89PNG") for hold in holds)
        assert not any(one.code in path.read_text(encoding="utf-8") for one in showings)


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 11, 21), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2027, 8, 5), date(2027, 9, 30)),
    ],
)
def test_the_launch_is_at_the_end_of_the_quarter(today: date, end: date) -> None:
    """As the policy's example says (R22)."""
    assert quarter_end(today) == end
