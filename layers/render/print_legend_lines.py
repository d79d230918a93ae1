"""A line of a printed legend as the template sets it: its symbols, its words and its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.render.labels import fitted, width_of
from layers.render.print_edition import set_text
from layers.render.print_legend import MINOR
from layers.render.print_sheet import PIXEL

if TYPE_CHECKING:
    from layers.render.print_drawings import Drawings
    from layers.render.print_legend import Line

# Symbols in pixels of the map.
SYMBOL_HEIGHT, WIDEST_SYMBOL = 19.0, 30.0
# The letters of a long name are smaller than others, down to this share; of a longer one in two lines this
# share of the line's height.
LEAST_LETTERS, TWO_LINES = 0.74, 0.43
# Of two lines the second is hardly ever full: words do not break.
BOTH_LINES = 1.7
# In millimetres on A4: of a variant; between symbols; before and behind the words.
_INDENT, _BETWEEN, _BEFORE, _BEHIND = 2.2, 0.5, 1.0, 1.2


@dataclass(frozen=True)
class LegendLine:
    """A line of the legend on a sheet whose letters are `unit` times as large as on A4."""

    line: Line
    unit: float

    def told(self, drawings: Drawings) -> dict[str, Any]:
        """Return what the template is told."""
        line, entry = self.line, self.line.entry
        text = set_text(entry.text)
        fits = self._room / max(width_of(text, line.letters), 1e-9)
        is_long = fits < LEAST_LETTERS
        letters = min(line.letters, line.height * TWO_LINES) if is_long else line.letters * min(1.0, fits)
        return {
            "kind": entry.kind,
            "x": self._start,
            "y": line.y,
            "width": line.width - (self._start - line.x),
            "height": line.height,
            "room": self._room,
            "letters": letters,
            "text": fitted(text, letters, BOTH_LINES * self._room) if is_long else text,
            "count": entry.count,
            "inside": entry.inside,
            "pictures": self._pictures(drawings),
        }

    def _pictures(self, drawings: Drawings) -> list[dict[str, Any]]:
        """Return the symbols in a row; a single one in the middle of what the widest takes."""
        line, scale, pictures = self.line, self._scale, self.line.entry.pictures
        x, told = line.x + self._indent, []
        for picture in pictures:
            wide, tall = picture.width * scale, picture.height * scale
            taken = max(wide, WIDEST_SYMBOL * scale) if len(pictures) == 1 else wide
            told.append({
                "drawing": drawings.name(picture.svg), "x": x + (taken - wide) / 2,
                "y": line.y + (line.height - tall) / 2, "width": wide, "height": tall,
            })  # fmt: skip
            x += taken + _BETWEEN * self.unit
        return told

    @property
    def _scale(self) -> float:
        """Symbols are as large as on the map, where the lines leave them room."""
        return min(PIXEL * self.unit, self.line.height / SYMBOL_HEIGHT)

    @property
    def _indent(self) -> float:
        return _INDENT * self.unit if self.line.entry.kind == MINOR else 0.0

    @property
    def _start(self) -> float:
        """Where the words begin."""
        pictures, scale = self.line.entry.pictures, self._scale
        if not pictures:
            return self.line.x + self._indent
        taken = sum(picture.width * scale + _BETWEEN * self.unit for picture in pictures)
        if len(pictures) == 1:
            taken = max(taken, WIDEST_SYMBOL * scale)
        return self.line.x + self._indent + taken + _BEFORE * self.unit

    @property
    def _room(self) -> float:
        """How wide the words may be."""
        line, count = self.line, self.line.entry.count
        taken = width_of(count, line.letters) + _BEHIND * self.unit if count else 0.0
        return line.x + line.width - self._start - taken
