"""A list becomes rows; everything wrong with it is told with line, field, problem and remedy."""

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.guests import Diet
from hub.domain.words import Language, Words
from hub.guest_lists import read
from tests.hub.imports import listed, workbook

WHOLE = (
    "姓名,称呼,职务,单位,语言,手机,邮箱,忌口,无障碍,同行,VIP,接待人,座位,编号\n"
    "李雅瑶,,总经理,知行商学院,,+86 138 0013 8000,Li@Zhixing.example,素食,轮椅,P1,是,林芷安,A区3排5号,G1\n"
)


def test_every_column_reaches_its_field() -> None:
    """In Chinese."""
    (row,) = listed(WHOLE).rows
    assert (row.line, row.name, row.salutation, row.title) == (2, "李雅瑶", Words("李总", "李雅瑶"), "总经理")
    assert (row.company, row.language, row.phone) == ("知行商学院", Language.ZH, "+86 138 0013 8000")
    (liked,) = listed(WHOLE.replace("编号", "编号,饮品").replace("G1", "G1,绿茶 不加糖")).rows
    assert (row.drink, liked.drink) == ("", "绿茶 不加糖")
    assert (row.email, row.diets, row.step_free) == ("li@zhixing.example", frozenset({Diet.VEGETARIAN}), True)
    assert (row.party, row.vip, row.host, row.seat, row.row_id) == ("P1", True, "林芷安", "A-3-5", "G1")

    (ranked,) = listed(WHOLE.replace(",是,", ",2,")).rows
    assert [(one.vip, one.vip_level) for one in (row, ranked)] == [(True, 0), (True, 2)]


def test_english_headers_and_workbooks_say_the_same() -> None:
    """The kind of file does not matter."""
    english = (
        "Name *,Salutation,Job Title,Company,Language,Phone,E-mail,Diet (optional),Access,Party,VIP,Host,Seat,ID\n"
        + WHOLE.splitlines()[1]
    )
    cells = [line.split(",") for line in WHOLE.splitlines()]
    assert listed(english).rows == listed(WHOLE).rows == read(workbook(cells)).rows


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_separating_sign_is_found(sign: str) -> None:
    """Comma, semicolon or tab; the others may stand in the texts."""
    found = listed(f'姓名{sign}单位\n王伟{sign}"A, B; C"\n李娜{sign}D\n')
    assert [(row.name, row.company) for row in found.rows] == [("王伟", "A, B; C"), ("李娜", "D")]


def test_the_language_follows_the_script_of_the_name_unless_it_is_said() -> None:
    """王伟 reads Chinese, John Smith English, and who says so the other."""
    found = listed("name,language\n王伟,\nJohn Smith,\n李娜,EN\n")
    assert [row.language for row in found.rows] == [Language.ZH, Language.EN, Language.EN]


def test_a_list_may_begin_with_its_own_title_and_hold_empty_lines() -> None:
    """Lines are counted as an editor shows them."""
    found = listed("新品发布会嘉宾名单,\n\n姓名,单位\n,\n王伟,星河\n")
    assert [(row.line, row.name) for row in found.rows] == [(5, "王伟")]


def test_names_may_come_in_two_columns() -> None:
    """As western lists have them, or as Chinese ones do."""
    assert listed("First Name,Last Name,Gender\nJane,van Dyke,F\n").rows[0].salutation.en == "Ms van Dyke"
    assert listed("姓,名\n欧阳,娜\n").rows[0].name == "欧阳娜"


def test_every_mistake_of_a_row_is_told_with_line_field_and_remedy() -> None:
    """The field is called what the list calls it."""
    found = listed("姓名,邮箱,VIP\n王伟,a@b.cn,是\n,nobody,maybe\n李娜,=cmd|x,\n")
    assert [row.name for row in found.rows] == ["王伟"]
    assert [(finding.line, finding.field) for finding in found.findings] == [
        (3, "姓名"),
        (3, "邮箱"),
        (3, "VIP"),
        (4, "邮箱"),
    ]
    assert all(finding.problem and finding.remedy for finding in found.findings)
    assert found.total == 3


def test_without_a_column_of_names_the_error_says_what_is_there_and_what_is_needed() -> None:
    """Missing columns."""
    with pytest.raises(InvalidInput) as wrong:
        listed("单位,电话\n星河,1\n")
    assert "'单位', '电话'" in wrong.value.problem
    assert "姓名 or name" in wrong.value.remedy


def test_two_columns_for_one_thing_are_an_error() -> None:
    """Nobody could say which one counts."""
    with pytest.raises(InvalidInput, match="both mean company"):
        listed("姓名,单位,Company\n王伟,a,b\n")


def test_a_column_that_is_not_used_is_a_warning() -> None:
    """A mere row number is not an id: it changes when the list is sorted."""
    found = listed("序号,姓名\n1,王伟\n")
    assert [(finding.field, finding.warning) for finding in found.findings] == [("序号", True)]
    assert found.rows[0].row_id == ""


def test_a_cell_too_many_is_told() -> None:
    """A comma in a company's name without quotation marks would shift everything."""
    found = listed("姓名,单位\n王伟,A, B Ltd\n")
    assert found.rows == ()
    assert "3 cells" in found.findings[0].problem


def test_a_quotation_mark_that_never_ends_is_told() -> None:
    """It swallows the lines below, and no guest is made of them."""
    found = listed('姓名,单位\n"王伟,星河\n李娜,远帆\n')
    assert found.rows == ()
    assert "line break" in found.findings[0].problem
    with pytest.raises(InvalidInput, match="cannot be read on from line 2"):
        listed('姓名,单位\n"王伟,星河\n' + "李娜,远帆\n" * 30_000)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        ("姓名,单位\n".encode(), "no guests"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old Excel"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "encoding|no text"),
        (b"{}", "no column with the guests' names"),
        (bytes(65 << 20), "larger than 64 MB"),
    ],
)
def test_a_file_that_is_no_list_is_a_clear_error(data: bytes, message: str) -> None:
    """Whatever its name says."""
    with pytest.raises(InvalidInput, match=message):
        read(data)


def test_more_rows_than_a_venue_has_guests_are_refused() -> None:
    """Reading ends there."""
    with pytest.raises(InvalidInput, match="more than 100,000 rows"):
        listed("姓名\n" + "王伟\n" * 100_001)


def test_codes_of_the_venue_are_taken_with_care() -> None:
    """A long one is taken, a short one with a warning; a tiny or a damaged one is refused."""
    found = listed("姓名,code\na,k8ssjkzs9anxtz8m\nb,10023\nc,77\nd,Y1AAAAAAAAAAAAAAAAAAAAAA\n")
    assert [row.code for row in found.rows] == ["k8ssjkzs9anxtz8m", "10023"]
    assert [(finding.line, finding.warning) for finding in found.findings] == [(3, True), (4, False), (5, False)]


def test_two_rows_of_one_guest_have_one_source_key() -> None:
    """Case, blanks and the look of a number do not matter; an id of the list's own decides where there is one."""
    same = listed("name,company,phone\nJohn  Smith,ACME,+86 138-0013-8000\njohn smith,Acme,+86 13800138000\n").rows
    assert same[0].source_key() == same[1].source_key()
    assert "mith" not in same[0].source_key()
    assert listed("name,id\nJohn,7\n").rows[0].source_key() == "id:7"
