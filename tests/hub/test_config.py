from datetime import timedelta
from pathlib import Path

import pytest

from devices.settings import BadSettings
from hub.config import read_config
from hub.domain.history import Keep
from hub.domain.no_show import Action, Policy
from hub.domain.rehearsal_window import WINDOW
from hub.domain.run_of_show import AgendaTimes
from hub.domain.task_life import TaskTimes


def written(folder: Path, text: str) -> Path:
    """Write a hub's settings."""
    path = folder / "hub.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shortest_file_makes_a_hub_on_sqlite_with_its_own_broker(tmp_path: Path) -> None:
    """Safe defaults: loopback, own broker, own file."""
    config = read_config(written(tmp_path, 'site = "hall-a"\ndata = "data"'))
    assert (config.web.host, config.broker.managed) == ("127.0.0.1", True)
    assert config.database_url() == f"sqlite:///{tmp_path / 'data' / 'hub.sqlite3'}"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "hub.local", "::"])  # noqa: S104 - what must be refused
def test_pages_never_cross_the_network_in_the_clear(tmp_path: Path, host: str) -> None:
    """Guests' names are on them (decisions 9 and 63)."""
    with pytest.raises(BadSettings, match=r"in the clear: set web\.tls"):
        read_config(written(tmp_path, f'site = "hall-a"\n[web]\nhost = "{host}"'))


@pytest.mark.parametrize("host", ["192.168.1.5", "broker.lan"])
def test_a_hub_never_speaks_to_a_broker_across_the_network_in_the_clear(tmp_path: Path, host: str) -> None:
    """Its password opens every topic, and what kiosks say of guests comes that way."""
    (tmp_path / "secret.toml").touch()
    text = f'site = "hall-a"\n[broker]\nmanaged = false\nsecret = "secret.toml"\nhost = "{host}"\n'
    with pytest.raises(BadSettings, match=r"broker\.tls_ca: .* in the open"):
        read_config(written(tmp_path, text))
    assert read_config(written(tmp_path, text + 'tls_ca = "ca.pem"\n')).broker.host == host
    assert read_config(written(tmp_path, text.replace(host, "127.0.0.1"))).broker.tls_ca is None


def test_a_postgresql_across_the_network_must_prove_who_it_is(tmp_path: Path) -> None:
    """Every guest's name and the hub's own password go there; the mistake repeats nothing of the address."""
    text = 'site = "hall-a"\n[store]\nurl = "postgresql://hub:a-secret@db.lan/yingbin{}"\n'
    with pytest.raises(BadSettings, match=r"store\.url: .* in the open.*sslmode=verify-full") as refused:
        read_config(written(tmp_path, text.format("?sslmode=require")))
    assert "a-secret" not in str(refused.value)
    assert "db.lan" not in str(refused.value)
    checked = "?sslmode=verify-full&sslrootcert=ca.pem"
    assert read_config(written(tmp_path, text.format(checked))).store.url.endswith(checked)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('tls = "files"', "web.certificate: is no file"),
        ('tls = "files"\ncertificate = "hub.toml"', "web.key_file: is no file"),
        ('certificate = "hub.toml"', "web.certificate: is not used"),
        ('tls = "own"\nkey_file = "hub.toml"', "web.key_file: is not used"),
        ("redirect_port = 80", "web.redirect_port: leads to HTTPS"),
        ('tls = "own"\nport = 443\nredirect_port = 443', "web.redirect_port: leads to HTTPS"),
        ('tls = "maybe"', "web.tls"),
        ('names = ["a b"]', "web.names"),
    ],
)
def test_half_a_setting_of_tls_is_named(tmp_path: Path, text: str, named: str) -> None:
    """Nobody believes in a certificate that is not shown, or is sent to a port that nobody listens at."""
    with pytest.raises(BadSettings, match=named):
        read_config(written(tmp_path, f'site = "hall-a"\n[web]\n{text}'))


