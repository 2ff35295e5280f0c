"""Which spare to fetch, and what two scans do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.assets import (
    Asset,
    AssetState,
    found_broken,
    found_good,
    nearest_spare,
    read_label,
    spares_by_kind,
    swap,
)
from hub.domain.errors import InvalidInput, WrongScan
from hub.domain.room_devices import DeviceKind
from tests.hub.build import at

NOW = at(0)
PLACE = ("hall", "projector")
OLD = Asset(label="PRJ-1", kind=DeviceKind.PROJECTOR, state=AssetState.IN_USE, room="hall", thing="projector")
SPARE = Asset(label="PRJ-2", kind=DeviceKind.PROJECTOR, floor="1F", tested_at=NOW - timedelta(days=3))


@pytest.mark.parametrize("text", ["prj-2", " PRJ-2\n", "Prj-2"])
def test_a_label_is_the_same_however_it_was_scanned_or_typed(text: str) -> None:
    """Scanners add line breaks, people small letters."""
    assert read_label(text) == "PRJ-2"


@pytest.mark.parametrize("text", ["", "-", "PRJ 2", "A" * 33, "投影仪", "PRJ-", "\x00"])
def test_what_is_no_label_is_refused_with_the_field_it_was_meant_for(text: str) -> None:
    """So that the page can say which of the two scans to repeat."""
    with pytest.raises(InvalidInput) as refused:
        read_label(text, "old")
    assert refused.value.field == "old"


def test_a_tested_spare_of_the_same_floor_comes_first() -> None:
    """Then a tested one elsewhere, then one that nobody tested lately; never one that is in use or broken."""
    far = replace(SPARE, label="PRJ-3", floor="2F", tested_at=NOW)
    untested = replace(SPARE, label="PRJ-4", tested_at=NOW - timedelta(days=31))
    newer = replace(SPARE, label="PRJ-5", tested_at=NOW - timedelta(days=1))
    other = replace(SPARE, label="MIC-1", kind=DeviceKind.SOUND, tested_at=NOW)
    away = replace(SPARE, label="PRJ-6", state=AssetState.REPAIR, tested_at=NOW)
    kept = [OLD, untested, far, SPARE, newer, other, away]
    order = []
    while found := nearest_spare(kept, DeviceKind.PROJECTOR, "1F", NOW):
        order.append(found.label)
        kept.remove(found)
    assert order == ["PRJ-5", "PRJ-2", "PRJ-3", "PRJ-4"]


def test_two_scans_change_places() -> None:
    """The spare fills the place of the broken one, which waits to be repaired."""
    done = swap(PLACE, DeviceKind.PROJECTOR, OLD, SPARE, at(5))
    assert done.old == replace(OLD, state=AssetState.REPAIR, room=None, thing="", since=at(5))
    assert done.new == replace(SPARE, state=AssetState.IN_USE, room="hall", thing="projector", since=at(5))


def test_a_label_nobody_has_listed_is_taken_too() -> None:
    """In a hurry nobody fills in a list first."""
    done = swap(PLACE, DeviceKind.PROJECTOR, "X-1", "X-2", at(5))
    assert (done.old.label, done.old.state) == ("X-1", AssetState.REPAIR)
    assert (done.new.label, done.new.room, done.new.kind) == ("X-2", "hall", DeviceKind.PROJECTOR)


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        (OLD, OLD, "new", "same"),
        (replace(OLD, room="annex"), SPARE, "old", "elsewhere"),
        (replace(OLD, kind=DeviceKind.SOUND), SPARE, "old", "other_kind"),
        (OLD, replace(SPARE, kind=DeviceKind.SOUND), "new", "other_kind"),
        (OLD, replace(SPARE, state=AssetState.IN_USE, room="annex"), "new", "in_use"),
        (OLD, replace(SPARE, state=AssetState.REPAIR), "new", "in_repair"),
    ],
)
def test_a_wrong_scan_says_which_one_and_what_to_scan(old: Asset, new: Asset, field: str, reason: str) -> None:
    """Nothing is changed by it."""
    with pytest.raises(WrongScan) as refused:
        swap(PLACE, DeviceKind.PROJECTOR, old, new, NOW)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_a_repaired_piece_that_was_tested_is_a_spare_again() -> None:
    """One in use stays where it is; one in use cannot be called broken behind its room's back."""
    repaired = found_good(replace(OLD, state=AssetState.REPAIR), "Li", at(9))
    assert (repaired.state, repaired.tested_at, repaired.tested_by, repaired.since) == (
        AssetState.SPARE,
        at(9),
        "Li",
        at(9),
    )
    assert found_good(OLD, "Li", at(9)).state is AssetState.IN_USE
    assert found_broken(SPARE, at(9)).state is AssetState.REPAIR
    with pytest.raises(InvalidInput, match="in use"):
        found_broken(OLD, at(9))


def test_a_kind_without_any_spare_is_listed_too() -> None:
    """For its list is empty, which somebody must see (T9)."""
    found = spares_by_kind([OLD, SPARE], [DeviceKind.SCREEN])
    assert found == {DeviceKind.SCREEN: [], DeviceKind.PROJECTOR: [SPARE]}
