import pytest

from devices.contract.topics import Address, InvalidTopic, Leaf, every_device, hub_state, parse, topic


@pytest.mark.parametrize("leaf", list(Leaf))
def test_every_topic_that_is_built_is_read_back_the_same(leaf: Leaf) -> None:
    """Building and parsing are each other's inverse."""
    assert parse(topic("hq-1", "kiosk-1", leaf)) == Address("hq-1", "kiosk-1", leaf)


@pytest.mark.parametrize(
    "device", ["+", "#", "a/b", "", "ab", "a" * 33, "Kiosk-1", "-kiosk", "kiosk-", "kiosk 1", "迎宾"]
)
def test_an_id_that_could_escape_its_place_is_refused(device: str) -> None:
    """No wildcard, separator or odd letter gets into a topic (CVE-2017-7650 class)."""
    with pytest.raises(InvalidTopic):
        topic("hq-1", device, Leaf.STATE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "yingbin/v1",
        "yingbin/v1/hq-1/kiosk-1",
        "yingbin/v2/hq-1/kiosk-1/state",
        "yingbin/v1/hq-1/kiosk-1/up/other",
        "yingbin/v1/hq-1/kiosk-1/state/more",
        "other/v1/hq-1/kiosk-1/state",
        "yingbin/v1/+/kiosk-1/state",
        "yingbin/v1/hq-1/#/state",
        "a" * 70_000,
    ],
)
def test_a_topic_that_is_not_ours_is_refused(text: str) -> None:
    """Parsing never guesses."""
    with pytest.raises(InvalidTopic):
        parse(text)


def test_subscriptions_name_one_leaf_of_all_devices() -> None:
    """The hub listens leaf by leaf, never to everything."""
    assert parse(every_device("hq-1", Leaf.UP_CHECKIN).replace("+", "kiosk-9")).leaf is Leaf.UP_CHECKIN


def test_the_hub_says_that_it_is_there_below_its_own_id() -> None:
    """Kiosks know the hub by one fixed topic."""
    assert parse(hub_state("hq-1")) == Address("hq-1", "hub", Leaf.STATE)


def test_who_shares_a_subscription_gets_its_part_of_every_devices_messages() -> None:
    """MQTT 5, 4.8.2; a name that is no id is refused like any other."""
    assert every_device("hall", Leaf.TELE) == "yingbin/v1/hall/+/tele"
    assert every_device("hall", Leaf.TELE, "hub") == "$share/hub/yingbin/v1/hall/+/tele"
    with pytest.raises(InvalidTopic):
        every_device("hall", Leaf.TELE, "a/b")
