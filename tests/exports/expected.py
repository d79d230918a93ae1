"""What must be read back: rows as formats are handed them, positions by formulas that are not PROJ's."""

import math
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString, MultiPoint, MultiPolygon, shape
from shapely.geometry.base import BaseGeometry

from geo.crs import GAUSS_KRUGER, GEOGRAPHIC, TargetCRS
from layers.exports.cells import is_formula
from layers.fields import BOOLEAN, FEATURES, INTEGER
from tests.exports.pieces import Piece
from tests.kruger import kruger

RADIUS = 6_378_137.0
# The most bytes of a text in a dBASE table.
MOST_BYTES = 254
FLAGS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
# A millimetre on the ground; of a degree, where it is smallest.
MILLIMETRE, MILLIMETRE_DEG = 1e-3, 1e-3 / 111_320


def rows_of(piece: Piece, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table by the fields' ids, as the format keeps them."""
    key = "id" if table == FEATURES else "feature_id"
    rows = [row for row in piece.source.tables[table] if row[key] in piece.ids]
    return [{field: _kept(piece, value) for field, value in row.items()} for row in rows]


def kinds_of(piece: Piece, table: str) -> dict[str, str]:
    """Return the kind of each field of a table."""
    return {field.field_id: field.kind for field in piece.source.store.catalogue.fields.of(table)}


def canonical(value: Any, kind: str) -> Any:  # noqa: ANN401 - a value of any kind
    """Return a value as it is compared; a text that came back as something else is a fault."""
    if value is None or value is pd.NA or value == "" or value != value:  # noqa: PLR0124 - NaN
        return False if kind == BOOLEAN else ""
    if kind == BOOLEAN:
        return FLAGS[value.lower()] if isinstance(value, str) else bool(value)
    if kind == INTEGER:
        return int(value)
    assert isinstance(value, str), f"{value!r} came back as a {type(value).__name__}"
    return value


def geometry_of(piece: Piece, feature_id: str) -> BaseGeometry | None:
    """Return where a place lies in the piece's system."""
    stored = piece.source.geometries[feature_id]
    if not stored:
        return None
    wanted = projected(shape(stored), piece.crs)
    # A drawing has the edges of areas.
    is_edge = piece.combination.format_id == "dxf" and wanted.area > 0
    return wanted.boundary if is_edge else wanted


def projected(geometry: BaseGeometry, crs: TargetCRS) -> BaseGeometry:
    """Return WGS 84 in another system: the series of Krüger, Mercator's formula, or as it is."""

    def moved(positions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([_position(lon, lat, crs) for lon, lat in positions.tolist()])

    return geometry if crs.kind == GEOGRAPHIC else shapely.transform(geometry, moved)


def is_same_place(found: BaseGeometry | None, wanted: BaseGeometry | None, crs: TargetCRS) -> bool:
    """Return whether two geometries agree to a millimetre on the ground."""
    if found is None or wanted is None:
        return found is wanted
    tolerance = MILLIMETRE_DEG if crs.kind == GEOGRAPHIC else MILLIMETRE
    return whole(found).equals_exact(whole(wanted), tolerance)


def whole(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry of several parts, whatever it was, in an order of its own."""
    parts = shapely.get_parts(shapely.force_2d(geometry))
    multiple: Any = {0: MultiPoint, 1: MultiLineString, 3: MultiPolygon}[int(shapely.get_type_id(parts[0]))]
    made: BaseGeometry = multiple(list(parts)).normalize()
    return made


def _position(lon: float, lat: float, crs: TargetCRS) -> tuple[float, float]:
    if crs.kind == GAUSS_KRUGER:
        assert crs.central_meridian is not None
        assert crs.zone is not None
        east, north = kruger(lon, lat, crs.central_meridian)
        return 500_000 + (1_000_000 * crs.zone if crs.has_prefix else 0) + east, north
    return RADIUS * math.radians(lon), RADIUS * math.asinh(math.tan(math.radians(lat)))


def _kept(piece: Piece, value: Any) -> Any:  # noqa: ANN401 - a value of any kind
    """Return what is left of a value in a format that cannot keep all."""
    if not isinstance(value, str):
        return value
    format_id, encoding = piece.combination.format_id, piece.combination.encoding
    if format_id == "shp":
        codec = "gbk" if encoding == "gbk" else "utf-8"
        return value.encode(codec)[:MOST_BYTES].decode(codec, "ignore").strip(" ")
    return f"'{value}" if format_id == "csv" and is_formula(value) else value
