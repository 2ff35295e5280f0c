"""``join``: what a technician sees at a device that joins. The code is typed or scanned, and never an argument."""

import getpass
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from devices.contract.joining import tidy_code
from devices.joining import CannotJoin, Joined, join

_TRIES = 3


def join_here(hub: str, folder: Path, usual: Path, typed: TextIO, out: TextIO) -> None:
    """Ask for the code, join, and say what comes of it. Raises CannotJoin, OSError.

    ``usual`` is the folder where settings look for what was told, unless they name another.
    At a terminal the code does not appear, and may be typed again when it was wrong. Ctrl-C ends it; nothing is kept.
    """

    def say(words: str) -> None:
        out.write(words + "\n")
        out.flush()

    def show(fingerprint: str) -> None:
        say(f"Compare with the hub's page, and let it in there 请与 hub 页面比对并批准: {fingerprint}")

    def ask(tries: int) -> Joined:
        try:
            return join(hub, _code(typed, say), folder, show, threading.Event().wait)
        except CannotJoin as problem:
            if not typed.isatty() or tries <= 1:
                raise
            say(f"{problem}\nType it again, or end with Ctrl-C 请重新输入，或按 Ctrl-C 结束")
            return ask(tries - 1)

    try:
        told = ask(_TRIES)
    except KeyboardInterrupt as stopped:
        raise CannotJoin("it was stopped, and nothing was kept 已停止，未保存任何内容") from stopped
    say(f"Joined: this is {told.device} in {told.site} from now on 已加入：本机现为 {told.site} 的 {told.device}")
    say("Its settings go by that, not by their own site, device and [broker].")
    say("设置以此为准，其中的 site、device 和 [broker] 不再起作用。")
    if folder != usual:
        say(f'Begin its settings with 请在设置文件开头写上: joined = "{folder}"')


def _code(typed: TextIO, say: Callable[[str], None]) -> str:
    """Return the code that is typed, piped in, or scanned: a scanner types the whole link, the code after its ``#``."""
    if not typed.isatty():
        say("Code 代码:")
        line = typed.readline()
    else:
        try:
            line = getpass.getpass("Code (not shown) 代码（不显示）: ")
        except EOFError:
            line = ""
    code = line.strip().rpartition("#")[2]
    say(f"{len(tidy_code(code))} letters and digits were typed 已输入 {len(tidy_code(code))} 个字符")
    return code
