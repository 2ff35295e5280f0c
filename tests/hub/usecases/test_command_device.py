import base64
from collections.abc import Callable
from datetime import timedelta

import pytest

from devices.contract import codec
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.domain.commands import LASTS, NO_ANSWER, CommandState, DeviceCommand
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.command_device import (
    KEPT,
    PICTURES_KEPT,
    UNCONFIRMED,
    command_device,
    hear_answer,
    message_of,
    put_back,
    take_to_send,
)
from hub.usecases.pass_time import fire_next
from hub.usecases.timer_rules import timer_rules
from tests.hub.build import T0, at

WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 "


@pytest.fixture
def kiosk(store: Store) -> Store:
    """Give a store that has heard of one kiosk."""
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="kiosk-1", kind="kiosk"))
    return store


def ask(store: Store, seconds: float = 0, device: str = "kiosk-1", **parameters: object) -> DeviceCommand:
    """Let 张强 ask for a picture."""
    who = Deciding(actor="张强", at=at(seconds), ids=uuid7)
    with store.write() as tx:
        return command_device(tx, device, CommandKind.SCREENSHOT, who, parameters)


def send(store: Store, seconds: float = 1) -> list[DeviceCommand]:
    """Take what waits, as a process with a link does."""
    with store.write() as tx:
        return list(take_to_send(tx, at(seconds)))


def answer(store: Store, command: DeviceCommand, seconds: float = 2, **said: object) -> CommandResult:
    """Let the kiosk answer."""
    fields: dict[str, object] = {"ok": True, "picture": base64.b64encode(WEBP).decode()} | said
    result = CommandResult(id=uuid7(), ts=at(seconds), boot=uuid7(), seq=1, command=command.id, **fields)  # type: ignore[arg-type]
    with store.write() as tx:
        assert hear_answer(tx, "kiosk-1", result, at(seconds))
    return result


def stands(store: Store, command: DeviceCommand) -> tuple[CommandState, str]:
    """Return how a command stands."""
    with store.read() as tx:
        found = tx.commands.get(command.id)
    assert found is not None
    return found.state, found.problem


def pass_time(store: Store, seconds: float) -> None:
    """Let everything happen that is due then."""
    while fire_next(store, Deciding(actor="hub", at=at(seconds), ids=uuid7), timer_rules(TaskTimes(), Leads())):
        pass


def test_a_command_is_sent_once_and_its_answer_kept(kiosk: Store) -> None:
    """With who gave it in the audit log, and pages told at each step."""
    command = ask(kiosk)
    assert stands(kiosk, command) == (CommandState.WAITING, "")
    assert [one.id for one in send(kiosk)] == [command.id]
    assert send(kiosk) == []
    assert stands(kiosk, command) == (CommandState.SENT, "")
    with kiosk.read() as tx:
        before = tx.feed.head(["device"])
    answer(kiosk, command)
    assert stands(kiosk, command) == (CommandState.DONE, "")
    with kiosk.read() as tx:
        assert tx.screenshots.get("kiosk-1") == WEBP
        assert tx.screenshots.times() == {"kiosk-1": at(2)}
        assert tx.feed.head(["device"]) > before
        assert tx.timers.of_rule("command") == []


def test_what_is_written_for_the_wire_is_a_command_of_the_contract(kiosk: Store) -> None:
    """Under the row's own id, which the answer names."""
    command = ask(kiosk)
    read = codec.decode(message_of(command, 7, uuid7(), at(1)), Command)
    assert (read.id, read.kind, read.seq) == (command.id, CommandKind.SCREENSHOT, 7)


def test_a_reason_why_not_is_kept(kiosk: Store) -> None:
    """The kiosk's own word; a device that only says no is one that does not know the command."""
    for reason, problem in (("busy", "busy"), (None, "refused")):
        command = ask(kiosk)
        send(kiosk)
        answer(kiosk, command, ok=False, picture="", reason=reason)
        assert stands(kiosk, command) == (CommandState.FAILED, problem)
    with kiosk.read() as tx:
        assert tx.screenshots.get("kiosk-1") is None


@pytest.mark.parametrize("sent", [True, False])
def test_no_answer_within_half_a_minute_is_a_failure(kiosk: Store, sent: bool) -> None:  # noqa: FBT001 - a parameter
    """Whether a process with a link was there or not; what comes later changes nothing and is never sent."""
    command = ask(kiosk)
    if sent:
        send(kiosk)
    pass_time(kiosk, LASTS.total_seconds() - 1)
    assert stands(kiosk, command)[0] in {CommandState.WAITING, CommandState.SENT}
    pass_time(kiosk, LASTS.total_seconds())
    assert stands(kiosk, command) == (CommandState.FAILED, NO_ANSWER)
    assert send(kiosk, 31) == []
    answer(kiosk, command, 32)
    assert stands(kiosk, command) == (CommandState.FAILED, NO_ANSWER)
    with kiosk.read() as tx:
        assert tx.screenshots.get("kiosk-1") is None


def test_a_command_that_expired_unsent_is_not_sent_however_late_the_clock_is(kiosk: Store) -> None:
    """A relay must not switch when nobody expects it any more."""
    ask(kiosk)
    assert send(kiosk, LASTS.total_seconds()) == []


def test_what_found_no_way_out_waits_again(kiosk: Store) -> None:
    """But not what has failed, or was answered, in the meantime."""
    command = ask(kiosk)
    taken = send(kiosk)
    with kiosk.write() as tx:
        put_back(tx, taken)
    assert stands(kiosk, command)[0] is CommandState.WAITING
    taken = send(kiosk)
    pass_time(kiosk, 40)
    with kiosk.write() as tx:
        put_back(tx, taken)
    assert stands(kiosk, command) == (CommandState.FAILED, NO_ANSWER)


