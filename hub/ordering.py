"""What other makers' devices are told: the door for sensors sends it, each order once, after it is noted as sent."""

import logging
from collections import Counter

from devices.ports import Clock, Link, NotDelivered
from hub.discovery import Order, Unusable, write_order
from hub.domain.commands import LASTS, DeviceCommand
from hub.domain.units import UnknownUnit, converter
from hub.ports import Ids, Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.command_point import refuse_point, take_points_to_send

_log = logging.getLogger(__name__)


class Ordering:
    """Sends what waits. Used by the door's worker thread alone; ``counts`` is for the metrics."""

    def __init__(self, store: Store, *, clock: Clock, ids: Ids, counts: Counter[str]) -> None:
        """Take the parts."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._counts = counts

    def waits(self, tx: Transaction) -> bool:
        """Say whether there is something to send."""
        return bool(tx.commands.waiting(self._clock.now(), 1, points=True))

    def send(self, link: Link) -> None:
        """Send all that waits. One that cannot be written, or finds no way out, has failed. Raises StoreUnavailable."""
        who = Deciding(actor="hub", at=self._clock.now(), ids=self._ids)
        with self._store.write() as tx:
            orders = [(command, _order(tx, command)) for command in take_points_to_send(tx, who)]
        for command, order in orders:
            if isinstance(order, Order) and self._publish(link, order):
                self._counts["orders"] += 1
                continue
            self._counts["orders_failed"] += 1
            with self._store.write() as tx:
                refuse_point(tx, command.id, "no_way" if isinstance(order, Order) else order, who)

    def _publish(self, link: Link, order: Order) -> bool:
        expiry = int(LASTS.total_seconds())
        try:
            link.publish_soon(
                order.topic, order.payload, self._count, retain=order.retain, qos=min(order.qos, 1), expiry_s=expiry
            )
        except NotDelivered as problem:
            _log.warning("an order to %s was not sent: %s", order.topic, problem)
            return False
        return True

    def _count(self, problem: NotDelivered | None) -> None:
        if problem:
            self._counts["orders_undelivered"] += 1


def _order(tx: Transaction, command: DeviceCommand) -> Order | str:
    """Write a command for its device's own wire; returns why where it cannot be."""
    point = tx.field_devices.point(str(command.parameters["point"]))
    value = command.parameters["value"]
    if point is None or point.gone:
        return "gone"
    try:
        if not isinstance(value, str):
            value = converter(point.unit, point.said_unit)(float(value))  # type: ignore[arg-type]
        return write_order(point.component, point.config, value)
    except (Unusable, UnknownUnit) as problem:
        _log.warning("%s cannot be told to be %r: %s", point.id, value, problem)
        return "no_command"
