import json
import re
import tracemalloc

import pytest

from hub.discovery import Message, Unusable
from hub.discovery.limits import TEMPLATE_CHARACTERS
from hub.discovery.templates import Template, Unrendered, compiled
from hub.discovery.templates.budget import UNITS, Budget, Exhausted
from hub.discovery.templates.patterns import pattern
from tests.hub.discovery.said import NOW

PAYLOAD = (
    '{"x":21.57,"s":"hello","on":true,"z":null,"l":[3,1.5,2],"o":[{"k":"a","v":1},{"k":"b","v":"two"}],'
    '"a":{"b":4.5},"u":"温度","big":12345678901234567890123,"action":"brightness_step_up","values":3}'
)


def render(template: str, payload: str = PAYLOAD) -> str:
    """Return what a template makes, by the short way and by the long way alike."""
    both = []
    for way in (Template(template).render, Template(template).render_slowly):
        try:
            both.append(re.sub("0x[0-9a-f]{6,}", "0x", way(Message(payload.encode()), NOW)))
        except Unrendered as failure:
            both.append(f"!{failure.falls_back}")
    assert both[0] == both[1]
    return both[0]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ value_json.x }}", "21.57"),
        ("{{ value_json['a']['b'] }}", "4.5"),
        ("{{ value_json.a.b | round(0) }}", "4"),
        ("{{ value_json.missing }}", ""),
        ("{{ value_json.missing.x }}", "!True"),
        ("{{ value_json.missing | float(0) }}", "!True"),
        ("{{ value_json.missing | default('d') }}", "d"),
        ("{{ value_json.missing | is_defined }}", "!True"),
        ("{{ value_json.s | float }}", "!False"),
        ("{{ value_json.s | float(0) }}", "0"),
        ("{{ value_json.s | int(7) }}", "7"),
        ("{{ value_json.z }}", "None"),
        ("{{ value_json.l[-1] }}", "2"),
        ("{{ value_json.x | float | round(1) }}", "21.6"),
        ("{{ value_json.x | round(1, 'floor') }} {{ value_json.x | round(0, 'ceil') }}", "21.5 22"),
        ("{{ value_json.x | multiply(0.1) | round(2) }}", "2.16"),
        ("{{ value_json.big }}", "1.2345678901234568e+22"),
        ("{{ 'ON' if value_json.on else 'OFF' }}", "ON"),
        ("{% if value_json.x > 20 and value_json.s == 'hello' %}hot{% else %}cold{% endif %}", "hot"),
        ("{{ value_json.s | upper | truncate(3, true, '', 0) }}", "HEL"),
        ("{{ value_json.l | map('float') | map('round', 1) | join(',') }}", "3.0,1.5,2.0"),
        ("{{ value_json.o | selectattr('k', 'eq', 'b') | map(attribute='v') | first }}", "two"),
        ("{{ value_json.o | rejectattr('k', 'eq', 'b') | list | to_json }}", '[{"k":"a","v":1}]'),
        ("{{ value_json.get('nope', 3) }} {{ value_json.keys() | list | length }}", "3 11"),
        ("{{ iif(value_json.on, 'a', 'b') }}{{ value_json.z | iif('a', 'b', 'c') }}", "ac"),
        ("{{ max(value_json.l) }} {{ min(3, 2) }} {{ value_json.l | sum }}", "3 2 6.5"),
        ("{{ is_number('4.5') }} {{ is_number('inf') }} {{ 'x' is is_number }}", "True False False"),
        (
            "{% set ns = namespace(t=0) %}{% for i in value_json.l %}{% set ns.t = ns.t + i %}{% endfor %}{{ ns.t }}",
            "6.5",
        ),
        ("{% for i in value_json.l %}{% if loop.first %}{% continue %}{% endif %}{{ i }};{% endfor %}", "1.5;2;"),
        ("{% for i in value_json.l %}{% if i < 2 %}{% break %}{% endif %}{{ loop.index }}{% endfor %}", "1"),
        ("{% for k, v in value_json.a.items() %}{{ k }}={{ v }}{% else %}none{% endfor %}", "b=4.5"),
        ("{% for a, b in zip([1, 2], 'xy') %}{{ a ~ b }}{% endfor %}", "1x2y"),
        ("{{ dict.from_keys([('a', 1)]) }}", "{'a': 1}"),
        ("{{ value_json.s | regex_findall_index('[a-z]+') }} {{ value_json.s is match('he') }}", "hello True"),
        ("{{ value_json.s | regex_replace('l+', 'L') }}", "heLo"),
        ("{{ now().strftime('%Y-%m-%d') }} {{ as_timestamp(now()) | int }}", "2026-11-22 1795338000"),
        ("{{ 1700000000 | timestamp_local }}", "2023-11-14T22:13:20+00:00"),
        (
            "{{ '%.1f' % value_json.x }} {{ '%s-%s' | format(1, 2) }} {{ '{:.2f}'.format(value_json.x) }}",
            "21.6 1-2 21.57",
        ),
        ("{{ {'0': 'idle'}.get('0', 'x') }} {{ value_json.s.split('l')[0] }} {{ value_json.s[1:3] }}", "idle he el"),
        ("{% set x %}a{{ value_json.s }}{% endset %}{{ x }}", "ahello"),
        ("{{ value | from_json | length }}", "11"),
        ("{{ '0a1b' | from_hex | unpack('>h') }} {{ 'aGk=' | base64_decode }} {{ 7 | pack('B') }}", "2587 hi b'\\x07'"),
        ("{{ [1, 2] | union([2, 3]) }} {{ [1, 2] | intersect([2]) }} {{ '<' | e }}", "[1, 2, 3] [2] &lt;"),
        ("{{ value_json.u }}", "温度"),
        ("  plain text ", "plain text"),
        ("{{ value_json.values | float(7) }}", "7"),
        ("{{ value_json.values | typeof }}", "builtin_function_or_method"),
        ("{{ 1 / 0 }}", "!False"),
        ("{{ [1e999] }}", "!False"),
        ("{{ strptime('1', '%d%d') }}", "!False"),
        ("{{ value_json.s | ord }}", "!False"),
        ("{{ states('sensor.x') }}", "!True"),
    ],
)
def test_what_home_assistant_makes_of_it(template: str, text: str) -> None:
    """Each was compared with Home Assistant 2026.2.3. ``!True``: it fails, and the bare payload may stand in."""
    assert render(template) == text


