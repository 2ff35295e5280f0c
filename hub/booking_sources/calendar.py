"""One CalDAV collection as it is followed: by sync tokens, or by comparing ETags where the server has none."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from hub.booking_ports import CursorLost
from hub.booking_sources.objects import Reading, Uids
from hub.booking_sources.webdav import Collection
from hub.domain.source_items import Batch, Resource

_TOKEN, _ETAGS = "token", "etags"
_LISTINGS = 4
"""So many listings are kept to compare with; a cursor from before the last start is lost, and all is listed again."""


class Calendar:
    """One collection, and what has to be known to say what changed in it."""

    def __init__(self, collection: Collection) -> None:
        """Take it; nothing is asked yet."""
        self.collection = collection
        self._uids = Uids()
        self._listings: OrderedDict[str, Mapping[str, str]] = OrderedDict()

    @property
    def room(self) -> str:
        """Return the room of events that name none: the last part of the address."""
        return unquote(self.collection.path.rstrip("/").rsplit("/", 1)[-1])

    def everything(self, reading: Reading) -> Batch:
        """Return all that lies in the horizon. Raises SourceAway, SourceWrong."""
        self._uids = Uids()
        if self.collection.features().tells_changes:
            changes = self.collection.changes("")
            listing, cursor = changes.changed, f"{_TOKEN}:{changes.token}"
        else:
            listing = self.collection.listing()
            cursor = f"{_ETAGS}:{self._keep(listing)}"
        read = self._read(sorted(listing), reading)
        known = tuple(one for one in read.resources if one.items or one.bad)
        return Batch(cursor=cursor, resources=known, complete=True)

    def since(self, cursor: str, reading: Reading) -> Batch:
        """Return what changed since a cursor. Raises SourceAway, SourceWrong, CursorLost."""
        kind, _, rest = cursor.partition(":")
        if kind == _TOKEN:
            changes = self.collection.changes(rest)
            changed, gone, cursor = sorted(changes.changed), changes.gone, f"{_TOKEN}:{changes.token}"
        elif kind == _ETAGS and rest in self._listings:
            before, now = self._listings[rest], self.collection.listing()
            changed = sorted(path for path, etag in now.items() if before.get(path) != etag)
            gone, cursor = tuple(before.keys() - now.keys()), f"{_ETAGS}:{self._keep(now)}"
        else:
            raise CursorLost("it is not known any more how far the calendar was read")
        self._uids.forget(gone)
        read = self._read(changed, reading)
        return Batch(cursor=cursor, resources=read.resources, gone=(*sorted(gone), *read.missing))

    def _read(self, paths: Sequence[str], reading: Reading) -> "_Read":
        stored = list(self.collection.fetch(paths))
        there = [reading.resource(one.path, one.etag, one.data) for one in stored if one.data is not None]
        return _Read(tuple(self._uids.each_once(there)), tuple(one.path for one in stored if one.data is None))

    def _keep(self, listing: Mapping[str, str]) -> str:
        """Keep a listing to compare with; returns its name."""
        text = "\n".join(f"{path}\t{listing[path]}" for path in sorted(listing))
        name = hashlib.sha256(text.encode()).hexdigest()
        self._listings[name] = listing
        self._listings.move_to_end(name)
        while len(self._listings) > _LISTINGS:
            self._listings.popitem(last=False)
        return name


@dataclass(frozen=True, slots=True)
class _Read:
    """What was fetched, and what was gone when it was to be."""

    resources: tuple[Resource, ...]
    missing: tuple[str, ...]
