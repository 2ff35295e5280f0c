from pathlib import Path

import pytest

from devices.settings import BadSettings
from kiosk.config import read_config
from tests.kiosk.test_config import CONFIG, written


def test_a_kiosk_prints_nothing_unless_told_to(tmp_path: Path) -> None:
    """Most have no printer."""
    assert read_config(written(tmp_path))[0].printer.kind == "none"


@pytest.mark.parametrize("address", ["tcp://printer.hall:9100", "tcp://[fe80::1]:9100", "/dev/usb/lp0", "/dev/ttyS0"])
def test_a_printer_is_on_the_network_or_at_a_device_file(tmp_path: Path, address: str) -> None:
    """As its address says."""
    config = f'{CONFIG}[printer]\nkind = "escpos"\naddress = "{address}"\n'
    printer = read_config(written(tmp_path, config))[0].printer
    assert (printer.network() is None) is address.startswith("/")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('kind = "laser"', "printer.kind: 'laser' is none of none, escpos, cups, simulated"),
        ('kind = "cups"', "printer.queue: is missing; lpstat -e"),
        ('kind = "cups"\nqueue = "-x"', "printer.queue: '-x' does not match"),
        ('kind = "escpos"\naddress = "10.0.0.9"', "printer.address: '10.0.0.9' is neither"),
        ('kind = "escpos"\naddress = "tcp://10.0.0.9:99999"', "printer.address"),
        ('kind = "escpos"\naddress = "/dev/ttyS0"\nbaud = 300', "printer.baud: 300 is none of"),
        ('kind = "escpos"\nwidth_dots = 384\ndots_per_mm = 12', "printer.width_dots: makes slips of 32 mm"),
        ('kind = "escpos"\nfont = "no.ttf"', "printer.font: no file"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, lines: str, words: str) -> None:
    """At the start, and not when the first guest stands there."""
    with pytest.raises(BadSettings, match=words):
        read_config(written(tmp_path, f"{CONFIG}[printer]\n{lines}\n"))
