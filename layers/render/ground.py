"""The ground of still maps: land, water, borders and names of the offline basemap, put on paper."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from shapely import clip_by_rect, get_coordinates, line_merge, transform, unary_union
from shapely.geometry import MultiLineString, Point, shape

from layers.render.markup import bank_data, element, path_data

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.catalogue import Bbox

EARTH_M = 6_378_137.0
# At zoom 0 the earth is so many pixels wide.
TILE = 256
# Beyond the frame so much is kept, in pixels, so that no edge of what is cut shows.
MARGIN = 12.0
TOLERANCE = 0.7
# Beyond so many metres a pixel the steps of the source's shores are too small to be seen.
COARSE = 120
# Further out than this (zoom 9) cities are shown whole.
COUNTIES_UNTIL = 264
OVERVIEW_SIZE = 104, 88
# Water smaller than this is not drawn, in square pixels.
SPECK = 16
# So near to the edge of the extract a shore is cut off, in degrees.
EDGE = 1e-4
# Decimals of a degree in which the basemap's source is written.
PLACES = 5


@dataclass(frozen=True)
class Frame:
    """The window of a still map: its middle, its size in pixels, its scale at the middle; Mercator."""

    lon: float
    lat: float
    metres_per_pixel: float
    width: float
    height: float

    @classmethod
    def at_zoom(cls, centre: tuple[float, float], zoom: float, width: float, height: float) -> Self:
        """Return the window around a position at a zoom of the map on screen."""
        lon, lat = centre
        around = 2 * math.pi * EARTH_M * math.cos(math.radians(lat))
        return cls(lon, lat, around / (TILE * 2**zoom), width, height)

    @classmethod
    def around(cls, bbox: Bbox, width: float, height: float, rim: float, nearest: float) -> Self:
        """Return the window that shows a box in degrees whole.

        Parameters
        ----------
        rim
            So much stays free along each edge, in pixels.
        nearest
            The zoom that a small box is not shown nearer than.
        """
        minx, miny, maxx, maxy = bbox
        northing = (_northing(miny) + _northing(maxy)) / 2
        middle = (minx + maxx) / 2, math.degrees(math.atan(math.sinh(northing)))
        # In pixels of zoom 0, where the earth is as wide as a tile.
        scale = TILE / (2 * math.pi)
        wide, tall = math.radians(maxx - minx) * scale, (_northing(maxy) - _northing(miny)) * scale
        room = width - 2 * rim, height - 2 * rim
        shares = [free / taken for free, taken in zip(room, (wide, tall), strict=True) if taken > 0]
        zoom = min([nearest, *(math.log2(share) for share in shares)])
        return cls.at_zoom(middle, zoom, width, height)

    @property
    def zoom(self) -> float:
        """The zoom of the map on screen that has the same scale."""
        return math.log2(2 * math.pi * self._radius / (TILE * self.metres_per_pixel))

    def on_paper(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in lon/lat as pixels from the upper left corner."""
        return transform(geometry, self._pixels)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return a position in pixels."""
        ((x, y),) = self._pixels(np.array([[lon, lat]]))
        return float(x), float(y)

    def seen(
        self, geometry: BaseGeometry, margin: float = MARGIN, tolerance: float = TOLERANCE,
    ) -> BaseGeometry:
        """Return what the window shows of a geometry, in pixels and without steps that cannot be seen."""
        corners = -margin, -margin, self.width + margin, self.height + margin
        return clip_by_rect(self.on_paper(geometry), *corners).simplify(tolerance)

    @property
    def bbox(self) -> Bbox:
        """The window in degrees, with its margin."""
        half_lon = math.degrees(self.metres_per_pixel * (self.width / 2 + MARGIN) / self._radius)
        reach = self.metres_per_pixel * (self.height / 2 + MARGIN) / self._radius
        middle = _northing(self.lat)
        south, north = (math.degrees(math.atan(math.sinh(middle + sign * reach))) for sign in (-1, 1))
        return self.lon - half_lon, south, self.lon + half_lon, north

    @property
    def _radius(self) -> float:
        return EARTH_M * math.cos(math.radians(self.lat))

    def _pixels(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        scale = self._radius / self.metres_per_pixel
        east = np.radians(positions[:, 0] - self.lon) * scale
        north = (np.arcsinh(np.tan(np.radians(positions[:, 1]))) - _northing(self.lat)) * scale
        return np.column_stack([self.width / 2 + east, self.height / 2 - north])


@dataclass(frozen=True)
class Detail:
    """How exactly the ground is drawn.

    Attributes
    ----------
    tolerance
        Steps smaller than so many pixels are left out.
    speck
        Water smaller than this is not drawn, in square pixels.
    has_banks
        Whether shores are drawn as curves.
    """

    tolerance: float
    speck: float
    has_banks: bool


NEAR, FAR, FINE = (
    Detail(1.0, SPECK, has_banks=True),
    Detail(2.2, 2 * SPECK, has_banks=False),
    Detail(0.6, 5, has_banks=True),
)


@dataclass(frozen=True)
class GroundName:
    """A name on the ground: of a `county` or a `water`; of a `city` its code, in both languages."""

    kind: str
    zh: str
    en: str
    at: Point
    area: BaseGeometry
    is_river: bool = False


@dataclass(frozen=True)
class Ground:
    """The offline basemap, WGS 84."""

    land: BaseGeometry
    city_lines: BaseGeometry
    county_lines: BaseGeometry
    water: tuple[BaseGeometry, ...]
    names: tuple[GroundName, ...]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Build from the basemap's data as a store gives it."""
        raw = json.loads(content)
        counties = [(row["properties"], shape(row["geometry"])) for row in raw["counties"]["features"]]
        waters = [(row["properties"], shape(row["geometry"])) for row in raw["water"]["features"]]
        by_city: dict[str, list[BaseGeometry]] = {}
        for properties, area in counties:
            by_city.setdefault(properties.get("city") or "", []).append(area)
        cities = {city: unary_union(areas) for city, areas in by_city.items() if city}
        city_lines = line_merge(unary_union([_edge(area) for area in cities.values()]))
        land = unary_union(list(cities.values()))
        kept = [(properties, whole) for properties, area in waters if (whole := _uncut(area, waters, land))]
        return cls(
            land=land,
            city_lines=city_lines,
            county_lines=line_merge(
                unary_union([_edge(area) for _, area in counties]).difference(city_lines),
            ),
            water=tuple(area for _, area in kept),
            names=(
                *(_name("water", *row) for row in kept),
                *(_name("county", *row) for row in counties),
                *(_name("city", {"name_zh": city, "name_en": city}, area) for city, area in cities.items()),
            ),
        )

    def drawn(self, frame: Frame, detail: Detail | None = None) -> str:
        """Return land, water and borders as markup; without a detail named, in few bytes."""
        detail = detail or (NEAR if frame.metres_per_pixel < COARSE else FAR)
        tolerance = detail.tolerance
        trace = bank_data if detail.has_banks else path_data
        shores = (
            frame.seen(area, tolerance=tolerance) for area in self.water if _meets(area.bounds, frame.bbox)
        )
        inner = self.county_lines if frame.metres_per_pixel < COUNTIES_UNTIL else MultiLineString()
        seen = (frame.seen(shown, tolerance=tolerance) for shown in (inner, self.city_lines))
        county_lines, city_lines = map(path_data, seen)
        parts = (part for area in shores for part in _parts(area))
        drawn = {
            "land": path_data(frame.seen(self.land, tolerance=tolerance)),
            "water": "".join(trace(part) for part in parts if part.area > detail.speck),
            "county-line": county_lines,
            "city-line": city_lines,
        }
        return "".join(element("path", class_=class_, d=data) for class_, data in drawn.items() if data)

    def as_json(self) -> bytes:
        """Return the ground as the map document reads it.

        An object with `land` (None where there is none), `water`, `county_lines`, `city_lines` and `names`.
        Each ring or line is a flat array `[lon, lat, lon, lat, ...]`, each `box` is west, south, east, north.
        """
        told = {
            "land": None if self.land.is_empty else _told_area(self.land),
            "water": [_told_area(area) for area in self.water],
            "county_lines": _told_lines(self.county_lines),
            "city_lines": _told_lines(self.city_lines),
            "names": [_told_name(name) for name in self.names if name.zh or name.en],
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def overview(self) -> tuple[Frame, str]:
        """The whole region as small as a stamp: its frame, and land and borders as markup."""
        minx, miny, maxx, maxy = self.land.bounds
        middle = (minx + maxx) / 2, (miny + maxy) / 2
        left, top, right, bottom = Frame(*middle, 1, 0, 0).on_paper(self.land).bounds
        wide, tall = OVERVIEW_SIZE
        scale = max((right - left) / (wide - 8), (bottom - top) / (tall - 8))
        frame = Frame(*middle, scale, wide, tall)
        land, lines = (path_data(frame.seen(shown, 0, 1)) for shown in (self.land, self.city_lines))
        return frame, element("path", class_="land", d=land) + element("path", class_="city-line", d=lines)

    def names_in(
        self, frame: Frame, kinds: Collection[str],
    ) -> Iterable[tuple[GroundName, BaseGeometry]]:
        """Return the names whose area the window shows, each with what is seen of it, largest first."""
        seen = [
            (name, frame.seen(name.area, 0))
            for name in self.names
            if name.kind in kinds and _meets(name.area.bounds, frame.bbox)
        ]
        return sorted((row for row in seen if row[1].area), key=lambda row: -row[1].area)


def _northing(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))


