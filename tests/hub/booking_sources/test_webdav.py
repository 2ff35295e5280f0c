"""The WebDAV client with servers that answer as they should not: nothing is ever concluded from that."""

from collections.abc import Callable, Iterator

import pytest

from hub.booking_ports import CursorLost, SourceAway, SourceWrong
from hub.booking_sources.web import Web, origin, shown
from hub.booking_sources.webdav import Changes, Collection, Stored
from tests.hub.booking_sources.between import Asked, Between, Said, between

PASSWORD = "do-not-show-this-0815"
PATH = "/dav/hall/"


@pytest.fixture
def server() -> Iterator[Between]:
    """Give a web server that says what a test tells it to."""
    with between("") as found:
        yield found


@pytest.fixture
def collection(server: Between) -> Iterator[Collection]:
    """Give the collection there."""
    web = Web("hub", PASSWORD)
    yield Collection(web, server.url + PATH)
    web.close()


def multi(*responses: str, token: str = "", status: int = 207) -> Said:
    """Return a multistatus."""
    end = f"<sync-token>{token}</sync-token>" if token else ""
    body = f'<?xml version="1.0"?><multistatus xmlns="DAV:">{"".join(responses)}{end}</multistatus>'
    return Said(status, {"Content-Type": "application/xml"}, body.encode())


