"""The coordinate reference systems that data are exported in, and whether a zone fits the data."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError

from geo.errors import (
    MissingCRSError,
    OutsideCRSError,
    RefusedDatumError,
    UnknownCRSError,
    WrongZoneError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

WGS84 = 4326
CGCS2000 = 4490
GEOGRAPHIC, GAUSS_KRUGER, MERCATOR = "geographic", "gauss_kruger", "mercator"
ZONES = range(25, 46)
ZONE_WIDTH = 3.0
# Farther from its meridian than one zone is wide, a grid stretches lengths by more than 1 in 1,000.
MOST_FROM_MERIDIAN = 3.0
# Where Web Mercator ends.
MERCATOR_LAT = 85.06
# One for all data, or one a city; with the zone's number before the easting or without it.
BY_DATA, BY_CITY, PREFIXED = "gk-auto", "gk-by-city", "-prefix"
CHOSEN_BY_DATA = (BY_DATA, BY_DATA + PREFIXED, BY_CITY, BY_CITY + PREFIXED)
# PROJ would shift these by guess, up to a hundred metres off: the parameters are not public.
REFUSED_DATUMS = {
    "Beijing 1954": "Beijing 1954",
    "New Beijing": "New Beijing",
    "Xian 1980": "Xi'an 1980",
    "北京54": "Beijing 1954",
    "北京1954": "Beijing 1954",
    "西安80": "Xi'an 1980",
    "西安1980": "Xi'an 1980",
    "xi'an 1980": "Xi'an 1980",
    "gcj-02": "GCJ-02",
    "gcj02": "GCJ-02",
    "bd-09": "BD-09",
    "bd09": "BD-09",
}


@dataclass(frozen=True)
class TargetCRS:
    """A coordinate reference system that data can be exported in.

    Attributes
    ----------
    kind
        `geographic`, `gauss_kruger` or `mercator`.
    name_zh, name_en
        The English one is that of the EPSG registry.
    base_epsg
        The geographic system that it projects, 4326 or 4490.
    axes
        The order of the axes by the registry; in files the first coordinate is always longitude or easting.
    zone, central_meridian
        Of a Gauss-Krüger grid.
    has_prefix
        Whether eastings begin with the zone's number.
    """

    epsg: int
    kind: str
    name_zh: str
    name_en: str
    base_epsg: int
    axes: tuple[str, str]
    zone: int | None = None
    central_meridian: float | None = None
    has_prefix: bool = False

    @property
    def crs_id(self) -> str:
        """Such as `EPSG:4547`."""
        return f"EPSG:{self.epsg}"

    @property
    def crs(self) -> CRS:
        """The same for pyproj and geopandas."""
        return _crs(self.epsg)

    @property
    def file_axes(self) -> tuple[str, str]:
        """What the two coordinates of a position in a file are, in their order."""
        return ("longitude", "latitude") if self.kind == GEOGRAPHIC else ("easting", "northing")


@dataclass(frozen=True)
class ZoneCheck:
    """How data lie to the zone of a grid.

    Attributes
    ----------
    features
        How many features have a position.
    beyond
        How many of them reach beyond the zone's edges.
    farthest_deg
        How far from the central meridian data reach, in degrees of longitude.
    stretch_cm_km
        By how many centimetres a kilometre is too long there.
    """

    zone: int
    central_meridian: float
    features: int
    beyond: int
    farthest_deg: float
    stretch_cm_km: float


def _grid(zone: int, *, has_prefix: bool) -> TargetCRS:
    meridian = zone * ZONE_WIDTH
    named = f"zone {zone}" if has_prefix else f"CM {meridian:.0f}E"
    named_zh = f"第{zone}带（加带号）" if has_prefix else f"中央经线{meridian:.0f}°E"
    return TargetCRS(
        epsg=(4488 if has_prefix else 4509) + zone,
        kind=GAUSS_KRUGER,
        name_zh=f"CGCS2000 3度带高斯-克吕格 {named_zh}",
        name_en=f"CGCS2000 / 3-degree Gauss-Kruger {named}",
        base_epsg=CGCS2000,
        axes=("northing", "easting"),
        zone=zone,
        central_meridian=meridian,
        has_prefix=has_prefix,
    )


_LAT_LON = ("latitude", "longitude")
_ROWS = (
    TargetCRS(WGS84, GEOGRAPHIC, "WGS 84 经纬度", "WGS 84", WGS84, _LAT_LON),
    TargetCRS(
        CGCS2000,
        GEOGRAPHIC,
        "CGCS2000 经纬度（2000国家大地坐标系）",
        "China Geodetic Coordinate System 2000",
        CGCS2000,
        _LAT_LON,
    ),
    TargetCRS(
        3857, MERCATOR, "WGS 84 Web 墨卡托", "WGS 84 / Pseudo-Mercator", WGS84, ("easting", "northing"),
    ),
    *(_grid(zone, has_prefix=True) for zone in ZONES),
    *(_grid(zone, has_prefix=False) for zone in ZONES),
)
TARGETS: Mapping[str, TargetCRS] = {row.crs_id: row for row in _ROWS}


def named(asked: str) -> TargetCRS:
    """Return the system that a text such as `EPSG:4547` or `4547` names.

    Raises
    ------
    RefusedDatumError
        Beijing 1954, Xi'an 1980, GCJ-02 or BD-09, by any of their codes.
    UnknownCRSError
        None that we export to.
    """
    text = asked.strip()
    digits = text.upper().removeprefix("EPSG:").strip()
    target = TARGETS.get(f"EPSG:{digits}")
    if target is not None:
        return target
    datum = _refused_by_name(text) or _refused_by_code(digits)
    if datum:
        raise RefusedDatumError(asked, datum)
    raise UnknownCRSError(asked)


def grid(zone: int, *, has_prefix: bool) -> TargetCRS:
    """Return the 3-degree Gauss-Krüger grid of a zone.

    Raises
    ------
    OutsideCRSError
        There is no such zone.
    """
    if zone not in ZONES:
        west, east = (edge * ZONE_WIDTH for edge in (ZONES[0] - 0.5, ZONES[-1] + 0.5))
        asked = f"3-degree zone {zone}"
        raise OutsideCRSError(asked, f"the zones 25 to 45 reach from {west}° to {east}°E")
    return _GRIDS[zone, has_prefix]


_GRIDS = {(row.zone, row.has_prefix): row for row in _ROWS if row.zone is not None}


def zones_of(lons: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the 3-degree zone of each longitude, the eastern one on an edge."""
    return np.floor(lons / ZONE_WIDTH + 0.5).astype(np.int64)


