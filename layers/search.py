"""Text as it is searched: simplified or traditional, pinyin, initials or English all find a place."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

if TYPE_CHECKING:
    from collections.abc import Iterable

# Stands between the parts of a search text, so that no term matches across two of them.
BETWEEN = "|"
_TO_SIMPLIFIED = OpenCC("t2s")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def search_terms(text: str) -> tuple[str, ...]:
    """Return the terms that must all occur in a place's search text."""
    return tuple(normalised(text).split())


@lru_cache(maxsize=65_536)
def search_text(names: tuple[str, ...]) -> str:
    """Return what is searched for a place of these names.

    Each name in simplified characters, its pinyin written together and its initials.
    """
    parts: dict[str, None] = {}
    for name in names:
        simplified = normalised(name)
        parts[simplified] = None
        syllables = lazy_pinyin("".join(_WORD.findall(simplified)))
        parts["".join(syllables)] = None
        parts["".join(lazy_pinyin(simplified, style=Style.FIRST_LETTER))] = None
    return BETWEEN.join(parts)


def normalised(text: str) -> str:
    """Return text in simplified characters, lower case and compatibility form, without `BETWEEN`."""
    # The converter takes no half characters; what stands for one is found nowhere.
    whole = text.encode("utf-8", "replace").decode()
    folded = unicodedata.normalize("NFKC", _TO_SIMPLIFIED.convert(whole)).lower()
    return folded.replace(BETWEEN, " ")


def names_of(name_zh: str, name_en: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """Return the names to search a place by, each once, in order."""
    return tuple(dict.fromkeys(name for name in (name_zh, name_en, *aliases) if name))
