"""Any usual encoding is read; a wrong one is named, never turned into wrong names."""

import pytest

from hub.domain.errors import InvalidInput
from hub.guest_lists.encodings import decode

LIST = "姓名,单位\n欧阳娜,星河科技有限公司\n王伟,远帆电子\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_usual_encodings_of_chinese_lists_are_read(encoding: str) -> None:
    """UTF-8 with and without its mark, what Chinese Excel writes, and Excel's Unicode text."""
    assert decode(LIST.encode(encoding)) == LIST


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LIST.replace("欧阳", "歐陽").replace("单", "單").replace("电", "電").replace("远", "遠"), "big5hkscs"),
        ("name\nJürgen Müller\nZoë Äöü\n", "latin-1"),
        ("name\nПётр Иванов\n", "cp1251"),
        ("name\nÉmile\n", "cp1252"),
    ],
)
def test_a_wrong_encoding_is_a_clear_error_and_no_wrong_names(text: str, encoding: str) -> None:
    """Bytes that happen to be valid GB18030 are not taken for it."""
    with pytest.raises(InvalidInput) as wrong:
        decode(text.encode(encoding, "ignore"))
    assert wrong.value.field == "encoding"
    assert "UTF-8" in wrong.value.remedy


def test_one_broken_byte_in_utf_8_is_an_error_that_names_its_line() -> None:
    """The rest of the file is Chinese in UTF-8, which reads as rubbish in GB18030."""
    data = LIST.encode()
    broken = data[:-8] + b"\xff" + data[-8:]
    with pytest.raises(InvalidInput, match="encoding"):
        decode(broken)


def test_a_file_that_breaks_after_its_mark_is_an_error() -> None:
    """A mark is a promise."""
    with pytest.raises(InvalidInput, match="utf-8-sig"):
        decode(b"\xef\xbb\xbfname\n\xff\xfe\n")


def test_what_is_no_text_is_refused() -> None:
    """A picture, an executable or a database under the name of a list."""
    with pytest.raises(InvalidInput, match="control character"):
        decode(b"SQLite format 3\x00")
