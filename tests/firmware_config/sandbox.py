"""Runs a program under the filters of a systemd unit, without systemd: no other way shows that it still works.

``python -m tests.firmware_config.sandbox UNIT PROGRAM …``. What needs root or namespaces (ProtectSystem, PrivateUsers)
is left out. The filter of system calls, the ban on writable and executable memory, and on new privileges, are the
kernel's own, as systemd sets them.
"""

import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path

_PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE, _MDWE_REFUSE_EXEC_GAIN = 38, 65, 1
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


def main(arguments: list[str]) -> None:
    """Lock this process in, and become the program."""
    unit, *command = arguments
    settings = lines(Path(unit))
    libc = ctypes.CDLL(None, use_errno=True)
    if "yes" in settings.get("NoNewPrivileges", []):
        _done(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    if "yes" in settings.get("MemoryDenyWriteExecute", []):
        _done(libc.prctl(_PR_SET_MDWE, _MDWE_REFUSE_EXEC_GAIN, 0, 0, 0))
    _filter(settings.get("SystemCallFilter", []))
    os.execvp(command[0], command)  # noqa: S606 - the test's own command


def lines(unit: Path) -> dict[str, list[str]]:
    """Return the settings of a unit, each with its values in order."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def calls(group: str) -> set[str]:
    """Return the system calls of a group, as systemd on this machine knows it; a name without ``@`` is one call."""
    if not group.startswith("@"):
        return {group}
    told = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    words = [line.strip() for line in told.stdout.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return {name for word in words for name in calls(word)}


def allowed(filters: list[str]) -> set[str]:
    """Return the system calls that a unit's lines of filters leave: the first line allows, ``~`` takes away."""
    left = calls("@default")
    for line in filters:
        named = {one for group in line.removeprefix("~").split() for one in calls(group)}
        left = left - named if line.startswith("~") else left | named
    return left


def _filter(filters: list[str]) -> None:
    if not filters:
        return
    seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(_ERRNO | errno.EPERM)))
    for name in sorted(allowed(filters) | {"execve"}):
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            seccomp.seccomp_rule_add(context, ctypes.c_uint32(_ALLOW), ctypes.c_int(number), ctypes.c_uint(0))
    _done(seccomp.seccomp_load(context))


def _done(code: int) -> None:
    if code != 0:
        sys.exit(f"the kernel refused: {os.strerror(ctypes.get_errno() or -code)}")


if __name__ == "__main__":
    main(sys.argv[1:])
