"""One printed page with a map: what stands on it and where, as the template sets it in type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.render.print_drawings import Drawings
from layers.render.print_edition import LONGEST_SENTENCE, set_text
from layers.render.print_legend import entries, laid_out
from layers.render.print_legend_lines import LegendLine
from layers.render.print_margins import box, code_of, corner, footer, header
from layers.render.print_scale import graticule, pixels
from layers.render.still_map import Paper, still_map
from layers.render.still_style import PAPER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.render.ground import Frame
    from layers.render.print_edition import Edition
    from layers.render.print_scale import Tick
    from layers.render.print_sheet import Sheet
    from layers.render.still_map import StillMap

# On screen a long name is whole on its card; on paper it is only here, in pixels of the map.
WIDEST_NAME = 420.0
# Squares of the grid that an atlas finds places by are about so large, in millimetres on A4.
SQUARE = 44.0
MOST_COLUMNS = 26


@dataclass(frozen=True)
class Window:
    """What a page shows, and what it is called.

    Attributes
    ----------
    above
        A line above the title.
    bookmark
        How a reader's list of pages names it; empty leaves it out.
    has_squares
        Whether its frame has the letters and numbers by which an index finds places.
    """

    frame: Frame
    title: str
    above: str
    bookmark: str
    has_squares: bool = False


@dataclass(frozen=True)
class Page:
    """One page: what the template is told, and its drawings by name."""

    told: dict[str, Any]
    drawings: Mapping[str, str]


@dataclass(frozen=True)
class MapPage(Page):
    """A page with a map."""

    made: StillMap


def map_page(edition: Edition, window: Window) -> MapPage:
    """Return a page with a map."""
    sheet, drawings = edition.sheet, Drawings()
    lines, meridians, parallels = graticule(window.frame, sheet.unit)
    paper = Paper(
        *pixels(sheet.map), scheme=PAPER, has_scale_bar=False, description=edition.sentence, lines=lines,
        widest_name=WIDEST_NAME,
    )  # fmt: skip
    made = still_map(edition.view, edition.atlas, paper, window.frame)
    code = code_of(edition, drawings)
    found = entries(made, edition.atlas.catalogue, edition.words, edition.language)
    placed = laid_out(found, sheet.legend(code["width"]), sheet.legend_columns, sheet.unit)
    alt = set_text(edition.sentence, LONGEST_SENTENCE)
    told = {
        "kind": "map",
        "bookmark": set_text(window.bookmark),
        "header": header(edition, window.above, window.title, len(made.placed())),
        "map": {**box(sheet.map), "drawing": drawings.name(made.svg), "alt": alt},
        "names": [],
        "frame": box(sheet.frame),
        "meridians": _ticks(meridians),
        "parallels": _ticks(parallels),
        "squares": squares(sheet) if window.has_squares else None,
        "legend": [LegendLine(line, sheet.unit).told(drawings) for line in placed],
        "corner": corner(edition, made.frame, code),
        "footer": footer(edition),
    }
    return MapPage(told, drawings.by_name, made)


def squares(sheet: Sheet) -> dict[str, list[str]]:
    """Return the names of the columns and rows of the grid by which an atlas finds places."""
    side = SQUARE * sheet.unit
    columns = max(2, min(MOST_COLUMNS, round(sheet.map.width / side)))
    rows = max(2, round(sheet.map.height / side))
    return {
        "columns": [chr(ord("A") + column) for column in range(columns)],
        "rows": [str(row + 1) for row in range(rows)],
    }


def square_of(sheet: Sheet, x: float, y: float) -> str:
    """Return the square that a position lies in, in pixels of the map."""
    names, (wide, tall) = squares(sheet), pixels(sheet.map)
    found = [
        of_one[min(len(of_one) - 1, int(at / size * len(of_one)))]
        for of_one, at, size in ((names["columns"], x, wide), (names["rows"], y, tall))
    ]
    return "".join(found)


def _ticks(ticks: Iterable[Tick]) -> list[list[Any]]:
    return [[tick.at, tick.label] for tick in ticks]
