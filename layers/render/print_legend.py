"""The legend of a printed map: only what is drawn on it, with the symbols it is drawn with, and how many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry import box

from layers.history import STATUSES
from layers.render.drawn import kind_of
from layers.render.ground import COUNTIES_UNTIL
from layers.render.markup import element, path_data, plain
from layers.render.print_drawings import picture
from layers.render.still_paint import CIRCLE_ZOOM, MARKS_ZOOM
from layers.render.symbols import AREA, LINE, NO_MARKS, POINT, Marks, area, swatch
from layers.style import FORMER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layers.catalogue import Catalogue, LayerEntry
    from layers.render.print_drawings import Picture
    from layers.render.print_sheet import Area
    from layers.render.still_map import StillMap
    from layers.render.still_paint import Placed
    from layers.style import Hue, Look

HEADING, ROW, MINOR = "heading", "row", "minor"
# Heights in rows; a heading stands apart from what is above it, but for the first one of a column.
_HEIGHTS = {HEADING: 1.5, ROW: 1.0, MINOR: 0.9}
_FIRST_HEADING = 1.1
# The height of a row on A4, in millimetres, where there is room; it becomes smaller where there is none.
ROW_HEIGHT, SHRINK = 4.3, 0.98
# Letters are so much of a row's height.
LETTERS = 0.6
COLUMN_GAP = 4.0
# Short lines stand side by side in columns of this width, in millimetres on A4.
WIDE_COLUMN = 50.0
# Columns end at about the same height: where they would, and so many rows below.
RAGGED = 2.0
KINDS = (POINT, LINE, AREA)
LONGEST = 120
_SIZE, _SMALL = 20, 17
_WIDTH = 30
# The number in the bubble that stands for all.
_SAMPLE = "5"
_MARKS = {"past": Marks(is_past=True), "conflict": Marks(is_conflicting=True)}


@dataclass(frozen=True)
class Entry:
    """A line of the legend.

    Attributes
    ----------
    kind
        `heading`, `row` or `minor`.
    inside
        What stands on the picture.
    is_short
        Whether two such lines may stand side by side.
    """

    kind: str
    text: str
    count: str = ""
    pictures: tuple[Picture, ...] = ()
    inside: str = ""
    is_short: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the legend at its place on the sheet, in millimetres.

    Attributes
    ----------
    letters
        The height of its letters.
    """

    entry: Entry
    x: float
    y: float
    width: float
    height: float
    letters: float


def entries(made: StillMap, catalogue: Catalogue, words: Mapping[str, str], language: str) -> list[Entry]:
    """Return the lines of the legend of a map.

    Parameters
    ----------
    words
        The messages of the parts `map` and `print` in that language.
    """
    maker = _Maker(made, catalogue, words, language)
    return [*maker.layers(), *maker.statuses(), *maker.marks(), *maker.ground()]


def laid_out(lines: Sequence[Entry], room: Area, columns: int, unit: float) -> list[Line]:
    """Return the lines at their places, as large as they fit into an area of so many columns."""
    gap = COLUMN_GAP * unit
    width = (room.width - gap * (columns - 1)) / columns
    rows = _rows(lines, is_wide=width >= WIDE_COLUMN * unit)
    height = ROW_HEIGHT * unit
    while (placed := _poured(rows, room.height / height, columns)) is None:
        height *= SHRINK
    found = []
    for row, (column, top, tall) in zip(rows, placed, strict=True):
        share = width / 2 if row[0].is_short and len(row) > 1 else width
        for number, entry in enumerate(row):
            x = room.x + column * (width + gap) + number * share
            letters = height * LETTERS * (0.93 if entry.kind == MINOR else 1)
            # Of two side by side the first one ends before the second one.
            wide = share - gap / 2 if number + 1 < len(row) else share
            found.append(Line(entry, x, room.y + top * height, wide, tall * height, letters))
    return found


def _rows(lines: Sequence[Entry], *, is_wide: bool) -> list[list[Entry]]:
    """Return the lines, short ones of one kind in pairs where there is room for two."""
    rows: list[list[Entry]] = []
    for entry in lines:
        is_second = is_wide and entry.is_short and rows and len(rows[-1]) == 1
        if is_second and rows[-1][0].is_short and rows[-1][0].kind == entry.kind:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def _poured(
    rows: Sequence[Sequence[Entry]], most: float, columns: int,
) -> list[tuple[int, float, float]] | None:
    """Return column, top and height of each row, in rows; None where columns of `most` do not hold all."""
    tall = [_HEIGHTS[row[0].kind] for row in rows]
    longest = min(most, sum(tall) / columns + RAGGED) if columns > 1 else most
    placed, column, top = [], 0, 0.0
    for number, row in enumerate(rows):
        is_heading = row[0].kind == HEADING
        # A heading is not left alone at the foot of a column.
        needed = tall[number] + (tall[number + 1] if is_heading and number + 1 < len(rows) else 0)
        if top and top + needed > longest:
            column, top = column + 1, 0.0
        own = _FIRST_HEADING if is_heading and not top else tall[number]
        if column >= columns or top + own > most:
            return None
        placed.append((column, top, own))
        top += own
    return placed


