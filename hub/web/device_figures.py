"""The kiosks' own figures for Prometheus, one series a kiosk: how fast they answer, and how they are used (R92)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from hub.device_ports import DeviceRecord
from hub.usecases.kiosk_health import State, state

_GAUGES = {
    "scans": "codes read in the last minutes (see yingbin_kiosk_minutes)",
    "minutes": "how many minutes the figures of a kiosk's use look back",
    "busy": "share of these minutes in which a guest was on the screen",
    "row": "guests who have just come one right after the other: a stand-in for a queue, which no kiosk sees",
    "longest_row": "the most guests who came so in these minutes",
}
_QUANTILES = {"p50_ms": "0.5", "p95_ms": "0.95"}


class DeviceFigures:
    """What the kiosks that are online said last, as Prometheus collects it."""

    def __init__(self, records: Sequence[DeviceRecord], now: datetime) -> None:
        """Take the devices as they are known now."""
        online = {record.id: record.health or {} for record in records if state(record, now) is State.ONLINE}
        told = {device: health.get("usage") for device, health in online.items()}
        self._told = {device: usage for device, usage in told.items() if isinstance(usage, Mapping)}

    def collect(self) -> Iterator[Metric]:
        """Give each figure as one family, with a kiosk as its label."""
        if not self._told:
            return
        for name, about in _GAUGES.items():
            gauge = GaugeMetricFamily(f"yingbin_kiosk_{name}", about, labels=["device"])
            for device, usage in self._told.items():
                gauge.add_metric([device], float(usage[name]))
            yield gauge
        took = GaugeMetricFamily(
            "yingbin_kiosk_scan_to_result_ms",
            "milliseconds from reading a code to its answer on the screen",
            labels=["device", "quantile"],
        )
        for device, usage in self._told.items():
            for name, quantile in _QUANTILES.items():
                if usage.get(name) is not None:
                    took.add_metric([device, quantile], float(usage[name]))
        yield took
