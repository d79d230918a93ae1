"""GeoJSON, GeoJSON Lines, CSV, XLSX and GeoParquet, read back by programs that did not write them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape
from pyproj import CRS
from shapely import from_wkt
from shapely.geometry import Point, box, shape

from layers.exports.cells import is_formula
from layers.exports.errors import EmptySelectionError, UnencodableError
from layers.exports.geojson import FIRST, streamed
from layers.exports.selection import Selection
from layers.stores.folder import FolderStore
from tests.builders import ISLAND, LAB, PARK, SQUARE, feature, few_features, write_folder
from tests.kruger import kruger
from tests.layers.exports.conftest import VIEW, Export

# A wrong way round, as RFC 7946 does not want rings; the names are every trap of a spreadsheet.
TRAPS = {
    "formula": "=1+1", "link": '=HYPERLINK("http://x")', "plus": "+1+cmd", "at": "@SUM(A1)", "tab": "\t=1",
    "return": "\r=1", "zeros": "0012", "code": "420100000000000018", "minus": "-5",
    "markup": "<img src=x>", "template": "{{7*7}}${7*7}", "quotes": 'a"b,c\nd', "rare": "𠮷野🌉",
    "escape": "_x0041_", "long": "长" * 40_000,
}  # fmt: skip


def hostile_store(folder: Path, **names: str) -> FolderStore:
    sites = [feature(key, name_zh=name) for key, name in names.items()]
    return FolderStore(write_folder(folder / "hostile", {**few_features(), "sites": sites}))


@pytest.fixture
def hostile(tmp_path: Path) -> FolderStore:
    return hostile_store(tmp_path, **TRAPS)


def rows_of(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


# --- GeoJSON -------------------------------------------------------------------------------------


def test_geojson_is_one_collection_of_all_layers_in_wgs84(ask: Export) -> None:
    raw = json.loads(ask("all.geojson", "geojson").file.read_text("utf-8"))
    assert (raw["type"], raw["name"]) == ("FeatureCollection", "all")
    assert "crs" not in raw
    told = [row["properties"]["layer"] for row in raw["features"]]
    assert told == ["sites", "sites", "site", "site", "routes", "routes"]
    by_id = {row["id"]: row for row in raw["features"]}
    assert shape(by_id[ISLAND]["geometry"]).equals(shape(SQUARE))
    assert by_id[LAB]["geometry"] is None
    assert by_id[ISLAND]["properties"]["name_zh"] == "光谷科学岛"
    assert by_id[ISLAND]["properties"]["year_end"] == 2026
    assert by_id[PARK]["properties"]["year_start"] is None
    assert by_id[ISLAND]["properties"]["conflict"] is False


def test_geojson_keeps_every_trap_as_it_is(ask: Export, hostile: FolderStore) -> None:
    raw = json.loads(ask("all.geojson", "geojson", store=hostile).file.read_text("utf-8"))
    assert {row["id"]: row["properties"]["name_zh"] for row in raw["features"] if row["id"] in TRAPS} == TRAPS


def test_geojson_lines_are_a_feature_each(ask: Export) -> None:
    lines = ask("all.geojsonl", "geojsonl").file.read_text("utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["Feature"] * 6


def test_names_of_fields_are_written_in_the_language_asked_for(ask: Export) -> None:
    raw = json.loads(ask("all.geojson", "geojson", names="zh").file.read_text("utf-8"))
    assert raw["features"][0]["properties"]["起始年份"] is None
    raw = json.loads(ask("all.geojson", "geojson", names="short").file.read_text("utf-8"))
    assert "accuracy_m" in raw["features"][0]["properties"]


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "codec", "begins"),
    [("utf-8", "utf-8", b"id,"), ("utf-8-bom", "utf-8-sig", b"\xef\xbb\xbfid,"), ("gbk", "gbk", b"id,")],
)
def test_csv_has_a_row_a_feature_in_each_encoding(
    ask: Export, encoding: str, codec: str, begins: bytes
) -> None:
    made = ask("all.csv", "csv", encoding=encoding)
    assert made.file.read_bytes().startswith(begins)
    rows = {row["id"]: row for row in rows_of(made.file, codec)}
    assert len(rows) == 6
    assert rows[ISLAND]["name_zh"] == "光谷科学岛"
    assert (rows[ISLAND]["year_start"], rows[ISLAND]["year_end"]) == ("", "2026")
    assert from_wkt(rows[ISLAND]["WKT"]).equals(shape(SQUARE))
    assert rows[LAB]["WKT"] == ""


def test_csv_in_a_grid_has_metres(ask: Export) -> None:
    rows = {row["id"]: row for row in rows_of(ask("all.csv", "csv", crs="EPSG:4547").file)}
    point = from_wkt(rows[PARK]["WKT"])
    assert isinstance(point, Point)
    east, north = kruger(114.5, 30.5, 114)
    assert (point.x, point.y) == pytest.approx((500_000 + east, north), abs=1e-3)


def test_csv_guards_formulas_and_says_so(ask: Export, hostile: FolderStore) -> None:
    made = ask("all.csv", "csv", store=hostile)
    rows = {row["id"]: row["name_zh"] for row in rows_of(made.file)}
    guarded = {key for key, name in TRAPS.items() if rows[key] == f"'{name}"}
    assert guarded == {"formula", "link", "plus", "at", "tab", "return"}
    assert {key: rows[key] for key in TRAPS.keys() - guarded} == {
        key: name for key, name in TRAPS.items() if key not in guarded
    }
    (note,) = made.manifest["notes"]
    assert (note["code"], {row["id"] for row in note["where"]}) == ("guarded", guarded)


@pytest.mark.parametrize("text", ["", "-5", "+86", "-0.5", "0012", "a=1", " =1", "’=1"])
def test_numbers_and_harmless_texts_are_no_formulas(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", ["=1", "-1+cmd", "+A1", "@SUM", "\t5", "\n=1", "-", "-5\n=1"])
def test_whatever_a_spreadsheet_may_run_is_a_formula(text: str) -> None:
    assert is_formula(text)


def test_gbk_without_a_character_is_refused_with_the_places_named(ask: Export, tmp_path: Path) -> None:
    store = hostile_store(tmp_path, tower="𠮷野塔", plain="光谷", two="€𠮷")
    with pytest.raises(UnencodableError, match=r"tower name_zh \(𠮷\)") as refused:
        ask("all.csv", "csv", store=store, encoding="gbk")
    assert refused.value.characters == {("tower", "name_zh"): "𠮷", ("two", "name_zh"): "€𠮷"}
    assert "plain" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["hostile"]
    assert ask("all.csv", "csv", store=store).file.exists()


# --- XLSX ----------------------------------------------------------------------------------------


def cells_of(path: Path, sheet: str) -> dict[str, dict[str, Any]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    heads = [str(cell.value) for cell in next(rows)]
    return {str(row[0].value): dict(zip(heads, row, strict=True)) for row in rows}


def test_xlsx_has_a_sheet_a_layer_and_two_for_history_and_citations(ask: Export) -> None:
    path = ask("all.xlsx", "xlsx").file
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["图层sites", "图层site", "图层routes", "沿革", "引用"]
    assert [sheet.max_row - 1 for sheet in book.worksheets] == [2, 2, 2, 8, 1]
    island = cells_of(path, "图层sites")[ISLAND]
    told = [island[field].value for field in ("name_zh", "year_end", "year_start")]
    assert told == ["光谷科学岛", 2026, None]
    assert island["conflict"].value is False
    assert from_wkt(island["WKT"].value).equals(shape(SQUARE))


def test_xlsx_in_english_has_english_sheets(ask: Export) -> None:
    book = openpyxl.load_workbook(ask("all.xlsx", "xlsx", language="en").file)
    assert book.sheetnames[-2:] == ["Build history", "Citations"]


def test_xlsx_holds_no_formula_and_no_number_that_was_text(ask: Export, hostile: FolderStore) -> None:
    made = ask("all.xlsx", "xlsx", store=hostile)
    rows = cells_of(made.file, "图层sites")
    assert {cell.data_type for row in rows.values() for cell in row.values()} <= {"s", "n", "b"}
    for key, name in TRAPS.items():
        cell = rows[key]["name_zh"]
        assert cell.data_type == "s"
        assert cell.number_format == "@"
        assert cell.quotePrefix == (key in {"formula", "link", "plus", "at", "tab", "return"}), key
        if key not in {"long", "return"}:
            # What looks like an escape of this format is itself escaped.
            assert unescape(cell.value) == name
    assert rows["long"]["name_zh"].value == "长" * 32_767
    (note,) = made.manifest["notes"]
    assert (note["code"], note["where"]) == (
        "cut", [{"layer": "sites", "id": "long", "field": "name_zh", "detail": "32767"}],
    )  # fmt: skip


# --- GeoParquet ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("crs", "epsg"), [("EPSG:4326", 4326), ("EPSG:4490", 4490), ("EPSG:4526", 4526)])
def test_geoparquet_is_read_back_whole_in_its_system(ask: Export, crs: str, epsg: int) -> None:
    read = gpd.read_parquet(ask("all.parquet", "geoparquet", crs=crs).file).set_index("id")
    places = read.geometry.to_dict()
    assert read.crs == CRS.from_epsg(epsg)
    assert len(read) == 6
    assert read.loc[ISLAND, "name_zh"] == "光谷科学岛"
    assert read.loc[ISLAND, "year_end"] == 2026
    assert places[LAB] is None
    if epsg == 4490:
        assert places[ISLAND].equals(shape(SQUARE))
    if epsg == 4526:
        point = places[PARK]
        assert isinstance(point, Point)
        east, north = kruger(114.5, 30.5, 114)
        assert (point.x, point.y) == pytest.approx((38_500_000 + east, north), abs=1e-3)


def test_geoparquet_tells_the_types_of_geometry_and_the_box_of_all(ask: Export, store: FolderStore) -> None:
    told = json.loads(pq.read_metadata(ask("all.parquet", "geoparquet").file).metadata[b"geo"])
    geometry = [
        place for layer in store.snapshot().layers.values() for place in layer.features.geometry if place
    ]
    boxes = list(zip(*(place.bounds for place in geometry), strict=True))
    column = told["columns"][told["primary_column"]]
    assert set(column["geometry_types"]) == {place.geom_type for place in geometry}
    assert column["bbox"] == [min(boxes[0]), min(boxes[1]), max(boxes[2]), max(boxes[3])]


# --- GeoJSON as it is streamed -------------------------------------------------------------------


def test_a_stream_holds_what_the_file_holds(ask: Export, store: FolderStore) -> None:
    selection = Selection(store.snapshot(), VIEW)
    whole = b"".join(streamed(selection, store.catalogue, "all"))
    assert whole == ask("all.geojson", "geojson").file.read_bytes()
    lines = b"".join(streamed(selection, store.catalogue, "all", as_lines=True))
    assert lines == ask("all.geojsonl", "geojsonl").file.read_bytes()


def test_the_first_features_do_not_wait_for_all_others(store: FolderStore, tmp_path: Path) -> None:
    sites = [feature(f"p{row}") for row in range(2 * FIRST)]
    many = FolderStore(write_folder(tmp_path / "many", {**few_features(), "sites": sites}))
    selection = Selection(many.snapshot(), VIEW, layers=("sites",))
    pieces = list(streamed(selection, store.catalogue, "all"))
    assert [piece.count(b'"type":"Feature",') for piece in pieces] == [0, FIRST, FIRST, 0]
    assert len(json.loads(b"".join(pieces))["features"]) == 2 * FIRST


def test_a_stream_of_nothing_is_refused_before_its_first_piece(store: FolderStore) -> None:
    with pytest.raises(EmptySelectionError):
        streamed(Selection(store.snapshot(), VIEW, box(0, 0, 1, 1)), store.catalogue, "all")
