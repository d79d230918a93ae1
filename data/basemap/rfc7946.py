"""GeoJSON as the basemap files hold it: RFC 7946 rings, rounded, one feature a line."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

DECIMALS = 4
"""About 10 m, far finer than either source."""

Areal = Polygon | MultiPolygon
Feature = dict[str, object]


def rounded(geometry: Areal) -> Areal:
    """Return a geometry with rounded coordinates; what was shared stays shared."""
    return shapely.transform(geometry, lambda lonlat: np.round(lonlat, DECIMALS))


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """Return the polygons that a geometry holds, at any depth; lines and points are left out."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def areal(geometry: BaseGeometry) -> Areal:
    """Return a geometry as one polygon where it is one, else as a multipolygon."""
    parts = polygons(geometry)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def label_point(geometry: BaseGeometry) -> list[float]:
    """Return lon and lat of the roomiest place inside the largest polygon."""
    largest = max(polygons(geometry), key=lambda polygon: float(polygon.area))
    middle = shapely.get_point(shapely.maximum_inscribed_circle(largest), 0)
    return [round(middle.x, DECIMALS), round(middle.y, DECIMALS)]


def feature(geometry: BaseGeometry, properties: Mapping[str, object]) -> Feature:
    """Return a GeoJSON feature: WGS 84 lon, lat, outer rings counter-clockwise."""
    oriented = shapely.orient_polygons(geometry, exterior_cw=False)
    return {"type": "Feature", "properties": dict(properties), "geometry": mapping(oriented)}


def write_features(path: Path, name: str, features: Iterable[Feature]) -> int:
    """Write a FeatureCollection, one feature a line, and return its size in bytes."""
    lines = ",\n".join(
        json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in features
    )
    text = f'{{"type":"FeatureCollection","name":"{name}","features":[\n{lines}\n]}}\n'
    return path.write_bytes(text.encode("utf-8"))
