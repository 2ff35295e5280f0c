"""A thin client for one calendar collection on a WebDAV server (RFC 4918, 4791, 6578): what is there, what changed.

Whatever is not a whole answer to what was asked is raised, so that nothing is ever taken for gone that is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from hub.booking_ports import CursorLost, LoginRefused, SourceAway, SourceWrong
from hub.booking_sources.multistatus import CALDAV, DAV, MultiStatus, Response, has_error, multistatus, path_of
from hub.booking_sources.web import Answer, Web, shown

AT_ONCE = 50
"""Objects that are fetched with one question."""

_MOST_ROUNDS = 10_000
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_NAMES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_FEATURES = (
    f"{_XML}<D:propfind {_NAMES}><D:prop><D:resourcetype/><D:supported-report-set/>"
    "<D:current-user-privilege-set/></D:prop></D:propfind>"
)
_ETAGS = f"{_XML}<D:propfind {_NAMES}><D:prop><D:resourcetype/><D:getetag/></D:prop></D:propfind>"


@dataclass(frozen=True, slots=True)
class Features:
    """What a collection says of itself: whether it holds a calendar, tells changes alone, and takes what is written.

    ``writable`` is None where it does not say.
    """

    is_calendar: bool
    tells_changes: bool
    writable: bool | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Which objects (paths) were ``changed``, each with its ETag, which are ``gone``, and the token to go on with."""

    token: str
    changed: Mapping[str, str]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as the server has it; ``data`` is None where it has it no longer."""

    path: str
    etag: str
    data: bytes | None


class Collection:
    """One collection at an address."""

    def __init__(self, web: Web, address: str) -> None:
        """Take by what to ask; nothing is asked yet."""
        self._web = web
        self.url = address if address.endswith("/") else f"{address}/"
        self.path = path_of("", self.url)

    def features(self) -> Features:
        """Ask what it is and can. Raises SourceAway, SourceWrong."""
        responses = self._multistatus("PROPFIND", _FEATURES, "0").responses
        own = next((one for one in responses if self._is_own(one)), None)
        if own is None:
            raise SourceAway(f"{shown(self.url)} says nothing of itself")
        privileges = own.props.get(f"{DAV}current-user-privilege-set")
        writes = {f"{DAV}{one}" for one in ("all", "write", "write-content")}
        return Features(
            is_calendar=own.has(f"{DAV}resourcetype", f"{CALDAV}calendar"),
            tells_changes=own.has(f"{DAV}supported-report-set", f"{DAV}sync-collection"),
            writable=None if privileges is None else any(one.tag in writes for one in privileges.iter()),
        )

    def changes(self, token: str) -> Changes:
        """Ask what changed since a token, or for everything where that is empty (RFC 6578).

        Where answers are cut short (507) it asks on. Raises SourceAway, SourceWrong, CursorLost.
        """
        changed: dict[str, str] = {}
        gone: dict[str, None] = {}
        for _ in range(_MOST_ROUNDS):
            body = (
                f"{_XML}<D:sync-collection {_NAMES}><D:sync-token>{escape(token)}</D:sync-token>"
                "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
            )
            answer = self._multistatus("REPORT", body, "0")
            if not answer.token:
                raise SourceAway(f"{shown(self.url)} answers without a sync token")
            for one in self._objects(answer):
                if one.status == HTTPStatus.NOT_FOUND:
                    changed.pop(one.path, None)
                    gone[one.path] = None
                else:
                    gone.pop(one.path, None)
                    changed[one.path] = one.text(f"{DAV}getetag")
            if not any(self._is_own(one) and one.status == HTTPStatus.INSUFFICIENT_STORAGE for one in answer.responses):
                return Changes(answer.token, changed, tuple(gone))
            if answer.token == token:
                break
            token = answer.token
        raise SourceAway(f"{shown(self.url)} cuts its answer short and does not go on")

    def listing(self) -> Mapping[str, str]:
        """Ask which objects there are, each with its ETag. Raises SourceAway, SourceWrong."""
        answer = self._multistatus("PROPFIND", _ETAGS, "1")
        if not any(self._is_own(one) for one in answer.responses):
            raise SourceAway(f"{shown(self.url)} answers with half a listing")
        found = {one.path: one.text(f"{DAV}getetag") for one in self._objects(answer)}
        if not all(found.values()):
            raise SourceWrong(f"{shown(self.url)} gives no ETags, so that changes cannot be seen")
        return found

    def fetch(self, paths: Sequence[str]) -> Iterator[Stored]:
        """Fetch objects, some at once, each exactly once. Raises SourceAway, SourceWrong."""
        for start in range(0, len(paths), AT_ONCE):
            part = paths[start : start + AT_ONCE]
            hrefs = "".join(f"<D:href>{escape(one)}</D:href>" for one in part)
            body = (
                f"{_XML}<C:calendar-multiget {_NAMES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}"
                "</C:calendar-multiget>"
            )
            found = {one.path: one for one in self._objects(self._multistatus("REPORT", body, "1"))}
            for path in part:
                yield self._stored(path, found.get(path))

    def get(self, path: str) -> tuple[Stored, Answer]:
        """Fetch one object byte for byte, and the answer that it came with. Raises SourceAway, SourceWrong."""
        answer = self._web.ask("GET", self._at(path))
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return Stored(path, "", None), answer
        if answer.status != HTTPStatus.OK or not answer.body:
            raise self._refused(answer)
        return Stored(path, answer.headers.get("etag", ""), answer.body), answer

    def put(self, path: str, etag: str, body: bytes) -> Answer:
        """Write one object if it is still as ``etag`` says (RFC 9110 13.1.1). Raises SourceAway, SourceWrong."""
        headers = {"If-Match": etag, "Content-Type": "text/calendar; charset=utf-8"}
        return self._web.ask("PUT", self._at(path), headers, body)

    def _at(self, path: str) -> str:
        """Return the address of a path: on this server, whatever the path looks like."""
        return urlsplit(self.url)._replace(path=path, query="", fragment="").geturl()

    def _stored(self, path: str, found: Response | None) -> Stored:
        if found is None:
            raise SourceAway(f"{shown(self.url)} answers for some of the events only")
        if found.status == HTTPStatus.NOT_FOUND:
            return Stored(path, "", None)
        data, etag = found.props.get(f"{CALDAV}calendar-data"), found.text(f"{DAV}getetag")
        if data is None or not etag:
            raise SourceAway(f"{shown(self.url)} answers without the events themselves")
        return Stored(path, etag, (data.text or "").encode())

    def _objects(self, answer: MultiStatus) -> Iterator[Response]:
        """Yield what is said of objects in the collection, and nothing of what lies in others."""
        for one in answer.responses:
            if self._is_own(one) or one.path.endswith("/") or one.has(f"{DAV}resourcetype", f"{DAV}collection"):
                continue
            if not one.path.startswith(self.path):
                raise SourceWrong(f"{shown(self.url)} names events at {one.path}; write its address as that begins")
            if one.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
                raise SourceAway(f"{shown(self.url)} answers {one.status} for one of the events")
            yield one

    def _is_own(self, response: Response) -> bool:
        return response.path.rstrip("/") == self.path.rstrip("/")

    def _multistatus(self, method: str, body: str, depth: str) -> MultiStatus:
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        answer = self._web.ask(method, self.url, headers, body.encode())
        if answer.status != HTTPStatus.MULTI_STATUS:
            raise self._refused(answer)
        return multistatus(answer.body, self.url)

    def _refused(self, answer: Answer) -> Exception:
        at = shown(self.url)
        if has_error(answer.body, "valid-sync-token"):
            return CursorLost(f"{at} does not know how far it was read")
        if answer.status == HTTPStatus.FORBIDDEN:
            return LoginRefused(f"{at} may not be read by this user; let its owner share it")
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return SourceWrong(f"{at}: there is no calendar at this address")
        if answer.status < HTTPStatus.BAD_REQUEST or answer.status == HTTPStatus.INSUFFICIENT_STORAGE:
            return SourceAway(f"{at} answers {answer.status}, which is no answer to what was asked")
        return SourceWrong(f"{at} answers {answer.status}; it may be no CalDAV server")
