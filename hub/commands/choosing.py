"""Which meeting a command is about."""

from hub.domain.errors import NotFound
from hub.domain.meetings import Meeting
from hub.ports import Transaction


def meeting(tx: Transaction, key: str | None) -> Meeting:
    """Return the meeting with this key; without a key the only one there is. Raises NotFound, naming all keys."""
    known = tx.meetings.all()
    chosen = [one for one in known if key is None or one.key == key]
    if len(chosen) == 1:
        return chosen[0]
    keys = ", ".join(one.key for one in known)
    if not known:
        raise NotFound("there is no meeting yet; import a venue file with [[meetings]] first")
    if key is None:
        raise NotFound(f"there are several meetings; choose one with --meeting: {keys}")
    raise NotFound(f"there is no meeting {key!r}; there are: {keys}")
