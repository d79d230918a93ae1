"""What the map measures is held against GeographicLib's method, as PROJ has it."""

from __future__ import annotations

import math
import random
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from pyproj import Geod

from tests.browser.watch import visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

GEOD = Geod(ellps="WGS84")
# The map's series is cut off after the sixth power of the flattening: 0.1 mm for most of the globe,
# less than a millimetre over half of it.
SERIES_M = 0.001
# Two points nearly opposite have no settling series; the mean sphere differs from the ellipsoid by 0.6 %.
SPHERE = 0.006
# A ring's edges are followed in steps on the sphere of equal area.
AREA = 1e-4
# Areas are differences of parts of the globe, 5e14 m², of which a double holds sixteen digits.
AREA_ROUNDING_M2 = 1.0
Measures: TypeAlias = "Callable[[str, list[Any]], list[float]]"


@pytest.fixture(scope="module")
def measured(browser: Browser) -> Iterator[Measures]:
    """Return what calls one of the map's measures with each of many arguments."""
    script = files("layers.render").joinpath("assets", "geodesy.js").read_text(encoding="utf-8")
    with visits(browser, "about:blank") as tabs:
        page = tabs.page()
        page.evaluate(script)

        def ask(name: str, arguments: list[Any]) -> list[float]:
            call = "([name, rows]) => rows.map((row) => Atlas.geodesy[name](...row))"
            numbers: list[float] = page.evaluate(call, [name, arguments])
            return numbers

        yield ask


def apart(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    _, _, distance_m = GEOD.inv(lon1, lat1, lon2, lat2)
    return float(distance_m)


def random_pairs(count: int) -> list[list[float]]:
    dice = random.Random(11)  # noqa: S311 - the same points in each run
    # Uniform on the sphere.
    def point() -> list[float]:
        return [dice.uniform(-180, 180), math.degrees(math.asin(dice.uniform(-1, 1)))]

    return [[*point(), *point()] for _ in range(count)]


EXTREME: list[list[float]] = [
    [0, 0, 0, 0],
    [114.5, 30.5, 114.5, 30.5],
    [114.5, 30.5, 114.5 + 1e-9, 30.5],
    [0, 90, 0, -90],
    [12, 90, 77, 90],
    [0, 89.999999, 180, 89.999999],
    [0, 0, 90, 0],
    [0, 0, 1e-7, 0],
    [179.9, 10, -179.9, 10],
    [-180, 5, 180, 5],
    [190, 20, -170, 20.001],
    [114.3, 28.5, 116.8, 32.2],
    [0, 0, 179, 0.5],
    [0, -45, 170, 44],
]
NEARLY_OPPOSITE: list[list[float]] = [
    [0, 0, 180, 0], [0, 0, 179.9, 0.05], [0, 0, 179.5, 0.4], [20, -30, -160, 30], [20, -30, -160.2, 30.1],
]  # fmt: skip


def test_distances_over_the_globe_are_right_to_a_millimetre(
    measured: Measures,
) -> None:
    # Beyond 19,900 km the points are nearly opposite.
    pairs = [pair for pair in random_pairs(2000) if apart(*pair) < 19_900_000]
    expected = [apart(*pair) for pair in pairs]
    assert measured("distanceM", pairs) == pytest.approx(expected, abs=SERIES_M, rel=0)


def test_distances_at_poles_date_line_and_equator_are_right(
    measured: Measures,
) -> None:
    expected = [apart(*pair) for pair in EXTREME]
    assert measured("distanceM", EXTREME) == pytest.approx(expected, abs=SERIES_M, rel=0)


def test_points_nearly_opposite_get_an_honest_distance(
    measured: Measures,
) -> None:
    expected = [apart(*pair) for pair in NEARLY_OPPOSITE]
    assert measured("distanceM", NEARLY_OPPOSITE) == pytest.approx(expected, rel=SPHERE)


def test_what_is_no_number_has_no_distance(measured: Measures) -> None:
    nonsense = [[0, 0, None, 0], ["a", 0, 0, 0], [math.nan, 0, 0, 0], [0, 0, math.inf, 0]]
    answers = measured("distanceM", nonsense)
    assert all(math.isnan(answer) for answer in answers)


def test_a_line_is_as_long_as_its_parts(measured: Measures) -> None:
    dice = random.Random(5)  # noqa: S311 - the same lines in each run
    lines = [
        [[dice.uniform(113, 117), dice.uniform(28, 32)] for _ in range(3)] for _ in range(100)
    ]
    expected = [apart(*line[0], *line[1]) + apart(*line[1], *line[2]) for line in lines]
    answers = measured("lengthM", [[line] for line in lines])
    assert answers == pytest.approx(expected, abs=2 * SERIES_M, rel=0)
    assert measured("lengthM", [[[]], [[[114, 30]]]]) == [0, 0]


def ring(lon: float, lat: float, radius_m: float, corners: int) -> list[list[float]]:
    turns = [360 * number / corners for number in range(corners)]
    return [list(GEOD.fwd(lon, lat, turn, radius_m)[:2]) for turn in turns]


def area_m2(points: list[list[float]]) -> float:
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    area, _ = GEOD.polygon_area_perimeter(lons, lats)
    return abs(float(area))


@pytest.mark.parametrize("radius_m", [30, 500, 5_000, 50_000, 300_000])
@pytest.mark.parametrize("corners", [3, 4, 40])
def test_areas_of_parks_cities_and_provinces_are_right(
    measured: Measures, radius_m: float, corners: int,
) -> None:
    places = [(114.4, 30.5), (116.8, 28.5), (0, 0), (179.99, 10), (-70, -45), (30, 70)]
    rings = [ring(lon, lat, radius_m, corners) for lon, lat in places]
    expected = [area_m2(points) for points in rings]
    answers = measured("areaM2", [[points] for points in rings])
    assert answers == pytest.approx(expected, rel=AREA, abs=AREA_ROUNDING_M2)


def test_an_area_does_not_depend_on_where_its_ring_begins_or_which_way_it_runs(
    measured: Measures,
) -> None:
    points = ring(114.4, 30.5, 5_000, 7)
    forms = [points, points[::-1], points[3:] + points[:3], [*points, points[0]], [points[0], *points]]
    answers = measured("areaM2", [[form] for form in forms])
    assert answers == pytest.approx([answers[0]] * len(forms), rel=1e-9, abs=AREA_ROUNDING_M2)


def test_less_than_three_points_have_no_area(measured: Measures) -> None:
    twice = [[114, 30], [115, 30], [114, 30]]
    assert measured("areaM2", [[[]], [[[114, 30]]], [[[114, 30], [115, 30]]], [twice]]) == [0, 0, 0, 0]


def test_a_circle_lies_at_its_radius_all_round(measured: Measures) -> None:
    asked = [(114.5, 30.5, 1500, 36), (179.99, 10, 20_000, 8), (10, 89, 5000, 8)]
    circles: list[Any] = measured("circle", [list(row) for row in asked])
    for (lon, lat, radius, _), points in zip(asked, circles, strict=True):
        away = [apart(lon, lat, *point) for point in points]
        assert away == pytest.approx([radius] * len(points), abs=SERIES_M, rel=0)
        assert points[0] == points[-1]