def there(name: str, etag: str = '"1"', data: str = "") -> str:
    """Return a response for an object that exists."""
    calendar = f'<C:calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav">{data}</C:calendar-data>' if data else ""
    return (
        f"<response><href>{PATH}{name}</href><propstat><prop><getetag>{etag}</getetag>{calendar}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


def only(name: str, status: str) -> str:
    """Return a response with a status alone."""
    return f"<response><href>{PATH}{name}</href><status>HTTP/1.1 {status}</status></response>"


ASKED: list[Callable[[Collection], object]] = [
    lambda one: one.changes("t1"),
    lambda one: one.listing(),
    lambda one: list(one.fetch([f"{PATH}a.ics"])),
    lambda one: one.features(),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    "said",
    [
        Said(200, {}, b"<html>welcome</html>"),
        Said(200),
        Said(207),
        Said(207, {}, b"<multistatus xmlns='DAV:'><response><href>/dav/hall/a.ics</href>"),
        Said(207, {}, b"<html></html>"),
        Said(207, {}, b"\xff\xfe\xfd"),
        Said(401),
        Said(403),
        Said(404),
        Said(405),
        Said(429),
        Said(500),
        Said(503),
        Said(507),
        Said(302, {"Location": "/elsewhere/"}),
        multi(only("a.ics", "500 Broken"), token="t2"),
        multi(only("a.ics", "nonsense"), token="t2"),
        multi("<response><status>HTTP/1.1 200 OK</status></response>", token="t2"),
    ],
)
def test_what_is_no_whole_answer_is_raised(
    server: Between, collection: Collection, said: Said, ask: Callable[[Collection], object]
) -> None:
    """Never read as "nothing there"; and no message holds the password."""
    server.instead = lambda _: said
    with pytest.raises((SourceAway, SourceWrong)) as raised:
        ask(collection)
    assert PASSWORD not in f"{raised.value!r} {raised.getrepr(chain=True)}"


def test_an_answer_that_breaks_off_is_not_a_shorter_one(server: Between, collection: Collection) -> None:
    """The server promised more bytes than it sent."""
    body = multi(there("a.ics"), token="t2").body
    server.instead = lambda _: Said(207, {"Content-Length": str(len(body) + 100)}, body)
    with pytest.raises(SourceAway):
        collection.changes("t1")


def test_changes_are_told_with_what_is_gone(server: Between, collection: Collection) -> None:
    """The collection itself, and what lies below it, is none of its events."""
    server.instead = lambda _: multi(
        only("", "200 OK"), there("a%20b.ics"), only("c.ics", "404 Not Found"), there("sub/"), token="t2"
    )
    assert collection.changes("t1") == Changes("t2", {f"{PATH}a%20b.ics": '"1"'}, (f"{PATH}c.ics",))
    assert b"<D:sync-token>t1</D:sync-token>" in server.asked[0].body


def test_an_answer_that_is_cut_short_is_asked_on(server: Between, collection: Collection) -> None:
    """RFC 6578 section 3.6; what is gone later is not there any more."""
    cut = only("", "507 Insufficient Storage")
    parts = [
        multi(there("a.ics"), there("b.ics"), only("c.ics", "404 Not Found"), cut, token="t2"),
        multi(there("c.ics"), only("a.ics", "404 Not Found"), token="t3"),
    ]
    server.instead = lambda _: parts[len(server.asked) - 1]
    assert collection.changes("") == Changes("t3", {f"{PATH}b.ics": '"1"', f"{PATH}c.ics": '"1"'}, (f"{PATH}a.ics",))
    server.instead = lambda _: multi(there("a.ics"), cut, token="t9")
    with pytest.raises(SourceAway, match="does not go on"):
        collection.changes("t9")


@pytest.mark.parametrize("status", [403, 409, 412])
def test_a_token_that_is_not_known_is_a_lost_cursor(server: Between, collection: Collection, status: int) -> None:
    """By the condition that it names, whatever the number; without it, it is a refusal."""
    server.instead = lambda _: Said(status, {}, b'<error xmlns="DAV:"><valid-sync-token/></error>')
    with pytest.raises(CursorLost):
        collection.changes("t1")
    server.instead = lambda _: Said(status, {}, b'<error xmlns="DAV:"><need-privileges/></error>')
    with pytest.raises(SourceWrong):
        collection.changes("t1")


def test_every_event_that_was_asked_for_has_to_be_answered_for(server: Between, collection: Collection) -> None:
    """With its text and ETag, or as not there; they are asked for in parts."""
    paths = [f"{PATH}{number}.ics" for number in range(120)]

    def answer(asked: Asked) -> Said:
        names = [one.removeprefix(PATH) for one in paths if f"<D:href>{one}</D:href>".encode() in asked.body]
        return multi(*(there(one, data="X") if one != "7.ics" else only(one, "404 Not Found") for one in names))

    server.instead = answer
    found = list(collection.fetch(paths))
    assert [one.path for one in found] == paths
    assert (found[6].data, found[7].data, len(server.asked)) == (b"X", None, 3)
    for half in (multi(there("0.ics", data="X")), multi(there("0.ics", data="X"), there("1.ics"))):
        server.instead = lambda _, half=half: half  # type: ignore[misc]  # a default that mypy does not see
        with pytest.raises(SourceAway):
            list(collection.fetch(paths[:2]))


def test_an_empty_listing_is_believed_only_if_it_is_one(server: Between, collection: Collection) -> None:
    """It names the collection itself then (RFC 4918 section 9.1)."""
    server.instead = lambda _: multi(only("", "200 OK"))
    assert collection.listing() == {}
    server.instead = lambda _: multi()
    with pytest.raises(SourceAway):
        collection.listing()
    server.instead = lambda _: multi(only("", "200 OK"), there("a.ics", etag=""))
    with pytest.raises(SourceWrong, match="no ETags"):
        collection.listing()


def test_events_at_another_path_are_somebody_elses(server: Between, collection: Collection) -> None:
    """A wrongly set proxy names them so; what is meant cannot be asked for then."""
    body = multi(there("a.ics"), token="t2").body.replace(PATH.encode(), b"/inside/")
    server.instead = lambda _: Said(207, {}, body)
    with pytest.raises(SourceWrong, match=r"/inside/a\.ics"):
        collection.changes("t1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_server_is_not_followed(server: Between, collection: Collection, status: int) -> None:
    """The password would go there."""
    with between("") as other:
        server.instead = lambda _: Said(status, {"Location": f"{other.url}{PATH}"})
        with pytest.raises(SourceWrong, match="another server"):
            collection.listing()
        assert other.asked == []


def test_a_redirect_within_the_server_is(server: Between, collection: Collection) -> None:
    """As /.well-known/caldav gives one; it is the same question there."""
    moved = multi(only("", "200 OK"))
    server.instead = lambda asked: moved if asked.path == "/new/" else Said(301, {"Location": "/new/"})
    assert collection.listing() == {}
    assert [(one.method, one.headers["depth"], one.path) for one in server.asked] == [
        ("PROPFIND", "1", PATH),
        ("PROPFIND", "1", "/new/"),
    ]


def test_entities_are_not_read(server: Between, collection: Collection) -> None:
    """Neither from a file nor a thousand million laughs."""
    for declared in ('<!ENTITY x SYSTEM "file:///etc/hostname">', '<!ENTITY a "ha"><!ENTITY x "&a;&a;">'):
        body = multi(there("a.ics", etag="&x;"), token="t").body
        body = body.replace(b"?>", f"?><!DOCTYPE multistatus [{declared}]>".encode(), 1)
        server.instead = lambda _, body=body: Said(207, {}, body)  # type: ignore[misc]  # a default unseen by mypy
        with pytest.raises(SourceAway, match="no whole XML"):
            collection.changes("t1")


@pytest.mark.parametrize(
    "address",
    ["http://calendar.example/hall/", "https://hub:pass-0815@calendar.example/hall/", "ftp://a/b", "hall", "http://"],
)
def test_an_address_that_is_not_safe_is_not_asked(address: str) -> None:
    """Not encrypted, with a password in it, or none."""
    with pytest.raises(SourceWrong) as raised:
        Collection(Web("hub", PASSWORD), address).listing()
    assert "0815" not in str(raised.value)


def test_a_server_with_a_certificate_of_nobody_is_wrong_not_away(server: Between) -> None:
    """Here it does not speak TLS at all."""
    with pytest.raises((SourceWrong, SourceAway)):
        Collection(Web("hub", PASSWORD), server.url.replace("http:", "https:") + PATH).listing()


def test_a_path_that_looks_like_a_server_is_asked_at_this_one(server: Between) -> None:
    """Two slashes begin the name of a host elsewhere."""
    server.instead = lambda _: Said(404)
    path = "//127.0.0.1:1/a.ics"
    web = Web("hub", PASSWORD)
    assert Collection(web, server.url).get(path)[0] == Stored(path, "", None)
    assert server.asked[0].path.endswith("/127.0.0.1:1/a.ics")
    web.close()


def test_addresses_are_shown_without_secrets() -> None:
    """And compared by server."""
    assert shown("https://u:p@Calendar.example:443/a?key=s") == "https://calendar.example/a"
    assert shown("http://[::1]:5232/a") == "http://[::1]:5232/a"
    assert origin("https://Calendar.example/a") == origin("https://calendar.example:443/b")


def test_changes_without_a_token_are_no_answer(server: Between, collection: Collection) -> None:
    """Nobody could go on from there."""
    server.instead = lambda _: multi(there("a.ics"))
    with pytest.raises(SourceAway, match="without a sync token"):
        collection.changes("t1")


def test_an_answer_without_end_is_not_read_to_its_end(
    server: Between, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much a server has to say."""
    monkeypatch.setattr("hub.booking_sources.web.MOST_BYTES", 100)
    server.instead = lambda _: multi(only("", "200 OK"), there("a.ics"))
    with pytest.raises(SourceAway, match="more than"):
        collection.listing()
