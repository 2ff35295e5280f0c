"""Who has lost a room to an earlier booking is put before a person, until they have it at last (C.6.6, rule 6)."""

from hub.domain.meetings import Meeting
from hub.domain.syncing import ConflictKind
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.take_rooms import Taken


def tell_doubled(tx: Transaction, taken: Taken, who: Deciding) -> None:
    """Ask a person about each meeting that gave way just now, and no longer about those that have their room."""
    names = tx.meetings.get([*(one.meeting for one in taken.doubled), *(one.rival for one in taken.doubled)])
    sources = tx.sync.linked([one.meeting for one in taken.doubled])
    for doubled in taken.doubled:
        late, rival = names.get(doubled.meeting), names.get(doubled.rival)
        if late is not None:
            facts = meeting_facts(late) | ({"rival_zh": rival.title.zh, "rival_en": rival.title.en} if rival else {})
            source = sources[doubled.meeting].source if doubled.meeting in sources else ""
            ask_desk(tx, doubled.meeting, ConflictKind.DOUBLE_BOOKED, source, facts, who)
    for key in taken.freed:
        settle(tx, key, ConflictKind.DOUBLE_BOOKED, who)


def meeting_facts(meeting: Meeting) -> dict[str, str]:
    """Say which meeting it is, where and when."""
    return {
        "title_zh": meeting.title.zh,
        "title_en": meeting.title.en,
        "room": meeting.room,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
    }
