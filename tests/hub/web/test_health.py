"""For machines: one address that says whether the hub is well, one with its figures."""

from flask.testing import FlaskClient

from hub.web import WebParts, create_app
from hub.web.parts import WebParts as Parts


def test_a_hub_that_is_well_says_so(client: FlaskClient, parts: WebParts) -> None:
    """200, and each part by name."""
    parts.watch.look()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "checks": {"database": True, "broker": True, "pages": True}}


def test_one_failing_part_makes_it_503(parts: WebParts) -> None:
    """A supervisor or load balancer reads only the status."""
    fields = {name: getattr(parts, name) for name in Parts.__slots__}
    parts.watch.look()
    app = create_app(WebParts(**fields | {"alive": lambda: {"database": True, "broker": False}}))
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["broker"] is False


def test_pages_that_cannot_see_the_feed_are_not_well(client: FlaskClient) -> None:
    """Before the first look at the database nothing is promised."""
    assert client.get("/healthz").status_code == 503


def test_figures_are_given_as_prometheus_reads_them(client: FlaskClient) -> None:
    """Counters end in _total, gauges do not; the open streams are among them."""
    stream = client.get("/events")
    text = client.get("/metrics").get_data(as_text=True)
    stream.close()
    assert "# TYPE yingbin_ingest_messages_total counter" in text
    assert "yingbin_ingest_messages_total 12.0" in text
    assert "# TYPE yingbin_queue gauge" in text
    assert "yingbin_event_streams 1.0" in text
    assert "yingbin_feed_position 0.0" in text
