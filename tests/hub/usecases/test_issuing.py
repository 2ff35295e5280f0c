"""One person makes only so many codes in a day, by whichever door, and every batch is in the audit log."""

import random
from datetime import timedelta

import pytest

from devices.ids import uuid7
from hub.domain.errors import Refused
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.invite import renew
from hub.usecases.issuing import DAY, note_issued
from tests.hub.build import T0, furnished, meeting

LAUNCH = meeting()


def somebody(name: str = "li", after: timedelta = timedelta(), most: int | None = 5) -> Acting:
    """Return a person at work who may make five codes a day."""
    bits = random.Random().getrandbits
    return Acting(actor=name, at=T0 + after, ids=uuid7, bits=bits, site_key=bytes(32), codes_a_day=most)


def issue(store: Store, count: int, who: Acting) -> None:
    """Make so many codes."""
    with store.write() as tx:
        note_issued(tx, who, count)


def test_what_is_over_the_days_number_is_refused_and_says_which_setting_it_is(store: Store) -> None:
    """Up to it everything goes; one more does not."""
    issue(store, 3, somebody())
    issue(store, 2, somebody(after=timedelta(hours=1)))
    with pytest.raises(Refused, match=r"li has made 5 codes in the last 24 hours.*issuing\.codes_a_day"):
        issue(store, 1, somebody(after=timedelta(hours=2)))


def test_a_day_later_and_for_somebody_else_it_is_counted_anew(store: Store) -> None:
    """Each person has their own number; what is older than 24 hours does not count."""
    issue(store, 5, somebody())
    issue(store, 5, somebody("zhang"))
    issue(store, 5, somebody(after=DAY + timedelta(seconds=1)))


def test_a_refused_batch_leaves_nothing(store: Store) -> None:
    """Guests keep the codes they have: half a batch would be half a party without letters."""
    furnished(store)
    with store.read() as tx:
        before = [one.invitation.code for one in tx.guests.of_meeting(LAUNCH.id)]
        wanted = [one.invitation.id for one in tx.guests.of_meeting(LAUNCH.id)]
    with pytest.raises(Refused), store.write() as tx:
        renew(tx, LAUNCH, wanted, somebody(most=len(wanted) - 1))
    with store.write() as tx:
        assert [one.invitation.code for one in tx.guests.of_meeting(LAUNCH.id)] == before
        renew(tx, LAUNCH, wanted, somebody(most=len(wanted)))
    with store.read() as tx:
        noted = tx.records.audited("issuer:li", T0 - DAY, 10)
    assert [one.action for one in noted] == [f"codes.issued:{len(wanted)}"]


def test_the_hub_itself_is_not_counted(store: Store) -> None:
    """Guests of a booking system get their codes whenever they are booked."""
    issue(store, 1_000, somebody("hub", most=None))
    issue(store, 1_000, somebody("hub", most=None))
