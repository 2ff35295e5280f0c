import pytest

from hub.domain.masks import digits_of, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("王伟", "王*"),
        ("欧阳修", "欧阳*"),
        ("欧阳女侠", "欧阳**"),
        ("John Smith", "J*** S****"),
        ("沈若川 Shen Ruochuan", "沈** S*** R*******"),
        ("阿卜杜拉·买买提", "阿*******"),
    ],
)
def test_of_a_name_only_its_bearer_can_read_the_rest(name: str, masked: str) -> None:
    """The family name of a Chinese name, the first letters of others (G9)."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("0512 1234567", "051****4567"),
        ("1234567", "****4567"),
        ("123456", ""),
        ("", ""),
    ],
)
def test_of_a_number_so_much_is_left_that_its_owner_knows_it(phone: str, masked: str) -> None:
    """Of a very short one nothing, for nothing would be hidden."""
    assert mask_phone(phone) == masked


def test_a_chinese_mobile_is_the_same_with_and_without_the_country() -> None:
    """People type it either way."""
    assert digits_of("+86 138 0000 1234") == digits_of("0086-13800001234") == digits_of("138 0000 1234")
