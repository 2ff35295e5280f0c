"""The house's own playbooks, as a part of a venue file (R127). What the file does not name stays."""

from hub.domain.playbooks import Playbook
from hub.ports import Transaction
from hub.usecases.venue_plan import VenueFile


def plan_playbooks(tx: Transaction, file: VenueFile) -> tuple[Playbook, ...] | None:
    """Return the playbooks that an import would take for all of the house's own; None where nothing changes."""
    same = file.playbooks is None or tuple(tx.incidents.playbooks(own=True)) == file.playbooks
    return None if same else file.playbooks


def write_playbooks(tx: Transaction, playbooks: tuple[Playbook, ...] | None) -> None:
    """Keep what was planned."""
    if playbooks is not None:
        tx.incidents.put_playbooks(playbooks, own=True)
