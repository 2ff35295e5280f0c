"""Every way in has an explicit rule, and every rule is some way in's (ETSI 5.6)."""

from flask import Flask

from hub.web.access import _NEED, RULES, Whom

OPEN = {
    "static",
    "language.choose",
    "form_token.give",
    "health.healthz",
    "health.metrics",
    "sign_in.show",
    "sign_in.come",
    "sign_in.ask_to_join",
    "sign_in.join",
    "entering.show",
    "entering.come",
    "entering.follow",
    "entering.ask_first",
    "entering.make_first",
    "entering.ask_invited",
    "entering.accept",
    "passkeys.ask",
    "passkeys.come",
    "trust.show",
    "trust.certificate",
    "security_txt.security_txt",
    "api.authority",
    "api.join",
    "api.collect",
    "api.renew",
}
"""What whoever reaches the hub may ask for; whoever adds one here has thought about it."""


def test_every_route_has_a_rule_and_every_rule_a_route(app: Flask) -> None:
    """A route without one would be refused to everybody; a rule without one hides a mistake in its name."""
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(RULES)


def test_no_route_stands_twice_in_the_table() -> None:
    """The later one would win without a word."""
    listed = [endpoint for endpoints in _NEED.values() for endpoint in endpoints.split()]
    assert len(listed) == len(set(listed))


def test_what_is_open_to_anybody_is_on_this_list() -> None:
    """Nothing else is."""
    assert {endpoint for endpoint, rule in RULES.items() if rule.whom is Whom.ANYBODY} == OPEN
