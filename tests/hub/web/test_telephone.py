import pytest

from hub.web.telephone import Call


@pytest.mark.parametrize(
    ("shown", "href"),
    [
        ("138 0013 8000", "tel:13800138000"),
        ("+86 138-0013-8000", "tel:+8613800138000"),
        ("(0571) 8888.0000", "tel:057188880000"),
        ("0571-88880000 转 12", "tel:057188880000;ext=12"),
        ("+44 20 7946 0000 ext. 7", "tel:+442079460000;ext=7"),
        ("12345x8", "tel:12345;ext=8"),
    ],
)
def test_a_number_is_dialled_as_it_is_written(shown: str, href: str) -> None:
    """Signs that only people need are left out; an extension is dialled after it (RFC 3966)."""
    assert Call("", shown).href == href
