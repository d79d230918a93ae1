"""A feature as still maps draw it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon

from layers.render.symbols import AREA, LINE, NO_MARKS, POINT, Marks

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.style import Look


@dataclass(frozen=True)
class Drawn:
    """One feature as it is to be drawn.

    Attributes
    ----------
    geometry
        WGS 84.
    name
        What stands beside it.
    """

    geometry: BaseGeometry
    look: Look
    status: str
    name: str
    accuracy_m: int
    is_schematic: bool = False
    marks: Marks = NO_MARKS


def kind_of(geometry: BaseGeometry) -> str:
    """Return whether a geometry is drawn as point, line or area."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return AREA
    return LINE if isinstance(geometry, LineString | MultiLineString) else POINT


def middle_of(geometry: BaseGeometry) -> tuple[float, float]:
    """Return where a mark for a geometry goes: on a line, within an area."""
    if isinstance(geometry, LineString | MultiLineString):
        parts = getattr(geometry, "geoms", [geometry])
        middle = max(parts, key=lambda part: part.length).interpolate(0.5, normalized=True)
    else:
        inside = geometry.centroid
        middle = inside if geometry.contains(inside) else geometry.representative_point()
    return middle.x, middle.y


def round_length(longest: float) -> int:
    """Return the longest length for a scale bar that is 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(longest))
    return int(max(step * power for step in (1, 2, 5) if step * power <= longest))
