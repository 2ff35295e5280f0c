"""Each service gets what it publishes that it wants; whatever it answers is understood, and no secret is ever said."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk

from hub.channel_ports import ChannelDown, NotTaken, PutOff, StaffNotice
from hub.channels import apprise
from hub.channels.addresses import Address, AddressBook
from hub.channels.apprise import AppriseChannel, misunderstood
from tests.hub.mailbox import Mailbox, port_of
from tests.hub.mailbox import serve as serve_mail
from tests.hub.services import (
    BOT_HOSTS,
    DINGTALK_SECRET,
    DINGTALK_TOKEN,
    FEISHU_TOKEN,
    GOTIFY_TOKEN,
    NTFY_TOKEN,
    NTFY_TOPIC,
    SECRETS,
    WECOM_KEY,
    Answer,
    Services,
    certificate,
    lead_hosts_to,
    serve,
    silent_server,
)

BOTS = {
    "wecombot": f"wecombot://{WECOM_KEY}",
    "dingtalk": f"dingtalk://{DINGTALK_SECRET}@{DINGTALK_TOKEN}",
    "feishu": f"feishu://{FEISHU_TOKEN}",
}
NAMES = (*BOTS, "ntfys", "gotifys")


def notice(address: str, priority: int = 1, **changes: str) -> StaffNotice:
    """Return an alert to 小李."""
    fields = {
        "glance": "贵宾到场 · 王总 · 3 号门 · 09:05 前",
        "detail": "到门口迎接\n—— 迎宾 Yingbin",
        "link": "https://yingbin.example.com/staff",
    }
    return StaffNotice(id="a-1", to="xiaoli", address=address, priority=priority, language="zh", **(fields | changes))


def url_of(name: str, port: int) -> str:
    """Return the address of a service; the bots' real one."""
    private = {
        "ntfys": f"ntfys://{NTFY_TOKEN}@localhost:{port}/{NTFY_TOPIC}",
        "gotifys": f"gotifys://localhost:{port}/{GOTIFY_TOKEN}",
        "ntfy": f"ntfy://{NTFY_TOKEN}@localhost:{port}/{NTFY_TOPIC}",
    }
    return (BOTS | private)[name]


def channel(*urls: str, ca: Path | None = None) -> AppriseChannel:
    """Return the way to addresses, each named for its service."""
    found = tuple(Address("xiaoli", url.partition(":")[0], url) for url in urls)
    return AppriseChannel(AddressBook({"xiaoli": found}), ca)


@pytest.fixture
def made(tmp_path: Path) -> tuple[object, Path]:
    """Return TLS for all services, and who vouches for it."""
    return certificate(tmp_path, "localhost", *BOT_HOSTS)


