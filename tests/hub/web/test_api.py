"""What programs may ask: points and their history, as the OpenAPI document promises, and refused by name."""

import csv
import io
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.history import Level
from hub.domain.history_steps import STEPS
from hub.domain.readings import Quality, Reading
from hub.ports import Store
from tests.hub.web.scene import NOW

READINGS = "/api/v1/points/node.t/readings"
START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai; it is 09:20 now."""


LISTS: list[dict[str, Any]] = [{"room": "hall"}, {"device": "other"}]


def span(minutes: float, **more: object) -> dict[str, Any]:
    """Return the parameters for so many minutes from START on."""
    return {"from": START.isoformat(), "to": (START + timedelta(minutes=minutes)).isoformat()} | more


@pytest.fixture
def points(house: Store) -> Store:
    """Give the house with a node in the hall: twenty minutes of a temperature at 1 Hz, with a silence, and a button."""
    with house.write() as tx:
        tx.field_devices.save(
            FieldDevice(
                id="node",
                publisher="p",
                identity="i",
                name="n",
                announced_at=NOW,
                room="hall",
                standing=Standing.ADMITTED,
            )
        )
        tx.field_devices.save(FieldDevice(id="other", publisher="p", identity="o", name="o", announced_at=NOW))
        tx.field_devices.save_points(
            [
                Point(
                    id="node.t",
                    device="node",
                    key="t",
                    component="sensor",
                    name="温度",
                    quantity=Quantity.TEMPERATURE,
                    unit="°C",
                    expires_s=60.0,
                ),
                Point(id="node.b", device="node", key="b", component="event", name="b", quantity=Quantity.EVENT),
                Point(id="other.x", device="other", key="x", component="sensor", name="x", gone=True),
            ]
        )
        tx.readings.add(
            [
                Reading(point="node.t", at=START + timedelta(seconds=second), value=-1.0 + second / 60)
                for second in range(1200)
                if not 300 <= second < 600
            ]
        )
        tx.readings.add([Reading(point="node.b", at=NOW, text='=HYPERLINK("x")', quality=Quality.RESTORED)])
    return house


def answer_of(client: FlaskClient, path: str, status: int = 200, **query: object) -> Any:  # noqa: ANN401 - JSON
    """Ask, and return what a 200, or another status, says, once it is as the document promises."""
    answer = client.get(path, query_string=query)
    assert answer.status_code == status, answer.get_data(as_text=True)
    keeps_its_promise(client, path, answer)
    return answer.get_json()


def keeps_its_promise(client: FlaskClient, path: str, answer: TestResponse) -> None:
    """Compare an answer with what the document says of its path, status and media type."""
    document = client.get("/api/v1/openapi.json").get_json()
    listed = next(
        item for known, item in document["paths"].items() if re.fullmatch(_pattern(known), path.removeprefix("/api/v1"))
    )
    told = listed["get"]["responses"][str(answer.status_code)]["content"][answer.mimetype or ""]["schema"]
    body = answer.get_json(force=True) if "json" in (answer.mimetype or "") else answer.get_data(as_text=True)
    Draft202012Validator({"components": document["components"]} | told).validate(body)


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path.replace(".", r"\."))


@pytest.mark.usefixtures("points")
def test_points_are_listed_with_their_newest_reading(client: FlaskClient) -> None:
    """By id, in parts where they are many."""
    told = answer_of(client, "/api/v1/points")
    assert [point["id"] for point in told["points"]] == ["node.b", "node.t", "other.x"]
    assert told["next"] is None
    temperature = told["points"][1]
    assert (temperature["unit"], temperature["quantity"], temperature["room"]) == ("°C", "temperature", "hall")
    assert temperature["latest"] == {
        "at": "2026-12-01T01:19:59.000Z",
        "value": pytest.approx(18.98, abs=0.01),
        "text": "",
        "quality": "live",
    }
    gone = told["points"][2]
    assert gone | {"gone": True, "latest": None, "standing": "quarantined"} == gone
    first = answer_of(client, "/api/v1/points", limit=2)
    assert [point["id"] for point in first["points"]] == ["node.b", "node.t"]
    rest = answer_of(client, "/api/v1/points", after=first["next"])
    assert [point["id"] for point in rest["points"]] == ["other.x"]
    assert [len(answer_of(client, "/api/v1/points", **one)["points"]) for one in LISTS] == [2, 1]
    assert answer_of(client, "/api/v1/points/node.t") == temperature


@pytest.mark.usefixtures("points")
def test_a_chart_is_told_in_bounded_steps_with_its_gap(client: FlaskClient) -> None:
    """Ten minutes reading by reading, a day in minutes; where it was silent for longer than it may be is a gap."""
    told = answer_of(client, READINGS, **span(10))
    assert (told["step_s"], told["level"], len(told["readings"])) == (0, "readings", 300)
    assert told["readings"][0] == {
        "at": "2026-12-01T01:00:00.000Z",
        "n": 1,
        "words": 0,
        **dict.fromkeys(("least", "mean", "most", "last"), -1.0),
        "text": "",
        "quality": "live",
    }
    assert told["gaps"] == [{"from": "2026-12-01T01:04:59.000Z", "to": "2026-12-01T01:10:00.000Z"}]
    day = answer_of(client, READINGS)
    assert (day["step_s"], day["level"], len(day["readings"])) == (60, "minute", 15)
    assert [day["readings"][0][name] for name in ("n", "least", "most", "quality")] == [
        60,
        -1.0,
        pytest.approx(-1 / 60),
        None,
    ]
    assert day["to"] == "2026-12-01T01:20:00.123Z"
    assert [one["step_s"] for one in (answer_of(client, READINGS, **span(9, step=step)) for step in (1, 60, 3600))] == [
        1,
        60,
        3600,
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-12-01T09:00:00"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-12-01T09:00:00 08:00"}, "to"),  # a plus that was not written as %2B
        ({"to": "1999-01-01T00:00:00Z"}, "to"),
        ({"to": "9999-12-31T23:59:59-23:00"}, "to"),
        ({"from": "2026-12-01T09:00:00Z", "to": "2026-12-01T09:00:00Z"}, "to"),
        ({"from": "2090-12-01T09:00:00Z"}, "to"),
        ({"from": "2000-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}, "from"),
        ({"step": "7"}, "step"),
        ({"step": "-1"}, "step"),
        ({"step": "1.5"}, "step"),
        ({"step": "²"}, "step"),
        ({"step": "9" * 5000}, "step"),
        ({"step": "1"}, "step"),
        ({"step": "0"}, "step"),
        ({"step": "60", "from": "2026-11-20T00:00:00Z"}, "step"),
        ({"form": "2026-12-01T09:00:00Z"}, "form"),
        ({"step": ["60", "60"]}, "step"),
    ],
)
@pytest.mark.usefixtures("points")
def test_what_cannot_be_used_is_refused_by_its_name_with_what_to_give(
    client: FlaskClient, query: Mapping[str, object], field: str
) -> None:
    """RFC 9457, for the file as well."""
    for path in (READINGS, f"{READINGS}.csv"):
        if path.endswith(".csv") and "step" in query and field == "step" and str(query["step"]) in {"0", "1", "60"}:
            continue  # a file may hold more of them
        told = answer_of(client, path, 400, **query)
        assert (told["code"], told["field"]) == ("invalid_input", field)
        assert told["problem"]
        assert told["remedy"]


@pytest.mark.parametrize(
    "path", ["/api/v1/points/none.t", "/api/v1/points/none.t/readings", "/api/v1/points/x/readings.csv"]
)
@pytest.mark.usefixtures("points")
def test_a_point_that_nobody_announced_is_not_found(client: FlaskClient, path: str) -> None:
    """Nor has it an empty history."""
    assert answer_of(client, path, 404)["code"] == "not_found"


def lines_of(client: FlaskClient, **query: object) -> list[list[str]]:
    """Ask for a file and return its lines."""
    answer = client.get(f"{READINGS}.csv", query_string=query)
    assert answer.mimetype == "text/csv"
    keeps_its_promise(client, f"{READINGS}.csv", answer)
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.usefixtures("points")
def test_a_file_holds_what_the_chart_shows_or_each_reading(client: FlaskClient) -> None:
    """In the house's time and in UTC, with the unit; numbers stay numbers, below zero too."""
    header, first, *rest = lines_of(client, **span(20))
    assert header[:3] == ["time", "time_utc", "values"]
    assert first == ["2026-12-01 09:00:00", "2026-12-01T01:00:00.000Z", "1", "0", *["-1.0"] * 4, "", "live", "°C"]
    assert len(rest) == 899
    minutes = lines_of(client, **span(20, step=60))
    assert [line[2] for line in minutes[1:]] == ["60"] * 15
    name = client.get(f"{READINGS}.csv", query_string=span(20)).headers["Content-Disposition"]
    assert name == 'attachment; filename="node-t-2026-12-01.csv"'


