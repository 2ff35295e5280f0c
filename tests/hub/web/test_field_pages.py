"""For technicians: the wall of rooms, a room, a device with its curve, what is wrong, and who waits to be let in."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from devices.contract.commands import CommandKind, CommandResult
from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.domain.field_devices import Point, Standing
from hub.domain.plug_power import PlugState
from hub.domain.plug_watch import Plug
from hub.domain.readings import Quality, Reading
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.command_device import hear_answer, take_to_send
from hub.usecases.place_device import Excuse, excuse_device
from hub.usecases.work_task import accept_task
from tests.hub.web.room_scene import announce_stranger, furnish_rooms, remember, station
from tests.hub.web.scene import NOW, OURS, PROGRAM, ZH, StillClock, on_duty, page

NODE = "/rooms/devices/room-07-node"


@pytest.fixture
def venue(house: Store) -> Store:
    """Give a house with 24 rooms: the hall, and 23 with 12 devices each (one of them is empty)."""
    return furnish_rooms(house, rooms=23)


def send(client: FlaskClient, path: str, **form: object) -> int:
    """Send a form as our own script does; returns the status."""
    return client.post(path, data=form, headers=PROGRAM).status_code


def device(store: Store, name: str) -> tuple[Standing, str | None, str]:
    """Return how a device stands, where, and what it is called."""
    with store.read() as tx:
        found = tx.field_devices.get(name)
    assert found is not None
    return found.standing, found.room, found.title


@pytest.mark.usefixtures("venue")
def test_the_wall_says_how_every_room_stands_in_colour_icon_word_and_number(client: FlaskClient) -> None:
    """A room that is down counts once, not thirteen times (T1, S10)."""
    text = page(client.get("/rooms?part=wall"))
    assert text.count('class="room-tile') == 24
    for state, words in (("fault", "故障"), ("offline", "离线"), ("limits", "数值越限"), ("suspect", "疑似掉线")):
        assert f'class="room-tile is-{state}"' in text
        assert words in text
    assert "维护中" in text
    assert "4 项异常" in text
    assert "22.4\N{NO-BREAK SPACE}°C" in text
    assert "会议中，至 09:30" in text


@pytest.mark.usefixtures("venue")
def test_the_wall_without_scripts_is_searched_by_its_address(client: FlaskClient) -> None:
    """``?q=`` is what the script does at once."""
    text = page(client.get("/rooms?q=竹3"))
    assert text.count('class="room-tile') == 1
    assert "没有找到" in page(client.get("/rooms?q=" + "x" * 500))


@pytest.mark.usefixtures("venue")
def test_devices_in_no_room_are_listed_below(client: FlaskClient) -> None:
    """A gateway in the cellar is watched too."""
    on_duty(client)
    assert send(client, "/rooms/devices/room-01-plug/place", room="", called="地下室网关") == 200
    text = page(client.get("/rooms"))
    assert "1 台设备未分配房间" in text
    assert "地下室网关" in text


def test_a_room_shows_its_devices_the_worst_first_with_values_and_how_far_to_believe_them(
    client: FlaskClient, venue: Store
) -> None:
    """State with since, last seen, value with unit, quality in words, a line of 24 hours, what is wrong (T2, T5)."""
    remember(venue, "room-07-node.temperature")
    text = page(client.get("/rooms/room-07"))
    assert text.index("环境传感器") < text.index("茶壶 1")
    assert "温度过高：28.6\N{NO-BREAK SPACE}°C，界限 27.0\N{NO-BREAK SPACE}°C" in text
    assert "自 09:06" in text
    assert "服务器保留的旧值" in text
    assert "24 小时：19.6 – 25.3\N{NO-BREAK SPACE}°C" in text
    assert "最近一次消息" in text
    assert client.get("/rooms/nowhere").status_code == 404


def test_a_plug_says_what_the_thing_behind_it_is_doing_while_that_is_known(client: FlaskClient, venue: Store) -> None:
    """On the room's page and the device's; the broker's old value says nothing of now."""
    live, old = "room-01-plug.power", "room-02-plug.power"
    with venue.write() as tx:
        tx.watch_settings.save_plugs(Plug(point=point, state=PlugState.STANDBY) for point in (live, old))
        tx.readings.add(
            [Reading(point=live, at=NOW, value=4), Reading(point=old, at=NOW, value=5, quality=Quality.RESTORED)]
        )
    for path in ("/rooms/room-{}", "/rooms/devices/room-{}-plug"):
        assert ZH.join(("4\N{NO-BREAK SPACE}W", "待机")) in page(client.get(path.format("01")))
        assert "待机" not in page(client.get(path.format("02")))


