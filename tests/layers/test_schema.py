"""Each fault of a layer is found and told with feature, field and code."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.errors import CatalogueError
from layers.findings import Issue
from layers.schema import LayerSchema, repeated_ids
from tests.builders import LINE, POINT, SQUARE, entry, feature, few_features

RING: list[list[float]] = [[114.5, 30.4], [114.6, 30.4], [114.6, 30.5], [114.5, 30.4]]
BOW_TIE = [[114.5, 30.4], [114.6, 30.5], [114.6, 30.4], [114.5, 30.5], [114.5, 30.4]]


@pytest.fixture
def schema(data_folder: Path) -> LayerSchema:
    """Read the schema that all layers share."""
    return LayerSchema.read(data_folder / "schemas" / "sites.json")


def found(schema: LayerSchema, catalogue: Catalogue, *features: object) -> list[tuple[str, str, str]]:
    issues = schema.check({"features": list(features)}, catalogue)
    return [(issue.feature_id, issue.field, issue.code) for issue in issues]


def test_good_features_have_no_fault(schema: LayerSchema, catalogue: Catalogue) -> None:
    for features in few_features().values():
        assert found(schema, catalogue, *features) == []
    assert found(schema, catalogue) == []


@pytest.mark.parametrize(
    ("geometry", "field", "code"),
    [
        ({"type": "Point", "coordinates": []}, "", "schema"),
        ({"type": "Point"}, "", "schema"),
        ({}, "", "schema"),
        ([], "", "schema"),
        ("POINT (114 30)", "", "schema"),
        ({"type": "LineString", "coordinates": [[]]}, "geometry", "empty"),
        ({"type": "Polygon", "coordinates": [[]]}, "geometry", "empty"),
        ({"type": "MultiPolygon", "coordinates": [[[]]]}, "geometry", "empty"),
        ({"type": "Point", "coordinates": [114.3]}, "geometry", "unreadable"),
        ({"type": "Point", "coordinates": [114.3, None]}, "geometry", "unreadable"),
        ({"type": "Point", "coordinates": ["114.3", "30.5"]}, "geometry", "unreadable"),
        ({"type": "Point", "coordinates": [True, False]}, "geometry", "unreadable"),
        ({"type": "Point", "coordinates": [114.3, {}]}, "geometry", "unreadable"),
        ({"type": "Point", "coordinates": [10**400, 30]}, "geometry", "unreadable"),
        ({"type": "LineString", "coordinates": [[114.3, 30.5]]}, "geometry", "unreadable"),
        ({"type": "LineString", "coordinates": [[114, 30], [114, 30, 1, 2]]}, "geometry", "unreadable"),
        ({"type": "Polygon", "coordinates": [RING[:2]]}, "geometry", "unreadable"),
        ({"type": "Polygon", "coordinates": [[1, 2]]}, "geometry", "unreadable"),
        ({"type": "Circle", "coordinates": [114.3, 30.5]}, "geometry.type", "unreadable"),
        ({"type": "point", "coordinates": [114.3, 30.5]}, "geometry.type", "unreadable"),
        ({"type": "LinearRing", "coordinates": RING}, "geometry.type", "unreadable"),
        ({"type": "Feature", "coordinates": RING}, "geometry.type", "unreadable"),
        (
            {"type": "GeometryCollection", "coordinates": [1], "geometries": [POINT]},
            "geometry.type",
            "unreadable",
        ),
        # Metres of the official grid, with and without the zone's prefix, where degrees should be.
        ({"type": "Point", "coordinates": [548_000.0, 3_375_000.0]}, "geometry", "no_lon_lat"),
        ({"type": "Point", "coordinates": [38_548_000.0, 3_375_000.0]}, "geometry", "no_lon_lat"),
        ({"type": "Point", "coordinates": [1e308, -1e308]}, "geometry", "no_lon_lat"),
        # Latitude first: 114 degrees is beyond the pole.
        ({"type": "Point", "coordinates": [30.5, 114.3]}, "geometry", "no_lon_lat"),
        ({"type": "LineString", "coordinates": [[114.4, 30.4], [30.5, 114.5]]}, "geometry", "no_lon_lat"),
        # On Earth, but not in the area: null island, a sign lost, another city.
        ({"type": "Point", "coordinates": [0, 0]}, "geometry", "outside_area"),
        ({"type": "Point", "coordinates": [-114.5, 30.5]}, "geometry", "outside_area"),
        ({"type": "Point", "coordinates": [116.4, 39.9]}, "geometry", "outside_area"),
        ({"type": "Polygon", "coordinates": [BOW_TIE]}, "geometry", "invalid"),
        ({"type": "LineString", "coordinates": [[114.5, 30.4], [114.5, 30.4]]}, "geometry", "invalid"),
        ({"type": "Polygon", "coordinates": [RING[::-1]]}, "geometry", "winding"),
        (
            {"type": "MultiPolygon", "coordinates": [[RING], [[[x + 0.2, y] for x, y in RING[::-1]]]]},
            "geometry",
            "winding",
        ),
    ],
)
def test_a_faulty_geometry_is_found(
    schema: LayerSchema,
    catalogue: Catalogue,
    geometry: object,
    field: str,
    code: str,
) -> None:
    faulty = feature("hostile", POINT)
    faulty["geometry"] = geometry
    issues = found(schema, catalogue, feature("good"), faulty)
    assert {(feature_id, kind) for feature_id, _, kind in issues} == {("hostile", code)}
    if field:
        assert [place for _, place, _ in issues] == [field]


def test_latitude_first_is_found_by_the_area_where_the_poles_do_not_tell(
    schema: LayerSchema,
    data_folder: Path,
) -> None:
    # In western Europe both orders are on Earth; only the catalogue's box tells them apart.
    path = data_folder / "catalogue" / "product.json"
    product = {**json.loads(path.read_text("utf-8")), "centre": [9.0, 50.0], "bbox": [5.0, 47.0, 15.0, 55.0]}
    path.write_text(json.dumps(product), encoding="utf-8")
    catalogue = Catalogue.read(data_folder / "catalogue")
    right = feature("right", {"type": "Point", "coordinates": [8.6, 50.1]})
    swapped = feature("swapped", {"type": "Point", "coordinates": [50.1, 8.6]})
    assert found(schema, catalogue, right, swapped) == [("swapped", "geometry", "outside_area")]


def test_without_a_box_in_the_catalogue_the_whole_earth_is_allowed(
    schema: LayerSchema, data_folder: Path
) -> None:
    path = data_folder / "catalogue" / "product.json"
    product = json.loads(path.read_text("utf-8"))
    product.pop("bbox", None)
    path.write_text(json.dumps(product), encoding="utf-8")
    catalogue = Catalogue.read(data_folder / "catalogue")
    assert found(schema, catalogue, feature("far", {"type": "Point", "coordinates": [-70.0, -33.0]})) == []


def test_a_geometry_without_position_and_a_position_without_geometry_are_found(
    schema: LayerSchema,
    catalogue: Catalogue,
) -> None:
    drawn, listed = feature("drawn"), feature("listed", None)
    drawn["properties"]["position"], listed["properties"]["position"] = None, drawn["properties"]["position"]
    assert {row[0] for row in found(schema, catalogue, drawn, listed)} == {"drawn", "listed"}


def test_a_place_without_position_must_say_why(schema: LayerSchema, catalogue: Catalogue) -> None:
    assert found(schema, catalogue, feature("mute", None, remarks=[])) != []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"id": "other"}, "properties.id", "other_id"),
        ({"category": "castle"}, "properties.category", "unknown_code"),
        ({"city": ["wuhan", "atlantis"]}, "properties.city", "unknown_code"),
        ({"serves": ["atlantis"]}, "properties.serves", "unknown_code"),
        ({"memberships": ["the-best-7"]}, "properties.memberships", "unknown_code"),
        (
            {"history": [{**entry(), "document": "hearsay"}]},
            "properties.history.0.document",
            "unknown_document",
        ),
        (
            {
                "citations": [
                    {"document": "hearsay", "clause": "一", "line": 1, "phrase": "x", "supports": "name"}
                ]
            },
            "properties.citations.0.document",
            "unknown_document",
        ),
        ({"city": []}, "properties.city", "schema"),
        ({"history": []}, "properties.history", "schema"),
        ({"history": [{**entry(), "status": "done"}]}, "properties.history.0.status", "schema"),
        ({"history": [{**entry(), "line": 0}]}, "properties.history.0.line", "schema"),
        ({"history": [{**entry(), "phrase": "x" * 40}]}, "properties.history.0.phrase", "schema"),
        ({"history": [{**entry(), "year_start": "2023"}]}, "properties.history.0.year_start", "schema"),
        ({"history": [{**entry(), "year_end": 23}]}, "properties.history.0.year_end", "schema"),
        ({"name_zh": ""}, "properties.name_zh", "schema"),
        ({"name_en": None}, "properties.name_en", "schema"),
        ({"aliases": "光谷"}, "properties.aliases", "schema"),
        ({"status": "built"}, "properties", "schema"),
        ({"year_end": 2025}, "properties", "schema"),
    ],
)
def test_a_faulty_attribute_is_found(
    schema: LayerSchema,
    catalogue: Catalogue,
    change: dict[str, Any],
    field: str,
    code: str,
) -> None:
    issues = found(
        schema, catalogue, feature("good"), feature("hostile", **({} if "id" in change else change))
    )
    if "id" in change:
        hostile = feature("hostile")
        hostile["properties"]["id"] = change["id"]
        issues = found(schema, catalogue, hostile)
    assert ("hostile", field, code) in issues
    assert {row[0] for row in issues} == {"hostile"}


@pytest.mark.parametrize(
    "feature_id", ["", "Science Island", "光谷", "../x", "a--b", "{{7*7}}", "x" * 81, 3, None, "a\n"]
)
def test_an_id_that_is_no_slug_is_found(
    schema: LayerSchema, catalogue: Catalogue, feature_id: object
) -> None:
    hostile = {**feature("x"), "id": feature_id}
    hostile["properties"]["id"] = feature_id
    assert "schema" in [code for _, _, code in found(schema, catalogue, hostile)]


@pytest.mark.parametrize("hostile", [None, 3, [], "x", {}, {"type": "Feature"}])
def test_what_is_no_feature_is_told_by_its_number(
    schema: LayerSchema, catalogue: Catalogue, hostile: object
) -> None:
    assert {row[0] for row in found(schema, catalogue, feature("good"), hostile)} == {"#2"}


@pytest.mark.parametrize("depth", [200, 300, 900])
def test_deep_nesting_is_no_crash(schema: LayerSchema, catalogue: Catalogue, depth: int) -> None:
    deep: dict[str, Any] = {}
    for _ in range(depth):
        deep = {"a": deep}
    hostile = feature("hostile", extra=deep)
    assert {row[0] for row in found(schema, catalogue, hostile)} <= {"hostile"}


def test_every_fault_of_every_feature_is_told(schema: LayerSchema, catalogue: Catalogue) -> None:
    features = [feature(f"place-{number}", category="castle", city=["atlantis"]) for number in range(10)]
    assert len(found(schema, catalogue, *features)) == 20


def test_a_large_ring_is_checked_in_time(schema: LayerSchema, catalogue: Catalogue) -> None:
    count = 100_000
    turns = [2 * math.pi * step / count for step in range(count)]
    ring = [[114.5 + 0.3 * math.cos(turn), 30.5 + 0.3 * math.sin(turn)] for turn in turns]
    large = feature("large", {"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    assert found(schema, catalogue, large) == []


def test_a_fault_is_told_in_one_line_with_a_long_value_cut() -> None:
    issue = Issue("place-1", "properties.name_zh", "schema", "x" * 500)
    assert str(issue) == f"place-1 properties.name_zh: schema ({'x' * 60}…)"
    assert str(Issue("", "", "unreadable", "x")) == "file: unreadable (x)"


def test_an_id_that_stands_twice_is_found_with_where_it_stands() -> None:
    collection = {"features": [feature("a", LINE), feature("b", SQUARE), feature("a")]}
    issues = repeated_ids(collection, {"b": "routes"})
    assert [(issue.feature_id, issue.code, issue.value) for issue in issues] == [
        ("b", "repeated_id", "also in routes"),
        ("a", "repeated_id", "also in this layer"),
    ]


def test_features_without_an_id_are_not_taken_for_the_same() -> None:
    assert repeated_ids({"features": [{}, {}, None]}, {}) == []


@pytest.mark.parametrize(
    "content", ["", "[", "3", '{"type": 3}', '{"$ref": "urn:nowhere"}', '{"a": 1, "a": 2}']
)
def test_a_schema_that_cannot_be_used_is_refused_by_name(data_folder: Path, content: str) -> None:
    path = data_folder / "schemas" / "sites.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"sites\.json"):
        LayerSchema.read(path)


def test_a_missing_schema_is_refused_by_name(data_folder: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nowhere\.json"):
        LayerSchema.read(data_folder / "schemas" / "nowhere.json")
