"""An atlas to print: an overview, a page for each city, larger ones where places crowd, and an index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from layers.filters import matching
from layers.render.ground import Frame
from layers.render.print_index import Found, index_pages
from layers.render.print_page import Page, Window, map_page, square_of
from layers.render.print_scale import around, scale_of
from layers.render.print_sheet import PIXEL
from layers.view import MAX_ZOOM, MIN_ZOOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapely.geometry.base import BaseGeometry

    from layers.catalogue import Bbox
    from layers.render.print_edition import Edition
    from layers.render.print_page import MapPage

# Around what a page is for so much stays free, in millimetres on A4.
RIM = 7.0
# A page of its own shows a bubble of so many places at so many times the scale or more, down to this one.
CROWD, LARGER, LARGEST_SCALE = 12, 1.6, 20_000
DETAILS = 2
# What covers more than this share of a city is no place in it, nor is what lies in it with less.
MOST = 0.5
# A bubble whose places lie within so many degrees stays one at any scale.
ONE_SPOT = 0.002


@dataclass(frozen=True)
class _Sheet:
    """A map of the atlas with its page number."""

    number: int
    window: Window
    page: MapPage


def atlas_pages(edition: Edition) -> list[Page]:
    """Return the pages of an atlas of a view: the overview shows where the others lie."""
    # Of several pages none is about the place that is selected.
    whole = replace(edition, view=replace(edition.view, selected=""))
    sheets = list(_sheets(whole))
    first, *others = sheets
    outlined = replace(first.page, told={**first.page.told, "outlines": _outlines(whole, first, others)})
    found: dict[str, list[Found]] = {}
    # The page that shows a place largest is named first.
    for sheet in sorted(sheets, key=lambda sheet: scale_of(sheet.window.frame)):
        for placed in sheet.page.made.placed():
            square = square_of(whole.sheet, placed.x, placed.y)
            found.setdefault(placed.item.feature_id, []).append(Found(str(sheet.number), square))
    return [outlined, *(sheet.page for sheet in others), *index_pages(whole, found)]


def _sheets(edition: Edition) -> Iterator[_Sheet]:
    areas = _city_areas(edition)
    room, rim = edition.sheet.map, RIM * edition.sheet.unit
    geometries = _shown_geometries(edition)
    whole = _bounds(geometries) or _bounds(list(areas.values())) or edition.atlas.catalogue.bbox
    frame = around(whole or _centre(edition), room, rim)
    window = Window(frame, edition.title, edition.area, edition.say("atlas.overview"), has_squares=True)
    yield _Sheet(1, window, _page(edition, window))
    number = 1
    for code in edition.atlas.catalogue.codes.get("city", ()):
        area = areas.get(code.code)
        if area is None:
            continue
        box = _bounds(_places_in(area, geometries)) or area.bounds
        name = code.label.in_language(edition.language)
        window = Window(around(box, room, rim), name, edition.title, name, has_squares=True)
        for sheet in _with_details(edition, window, name, area, number + 1):
            number = sheet.number
            yield sheet


def _with_details(
    edition: Edition, window: Window, city: str, area: BaseGeometry, number: int,
) -> Iterator[_Sheet]:
    """Return a city's page, then those of the places that crowd on it, each larger than the one before."""
    for more in range(DETAILS + 1):
        page = _page(edition, window)
        yield _Sheet(number + more, window, page)
        box = _crowded(page, area)
        if box is None:
            return
        frame = around(box, edition.sheet.map, RIM * edition.sheet.unit)
        scale = scale_of(frame)
        if scale < LARGEST_SCALE or scale * LARGER > scale_of(window.frame):
            return
        title = edition.say("atlas.detail", city=city)
        window = Window(frame, title, window.above, title, has_squares=True)


def _places_in(area: BaseGeometry, geometries: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    """Return what lies in a city, but for the city itself and for neighbours that only overlap its border."""
    found = []
    for one in geometries:
        if shapely.intersects(one, area):
            within = one.intersection(area)
            if one.area * MOST <= within.area <= area.area * MOST:
                found.append(within)
    return found


def _page(edition: Edition, window: Window) -> MapPage:
    frame = window.frame
    zoom = min(MAX_ZOOM, max(MIN_ZOOM, round(frame.zoom, 2)))
    centre = round(frame.lon, 5), round(frame.lat, 5)
    return map_page(replace(edition, view=replace(edition.view, centre=centre, zoom=zoom)), window)


def _crowded(page: MapPage, area: BaseGeometry) -> Bbox | None:
    """Return the box around the largest bubble's places in a city; None where none is worth a page."""
    painter = page.made.painter
    bubbles = [
        [at for member in crowd.members if area.contains(at := painter.points[member].at)]
        for crowd in painter.crowds
        if len(crowd.members) >= CROWD
    ]
    largest = max(bubbles, key=len, default=[])
    box = _bounds(list(largest)) if len(largest) >= CROWD else None
    return box if box and max(box[2] - box[0], box[3] - box[1]) > ONE_SPOT else None


def _outlines(edition: Edition, first: _Sheet, others: list[_Sheet]) -> list[dict[str, float | str]]:
    """Return where on the overview the other pages lie, as rectangles on the sheet."""
    room = edition.sheet.map
    found: list[dict[str, float | str]] = []
    for sheet in others:
        x, y = first.window.frame.at(sheet.window.frame.lon, sheet.window.frame.lat)
        share = sheet.window.frame.metres_per_pixel / first.window.frame.metres_per_pixel
        wide, tall = room.width * share, room.height * share
        left, top = max(0.0, x * PIXEL - wide / 2), max(0.0, y * PIXEL - tall / 2)
        right, foot = min(room.width, x * PIXEL + wide / 2), min(room.height, y * PIXEL + tall / 2)
        found.append({
            "x": room.x + left, "y": room.y + top, "width": right - left, "height": foot - top,
            "page": str(sheet.number),
        })  # fmt: skip
    return found


def _city_areas(edition: Edition) -> Mapping[str, BaseGeometry]:
    return {name.zh: name.area for name in edition.atlas.ground.names if name.kind == "city"}


def _shown_geometries(edition: Edition) -> list[BaseGeometry]:
    snapshot, view = edition.atlas.snapshot, edition.view
    mask = matching(snapshot.index, view.all_conditions(), view.reading) & snapshot.index.is_located
    if not mask.any():
        return []
    layers = (np.asarray(layer.features.geometry.array, dtype=object) for layer in snapshot.layers.values())
    return list(np.concatenate(list(layers))[mask])


def _bounds(geometries: list[BaseGeometry]) -> Bbox | None:
    there = [geometry for geometry in geometries if not geometry.is_empty]
    if not there:
        return None
    minx, miny, maxx, maxy = shapely.total_bounds(np.array(there, dtype=object))
    return float(minx), float(miny), float(maxx), float(maxy)


def _centre(edition: Edition) -> Bbox:
    frame = Frame.at_zoom(edition.view.centre, edition.view.zoom, 1, 1)
    return frame.bbox