@pytest.mark.usefixtures("venue")
def test_what_is_excused_is_said_until_when(client: FlaskClient) -> None:
    """On the room's page and the device's (T10)."""
    for path in ("/rooms/room-09", "/rooms/devices/room-09-projector"):
        assert "维护中，到 11:20 为止不呼叫任何人" in page(client.get(path))


def test_a_device_shows_everything_of_it(client: FlaskClient, venue: Store) -> None:
    """Values, publisher, id, the curve with a table of the same, marks of what was wrong and what people did (T5)."""
    remember(venue, "room-07-node.temperature")
    with venue.write() as tx:
        who = Deciding(actor="张强", at=NOW - timedelta(hours=2), ids=uuid7)
        excuse_device(tx, "room-07-node", Excuse.MAINTENANCE, NOW - timedelta(hours=1), who)
    text = page(client.get(NODE))
    assert '<path class="mean" d="M' in text
    assert text.count('class="wrong"') == 1
    assert f"▼<title>{ZH.join(('开始维护', '张强'))}" in text
    assert 'class="gap"' in text
    assert text.count('<th scope="row">') > 40
    assert "/api/v1/points/room-07-node.temperature/readings.csv?from=2026-11-30T01" in text
    assert "CO₂" in page(client.get(NODE + "?point=co2&span=1h"))


def test_what_a_device_says_in_words_is_a_strip_with_its_changes(client: FlaskClient, venue: Store) -> None:
    """A door has no curve: when it was open, and since when."""
    with venue.write() as tx:
        for minutes, word in ((90, "off"), (60, "on"), (50, "on"), (45, "off")):
            said = Reading(point="room-07-door.contact", at=NOW - timedelta(minutes=minutes), text=word)
            tx.readings.add([said])
    text = page(client.get("/rooms/devices/room-07-door"))
    assert text.count('class="shade-') == 3
    assert text.count('<th scope="row">') == 3
    assert "<title>开着</title>" in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?point=nothing", 404),
        ("?span=9y", 400),
        ("?from=1&to=2", 400),
        ("?from=now&to=2", 400),
        ("?from=99999999999&to=1", 400),
        ("?from=1796083200&to=1796086800", 200),
        ("?part=chart&span=60d", 200),
        ("?part=nothing", 404),
    ],
)
@pytest.mark.usefixtures("venue")
def test_a_chart_that_cannot_be_drawn_is_refused_by_its_field(client: FlaskClient, query: str, status: int) -> None:
    """And one that shows nothing says so."""
    assert client.get(NODE + query).status_code == status
    assert client.get("/rooms/devices/nobody").status_code == 404


def test_a_stranger_is_let_in_and_put_into_its_room_in_one_step(client: FlaskClient, venue: Store) -> None:
    """Who publishes, what it would give, and the room that it means are on the page; its name is only text."""
    announce_stranger(venue)
    text = page(client.get("/rooms/waiting"))
    for words in ("zigbee2mqtt", "0x00158d0001a2b3c4", ZH.join(("Humidity", "湿度")), "请先写下姓名"):
        assert words in text
    assert "<b>temperature" not in text
    on_duty(client)
    text = page(client.get("/rooms/waiting"))
    assert '<option value="room-03" selected>' in text
    path = "/rooms/devices/stranger"
    assert send(client, f"{path}/admit", room="attic") == 400
    assert send(client, f"{path}/admit", room="room-03", called="窗边温度", supply="battery") == 200
    assert device(venue, "stranger") == (Standing.ADMITTED, "room-03", "窗边温度")
    assert "窗边温度" in page(client.get("/rooms/room-03"))
    assert "没有设备在等待" in page(client.get("/rooms/waiting"))


def test_a_refused_device_can_be_found_and_let_in_after_all(client: FlaskClient, venue: Store) -> None:
    """It is listed apart."""
    announce_stranger(venue)
    on_duty(client)
    assert send(client, "/rooms/devices/stranger/refuse") == 200
    assert "已拒绝 1 台" in page(client.get("/rooms/waiting"))
    assert send(client, "/rooms/devices/stranger/admit", room="room-03") == 200


