import itertools
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from devices.fake.camera import load_script
from hub.demo.callers import plan_errands
from hub.demo.errands import Errand
from hub.demo.house import Cast, cast_touches, open_house
from hub.demo.programme import FIRST_MS, Showing, append_showing, draw_up, write_scripts
from hub.demo.settings import EVERY_MS, quarter_end
from hub.ports import Store

KIOSKS = ("kiosk-1", "kiosk-2")
MORNING = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)
EACH_KIND = 8
"""So many errands come before any is repeated."""


@pytest.fixture
def cast(sqlite_store: Store) -> Cast:
    """Open the demo's house."""
    return open_house(sqlite_store, date(2026, 12, 31), MORNING, bytes(32))


@pytest.fixture
def errands(sqlite_store: Store, cast: Cast) -> list[Errand]:
    """Choose who touches the screens."""
    return plan_errands(cast_touches(sqlite_store, cast, MORNING, bytes(32)))


def test_everybody_comes_and_every_odd_code_is_tried(cast: Cast) -> None:
    """All guests once, three of them again, and each code that opens nothing."""
    codes = [one.code for one in draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=10**9).showings]
    assert {one.invitation.code for one in cast.guests} <= set(codes)
    odd = (*cast.foreign, *cast.revoked, *cast.replaced, *cast.early, *cast.unknown, *cast.damaged)
    assert set(odd) <= set(codes)
    assert len(codes) == len(cast.guests) + len(odd) + 3


def test_a_minute_shows_guests_vips_refusals_and_every_kind_of_touch(cast: Cast, errands: list[Errand]) -> None:
    """A short demo is a whole demo; of 60 seconds guests have some 46."""
    programme = draw_up(cast, KIOSKS, every_ms=EVERY_MS, lasts_ms=46_000, errands=errands)
    codes = {one.code for one in programme.showings}
    assert len(codes) > 20
    assert sum(one.invitation.vip for one in cast.guests if one.invitation.code in codes) >= 2
    assert codes & {*cast.foreign}
    assert codes & {*cast.revoked}
    assert [one.errand for one in programme.visits[:EACH_KIND]] == errands[:EACH_KIND]
    assert max(one.starts_ms + one.lasts_ms for one in programme.showings) <= 46_000
    assert max(one.starts_ms + one.lasts_ms for one in programme.visits) <= 46_000


def test_a_long_demo_has_visitors_at_its_screens_until_the_last_guests(cast: Cast, errands: list[Errand]) -> None:
    """Every errand finds its place, the last in the last third."""
    programme = draw_up(cast, KIOSKS, every_ms=EVERY_MS, lasts_ms=10**9, errands=errands)
    assert [one.errand for one in programme.visits] == errands
    assert max(one.starts_ms for one in programme.visits) > max(one.starts_ms for one in programme.showings) * 2 / 3


def test_who_comes_on_an_errand_comes_by_it_alone(cast: Cast, errands: list[Errand]) -> None:
    """The guest who is found holds nothing up, nor do those who come on their party's one code; the others once."""
    codes = Counter(one.code for one in draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=10**9, errands=errands).showings)
    for errand in errands:
        for one in errand.by:
            assert codes[one.invitation.code] == (one.invitation.code == errand.code)
    apart = {one.invitation.id for errand in errands for one in errand.by}
    assert {one.invitation.code for one in cast.guests if one.invitation.id not in apart} <= set(codes)


def test_at_one_kiosk_nobody_pushes_in(cast: Cast, errands: list[Errand]) -> None:
    """One person at a time, after the kiosk had time to fetch its roster; who touches has the screen until then."""
    programme = draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=10**9, errands=errands)
    for kiosk in KIOSKS:
        line = sorted((one for one in programme.showings if one.kiosk == kiosk), key=lambda one: one.starts_ms)
        assert line[0].starts_ms >= FIRST_MS
        for before, after in itertools.pairwise(line):
            assert before.starts_ms + before.lasts_ms < after.starts_ms
        for visit in (one for one in programme.visits if one.kiosk == kiosk):
            within = [one for one in line if visit.starts_ms <= one.starts_ms < visit.starts_ms + visit.lasts_ms]
            assert [one.code for one in within] == [visit.errand.code][: len(within)]
            assert bool(within) == bool(visit.errand.code)


def test_the_scripts_are_what_the_simulated_camera_plays(cast: Cast, tmp_path: Path) -> None:
    """Pictures of codes, never the codes themselves."""
    showings = draw_up(cast, KIOSKS, every_ms=2_400, lasts_ms=30_000).showings
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


def test_who_speaks_comes_before_all_others_and_these_as_much_later(cast: Cast, errands: list[Errand]) -> None:
    """Doors open some seconds after the kiosks have started; visits move with the codes held up for them."""
    drawn = draw_up(cast, KIOSKS, every_ms=EVERY_MS, lasts_ms=46_000, errands=errands)
    moved = drawn.after(["A", "B", "C"], KIOSKS, 20_000, EVERY_MS)
    assert [(one.kiosk, one.code, one.starts_ms) for one in moved.showings[:3]] == [
        ("kiosk-1", "A", 20_000),
        ("kiosk-2", "B", 20_000),
        ("kiosk-1", "C", 20_000 + EVERY_MS),
    ]
    later_ms = 20_000 - FIRST_MS + 2 * EVERY_MS
    assert [one.starts_ms - later_ms for one in moved.showings[3:]] == [one.starts_ms for one in drawn.showings]
    assert [one.starts_ms - later_ms for one in moved.visits] == [one.starts_ms for one in drawn.visits]


def test_somebody_who_hurries_in_is_seen_by_a_camera_that_plays_already(cast: Cast, tmp_path: Path) -> None:
    """The script of a running kiosk grows by one whole line."""
    showings = draw_up(cast, KIOSKS, every_ms=EVERY_MS, lasts_ms=20_000).showings
    script = write_scripts(showings, tmp_path)["kiosk-1"]
    before = len(load_script(script).holds())
    append_showing(Showing("kiosk-1", cast.guests[0].invitation.code, 60_000, 3_000, "phone", 0.1), script)
    assert len(load_script(script).holds()) == before + 1
    assert load_script(script).holds()[-1].starts_ms == 60_000
