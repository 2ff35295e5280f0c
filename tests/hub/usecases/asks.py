"""Requests as kiosks send them, for the use cases' tests; numbered guests as in tests.hub.build."""

import secrets
from datetime import datetime
from typing import Any

from devices.contract.messages import Request, RequestAnswer, RequestKind
from devices.ids import uuid7
from hub.domain.name_search import NameIndex
from hub.domain.tasks import Task
from hub.pinyin import readings
from hub.ports import Store
from hub.usecases.asking import Asking, Service, WalkIns
from hub.usecases.find_guest import Names, serve_find
from hub.usecases.serve_request import serve_request
from tests.hub.build import at

NOW = at(20)


def service(policy: WalkIns = WalkIns.CALL, a_minute: int = 20) -> Service:
    """Return what the house allows."""
    return Service(ids=uuid7, bits=secrets.randbits, site_key=b"k" * 32, walk_ins=policy, a_minute=a_minute)


def request(kind: RequestKind, **fields: Any) -> Request:  # noqa: ANN401 - any field
    """Make one request."""
    envelope: dict[str, Any] = {"id": uuid7(), "ts": NOW, "boot": uuid7(), "seq": 1}
    return Request(**(envelope | fields), kind=kind)


def serve(
    store: Store,
    asked: Request,
    *,
    device: str = "kiosk-1",
    now: datetime = NOW,
    by: Service | None = None,
) -> RequestAnswer | None:
    """Serve one request in a transaction of its own."""
    with store.write() as tx:
        return serve_request(Asking(tx=tx, device=device, request=asked, now=now, service=by or service()))


def ask(store: Store, kind: RequestKind, **fields: Any) -> RequestAnswer:  # noqa: ANN401 - any field
    """Ask for something new; returns the answer."""
    means = {name: fields.pop(name) for name in ("device", "now", "by") if name in fields}
    answer = serve(store, request(kind, **fields), **means)
    assert answer is not None
    return answer


def find(
    store: Store, typed: str | Request, *, device: str = "kiosk-1", now: datetime = NOW, by: Service | None = None
) -> RequestAnswer:
    """Search as the hub's own thread does, with names that it has just read."""
    asked = typed if isinstance(typed, Request) else request(RequestKind.FIND, text=typed)
    names = Names(NameIndex(readings))
    found = names.index.search(asked.text, names.follow(store, now))
    with store.write() as tx:
        asking = Asking(tx=tx, device=device, request=asked, now=now, service=by or service())
        answer = serve_find(asking, found, names)
    assert answer is not None
    return answer


def tasks(store: Store) -> list[Task]:
    """Return the open tasks."""
    with store.read() as tx:
        return list(tx.tasks.open())
