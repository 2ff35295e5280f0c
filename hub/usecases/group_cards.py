"""A group's card: its members as a kiosk lists them to be ticked (G22), in as much room as a roster item has."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from devices.contract import cards as wire
from devices.contract import codec
from hub.domain.groups import MOST, Group
from hub.domain.guests import Invited
from hub.usecases.cards import Around, guest_card

LONGEST = 8_900
"""Bytes of a card's JSON: sealed, and written in base64, they are 11,908 of an item's 12,000 characters."""


def group_card(group: Group, coming: Sequence[Invited], around: Around) -> wire.GroupCard:
    """Make the card of a group from those who may come.

    Twenty guests with a Chinese name, a seat and a title fit as they are. Where more is said of them they go without
    titles, and with words in their own language only; where even that is too long, with as many of them as fit: the
    others have their own codes.
    """
    full = [wire.Member(lookup=one.invitation.lookup, card=guest_card(one, around)) for one in coming[:MOST]]
    return next(card for card in _ever_shorter(group, full) if len(codec.dump_briefly(card).encode()) <= LONGEST)


def _ever_shorter(group: Group, full: Sequence[wire.Member]) -> Iterator[wire.GroupCard]:
    yield _card(group, full)
    brief = [replace(one, card=_brief(one.card)) for one in full]
    for count in range(len(brief), -1, -1):
        yield _card(group, brief[:count])


def _card(group: Group, listed: Sequence[wire.Member]) -> wire.GroupCard:
    name = wire.Words(zh=group.party, en=group.party)
    return wire.GroupCard(key=group.lookup, meeting=group.meeting, name=name, members=tuple(listed))


def _brief(card: wire.GuestCard) -> wire.GuestCard:
    """Leave out what no screen of a ticked guest needs; the host is named to VIPs alone."""
    arrived = card.arrived
    return replace(
        card,
        title="",
        host=card.host if card.vip else "",
        salutation=_own(card.salutation, card.language),
        arrived=replace(arrived, door=_own(arrived.door, card.language)) if arrived else None,
    )


def _own(words: wire.Words, language: str) -> wire.Words:
    """Keep one language; whoever switches to the other reads this one (``Words.in_language``)."""
    said = words.in_language(language)
    return wire.Words(zh="", en=said) if language == "en" else wire.Words(zh=said, en="")
