"""Every layer of the catalogue is whole: file, schema, entry, codes, ids, places in the city they name."""

import json
from pathlib import Path
from typing import Any

import pytest
from shapely import Point, box, get_coordinates
from shapely.affinity import scale
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from geo.measure import WGS84
from layers.catalogue import Catalogue
from layers.stores.folder import FolderStore
from tests.builders import DATA

CATALOGUE = Catalogue.read(DATA / "catalogue")
# The outlines are simplified: this is how far they may lie from the published ones.
OUTLINE_M = 400


def collection(layer_id: str) -> dict[str, Any]:
    path = DATA / "geojson" / f"{layer_id}.geojson"
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


def features() -> list[Any]:
    """Return every feature as a parameter of a test; none of a layer whose file is not there."""
    return [
        pytest.param(row, id=f"{layer_id}-{row['id']}")
        for layer_id in CATALOGUE.layer_ids()
        if (DATA / "geojson" / f"{layer_id}.geojson").is_file()
        for row in collection(layer_id)["features"]
    ]


@pytest.fixture(scope="module")
def cities() -> dict[str, BaseGeometry]:
    """Return the counties' outlines joined to cities."""
    counties = json.loads((DATA / "basemap" / "counties.geojson").read_text("utf-8"))["features"]
    named = {row["properties"]["city"] for row in counties}
    return {
        city: unary_union([shape(row["geometry"]) for row in counties if row["properties"]["city"] == city])
        for city in named
    }


def test_the_store_serves_every_layer_of_the_catalogue() -> None:
    snapshot = FolderStore(DATA).snapshot()
    assert {layer_id: str(error) for layer_id, error in snapshot.refused.items()} == {}
    assert tuple(snapshot.layers) == CATALOGUE.layer_ids()


@pytest.mark.parametrize("layer_id", CATALOGUE.layer_ids())
def test_a_layer_has_file_schema_and_entry_of_its_name(layer_id: str) -> None:
    for path in (
        f"geojson/{layer_id}.geojson",
        f"schemas/{layer_id}.json",
        f"catalogue/layers/{layer_id}.json",
    ):
        assert (DATA / path).is_file(), path
    assert collection(layer_id)["name"] == layer_id
    assert collection(layer_id)["features"]


def test_no_file_is_left_over() -> None:
    for folder, suffix in (("geojson", ".geojson"), ("catalogue/layers", ".json"), ("schemas", ".json")):
        names = {path.name.removesuffix(suffix) for path in (DATA / folder).iterdir()}
        assert names - {"feature", "targets"} == set(CATALOGUE.layer_ids()), folder


def test_every_id_is_unique_over_all_layers() -> None:
    ids = [row["id"] for layer_id in CATALOGUE.layer_ids() for row in collection(layer_id)["features"]]
    assert sorted(ids) == sorted(set(ids))


def test_every_code_in_use_has_words_and_every_unit_a_name_in_english() -> None:
    known = {name: {code.code for code in codes} for name, codes in CATALOGUE.codes.items()}
    used: dict[str, set[str]] = {
        "category": set(),
        "city": set(),
        "membership": set(),
        "unit": set(),
        "status": set(),
    }
    for layer_id in CATALOGUE.layer_ids():
        for row in collection(layer_id)["features"]:
            properties = row["properties"]
            used["category"].add(properties["category"])
            used["city"] |= {*properties["city"], *properties["serves"]}
            used["membership"] |= set(properties["memberships"])
            used["unit"] |= {*properties["lead_units"], *properties["responsible_units"]}
            used["status"] |= {entry["status"] for entry in properties["history"]}
    assert {name: sorted(codes - known[name]) for name, codes in used.items() if codes - known[name]} == {}


def test_every_variant_of_a_style_is_of_a_category_that_there_is() -> None:
    known = {code.code for code in CATALOGUE.codes["category"]}
    for entry in CATALOGUE.layers:
        for variant in entry.style.variants:
            assert set(variant.categories) <= known, entry.layer_id


def test_every_status_word_of_the_table_names_a_status_that_there_is() -> None:
    table = json.loads((DATA / "catalogue" / "status_words.json").read_text("utf-8"))
    known = {code.code for code in CATALOGUE.codes["status"]}
    assert {row["status"] for row in table} <= known
    words = [word for row in table for word in row["words"]]
    assert all(words)


