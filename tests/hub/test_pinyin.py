import pytest

from hub.pinyin import readings


@pytest.mark.parametrize(
    ("character", "ways"),
    [
        ("单", {"dan", "shan", "chan"}),
        ("曾", {"ceng", "zeng"}),
        ("解", {"jie", "xie"}),
        ("张", {"zhang"}),
        ("張", {"zhang"}),
        ("吕", {"lv", "lu", "lyu"}),
        ("a", set()),
        ("ü", set()),
        ("·", set()),
    ],
)
def test_a_character_is_read_in_all_its_ways(character: str, ways: set[str]) -> None:
    """Family names have readings of their own; ü is typed in three ways."""
    assert readings(character) == ways
