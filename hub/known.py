"""All that is known of a guest, as they get it: JSON for programs, and a page to read and print, in two languages."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from hub.known_words import COLUMNS, TABLES

_HEAD = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>本馆所知 · What is known</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}h2{margin-top:2rem}
table{border-collapse:collapse;margin:.5rem 0;width:100%}th,td{border:1px solid #999;padding:.25rem .6rem;
text-align:left;vertical-align:top;overflow-wrap:anywhere}th{font-weight:600;width:14rem}</style></head><body>
<h1>本馆所知 · What is known of you</h1>
<p>以下是本馆保存的与您有关的全部内容；时间为协调世界时（UTC）。<br>
<span lang="en">This is everything that the house keeps about you; times are in UTC.</span></p>
"""

Known = Mapping[str, Sequence[Mapping[str, Any]]]


def as_json(known: Known) -> str:
    """Write it for programs: instants in ISO 8601, UTC."""
    return json.dumps(known, ensure_ascii=False, indent=2, default=_plain) + "\n"


def as_page(known: Known) -> str:
    """Write it for people: one table for each row, empty fields left out."""
    parts = [_HEAD]
    for table, rows in known.items():
        parts.append(f"<h2>{_called(TABLES, table)}</h2>\n")
        for row in rows:
            lines = (
                f"<tr><th>{_called(COLUMNS, name)}</th><td>{escape(_said(value))}</td></tr>\n"
                for name, value in row.items()
                if value not in (None, "", [], {})
            )
            parts.append(f"<table>\n{''.join(lines)}</table>\n")
    return "".join([*parts, "</body></html>\n"])


def _called(words: Mapping[str, tuple[str, str]], name: str) -> str:
    zh, en = words[name]
    return f'{escape(zh)} <span lang="en">{escape(en)}</span>'


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
