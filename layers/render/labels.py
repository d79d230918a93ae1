"""Names on still maps: how wide they are, and that none is put over another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

Box: TypeAlias = tuple[float, float, float, float]
START, MIDDLE_ANCHOR, END = "start", "middle", "end"
LONGEST_NAME = 22
# The side of the squares that taken boxes are looked up by, in pixels.
CELL = 64
FIRST_LETTER, FIRST_WIDE = " ", "\u2e80"
# Of the letters from the blank to the tilde, in hundredths of their height (Noto Sans CJK, medium).
_LATIN = (
    23, 34, 52, 57, 57, 94, 71, 30, 36, 36, 48, 57, 30, 36, 30, 39, 57, 57, 57, 57, 57, 57, 57, 57, 57, 57,
    30, 30, 57, 57, 57, 49, 97, 62, 67, 65, 70, 60, 57, 70, 74, 31, 55, 66, 56, 83, 73, 75, 65, 75, 66, 61,
    61, 73, 59, 89, 60, 55, 61, 36, 39, 36, 57, 56, 61, 58, 63, 52, 63, 57, 35, 58, 62, 29, 29, 57, 30, 94,
    62, 61, 63, 63, 41, 48, 40, 62, 54, 83, 53, 54, 49, 36, 28, 36, 57,
)  # fmt: skip
# These are as wide as a Chinese character though they stand before those.
_WIDE = frozenset("·…“”‘’±×")


def width_of(text: str, size: float, spacing: float = 0) -> float:
    """Return how wide a text is in pixels, `spacing` pixels after each letter."""
    return sum(_letter(letter) for letter in text) * size / 100 + len(text) * spacing


def fitted(text: str, size: float, widest: float, spacing: float = 0) -> str:
    """Return a text cut so that it is no wider than so many pixels."""
    if width_of(text, size, spacing) <= widest:
        return text
    room, kept = widest - width_of("…", size, spacing), 0
    for letter in text:
        room -= width_of(letter, size, spacing)
        if room < 0:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


@dataclass
class Room:
    """Boxes on the paper that are taken."""

    _cells: defaultdict[tuple[int, int], list[tuple[Box, Hashable]]] = field(
        default_factory=lambda: defaultdict(list),
    )

    def take(self, box: Box, owner: Hashable = None) -> None:
        """Take a box; names of the same owner may still lie over it."""
        for cell in _cells(box):
            self._cells[cell].append((box, owner))

    def is_free(self, box: Box, owner: Hashable = None) -> bool:
        """Return whether nothing of another owner lies in a box."""
        x0, y0, x1, y1 = box
        return not any(
            a0 < x1 and a1 > x0 and b0 < y1 and b1 > y0
            for cell in _cells(box)
            for (a0, b0, a1, b1), other in self._cells.get(cell, ())
            if owner is None or other != owner
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    x0, y0, x1, y1 = (int(edge // CELL) for edge in box)
    return ((x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))


def _letter(letter: str) -> int:
    at = ord(letter) - ord(FIRST_LETTER)
    if 0 <= at < len(_LATIN):
        return _LATIN[at]
    return 100 if letter >= FIRST_WIDE or letter in _WIDE else 60
