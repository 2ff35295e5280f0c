"""Staff outside the house by way of Apprise: WeCom, DingTalk, Feishu, ntfy, Gotify and mail.

Imported only where the house has such addresses: it costs 0.2 s and some 27 MiB (``docs/decisions/0047``). Of Apprise's
services only those are loaded of which we know how they say no (``verdicts``); loading all takes as much again.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from apprise import AppriseAsset, NotifyFormat
from apprise.exception import AppriseException
from apprise.plugins import NotifyBase, dingtalk, feishu, gotify, ntfy, wecombot
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.gotify import NotifyGotify
from apprise.plugins.ntfy import NotifyNtfy
from apprise.plugins.wecombot import NotifyWeComBot

from hub.channel_ports import ChannelDown, NotTaken, StaffNotice
from hub.channels.addresses import AddressBook, service_of
from hub.channels.overhearing import listen_in, overhear, trust
from hub.channels.verdicts import judge, judge_problem

CONNECT_S = 4.0
READ_S = 5.0
"""Seconds that a service may be silent: while it is connected to, and until it answers."""


class _DingTalk(NotifyDingTalk):  # type: ignore[misc]  # as far as we know, Any
    """DingTalk's bot, signing as DingTalk checks: Apprise 2.2.0 encodes the signature twice, which nobody accepts."""

    def get_signature(self) -> tuple[str, str]:
        """Return the time and the signature, to be encoded by whoever writes them into the URL."""
        at, signature = super().get_signature()
        return at, self.unquote(signature)


class _Feishu(NotifyFeishu):  # type: ignore[misc]  # as far as we know, Any
    """Feishu's bot at the address that Feishu gives; Apprise adds a slash."""

    notify_url = "https://open.feishu.cn/open-apis/bot/v2/hook/{token}"


_PLUGINS: Mapping[str, type[NotifyBase]] = {
    "wecombot": NotifyWeComBot,
    "dingtalk": _DingTalk,
    "feishu": _Feishu,
    "ntfy": NotifyNtfy,
    "ntfys": NotifyNtfy,
    "gotify": NotifyGotify,
    "gotifys": NotifyGotify,
    "mailto": NotifyEmail,
    "mailtos": NotifyEmail,
}

_PRIORITIES: Mapping[str, Mapping[int, str]] = {
    "ntfy": {1: "max", 2: "high", 3: "default"},
    "gotify": {1: "emergency", 2: "high", 3: "normal"},
}
"""What the services call our priorities; the others have none. Gotify's are then 10, 8 and 5, ntfy's 5, 4 and 3."""

_OURS = frozenset({"verify", "redirect", "cto", "rto", "retry", "wait", "priority", "format", "overflow"})
"""Options of an address that are not its owner's to set."""

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

_ASSET = AppriseAsset(
    app_id="Yingbin", app_desc="Yingbin 迎宾", app_url="", image_url_mask="", image_url_logo="", async_mode=False
)
listen_in(wecombot, dingtalk, feishu, ntfy, gotify)


class AppriseChannel:
    """Fills ``hub.channel_ports.StaffChannel``; safe in several threads at once."""

    name = "apprise"

    def __init__(self, book: AddressBook, ca: Path | None = None) -> None:
        """Keep the addresses; ``ca`` is trusted beside the public authorities. Raises OSError for a bad file."""
        self._urls = {(one.owner, one.name): one.url for one in book.all()}
        self._context = trust(ca)

    def send(self, notice: StaffNotice) -> None:
        """Hand one message over; blocks up to ``CONNECT_S`` + ``READ_S`` and the time that DNS takes."""
        url = self._urls.get((notice.to, notice.address))
        if url is None:
            raise NotTaken("there is no such address any more")
        service = service_of(url)
        plugin = _plugin(url, notice.priority)
        if plugin is None:
            raise NotTaken("Apprise does not understand this address")
        with overhear(CONNECT_S + READ_S, self._context) as heard:
            try:
                taken = plugin.notify(title=_line(notice.glance), body=_body(notice), body_format=NotifyFormat.TEXT)
            except Exception as problem:  # noqa: BLE001 - a plugin's own trouble; its text may hold the address
                raise NotTaken(f"Apprise failed ({type(problem).__name__})") from None
        if heard.problem is not None:
            judge_problem(heard.problem)
        if heard.status:
            judge(service, heard.status, heard.headers, heard.body, url)
        if not taken:
            raise ChannelDown("Apprise did not send it")


def misunderstood(url: str) -> str:
    """Say why an address cannot be used, without the address; empty where it can."""
    if service_of(url) not in _PLUGINS:
        return f"the hub knows {', '.join(_PLUGINS)}"
    return next(_mistakes(url), "")


def _mistakes(url: str) -> Iterator[str]:
    service, plugin = service_of(url), _plugin(url, 1)
    given = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    if given & _OURS:
        yield f"leave out {', '.join(sorted(given & _OURS))}: the hub decides that itself"
    if plugin is None:
        yield "Apprise does not understand it: see docs/alerts-outside.md"
        return
    if isinstance(plugin, NotifyNtfy) and not plugin.topics:
        yield "there is no topic in it that ntfy takes: letters, digits, - and _, at most 64"
    if isinstance(plugin, NotifyEmail):
        if not plugin.targets:
            yield "there is nobody in it whom mail could reach"
        if service == "mailto" and plugin.password and not plugin.secure and plugin.smtp_host not in _HERE:
            yield "the password would travel in the clear: write mailtos"
    if len(plugin) != 1:
        yield "give one receiver in each address: with two, one would get it twice when the other fails"


def _plugin(url: str, priority: int) -> NotifyBase | None:
    """Return Apprise's plugin for one message, None where it does not understand the address."""
    service = service_of(url)
    kind = _PLUGINS[service]
    given = kind.parse_url(url.strip())
    if not given:
        return None
    given |= {"asset": _ASSET, "cto": CONNECT_S, "rto": READ_S, "retry": 0, "include_image": False}
    words = _PRIORITIES.get(service.removesuffix("s"))
    if words:
        given["priority"] = words[priority]
    try:
        return kind(**given)
    except (AppriseException, TypeError, ValueError):
        return None


def _body(notice: StaffNotice) -> str:
    """Return what stands below the glance line; never empty, which no service takes."""
    return "\n".join(part for part in (notice.detail, notice.link) if part) or notice.glance


def _line(text: str) -> str:
    return " ".join(text.split())