class _Maker:
    """Makes the parts of one legend."""

    def __init__(
        self, made: StillMap, catalogue: Catalogue, words: Mapping[str, str], language: str,
    ) -> None:
        self._made = made
        self._placed = made.placed()
        self._catalogue = catalogue
        self._words = words
        self._language = language
        self._theme = catalogue.theme

    def layers(self) -> Iterator[Entry]:
        by_layer: dict[str, list[Placed]] = {}
        for placed in self._placed:
            by_layer.setdefault(placed.item.layer_id, []).append(placed)
        if by_layer:
            yield Entry(HEADING, self._words["legend.layers"])
        for entry in self._catalogue.entries(list(by_layer)):
            members = by_layer[entry.layer_id]
            kind = Counter(placed.item.kind for placed in members).most_common(1)[0][0]
            sample = self._swatch(entry.style.look(""), "built", kind, _SIZE)
            title = plain(entry.title.in_language(self._language), LONGEST)
            yield Entry(ROW, title, f"{len(members):,}", (sample,))
            yield from self._variants(entry, members)

    def _variants(self, entry: LayerEntry, members: Sequence[Placed]) -> Iterator[Entry]:
        counts = Counter(placed.item.category for placed in members)
        for variant in entry.style.variants:
            for category in variant.categories:
                if counts[category]:
                    kind = next(one.item.kind for one in members if one.item.category == category)
                    label = plain(self._catalogue.label("category", category, self._language), LONGEST)
                    sample = self._swatch(entry.style.look(category), "built", kind, _SMALL)
                    yield Entry(MINOR, label, f"{counts[category]:,}", (sample,), is_short=True)

    def statuses(self) -> Iterator[Entry]:
        counts = Counter(placed.item.drawn.status for placed in self._placed)
        examples = {placed.item.kind: placed.item.drawn.look for placed in reversed(self._placed)}
        kinds = [kind for kind in KINDS if kind in examples]
        listed = [code.code for code in self._catalogue.codes.get("status", ())]
        ordered = [*listed, *(code for code in STATUSES if code not in listed)]
        if counts:
            yield Entry(HEADING, self._words["legend.status"])
        for status in ordered:
            if counts[status]:
                pictures = tuple(self._swatch(examples[kind], status, kind, _SMALL) for kind in kinds)
                label = plain(self._catalogue.label("status", status, self._language), LONGEST)
                yield Entry(ROW, label, f"{counts[status]:,}", pictures)

    def marks(self) -> Iterator[Entry]:
        drawn = self._marks()
        if drawn:
            yield Entry(HEADING, self._words["legend.marks"])
        for key, sample in drawn.items():
            yield Entry(ROW, self._words[f"legend.{key}"], "", (sample,), _SAMPLE if key == "bubble" else "")

    def _marks(self) -> Mapping[str, Picture]:
        """Return what is drawn beside and around places, by its word."""
        zoom, drawn = self._made.frame.zoom, [placed.item.drawn for placed in self._placed]
        has_points = any(placed.item.kind == POINT for placed in self._placed)
        has_shapes = any(one.is_schematic for one in drawn if kind_of(one.geometry) != POINT)
        there = {
            "bubble": any(crowd.is_bubble for crowd in self._made.painter.crowds),
            "schematic": has_shapes,
            "uncertain": zoom >= CIRCLE_ZOOM and has_points,
            "past": zoom >= MARKS_ZOOM and any(one.marks.is_past for one in drawn),
            "conflict": zoom >= MARKS_ZOOM and any(one.marks.is_conflicting for one in drawn),
            "arc": self._made.has_arcs,
        }
        return {key: self._mark(key) for key in there if there[key]}

    def _mark(self, key: str) -> Picture:
        if key in _MARKS:
            return self._swatch(FORMER.look(""), "planned", POINT, _SIZE, _MARKS[key])
        if key == "arc":
            arced = next(entry.style.hue for entry in self._catalogue.layers if entry.style.arcs)
            end = element("circle", class_="fill", cx=27, cy=9, r=2.3)
            arc = element("path", class_="line hue", d="M3 15Q14 1 27 9", stroke_width=1.3, opacity=0.6)
            return self._picture(arc + end, arced)
        if key == "schematic":
            outline = box(3, 3.5, _WIDTH - 3, _SIZE - 3.5)
            return self._picture(area("unstated", outline, path_data(outline), is_schematic=True))
        rings = {
            "bubble": (
                element("circle", class_="bubble-rim", r=9.4),
                element("circle", class_="bubble", r=6.8),
                element("circle", class_="line hue", r=6.7, stroke_width=2.6),
            ),
            "uncertain": (
                element("circle", class_="line hue", r=8, stroke_width=1, stroke_dasharray="3 3"),
            ),
        }[key]
        return self._picture(element("g", *rings, transform=f"translate({_WIDTH / 2:g} {_SIZE / 2:g})"))

    def ground(self) -> Iterator[Entry]:
        lines = {"city": "city-line"}
        if self._made.frame.metres_per_pixel < COUNTIES_UNTIL:
            lines["county"] = "county-line"
        yield Entry(HEADING, self._words["legend.ground"])
        drawn = {key: element("path", class_=name, d="M3 10H27") for key, name in lines.items()}
        drawn["water"] = element("rect", class_="water", x=4, y=5, width=22, height=10, rx=2)
        for key, markup in drawn.items():
            yield Entry(ROW, self._words[f"legend.{key}"], "", (self._picture(markup),), is_short=True)

    def _swatch(self, look: Look, status: str, kind: str, size: int, marks: Marks = NO_MARKS) -> Picture:
        drawn = swatch(look, status, kind, size, marks).svg
        return picture(self._theme, [look.hue], drawn, size if kind == POINT else round(size * 1.5), size)

    def _picture(self, drawn: str, hue: Hue = FORMER.hue) -> Picture:
        inside = element("g", drawn, class_=hue.css_class)
        return picture(self._theme, [hue], inside, _WIDTH, _SIZE)

