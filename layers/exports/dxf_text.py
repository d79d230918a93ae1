"""Texts in a drawing: nothing in them is taken for a code of the format, and all fields fit on an entity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = "gbk"
# The group code of an entity's own text, and of the braces around what belongs together.
TEXT, BRACE = 1000, 1002
# The most bytes of one text in an entity's own data, and of all of them with some to spare.
MOST_TEXT, MOST_DATA = 255, 15_000
MOST_NAME = 200
_NO_NAME = re.compile('[<>/\\\\":;?*|=`,\x00-\x1f\x7f]')
_BREAKS = re.compile(r"\s+")
_CONTROLS = {"^": "^ ", "\r": "^M", "\n": "^J", "\t": "^I"}
_CONTROL = re.compile("[\\^\r\n\t]")

Data: TypeAlias = "list[tuple[int, str]]"


def written(text: str) -> str:
    """Return a text as it is to be read in the drawing: one line, without codes such as `%%u`."""
    return in_page(_BREAKS.sub(" ", text).replace("^", "^ ").replace("%%", "%%%%%%").strip())


def layer_name(text: str) -> str:
    """Return a text without what no layer may be called."""
    return in_page(_NO_NAME.sub("_", text)[:MOST_NAME].strip())


def in_page(text: str) -> str:
    r"""Return a text with `\U+` and four digits for each half of a character that the page lacks."""
    try:
        text.encode(PAGE)
    except UnicodeEncodeError:
        return "".join(map(_character, text))
    return text


def data_of(fields: Mapping[str, str]) -> tuple[Data, list[str]]:
    """Return all fields as an entity's own data, and the names of those that did not fit.

    Each field stands in braces: its name, then its text in pieces. Line breaks are `^J` and `^M`, a tab
    is `^I`, and `^` itself `^ `, as the format has it; empty fields are left out.
    """
    made: Data = []
    left_out, size = [], 0
    for name, text in fields.items():
        if not text:
            continue
        pieces = list(_pieces(in_page(_CONTROL.sub(lambda found: _CONTROLS[found[0]], text))))
        needed = sum(len(piece.encode()) for piece in pieces) + len(name.encode())
        if size + needed > MOST_DATA:
            left_out.append(name)
            continue
        size += needed
        made += [(BRACE, "{"), *((TEXT, piece) for piece in [name, *pieces]), (BRACE, "}")]
    return made, left_out


def _character(character: str) -> str:
    try:
        character.encode(PAGE)
    except UnicodeEncodeError:
        return re.sub("....", lambda half: f"\\U+{half[0].upper()}", character.encode("utf-16-be").hex())
    return character


def _pieces(text: str) -> Iterator[str]:
    raw = text.encode()
    while raw:
        # A character of which only a part fits goes into the next piece.
        piece = raw[:MOST_TEXT].decode(errors="ignore")
        yield piece
        raw = raw[len(piece.encode()) :]
