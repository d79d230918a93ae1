"""Features as flat tables: lists joined, words beside codes, history and citations as tables of their own."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from layers.catalogue import Catalogue
from layers.exports.job import LayerTable, Note
from layers.exports.tables import Wanted, layer_table, part_of
from layers.features import build_layer
from layers.snapshot import Snapshot
from tests.builders import ISLAND, LAB, PARK, PLAN_2021, PLAN_2023, PLAN_2024, PRESS_2026, feature


def table(
    layer_id: str,
    features: gpd.GeoDataFrame,
    catalogue: Catalogue,
    notes: list[Note] | None = None,
    shifted: tuple[str, ...] = (),
) -> LayerTable:
    wanted = Wanted(catalogue, "3f9a1c20b7e4", catalogue.fields.names("en"), shifted)
    return layer_table(catalogue.layer(layer_id), features, wanted, [] if notes is None else notes)


def of_layer(layer_id: str, snapshot: Snapshot, catalogue: Catalogue) -> LayerTable:
    return table(layer_id, snapshot.layers[layer_id].features, catalogue)


def test_a_feature_is_one_row_with_lists_joined(snapshot: Snapshot, catalogue: Catalogue) -> None:
    made = of_layer("sites", snapshot, catalogue)
    island, park = made.features.loc[ISLAND], made.features.loc[PARK]
    assert (island["name_zh"], island["aliases"], island["layer"]) == ("光谷科学岛", "光谷科學島", "sites")
    assert (island["layer_zh"], island["layer_en"]) == ("图层sites", "Layer sites")
    assert park["memberships"] == "key-blocks;clusters"
    assert (park["city"], park["serves"]) == ("wuhan", "ezhou")
    assert park["documents"] == f"{PLAN_2023};{PLAN_2024}"
    assert island["data_version"] == "3f9a1c20b7e4"


def test_years_are_whole_numbers_or_missing(snapshot: Snapshot, catalogue: Catalogue) -> None:
    features = of_layer("sites", snapshot, catalogue).features
    assert str(features["year_start"].dtype) == "Int64"
    # The press of 2026 prints the last year only; the plans print both.
    assert features.loc[ISLAND, "year_start"] is pd.NA
    assert features.loc[ISLAND, "year_end"] == 2026
    assert features.loc[ISLAND, "year_start_documents"] == 2021
    assert features.loc[PARK, "year_start"] is pd.NA


def test_words_of_codes_stand_beside_the_codes(catalogue: Catalogue) -> None:
    names = dict(catalogue.fields.names("zh")["features"])
    for field in ("status", "category", "city", "serves", "memberships", "lead_units", "position_method"):
        assert {field, f"{field}_zh", f"{field}_en"} <= set(names)


def test_the_history_in_one_cell_names_date_document_place_status_words_and_years(
    snapshot: Snapshot, catalogue: Catalogue
) -> None:
    told = of_layer("sites", snapshot, catalogue).features.loc[ISLAND, "history"]
    assert told == (
        "2021-12-22 plan-2021 四(三) L39 planned “建设” 2021–2025;"
        "2023-04-08 plan-2023 四(三) L39 under_construction “建设” 2021–2025;"
        "2026-03-20 press-2026 built –2026"
    )


def test_history_and_citations_have_a_row_an_entry(snapshot: Snapshot, catalogue: Catalogue) -> None:
    made = of_layer("sites", snapshot, catalogue)
    rows = made.history[made.history["feature_id"] == ISLAND]
    assert list(rows["entry"]) == [1, 2, 3]
    assert list(rows["document"]) == [PLAN_2021, PLAN_2023, PRESS_2026]
    assert list(rows["date"]) == ["2021-12-22", "2023-04-08", "2026-03-20"]
    assert list(rows["outside"]) == [False, False, True]
    assert list(rows["line"]) == [39, 39, pd.NA]
    assert list(rows["note_en"]) == ["", "", "As reported"]
    (citation,) = made.citations.to_dict("records")
    assert citation["feature_id"] == PARK
    assert [citation[field] for field in ("document", "clause", "line", "phrase", "supports")] == [
        PLAN_2024, "一", 3, "光谷", "mention",
    ]  # fmt: skip


def test_a_place_without_position_keeps_its_row(snapshot: Snapshot, catalogue: Catalogue) -> None:
    row = of_layer("site", snapshot, catalogue).features.loc[LAB]
    assert row.geometry is None
    assert row["position_accuracy_m"] is pd.NA
    assert (row["position_method"], row["position_basis_zh"]) == ("", "")
    assert (row["remarks_zh"], row["remarks_en"]) == ("依据", "Basis")


def test_a_layer_without_features_has_the_same_columns(snapshot: Snapshot, catalogue: Catalogue) -> None:
    full = of_layer("sites", snapshot, catalogue)
    empty = table("sites", snapshot.layers["sites"].features.iloc[:0], catalogue)
    for name in ("features", "history", "citations"):
        one, other = getattr(full, name), getattr(empty, name)
        assert list(one.columns) == list(other.columns)
        assert [str(kind) for kind in one.dtypes] == [str(kind) for kind in other.dtypes]
        assert len(other) == 0


def test_the_columns_are_those_of_the_catalogue(snapshot: Snapshot, catalogue: Catalogue) -> None:
    made = of_layer("sites", snapshot, catalogue)
    fields = [row.field_id for row in catalogue.fields.of("features")]
    assert list(made.features.columns) == [*fields, "geometry"]
    chinese = Wanted(catalogue, "", catalogue.fields.names("short_zh"))
    sites = snapshot.layers["sites"].features
    names = layer_table(catalogue.layer("sites"), sites, chinese, []).names["features"]
    assert list(names.items())[:3] == [("id", "编号"), ("layer", "图层码"), ("layer_zh", "图层")]


def test_control_characters_are_left_out_and_told(catalogue: Catalogue) -> None:
    raw = feature("odd", name_zh="光\x00谷\x0b", name_en="tab\tand\nline stay \U00020bb7", aliases=["\x1f"])
    layer = build_layer("sites", {"features": [raw]}, catalogue)
    notes: list[Note] = []
    row = table("sites", layer.features, catalogue, notes).features.loc["odd"]
    assert (row["name_zh"], row["aliases"]) == ("光谷", "")
    assert row["name_en"] == "tab\tand\nline stay 𠮷"
    assert notes == [
        Note("control", "sites", "odd", "name_zh", "2"),
        Note("control", "sites", "odd", "aliases", "1"),
    ]


def test_columns_for_map_services_hold_a_point_half_a_kilometre_away_and_only_where_asked(
    snapshot: Snapshot, catalogue: Catalogue
) -> None:
    features = snapshot.layers["site"].features
    assert "gcj02_lon" not in table("site", features, catalogue).features
    made = table("site", features, catalogue, shifted=("gcj02",)).features
    assert "bd09_lon" not in made
    lone, lab = made.iloc[0], made.loc[LAB]
    # Near Wuhan the offset is +0.0054 degrees of longitude and -0.0025 of latitude, by measurement.
    assert lone["gcj02_lon"] - lone.geometry.x == pytest.approx(0.0054, abs=2e-4)
    assert lone["gcj02_lat"] - lone.geometry.y == pytest.approx(-0.0025, abs=2e-4)
    assert pd.isna(lab["gcj02_lon"])
    assert made.geometry.iloc[0].equals(Point(114.5, 30.5))


def test_part_of_a_table_is_the_table_of_that_part(snapshot: Snapshot, catalogue: Catalogue) -> None:
    sites = snapshot.layers["sites"].features
    chosen = sites.loc[[PARK]]
    part, alone = part_of(table("sites", sites, catalogue), chosen), table("sites", chosen, catalogue)
    for name in ("features", "history", "citations"):
        assert getattr(part, name).equals(getattr(alone, name))


def test_what_was_left_out_is_told_each_time_though_tables_are_kept(catalogue: Catalogue) -> None:
    layer = build_layer("sites", {"features": [feature("odd", name_zh="光\x00谷")]}, catalogue)
    first, again = list[Note](), list[Note]()
    one = table("sites", layer.features, catalogue, first)
    other = table("sites", layer.features, catalogue, again)
    assert one.rows["features"] is other.rows["features"]
    assert first == again != []