def test_with_tls_the_pages_may_be_on_the_network(tmp_path: Path) -> None:
    """That is what it is for."""
    web = read_config(written(tmp_path, 'site = "hall-a"\n[web]\nhost = "0.0.0.0"\ntls = "own"')).web
    assert (web.host, web.redirect_port) == ("0.0.0.0", 0)  # noqa: S104 - with TLS


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_any_name_of_loopback_will_do(tmp_path: Path, host: str) -> None:
    """They all mean this machine."""
    assert read_config(written(tmp_path, f'site = "hall-a"\n[web]\nhost = "{host}"')).web.host == host


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Doubled kiosks, one called as sheets of paper are, an open page, a broker of one's own without its secret."""
    text = (
        'site = "hall-a"\nkiosks = ["kiosk-1", "kiosk-1", "paper"]\n[web]\nhost = "0.0.0.0"\n[broker]\nmanaged = false'
    )
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, text))
    assert [mistake.key for mistake in caught.value.mistakes] == ["kiosks", "kiosks", "web.host", "broker.secret"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('agents = ["room-1", "room-1"]', "agents: room-1 stands twice"),
        ('kiosks = ["room-1"]\nagents = ["room-1"]', "agents: room-1 stands twice"),
        ('agents = ["paper"]', "agents: paper stands for sign-in sheets"),
        ('agents = ["hub"]', "agents: hub is the name of a process"),
        ('pagers = ["pager-1", "pager-1"]', "pagers: pager-1 stands twice"),
        ('agents = ["room-1"]\npagers = ["room-1"]', "pagers: room-1 stands twice"),
        ('pagers = ["paper"]', "pagers: paper stands for sign-in sheets"),
    ],
)
def test_an_agent_has_a_name_of_its_own(tmp_path: Path, text: str, named: str) -> None:
    """Kiosks, agents, pagers and processes share the broker's list of users."""
    with pytest.raises(BadSettings, match=named):
        read_config(written(tmp_path, f'site = "hall-a"\n{text}'))


def test_several_processes_share_what_comes_only_where_the_database_can_take_it(tmp_path: Path) -> None:
    """SQLite has one writer; on PostgreSQL each process has a name of its own."""
    text = 'site = "hall-a"\ndata = "data"\n[broker]\nworkers = ["hub-2"]'
    with pytest.raises(BadSettings, match="several processes need PostgreSQL"):
        read_config(written(tmp_path, text))
    config = read_config(written(tmp_path, text + '\n[store]\nurl = "postgresql://yingbin@127.0.0.1/yingbin"'))
    assert config.broker.shares
    assert not read_config(written(tmp_path, 'site = "hall-a"')).broker.shares


def test_a_process_and_a_kiosk_cannot_have_the_same_name(tmp_path: Path) -> None:
    """The broker would take one for the other."""
    text = (
        'site = "hall-a"\nkiosks = ["hub-2"]\n[broker]\nname = "hub-2"\n'
        '[store]\nurl = "postgresql://yingbin@127.0.0.1/yingbin"'
    )
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, text))
    assert [mistake.key for mistake in caught.value.mistakes] == ["broker.managed", "kiosks"]


def test_walk_ins_questions_and_cards_have_defaults_and_limits(tmp_path: Path) -> None:
    """A person is called; a card is kept for half a year; each mistake names its field and what belongs there."""
    config = read_config(written(tmp_path, 'site = "hall-a"'))
    assert (config.walk_ins.policy, config.questions.a_minute, config.business_cards.keep_days) == ("call", 20, 180)
    text = '[walk_ins]\npolicy = "register"\n[questions]\na_minute = 5\n[business_cards]\nkeep_days = 1'
    config = read_config(written(tmp_path, f'site = "hall-a"\n{text}'))
    assert (config.walk_ins.policy, config.questions.a_minute, config.business_cards.keep_days) == ("register", 5, 1)
    wrong = '[walk_ins]\npolicy = "maybe"\n[questions]\na_minute = 0\n[business_cards]\nkeep_days = 0'
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, f'site = "hall-a"\n{wrong}'))
    found = {mistake.key: mistake.problem for mistake in caught.value.mistakes}
    assert found.keys() == {"walk_ins.policy", "questions.a_minute", "business_cards.keep_days"}
    assert "register" in found["walk_ins.policy"]


