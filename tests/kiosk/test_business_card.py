import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.cards import BusinessCard
from kiosk.business_card import LONGEST, read_card

WANG = BusinessCard(
    name="王建国", company="启明科技有限公司", title="总经理", phone="+86 138 0013 8000", email="wang@example.com"
)


def test_a_card_of_version_3_is_read_with_folded_lines_and_escaped_characters() -> None:
    """As phones export it."""
    text = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Smith;Mary;Ann;Dr.;\r\nFN:Dr. Mary Ann Smi\r\n th\r\n"
        "ORG:Smith\\, Jones\\; Partners;Research\r\nTITLE:Head of R&D\\nand more\r\n"
        "item1.TEL;TYPE=WORK,FAX:+44 20 1\r\nTEL;TYPE=WORK,VOICE:+44 20 7946 0000\r\nTEL;TYPE=CELL:+44 7700 900123\r\n"
        "EMAIL;TYPE=HOME:home@example.com\r\nEMAIL;TYPE=INTERNET,PREF:mary@example.com\r\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\nEND:VCARD\r\n"
    )
    assert read_card(text) == BusinessCard(
        name="Dr. Mary Ann Smith",
        company="Smith, Jones; Partners Research",
        title="Head of R&D and more",
        phone="+44 7700 900123",
        email="mary@example.com",
    )


def test_a_card_of_version_4_names_numbers_and_addresses_as_links() -> None:
    """RFC 6350, 6.4.1; a parameter in quotation marks may hold a colon."""
    text = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:王建国\nORG:启明科技有限公司\nTITLE;LANGUAGE=zh:总经理\n"
        'TEL;VALUE=uri;PREF=1;TYPE="voice,cell";X-NOTE="a:b":tel:+86 138 0013 8000;ext=1\n'
        "EMAIL:mailto:wang@example.com?subject=hello\nEND:VCARD"
    )
    assert read_card(text) == WANG


def test_a_card_of_version_2_1_is_read_in_quoted_printable_and_its_own_character_set() -> None:
    """Old phones: bare parameters, soft line breaks, GB2312, and a set that is named wrongly."""

    def quoted(text: str, charset: str) -> str:
        return "".join(f"={byte:02X}" for byte in text.encode(charset))

    company = quoted("启明科技有限公司", "utf-8")
    text = (
        f"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:{quoted('王;建国', 'gb2312')}\r\n"
        f"ORG;CHARSET=UTF-8;QUOTED-PRINTABLE:{company[:24]}=\r\n{company[24:]}\r\n"
        f"TITLE;ENCODING=QUOTED-PRINTABLE;CHARSET=NO-SUCH-SET:{quoted('总经理', 'gb18030')}\r\n"
        "TEL;WORK:+86 10 1234 5678\r\nTEL;CELL:+86 138 0013 8000\r\nEMAIL;INTERNET:wang@example.com\r\nEND:VCARD\r\n"
    )
    assert read_card(text) == WANG


def test_a_name_in_parts_is_put_together_as_it_is_said() -> None:
    """Family name first in Chinese, last in English."""
    chinese = read_card("BEGIN:VCARD\nVERSION:3.0\nN:王;建国;;;\nEND:VCARD")
    english = read_card("BEGIN:VCARD\nVERSION:3.0\nN:Smith;Mary;;Dr.;PhD\nEND:VCARD")
    assert chinese is not None
    assert english is not None
    assert (chinese.name, english.name) == ("王建国", "Dr. Mary Smith PhD")


def test_a_mecard_is_read_with_escaped_characters() -> None:
    """As printed on Chinese and Japanese business cards."""
    text = (
        "MECARD:N:王,建国;ORG:启明科技有限公司;TITLE:总经理;TEL:+86 138 0013 8000;"
        "EMAIL:wang@example.com;URL:https\\://example.com;NOTE:a\\;b;;"
    )
    assert read_card(text) == WANG
    escaped = read_card("mecard:N:O\\,Neil\\;X,Mary;ORG:A\\:B;;")
    assert escaped is not None
    assert (escaped.name, escaped.company) == ("Mary O,Neil;X", "A:B")


def test_a_company_s_card_goes_by_the_company_s_name() -> None:
    """There is always somebody to thank."""
    card = read_card("BEGIN:VCARD\nVERSION:3.0\nORG:Acme\nEND:VCARD")
    assert card is not None
    assert card.name == card.company == "Acme"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Y10123456789ABCDEFGHJKMX",
        "https://example.com/BEGIN:VCARD\n",
        "BEGIN:VCARD",
        "BEGIN:VCARD\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:3.0\nTEL:1\nEND:VCARD",
        "BEGIN:VCARD\nEND:VCARD\nFN:After the end",
        "BEGIN:VCALENDAR\nFN:x\n",
        "MECARD:",
        "MECARD:TEL:1;;",
        "BEGIN:VCARD\nFN:" + "x" * LONGEST,
    ],
)
def test_what_is_no_card_is_none(text: str) -> None:
    """It goes on to be looked up as a code."""
    assert read_card(text) is None


def test_hostile_values_are_cut_and_cleaned_and_what_is_no_number_or_address_is_left_out() -> None:
    """No control characters, no change of direction, nothing longer than the contract allows."""
    text = (
        f"BEGIN:VCARD\nFN:\x1b[31mEve\x00\u202e\u200b<script>alert(1)</script>{'x' * 3000}\n"
        f"ORG:'; DROP TABLE guests; --\nTEL:{'9' * 60}\nTEL:call me\nEMAIL:<a@b>@c\nEMAIL:no address\nEND:VCARD"
    )
    card = read_card(text)
    assert card is not None
    assert card.name.startswith("[31mEve<script>")
    assert len(card.name) == 200
    assert card.company == "' DROP TABLE guests --"
    assert (card.phone, card.email) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCARD\n" + "FN;ENCODING=QUOTED-PRINTABLE:=" + "\n=" * 2000,
        "BEGIN:VCARD\n" + ";" * 4200 + ":",
        "BEGIN:VCARD\nFN:" + "\\" * 4200,
        "MECARD:" + "N:," * 1400,
        "BEGIN:VCARD\n" + " \n" * 2100,
    ],
)
def test_a_code_as_large_as_codes_get_is_read_in_linear_time(text: str) -> None:
    """Each is done within the test's own time limit; a backtracking reader would not be."""
    read_card(text[:4296])


@given(
    st.text(max_size=400), st.sampled_from(["BEGIN:VCARD\n", "MECARD:", "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:"])
)
def test_no_text_raises_and_no_card_breaks_the_contract(text: str, head: str) -> None:
    """Whatever is held up."""
    shuffled = list('FN:ORG;TEL=\\\r\n "' + text)
    random.Random(len(text)).shuffle(shuffled)
    for tried in (head + text, head + "".join(shuffled)):
        card = read_card(tried)
        if card is not None:
            values = (card.name, card.company, card.title, card.phone, card.email)
            assert card.name
            assert all(len(value) <= most for value, most in zip(values, (200, 200, 200, 40, 254), strict=True))
            assert not any(unicodedata.category(symbol)[0] == "C" for value in values for symbol in value)
