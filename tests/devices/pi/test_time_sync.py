import subprocess

from devices.pi.time_sync import is_clock_set


def test_the_status_bit_is_where_the_kernel_puts_it() -> None:
    """Python's own view of the same call: a small C program would read the same word."""
    code = (
        "import ctypes\n"
        "class T(ctypes.Structure):\n"
        " _fields_=[('modes',ctypes.c_uint),('offset',ctypes.c_long),('freq',ctypes.c_long),"
        "('maxerror',ctypes.c_long),('esterror',ctypes.c_long),('status',ctypes.c_int),('rest',ctypes.c_byte*240)]\n"
        "t=T(); ctypes.CDLL(None).adjtimex(ctypes.byref(t)); print(int(not t.status & 0x40))"
    )
    answer = subprocess.run(["python3", "-c", code], capture_output=True, text=True, check=True)
    assert is_clock_set() == bool(int(answer.stdout))
