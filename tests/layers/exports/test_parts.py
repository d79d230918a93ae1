"""A layer is split by type of geometry under names that do not change with what else it holds."""

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon

from layers.exports.parts import as_type, kinds_of, type_of

TRIANGLE = Polygon([(0, 0), (1, 0), (0, 1)])


def test_kinds_are_those_of_the_map() -> None:
    geometry = np.array([Point(0, 0), MultiPoint([(0, 0)]), TRIANGLE.exterior.segmentize(9), TRIANGLE, None])
    geometry[2] = shapely.linestrings([(0, 0), (1, 1)])
    assert list(kinds_of(geometry)) == ["point", "point", "line", "area", "unplaced"]


def test_the_type_of_a_table_is_multiple_where_one_geometry_is() -> None:
    single = np.array([Point(0, 0), Point(1, 1)])
    assert type_of("point", single) == "Point"
    assert type_of("point", np.array([*single, MultiPoint([(0, 0)])])) == "MultiPoint"
    assert type_of("unplaced", np.array([None])) is None


def test_single_geometries_are_made_multiple_in_their_place() -> None:
    both = np.array([TRIANGLE, shapely.multipolygons([TRIANGLE, shapely.affinity.translate(TRIANGLE, 5)])])
    made = as_type(both, "MultiPolygon")
    assert [geometry.geom_type for geometry in made] == ["MultiPolygon"] * 2
    assert [geometry.area for geometry in made] == [0.5, 1.0]
    assert both[0] is TRIANGLE
