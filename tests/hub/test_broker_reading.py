"""A broker's configuration is read from the disk as it lies there."""

from pathlib import Path

import pytest

from hub.broker_reading import CannotRead, read_broker


def test_included_files_are_read_by_name_and_keep_their_place(tmp_path: Path) -> None:
    """Each line knows its own file and number, by which a person finds it."""
    folder = tmp_path / "conf.d"
    folder.mkdir()
    (folder / "b.conf").write_text("\nlistener 2\n")
    (folder / "a.conf").write_text("listener 1\n")
    path = tmp_path / "mosquitto.conf"
    path.write_text(f"include_dir {folder}\nlistener 3\n")
    found, _ = read_broker(path)
    assert [one.line.where for one in found.listeners] == [f"{folder}/a.conf:1", f"{folder}/b.conf:2", f"{path}:2"]


def test_keys_are_looked_at_and_never_read(tmp_path: Path) -> None:
    """Passwords and the access list are judged by what they say, a key by who may read it."""
    for name in ("key", "list"):
        (tmp_path / name).write_text("words")
    (tmp_path / "key").chmod(0o604)
    path = tmp_path / "mosquitto.conf"
    path.write_text(f"listener 1\nkeyfile {tmp_path}/key\nacl_file list\n")
    _, files = read_broker(path)
    assert (files[f"{tmp_path}/key"].text, files[f"{tmp_path}/key"].mode) == ("", 0o604)
    assert files["list"].text == "words"


def test_what_is_missing_or_no_file_is_said(tmp_path: Path) -> None:
    """For each file that the configuration names."""
    (tmp_path / "folder").mkdir()
    path = tmp_path / "mosquitto.conf"
    path.write_text("listener 1\nkeyfile missing\nacl_file folder\n")
    _, files = read_broker(path)
    assert "No such file" in files["missing"].problem
    assert "is no file" in files["folder"].problem


@pytest.mark.parametrize(
    ("text", "said"),
    [("include_dir {folder}/missing", "missing cannot be read"), ("include_dir {folder}", "again and again")],
)
def test_a_configuration_that_cannot_be_read_whole_is_not_judged(tmp_path: Path, text: str, said: str) -> None:
    """What the rest says may be undone by what could not be read."""
    path = tmp_path / "mosquitto.conf"
    path.write_text(text.format(folder=tmp_path) + "\n")
    with pytest.raises(CannotRead, match=said):
        read_broker(path)
    with pytest.raises(CannotRead, match="cannot be read"):
        read_broker(tmp_path / "nothing.conf")
