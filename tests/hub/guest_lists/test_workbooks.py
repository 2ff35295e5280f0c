"""XLSX: the first sheet as text; formulas are refused, bombs and rubbish are errors."""

import io
import zipfile

import pytest

from hub.domain.errors import InvalidInput
from hub.guest_lists import read
from hub.guest_lists.workbooks import workbook_rows
from tests.hub.imports import with_sheet, workbook

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}<sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>{}</sheetData></worksheet>'
)


def test_cells_come_as_a_person_reads_them() -> None:
    """A telephone number that Excel keeps as a number stays whole."""
    data = workbook([["姓名", "手机", "VIP"], ["王伟", 13800138000, True], ["李娜", 13900139000.0, 0.5]])
    assert list(workbook_rows(data)) == [
        (1, ("姓名", "手机", "VIP")),
        (2, ("王伟", "13800138000", "yes")),
        (3, ("李娜", "13900139000", "0.5")),
    ]


def test_a_formula_is_refused_even_when_its_stored_result_looks_harmless() -> None:
    """Its result is whatever the sender liked; it is never evaluated either."""
    row = '<row r="2"><c r="A2" t="str"><f>HYPERLINK("http://x","王伟")</f><v>王伟</v></c></row>'
    found = read(with_sheet(SHEET.format("", row)))
    assert found.rows == ()
    assert "like a formula" in found.findings[0].problem


def test_an_array_formula_is_refused_too() -> None:
    """It comes as an object, not as text."""
    row = '<row r="2"><c r="A2"><f t="array" ref="A2:A3">1+1</f><v>2</v></c></row>'
    assert read(with_sheet(SHEET.format("", row))).rows == ()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    """300 MB of zeros pack into 300 kB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(300):
            part.write(bytes(1 << 20))
    with pytest.raises(InvalidInput, match="would unpack to 300 MB"):
        read(out.getvalue())


def test_entities_that_explode_are_refused() -> None:
    """The billion laughs."""
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    with pytest.raises(InvalidInput, match="no readable XLSX"):
        read(with_sheet(laughs + SHEET.format("", row)))


def test_a_declared_size_is_not_believed() -> None:
    """A sheet that claims a million columns has two cells."""
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>王伟</t></is></c></row>'
    found = read(with_sheet(SHEET.format('<dimension ref="A1:XFD1048576"/>', row)))
    assert [guest.name for guest in found.rows] == ["王伟"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [('<row r="9999999"><c r="A9999999"/></row>', "lines"), ('<row r="2"><c r="ZZZ2"/></row>', "columns")],
)
def test_cells_far_out_are_refused(cell: str, message: str) -> None:
    """Filling the gap to them would take for ever."""
    with pytest.raises(InvalidInput, match=f"has more than .* {message}"):
        list(workbook_rows(with_sheet(SHEET.format("", cell))))


@pytest.mark.parametrize("cut", [100, 1_000, -200])
def test_a_truncated_workbook_is_a_clear_error(cut: int) -> None:
    """Half an upload."""
    with pytest.raises(InvalidInput, match="no readable XLSX"):
        read(workbook([["姓名"], ["王伟"]])[:cut])


def test_a_zip_that_is_no_workbook_is_a_clear_error() -> None:
    """As is a workbook without a sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InvalidInput, match="no readable XLSX"):
        read(out.getvalue())