@pytest.mark.usefixtures("points")
def test_a_long_file_is_read_bit_by_bit_and_no_row_stands_twice(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the bits are, and where the span begins within a step."""
    whole = [lines_of(client, **span(20, step=step)) for step in (0, 60, 300)]
    served = sys.modules["hub.web.api"]
    monkeypatch.setattr(served, "_UNITS_AT_ONCE", 7)
    assert [lines_of(client, **span(20, step=step)) for step in (0, 60, 300)] == whole
    begun = span(20, step=300) | {"from": (START + timedelta(seconds=99)).isoformat()}
    assert lines_of(client, **begun) == whole[2]


def test_what_is_too_old_for_single_readings_makes_the_whole_file_coarser(client: FlaskClient, points: Store) -> None:
    """And each of its rows stands once."""
    later = START + timedelta(days=9)
    with points.write() as tx:
        while tx.readings.roll_up(later):
            pass
        tx.readings.forget(Level.READINGS, START + timedelta(hours=1))
    assert [line[2] for line in lines_of(client, **span(20, step=0))[1:]] == ["60"] * 15


@pytest.mark.usefixtures("points")
def test_a_word_that_a_device_says_is_no_formula(client: FlaskClient) -> None:
    """Whoever opens the file would run it."""
    text = client.get(
        "/api/v1/points/node.b/readings.csv", query_string={"to": "2026-12-02T00:00:00Z", "step": 0}
    ).get_data(as_text=True)
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text


def test_the_document_lists_every_endpoint_and_nothing_else(client: FlaskClient, app: Flask) -> None:
    """It is made where they are served."""
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    rules = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/api/")}
    listed = {f"/api/v1{path}".replace("{", "<").replace("}", ">") for path in document["paths"]}
    assert rules == listed | {"/api/v1/openapi.json"}
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


_MOMENTS = st.one_of(
    st.datetimes(datetime(1990, 1, 1), datetime(2120, 1, 1)).map(lambda one: f"{one.isoformat()}Z"),  # noqa: DTZ001
    st.datetimes(datetime(2026, 11, 30), datetime(2026, 12, 2)).map(lambda one: f"{one.isoformat()}+08:00"),  # noqa: DTZ001
    st.text(max_size=20),
)
_STEPS = st.one_of(st.sampled_from([0, *STEPS]).map(str), st.integers(-9, 10**9).map(str), st.text(max_size=5))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from([READINGS, f"{READINGS}.csv", "/api/v1/points", "/api/v1/points/node.t"]),
    query=st.fixed_dictionaries(
        {},
        optional={"from": _MOMENTS, "to": _MOMENTS, "step": _STEPS, "limit": _STEPS, "room": st.text(max_size=5)},
    ),
)
@pytest.mark.usefixtures("points")
def test_whatever_is_asked_the_answer_is_as_the_document_promises(
    client: FlaskClient, path: str, query: dict[str, str]
) -> None:
    """A 200 or a refusal that is listed, each in its form; never a failure of ours."""
    answer = client.get(f"{path}?{'&'.join(f'{name}={quote(value)}' for name, value in query.items())}")
    assert answer.status_code in {200, 400}
    keeps_its_promise(client, path, answer)
