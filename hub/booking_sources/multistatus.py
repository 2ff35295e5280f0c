"""WebDAV's answers in XML (RFC 4918 section 13), read whole or not at all, and without anything from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

from hub.booking_ports import SourceAway

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"


@dataclass(frozen=True, slots=True)
class Response:
    """What is said of one ``path``: a ``status`` of its own, 200 where there is none, and the properties it has."""

    path: str
    status: int
    props: Mapping[str, ET.Element]

    def text(self, name: str) -> str:
        """Return a property's text, empty where it has none."""
        found = self.props.get(name)
        return (found.text or "").strip() if found is not None else ""

    def has(self, name: str, within: str) -> bool:
        """Say whether a property holds an element of a name."""
        found = self.props.get(name)
        return found is not None and next(found.iter(within), None) is not None


@dataclass(frozen=True, slots=True)
class MultiStatus:
    """An answer about several resources; ``token`` is where the next one goes on (RFC 6578)."""

    responses: tuple[Response, ...]
    token: str


class _Tree(ET.TreeBuilder):
    """Takes elements and text, but no document type: entities, within or from outside, are defined there."""

    def doctype(self, *_: object) -> None:
        """Refuse it."""
        raise ET.ParseError("document types are not read")


def parsed(body: bytes) -> ET.Element:
    """Read XML. Raises SourceAway for what is none, or stops half way."""
    parser = ET.XMLParser(target=_Tree())  # noqa: S314 - entities cannot be defined without a document type
    try:
        parser.feed(body)
        found: ET.Element = parser.close()
    except (ET.ParseError, ValueError, LookupError):
        raise SourceAway("the server's answer is no whole XML") from None
    return found


def multistatus(body: bytes, url: str) -> MultiStatus:
    """Read an answer to a request at an address. Raises SourceAway for anything that is none."""
    root = parsed(body)
    if root.tag != f"{DAV}multistatus":
        raise SourceAway("the server's answer is of another kind than was asked for")
    responses = [found for one in root.findall(f"{DAV}response") for found in _responses(one, url)]
    return MultiStatus(tuple(responses), (root.findtext(f"{DAV}sync-token") or "").strip())


def _responses(element: ET.Element, url: str) -> list[Response]:
    status = _status(element.findtext(f"{DAV}status"))
    props = {
        prop.tag: prop
        for part in element.findall(f"{DAV}propstat")
        if _status(part.findtext(f"{DAV}status")) == 200  # noqa: PLR2004 - HTTP's word for yes
        for prop in part.findall(f"{DAV}prop/*")
    }
    paths = [path_of((href.text or "").strip(), url) for href in element.findall(f"{DAV}href")]
    if not paths:
        raise SourceAway("the server's answer names no resource")
    return [Response(path, status, props) for path in paths]


def _status(line: str | None) -> int:
    """Read ``HTTP/1.1 404 Not Found``; where there is none, all is well."""
    if line is None:
        return 200
    parts = line.split()
    try:
        return int(parts[1])
    except (IndexError, ValueError):
        raise SourceAway("the server's answer has a status that is none") from None


def path_of(href: str, url: str) -> str:
    """Return the path of a resource, written in one way whoever names it."""
    steps = urlsplit(urljoin(url, href)).path.split("/")
    return "/".join(quote(unquote(step), safe="@:!$&'()*+,;=~") for step in steps)


def has_error(body: bytes, name: str) -> bool:
    """Say whether a refusal names a condition (RFC 4918 section 16)."""
    try:
        return parsed(body).find(f".//{DAV}{name}") is not None
    except SourceAway:
        return False