def fitting_zone(features: gpd.GeoDataFrame) -> int:
    """Return the zone in which most features lie, each counted by the middle of its bounds.

    Parameters
    ----------
    features
        WGS 84, at least one with a position; without a position they do not count.

    Returns
    -------
    zone
        Of several with as many, the one nearest to the middle of all. It may lie outside `ZONES`.
    """
    middles = _middles(features)
    counts: Counter[int] = Counter(zones_of(middles).tolist())
    most = max(counts.values())
    centre = float(middles.mean())
    tied = [zone for zone, count in counts.items() if count == most]
    return min(tied, key=lambda zone: (abs(zone * ZONE_WIDTH - centre), zone))


def refuse_wrong_zone(features: gpd.GeoDataFrame, target: TargetCRS) -> None:
    """Let a grid pass if it is that of the zone in which most features lie; whatever is no grid passes.

    Parameters
    ----------
    features
        WGS 84; those without a position do not count.

    Raises
    ------
    WrongZoneError
        Another zone holds more of the features.
    OutsideCRSError
        The features lie in no zone.
    """
    minx, _, maxx, _ = (float(edge) for edge in features.total_bounds)
    if target.zone is None or math.isnan(minx):
        return
    right = fitting_zone(features)
    if right != target.zone:
        fits = grid(right, has_prefix=target.has_prefix)
        raise WrongZoneError(target.crs_id, fits.crs_id, f"{fits.central_meridian:.0f}", (minx, maxx))


def checked(features: gpd.GeoDataFrame, target: TargetCRS) -> ZoneCheck | None:
    """Return how features lie to a grid's zone; None where the target has no zone.

    Parameters
    ----------
    features
        WGS 84; those without a position do not count.

    Raises
    ------
    OutsideCRSError
        Some features lie where the target is of no use.
    """
    minx, miny, maxx, maxy = (float(edge) for edge in features.total_bounds)
    if math.isnan(minx):
        return None
    if target.kind == MERCATOR and max(-miny, maxy) > MERCATOR_LAT:
        reason = f"it ends at {MERCATOR_LAT}° and the data reach {miny}° to {maxy}°"
        raise OutsideCRSError(target.crs_id, reason)
    meridian = target.central_meridian
    if target.zone is None or meridian is None:
        return None
    farthest = max(abs(minx - meridian), abs(maxx - meridian))
    if farthest > MOST_FROM_MERIDIAN:
        raise OutsideCRSError(
            target.crs_id,
            f"the data reach from {minx:.4f}° to {maxx:.4f}°E, more than {MOST_FROM_MERIDIAN:.0f}° "
            f"from its meridian {meridian:.0f}°E",
        )
    return _zone_check(features, target.zone, meridian)


