"""The offline basemap as the map document reads it, held against the files that it is made from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from shapely import box, polygonize, unary_union
from shapely.geometry import LineString, Polygon, shape

from layers.render.ground import Ground
from tests.builders import DATA

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Decimals of the coordinates: a ten-thousandth of a degree is some ten metres.
CLOSE = 1e-4


def collection(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / "basemap" / f"{name}.geojson").read_bytes())
    return read


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Read the real ground and return what the browser is told of it."""
    parts = {name: collection(name) for name in ("counties", "water")}
    made: dict[str, Any] = json.loads(Ground.read(json.dumps(parts).encode()).as_json())
    return made


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    """Read the counties."""
    return gpd.read_file(DATA / "basemap" / "counties.geojson").dropna(subset="city")


def ring(flat: list[float]) -> list[tuple[float, float]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


def area(told_area: dict[str, Any]) -> BaseGeometry:
    """Return what is filled: a ring within a ring is a hole."""
    whole: BaseGeometry = Polygon()
    for flat in told_area["rings"]:
        whole = whole.symmetric_difference(Polygon(ring(flat)).buffer(0))
    return whole


def test_land_is_the_five_cities(told: dict[str, Any], counties: gpd.GeoDataFrame) -> None:
    land = area(told["land"])
    expected = counties.geometry.buffer(0).union_all()
    assert land.symmetric_difference(expected).area < 1e-3 * expected.area
    assert told["land"]["box"] == pytest.approx(expected.bounds, abs=CLOSE)


def test_borders_part_the_cities_and_the_counties(told: dict[str, Any], counties: gpd.GeoDataFrame) -> None:
    lines = {name: [LineString(ring(flat)) for flat in told[name]] for name in ("city_lines", "county_lines")}
    cities = [part for part in polygonize(lines["city_lines"]).geoms if part.area > 1e-3]
    assert len(cities) >= counties["city"].nunique() == 5
    all_lines = unary_union([line for part in lines.values() for line in part])
    # The middle of each county lies in a face of its own.
    faces = polygonize([all_lines]).geoms
    middles = counties.geometry.representative_point()
    held = [sum(face.contains(middle) for middle in middles) for face in faces]
    assert sum(held) == len(counties)
    assert max(held) == 1


def test_water_that_the_extract_cuts_off_is_left_out(
    told: dict[str, Any], counties: gpd.GeoDataFrame,
) -> None:
    source = [shape(row["geometry"]) for row in collection("water")["features"]]
    minx, miny, maxx, maxy = unary_union(source).bounds
    edge = box(minx, miny, maxx, maxy).exterior
    region = counties.geometry.buffer(0).union_all()
    kept = [area(water) for water in told["water"]]
    parts = [part for whole in kept for part in getattr(whole, "geoms", [whole])]
    outside = [part for part in parts if not part.intersects(region)]
    assert outside
    assert all(part.distance(edge) > CLOSE for part in outside)
    # All that lies in the region is there.
    within = unary_union([whole.buffer(0) for whole in source]).intersection(region)
    assert within.difference(unary_union(kept).buffer(CLOSE)).area < 1e-3 * within.area


def test_names_have_both_languages_and_stand_within_their_box(told: dict[str, Any]) -> None:
    kinds = {name["kind"] for name in told["names"]}
    assert kinds == {"county", "water", "city"}
    for name in told["names"]:
        west, south, east, north = name["box"]
        lon, lat = name["at"]
        assert west <= lon <= east
        assert south <= lat <= north
        assert name["kind"] == "city" or (name["zh"] and name["en"])
    assert {name["city"] for name in told["names"] if name["kind"] == "city"} == {
        "wuhan", "ezhou", "huangshi", "huanggang", "xianning",
    }  # fmt: skip
    rivers = {name["en"] for name in told["names"] if name.get("river")}
    assert "Yangtze River" in rivers or "Yangtze" in rivers


def test_without_files_there_is_no_land() -> None:
    nothing = Ground.read(b'{"counties": {"features": []}, "water": {"features": []}}')
    assert json.loads(nothing.as_json()) == {
        "land": None, "water": [], "county_lines": [], "city_lines": [], "names": [],
    }  # fmt: skip
