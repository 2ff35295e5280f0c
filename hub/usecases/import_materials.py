"""The notes, documents and hand-outs that a venue file gives for a meeting; what it does not name stays."""

from hub.domain.materials import Materials
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.venue_plan import MeetingEntry


def changed_materials(tx: Transaction, entry: MeetingEntry, meeting: Meeting) -> Materials | None:
    """Return a meeting's materials as they shall be; None where that is how they are."""
    before = tx.materials.of_meeting(meeting.id)
    after = Materials(
        notes=before.notes if entry.notes is None else entry.notes,
        documents=before.documents if entry.documents is None else entry.documents,
        hand_outs=before.hand_outs if entry.hand_outs is None else entry.hand_outs,
    )
    return after if after != before else None
