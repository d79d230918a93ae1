"""Which features an export is of, and which of those asked for are left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape

from layers import strict_json
from layers.errors import UnknownPlaceError
from layers.exports.errors import InvalidAreaError
from layers.filters import matching
from layers.places import similar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from layers.snapshot import Snapshot
    from layers.view import MapView

# Why a feature that meets the filter is not in the export.
NO_POSITION, OUTSIDE_AREA = "no_position", "outside_area"
MAX_CORNERS = 10_000

_Area = TypeVar("_Area", bound=Polygon | MultiPolygon)


@dataclass(frozen=True)
class LeftOut:
    """A feature that meets the filter and is not in the export."""

    layer_id: str
    feature_id: str
    reason: str


@dataclass(frozen=True)
class Chosen:
    """What a selection comes to.

    Attributes
    ----------
    layers
        The features of each layer asked for, WGS 84 with all attributes; a layer may have none.
    missing
        The layers asked for that the data version does not have or that cannot be served.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    left_out: tuple[LeftOut, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The number of features of all layers."""
        return sum(len(features) for features in self.layers.values())

    def without_unplaced(self) -> Chosen:
        """Return the same without the features that have no position, for formats that cannot hold them."""
        placed = {name: features[features.geometry.notna()] for name, features in self.layers.items()}
        unplaced = [
            LeftOut(name, str(feature_id), NO_POSITION)
            for name, features in self.layers.items()
            for feature_id in features.index[features.geometry.isna()]
        ]
        return Chosen(placed, (*self.left_out, *unplaced), self.missing)


@dataclass(frozen=True)
class Selection:
    """What is asked for: a view of a data version, and within it perhaps an area, some places or some layers.

    Attributes
    ----------
    area
        WGS 84; a feature is in it that touches it. None where none was drawn.
    ids
        Places by their ids; None where all are meant.
    layers
        Of the view's layers, those to be exported; None where all of them are.
    """

    snapshot: Snapshot
    view: MapView
    area: Polygon | MultiPolygon | None = None
    ids: tuple[str, ...] | None = None
    layers: tuple[str, ...] | None = None

    def layer_ids(self) -> tuple[str, ...]:
        """Return the layers asked for in the order of display."""
        wanted = self.wanted()
        return tuple(layer_id for layer_id in self.snapshot.layers if layer_id in wanted)

    def chosen(self) -> Chosen:
        """Return the features asked for.

        Raises
        ------
        UnknownPlaceError
            One of `ids` is the id of no place; the error names similar ones.
        """
        index = self.snapshot.index
        kept = matching(index, self.view.all_conditions(), self.view.reading)
        if self.ids is not None:
            kept &= self._named()
        left_out: list[LeftOut] = []
        layers = {}
        starts = self._starts()
        for layer_id in self.layer_ids():
            features = self.snapshot.layers[layer_id].features
            start = starts[layer_id]
            is_kept = kept[start : start + len(features)]
            # The very frame where all of it is meant: it is large, and what was made of it is kept with it.
            chosen = features if is_kept.all() else features[is_kept]
            layers[layer_id] = chosen if self.area is None else self._within(layer_id, chosen, left_out)
        missing = tuple(layer_id for layer_id in self.wanted() if layer_id not in self.snapshot.layers)
        return Chosen(layers, tuple(left_out), missing)

    def wanted(self) -> tuple[str, ...]:
        """Return the layers asked for in the view's order, whether the data have them or not."""
        shown = dict.fromkeys(self.view.shown_layers())
        return tuple(name for name in shown if self.layers is None or name in self.layers)

    def _starts(self) -> dict[str, int]:
        starts, start = {}, 0
        for layer_id, layer in self.snapshot.layers.items():
            starts[layer_id] = start
            start += len(layer.features)
        return starts

    def _named(self) -> Any:  # noqa: ANN401 - a mask of numpy
        wanted = list(self.ids or ())
        ids = self.snapshot.index.ids
        unknown = set(wanted) - set(ids)
        if unknown:
            asked = next(name for name in wanted if name in unknown)
            raise UnknownPlaceError(asked, similar(asked, self.snapshot.index))
        return np.isin(ids.astype(str), wanted)

    def _within(self, layer_id: str, features: gpd.GeoDataFrame, left_out: list[LeftOut]) -> gpd.GeoDataFrame:
        shapely.prepare(self.area)
        geometry = features.geometry.to_numpy()
        is_placed = ~shapely.is_missing(geometry)
        is_within = shapely.intersects(self.area, geometry)
        for feature_id, placed in zip(features.index[~is_within], is_placed[~is_within], strict=True):
            left_out.append(LeftOut(layer_id, str(feature_id), OUTSIDE_AREA if placed else NO_POSITION))
        return features[is_within]


def read_area(content: bytes) -> Polygon | MultiPolygon:
    """Return the area that GeoJSON holds: a polygon, a multipolygon, or features of these.

    Raises
    ------
    InvalidAreaError
        It holds none, one that crosses itself, one with more than 10,000 corners, or no degrees.
    """
    try:
        raw = strict_json.parse(content.decode("utf-8-sig"))
        area = shapely.union_all([shape(dict(geometry)) for geometry in _geometries(raw)])
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise InvalidAreaError(str(error) or type(error).__name__) from error
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        problem = f"it holds no area but {area.geom_type}"
        raise InvalidAreaError(problem)
    return _refuse_unsuited(area)


def typed_area(text: str) -> Polygon:
    """Return the area that longitudes and latitudes with commas between them are the corners of.

    Parameters
    ----------
    text
        `west,south,east,north`, or the corners in turn, each by longitude and latitude: at least three.

    Raises
    ------
    InvalidAreaError
        It is of neither form, crosses itself, has no extent, or is in no degrees.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InvalidAreaError(str(error)) from error
    if len(numbers) == 4:  # noqa: PLR2004 - the edges of a box
        west, south, east, north = numbers
        numbers = [west, south, east, south, east, north, west, north]
    if len(numbers) < 6 or len(numbers) % 2:  # noqa: PLR2004 - three corners
        problem = f"{len(numbers)} numbers are no corners of an area"
        raise InvalidAreaError(problem)
    if not np.isfinite(numbers).all():
        problem = "it has corners that are no numbers"
        raise InvalidAreaError(problem)
    ring = Polygon(np.array(numbers).reshape(-1, 2))
    if not ring.is_valid or not ring.area:
        raise InvalidAreaError(shapely.is_valid_reason(ring) if ring.area else "it has no extent")
    return _refuse_unsuited(ring)


def _refuse_unsuited(area: _Area) -> _Area:
    if shapely.get_num_coordinates(area) > MAX_CORNERS:
        problem = f"it has more than {MAX_CORNERS} corners"
        raise InvalidAreaError(problem)
    minx, miny, maxx, maxy = area.bounds
    if max(-minx, maxx) > 180 or max(-miny, maxy) > 90:  # noqa: PLR2004 - degrees
        problem = f"its coordinates {minx:g}, {miny:g} to {maxx:g}, {maxy:g} are no degrees"
        raise InvalidAreaError(problem)
    return area


def _geometries(raw: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if raw["type"] == "FeatureCollection":
        return [feature["geometry"] for feature in raw["features"]]
    return [raw["geometry"] if raw["type"] == "Feature" else raw]
