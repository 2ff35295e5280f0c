"""A supervisor keeps the list of people: each change under their name, each mistake by its field (I12)."""

from collections.abc import Callable

import pytest

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.staff import CodeKind, Staff, Tablet, signed_in
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import TaskState
from hub.domain.words import Language
from hub.ports import Store, Transaction
from hub.usecases.change_staff import Described, add_person, change_person, retire_person, return_person
from hub.usecases.enrol_device import hash_of
from hub.usecases.sign_in import begin_duty, give_badge, sign_in
from hub.usecases.work_task import accept_task
from tests.hub.build import T0, furnished
from tests.hub.on_duty import somebody
from tests.hub.usecases.rostering import LI, WANG, WU
from tests.hub.usecases.test_attend_tasks import look, raised
from tests.hub.usecases.working import by

Step = Callable[[Transaction], object]
WHO = by("王姐", T0)
TOKEN = hash_of("a long random secret")


@pytest.fixture
def house(store: Store) -> Store:
    """Give a house with a supervisor, a receptionist at work, and a technician."""
    with furnished(store).write() as tx:
        tx.staff.put([WANG, LI, WU])
        begin_duty(tx, "小李", "test", by("小李", T0))
    return store


def described(**changes: object) -> Described:
    """Say what a new receptionist is."""
    told = {"name": " 小 赵 ", "roles": frozenset({"receptionist"}), "zones": frozenset({"hall", "1"})}
    return Described(**told | {"skills": ("en", " 茶艺 ", ""), "language": "en"} | changes)  # type: ignore[arg-type]


def people(store: Store) -> dict[str, Staff]:
    """Return everybody by key."""
    with store.read() as tx:
        return {one.key: one for one in tx.staff.all()}


def test_a_person_is_added_as_described_and_the_log_names_who_did_it(house: Store) -> None:
    """With a key of their own; the next one gets the next."""
    with house.write() as tx:
        made = add_person(tx, described(), WHO)
        second = add_person(tx, described(name="小钱"), WHO)
    kept = people(house)[made.key]
    assert (kept.name, kept.roles, kept.zones) == ("小 赵", frozenset({Role.RECEPTIONIST}), frozenset({"hall", "1"}))
    assert (kept.skills, kept.language, kept.by_hand) == (frozenset({"en", "茶艺"}), Language.EN, True)
    assert (made.key, second.key) == ("staff-1", "staff-2")
    with house.read() as tx:
        (one,) = tx.records.audited("staff-1 receptionist", T0, 9)
    assert (one.actor, one.action) == ("王姐", "staff.add")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "小李"}, "name"),
        ({"roles": frozenset()}, "roles"),
        ({"roles": frozenset({"waiter"})}, "roles"),
        ({"leads": frozenset({"waiter"})}, "leads"),
        ({"zones": frozenset({"roof"})}, "zones"),
        ({"skills": ("x" * 31,)}, "skills"),
        ({"language": "fr"}, "language"),
        ({"pager": "Pager 1"}, "pager"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_kept(
    house: Store, changes: dict[str, object], field: str
) -> None:
    """Also a name that is another's already."""
    with pytest.raises(InvalidInput) as refused, house.write() as tx:
        add_person(tx, described(**changes), WHO)
    assert refused.value.field == field
    assert refused.value.remedy
    assert len(people(house)) == 3


def test_a_pager_is_worn_by_one(house: Store) -> None:
    """Its wearer may keep it when something else of them changes."""
    with house.write() as tx:
        made = add_person(tx, described(pager="pager-1"), WHO)
        change_person(tx, made.key, described(pager="pager-1", name="小孙"), WHO)
    with pytest.raises(InvalidInput), house.write() as tx:
        add_person(tx, described(pager="pager-1"), WHO)


def test_who_is_at_work_keeps_their_name_and_all_else_can_change(house: Store) -> None:
    """Everybody is known by it while they work (decision 42)."""
    with pytest.raises(InvalidInput) as refused, house.write() as tx:
        change_person(tx, "li", described(), WHO)
    assert refused.value.field == "name"
    with house.write() as tx:
        change_person(tx, "li", described(name="小李", roles=frozenset({"logistics"})), WHO)
        change_person(tx, "wu", described(name="吴工"), WHO)
    assert (people(house)["li"].roles, people(house)["wu"].name) == (frozenset({Role.LOGISTICS}), "吴工")


def test_who_leaves_is_off_at_once_and_no_code_of_theirs_signs_in(house: Store) -> None:
    """Their tablet is free, their task somebody else's; taken back, their badge is good again."""
    task = raised(house, TaskKind.HELP)
    with house.write() as tx:
        give_badge(tx, LI, "B-7791-2204", WHO)
        tx.duties.put_tablet(signed_in(Tablet(id="tab-1", name="大堂平板", joined_at=T0), "小李", T0), TOKEN)
        accept_task(tx, task.id, "小李", T0)
        retire_person(tx, "li", WHO)
    assert look(house, task).state is TaskState.NEW
    with house.write() as tx:
        assert tx.duties.get("小李") is None
        assert [one.person for one in tx.duties.tablets()] == [""]
        assert sign_in(tx, TOKEN, "B-7791-2204", by("tablet", T0)) is None
        return_person(tx, "li", WHO)
        assert sign_in(tx, TOKEN, "B-7791-2204", by("tablet", T0)) is not None
        assert tx.staff.coded()["li"] == {CodeKind.BADGE}


def test_the_last_supervisor_stays_one(house: Store) -> None:
    """Else nobody could change anything; with a second one the first may go."""
    steps: tuple[Step, ...] = (
        lambda tx: retire_person(tx, "wang", WHO),
        lambda tx: change_person(tx, "wang", described(name="王姐"), WHO),
    )
    for step in steps:
        with pytest.raises(InvalidInput) as refused, house.write() as tx:
            step(tx)
        assert refused.value.field == "roles"
    with house.write() as tx:
        add_person(tx, described(roles=frozenset({"supervisor"})), WHO)
        retire_person(tx, "wang", WHO)
    assert not people(house)["wang"].active


def test_the_first_person_of_a_house_is_a_supervisor(store: Store) -> None:
    """Nobody else could add the second one."""
    with furnished(store).write() as tx:
        tx.staff.put([somebody("旧人", key="old", active=False)])
    with pytest.raises(InvalidInput) as refused, store.write() as tx:
        add_person(tx, described(), WHO)
    assert refused.value.field == "roles"
    with store.write() as tx:
        assert add_person(tx, described(roles=frozenset({"supervisor"})), WHO).active


def test_whoever_is_not_there_cannot_be_changed(house: Store) -> None:
    """Neither one that never was, nor one who has left; and who is here cannot come back."""
    with house.write() as tx:
        retire_person(tx, "wu", WHO)
    steps: tuple[Step, ...] = (
        lambda tx: change_person(tx, "nobody", described(), WHO),
        lambda tx: retire_person(tx, "wu", WHO),
        lambda tx: return_person(tx, "li", WHO),
    )
    for step in steps:
        with pytest.raises(NotFound), house.write() as tx:
            step(tx)
