"""How often each may ask for what, over all processes: by person or tablet, and by address only where nobody is known.

A wall of tablets behind one translated address is many tablets. A code or a ticket that is right is never in the way of
a limit (it cannot be guessed); only wrong ones count, so that no stranger keeps a guest's door from joining. The store
is asked once for a pack of twenty steps, never for a page of somebody who is signed in (decision 70).
"""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from flask import Flask, request

from hub.domain.allowances import Allowance
from hub.domain.errors import TooManyTries
from hub.domain.permissions import Permission
from hub.ports import StoreUnavailable, Transaction
from hub.usecases.allow import Limit, give_back
from hub.web.access import RULES, Whom
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.visitor import visitor

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOKS = frozenset({"requests.find"})
"""What changes nothing, and is sent only so that no guest's name stands in an address: once for each letter typed."""

_HOUSE = "house"
_HOUR = timedelta(hours=1)

STEPS = Limit("steps", Allowance(600, timedelta(minutes=5)), pack=20)
"""What one person or tablet changes: two a second for ever, so that a script that is stuck fills no disk."""

EXPORTS = Limit("exports", Allowance(30, _HOUR))
ISSUES = Limit("issues", Allowance(60, _HOUR))
"""Codes that let somebody in; ``issuing.codes_a_day`` bounds those for guests besides."""

STRANGERS_STEPS = Limit("steps of strangers", Allowance(300, timedelta(minutes=10)), pack=10)
STRANGERS_PAGES = Limit("pages for strangers", Allowance(1_200, timedelta(minutes=10)), pack=60)
PASSKEYS = Limit("passkeys", Allowance(60, timedelta(minutes=15)))
TABLET_CODES = Limit("codes of tablets", Allowance(20, timedelta(minutes=15)))
"""Eight digits for a quarter of an hour: 20 tries from each address of a network of 254 find one once in 20,000."""

GUESSES = Limit("guesses", Allowance(30, timedelta(minutes=10)), pack=5)
GUESSES_OF_ALL = Limit("guesses of all", Allowance(600, timedelta(minutes=10)), pack=20)
"""Wrong codes, tickets and old certificates. Right ones have 50 random bits or more."""

GUESSED = frozenset(
    {"api.join", "api.collect", "api.renew", "entering.follow", "entering.make_first", "entering.accept"}
)
"""Where only what is wrong counts (``let_guess``)."""

_ISSUING = frozenset({Permission.ISSUE, Permission.ACCOUNTS})
_CODES = frozenset({"certificates.let", "people_codes.pin", "people_codes.badge", "people_codes.invite"})
"""What else makes codes that let somebody in, with permissions that are for more than that."""

_FREE = frozenset({"static", "health.healthz", "health.metrics"})
"""Files that the process holds, and what watches the hub: they ask nothing of the store."""


def protect(app: Flask) -> None:
    """Look at every request that is allowed at all; behind the rules, which know who asks."""
    app.before_request(_check)


def _check() -> None:
    """Count what is limited. Raises TooManyTries, or StoreUnavailable where a step could not be kept anyway."""
    endpoint = request.endpoint
    rule = RULES.get(endpoint or "")
    if endpoint is None or rule is None or endpoint in _FREE | GUESSED:
        return
    reads = request.method in _READS or endpoint in LOOKS
    who = known()
    if rule.permission is Permission.EXPORT:
        spend(EXPORTS, who)
    elif not reads and (rule.permission in _ISSUING or endpoint in _CODES):
        spend(ISSUES, who)
    if not reads:
        spend(*((STEPS, who) if who else (STRANGERS_STEPS, address())))
    elif rule.whom is Whom.ANYBODY and not who:
        _spend_for_page()


def _spend_for_page() -> None:
    try:
        spend(STRANGERS_PAGES, address())
    except StoreUnavailable:
        return  # how to trust the house, or how to sign in, can be read all the same


def known() -> str:
    """Return who asks, as limits know them; empty for a stranger."""
    here = visitor()
    if here.account is not None:
        return f"account {here.account.id}"
    return f"tablet {here.tablet.id}" if here.tablet is not None else ""


def address() -> str:
    """Return from where a request comes: an address, or the network of an IPv6 one, of which everybody has 2^64."""
    told = (request.remote_addr or "").partition("%")[0]
    try:
        found = ip_address(told)
    except ValueError:
        return told
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)


def spend(limit: Limit, who: str) -> None:
    """Count one. Raises TooManyTries."""
    wait = shelf().purses.spend(limit, who, now())
    if wait:
        raise TooManyTries(wait)


def was_right(limit: Limit, who: str) -> None:
    """Let what was counted before it was looked at not count; for limits without a pack."""
    moment = now()
    shelf().together.do(lambda tx: give_back(tx, [(limit, who)], moment))


def let_guess(is_right: Callable[[Transaction], bool]) -> None:
    """Look whether a secret is right before anything is done with it, and count it if it is not.

    That is a look only: what is guessed in vain takes no turn at writing. Raises TooManyTries.
    """
    with shelf().parts.store.read() as tx:
        right = is_right(tx)
    if not right:
        spend(GUESSES, address())
        spend(GUESSES_OF_ALL, _HOUSE)
