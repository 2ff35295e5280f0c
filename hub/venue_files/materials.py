"""What guests are told and given besides the agenda: notes, [[documents]] and [[hand_outs]] (R103, R104)."""

import re
from collections.abc import Callable, Hashable
from typing import TypeVar

from hub.domain.materials import NO_NOTES, Document, HandOut
from hub.domain.words import Words
from hub.venue_files.each_once import each_once
from hub.venue_files.table import Table

T = TypeVar("T")

MOST_PIECES = 1_000_000
_LINK = re.compile(r"https://[^\s/<>\"]+(/[^\s<>\"]*)?")
_FILE = re.compile(r"[^/\\:<>\"|?*]{1,120}")


def read_notes(table: Table) -> Words | None:
    """Read what guests are to mind; None where the file does not say, empty where it says that there is nothing."""
    return table.words("notes") or NO_NOTES if table.has("notes") else None


def read_documents(table: Table) -> tuple[Document, ...] | None:
    """Read the documents; None where the file does not name them."""
    return _list(table, "documents", _document, lambda one: one.link, "link")


def read_hand_outs(table: Table) -> tuple[HandOut, ...] | None:
    """Read the hand-outs; None where the file does not name them."""
    return _list(table, "hand_outs", _hand_out, lambda one: one.key, "key")


def _list(
    table: Table, name: str, read: Callable[[Table], T | None], key_of: Callable[[T], Hashable], key: str
) -> tuple[T, ...] | None:
    return each_once(table.tables(name), read, key_of, key) if table.has(name) else None


def _document(table: Table) -> Document | None:
    title, link = table.words("title", needed=True), table.text("link", needed=True)
    table.close()
    if link and not (_LINK.fullmatch(link) or _FILE.fullmatch(link)):
        table.wrong("link", f"{link!r} is neither", "give an https:// address, or the name of a file without folders")
        return None
    return Document(title, link) if title and link else None


def _hand_out(table: Table) -> HandOut | None:
    key, name, stock = table.key("key"), table.words("name", needed=True), table.value("stock")
    per_guest = table.flag("per_guest") is True
    table.close()
    if not isinstance(stock, int) or isinstance(stock, bool) or not 0 <= stock <= MOST_PIECES:
        table.wrong("stock", f"{stock!r} is no number of pieces", "write how many there are, as 200")
        return None
    return HandOut(key, name, stock, per_guest) if key and name else None