def test_the_times_of_tasks_have_defaults_and_limits(tmp_path: Path) -> None:
    """Half an hour to reply, ten minutes until a room is felt, two degrees (DESIGN 8); a warning comes before it."""
    config = read_config(written(tmp_path, 'site = "hall"'))
    assert config.tasks.times() == TaskTimes()
    other = read_config(written(tmp_path, 'site = "hall"\n[tasks]\nreply_within_min = 20\ncomfort_step_c = 1.5'))
    assert (other.tasks.times().reply_within, other.tasks.times().comfort_step) == (timedelta(minutes=20), 1.5)
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, 'site = "hall"\n[tasks]\nreply_within_min = 5'))
    assert [mistake.key for mistake in caught.value.mistakes] == ["tasks.warn_before_min"]


@pytest.mark.parametrize("day", ["", 'expires_on = "2027-02-30"'])
def test_whom_to_tell_of_a_weakness_holds_until_a_day(tmp_path: Path, day: str) -> None:
    """RFC 9116 wants one, and that it exists."""
    good = 'site = "hall-a"\n[security]\ncontacts = ["mailto:it@house.example"]\n'
    assert read_config(written(tmp_path, good + 'expires_on = "2027-06-30"')).security.contact().expires.year == 2027
    with pytest.raises(BadSettings, match=r"security\.expires_on"):
        read_config(written(tmp_path, good + day))
    with pytest.raises(BadSettings, match=r"security\.contacts"):
        read_config(written(tmp_path, 'site = "hall-a"\n[security]\ncontacts = ["it@house.example"]\n'))


def test_mail_is_off_unless_it_can_work_and_keeps_its_password_secret(tmp_path: Path) -> None:
    """A sender, a password for who signs in, and no password in the clear; reminders a day and two hours before."""
    config = read_config(written(tmp_path, 'site = "hall-a"'))
    assert config.mail.host == ""
    assert [lead.total_seconds() / 3600 for lead in config.reminders.leads()] == [24, 2]
    text = 'site = "hall-a"\n[mail]\nhost = "smtp.example.com"\ntls = "none"\nuser = "me"'
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, text))
    assert [one.key for one in caught.value.mistakes] == ["mail.sender", "mail.password_file", "mail.tls"]
    with pytest.raises(BadSettings, match=r"mail\.sender"):
        read_config(written(tmp_path, 'site = "hall-a"\n[mail]\nhost = "h"\nsender = "Events <e@example.com>"'))
    with pytest.raises(BadSettings, match=r"reminders\.hours_before\[0\]"):
        read_config(written(tmp_path, 'site = "hall-a"\n[reminders]\nhours_before = [0]'))


def test_a_greeter_is_called_before_they_are_to_be_there(tmp_path: Path) -> None:
    """Minutes before the guest's arrival, with the defaults of the file's comments."""
    leads = read_config(written(tmp_path, 'site = "hall-a"\n[transfers]\nlead_min = 90')).transfers.leads()
    assert (leads.lead, leads.arrive_before, leads.accept) == tuple(timedelta(minutes=each) for each in (90, 15, 10))
    with pytest.raises(BadSettings, match="less than lead_min, which is 15"):
        read_config(written(tmp_path, 'site = "hall-a"\n[transfers]\nlead_min = 15'))