def test_without_json_there_is_no_value_json() -> None:
    """It is undefined, not empty."""
    assert render("{{ value }}|{{ value_json }}|{{ value_json is defined }}", "on") == "on||False"


Z2M_ACTIONS = """{% set patterns = [
{"pattern": '^(?P<button>(?:button_)?[a-z0-9]+)_(?P<action>(?:press|hold)(?:_release)?)$',
 "groups": ["button", "action"]},
{"pattern": '^(?P<action>step)(?:_(?P<direction>up|down))?$', "groups": ["action", "direction"]}
] %}
{% set action = value_json.action|default('') %}
{% set ns = namespace(r=[('action', action)]) %}
{% for p in patterns %}
  {% set m = action|regex_findall(p.pattern) %}
  {% if m[0] is undefined %}{% continue %}{% endif %}
  {% for key, value in zip(p.groups, m[0]) %}
    {% set ns.r = ns.r|rejectattr(0, 'eq', key)|list + [(key, value)] %}
  {% endfor %}
{% endfor %}
{% set ns.r = ns.r + [('event_type', ns.r|selectattr(0, 'eq', 'action')|map(attribute=1)|first)] %}
{{ dict.from_keys(ns.r|rejectattr(0, 'in', ('action', 'x'))|reject('eq', ('event_type', ''))) | to_json }}"""


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("button_1_hold_release", '{"button":"button_1","event_type":"hold_release"}'),
        ("step_up", '{"direction":"up","event_type":"step"}'),
        ("toggle", '{"event_type":"toggle"}'),
        ("", "{}"),
    ],
)
def test_actions_in_the_manner_of_zigbee2mqtt_come_out(action: str, text: str) -> None:
    """Nested loops, ``continue``, expressions, a namespace: the hardest template of our peers."""
    assert render(Z2M_ACTIONS, json.dumps({"action": action})) == text


