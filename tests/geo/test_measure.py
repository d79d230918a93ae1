"""Expected values: published geodesics of GeographicLib, and squares drawn on the official metric grid."""

import geopandas as gpd
import pytest
from shapely import (
    Geometry,
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from geo.errors import MissingCRSError
from geo.measure import area_ha, length_m

# CGCS2000, 3-degree Gauss-Krueger, 114 E: on its central meridian the scale is exactly 1.
OFFICIAL_GRID = 4547
CENTRE_EASTING_M, NORTHING_M = 500_000, 3_370_000
WGS84 = 4326


def square_on_official_grid(side_m: float) -> Polygon:
    half = side_m / 2
    return box(CENTRE_EASTING_M - half, NORTHING_M, CENTRE_EASTING_M + half, NORTHING_M + side_m)


def one(geometry: Geometry, crs: int | None = WGS84) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[geometry], crs=crs)


def test_area_of_a_hundred_metre_square_is_one_hectare() -> None:
    square = one(square_on_official_grid(100), OFFICIAL_GRID)
    # The grid's scale differs from 1 by less than 1e-10 at 50 m from its meridian.
    assert area_ha(square.to_crs(WGS84)).item() == pytest.approx(1.0, rel=1e-6)


def test_the_same_square_has_the_same_area_in_any_crs() -> None:
    square = one(square_on_official_grid(1_000), OFFICIAL_GRID)
    areas = [area_ha(square.to_crs(crs)).item() for crs in (OFFICIAL_GRID, WGS84, 3857, 32650)]
    # A straight edge in one CRS is bent by under a millimetre over a kilometre in another.
    assert areas == pytest.approx([100.0] * 4, rel=1e-5)


def test_length_from_jfk_to_lhr_is_the_published_geodesic() -> None:
    # Karney, Algorithms for geodesics (GeographicLib's manual): 5551.759 km, given to the metre.
    flight = one(LineString([(-73.8, 40.6), (-0.5, 51.6)]))
    assert length_m(flight).item() == pytest.approx(5_551_759, abs=1)


def test_length_of_a_degree_of_the_equator_is_the_ellipsoids() -> None:
    equator = one(LineString([(114, 0), (115, 0)]))
    assert length_m(equator).item() == pytest.approx(6_378_137 * 3.141592653589793 / 180, abs=1e-3)


def test_which_way_round_a_ring_runs_does_not_matter() -> None:
    ring = [(114, 30), (114.1, 30), (114.1, 30.1), (114, 30.1)]
    hole = [(114.02, 30.02), (114.05, 30.02), (114.05, 30.05)]
    areas = [
        area_ha(one(Polygon(outer, [inner]))).item()
        for outer in (ring, ring[::-1])
        for inner in (hole, hole[::-1])
    ]
    assert areas == pytest.approx([areas[0]] * 4)


def test_a_hole_is_not_part_of_the_area() -> None:
    square, hole = square_on_official_grid(1_000), square_on_official_grid(100)
    holed = one(square.difference(hole), OFFICIAL_GRID)
    assert area_ha(holed).item() == pytest.approx(99.0, rel=1e-5)


def test_parts_add_up() -> None:
    square = square_on_official_grid(100)
    apart = Polygon([(x + 5_000, y) for x, y in square.exterior.coords])
    both = one(MultiPolygon([square, apart]), OFFICIAL_GRID)
    # 5 km from the meridian the grid's scale is larger by 3e-7.
    assert area_ha(both).item() == pytest.approx(2.0, rel=1e-5)
    line = LineString([(114, 30), (114.1, 30)])
    twice = length_m(one(MultiLineString([line, line]))).item()
    assert twice == pytest.approx(2 * length_m(one(line)).item())


def test_what_has_no_area_or_length_has_zero_and_what_is_missing_has_none() -> None:
    line = LineString([(114, 30), (115, 30)])
    shapes = gpd.GeoSeries(
        [Point(114, 30), line, box(114, 30, 115, 31), GeometryCollection()], index=list("plbg")
    )
    shapes = gpd.GeoSeries(shapes.reindex(list("plbgn")))
    frame = gpd.GeoDataFrame(geometry=shapes, crs=WGS84)
    areas, lengths = area_ha(frame), length_m(frame)
    assert list(areas.index) == list(lengths.index) == list("plbgn")
    assert (areas[["p", "l", "g"]] == 0).all()
    assert (lengths[["p", "b", "g"]] == 0).all()
    assert areas.isna().tolist() == lengths.isna().tolist() == [False] * 4 + [True]


def test_an_empty_geometry_measures_zero() -> None:
    frame = gpd.GeoDataFrame(geometry=[Polygon(), LineString()], crs=WGS84)
    assert area_ha(frame).tolist() == length_m(frame).tolist() == [0, 0]


def test_no_rows_give_no_rows() -> None:
    assert area_ha(gpd.GeoDataFrame(geometry=[], crs=WGS84)).empty


def test_the_frame_comes_back_unchanged() -> None:
    frame = one(square_on_official_grid(100), OFFICIAL_GRID)
    before = frame.copy()
    area_ha(frame)
    length_m(frame)
    assert frame.equals(before)
    assert frame.crs == before.crs


def test_data_without_a_crs_is_refused() -> None:
    with pytest.raises(MissingCRSError):
        area_ha(one(box(0, 0, 1, 1), None))
    with pytest.raises(MissingCRSError):
        length_m(one(LineString([(0, 0), (1, 1)]), None))