def test_rehearsals_have_a_window_that_ends_after_it_begins(tmp_path: Path) -> None:
    """Two days to one day before, unless the house says otherwise (R77)."""
    assert read_config(written(tmp_path, 'site = "hall-a"')).rehearsals.window() == WINDOW
    window = read_config(written(tmp_path, 'site = "hall-a"\n[rehearsals]\nfrom_hours = 72')).rehearsals.window()
    assert (window.opens, window.due) == (timedelta(hours=72), timedelta(hours=24))
    with pytest.raises(BadSettings, match=r"rehearsals\.until_hours: must be less"):
        read_config(written(tmp_path, 'site = "hall-a"\n[rehearsals]\nfrom_hours = 24'))


def test_nothing_is_given_up_by_itself_unless_the_house_says_so_twice(tmp_path: Path) -> None:
    """To release, and not to ask; people are warned first, and of a room one thing is said (C.3.5)."""
    assert read_config(written(tmp_path, 'site = "hall-a"')).no_shows.policy() == Policy()
    text = 'site = "hall-a"\n[no_shows]\naction = "release"\nask_first = false\nignore_rooms = ["hall"]\ngrace_min = 15'
    policy = read_config(written(tmp_path, text)).no_shows.policy()
    assert (policy.action, policy.asks, policy.grace) == (Action.RELEASE, False, timedelta(minutes=15))
    assert policy.of_room("hall") is Action.NONE
    with pytest.raises(BadSettings, match=r"no_shows\.grace_min: must be at least"):
        read_config(written(tmp_path, 'site = "hall-a"\n[no_shows]\ngrace_min = 3'))
    twice = 'release_rooms = ["hall"]\nnotify_rooms = ["hall"]'
    with pytest.raises(BadSettings, match="hall stands twice"):
        read_config(written(tmp_path, f'site = "hall-a"\n[no_shows]\n{twice}'))


def test_readings_are_kept_as_long_as_the_house_wants(tmp_path: Path) -> None:
    """Hours for ever, where it says 0."""
    text = 'site = "hall-a"\n[rooms]\nkeep_raw_days = 1\nkeep_minutes_days = 7\nkeep_hours_days = 0'
    kept = Keep(readings=timedelta(days=1), minutes=timedelta(days=7), hours=None)
    assert read_config(written(tmp_path, text)).rooms.keep() == kept
    assert read_config(written(tmp_path, 'site = "hall-a"')).rooms.keep() == Keep()


def test_what_stands_for_readings_is_not_thrown_away_before_them(tmp_path: Path) -> None:
    """Else a time would have no history at all, and later some again."""
    text = 'site = "hall-a"\n[rooms]\nkeep_raw_days = 9\nkeep_minutes_days = 8\nkeep_hours_days = 7'
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, text))
    assert [mistake.key for mistake in caught.value.mistakes] == ["rooms.keep_minutes_days", "rooms.keep_hours_days"]


@pytest.mark.parametrize(
    "name", ["hub", "hub-rooms", "kiosk-1", "node-1", "tele", "homeassistant", "yingbin", "tasmota"]
)
def test_a_sensor_cannot_have_the_name_of_somebody_else(tmp_path: Path, name: str) -> None:
    """It may speak below its own name, so that must be nobody's."""
    text = f'site = "hall-a"\nkiosks = ["kiosk-1"]\nagents = ["node-1"]\nsensors = ["{name}"]'
    with pytest.raises(BadSettings, match="is taken: choose another name"):
        read_config(written(tmp_path, text))
    with pytest.raises(BadSettings, match="stands twice"):
        read_config(written(tmp_path, 'site = "hall-a"\nsensors = ["plug-7", "plug-7"]'))


def test_no_device_is_called_as_the_hub_is_where_it_hears_rooms(tmp_path: Path) -> None:
    """The broker would take one for the other."""
    with pytest.raises(BadSettings, match="name of a process of the hub"):
        read_config(written(tmp_path, 'site = "hall-a"\nagents = ["hub-rooms"]'))


