"""Whatever a template says: the short way gives what the sandbox gives, and every one ends within its budget."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.discovery import Message, Unusable
from hub.discovery.templates import Template, Unrendered
from tests.hub.discovery.said import NOW
from tests.hub.discovery.test_templates import PAYLOAD, render

KEYS = st.sampled_from(["x", "a", "values", "items", "s", "get", "1", "l"])


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
)


JSON = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(KEYS, inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=8,
)


STEPS = KEYS.filter(str.isalpha).map(".{}".format) | KEYS.map("['{}']".format) | st.just("[0]")


FILTERS = st.sampled_from(
    [
        "|float",
        "|float(0)",
        "|int",
        "|int(3)",
        "|round",
        "|round(1)",
        "|round(2,'floor')",
        "|round(1,'half',0)",
        "|float('x')",
    ]
)


SHORT = st.builds(
    "{}{{{{ {}{}{} }}}}{}".format,
    st.sampled_from(["", " ", "\n"]),
    st.sampled_from(["value", "value_json"]),
    st.lists(STEPS, max_size=3).map("".join),
    st.lists(FILTERS, max_size=2).map("".join),
    st.sampled_from(["", "\n"]),
)


def as_payload(value: Any) -> str:  # noqa: ANN401 - JSON is any of its types
    """Return JSON, also of what our own reader refuses."""
    return json.dumps(value)


@settings(max_examples=400)
@given(
    template=SHORT, payload=JSON.map(as_payload) | st.text(max_size=8) | st.sampled_from(["21.5", " 3 ", "1e5", "0x1"])
)
def test_the_short_way_gives_what_the_sandbox_gives(template: str, payload: str) -> None:
    """For any chain of keys and filters on any payload."""
    render(template, payload)


PIECES = st.sampled_from(
    re.findall(
        r"\S+",
        """{{ }} {% %} for in if else endif endfor set = ns namespace ( ) [ ] { } , . | : + - * / // % ** ~ == <
        not and or is defined value value_json x i range 9999 99999999999 1.5 'a' loop index list map select join
        replace float int round sum sort tojson length dict zip iif regex_findall '(a+)+' continue break do # _ self""",
    )
)


@settings(max_examples=500)
@given(template=st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=40), payload=JSON.map(as_payload))
def test_any_template_is_refused_or_ends_within_its_budget(template: str, payload: str) -> None:
    """Whatever its pieces."""
    try:
        made = Template(template)
    except Unusable:
        return
    try:
        text = made.render(Message(payload.encode()), NOW)
    except Unrendered:
        return
    assert isinstance(text, str)


NODES = st.recursive(
    st.sampled_from(["value", "value_json", "1", "9999", "'ab'", "value_json.l", "ns.a", "i", "range(999)"]),
    lambda inner: st.one_of(
        st.builds(
            "({} {} {})".format,
            inner,
            st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", "in"]),
            inner,
        ),
        st.builds(
            "({}|{})".format,
            inner,
            st.sampled_from(["list", "string", "length", "sum", "join", "tojson", "sort", "max"]),
        ),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{'a': {}, 'b': {}}}".format, inner, inner),
        st.builds("({}|map('{}')|list)".format, inner, st.sampled_from(["string", "list", "length"])),
        st.builds("({}|replace({}, {}))".format, inner, inner, inner),
        st.builds("{}[{}:]".format, inner, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(expression=NODES, change=NODES)
def test_any_expression_in_loops_ends_within_its_budget(expression: str, change: str) -> None:
    """99,980,001 turns of anything cost more than there is."""
    template = (
        (
            "{% set i = 0 %}{% set ns = namespace(a='x') %}{% for i in range(9999) %}{% for i in range(9999) %}"
            "{% set ns.a = CHANGE %}{{ SHOWN }}{% endfor %}{% endfor %}{{ ns.a }}"
        )
        .replace("CHANGE", change)
        .replace("SHOWN", expression)
    )
    try:
        Template(template).render(Message(PAYLOAD.encode()), NOW)
    except (Unusable, Unrendered):
        return
    pytest.fail("two loops of 9999 ended within a budget that cannot pay for them")
