"""Passwords are kept so that a copy of the database gives none away soon (ASVS 11.4.2)."""

import pytest

from hub import passwords
from hub.passwords import hash_password, is_password


def test_only_the_password_itself_is_right_and_no_two_hashes_are_alike() -> None:
    """Each has a salt of its own, and the parameters stand in it."""
    one, two = hash_password("a sentence of mine"), hash_password("a sentence of mine")
    assert one != two
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password("a sentence of mine", one)
    assert not is_password("a sentence of mine ", one)


@pytest.mark.parametrize("kept", ["", "nonsense", "$argon2id$v=19$m=19456,t=2,p=1$x$y"])
def test_where_nothing_is_kept_no_password_is_right(kept: str) -> None:
    """Not even the one that is compared for a name that is nobody's."""
    assert not is_password("nobody's", kept)


def test_a_name_that_is_nobodys_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """One comparison with the same parameters, so that no answer comes sooner (ASVS 6.3.8)."""
    asked: list[str] = []
    real = passwords._HASHER.verify

    def verify(_: object, kept: str, text: str) -> bool:
        asked.append(kept)
        return real(kept, text)

    monkeypatch.setattr(type(passwords._HASHER), "verify", verify)
    is_password("x", "")
    is_password("x", hash_password("y"))
    assert [one.rpartition("$")[0].rpartition("$")[0] for one in asked] == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2