def test_every_document_is_dated_but_general_knowledge() -> None:
    undated = [document for document in CATALOGUE.documents.values() if not document.date]
    assert {document.kind for document in undated} <= {"knowledge"}


@pytest.mark.parametrize("feature", features())
def test_a_place_lies_in_the_cities_that_it_names_or_says_why_not(
    feature: dict[str, Any],
    cities: dict[str, BaseGeometry],
) -> None:
    properties = feature["properties"]
    if feature["geometry"] is None:
        assert properties["remarks"], "a place without position says what is missing"
        return
    named = unary_union([cities[city] for city in properties["city"]])
    tolerance_m = properties["position"]["accuracy_m"] + OUTLINE_M
    # A remark may explain why a place stands elsewhere; it is read by people, its presence by this test.
    outside_m = farthest_m(shape(feature["geometry"]), named)
    assert outside_m <= tolerance_m or properties["remarks"], (
        f"{outside_m:.0f} m outside {properties['city']}"
    )


@pytest.mark.parametrize("feature", features())
def test_a_place_touches_every_city_that_it_names(
    feature: dict[str, Any], cities: dict[str, BaseGeometry]
) -> None:
    if feature["geometry"] is None:
        return
    properties = feature["properties"]
    tolerance_m = properties["position"]["accuracy_m"] + OUTLINE_M
    drawn = in_metres(shape(feature["geometry"]))
    for city in properties["city"]:
        apart_m = drawn.distance(in_metres(cities[city]))
        assert apart_m <= tolerance_m or properties["remarks"], f"{apart_m:.0f} m from {city}"


@pytest.mark.parametrize("feature", features())
def test_no_position_claims_to_be_better_than_its_digits(feature: dict[str, Any]) -> None:
    if feature["geometry"] is None:
        return
    position = feature["properties"]["position"]
    # Four decimals are 11 m; a drawn sketch is never known to that.
    assert position["accuracy_m"] >= (100 if position["method"] == "schematic" else 10)
    assert position["basis"]["zh"] != position["basis"]["en"]


def test_a_degree_of_the_metric_plane_is_right_to_a_percent() -> None:
    # The plane that the distances above are taken in, against the geodesic.
    west, east = Point(114.0, 30.3), Point(115.0, 30.3)
    geodesic = WGS84.line_length([114.0, 115.0], [30.3, 30.3])
    assert in_metres(west).distance(in_metres(east)) == pytest.approx(geodesic, rel=0.01)


def test_the_cities_are_five_and_cover_the_corridor(cities: dict[str, BaseGeometry]) -> None:
    assert set(cities) == {"wuhan", "ezhou", "huangshi", "huanggang", "xianning"}
    assert cities["wuhan"].contains(Point(114.4972, 30.5058 - 0.05))
    assert CATALOGUE.bbox is not None
    assert box(*CATALOGUE.bbox).contains(unary_union(list(cities.values())))


def test_no_file_names_a_crs() -> None:
    for path in (*(DATA / "geojson").glob("*.geojson"), *(DATA / "basemap").glob("*.geojson")):
        assert "crs" not in json.loads(path.read_text("utf-8")), path.name


def test_the_basemap_names_its_licences() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in licences())
    for word in ("ODbL", "OpenStreetMap"):
        assert word in texts


def licences() -> list[Path]:
    return [
        path for path in (DATA / "basemap").iterdir() if path.suffix in {".md", ".txt", ""} and path.is_file()
    ]


# On a plane at 30.3 N, in metres a degree.
LON_M, LAT_M = 96_200.0, 110_850.0


def in_metres(geometry: BaseGeometry) -> BaseGeometry:
    return scale(geometry, LON_M, LAT_M, origin=(0, 0))


def farthest_m(geometry: BaseGeometry, area: BaseGeometry) -> float:
    """Return how far the farthest corner of what lies outside an area lies from it."""
    ground = in_metres(area)
    outside = get_coordinates(in_metres(geometry).difference(ground))
    return max((Point(x, y).distance(ground) for x, y in outside), default=0.0)
