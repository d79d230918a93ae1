"""The encodings of exports, and whether one has every character of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.exports.errors import UnencodableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

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
        It has not; the error names the places and the characters.
    """
    if encoding != GBK:
        return
    lacking: dict[str, str] = {}
    for table in tables:
        for feature_id, text in _unencodable(table, CODECS[encoding], has_entries=has_entries):
            seen = lacking.get(feature_id, "")
            lacking[feature_id] = seen + "".join(
                character for character in dict.fromkeys(text)
                if character not in seen and not _has(CODECS[encoding], character)
            )
    if lacking:
        raise UnencodableError(encoding, lacking)


def _unencodable(table: LayerTable, codec: str, *, has_entries: bool) -> Iterator[tuple[str, str]]:
    frames: list[tuple[pd.DataFrame, str]] = [(table.features, "id")]
    if has_entries:
        frames += [(table.history, "feature_id"), (table.citations, "feature_id")]
    for frame, key in frames:
        for name in frame.columns:
            if frame[name].dtype != "str":
                continue
            # One question for all texts of a column is many times faster than one each.
            if not _has(codec, "".join(frame[name])):
                rows = zip(frame[key], frame[name], strict=True)
                yield from ((feature_id, text) for feature_id, text in rows if not _has(codec, text))


def _has(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
