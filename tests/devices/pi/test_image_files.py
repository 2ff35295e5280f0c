"""Image files are judged by their first bytes before anything is unpacked."""

import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.pi.image_files import MAX_PIXELS, NotAnImage, image_size, load_image

PICTURE = np.arange(30 * 40 * 3, dtype=np.uint8).reshape(30, 40, 3)


def encoded(suffix: str, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = PICTURE, *how: int) -> bytes:
    """Return a picture as a file's content."""
    ok, data = cv2.imencode(suffix, picture, list(how))
    assert ok
    return bytes(data)


def claiming(width: int, height: int) -> bytes:
    """Return a tiny PNG that claims to be large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        encoded(".png"),
        encoded(".jpg"),
        encoded(".jpg", PICTURE, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        encoded(".webp"),
        encoded(".webp", PICTURE, cv2.IMWRITE_WEBP_QUALITY, 101),
        encoded(".webp", np.dstack([PICTURE, PICTURE[:, :, 0]]), cv2.IMWRITE_WEBP_QUALITY, 50),
        encoded(".bmp"),
    ],
)
def test_the_size_of_every_kind_of_image_is_read_from_its_first_bytes(data: bytes) -> None:
    """PNG, JPEG (plain and progressive), WebP (all three forms), BMP."""
    assert image_size(data) == (40, 30)


def test_an_image_is_read_as_it_is(tmp_path: Path) -> None:
    """Sixteen bits and transparency are kept."""
    deep = np.full((20, 30, 4), 40_000, np.uint16)
    cv2.imwrite(str(tmp_path / "deep.png"), deep)
    assert np.array_equal(load_image(tmp_path / "deep.png"), deep)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A kilobyte that claims 30 gigabytes of pixels costs nothing."""
    file = tmp_path / "bomb.png"
    file.write_bytes(claiming(100_000, 100_000))
    tracemalloc.start()
    with pytest.raises(NotAnImage, match="too large: 100000 x 100000 pixels"):
        load_image(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_the_largest_image_allowed_is_forty_million_pixels(tmp_path: Path) -> None:
    """One row more is refused by its header; this one is refused only because its pixels are missing."""
    (tmp_path / "most.png").write_bytes(claiming(8000, MAX_PIXELS // 8000))
    (tmp_path / "more.png").write_bytes(claiming(8000, MAX_PIXELS // 8000 + 1))
    with pytest.raises(NotAnImage, match="damaged"):
        load_image(tmp_path / "most.png")
    with pytest.raises(NotAnImage, match="too large"):
        load_image(tmp_path / "more.png")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"hello, world", "not a PNG, JPEG, WebP or BMP image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG, JPEG, WebP or BMP image"),
        (b"\x89PNG\r\n\x1a\n", "damaged at its beginning"),
        (b"\xff\xd8\xff", "damaged at its beginning"),
        (b"\xff\xd8 and then something else", "damaged at its beginning"),
        (b"RIFF0000WEBP", "damaged at its beginning"),
        (claiming(0, 5), "damaged at its beginning"),
        (encoded(".png")[:200], "damaged and cannot be unpacked"),
        (encoded(".jpg")[:600], "damaged and cannot be unpacked"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    """A text file with an image's name, a cut download, a drawing."""
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    with pytest.raises(NotAnImage, match=words):
        load_image(file)


def test_no_random_damage_does_worse_than_an_error(tmp_path: Path) -> None:
    """Bytes are changed and cut at random, also in the headers."""
    rng = np.random.default_rng(11)
    file = tmp_path / "picture"
    for kind in (".png", ".jpg", ".webp", ".bmp"):
        whole = np.frombuffer(encoded(kind), np.uint8)
        for _ in range(25):
            data = whole.copy()[: int(rng.integers(1, len(whole) + 1))]
            places = rng.integers(0, min(len(data), 200), 3)
            data[places] = rng.integers(0, 256, 3, dtype=np.uint8)
            file.write_bytes(data.tobytes())
            try:
                assert load_image(file).size <= 4 * MAX_PIXELS
            except NotAnImage:
                continue


def test_what_is_no_file_is_told_apart(tmp_path: Path) -> None:
    """Missing, a folder, a pipe that would never end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAnImage, match="there is no such file"):
        load_image(tmp_path / "gone.png")
    for name in ("", "pipe"):
        with pytest.raises(NotAnImage, match="not a file"):
            load_image(tmp_path / name)