@pytest.mark.usefixtures("venue")
def test_a_technician_places_excuses_and_forgets_a_device(client: FlaskClient) -> None:
    """Each step under a name, with a clear refusal of what makes no sense."""
    assert send(client, f"{NODE}/excuse", why="maintenance", hours=4) == 400, "nobody said who they are"
    on_duty(client)
    assert send(client, "/rooms/devices/room-03-projector/place", room="room-03", thing="room-03:projector") == 200
    assert "投影仪" in page(client.get("/rooms/room-03"))
    assert send(client, "/rooms/devices/room-03-projector/place", room="room-01", thing="room-03:projector") == 400
    assert send(client, f"{NODE}/excuse", why="maintenance", hours=4) == 200
    assert "维护中，到 13:20 为止" in page(client.get(NODE))
    assert send(client, f"{NODE}/watch") == 200
    assert send(client, f"{NODE}/excuse", why="expected_off", until="2026-12-02T08:00") == 200
    assert "预计关机，到 12月2日 星期三 08:00 为止" in page(client.get(NODE))
    wrong = ({"why": "tired", "hours": 1}, {"why": "maintenance", "hours": "x"}, {"why": "maintenance", "hours": 999})
    for form in (*wrong, {"why": "maintenance", "until": "soon"}, {"why": "maintenance", "until": "2026-12-24T08:00"}):
        assert send(client, f"{NODE}/excuse", **form) == 400
    assert send(client, f"{NODE}/place", room="room-07", supply="sun") == 400
    assert send(client, f"{NODE}/forget") == 409, "it is online"
    assert send(client, f"{NODE}/dance") == 404
    assert send(client, "/rooms/devices/nobody/refuse") == 404
    text = page(client.get(NODE))
    assert "设为预计关机" in text
    assert "小李" in text


def test_a_remote_action_shows_what_really_came_of_it(client: FlaskClient, venue: Store, clock: StillClock) -> None:
    """Being done until the device answers; no answer after 10 s is said; never a silent success (T7)."""
    station(venue, "identify", "switch:fan", "set_point:air")
    on_duty(client)
    path = "/rooms/devices/room-01-air"
    text = page(client.get(path))
    assert ZH.join(("开关", "fan", "断电重启")) in text
    assert send(client, f"{path}/command", kind="switch", which="fan", to="on") == 200
    text = page(client.get(path))
    assert "执行中…" in text
    assert 'data-until="2026-12-01T01:20:10' in text
    with venue.write() as tx:
        (command,) = take_to_send(tx, clock.now())
    clock.forward(11)
    assert "未响应" in page(client.get(path))
    with venue.write() as tx:
        fields = {"id": uuid7(), "ts": NOW, "boot": uuid7(), "seq": 1, "command": command.id, "ok": True}
        hear_answer(tx, "room-01-air", CommandResult(**fields, readings={"fan": "on"}), clock.now())  # type: ignore[arg-type]
    clock.forward(6)
    text = page(client.get(path))
    assert "已完成，设备已确认" in text
    assert "未响应" not in text
    assert "遥控开关" in text


def test_another_makers_switch_is_told_from_its_page_and_has_to_report_it(
    client: FlaskClient, venue: Store, clock: StillClock
) -> None:
    """By name; a number that is none, and a point of another device, are refused."""
    plug = Point(
        id="room-07-node.relay",
        device="room-07-node",
        key="relay",
        component="switch",
        name="插座",
        config={"command_topic": "room-07-node/set"},
    )
    level = replace(plug, id="room-07-node.level", key="level", component="number", name="Level", unit="%")
    with venue.write() as tx:
        tx.field_devices.save_points([plug, level])
        tx.feed.touch([("field_device", "room-07-node")])
    on_duty(client)
    assert ZH.join(("插座", "开")) in page(client.get(NODE))
    assert send(client, f"{NODE}/set", point=plug.id, value="on") == 200
    assert send(client, f"{NODE}/set", point=level.id, value="40") == 200
    assert send(client, f"{NODE}/set", point=level.id, value="much") == 400
    assert send(client, f"{NODE}/set", point="room-01-air.x", value="on") == 404
    text = page(client.get(NODE))
    assert ZH.join(("设为", "插座", "开")) in text
    assert text.count("执行中…") == 2
    clock.forward(11)
    assert "未响应" in page(client.get(NODE))


def test_a_yes_without_the_new_state_is_a_failure_on_the_page(
    client: FlaskClient, venue: Store, clock: StillClock
) -> None:
    """And so is a device's own no, in words."""
    station(venue, "set_point:air")
    on_duty(client)
    path = "/rooms/devices/room-01-air"
    for celsius, said, words in (
        (23, {"ok": True}, "却没有报告新的状态"),
        (24, {"ok": False, "reason": "out_of_range"}, "数值超出范围"),
    ):
        assert send(client, f"{path}/command", kind="set_point", which="air", celsius=celsius) == 200
        with venue.write() as tx:
            (command,) = take_to_send(tx, clock.now())
            fields = {"id": uuid7(), "ts": NOW, "boot": uuid7(), "seq": 1, "command": command.id}
            hear_answer(tx, "room-01-air", CommandResult(**fields, **said), clock.now())  # type: ignore[arg-type]
        clock.forward(6)
        assert words in page(client.get(path))
    wrong = ({"kind": "resend"}, {"kind": "set_point", "which": "air", "celsius": "warm"}, {"kind": "switch"})
    for form in wrong:
        assert send(client, f"{path}/command", **form) == 400
    assert send(client, f"{NODE}/command", kind="identify") == 404, "it is none of ours"


