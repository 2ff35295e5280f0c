"""What the settings mean for alerts outside the house: whose addresses, by which service, in whose words.

Apprise is loaded only where the settings name a file of addresses (0.2 s and some 27 MiB, ``docs/decisions/0047``).
"""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from devices.ports import Clock
from devices.settings import BadSettings, Mistake
from devices.texts import Texts
from hub.calling import Caller
from hub.channel_ports import StaffChannel, StaffNotice
from hub.channels.addresses import Address, AddressBook, read_addresses
from hub.config import HubConfig
from hub.domain.alerts import AlertKind
from hub.letters.outside import Outside, OutsideWords
from hub.letters.wording import TEXTS_FOLDER
from hub.ports import Store
from hub.usecases.call_outside import Call
from hub.web.parts import load_texts


def make_caller(config: HubConfig, store: Store, clock: Clock) -> Caller | None:
    """Return who alerts staff outside; None where the house names no addresses. Raises BadSettings."""
    if not config.alerts.addresses_file:
        return None
    channel, book = outside_channel(config)
    return Caller(
        store,
        channel,
        writer(book, config.alerts.link),
        reachable=lambda owner: bool(book.of(owner)),
        clock=clock,
    )


def outside_channel(config: HubConfig) -> tuple[StaffChannel, AddressBook]:
    """Return the way out and whom it knows. Raises BadSettings with every mistake in the file of addresses."""
    from hub.channels.apprise import AppriseChannel, misunderstood  # noqa: PLC0415 - a hub without addresses starts sooner, and smaller

    path = config.alerts.addresses_file
    if path is None:
        return AppriseChannel(AddressBook({})), AddressBook({})
    book = read_addresses(path, misunderstood)
    try:
        return AppriseChannel(book, config.alerts.tls_ca), book
    except OSError as problem:
        mistake = Mistake("alerts.tls_ca", f"is no certificate (PEM) that can be read: {problem.strerror or 'no PEM'}")
        raise BadSettings(config.alerts.tls_ca or path, [mistake]) from None


def writer(book: AddressBook, link: str) -> Callable[[Call], Sequence[StaffNotice]]:
    """Return what writes a call out: one notice for each address."""
    words = outside_words()

    def write(call: Call) -> Sequence[StaffNotice]:
        said = _said(words, call)
        return [_notice(call, one, said, link) for owner in call.owners for one in book.of(owner)]

    return write


def outside_words() -> OutsideWords:
    """Return the words for messages outside the house."""
    return OutsideWords(load_texts(), Texts.load(TEXTS_FOLDER))


def _said(words: OutsideWords, call: Call) -> Outside:
    if call.task:
        return words.write(call.task, call.language, ZoneInfo(call.zone), call.alert.kind)
    if call.alert.kind is AlertKind.DIGEST:
        return words.digest(call.language, call.alert.count)
    return words.test(call.language)


def _notice(call: Call, address: Address, said: Outside, link: str) -> StaffNotice:
    return StaffNotice(
        id=call.alert.id,
        to=address.owner,
        address=address.name,
        glance=said.glance,
        detail=said.detail,
        priority=int(call.alert.priority),
        language=call.language,
        link=link,
    )