def test_sensors_are_heard_by_one_process_and_on_another_broker_only_with_a_password(tmp_path: Path) -> None:
    """Workers do not hear them twice; a broker of the house's own must know the hub's second user."""
    (tmp_path / "secret.toml").write_text("")
    own = 'site = "hall-a"\n[broker]\nmanaged = false\nsecret = "secret.toml"\n'
    assert read_config(written(tmp_path, 'site = "hall-a"')).hears_rooms
    assert not read_config(written(tmp_path, own)).hears_rooms
    assert read_config(written(tmp_path, own + '[rooms]\nsecret = "secret.toml"')).hears_rooms
    worker = (
        own + 'name = "hub-2"\n[store]\nurl = "postgresql://yingbin@127.0.0.1/yingbin"\n[rooms]\nsecret = "secret.toml"'
    )
    assert not read_config(written(tmp_path, worker)).hears_rooms
    with pytest.raises(BadSettings, match="is no file"):
        read_config(written(tmp_path, own + '[rooms]\nsecret = "nowhere.toml"'))
    with pytest.raises(BadSettings, match="has its own list of users"):
        read_config(written(tmp_path, 'sensors = ["plug-7"]\n' + own))


def test_the_first_step_of_an_incident_has_a_target(tmp_path: Path) -> None:
    """At once, which is a minute, unless the house says otherwise (R133)."""
    assert read_config(written(tmp_path, 'site = "hall-a"')).incidents.first_step() == timedelta(seconds=60)
    stricter = read_config(written(tmp_path, 'site = "hall-a"\n[incidents]\nfirst_step_s = 30'))
    assert stricter.incidents.first_step() == timedelta(seconds=30)
    with pytest.raises(BadSettings, match=r"incidents\.first_step_s"):
        read_config(written(tmp_path, 'site = "hall-a"\n[incidents]\nfirst_step_s = 0'))


def test_the_numbers_for_agendas_are_minutes(tmp_path: Path) -> None:
    """And what is left out is the standard (R112, R114)."""
    assert read_config(written(tmp_path, 'site = "hall-a"')).agenda.times() == AgendaTimes()
    text = 'site = "hall-a"\n[agenda]\nremind_before_min = 3\npresenter_late_min = 15\ntea_break_min = 20'
    times = read_config(written(tmp_path, text)).agenda.times()
    assert (times.remind_before, times.presenter_late) == (timedelta(minutes=3), timedelta(minutes=15))
    assert (times.tea_break, times.late_after) == (timedelta(minutes=20), timedelta(minutes=2))
    with pytest.raises(BadSettings, match=r"agenda\.remind_before_min"):
        read_config(written(tmp_path, 'site = "hall-a"\n[agenda]\nremind_before_min = 0'))


@pytest.mark.parametrize(
    ("broker", "named"),
    [
        ('tls_host = "hub.lan"', ["broker.tls_host"]),
        ('tls_host = "0.0.0.0"', ["broker.names"]),
        ('tls_host = "::"\nnames = ["hub.lan"]\ntls_port = 1884', ["broker.tls_port"]),
        ("password_port = 8884", ["broker.password_port"]),
        ('tls_host = "127.0.0.1"\npassword_port = 8883', ["broker.password_port"]),
        ('configuration = "mosquitto.conf"\nplain_at = ["192.0.2.1"]', ["broker.configuration", "broker.plain_at"]),
    ],
)
def test_devices_of_the_network_need_an_address_a_name_and_a_port(
    tmp_path: Path, broker: str, named: list[str]
) -> None:
    """Nothing listens beyond this machine by itself, and what listens can be called."""
    with pytest.raises(BadSettings) as caught:
        read_config(written(tmp_path, f'site = "hall"\n[broker]\n{broker}\n'))
    assert [mistake.key for mistake in caught.value.mistakes] == named
    assert read_config(written(tmp_path, 'site = "hall"\n')).broker.tls_host == ""
    good = 'site = "hall"\n[broker]\ntls_host = "0.0.0.0"\nnames = ["hub.lan", "192.0.2.10"]\n'
    assert read_config(written(tmp_path, good)).broker.names == ("hub.lan", "192.0.2.10")
