"""``python -m kiosk decode``: what the QR codes in photographs say, one line for each image."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cv2.utils import logging as opencv_log

from devices.pi.image_files import NotAnImage, load_image
from kiosk.decode import read_still

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_SOME_FAILED = 1
_NO_FILES = 2


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """One image: the text of its code (None when none was read), the milliseconds it took, or why it failed."""

    file: Path
    text: str | None
    ms: float
    error: str | None = None

    @property
    def name(self) -> str:
        """Return the file's name as text, bytes that are no UTF-8 written as backslash codes."""
        return os.fsencode(self.file).decode("utf-8", "backslashreplace")

    def as_json(self) -> str:
        """Return one JSON object on one line; ``error`` is there only when there is one."""
        fields: dict[str, object] = {"file": self.name, "text": self.text, "ms": round(self.ms, 2)}
        if self.error is not None:
            fields["error"] = self.error
        return json.dumps(fields, ensure_ascii=False)

    def as_line(self) -> str:
        """Return a line of a table for people."""
        found = "-" if self.text is None else repr(self.text)
        return f"{self.ms:8.1f} ms  {self.name}  {found if self.error is None else f'! {self.error}'}"


def run(paths: Iterable[Path | str], *, as_json: bool, out: TextIO) -> int:
    """Decode images and folders of them, writing one line each as they are done.

    Returns the exit code: 0 when every file could be opened (read or not), 1 when any could not, 2 when there was
    nothing to open.
    """
    opencv_log.setLogLevel(opencv_log.LOG_LEVEL_SILENT)  # what is wrong with a file is told in its own line
    code = _NO_FILES
    for image in decode_paths(Path(path) for path in paths):
        code = _SOME_FAILED if image.error is not None or code == _SOME_FAILED else 0
        try:
            print(image.as_json() if as_json else image.as_line(), file=out, flush=True)
        except BrokenPipeError:
            _write_no_more(out)
            return code
    if code == _NO_FILES and not as_json:
        print(f"no images found (looked for {', '.join(sorted(SUFFIXES))})", file=out)
    return code


def _write_no_more(out: TextIO) -> None:
    """Let what still waits to be written go nowhere: the reader (such as ``head``) has seen enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, out.fileno())
    os.close(nowhere)


def decode_paths(paths: Iterable[Path]) -> Iterator[DecodedImage]:
    """Decode each file named and every image in each folder named (with its folders), in name order."""
    for path in paths:
        if path.is_dir():
            for found in _images_under(path):
                yield decode_file(found) if isinstance(found, Path) else found
        else:
            yield decode_file(path)


def decode_file(file: Path) -> DecodedImage:
    """Decode one image file. Never raises: what is wrong with the file is told in ``error``."""
    began = time.perf_counter()
    text, error = None, None
    try:
        text = read_still(load_image(file))
    except NotAnImage as problem:
        error = str(problem)
    return DecodedImage(file, text, (time.perf_counter() - began) * 1000, error)


def _images_under(folder: Path) -> Iterator[DecodedImage | Path]:
    """Give image files in name order, folder after folder; links to folders are not followed, so none is endless."""
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        folders.sort()
        yield from (Path(root, name) for name in sorted(names) if Path(name).suffix.lower() in SUFFIXES)
    for problem in closed:
        yield DecodedImage(Path(str(problem.filename)), None, 0.0, f"cannot be opened: {problem.strerror}")
