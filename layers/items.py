"""One layer as a service hands it out: asked by box, years, attributes and expression, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import mapping

from geo.crs import GEOGRAPHIC, TARGETS, TargetCRS, transformed
from layers import expressions
from layers.attributes import BOOLEAN, BY_NAME, INTEGER, STRING, STRINGS, Labels, values_of
from layers.expressions import Column, Features, box_of, matching

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.catalogue import Bbox, Catalogue
    from layers.index import Mask
    from layers.snapshot import Layer

SOURCES = tuple(dict.fromkeys(source for attribute in BY_NAME.values() for source in attribute.sources))
KINDS = {
    STRING: expressions.STRING,
    INTEGER: expressions.NUMBER,
    BOOLEAN: expressions.BOOLEAN,
    STRINGS: expressions.STRINGS,
}
# A tenth of a millimetre.
DECIMALS = 4
# Nothing on earth lies farther out, in degrees or in metres, and beyond 1e150 areas are no numbers any more.
FARTHEST = 1e9
HALF_TURN = 180.0
PARTS = {
    "points": ("Point", "MultiPoint"),
    "lines": ("LineString", "MultiLineString"),
    "polygons": ("Polygon", "MultiPolygon"),
}


@dataclass(frozen=True)
class Reference:
    """A coordinate reference system with an order of axes.

    Attributes
    ----------
    is_swapped
        Whether latitude or northing comes first.
    """

    target: TargetCRS
    is_swapped: bool

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.target.kind == GEOGRAPHIC


LON_LAT = Reference(TARGETS["EPSG:4326"], is_swapped=False)


@dataclass(frozen=True)
class ItemQuery:
    """What is asked of a layer; features meet all of it.

    Attributes
    ----------
    bbox
        In the order of the axes of `bbox_crs`. A feature without position is in no box.
    years
        First and last year, either may be infinite, met by overlap with a feature's build window. A feature
        without any year meets it, as the standard asks.
    equal
        Attributes with the value each must have; an attribute that is a list must have it among its values.
    expression
        CQL2 text; empty where nothing more is asked.
    """

    bbox: Bbox | None = None
    bbox_crs: Reference = LON_LAT
    years: tuple[float, float] | None = None
    equal: tuple[tuple[str, str | int | bool], ...] = ()
    expression: str = ""
    expression_crs: Reference = LON_LAT


class Items:
    """The features of one layer of a data version."""

    def __init__(self, layer: Layer, catalogue: Catalogue) -> None:
        self._layer = layer
        self._labels = Labels(catalogue)
        self._columns = _Columns(layer, self._labels)
        self._geometry: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self._layer.features)

    @cached_property
    def bounds(self) -> Bbox | None:
        """The features' bounding box, longitude and latitude; None where no feature has a position."""
        minx, miny, maxx, maxy = (float(edge) for edge in self._layer.features.total_bounds)
        return None if np.isnan(minx) else (minx, miny, maxx, maxy)

    @cached_property
    def window(self) -> tuple[int, int] | None:
        """The first and the last year of all build windows; None where no feature has a year."""
        starts, ends = self._windows
        if np.isnan(starts).all():
            return None
        return int(np.nanmin(starts)), int(np.nanmax(ends))

    def rows(self, query: ItemQuery) -> NDArray[np.intp]:
        """Return the rows of the features that meet a query, in file order.

        Raises
        ------
        InvalidFilterError
            Its expression cannot be used.
        OutsideCRSError
            The features have no coordinates in a CRS that it names.
        """
        kept = np.ones(len(self), dtype=bool)
        if query.bbox is not None:
            kept &= self._in_box(query.bbox, query.bbox_crs)
        if query.years is not None:
            kept &= self._in_years(*query.years)
        for name, value in query.equal:
            kept &= self._has(name, value)
        if query.expression:
            kept &= matching(query.expression, self._asked(query.expression_crs))
        return np.flatnonzero(kept)

    def rows_of(self, feature_id: str) -> NDArray[np.intp]:
        """Return the row of a feature, or none where the layer does not have it."""
        return np.flatnonzero(self._layer.features.index == feature_id)

    def features(self, rows: NDArray[np.intp], reference: Reference) -> list[dict[str, Any]]:
        """Return features as GeoJSON with flat attributes, coordinates in the order of the axes.

        A feature without position has a geometry without coordinates: by the standard's schema a feature
        must have a geometry, and by RFC 7946, 3.1 one without coordinates may be read as none.

        Raises
        ------
        OutsideCRSError
            The features have no coordinates in that CRS.
        """
        geometry = self._in(reference)[rows]
        if reference.is_swapped:
            geometry = shapely.transform(geometry, lambda positions: positions[:, ::-1])
        attributes = _attributes(self._layer.features.iloc[rows], self._labels)
        return [
            {
                "type": "Feature",
                "id": told["id"],
                "geometry": self._nowhere if drawn is None else mapping(drawn),
                "properties": told,
            }
            for told, drawn in zip(attributes, geometry, strict=True)
        ]

    def _in_box(self, bbox: Bbox, reference: Reference) -> Mask:
        minx, miny, maxx, maxy = (float(side) for side in np.clip(bbox, -FARTHEST, FARTHEST))
        if reference.is_swapped:
            minx, miny, maxx, maxy = miny, minx, maxy, maxx
        parts = [(minx, maxx)]
        if minx > maxx and reference.is_geographic:
            # A box across the 180th meridian has its western edge in the east.
            parts = [(minx, HALF_TURN), (-HALF_TURN, maxx)]
        kept = np.zeros(len(self), dtype=bool)
        for west, east in parts:
            if west <= east and miny <= maxy:
                drawn = box_of(west, miny, east, maxy)
                shapely.prepare(drawn)
                kept |= shapely.intersects(drawn, self._in(reference))
        return kept

    def _in_years(self, first: float, last: float) -> Mask:
        starts, ends = self._windows
        return np.isnan(starts) | ((starts <= last) & (ends >= first))

    def _has(self, name: str, wanted: str | float) -> Mask:
        column = self._columns[name]
        if column.kind == expressions.STRINGS:
            met = (wanted in values for values in column.values)
        else:
            met = (value == wanted for value in column.values)
        return np.fromiter(met, bool, len(self))

    def _asked(self, reference: Reference) -> Features:
        return Features(
            columns=self._columns,
            geometry=self._in(reference),
            is_swapped=reference.is_swapped,
            is_geographic=reference.is_geographic,
        )

    def _in(self, reference: Reference) -> NDArray[Any]:
        crs_id = reference.target.crs_id
        if crs_id not in self._geometry:
            moved: NDArray[Any] = transformed(self._layer.features, reference.target).geometry.to_numpy()
            if not reference.is_geographic:
                moved = shapely.transform(moved, lambda positions: positions.round(DECIMALS))
            self._geometry[crs_id] = moved
        return self._geometry[crs_id]

    @cached_property
    def _nowhere(self) -> dict[str, Any]:
        # Of the dimension that most features have, so that a client finds no other kind of geometry.
        kinds = self._layer.features.geom_type.dropna().str.removeprefix("Multi").mode()
        return {"type": f"Multi{kinds.iloc[0] if len(kinds) else 'Point'}", "coordinates": []}

    @cached_property
    def _windows(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        start, end = (
            self._layer.features[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            for name in ("year_start", "year_end")
        )
        return np.where(np.isnan(start), end, start), np.where(np.isnan(end), start, end)


def parts_of(layer: Layer) -> tuple[str, ...]:
    """Return which kinds of geometry the features of a layer have, by their names in `PARTS`."""
    kinds = set(layer.features.geom_type.dropna())
    return tuple(part for part, types in PARTS.items() if not kinds.isdisjoint(types))


def part_of(layer: Layer, part: str) -> Layer:
    """Return a layer's features that have one kind of geometry."""
    return replace(layer, features=layer.features[layer.features.geom_type.isin(PARTS[part])])


class _Columns(Mapping[str, Column]):
    """The attributes of a layer's features, each worked out when it is first asked for."""

    def __init__(self, layer: Layer, labels: Labels) -> None:
        self._features = layer.features
        self._labels = labels
        self._known: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        """Return one column; KeyError where there is none."""
        if name not in self._known:
            attribute = BY_NAME[name]
            columns = _listed(self._features, attribute.sources)
            values = values_of(attribute, columns, self._labels, len(self._features))
            self._known[name] = Column(KINDS[attribute.kind], values)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is such a column."""
        return name in BY_NAME

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(BY_NAME)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(BY_NAME)


def _attributes(features: gpd.GeoDataFrame, labels: Labels) -> list[dict[str, Any]]:
    columns = _listed(features, SOURCES)
    values = [values_of(attribute, columns, labels, len(features)) for attribute in BY_NAME.values()]
    return [dict(zip(BY_NAME, row, strict=True)) for row in zip(*values, strict=True)]


def _listed(features: gpd.GeoDataFrame, names: Iterable[str]) -> dict[str, list[Any]]:
    return {name: features[name].tolist() for name in names if name in features.columns}
