"""``python -m kiosk decode``: one line for each image, whatever the files are."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.decode_images import decode_file, decode_paths, run
from tests.pictures import CODE, qr, qr_file, wall

BLANK = wall((200, 120))


def lines(*paths: Path | str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command for JSON and return its exit code and lines."""
    out = io.StringIO()
    code = run(paths, as_json=True, out=out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_image_gives_one_json_line_with_file_text_and_milliseconds(tmp_path: Path) -> None:
    """The form is fixed: other programs read it."""
    file = qr_file(tmp_path)
    code, (line,) = lines(file)
    assert code == 0
    assert list(line) == ["file", "text", "ms"]
    assert (line["file"], line["text"]) == (str(file), CODE)
    assert 0 < line["ms"] < 60_000


def test_an_image_without_a_code_is_no_error(tmp_path: Path) -> None:
    """The text is null and the exit code 0: the file could be opened."""
    cv2.imwrite(str(tmp_path / "blank.png"), BLANK)
    code, (line,) = lines(tmp_path / "blank.png")
    assert code == 0
    assert line["text"] is None
    assert "error" not in line


def test_a_folder_is_searched_with_its_folders_in_name_order(tmp_path: Path) -> None:
    """Every kind of image is taken, whatever the case of its suffix; other files are left alone."""
    for name in ("b.jpg", "a.PNG", "z/c.webp", "d/e/f.jpeg", "d/g.bmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), qr(name.upper().replace("/", "-")))
    (tmp_path / "notes.txt").write_text("no image")
    code, found = lines(tmp_path)
    assert code == 0
    assert [Path(line["file"]).relative_to(tmp_path).as_posix() for line in found] == [
        "a.PNG",
        "b.jpg",
        "d/g.bmp",
        "d/e/f.jpeg",
        "z/c.webp",
    ]
    assert [line["text"] for line in found] == ["A.PNG", "B.JPG", "D-G.BMP", "D-E-F.JPEG", "Z-C.WEBP"]


def test_files_that_are_no_images_are_told_and_the_others_still_read(tmp_path: Path) -> None:
    """The exit code 1 says that something was wrong, the line says what."""
    good = qr_file(tmp_path)
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "cut.png").write_bytes(good.read_bytes()[:150])
    code, found = lines(tmp_path, tmp_path / "gone.png", good)
    assert code == 1
    told = {Path(line["file"]).name: (line["text"], line.get("error")) for line in found}
    assert told.pop("code.png") == (CODE, None)
    assert set(told) == {"text.png", "empty.jpg", "cut.png", "gone.png"}
    assert all(text is None and error for text, error in told.values())
    assert "no such file" in str(told["gone.png"][1])
    assert found[-1]["text"] == CODE


def test_nothing_to_open_is_exit_code_two(tmp_path: Path) -> None:
    """An empty folder is most likely the wrong folder."""
    (tmp_path / "notes.txt").write_text("no image")
    assert lines(tmp_path) == (2, [])
    out = io.StringIO()
    assert run([tmp_path], as_json=False, out=out) == 2
    assert "no images found" in out.getvalue()


def test_a_text_with_control_characters_and_chinese_survives_json(tmp_path: Path) -> None:
    """One line stays one line."""
    text = "迎宾\r\n\x01\x1d\x00 – 2"
    cv2.imwrite(str(tmp_path / "odd.png"), qr(text.encode(), error="m"))
    _, (line,) = lines(tmp_path)
    assert line["text"] == text


def test_the_table_for_people_is_one_line_an_image(tmp_path: Path) -> None:
    """Time, file, and the text, a dash or what was wrong."""
    cv2.imwrite(str(tmp_path / "a.png"), qr("two\nlines", error="m"))
    cv2.imwrite(str(tmp_path / "b.png"), BLANK)
    (tmp_path / "c.png").touch()
    out = io.StringIO()
    assert run([tmp_path], as_json=False, out=out) == 1
    first, second, third = out.getvalue().splitlines()
    assert first.endswith(r"a.png  'two\nlines'")
    assert second.endswith("b.png  -")
    assert third.endswith("c.png  ! the file is empty")


def test_a_file_name_that_is_no_text_is_written_with_codes(tmp_path: Path) -> None:
    """File names are bytes; JSON is text."""
    name = os.fsdecode(b"caf\xe9.png")
    qr_file(tmp_path).replace(tmp_path / name)
    _, (line,) = lines(tmp_path)
    assert line["file"].endswith(r"caf\xe9.png")
    assert line["text"] == CODE


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    """Links to folders are not followed."""
    qr_file(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(list(decode_paths([tmp_path]))) == 1


def test_a_picture_that_claims_too_many_pixels_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """The whole command goes on."""
    ok, data = cv2.imencode(".bmp", np.zeros((2, 2, 3), np.uint8))
    assert ok
    large = bytes(data[:18]) + (200_000).to_bytes(4, "little") * 2 + bytes(data[26:])
    (tmp_path / "large.bmp").write_bytes(large)
    found = decode_file(tmp_path / "large.bmp")
    assert found.error == "too large: 200000 x 200000 pixels, make it 40 million or less"
    assert found.text is None


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, form: list[str]) -> None:
    """``| head -1`` ends quietly."""
    for number in range(5):
        qr_file(tmp_path, name=f"{number}.png")
    command = [sys.executable, "-m", "kiosk", "decode", str(tmp_path), *form]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert complaint == ""