def test_a_kiosk_among_the_devices_is_asked_for_its_screen(client: FlaskClient, venue: Store) -> None:
    """It announces itself as others do, and is told through the same door."""
    with venue.write() as tx:
        tx.devices.save(DeviceRecord(id="room-01-air", kind="kiosk", status="online"))
    on_duty(client)
    assert send(client, "/rooms/devices/room-01-air/command", kind=CommandKind.SCREENSHOT.value) == 200
    assert "看看屏幕" in page(client.get("/rooms/devices/room-01-air"))


@pytest.mark.usefixtures("venue")
def test_what_is_wrong_is_chosen_by_the_address_and_taken_with_one_tap(client: FlaskClient) -> None:
    """Whoever was first to take its task has it on every page (T11)."""
    on_duty(client)
    text = page(client.get("/rooms/conditions?room=room-03"))
    assert text.count('<li id="c-') == 1
    assert "/rooms/conditions/c-fault/acknowledge" in text
    assert send(client, "/staff/tasks/t-projector/accept") == 200
    text = page(client.get("/rooms/conditions?state=accepted"))
    assert "小李 已接" in text
    assert page(client.get("/rooms/conditions?state=open")).count('<li id="c-') == 4
    assert page(client.get("/rooms/conditions?cause=offline")).count('<li id="c-') == 13
    assert client.get("/rooms/conditions?state=closed").status_code == 400


def test_what_was_wrong_is_exported_for_a_spreadsheet(client: FlaskClient, venue: Store) -> None:
    """The same lines as on the page, in the house's time; a name that looks like a formula is text (T14)."""
    with venue.write() as tx:
        accept_task(tx, "t-projector", "小李", NOW)
    on_duty(client)
    assert send(client, "/rooms/devices/room-03-projector/place", room="room-03", called="=cmd()") == 200
    answer = client.get("/rooms/conditions.csv?state=open")
    assert answer.content_type.startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 5
    assert rows[0][0] == "开始"
    lamp = next(dict(zip(rows[0], row, strict=True)) for row in rows if "room-03" in row)
    assert (lamp["开始"], lamp["持续"], lamp["状态"], lamp["设备"], lamp["处理人"]) == (
        "2026-12-01 09:08:00",
        "0:12:00",
        "处理中",
        "'=cmd()",
        "小李",
    )
    client.set_cookie("yingbin_language", "en")
    english = client.get("/rooms/conditions.csv").get_data(as_text=True)
    assert english.startswith("\ufeffBegan,Over,Lasted,Severity,State")


def test_only_our_own_pages_change_a_device(client: FlaskClient, venue: Store) -> None:
    """Another web site's form is refused before anything is looked at."""
    on_duty(client)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{NODE}/refuse", headers=foreign).status_code == 403
    assert client.post(f"{NODE}/refuse", headers=OURS).status_code == 303
    assert device(venue, "room-07-node")[0] is Standing.REFUSED


def test_a_technician_throws_a_stolen_device_out_after_proving_who_they_are(client: FlaskClient, venue: Store) -> None:
    """It is online, and leaves all the same; its page stays, with its history and with what happened."""
    path = "/rooms/devices/room-03-projector"
    on_duty(client)
    text = page(client.get(path))
    assert "丢失或被盗" in text
    assert f'action="{path}/throw-out"' in text
    assert client.post(f"{path}/throw-out", headers=OURS).status_code == 303
    assert device(venue, "room-03-projector")[:2] == (Standing.REFUSED, None)
    text = page(client.get(path))
    assert "已于" in text
    assert "清除" in text
    assert f'action="{path}/throw-out"' not in text
    assert client.post("/rooms/devices/nobody/throw-out", headers=OURS).status_code == 404


def test_our_own_devices_are_not_thrown_out_as_sensors_are(client: FlaskClient, venue: Store) -> None:
    """A kiosk or an agent holds a certificate: that is revoked on its own page."""
    on_duty(client)
    with venue.write() as tx:
        tx.devices.save(DeviceRecord(id="room-03-projector", kind="room"))
        found = tx.field_devices.get("room-03-projector")
        assert found is not None
        tx.field_devices.save(replace(found, identity="room-03-projector"))
    assert "throw-out" not in page(client.get("/rooms/devices/room-03-projector"))
    assert client.post("/rooms/devices/room-03-projector/throw-out", headers=OURS).status_code == 409
