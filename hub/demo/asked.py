"""Whom the demo's calls reached, and how soon: read from the hub's database, where every alert is a row."""

from collections.abc import Collection
from datetime import datetime, timedelta
from statistics import median

from hub.demo.summary import Summary
from hub.domain.alerts import AlertKind
from hub.ports import Transaction

AT_ONCE = timedelta(seconds=5)
"""A call must have reached somebody by then; it takes some milliseconds on any machine that is not starved."""


def check_asked(summary: Summary, tx: Transaction, tasks: Collection[str], begun: datetime, ended: datetime) -> None:
    """See that each call reached a person; one that was raised just now, or ended at once, need not."""
    first: dict[str, datetime] = {}
    for alert in tx.alerts.since(begun):
        if alert.kind is AlertKind.OFFER:
            first.setdefault(alert.task, alert.created_at)
    raised = [task for task in tx.tasks.since(begun) if task.id in tasks and task.created_at < ended - AT_ONCE]
    due = [one for one in raised if not one.done_at or one.done_at > one.created_at + AT_ONCE]
    waits = [(first[one.id] - max(one.created_at, begun)).total_seconds() for one in due if one.id in first]
    unasked = [one.kind.value for one in due if one.id not in first and one.held_until is None and not one.accepted_by]
    summary.check("calls that reached nobody", unasked, [])
    if waits:
        summary.row("calls to people", f"{len(waits)}, the median reached somebody after {1000 * median(waits):.0f} ms")