BOMBS = [
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "{% for i in range(9999) %}{% for j in range(9999) %}{{ i }}{% endfor %}{% endfor %}",
    "{% set r = range(9999) %}{% for i in r %}{{ r | sum }}{% endfor %}",
    "{% set r = range(9999) %}{% for i in r %}{% if 70000 in r %}{% endif %}{% endfor %}",
    "{% for i in range(9999) %}{{ value_json }}{% endfor %}",
    "{% for i in range(9999) %}{{ value_json | to_json | from_json | to_json | length }}{% endfor %}",
    "{{ 'x' * 200000000 }}",
    "{{ 200000000 * 'x' }}",
    "{{ [1] * 200000000 }}",
    "{{ (1, 2) * 200000000 }}",
    "{{ 9 ** 99999999 }}",
    "{{ (10 ** 1000) ** 1000 }}",
    "{% set ns = namespace(a=2) %}{% for i in range(99) %}{% set ns.a = ns.a * ns.a %}{% endfor %}{{ ns.a }}",
    "{% set ns = namespace(a='x') %}{% for i in range(99) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a }}",
    "{% set ns = namespace(a='x') %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}{{ ns.a }}",
    "{% set ns = namespace(a=[]) %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}",
    "{% set ns = namespace(a={}) %}{% for i in range(99) %}{% set ns.a = {1: ns.a, 2: ns.a} %}{% endfor %}{{ ns.a }}",
    "{% set n = namespace(a=(1,)) %}{% for i in range(60) %}{% set n.a = (n.a, n.a) %}{% endfor %}{{ {n.a: 1} }}",
    "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 100 + "{{ a }}",
    "{{ 'x'.ljust(2000000000) }}",
    "{{ 'x'.zfill(2000000000) }}",
    "{{ '%2000000000d' % 1 }}",
    "{{ '%*d' % (2000000000, 1) }}",
    "{{ '%2000000000d' | format(1) }}",
    "{{ '{:2000000000}'.format(1) }}",
    "{{ '{:{}}'.format(1, 2000000000) }}",
    "{{ range(10 ** 9) | list }}",
    "{{ range(99999) | join('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') }}",
    "{{ value | replace('', value) | replace('', value) | replace('', value) }}",
    "{{ value.replace('', value).replace('', value).replace('', value) }}",
    "{{ value.join(value).join(value) }}",
    "{{ value | tojson(indent=2000000000) }}",
    "{{ [value_json, value_json] | tojson(indent=4000) }}",
    "{{ ('f' * 60000) | int(base=16) // 3 }}",
    "{{ '%999d' | format(1) }}",
    "{{ 1 | pack('2000000000x') }}",
    "{{ strptime('1', '%d' * 999) }}",
    "{{ [1] | batch(2000000000, 'x') | list }}",
    "{{ [1] | slice(2000000000, 'x') | list }}",
    "{{ 1.5 | round(2000000000) }}",
    "{{ 1.5 | round(-2000000000) }}",
    "{{ now().strftime('%2000000000d') }}",
    "{{ 5 | timestamp_custom('%02000000000Y') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('(a+)+$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('(a|aa)+$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('(a?){30}b') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('a*a*a*a*a*a*a*b') }}",
    "{{ 'a' | regex_match('(?:(?:(?:){900}){900}){900}') }}",
    "{{ (value * 20) | regex_search('.*.*x') }}",
    "{% for i in range(9999) %}{{ (value * 2) | regex_search('[a-z]*x[a-z]*!') }}{% endfor %}",
    "{% for i in range(9999) %}{{ 'a' | regex_search('a{' ~ i ~ '}') }}{% endfor %}",
]