def test_the_same_command_is_not_given_twice_while_it_is_open(kiosk: Store) -> None:
    """A double tap asks once; after the answer one may ask again."""
    command = ask(kiosk)
    assert ask(kiosk, 1).id == command.id
    send(kiosk)
    assert ask(kiosk, 2).id == command.id
    answer(kiosk, command)
    assert ask(kiosk, 3).id != command.id


def test_another_devices_answer_is_none(kiosk: Store) -> None:
    """Nor is one to a command that is no row: ``resend`` is derived from stored gaps."""
    command = ask(kiosk)
    send(kiosk)
    for device, about in (("kiosk-2", command.id), ("kiosk-1", uuid7())):
        result = CommandResult(id=uuid7(), ts=T0, boot=uuid7(), seq=1, command=about, ok=True)
        with kiosk.write() as tx:
            assert not hear_answer(tx, device, result, at(2))
    assert stands(kiosk, command)[0] is CommandState.SENT


@pytest.mark.parametrize("picture", ["", "AAAA", "A", base64.b64encode(b"GIF89a......").decode()])
def test_what_is_no_picture_is_not_kept(kiosk: Store, picture: str) -> None:
    """It would be served to a browser."""
    command = ask(kiosk)
    send(kiosk)
    answer(kiosk, command, picture=picture)
    assert stands(kiosk, command) == (CommandState.FAILED, "bad_picture")


def test_a_picture_is_replaced_by_the_next_and_forgotten_after_a_day(kiosk: Store) -> None:
    """A day after the newest one, not the first."""
    first = ask(kiosk)
    send(kiosk)
    answer(kiosk, first)
    second = ask(kiosk, 100)
    send(kiosk, 101)
    newer = WEBP + b"newer"
    answer(kiosk, second, 102, picture=base64.b64encode(newer).decode())
    day = PICTURES_KEPT.total_seconds()
    pass_time(kiosk, day + 50)
    with kiosk.read() as tx:
        assert tx.screenshots.get("kiosk-1") == newer
    pass_time(kiosk, day + 102)
    with kiosk.read() as tx:
        assert tx.screenshots.get("kiosk-1") is None
        assert tx.screenshots.times() == {}


def test_old_commands_are_forgotten(kiosk: Store) -> None:
    """After a week, with the next one."""
    old = ask(kiosk)
    ask(kiosk, (KEPT + timedelta(seconds=1)).total_seconds())
    with kiosk.read() as tx:
        assert tx.commands.get(old.id) is None


@pytest.mark.parametrize(
    ("give", "problem"),
    [
        (lambda store: ask(store, device="kiosk-9"), NotFound),
        (lambda store: ask(store, colour="red"), InvalidInput),
        (lambda store: ask(store, first="many"), InvalidInput),
    ],
)
def test_a_command_that_nobody_could_obey_is_not_kept(
    kiosk: Store, give: Callable[[Store], object], problem: type[Exception]
) -> None:
    """No such device; parameters that the contract does not know, or of another type."""
    with pytest.raises(problem):
        give(kiosk)
    assert send(kiosk) == []


def test_two_processes_send_each_command_once(kiosk: Store) -> None:
    """What one has taken the other does not see, once it is kept."""
    commands = [ask(kiosk, first=number) for number in range(30)]
    taken = [one.id for _ in range(3) for one in send(kiosk)]
    assert sorted(taken) == sorted(command.id for command in commands)


def switch(store: Store, **parameters: object) -> DeviceCommand:
    """Tell a device something other than a picture."""
    kind = CommandKind.SET_POINT if "celsius" in parameters else CommandKind.SWITCH
    with store.write() as tx:
        return command_device(tx, "kiosk-1", kind, Deciding(actor="张强", at=at(0), ids=uuid7), parameters)


@pytest.mark.parametrize(
    ("parameters", "readings", "state", "problem"),
    [
        ({"which": "lights", "to": "on"}, {"lights": "on"}, CommandState.DONE, ""),
        ({"which": "lights", "to": "cycle"}, {"lights": "on"}, CommandState.DONE, ""),
        ({"which": "lights", "to": "off"}, {"lights": "on"}, CommandState.FAILED, UNCONFIRMED),
        ({"which": "lights", "to": "on"}, None, CommandState.FAILED, UNCONFIRMED),
        ({"which": "ac", "celsius": 24.0}, {"ac_set_point": 24.0}, CommandState.DONE, ""),
        ({"which": "ac", "celsius": 24.0}, {"ac_set_point": 22.0}, CommandState.FAILED, UNCONFIRMED),
    ],
)
def test_a_switch_or_set_point_counts_only_when_the_device_reports_it(
    kiosk: Store, parameters: dict[str, object], readings: dict[str, float | str], state: CommandState, problem: str
) -> None:
    """A yes alone may come from a relay whose contacts are burnt (issue: no silent success)."""
    command = switch(kiosk, **parameters)
    send(kiosk)
    answer(kiosk, command, picture="", readings=readings)
    assert stands(kiosk, command) == (state, problem)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"to": "on"}, "which"), ({"which": "lights"}, "to"), ({"which": "ac", "celsius": 99.0}, "parameters")],
)
def test_a_command_that_lacks_something_is_never_a_row(kiosk: Store, parameters: dict[str, object], field: str) -> None:
    """Who gives it learns at once which field is wrong."""
    with pytest.raises(InvalidInput) as caught:
        switch(kiosk, **parameters)
    assert caught.value.field == field
    assert send(kiosk) == []
