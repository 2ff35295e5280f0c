"""Each role may do what its work needs, and nothing that another one's trust hangs on."""

import pytest

from hub.domain.permissions import FRESH, HAS, OF_ACCOUNTS, Part, Permission, allowed, parts_of
from hub.domain.task_kinds import Role
from tests.hub.on_duty import somebody

P = Permission


def test_every_permission_is_somebodys_and_every_part_has_some() -> None:
    """None is left out of the table."""
    assert set(HAS) == set(Part)
    assert allowed(Part) == set(Permission)
    assert all(HAS.values())


@pytest.mark.parametrize("part", [one for one in Part if one is not Part.ADMIN])
def test_only_an_admin_lets_people_have_accounts(part: Part) -> None:
    """And only an admin changes what holds for the whole house."""
    assert not HAS[part] & {P.ACCOUNTS, P.CONFIGURE}


def test_who_gives_rights_does_not_read_the_log_of_it_and_who_reads_it_changes_nothing() -> None:
    """An auditor sees no guest either."""
    assert P.AUDIT not in HAS[Part.ADMIN]
    assert HAS[Part.AUDITOR] == {P.AUDIT}


def test_service_staff_at_a_shared_tablet_take_nothing_out_and_overrule_nothing() -> None:
    """They look and serve."""
    assert HAS[Part.SERVICE] == {P.LOOK, P.SERVE}


def test_an_override_an_export_and_a_revocation_need_a_fresh_proof() -> None:
    """And so do accounts: whoever holds those holds everything."""
    assert {P.RULE, P.EXPORT, P.REVOKE, P.ACCOUNTS} == FRESH
    assert not FRESH & {P.LOOK, P.SERVE}


@pytest.mark.parametrize(
    ("role", "more"),
    [
        (Role.LOGISTICS, set()),
        (Role.EMERGENCY, set()),
        (Role.RECEPTIONIST, {P.RULE}),
        (Role.TECHNICIAN, {P.FIX}),
        (Role.SUPERVISOR, {P.RULE, P.LEAD, P.DECIDE, P.EXPORT, P.ISSUE, P.REVOKE}),
    ],
)
def test_what_the_list_of_staff_says_is_what_a_tablet_allows(role: Role, more: set[Permission]) -> None:
    """A team brings what its work needs; leading one of the teams is not leading the house."""
    person = somebody("小李", role, leads=frozenset({Role.LOGISTICS}))
    assert allowed(parts_of(person)) == {P.LOOK, P.SERVE} | more


def test_no_account_is_made_for_what_follows_from_the_list_of_staff() -> None:
    """Else somebody would lead the house who is not on its list."""
    assert set(OF_ACCOUNTS) == {Part.DESK, Part.TECHNICIAN, Part.ADMIN, Part.AUDITOR}