@pytest.mark.parametrize("template", BOMBS)
def test_a_bomb_is_put_out_by_its_budget(template: str) -> None:
    """In little memory, and with nothing to show for it."""
    made = Template(template)
    tracemalloc.start()
    try:
        with pytest.raises(Unrendered) as put_out:
            made.render(Message(PAYLOAD.encode()), NOW)
        assert put_out.value.falls_back is False
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_namespace_does_not_print_what_is_in_it() -> None:
    """Forty that hold the next one twice would print for ever."""
    chain = "{% for i in range(40) %}{% set ns.a = namespace(x=ns.a, y=ns.a) %}{% endfor %}"
    assert render("{% set ns = namespace(a=1) %}" + chain + "{{ ns.a }} {{ [ns.a] }}") == "<Namespace> [<Namespace>]"


def test_empty_loops_over_the_message_itself_pay_for_each_turn() -> None:
    """Nothing is made in them that could pay instead."""
    loops = "".join("{% for i in value_json %}" for _ in range(3)) + "{% endfor %}" * 3
    assert render(loops, json.dumps(list(range(200)))) == "!False"


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ value_json.__class__.__base__ }}",
        "{{ value_json.update({}) }}",
        "{{ value_json.l.append(1) }}",
        "{{ dict.__subclasses__() }}",
        "{{ dict.mro() }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ dict.fromkeys('a') }}",
        "{{ value.format_map({}) }}",
        "{{ value.encode().hex() }}",
        "{{ value.translate({}) }}",
        "{{ now.__wrapped__() }}",
        "{{ (5).to_bytes(2000000000, 'big') }}",
    ],
)
def test_what_it_may_not_touch_fails(template: str) -> None:
    """Python's inside, and what would change the message for other readers."""
    assert render(template) == "!True"


@pytest.mark.parametrize(
    "template",
    [
        "{{ value | nosuchfilter }}",
        "{{ value is nosuchtest }}",
        "{{ value",
        "{% for %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% macro x() %}{% endmacro %}",
        "{% filter upper %}a{% endfilter %}",
        "{% for i in x recursive %}{% endfor %}",
        "{% for a in x %}" * 4 + "{% endfor %}" * 4,
        "{% if x %}" * 100 + "{% endif %}" * 100,
        "{{ " + "a if b else " * 300 + "1 }}",
        "{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}",
        "{{ " + "-" * 1500 + "1 }}",
        "{{ " + "1+" * 1500 + "1 }}",
        "{{ value " + "| upper" * 500 + " }}",
        "{{ value | center(9) }}",
        "{{ value | attr('x') }}",
        "{{ value | random }}",
        "{% break %}",
        "x" * (TEMPLATE_CHARACTERS + 1),
    ],
)
def test_what_may_not_be_in_a_template_is_refused_at_once(template: str) -> None:
    """The technician sees it when the device announces itself."""
    with pytest.raises(Unusable) as refused:
        compiled(template)
    assert refused.value.reason in {"template", "too_long"}


def test_a_template_that_python_would_warn_of_warns_nobody() -> None:
    """It is taken, and fails when it runs."""
    assert render("{{ 1[2:] }}") == "!False"


def test_every_size_is_paid_for() -> None:
    """Texts, lists, mappings, ranges and whole numbers."""
    for value in ("x" * 10_000_000, list(range(UNITS)), {n: n for n in range(UNITS)}, range(UNITS), 1 << 10_000_000):
        with pytest.raises(Exhausted):
            Budget().weigh(value)


def test_an_expression_pays_for_the_tries_it_may_take_and_for_being_compiled() -> None:
    """A few fit into a rendering, a thousand do not."""
    dear, cheap = Budget(), Budget()
    pattern("[a-z]*x[a-z]*", "a" * 30, dear)
    pattern("x", "a" * 30, cheap)
    assert UNITS - dear.left > 500
    assert 0 < UNITS - cheap.left < 50
    with pytest.raises(Exhausted):
        pattern(".*.*x", "a" * 200, Budget())


@pytest.mark.parametrize("text", [r"^(\d+)-(\w+)$", "[a-z]+", "(?:up|down)?x", "a{2,4}", r"\bfoo\b", "(ab)*c"])
def test_ordinary_expressions_run(text: str) -> None:
    """One repeat after the other, on a text of ordinary length."""
    assert pattern(text, "x" * 40, Budget()).pattern == text
