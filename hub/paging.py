"""The door for alerts to pagers: looks twice a second what is due, and publishes it on ``down/alert`` (DESIGN 5)."""

import itertools
import logging
import uuid
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from devices.contract import codec
from devices.contract.alerts import Alert, AlertAction, Ring
from devices.contract.topics import Leaf, topic
from devices.ports import Clock, Link, NotDelivered
from hub.domain.alerts import AlertKind, Channel
from hub.ports import Ids, Store
from hub.rounds import Rounds
from hub.usecases.page_alerts import Page, Paged, keep_paged, take_pages

_log = logging.getLogger(__name__)
AT_ONCE = 50
LOOK_S = 0.4
_TAGS = uuid.UUID("8a3b1f0e-6d3c-4c51-9f0e-2b7a7f5d9c10")
"""Under this name a tag that is no UUID gets one, always the same."""


class Pages(Rounds):
    """Sends what is due to pagers, one process with a link at a time for each alert; ``write`` puts it into words."""

    def __init__(
        self,
        store: Store,
        write: Callable[[Page], Paged],
        *,
        site: str,
        pagers: Collection[str],
        clock: Clock,
        ids: Ids,
    ) -> None:
        """Take the parts; ``attach`` the link before ``start``. ``pagers`` are those the house knows."""
        super().__init__("paging")
        self._store = store
        self._write = write
        self._site = site
        self._pagers = frozenset(pagers)
        self._clock = clock
        self._boot = ids()
        self._numbers = itertools.count(1)
        self._confirmed: deque[str] = deque()
        self._link: Link | None = None

    def attach(self, link: Link) -> None:
        """Take the link to publish through."""
        self._link = link

    def pause(self) -> None:
        """Wait a moment: an alert is to be felt within two seconds."""
        self._stopping.wait(LOOK_S)

    def turn(self) -> int:
        """Publish what is due, and keep what the broker has taken; returns how many alerts were looked at."""
        if self._link is None or not self._link.connected:
            return 0
        now, confirmed = self._clock.now(), [self._confirmed.popleft() for _ in range(len(self._confirmed))]
        try:
            with self._store.read() as tx:
                due = bool(tx.alerts.next_due(Channel.PAGER, now, 1))
            if not due and not confirmed:
                return 0  # a look costs no durable commit
            with self._store.write() as tx:
                keep_paged(tx, confirmed, now)
                pages = take_pages(tx, now, AT_ONCE, self._pagers)
        except Exception:
            self._confirmed.extendleft(reversed(confirmed))
            raise
        for page in pages:
            self._publish(self._link, page, now)
        return len(pages)

    def _publish(self, link: Link, page: Page, now: datetime) -> None:
        alert = page.alert
        try:
            payload = codec.encode(self._message(page, now))
            codec.decode(payload, Alert)
            left_s = max(1, int((alert.expires_at - now).total_seconds()))
            link.publish_soon(
                topic(self._site, alert.device, Leaf.DOWN_ALERT),
                payload,
                partial(self._taken, alert.id),
                expiry_s=left_s,
            )
        except NotDelivered:
            self.counts["undelivered"] += 1  # it is in hand, and tried again soon
        except Exception:  # noqa: BLE001 - the other alerts must not wait behind it
            self.counts["cannot_write"] += 1
            _log.exception("alert %s to %s cannot be written", alert.id, alert.device)
        else:
            self.counts["again" if alert.tries > 1 else "sent"] += 1

    def _taken(self, alert: str, problem: NotDelivered | None) -> None:
        """Hear, on the link's thread, how a message ended."""
        if problem is None:
            self._confirmed.append(alert)
        else:
            self.counts["undelivered"] += 1

    def _message(self, page: Page, now: datetime) -> Alert:
        alert, said = page.alert, self._write(page)
        return Alert(
            id=alert.id,
            ts=now,
            boot=self._boot,
            seq=next(self._numbers),
            tag=tag_of(alert.tag),
            glance=said.glance,
            detail=said.detail,
            priority=int(alert.priority),
            ring=Ring(alert.ring.value),
            actions=tuple(AlertAction(did=act, label=label) for act, label in said.offers),
            expires_at=alert.expires_at,
            over=alert.kind is AlertKind.OVER,
        )


def tag_of(tag: str) -> str:
    """Return a tag as the wire wants it: a task's id as it is, any other word as a UUID that is always the same."""
    try:
        return str(uuid.UUID(tag)) if len(tag) == len(str(_TAGS)) else str(uuid.uuid5(_TAGS, tag))
    except ValueError:
        return str(uuid.uuid5(_TAGS, tag))
