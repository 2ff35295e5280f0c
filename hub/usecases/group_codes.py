"""Parties get a code of their own, on which all of them come (G22); it can be replaced and withdrawn like a guest's.

The members' own codes stay as they are: whatever happens to a group's code happens to it alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.domain.errors import Refused
from hub.domain.groups import LEAST, MOST, Group, members, parties
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import Meeting
from hub.domain.words import Language
from hub.ports import Transaction
from hub.usecases.acting import Acting, Deciding
from hub.usecases.issuing import note_issued


@dataclass(frozen=True, slots=True)
class GroupLetter:
    """A group's letter: its running number among the meeting's parties, from 1, and of how many guests it speaks."""

    number: int
    group: Group
    count: int
    language: Language

    @property
    def label(self) -> str:
        """Name the letter's files as a guest's are named, with a ``g`` before; a new code keeps it."""
        known = hashlib.sha256(f"{self.group.meeting}\x1f{self.group.party}".encode()).hexdigest()
        return f"g{self.number:04d}-{known[:8]}"


def give_codes(tx: Transaction, meeting: Meeting, acting: Acting) -> list[Group]:
    """Give a code to each party of 2 to 20 guests that has had none; returns the new groups."""
    tx.meetings.lock([meeting.id])  # so that whoever checks a member in knows of the group, or has been told of here
    known = {one.party for one in tx.groups.of_meeting(meeting.id)}
    sizes = {party: len(members(everybody)) for party, everybody in parties(tx.guests.of_meeting(meeting.id)).items()}
    wanted = [party for party, size in sizes.items() if LEAST <= size <= MOST and party not in known]
    note_issued(tx, acting, len(wanted))
    return [_give(tx, meeting.id, party, "group.made", acting) for party in wanted]


def letters(tx: Transaction, meeting: Meeting, language: Language | None = None) -> list[GroupLetter]:
    """Return the letters of all groups of whom anybody may come; ``language`` overrides the one most of them read."""
    return [one for one in _every(tx, meeting, language) if one.count and one.group.status is InvitationStatus.VALID]


def too_large(tx: Transaction, meeting: Meeting) -> dict[str, int]:
    """Return the parties of more guests than come on one code, with how many they are."""
    sizes = {party: len(members(everybody)) for party, everybody in parties(tx.guests.of_meeting(meeting.id)).items()}
    return {party: size for party, size in sizes.items() if size > MOST}


def choose(tx: Transaction, meeting: Meeting, wanted: Sequence[str]) -> tuple[list[GroupLetter], list[str]]:
    """Find groups of a meeting by their letters' labels; returns them, and the names that are no group's."""
    known = {one.label: one for one in _every(tx, meeting, None)} if wanted else {}
    chosen = dict.fromkeys(name for name in wanted if name in known)
    return [known[name] for name in chosen], [name for name in wanted if name not in known]


def renew(tx: Transaction, chosen: Sequence[GroupLetter], acting: Acting) -> None:
    """Give groups new codes; the old ones are unknown from now on. Raises Refused for a withdrawn one."""
    withdrawn = [one.label for one in chosen if one.group.status is not InvitationStatus.VALID]
    if withdrawn:
        raise Refused(f"{', '.join(withdrawn)} was withdrawn: python -m hub withdraw --restore comes before a new code")
    for letter in chosen:
        _give(tx, letter.group.meeting, letter.group.party, "group.replaced", acting)
        tx.feed.touch([("group", letter.group.lookup)])
    note_issued(tx, acting, len(chosen))


def withdraw(
    tx: Transaction, chosen: Sequence[GroupLetter], who: Deciding, *, restore: bool = False
) -> list[GroupLetter]:
    """Withdraw the codes of groups, or restore them; returns those that were not so already. Their guests may come."""
    status = InvitationStatus.VALID if restore else InvitationStatus.REVOKED
    changed = [one for one in chosen if one.group.status is not status]
    for letter in changed:
        tx.groups.set_status(letter.group.lookup, status, who.at)
        tx.records.audit(who.actor, f"group.{'restore' if restore else 'withdraw'}", letter.group.lookup, who.at)
        tx.feed.touch([("group", letter.group.lookup)])
    return changed


def _give(tx: Transaction, meeting: str, party: str, action: str, acting: Acting) -> Group:
    code = acting.new_code()
    group = Group(meeting=meeting, party=party, code=code.text, lookup=code.lookup)
    tx.groups.add(replace(group, status_at=acting.at))
    tx.records.audit(acting.actor, action, group.lookup, acting.at)
    tx.feed.touch([("group", group.lookup)])
    return group


def _every(tx: Transaction, meeting: Meeting, language: Language | None) -> list[GroupLetter]:
    groups = {one.party: one for one in tx.groups.of_meeting(meeting.id)}
    found = []
    for number, (party, everybody) in enumerate(parties(tx.guests.of_meeting(meeting.id)).items(), start=1):
        if party in groups:
            coming = members(everybody)
            found.append(GroupLetter(number, groups[party], len(coming), language or _most_read(coming)))
    return found


def _most_read(invited: Sequence[Invited]) -> Language:
    english = sum(one.guest.language is Language.EN for one in invited)
    return Language.EN if english * 2 > len(invited) else Language.ZH
