"""The systems that data are exported in, against the series of Krüger and the registry's own codes."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import Geometry
from shapely.geometry import LineString, Point, Polygon

from geo import crs
from geo.errors import MissingCRSError, OutsideCRSError, RefusedDatumError, UnknownCRSError, WrongZoneError
from tests.kruger import A, kruger

WUHAN, HUANGMEI = Point(114.4, 30.5), Point(115.94, 30.07)

def features(*geometry: Geometry | None) -> gpd.GeoDataFrame:
    column = gpd.GeoSeries(pd.Series(geometry, dtype=object), crs=4326)
    return gpd.GeoDataFrame({"name": [f"n{number}" for number in range(len(geometry))]}, geometry=column)


def moved_to(target: crs.TargetCRS, point: Point) -> Point:
    moved = crs.transformed(features(point), target).geometry.iloc[0]
    assert isinstance(moved, Point)
    return moved


def test_the_series_gives_the_published_length_of_the_quadrant() -> None:
    # GRS 80, whose meridian differs from that of CGCS2000 by less than a millimetre: 10 001 965.729 m.
    assert kruger(114, 90, 114)[1] == pytest.approx(10_001_965.729, abs=0.001)


# --- which there are -----------------------------------------------------------------------------


@pytest.mark.parametrize("zone", range(25, 46))
def test_a_zone_has_the_registrys_codes_with_and_without_its_number(zone: int) -> None:
    numbered, plain = (crs.grid(zone, has_prefix=has_prefix) for has_prefix in (True, False))
    assert CRS.from_epsg(numbered.epsg).name == f"CGCS2000 / 3-degree Gauss-Kruger zone {zone}"
    assert CRS.from_epsg(plain.epsg).name == f"CGCS2000 / 3-degree Gauss-Kruger CM {zone * 3}E"
    assert (numbered.name_en, plain.name_en) == (numbered.crs.name, plain.crs.name)
    assert plain.central_meridian == zone * 3


def test_the_zones_run_from_25_to_45() -> None:
    grids = [row.epsg for row in crs.TARGETS.values() if row.kind == crs.GAUSS_KRUGER]
    assert sorted(grids) == [*range(4513, 4534), *range(4534, 4555)]
    for zone in (24, 46):
        with pytest.raises(OutsideCRSError):
            crs.grid(zone, has_prefix=False)


@pytest.mark.parametrize("asked", ["EPSG:4547", "epsg:4547", " 4547 "])
def test_a_system_is_named_by_its_code(asked: str) -> None:
    target = crs.named(asked)
    assert (target.crs_id, target.zone, target.central_meridian) == ("EPSG:4547", 38, 114)


@pytest.mark.parametrize("target", crs.TARGETS.values(), ids=lambda target: target.crs_id)
def test_the_order_of_axes_is_that_of_the_registry(target: crs.TargetCRS) -> None:
    directions = {"latitude": "north", "northing": "north", "longitude": "east", "easting": "east"}
    assert [axis.direction for axis in target.crs.axis_info] == [directions[axis] for axis in target.axes]
    assert directions[target.file_axes[0]] == "east"


@pytest.mark.parametrize(
    "asked",
    [
        # Beijing 1954: geographic, 3-degree zones and meridians, 6-degree zones and meridians.
        "EPSG:4214", *(f"EPSG:{code}" for code in (2401, 2421, 2422, 2442, 21413, 21423, 21453, 21463)),
        # Xi'an 1980: geographic, 6-degree and 3-degree zones and meridians.
        "4610", *(f"EPSG:{code}" for code in (2327, 2337, 2338, 2348, 2349, 2369, 2370, 2390)),
        "北京54", "西安80", "Xian 1980", "Beijing 1954 / 3-degree zone 38", "EPSG:4555", "GCJ-02", "gcj02",
        "BD-09",
    ],
)  # fmt: skip
def test_a_datum_whose_shift_is_not_public_is_refused_with_the_reason(asked: str) -> None:
    with pytest.raises(RefusedDatumError, match="is not public") as refused:
        crs.named(asked)
    assert "EPSG:4490" in str(refused.value)


@pytest.mark.parametrize(
    "asked", ["EPSG:32650", "EPSG:4491", "EPSG:999999", "", "4547.0", "+proj=longlat", "٤"]
)
def test_any_other_system_is_refused_with_those_that_there_are(asked: str) -> None:
    with pytest.raises(UnknownCRSError, match="EPSG:4534 to 4554"):
        crs.named(asked)


# --- which fits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "zone"),
    [(114.0, 38), (112.5, 38), (112.4999, 37), (115.4999, 38), (115.5, 39), (75, 25), (135, 45)],
)
def test_a_zone_reaches_one_and_a_half_degrees_to_both_sides(lon: float, zone: int) -> None:
    assert crs.zones_of(np.array([lon])).tolist() == [zone]


def test_the_zone_that_fits_holds_most_features_whatever_a_few_do() -> None:
    assert crs.fitting_zone(features(WUHAN, WUHAN, HUANGMEI, None)) == 38
    assert crs.fitting_zone(features(WUHAN, HUANGMEI, HUANGMEI)) == 39
    # One each: the zone nearer to the middle of both, 115.17.
    assert crs.fitting_zone(features(WUHAN, HUANGMEI)) == 38


@pytest.mark.parametrize(("wrong", "right"), [("EPSG:4548", "EPSG:4547"), ("EPSG:4525", "EPSG:4526")])
def test_a_wrong_zone_is_refused_with_the_right_one_named(wrong: str, right: str) -> None:
    with pytest.raises(WrongZoneError, match=f"Use {right}") as refused:
        crs.refuse_wrong_zone(features(WUHAN), crs.named(wrong))
    assert refused.value.right == right


def test_the_check_counts_what_reaches_beyond_the_zone() -> None:
    check = crs.checked(features(WUHAN, HUANGMEI, None), crs.named("EPSG:4547"))
    assert check is not None
    assert (check.features, check.beyond, check.farthest_deg) == (2, 1, 1.94)
    # The first term of the series, (difference in longitude x cos latitude)^2 / 2; the next is 1 % of it.
    stretch = (math.radians(1.94) * math.cos(math.radians(30.07))) ** 2 / 2 * 100_000
    assert check.stretch_cm_km == pytest.approx(stretch, rel=0.01)


@pytest.mark.parametrize("asked", ["EPSG:4326", "EPSG:4490", "EPSG:3857"])
def test_what_has_no_zone_needs_no_check(asked: str) -> None:
    crs.refuse_wrong_zone(features(WUHAN), crs.named(asked))
    assert crs.checked(features(WUHAN), crs.named(asked)) is None


def test_data_too_far_from_the_meridian_are_refused() -> None:
    with pytest.raises(OutsideCRSError, match="more than 3° from its meridian 114°E"):
        crs.checked(features(WUHAN, WUHAN, Point(117.1, 30)), crs.named("EPSG:4547"))
    with pytest.raises(OutsideCRSError, match="ends at"):
        crs.checked(features(Point(0, 86)), crs.named("EPSG:3857"))


def test_data_in_no_zone_are_refused() -> None:
    with pytest.raises(OutsideCRSError, match=r"reach from 73\.5° to 136\.5°E"):
        crs.refuse_wrong_zone(features(Point(8, 47)), crs.named("EPSG:4547"))


# --- the coordinates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "point", [WUHAN, HUANGMEI, Point(113.03, 28.6), Point(114, 30), Point(116.7, 32.1)], ids=str
)
def test_positions_in_a_grid_agree_with_the_series_to_a_tenth_of_a_millimetre(point: Point) -> None:
    east, north = kruger(point.x, point.y, 114)
    plain = moved_to(crs.named("EPSG:4547"), point)
    assert (plain.x, plain.y) == pytest.approx((500_000 + east, north), abs=1e-4)
    numbered = moved_to(crs.named("EPSG:4526"), point)
    assert (numbered.x, numbered.y) == pytest.approx((38_500_000 + east, north), abs=1e-4)


@pytest.mark.parametrize("zone", [25, 37, 39, 45])
def test_positions_in_any_zone_agree_with_the_series(zone: int) -> None:
    point = Point(zone * 3 + 1.2, 40)
    east, north = kruger(point.x, point.y, zone * 3)
    moved = moved_to(crs.grid(zone, has_prefix=True), point)
    assert (moved.x, moved.y) == pytest.approx((zone * 1_000_000 + 500_000 + east, north), abs=1e-4)


def test_web_mercator_is_that_of_a_sphere() -> None:
    moved = moved_to(crs.named("EPSG:3857"), WUHAN)
    y = A * math.log(math.tan(math.pi / 4 + math.radians(WUHAN.y) / 2))
    assert (moved.x, moved.y) == pytest.approx((A * math.radians(WUHAN.x), y), abs=1e-4)


def test_cgcs2000_takes_longitude_and_latitude_as_they_are() -> None:
    moved = crs.transformed(features(WUHAN), crs.named("EPSG:4490"))
    assert moved.crs == CRS.from_epsg(4490)
    assert moved.geometry.iloc[0].equals(WUHAN)


def test_rows_index_columns_missing_positions_and_heights_are_kept() -> None:
    line = LineString([(114, 30), (114.1, 30.1)])
    high = Point(114.2, 30.2, 55.5)
    area = Polygon([(114, 30), (114.1, 30), (114.1, 30.1)])
    before = features(line, None, high, area).set_index("name", drop=False)
    moved = crs.transformed(before, crs.named("EPSG:4547"))
    assert list(moved.index) == list(before.index)
    assert list(moved.columns) == ["name", "geometry"]
    assert [getattr(shape, "geom_type", None) for shape in moved.geometry] == [
        "LineString", None, "Point", "Polygon",
    ]  # fmt: skip
    raised = moved.geometry.iloc[2]
    assert isinstance(raised, Point)
    assert raised.z == 55.5
    assert not moved.geometry.iloc[0].has_z
    assert before.geometry.iloc[0].equals(line)


def test_data_without_a_system_or_in_another_one_are_not_guessed() -> None:
    bare = gpd.GeoDataFrame(geometry=[WUHAN])
    with pytest.raises(MissingCRSError):
        crs.transformed(bare, crs.named("EPSG:4547"))
    with pytest.raises(ValueError, match="not in WGS 84"):
        crs.transformed(bare.set_crs(4490), crs.named("EPSG:4547"))