def transformed(features: gpd.GeoDataFrame, target: TargetCRS) -> gpd.GeoDataFrame:
    """Return features in another system: the same rows, index and columns.

    WGS 84 and CGCS2000 coordinates are taken to be the same: they agree to a few centimetres, and no place
    of the atlas is known better than to some metres. So the projection is the only step, and exact.

    Parameters
    ----------
    features
        WGS 84, longitude first. A missing geometry stays missing.

    Raises
    ------
    MissingCRSError
        The features have no CRS.
    ValueError
        They are in another one.
    OutsideCRSError
        A position has no place in the target.
    """
    column = projected(features.geometry, target)
    return gpd.GeoDataFrame(features.drop(columns=features.geometry.name), geometry=column)


def projected(column: gpd.GeoSeries, target: TargetCRS) -> gpd.GeoSeries:
    """Return geometries in another system, as `transformed` does it."""
    if column.crs is None:
        asked = "An export"
        raise MissingCRSError(asked)
    if column.crs.to_epsg() != WGS84:
        message = f"features in {column.crs.to_string()}, not in WGS 84"
        raise ValueError(message)
    if target.epsg == WGS84:
        return column
    geometry = column.to_numpy()
    if target.kind != GEOGRAPHIC:
        geometry = _projected(geometry, target)
        bounds = shapely.total_bounds(geometry)
        if np.isinf(bounds).any():
            raise OutsideCRSError(target.crs_id, "a position of the data has no coordinates in it")
    return gpd.GeoSeries(geometry, index=column.index, crs=target.crs)


def _projected(geometry: Any, target: TargetCRS) -> Any:  # noqa: ANN401 - an array of geometries, as shapely's
    project = _transformer(target.base_epsg, target.epsg).transform

    def moved(positions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([*project(positions[:, 0], positions[:, 1]), *positions.T[2:]])

    has_height = shapely.has_z(geometry)
    flat = shapely.transform(np.where(has_height, None, geometry), moved)
    if not has_height.any():
        return flat
    high = shapely.transform(np.where(has_height, geometry, None), moved, include_z=True)
    return np.where(has_height, high, flat)


def _middles(features: gpd.GeoDataFrame) -> NDArray[np.float64]:
    bounds = features.geometry.bounds.to_numpy()
    middles: NDArray[np.float64] = (bounds[:, 0] + bounds[:, 2]) / 2
    return middles[~np.isnan(middles)]


def _zone_check(features: gpd.GeoDataFrame, zone: int, meridian: float) -> ZoneCheck:
    bounds = features.geometry.bounds.dropna()
    reach = np.abs(bounds[["minx", "maxx"]].to_numpy() - meridian).max(axis=1)
    farthest = int(reach.argmax())
    lat = float(np.abs(bounds[["miny", "maxy"]].to_numpy()[farthest]).min())
    scale = Proj(_crs(grid(zone, has_prefix=False).epsg)).get_factors(meridian + reach[farthest], lat)
    return ZoneCheck(
        zone=zone,
        central_meridian=meridian,
        features=len(bounds),
        beyond=int((reach > ZONE_WIDTH / 2).sum()),
        farthest_deg=round(float(reach[farthest]), 4),
        stretch_cm_km=round((float(scale.meridional_scale) - 1) * 100_000, 1),
    )


def _refused_by_name(text: str) -> str:
    plain = text.lower().replace(" ", "").replace("_", "")
    names = REFUSED_DATUMS.items()
    return _first(datum for name, datum in names if name.lower().replace(" ", "") in plain)


def _refused_by_code(digits: str) -> str:
    if not digits.isascii() or not digits.isdigit():
        return ""
    try:
        base = CRS.from_epsg(int(digits)).geodetic_crs
    except CRSError:
        return ""
    datum = base.datum.name if base is not None and base.datum is not None else ""
    return REFUSED_DATUMS.get(datum, "")


def _first(names: Iterable[str]) -> str:
    return next(iter(names), "")


@lru_cache(maxsize=64)
def _crs(epsg: int) -> CRS:
    return CRS.from_epsg(epsg)


@lru_cache(maxsize=64)
def _transformer(base_epsg: int, epsg: int) -> Transformer:
    return Transformer.from_crs(base_epsg, epsg, always_xy=True, allow_ballpark=False)
