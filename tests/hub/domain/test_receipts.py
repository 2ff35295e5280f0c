"""What each device did with an alert, and which devices do not show them."""

from hub.domain.alerts import Channel
from hub.domain.receipts import DeviceReceipt, by_alert, showing
from tests.hub.build import T0, at


def receipt(
    device: str, alert: str = "a", shown: float | None = None, sent: float = 0.0, **more: Channel
) -> DeviceReceipt:
    """Return what a device did, in seconds after T0."""
    return DeviceReceipt(
        alert=alert,
        device=device,
        channel=more.get("channel", Channel.TABLET),
        person="小李",
        sent_at=at(sent),
        shown_at=None if shown is None else at(shown),
    )


def test_a_device_is_missing_only_after_five_seconds() -> None:
    """Shown late counts as missed (S18); a service outside never says that it has shown anything."""
    assert not receipt("t").is_missing(at(5))
    assert receipt("t").is_missing(at(5.1))
    assert not receipt("t", shown=5).is_missing(at(60))
    assert receipt("t", shown=5.1).is_missing(at(60))
    assert not receipt("x", channel=Channel.OUTSIDE).is_missing(at(60))


def test_the_device_that_does_not_show_alerts_stands_first() -> None:
    """What was sent a moment ago is not judged yet."""
    found = showing(
        [
            receipt("good", "a", 1),
            receipt("good", "b", 2, sent=1),
            receipt("half", "a", 1),
            receipt("half", "b"),
            receipt("dead", "a"),
            receipt("dead", "b", sent=58),
            receipt("phone", "a", channel=Channel.OUTSIDE),
        ],
        at(60),
    )
    assert [(one.device, one.sent, one.missed) for one in found] == [("dead", 1, 1), ("half", 2, 1), ("good", 2, 0)]
    assert [one.last_at for one in found] == [None, at(1), at(2)]


def test_receipts_of_an_alert_begin_with_what_was_shown_first() -> None:
    """As a lead reads them."""
    found = by_alert([receipt("never"), receipt("second", shown=2), receipt("first", shown=1)])
    assert [one.device for one in found["a"]] == ["first", "second", "never"]
    assert found["a"][0].sent_at == T0
