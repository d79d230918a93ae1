"""Files that a reader might take in different ways are refused; what a layer serves follows from the file."""

import json
from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.features import build_layer, read_collection, read_layer
from layers.snapshot import Layer
from tests.builders import (
    AVENUE,
    ISLAND,
    LINE,
    PLAN_2021,
    PLAN_2023,
    POINT,
    PRESS_2026,
    entry,
    feature,
    few_features,
)

EMPTY = b'{"type": "FeatureCollection", "features": []}'
PAYLOADS = [
    "{{7*7}}",
    "{%print(7*7)%}",
    "{# x #}",
    "{%",
    "${7*7}",
    "`",
    "\\",
    "\u2028",
    "</script>",
    "<!--",
    "]]>",
    "<img src=x onerror=alert(1)>",
    '"><b>',
    "\u202e",
    "\u200b",
    "🌉",
    "𠮷",
    "\0",
    "=1+1",
    "0012",
    "x" * 10_000,
]


def built(catalogue: Catalogue, *features: dict[str, Any]) -> Layer:
    return build_layer("made", {"features": features}, catalogue)


def served(layer: Layer) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(layer.content)["features"]
    return read


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gbk"])
def test_a_file_in_another_encoding_is_refused(codec: str) -> None:
    text = '{"type": "FeatureCollection", "name": "光谷科学岛", "features": []}'
    with pytest.raises(ValueError, match=r"."):
        read_collection(text.encode(codec))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"null",
        b"[]",
        b'"FeatureCollection"',
        b"{}",
        b'{"type": "FeatureCollection"}',
        b'{"type": "FeatureCollection", "features": {}}',
        b'{"type": "FeatureCollection", "features": null}',
        b'{"type": "Feature", "features": []}',
        b'{"type": "Topology", "objects": {}}',
        EMPTY[:-1],
        EMPTY + EMPTY,
        b'{"type": "FeatureCollection", "features": [], "features": []}',
        b'{"type": "FeatureCollection", "features": [NaN]}',
        b'{"type": "FeatureCollection", "features": [1e999]}',
        b'{"type": "FeatureCollection", "features": [' + b"[" * 1_000 + b"]" * 1_000 + b"]}",
        b"<OGRVRTDataset><OGRVRTLayer><SrcDataSource>x</SrcDataSource></OGRVRTLayer></OGRVRTDataset>",
    ],
)
def test_what_is_no_feature_collection_in_strict_json_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_collection(content)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4547", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_a_crs_member_is_refused(name: str) -> None:
    named = {"type": "name", "properties": {"name": name}}
    content = {"type": "FeatureCollection", "crs": named, "features": []}
    with pytest.raises(ValueError, match="RFC 7946"):
        read_collection(json.dumps(content).encode())


def test_a_feature_collection_is_read() -> None:
    assert read_collection(EMPTY)["features"] == []


def test_status_and_years_follow_from_the_history_with_and_without_outside_knowledge(
    catalogue: Catalogue,
) -> None:
    island = few_features()["sites"][0]
    (properties,) = [row["properties"] for row in served(built(catalogue, island))]
    assert (properties["status"], properties["year_start"], properties["year_end"]) == ("built", None, 2026)
    assert properties["status_documents"] == "under_construction"
    assert (properties["year_start_documents"], properties["year_end_documents"]) == (2021, 2025)
    assert properties["conflict"] is False


def test_planning_documents_that_disagree_are_marked_and_the_press_is_not_counted(
    catalogue: Catalogue,
) -> None:
    plans = feature("a", history=[entry(PLAN_2021, "built"), entry(PLAN_2023, "planned")])
    press = feature("b", history=[entry(PLAN_2023, "built"), entry(PRESS_2026, "planned")])
    assert [row["properties"]["conflict"] for row in served(built(catalogue, plans, press))] == [True, False]


def test_history_is_served_in_order_with_its_dates(catalogue: Catalogue) -> None:
    (row,) = served(built(catalogue, feature("a", history=[entry(PRESS_2026), entry(PLAN_2021)])))
    assert [told["date"] for told in row["properties"]["history"]] == ["2021-12-22", "2026-03-20"]


