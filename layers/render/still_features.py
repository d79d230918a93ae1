"""The features of a view, ready to be drawn on a still map, and the order in which they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import Point

from layers.filters import matching
from layers.render.drawn import Drawn, kind_of, middle_of
from layers.render.symbols import POINT, Marks, known_status
from layers.style import FORMER, LayerStyle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from layers.catalogue import Catalogue
    from layers.index import Mask
    from layers.render.ground import Frame
    from layers.snapshot import Snapshot
    from layers.view import MapView

CITY = "city"
_READ = (
    "id", "name_zh", "name_en", "category", "status", "status_documents", "position", "conflict", "serves",
)  # fmt: skip
# Built before planned.
_STATUS_RANK = {"built": 0, "upgrading": 1, "under_construction": 2, "planned": 3, "preliminary": 4}


@dataclass(frozen=True)
class Item:
    """A feature of a view.

    Attributes
    ----------
    order
        Of its layer: first layers lie on top.
    rank
        Lower ones are named first.
    serves
        Codes of the cities that arcs run to; empty for layers without arcs.
    """

    feature_id: str
    layer_id: str
    order: int
    rank: int
    drawn: Drawn
    category: str
    serves: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Whether it is drawn as point, line or area."""
        return kind_of(self.drawn.geometry)

    @property
    def css_class(self) -> str:
        """The class that has the layer's hue."""
        return self.drawn.look.hue.css_class

    @property
    def at(self) -> Point:
        """Where its mark goes, WGS 84."""
        geometry = self.drawn.geometry
        if self.kind == POINT:
            return Point(*shapely.get_coordinates(geometry)[0])
        return Point(*middle_of(geometry))


@dataclass(frozen=True)
class Shown:
    """What a view shows: those features that a window has, and the arcs of all.

    Attributes
    ----------
    count
        Places that meet the filter, on the map or not.
    """

    items: tuple[Item, ...]
    arcs: tuple[Item, ...]
    count: int


def shown(view: MapView, snapshot: Snapshot, catalogue: Catalogue, frame: Frame) -> Shown:
    """Return the features of a view in the order of display."""
    index = snapshot.index
    mask = matching(index, view.all_conditions(), view.reading)
    past = index.is_past_window(view.on.year, outside=view.outside)
    styles = {entry.layer_id: entry.style for entry in catalogue.layers}
    items: list[Item] = []
    arcs: list[Item] = []
    first = 0
    for order, layer in enumerate(snapshot.layers.values()):
        rows = slice(first, first + len(layer.features))
        first = rows.stop
        reader = _Reader(view, layer.layer_id, order, styles.get(layer.layer_id, FORMER))
        for item, is_seen in reader.items(layer.features, mask[rows], past[rows], frame):
            if is_seen:
                items.append(item)
            if item.serves:
                arcs.append(item)
    return Shown(tuple(items), tuple(arcs), int(mask.sum()))


def bounds_of(view: MapView, snapshot: Snapshot) -> tuple[float, float, float, float] | None:
    """Return the box around all places of a view, WGS 84; None where none can be put on a map."""
    mask = matching(snapshot.index, view.all_conditions(), view.reading) & snapshot.index.is_located
    if not mask.any():
        return None
    geometries = np.concatenate([_geometries(layer.features) for layer in snapshot.layers.values()])
    minx, miny, maxx, maxy = shapely.total_bounds(geometries[mask])
    return float(minx), float(miny), float(maxx), float(maxy)


def city_places(snapshot: Snapshot) -> Mapping[str, Point]:
    """Return where arcs to each city end: in the middle of the city's own feature."""
    return {
        code: Point(*middle_of(geometry))
        for layer in snapshot.layers.values()
        for category, codes, geometry in zip(
            layer.features["category"], layer.features["city"], layer.features.geometry, strict=True,
        )
        if category == CITY and geometry is not None
        for code in codes[:1]
    }


@dataclass(frozen=True)
class _Reader:
    """Reads the features of one layer as a view shows them."""

    view: MapView
    layer_id: str
    order: int
    style: LayerStyle

    def items(
        self, features: gpd.GeoDataFrame, mask: Mask, past: Mask, frame: Frame,
    ) -> Iterator[tuple[Item, bool]]:
        """Return each feature that is seen or has arcs, and whether it is seen."""
        geometries = _geometries(features)
        located = mask & ~shapely.is_missing(geometries)
        minx, miny, maxx, maxy = shapely.bounds(geometries).T
        left, bottom, right, top = frame.bbox
        seen = located & (minx <= right) & (maxx >= left) & (miny <= top) & (maxy >= bottom)
        wanted = np.flatnonzero(located if self.style.arcs else seen)
        columns = [features[name].to_numpy()[wanted] for name in _READ]
        for at, *values in zip(wanted, *columns, strict=True):
            row = dict(zip(_READ, values, strict=True))
            yield self._item(row, geometries[at], is_past=bool(past[at])), bool(seen[at])

    def _item(self, row: Mapping[str, Any], geometry: BaseGeometry, *, is_past: bool) -> Item:
        status = known_status(row["status" if self.view.outside else "status_documents"])
        look = self.style.look(row["category"])
        return Item(
            feature_id=row["id"],
            layer_id=self.layer_id,
            order=self.order,
            rank=self.order * 10 + _STATUS_RANK.get(status, 5),
            drawn=Drawn(
                geometry=geometry,
                look=look,
                status=status,
                name=_name(row, self.view.language),
                accuracy_m=row["position"]["accuracy_m"],
                is_schematic=row["position"]["method"] == "schematic",
                marks=Marks(is_past=is_past, is_conflicting=bool(row["conflict"])),
            ),
            category=row["category"],
            serves=tuple(row["serves"]) if self.style.arcs else (),
        )


def _geometries(features: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 - an array of objects
    return np.asarray(features.geometry.array, dtype=object)


def _name(row: Mapping[str, Any], language: str) -> str:
    first, second = ("name_en", "name_zh") if language == "en" else ("name_zh", "name_en")
    return str(row[first] or row[second] or row["id"])
