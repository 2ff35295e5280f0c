"""For machines: is the hub well, and its figures."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from hub.web.device_figures import DeviceFigures
from hub.web.device_lines import read_devices
from hub.web.parts import shelf

_TOTAL = "_total"

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """Answer 200 while every part works, else 503; the body names each."""
    parts = shelf().parts
    checks = {**parts.alive(), "pages": parts.watch.answering}
    well = all(checks.values())
    answer = jsonify(status="ok" if well else "failing", checks=checks)
    answer.status_code = 200 if well else 503
    return answer


@pages.get("/metrics")
def metrics() -> Response:
    """Answer with the hub's figures in Prometheus' text format."""
    parts = shelf().parts
    figures = {
        **parts.counts(),
        "event_streams": float(shelf().streams.open),
        "feed_position": float(parts.watch.head),
        "pages_answering": float(parts.watch.answering),
    }
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures))
    registry.register(DeviceFigures(shelf().recent.get("devices", read_devices).records, parts.clock.now()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Figures:
    """A snapshot of named figures as Prometheus collects them."""

    def __init__(self, figures: Mapping[str, float]) -> None:
        """Take the figures by name."""
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give one family a name."""
        for name, value in sorted(self._figures.items()):
            safe = "yingbin_" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
            if safe.endswith(_TOTAL):
                yield CounterMetricFamily(safe, f"{name}: how often since the start", value=value)
            else:
                yield GaugeMetricFamily(safe, f"{name} now", value=value)