def test_the_frame_has_a_row_a_feature_in_wgs_84_with_no_geometry_where_there_is_none(
    catalogue: Catalogue,
) -> None:
    frame = built(catalogue, feature("a"), feature("b", None), feature("c", LINE)).features
    assert list(frame.index) == ["a", "b", "c"]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.isna().tolist() == [False, True, False]
    assert frame["year_end"].isna().all()


def test_a_layer_without_features_keeps_its_columns_and_its_crs(catalogue: Catalogue) -> None:
    full, empty = built(catalogue, feature("a")).features, built(catalogue).features
    assert set(empty.columns) == set(full.columns)
    assert empty.crs == full.crs
    assert empty["year_end"].dtype == full["year_end"].dtype


def test_the_features_given_are_not_changed(catalogue: Catalogue) -> None:
    given = few_features()["sites"]
    build_layer("sites", {"features": given}, catalogue)
    assert given == few_features()["sites"]


def test_the_same_features_give_the_same_bytes_whatever_the_order_of_their_keys(catalogue: Catalogue) -> None:
    one = feature("a")
    turned = {**one, "properties": dict(reversed(one["properties"].items()))}
    assert built(catalogue, one).content == built(catalogue, dict(reversed(turned.items()))).content


def test_what_is_served_is_geojson_of_the_stored_facts(catalogue: Catalogue) -> None:
    layer = built(catalogue, *few_features()["routes"])
    collection = json.loads(layer.content)
    assert (collection["type"], collection["name"]) == ("FeatureCollection", "made")
    assert [row["id"] for row in collection["features"]] == [AVENUE, "bridge"]
    assert "crs" not in collection
    for stored, row in zip(few_features()["routes"], collection["features"], strict=True):
        assert row["geometry"] == stored["geometry"]
        assert {key: row["properties"][key] for key in stored["properties"] if key != "history"} == {
            key: value for key, value in stored["properties"].items() if key != "history"
        }


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_comes_out_as_it_went_in(catalogue: Catalogue, payload: str) -> None:
    hostile = feature("a", name_zh=payload, aliases=[payload])
    hostile["properties"][payload] = payload
    layer = built(catalogue, hostile)
    (row,) = served(layer)
    assert row["properties"]["name_zh"] == row["properties"][payload] == payload
    assert row["properties"]["aliases"] == [payload]
    assert layer.features.loc["a", "name_zh"] == payload


@pytest.mark.parametrize("key", ["geometry", "layer", "index", "status", "search", "id "])
def test_an_attribute_named_like_one_of_ours_does_not_take_its_place(catalogue: Catalogue, key: str) -> None:
    hostile = feature(ISLAND, POINT)
    hostile["properties"][key] = "mine"
    layer = built(catalogue, hostile)
    assert layer.features.geometry.iloc[0].geom_type == "Point"
    (row,) = served(layer)
    assert row["properties"]["status"] == "planned"
    assert row["geometry"] == POINT


# --- content of before -------------------------------------------------------------------------------


def test_content_that_was_served_is_read_as_the_layer_it_was(catalogue: Catalogue) -> None:
    layer = built(catalogue, *few_features()["sites"])
    read = read_layer("made", layer.content)
    assert read.content == layer.content
    assert read.features.index.tolist() == layer.features.index.tolist()
    assert read.features.columns.tolist() == layer.features.columns.tolist()
    assert read.features["history"].tolist() == layer.features["history"].tolist()
    assert read.features.geometry.geom_equals(layer.features.geometry).all()


def test_an_attribute_that_features_did_not_have_then_is_empty(catalogue: Catalogue) -> None:
    properties = {"id": "a", "name_zh": "甲", "old": 1}
    bare = {"type": "Feature", "id": "a", "geometry": None, "properties": properties}
    content = json.dumps({"type": "FeatureCollection", "features": [bare]}).encode()
    row = read_layer("made", content).features.loc["a"]
    assert (row["name_zh"], row["name_en"], row["old"]) == ("甲", "", 1)
    assert (row["city"], row["position"], row["status"], row["conflict"]) == ([], None, "unstated", False)
    columns = set(built(catalogue, feature("a")).features.columns)
    assert columns <= set(read_layer("made", content).features.columns)


@pytest.mark.parametrize(
    "content", [b"{}", b"[", b'{"type": "FeatureCollection", "features": [{"id": "a"}]}'],
)
def test_content_that_was_never_served_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, LookupError)):
        read_layer("made", content)
