"""``python -m hub check``: whether staff outside are reached. No address is ever shown, only whose it is."""

from collections.abc import Iterator

from devices.ids import uuid7
from devices.settings import BadSettings
from hub.calling_settings import outside_channel, outside_words
from hub.channel_ports import ChannelDown, NotTaken, PutOff, StaffChannel, StaffNotice
from hub.channels.addresses import Address
from hub.commands.checked import Finding
from hub.config import HubConfig
from hub.domain.words import Language

ABOUT = "alerts outside"


def outside_findings(config: HubConfig, staff: str) -> Iterator[Finding]:
    """Look at each address; send a test message to those of ``staff``, the key of a person or the name of a group."""
    if not config.alerts.addresses_file:
        remedy = "give alerts.addresses_file in the settings" if staff else ""
        yield Finding(ABOUT, "they are off", remedy)
        return
    try:
        channel, book = outside_channel(config)
    except BadSettings as problem:
        yield Finding(ABOUT, str(problem), "put the file right; docs/alerts-outside.md explains it")
        return
    if staff and not book.of(staff):
        yield Finding(ABOUT, f"{staff} has no address", f"choose one of {', '.join(book.by_owner) or 'nobody'}")
        return
    if not staff:
        yield Finding(ABOUT, f"{len(list(book.all()))} addresses of {len(book.by_owner)} people and groups")
        for one in book.all():
            yield Finding(f"{one.owner}: {one.name}", "Apprise understands it")
    for one in book.of(staff):
        yield _tried(channel, one, config.alerts.link)


def _tried(channel: StaffChannel, address: Address, link: str) -> Finding:
    about, said = f"{address.owner}: {address.name}", outside_words().test(Language.ZH)
    english = outside_words().test(Language.EN)
    notice = StaffNotice(
        id=uuid7(),
        to=address.owner,
        address=address.name,
        glance=f"{said.glance} · {english.glance}",
        detail=f"{said.detail}\n{english.detail}",
        priority=1,
        language=Language.ZH,
        link=link,
    )
    try:
        channel.send(notice)
    except ChannelDown as problem:
        return Finding(about, str(problem), "see whether this machine reaches the service, then check again")
    except PutOff as problem:
        return Finding(about, str(problem), "wait some minutes and check again")
    except NotTaken as problem:
        return Finding(about, str(problem), "make the address anew; docs/alerts-outside.md shows where it comes from")
    return Finding(about, "the service has taken a test message; look at the telephone")
