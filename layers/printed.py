"""A document's line as printed and as it is easier to read, with the cited phrases in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias

from opencc import OpenCC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A piece of a line, with the numbers of the citations whose phrase it belongs to.
Run: TypeAlias = tuple[str, tuple[int, ...]]

_TO_SIMPLIFIED = OpenCC("t2s")
_HAN = "\u3400-\u9fff"
_NOISE = re.compile(
    "|".join(
        [
            # Pinyin that a web page printed in brackets behind a character.
            rf"(?<=[{_HAN}])\([a-zü\u00e0-\u01dc]+\)",
            # What a converter put in place of a blank.
            r"\?{2,}", r"^\?",
            # Blanks between Chinese and digits or letters: the browser sets them apart by itself.
            rf"(?<=[{_HAN}，。；：、）”]) +(?=[A-Za-z0-9%“（(])",
            rf"(?<=[A-Za-z0-9%.)）}}⑥-⑳①-⑤]) +(?=[{_HAN}“（])",
            # Blanks at the ends of a line, but not the tabs of a table.
            r"^ +", r" +$",
        ],
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a document.

    Attributes
    ----------
    printed
        As the document has it.
    plain
        In simplified characters, without stray pinyin, signs and blanks.
    _before
        For each place of the printed line, how many characters of the plain one stand before it.
    """

    printed: str
    plain: str
    _before: tuple[int, ...]

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return "\t" in self.printed or self.printed.count("|") > 1

    def runs(self, phrases: Sequence[str]) -> tuple[list[Run], list[Run]]:
        """Return the line in pieces, as printed and plain, each with the phrases that it belongs to.

        Parameters
        ----------
        phrases
            As printed. One that does not stand in the line marks nothing.
        """
        starts = [self.printed.find(phrase) for phrase in phrases]
        marked = [
            (start, start + len(phrase)) if start >= 0 else (0, 0)
            for start, phrase in zip(starts, phrases, strict=True)
        ]
        plain = [(self._before[start], self._before[end]) for start, end in marked]
        return _runs(self.printed, marked), _runs(self.plain, plain)


@lru_cache(maxsize=4096)
def read(printed: str) -> Line:
    """Return a line with its plain form."""
    dropped = {at for noise in _NOISE.finditer(printed) for at in range(*noise.span())}
    kept = "".join(character for at, character in enumerate(printed) if at not in dropped)
    plain = _TO_SIMPLIFIED.convert(kept)
    if len(plain) != len(kept):
        # A phrase that becomes longer or shorter would shift all behind it; single characters do not.
        plain = "".join(_TO_SIMPLIFIED.convert(character)[:1] for character in kept)
    before = accumulate((at not in dropped for at in range(len(printed))), initial=0)
    return Line(printed, plain, tuple(before))


def _runs(text: str, spans: Sequence[tuple[int, int]]) -> list[Run]:
    bounds = sorted({0, len(text), *_ends(spans)})
    return [
        (text[start:end], tuple(number for number, (a, b) in enumerate(spans) if a <= start and end <= b))
        for start, end in pairwise(bounds)
    ]


def _ends(spans: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (end for span in spans for end in span)
