"""Lengths and areas on the ground, measured on the WGS 84 ellipsoid."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from shapely import Geometry
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.polygon import orient

from geo.errors import MissingCRSError

WGS84 = Geod(ellps="WGS84")
SQUARE_METRES_PER_HECTARE = 10_000


def length_m(gdf: gpd.GeoDataFrame) -> pd.Series:
    """Geodesic length of every line.

    Parameters
    ----------
    gdf
        Any geometry, any CRS.

    Returns
    -------
    lengths
        Metres, same index. 0 for points and areas; NaN where there is no geometry.

    Raises
    ------
    MissingCRSError
        `gdf` has no CRS.
    """
    return _in_degrees(gdf, "A length").map(_length, na_action="ignore").astype(float)


def area_ha(gdf: gpd.GeoDataFrame) -> pd.Series:
    """Geodesic area of every polygon.

    Parameters
    ----------
    gdf
        Any geometry, any CRS. Rings may run either way round.

    Returns
    -------
    areas
        Hectares, same index. 0 for points and lines; NaN where there is no geometry.

    Raises
    ------
    MissingCRSError
        `gdf` has no CRS.
    """
    return _in_degrees(gdf, "An area").map(_area, na_action="ignore").astype(float)


def _in_degrees(gdf: gpd.GeoDataFrame, asked: str) -> pd.Series:
    if gdf.crs is None:
        raise MissingCRSError(asked)
    geometry = gdf.geometry.to_crs(4326)
    return pd.Series(list(geometry), index=gdf.index, dtype=object)


def _length(geometry: Geometry) -> float:
    if isinstance(geometry, LineString | MultiLineString):
        return float(WGS84.geometry_length(geometry))
    return 0.0


def _area(geometry: Geometry) -> float:
    if isinstance(geometry, Polygon):
        square_metres, _ = WGS84.geometry_area_perimeter(orient(geometry))
        return float(square_metres) / SQUARE_METRES_PER_HECTARE
    if isinstance(geometry, MultiPolygon):
        return sum(_area(part) for part in geometry.geoms)
    return 0.0


def distance_m(one: Geometry, other: Geometry) -> float:
    """Geodesic distance between the nearest points of two geometries.

    Parameters
    ----------
    one, other
        Any geometry in lon/lat (WGS 84), not empty, apart by no more than a few degrees.

    Returns
    -------
    distance
        Metres; 0 where the two touch or overlap. The nearest points are looked for on a plane that is true
        to shape around them.
    """
    if shapely.intersects(one, other):
        return 0.0
    lat = float(shapely.get_y(shapely.point_on_surface(one)))
    if not (isinstance(one, Point) and isinstance(other, Point)):
        # The plane that fits at one end of a long line does not at the other: look again where they meet.
        lat = _nearest(one, other, lat)[1]
    return float(WGS84.inv(*_nearest(one, other, lat))[2])


def _nearest(one: Geometry, other: Geometry, lat: float) -> tuple[float, float, float, float]:
    shrink = np.array([math.cos(math.radians(lat)), 1.0])
    planes = (shapely.transform(geometry, lambda positions: positions * shrink) for geometry in (one, other))
    (lon_a, lat_a), (lon_b, lat_b) = shapely.get_coordinates(shapely.shortest_line(*planes)) / shrink
    return lon_a, lat_a, lon_b, lat_b
