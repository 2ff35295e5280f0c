"""What a guest is given can be read: every table and column of it has words in both languages."""

from hub.known import as_page
from hub.known_words import COLUMNS, TABLES
from hub.store.personal import PERSONAL, PSEUDONYMOUS
from hub.store.tables import metadata
from tests.hub.build import T0

GIVEN = {one.table for one in PERSONAL if one.mine} | {name for name, _ in PSEUDONYMOUS}


def test_every_table_and_column_that_is_given_out_has_words() -> None:
    """GDPR Art. 12(1): in an intelligible form. A new column without words fails here, not before a guest."""
    assert set(TABLES) >= GIVEN
    columns = {column.name for name in GIVEN for column in metadata.tables[name].c}
    assert columns - set(COLUMNS) == set()
    assert set(COLUMNS) - columns == set()


def test_a_page_is_escaped_says_both_languages_and_leaves_empty_fields_out() -> None:
    """What strangers wrote is text, wherever it stands."""
    said = as_page(
        {"guests": [{"name": "<b>王", "phone": "", "step_free": True, "diets": ["<i>"]}], "tasks": [{"at": T0}]}
    )
    for words in ("&lt;b&gt;王", "姓名", "name", "是 yes", "&lt;i&gt;", "2026-", "服务事项"):
        assert words in said
    assert "<b>" not in said
    assert "电话" not in said
