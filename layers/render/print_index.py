"""The index of an atlas: every place by name, with its symbol, and the pages and squares it lies in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

from pypinyin import lazy_pinyin

from layers.filters import matching
from layers.render.drawn import kind_of
from layers.render.labels import fitted, width_of
from layers.render.print_drawings import Drawings, picture
from layers.render.print_edition import set_text
from layers.render.print_margins import box, footer
from layers.render.print_page import Page
from layers.render.symbols import POINT, known_status, swatch
from layers.style import FORMER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layers.render.print_edition import Edition
    from layers.render.print_sheet import Area

# A longer index would be a book of its own; the page says what is left out.
MOST_INDEXED = 3_000
# On A4, in millimetres.
ROW, LETTERS, GAP = 3.5, 2.1, 5.0
# English names are longer.
COLUMN_WIDTH = {"zh": 60.0, "en": 88.0}
SYMBOL, SYMBOL_ROOM = 2.8, 4.2
LETTER_ROWS = 1.7
SHOWN_PLACES = 2
PICTURE_SIZE = 20
_FIRST, _LAST = "A", "Z"


@dataclass(frozen=True)
class Found:
    """The page and the square that a place lies in."""

    page: str
    square: str


@dataclass(frozen=True)
class _Entry:
    """A place of the index; the width of its symbol counts in heights."""

    feature_id: str
    name: str
    order: str
    drawing: str
    symbol_width: float

    @property
    def letter(self) -> str:
        first = self.order[:1].upper()
        return first if _FIRST <= first <= _LAST else ""


def index_pages(edition: Edition, found: Mapping[str, Sequence[Found]]) -> list[Page]:
    """Return the pages of the index.

    Parameters
    ----------
    found
        By place, where it lies; the first ones are named.
    """
    drawings = Drawings()
    every = sorted(
        _entries(edition, drawings), key=lambda entry: (not entry.letter, entry.order, entry.name),
    )
    lines: list[str | _Entry] = []
    for letter, group in groupby(every[:MOST_INDEXED], key=lambda entry: entry.letter):
        lines += [letter, *group]
    columns = _Columns.of(edition)
    pages: list[list[dict[str, Any]]] = []
    for line, (page, place) in zip(lines, columns.places(lines), strict=True):
        if isinstance(line, str):
            told = _letter(edition, line)
        else:
            told = _place(edition, line, found, columns.width)
        if page == len(pages):
            pages.append([])
        pages[page].append({**place, **told})
    made = [_page(edition, told, len(every), drawings) for told in pages]
    # A reader's list of pages names the index once.
    return [*made[:1], *(replace(one, told={**one.told, "bookmark": ""}) for one in made[1:])]


@dataclass(frozen=True)
class _Columns:
    """The columns of a page of the index, in millimetres."""

    area: Area
    unit: float
    number: int

    @classmethod
    def of(cls, edition: Edition) -> Self:
        area, unit = edition.sheet.body, edition.sheet.unit
        width = COLUMN_WIDTH[edition.language]
        return cls(area, unit, max(1, int((area.width / unit + GAP) / (width + GAP))))

    @property
    def width(self) -> float:
        return (self.area.width - GAP * self.unit * (self.number - 1)) / self.number

    def places(self, lines: Sequence[str | _Entry]) -> Iterator[tuple[int, dict[str, float]]]:
        """Return the page of each line and its place there."""
        column, y = 0, 0.0
        for line in lines:
            is_letter = isinstance(line, str)
            tall = ROW * self.unit * (LETTER_ROWS if is_letter else 1)
            # A letter is not left alone at the foot of a column.
            if y + tall + ROW * self.unit * is_letter > self.area.height:
                column, y = column + 1, 0.0
            page, across = divmod(column, self.number)
            x = self.area.x + across * (self.width + GAP * self.unit)
            yield page, {"x": x, "y": self.area.y + y, "width": self.width, "height": tall}
            y += tall


def _entries(edition: Edition, drawings: Drawings) -> Iterator[_Entry]:
    view, atlas = edition.view, edition.atlas
    mask = matching(atlas.snapshot.index, view.all_conditions(), view.reading)
    styles = {entry.layer_id: entry.style for entry in atlas.catalogue.layers}
    first, second = ("name_en", "name_zh") if edition.language == "en" else ("name_zh", "name_en")
    status = "status" if view.outside else "status_documents"
    start = 0
    for layer in atlas.snapshot.layers.values():
        rows = layer.features[mask[start : start + len(layer.features)]]
        start += len(layer.features)
        style = styles.get(layer.layer_id, FORMER)
        columns = (rows[name].tolist() for name in ("id", first, second, "category", status, "geometry"))
        for feature_id, name, other, category, said, geometry in zip(*columns, strict=True):
            look, kind = style.look(category), kind_of(geometry)
            drawn = swatch(look, known_status(said), kind).svg
            wide = PICTURE_SIZE if kind == POINT else round(PICTURE_SIZE * 1.5)
            symbol = picture(atlas.catalogue.theme, [look.hue], drawn, wide, PICTURE_SIZE)
            text = set_text(str(name or other or feature_id))
            shape = symbol.width / symbol.height
            yield _Entry(feature_id, text, _order(text), drawings.name(symbol.svg), shape)


def _order(name: str) -> str:
    """Return what a name is sorted by: Chinese by its sounds."""
    bare = name.lstrip("“”\"'‘’《〈(（[")
    return " ".join(lazy_pinyin(bare)).casefold()


def _letter(edition: Edition, letter: str) -> dict[str, Any]:
    return {
        "kind": "letter", "text": letter or edition.words["atlas.others"],
        "letters": 1.35 * LETTERS * edition.sheet.unit,
    }  # fmt: skip


def _place(
    edition: Edition, entry: _Entry, found: Mapping[str, Sequence[Found]], width: float,
) -> dict[str, Any]:
    unit = edition.sheet.unit
    letters = LETTERS * unit
    places = list(found.get(entry.feature_id, ()))[:SHOWN_PLACES] or [Found("", "—")]
    # A whole name is worth more than a second page.
    while _room(places, width, unit) < width_of(entry.name, letters) and len(places) > 1:
        places.pop()
    return {
        "kind": "place",
        "text": fitted(entry.name, letters, _room(places, width, unit)),
        "letters": letters,
        "symbol": SYMBOL_ROOM * unit,
        "drawing": entry.drawing,
        "picture": [entry.symbol_width * SYMBOL * unit, SYMBOL * unit],
        "found": [{"page": place.page, "square": place.square} for place in places],
    }


def _room(places: Sequence[Found], width: float, unit: float) -> float:
    """Return how wide a name may be before the pages where it is found, in millimetres."""
    taken = sum(width_of(f"{place.page} {place.square}", LETTERS * unit) + 2.2 * unit for place in places)
    return width - (SYMBOL_ROOM + 2.5) * unit - taken


def _page(edition: Edition, entries: list[dict[str, Any]], total: int, drawings: Drawings) -> Page:
    number = sum(entry["kind"] == "place" for entry in entries)
    title, counts = edition.say("atlas.index"), {"number": f"{MOST_INDEXED:,}", "total": f"{total:,}"}
    header = {
        **box(edition.sheet.header),
        "above": set_text(edition.title),
        "title": title,
        "sentence": edition.say("atlas.index.about"),
        "note": edition.say("atlas.index.cut", **counts) if total > MOST_INDEXED else "",
        "number": f"{number:,}",
        "unit": edition.say("atlas.index.unit.one" if number == 1 else "atlas.index.unit.many"),
        "shown": edition.say("shown.one" if total == 1 else "shown", number=f"{total:,}"),
    }
    told = {
        "kind": "index", "bookmark": title, "header": header, "entries": entries, "footer": footer(edition),
    }  # fmt: skip
    return Page(told, drawings.by_name)
