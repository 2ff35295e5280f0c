"""Guests leave business cards, with consent and for a time (R95)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from devices.contract.cards import BusinessCard
from devices.contract.messages import Progress, RequestKind
from devices.ids import uuid7
from hub.domain.business_cards import KeptCard
from hub.domain.errors import NotFound
from hub.domain.requests import KEPT
from hub.ports import Store
from hub.store import tables as t
from hub.usecases.acting import Deciding
from hub.usecases.clear_away import clear_away
from hub.usecases.keep_card import drop_card
from tests.hub.build import furnished
from tests.hub.usecases.asks import NOW, ask
from tests.hub.usecases.scans import scan, take

CARD = BusinessCard(name="王一", company="示例公司", title="CTO", phone="+86 138 0000 1234", email="wang@example.com")
WHO = Deciding(actor="小李", at=NOW, ids=uuid7)


def came(store: Store, number: int = 1, device: str = "kiosk-1") -> str:
    """Let a guest come in; returns the scan's id."""
    event = scan(number, seconds=10 + number, device=device)
    take(store, event)
    return event.event.id


def cards(store: Store) -> list[KeptCard]:
    """Return the launch's cards."""
    with store.read() as tx:
        return list(tx.business_cards.of_meeting("m-launch"))


def test_a_card_is_kept_with_its_guest_and_the_moment_of_consent(store: Store) -> None:
    """And the guests who came and left none are known."""
    furnished(store)
    event = came(store)
    came(store, 2)
    assert ask(store, RequestKind.BUSINESS_CARD, about=event, card=CARD).progress is Progress.ANSWERED
    (kept,) = cards(store)
    assert (kept.invitation, kept.consented_at, kept.device) == ("inv-1", NOW, "kiosk-1")
    assert (kept.name, kept.company, kept.title, kept.phone, kept.email) == (
        CARD.name,
        CARD.company,
        CARD.title,
        CARD.phone,
        CARD.email,
    )
    with store.read() as tx:
        assert [one.invitation for one in tx.business_cards.lacking("m-launch")] == ["inv-2"]


def test_a_newer_card_takes_the_place_of_an_older_one(store: Store) -> None:
    """One guest, one card."""
    event = came(furnished(store))
    ask(store, RequestKind.BUSINESS_CARD, about=event, card=CARD)
    ask(store, RequestKind.BUSINESS_CARD, about=event, card=BusinessCard(name="王小一"))
    assert [(one.name, one.company) for one in cards(store)] == [("王小一", "")]


@pytest.mark.parametrize("lack", ["card", "scan", "own scan"])
def test_a_card_of_nobody_is_not_kept(store: Store, lack: str) -> None:
    """It must belong to a guest who was scanned at this kiosk."""
    furnished(store)
    event = came(store, device="kiosk-2" if lack == "own scan" else "kiosk-1")
    answer = ask(
        store,
        RequestKind.BUSINESS_CARD,
        about=uuid7() if lack == "scan" else event,
        card=None if lack == "card" else CARD,
    )
    assert (answer.progress, answer.reason) == (Progress.REFUSED, "not_found")
    assert cards(store) == []


def test_a_guest_may_have_the_card_removed(store: Store) -> None:
    """On request, with the name of who did it in the audit log."""
    event = came(furnished(store))
    ask(store, RequestKind.BUSINESS_CARD, about=event, card=CARD)
    with store.write() as tx:
        drop_card(tx, "m-launch", "inv-1", WHO)
    assert cards(store) == []
    with pytest.raises(NotFound), store.write() as tx:
        drop_card(tx, "m-launch", "inv-1", WHO)
    with store.read() as tx:
        rows = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
    assert [(row.actor, row.action, row.subject) for row in rows] == [
        ("kiosk-1", "business_card.keep", "inv-1"),
        ("小李", "business_card.drop", "inv-1"),
    ]


def test_cards_and_requests_go_when_their_time_is_over(store: Store) -> None:
    """Retention (I14), and no table that grows for ever (I13)."""
    event = came(furnished(store))
    request = ask(store, RequestKind.BUSINESS_CARD, about=event, card=CARD).id
    term = timedelta(days=30)

    def clear(after: timedelta) -> int:
        with store.write() as tx:
            return clear_away(tx, term, NOW + after)

    assert clear(term) == 0
    with store.read() as tx:
        assert tx.requests.get(request) is None
    assert len(cards(store)) == 1
    assert clear(term + timedelta(seconds=1)) == 1
    assert cards(store) == []


def test_a_request_is_kept_for_a_day(store: Store) -> None:
    """So that it is answered again if the answer was lost."""
    request = ask(store, RequestKind.HELP).id
    with store.write() as tx:
        clear_away(tx, timedelta(days=1), NOW + KEPT)
    with store.read() as tx:
        assert tx.requests.get(request) is not None
