"""The encodings of exports, and whether one has every character of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.exports.columns import content_of, held, is_text
from layers.exports.errors import UnencodableError
from layers.fields import CITATIONS, FEATURES, HISTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layers.exports.job import LayerTable

# By the names that a reader gives them.
UTF8, UTF8_BOM, GBK = "utf-8", "utf-8-bom", "gbk"
# What Python calls them.
CODECS = {UTF8: "utf-8", UTF8_BOM: "utf-8-sig", GBK: "gbk"}
# What else they go by.
_ALSO = {"utf8": UTF8, "utf-8-sig": UTF8_BOM, "utf8-bom": UTF8_BOM, "cp936": GBK, "gb2312": GBK, "936": GBK}


def known_as(text: str) -> str:
    """Return the encoding that a reader's name for it means; a name that nobody knows stays."""
    plain = text.strip().lower().replace("_", "-")
    return _ALSO.get(plain, plain)


def refuse_lacking(tables: Iterable[LayerTable], encoding: str, *, has_entries: bool) -> None:
    """Let tables pass if an encoding has all their characters.

    Parameters
    ----------
    has_entries
        Whether history and citations are written too.

    Raises
    ------
    UnencodableError
        It has not; the error names the places, the fields and the characters.
    """
    if encoding != GBK:
        return
    lacking: dict[tuple[str, str], str] = {}
    for table in tables:
        for feature_id, field, text in _unencodable(table, CODECS[encoding], has_entries=has_entries):
            seen = lacking.get((feature_id, field), "")
            lacking[feature_id, field] = seen + "".join(
                character for character in dict.fromkeys(text)
                if character not in seen and not _has(CODECS[encoding], character)
            )
    if lacking:
        raise UnencodableError(encoding, lacking)


def _unencodable(table: LayerTable, codec: str, *, has_entries: bool) -> Iterator[tuple[str, str, str]]:
    keys = {FEATURES: "id", HISTORY: "feature_id", CITATIONS: "feature_id"}
    for name in keys if has_entries else (FEATURES,):
        made = table.rows[name]
        for field, column in zip(made.column_names, made.columns, strict=True):
            if not is_text(column):
                continue
            # One question for all texts of a column is many times faster than one each.
            if not _has(codec, str(content_of(held(column)), "utf-8")):
                rows = zip(made.column(keys[name]).to_pylist(), column.to_pylist(), strict=True)
                yield from ((feature_id, field, text) for feature_id, text in rows if not _has(codec, text))


def _has(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