@pytest.fixture
def services(made: tuple[object, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Run the services with TLS, under the bots' own names."""
    with serve(Services(), made[0]) as running:  # type: ignore[arg-type]  # the context
        lead_hosts_to(running.port, monkeypatch)
        yield running


@pytest.mark.parametrize("name", NAMES)
def test_every_service_takes_what_it_gets(name: str, services: Services, made: tuple[object, Path]) -> None:
    """Over TLS, under its own name, with the words in the place where its app shows them."""
    channel(url_of(name, services.port), ca=made[1]).send(notice(name))
    (got,) = services.got
    texts: dict[str, Callable[[], str]] = {
        "wecombot": lambda: got.body["text"]["content"],
        "dingtalk": lambda: got.body["text"]["content"],
        "feishu": lambda: got.body["content"]["text"],
        "ntfys": lambda: f"{got.body['title']}\r\n{got.body['message']}",
        "gotifys": lambda: f"{got.body['title']}\r\n{got.body['message']}",
    }
    assert texts[name]().split() == (
        [
            "贵宾到场",
            "·",
            "王总",
            "·",
            "3",
            "号门",
            "·",
            "09:05",
            "前",
            "到门口迎接",
            "——",
            "迎宾",
            "Yingbin",
            "https://yingbin.example.com/staff",
        ]
    )
    assert got.headers["user-agent"] == "Yingbin"
    assert "x-icon" not in got.headers


@pytest.mark.parametrize(("priority", "ntfy", "gotify"), [(1, "max", 10), (2, "high", 8), (3, None, 5)])
def test_what_is_urgent_is_urgent_on_the_telephone(
    priority: int, ntfy: str | None, gotify: int, services: Services, made: tuple[object, Path]
) -> None:
    """Ntfy says max (5) to min (1), Gotify 10 to 0; ntfy's default is what it does unasked."""
    way = channel(url_of("ntfys", services.port), url_of("gotifys", services.port), ca=made[1])
    way.send(notice("ntfys", priority))
    way.send(notice("gotifys", priority))
    assert services.got[0].headers.get("x-priority") == ntfy
    assert services.got[1].body["priority"] == gotify


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_key_is_no_success(name: str, services: Services, made: tuple[object, Path]) -> None:
    """The bots say HTTP 200 to it, which Apprise takes for a yes."""
    wrong = url_of(name, services.port)
    for secret in (WECOM_KEY, DINGTALK_TOKEN, FEISHU_TOKEN, NTFY_TOKEN, GOTIFY_TOKEN):
        wrong = wrong.replace(secret, secret[::-1] if "_" not in secret else "tk_wrong1wrong1")
    with pytest.raises(NotTaken) as refused:
        channel(wrong, ca=made[1]).send(notice(name))
    assert not any(part in str(refused.value) for part in (*SECRETS, *(one[::-1] for one in SECRETS), "tk_wrong"))
    expected = {"wecombot": "93000", "dingtalk": "300005", "feishu": "19001", "ntfys": "401", "gotifys": "401"}
    assert expected[name] in str(refused.value)


@pytest.mark.parametrize("name", list(BOTS))
def test_too_many_messages_wait_a_minute(name: str, services: Services, made: tuple[object, Path]) -> None:
    """The bots count by the minute, and say so with HTTP 200; WeCom's words hold the key here."""
    services.too_fast = True
    with pytest.raises(PutOff) as waiting:
        channel(url_of(name, services.port), ca=made[1]).send(notice(name))
    assert waiting.value.after_s == 60
    assert not any(secret in str(waiting.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("answer", "error", "after_s"),
    [
        ((429, {"Retry-After": "7"}, b"<html>no</html>"), PutOff, 7),
        ((429, {"Retry-After": "999999"}, b"<html>no</html>"), PutOff, 300),
        ((429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"<html>no</html>"), PutOff, 60),
        ((429, {}, b"<html>no</html>"), PutOff, 60),
        ((408, {}, b"<html>no</html>"), PutOff, 0),
        ((500, {}, b"<html>no</html>"), ChannelDown, None),
        ((503, {}, b"<html>no</html>"), ChannelDown, None),
        ((403, {}, b"<html>no</html>"), NotTaken, None),
        ((404, {}, b"<html>no</html>"), NotTaken, None),
        ((302, {"Location": "https://elsewhere.example/"}, b"<html>no</html>"), NotTaken, None),
    ],
)
@pytest.mark.parametrize("name", ["wecombot", "gotifys"])
def test_each_status_says_whether_to_try_again(
    name: str,
    answer: Answer,
    error: type[Exception],
    after_s: float | None,
    services: Services,
    made: tuple[object, Path],
) -> None:
    """Nobody is led elsewhere: a redirect would carry the key along."""
    services.answer = lambda _: answer
    with pytest.raises(error) as told:
        channel(url_of(name, services.port), ca=made[1]).send(notice(name))
    assert getattr(told.value, "after_s", None) == after_s
    assert len(services.got) == 1


@pytest.mark.parametrize("body", [b"<html>Please sign in to the network</html>", b"[]", b"{}", b"", b'{"errcode":"0"}'])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_to_sign_in_to_the_network_is_no_success(
    name: str, body: bytes, services: Services, made: tuple[object, Path]
) -> None:
    """Somebody else says 200."""
    services.answer = lambda _: (200, {}, body)
    with pytest.raises(ChannelDown, match="somebody else"):
        channel(url_of(name, services.port), ca=made[1]).send(notice(name))


def test_a_huge_answer_is_read_up_to_a_limit(services: Services, made: tuple[object, Path]) -> None:
    """And is no success."""
    services.answer = lambda _: (200, {}, b'{"errcode": 0, "x": "' + b"x" * 50_000_000 + b'"}')
    with pytest.raises(ChannelDown):
        channel(BOTS["wecombot"], ca=made[1]).send(notice("wecombot"))


@pytest.mark.parametrize("name", NAMES)
def test_a_certificate_nobody_vouches_for_is_refused(name: str, services: Services) -> None:
    """No message, no key goes there."""
    with pytest.raises(ChannelDown, match=r"alerts\.tls_ca"):
        channel(url_of(name, services.port)).send(notice(name))
    assert services.got == []


def test_a_server_that_says_nothing_or_drips_for_ever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the time it is given, and no more."""
    monkeypatch.setattr(apprise, "CONNECT_S", 0.3)
    monkeypatch.setattr(apprise, "READ_S", 0.3)
    for drip in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"):
        with silent_server(drip=drip) as port, pytest.raises(ChannelDown, match="no answer in time"):
            channel(url_of("ntfy", port)).send(notice("ntfy"))


@pytest.mark.parametrize("url", ["ntfy://no-such-host.invalid/alerts", "ntfy://localhost:9/alerts"])
def test_no_way_there_is_a_channel_that_is_down(url: str) -> None:
    """No name, no server."""
    with pytest.raises(ChannelDown, match="cannot be reached"):
        channel(url).send(notice("ntfy"))


def test_mail_arrives_as_plain_text() -> None:
    """At a real mail server."""
    mailbox = Mailbox()
    server = serve_mail(mailbox)
    try:
        url = f"mailto://localhost:{port_of(server)}?from=hub@house.example&to=li@example.com&mode=insecure"
        channel(url).send(notice("mailto"))
    finally:
        server.stop()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "贵宾到场 · 王总 · 3 号门 · 09:05 前"
    assert [one.addr_spec for one in mail["To"].addresses] == ["li@example.com"]
    body = mail.get_body(("plain", "html"))
    assert body is not None
    assert "到门口迎接" in body.get_content()


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 5.1.1 no such user", NotTaken), ("450 4.2.0 greylisted", PutOff), ("421 4.3.2 closing", ChannelDown)],
)
def test_what_a_mail_server_answers_says_whether_to_try_again(answer: str, error: type[Exception]) -> None:
    """As for guests' mail."""
    mailbox = Mailbox(answers={"li@example.com": answer})
    server = serve_mail(mailbox)
    try:
        url = f"mailto://localhost:{port_of(server)}?from=hub@house.example&to=li@example.com&mode=insecure"
        with pytest.raises(error):
            channel(url).send(notice("mailto"))
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mail_goes_nowhere_over_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    """Nor with a wrong password, nor where nobody listens; none of them says the password."""
    tls, _ = certificate(tmp_path, "localhost")
    secret = serve_mail(Mailbox(), tls=tls)
    signed = serve_mail(Mailbox(), signed_in=True)
    receiver = "from=hub@house.example&to=li@example.com"
    ways = {
        f"mailtos://u:pa55-w0rd@localhost:{port_of(secret)}?{receiver}": ChannelDown,
        f"mailto://u:pa55-w0rd@localhost:{port_of(signed)}?{receiver}&mode=insecure": NotTaken,
        f"mailto://localhost:9?{receiver}&mode=insecure": ChannelDown,
    }
    try:
        for url, error in ways.items():
            with pytest.raises(error) as told:
                channel(url).send(notice(url.partition(":")[0]))
            assert "pa55" not in str(told.value)
    finally:
        secret.stop()
        signed.stop()


def test_nothing_secret_is_ever_logged(
    services: Services, made: tuple[object, Path], caplog: pytest.LogCaptureFixture
) -> None:
    """Apprise logs topics and hosts, urllib3 whole paths with the key: not here, at no level."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    ways = channel(*(url_of(name, services.port) for name in NAMES), ca=made[1])
    for name in NAMES:
        ways.send(notice(name))
    services.answer = lambda _: (500, {}, b"no")
    for name in NAMES:
        with pytest.raises(ChannelDown) as told:
            ways.send(notice(name))
        assert told.value.__cause__ is None
        assert not any(secret in str(told.value) for secret in SECRETS)
    for url in ("dingtalk://wrong-secret!@wrong-token", "wecombot://", "ntfys://h/in valid"):
        misunderstood(url)
    assert len(services.got) == 2 * len(NAMES)
    assert [record.name for record in caplog.records if record.name.split(".")[0] in {"apprise", "urllib3"}] == []
    assert not any(secret in caplog.text for secret in (*SECRETS, "wrong-token"))


@pytest.mark.parametrize("url", [*BOTS.values(), f"ntfys://{NTFY_TOKEN}@ntfy.example/{NTFY_TOPIC}"])
def test_a_right_address_is_understood(url: str) -> None:
    """Also with blanks around it."""
    assert misunderstood(url) == ""
    assert misunderstood(f" {url} ") == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bark://abc", "the hub knows wecombot"),
        ("hello", "the hub knows wecombot"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc", "the hub knows wecombot"),
        ("wecombot://", "does not understand"),
        ("dingtalk://not a token", "does not understand"),
        ("gotifys://host-only", "does not understand"),
        ("mailtos://nobody", "does not understand"),
        ("ntfys://ntfy.example/one/two", "one receiver"),
        ("mailtos://u:p@example.com?to=a@x.org,b@x.org", "one receiver"),
        ("mailto://u:p@example.com?to=a@x.org", "in the clear"),
        ("ntfys://ntfy.example/t?verify=no", "leave out verify"),
        ("ntfys://ntfy.example/t?priority=min&retry=9", "leave out priority, retry"),
    ],
)
def test_a_wrong_address_is_named_with_its_remedy(url: str, said: str) -> None:
    """Never with the address in the text."""
    problem = misunderstood(url)
    assert said in problem
    assert url.partition("://")[2][:8] not in problem or not url.partition("://")[2]


def test_an_address_that_is_gone_takes_nothing() -> None:
    """It was there when the alert was written."""
    with pytest.raises(NotTaken):
        channel().send(notice("ntfy"))


@pytest.mark.usefixtures("services")
def test_apprise_still_signs_for_dingtalk_as_nobody_accepts(
    made: tuple[object, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails, our own signature is not needed any more."""
    monkeypatch.setattr(apprise, "_PLUGINS", {"dingtalk": NotifyDingTalk})
    with pytest.raises(NotTaken, match="sign not match"):
        channel(BOTS["dingtalk"], ca=made[1]).send(notice("dingtalk"))