def _meets(bounds: Sequence[float], bbox: Bbox) -> bool:
    return bounds[0] < bbox[2] and bounds[2] > bbox[0] and bounds[1] < bbox[3] and bounds[3] > bbox[1]


def _told_area(area: BaseGeometry) -> dict[str, Any]:
    rings = [ring for part in _parts(area) for ring in (part.exterior, *part.interiors)]
    return {"rings": [_flat(ring) for ring in rings], "box": _rounded(area.bounds)}


def _told_lines(lines: BaseGeometry) -> list[list[float]]:
    return [_flat(line) for line in _parts(lines) if not line.is_empty]


def _told_name(name: GroundName) -> dict[str, Any]:
    told = {"kind": name.kind, "at": _flat(name.at), "box": _rounded(name.area.bounds)}
    if name.kind == "city":
        return {**told, "city": name.zh}
    return {**told, "zh": name.zh, "en": name.en, **({"river": True} if name.is_river else {})}


def _flat(geometry: BaseGeometry) -> list[float]:
    return _rounded(get_coordinates(geometry).ravel())


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), PLACES) for value in values]


def _parts(area: BaseGeometry) -> Sequence[Any]:
    return getattr(area, "geoms", [area])


def _edge(area: BaseGeometry) -> BaseGeometry:
    rings = [ring.coords for part in _parts(area) for ring in (part.exterior, *part.interiors)]
    return MultiLineString(rings)


def _uncut(
    area: BaseGeometry, waters: Sequence[tuple[Mapping[str, Any], BaseGeometry]], land: BaseGeometry,
) -> BaseGeometry | None:
    """Return water without parts that the edge of the extract cuts off and that lie outside the region."""
    minx, miny, maxx, maxy = np.array([other.bounds for _, other in waters]).T
    inner = minx.min() + EDGE, miny.min() + EDGE, maxx.max() - EDGE, maxy.max() - EDGE
    parts = [
        part
        for part in _parts(area)
        if _lies_in(part.bounds, inner) or land.is_empty or part.intersects(land)
    ]
    return unary_union(parts) if parts else None


def _lies_in(bounds: Sequence[float], box: Sequence[float]) -> bool:
    return bounds[0] > box[0] and bounds[1] > box[1] and bounds[2] < box[2] and bounds[3] < box[3]


def _name(kind: str, properties: Mapping[str, Any], area: BaseGeometry) -> GroundName:
    at = properties.get("label_point")
    point = Point(at) if isinstance(at, list) else area.representative_point()
    zh, en = properties.get("name_zh") or "", properties.get("name_en") or ""
    return GroundName(kind, zh, en, point, area, is_river=properties.get("kind") == "river")
