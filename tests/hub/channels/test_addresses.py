"""A file of addresses is read by nobody else, and told whole what is wrong in it without a secret."""

from pathlib import Path

import pytest

from devices.settings import BadSettings
from hub.channels.addresses import KNOWN_GROUPS, Address, read_addresses
from hub.channels.apprise import misunderstood
from hub.usecases.call_outside import GROUPS


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    """Write the file."""
    path = folder / "addresses.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def wrong(path: Path) -> str:
    """Return what is said of a file."""
    with pytest.raises(BadSettings) as told:
        read_addresses(path, misunderstood)
    return str(told.value)


def test_each_address_has_a_name_that_may_be_shown(tmp_path: Path) -> None:
    """And no text of it holds the address."""
    text = 'xiaoli = ["wecombot://k1", "ntfys://h.example/t1", "ntfys://h.example/t2"]\n"小王" = ["feishu://f1"]\n'
    book = read_addresses(written(tmp_path, text + '[groups]\nleads = ["dingtalk://d1"]\n'), misunderstood)
    assert [(one.owner, one.name) for one in book.all()] == [
        ("xiaoli", "wecombot"),
        ("xiaoli", "ntfys"),
        ("xiaoli", "ntfys 2"),
        ("小王", "feishu"),
        ("leads", "dingtalk"),
    ]
    assert book.of("xiaoli")[2] == Address("xiaoli", "ntfys 2", "ntfys://h.example/t2")
    assert book.of("nobody") == ()
    assert "t2" not in repr(book)
    assert set(GROUPS.values()) == set(KNOWN_GROUPS)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that puts it right."""
    path = written(tmp_path, 'xiaoli = ["wecombot://k1"]', mode)
    assert f"(mode {mode:04o}): type chmod 600 {path}" in wrong(path)


def test_every_mistake_is_told_at_once_with_its_line_and_no_secret(tmp_path: Path) -> None:
    """Also where somebody turned a line round."""
    text = """# who is reached where
xiaoli = ["bark://secret-one", "wecombot://"]
wang = "ntfys://secret-two@h/t"
"小赵" = []
"wecombot://secret-three" = ["zhao"]
double = ["feishu://secret4", "feishu://secret4"]

[groups]
leads = ["xiaoli"]
friends = ["feishu://secret5"]
"""
    said = wrong(written(tmp_path, text))
    assert [line.strip().split(" (")[0] for line in said.splitlines()[1:]] == [
        "line 2: xiaoli: address 1",
        "line 2: xiaoli: address 2",
        'line 3: wang: a list of addresses belongs here, such as ["ntfys://…"]',
        'line 4: 小赵: a list of addresses belongs here, such as ["ntfys://…"]',
        "line 5: a line's key: address 1",
        "line 6: double: an address stands twice",
        "line 9: groups.leads: address 1",
        "line 10: groups.friends: is no group: the hub knows leads, all",
    ]
    assert "secret" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('xiaoli = ["wecombot://secret', "is no TOML: see "),
        ('xiaoli = ["wecombot://secret"] "ntfys://secret"', "is no TOML: see line 1, column"),
        ('groups = ["wecombot://secret"]', "line 1: groups: is the table of groups"),
        ('[xiaoli]\nurl = "wecombot://secret"', "line 1: xiaoli: a list of addresses belongs here"),
        ("leads = ['feishu://secret']\n[groups]\nleads = ['feishu://secret']", "line 3: groups.leads: is the key of"),
        (f"xiaoli = {[f'feishu://secret{n}' for n in range(9)]}", "has 9 addresses, at most 8"),
    ],
)
def test_what_is_no_such_file_says_where_and_no_secret(tmp_path: Path, text: str, said: str) -> None:
    """TOML's own words may hold what stands there."""
    told = wrong(written(tmp_path, text))
    assert said in told
    assert "secret" not in told


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    """With the reason."""
    assert "cannot be read: No such file" in wrong(tmp_path / "none.toml")
    path = written(tmp_path, "")
    path.write_bytes(b"\xff\xfe")
    assert "is no UTF-8" in wrong(path)
