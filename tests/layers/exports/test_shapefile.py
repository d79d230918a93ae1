"""Shapefile, read by pyshp and dbfread."""

from pathlib import Path
from typing import Any

import dbfread
import pytest
import shapefile
from pyproj import CRS
from shapely.geometry import shape

from layers.stores.folder import FolderStore
from tests.builders import AVENUE, ISLAND, LAB, LINE, SQUARE, feature, few_features, write_folder
from tests.kruger import kruger
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, hostile_store, unzipped

# The byte 29 of a table: 0x4D is code page 936; 0 leaves it to the `.cpg`.
DRIVER = 29
NAMES = ["routes_line", "site_point", "site_unplaced", "sites_area", "sites_point"]


def table_of(path: Path, codec: str) -> dict[str, dict[str, Any]]:
    return {row["id" if "id" in row else "编号"]: dict(row) for row in dbfread.DBF(path, encoding=codec)}


@pytest.mark.parametrize(("encoding", "cpg", "driver"), [("utf-8", "UTF-8", 0), ("gbk", "GBK", 0x4D)])
@pytest.mark.parametrize("names", ["en", "zh"])
def test_encoding_is_marked_in_both_ways_and_read_back(
    ask: Export, names: str, encoding: str, cpg: str, driver: int,
) -> None:
    folder = unzipped(ask("all.zip", "shp", encoding=encoding, names=names).file)
    name = {"en": "name_zh", "zh": "名称"}[names]
    for path in folder.glob("*.dbf"):
        assert path.read_bytes()[DRIVER] == driver, path.name
        assert path.with_suffix(".cpg").read_text("ascii") == cpg
    assert table_of(folder / "sites_area.dbf", encoding)[ISLAND][name] == "光谷科学岛"
    with shapefile.Reader(folder / "sites_area.shp", encoding=encoding) as reader:
        assert reader.record(0)[name] == "光谷科学岛"


def test_each_type_of_geometry_has_a_file_and_places_without_one_a_table(ask: Export) -> None:
    folder = unzipped(ask("all.zip", "shp").file)
    assert sorted(path.stem for path in folder.glob("*.dbf")) == ["citations", "history", *NAMES]
    assert not (folder / "site_unplaced.shp").exists()
    assert list(table_of(folder / "site_unplaced.dbf", "utf-8")) == [LAB]
    with shapefile.Reader(folder / "routes_line.shp") as reader:
        assert (reader.shapeTypeName, len(reader)) == ("POLYLINE", 2)
        lines = {row.record["id"]: shape(row.shape.__geo_interface__) for row in reader.iterShapeRecords()}
    assert lines[AVENUE].equals(shape(LINE))
    with shapefile.Reader(folder / "sites_area.shp") as reader:
        assert shape(reader.shape(0).__geo_interface__).equals(shape(SQUARE))


@pytest.mark.parametrize(("crs", "false_easting"), [("EPSG:4547", 500_000), ("EPSG:4526", 38_500_000)])
def test_coordinates_are_those_of_the_grid_that_the_prj_names(
    ask: Export, crs: str, false_easting: float,
) -> None:
    folder = unzipped(ask("all.zip", "shp", crs=crs).file)
    with shapefile.Reader(folder / "sites_point.shp") as reader:
        east, north = kruger(114.5, 30.5, 114)
        assert reader.shape(0).points[0] == pytest.approx((false_easting + east, north), abs=1e-3)
    named = CRS.from_wkt((folder / "sites_point.prj").read_text("ascii"))
    assert named.to_epsg(min_confidence=60) == int(crs.removeprefix("EPSG:"))


def test_numbers_and_flags_are_no_text(ask: Export) -> None:
    folder = unzipped(ask("all.zip", "shp").file)
    island = table_of(folder / "sites_area.dbf", "utf-8")[ISLAND]
    assert (island["year_start"], island["year_end"], island["conflict"]) == (None, 2026, False)


def test_every_name_of_a_field_has_ten_bytes_at_most(ask: Export) -> None:
    for names in ("en", "zh"):
        folder = unzipped(ask(f"{names}.zip", "shp", names=names).file)
        for path in folder.glob("*.dbf"):
            fields = dbfread.DBF(path, encoding="utf-8").field_names
            assert max(len(field.encode()) for field in fields) <= 10
            assert len(set(fields)) == len(fields)


def test_history_is_a_table(ask: Export) -> None:
    folder = unzipped(ask("all.zip", "shp").file)
    table = dbfread.DBF(folder / "history.dbf", encoding="utf-8")
    rows = [row for row in table if row["feature_id"] == ISLAND]
    assert [(row["date"], row["status"], row["year_end"]) for row in rows] == [
        ("2021-12-22", "planned", 2025),
        ("2023-04-08", "under_construction", 2025),
        ("2026-03-20", "built", 2026),
    ]


@pytest.mark.parametrize(("encoding", "most"), [("utf-8", 84), ("gbk", 127)])
def test_a_long_text_is_cut_at_a_whole_character_and_the_manifest_says_where(
    ask: Export, tmp_path: Path, encoding: str, most: int,
) -> None:
    names = {"long": "光" * 200, "mixed": "a" + "谷" * 200, "short": "光谷"}
    sites = [feature(key, name_zh=name) for key, name in names.items()]
    store = FolderStore(write_folder(tmp_path / "long", {**few_features(), "sites": sites}))
    made = ask("all.zip", "shp", store=store, encoding=encoding)
    rows = table_of(unzipped(made.file) / "sites_point.dbf", encoding)
    assert rows["long"]["name_zh"] == "光" * most
    # One byte for the letter, and 253 are 84 characters of three bytes and 126 of two.
    assert rows["mixed"]["name_zh"] == "a" + "谷" * {"utf-8": 84, "gbk": 126}[encoding]
    cut = [note for note in made.manifest["notes"] if note["code"] == "cut"]
    where = [(row["id"], row["field"], row["detail"]) for note in cut for row in note["where"]]
    assert where == [("long", "name_zh", "254"), ("mixed", "name_zh", "254")]


def test_of_many_cuts_a_few_are_named_and_the_others_counted(ask: Export, tmp_path: Path) -> None:
    sites = [feature(f"long-{number}", name_zh="光" * 200) for number in range(25)]
    store = FolderStore(write_folder(tmp_path / "long", {**few_features(), "sites": sites}))
    notes = {note["code"]: note["where"] for note in ask("all.zip", "shp", store=store).manifest["notes"]}
    assert len(notes["cut"]) == 20
    assert [row["detail"] for row in notes["cut_more"]] == ["5"]


def test_every_character_of_gbk_comes_back(ask: Export, tmp_path: Path) -> None:
    plane = [chr(code) for code in range(0x4E00, 0x9FA6)] + list("　。、“”‘’《》—…·×㎡①②③ⅠⅡ")
    names = {f"c-{start}": "".join(plane[start : start + 100]) for start in range(0, len(plane), 100)}
    sites = [feature(key, name_zh=name) for key, name in names.items()]
    store = FolderStore(write_folder(tmp_path / "plane", {**few_features(), "sites": sites}))
    folder = unzipped(ask("all.zip", "shp", store=store, encoding="gbk").file)
    rows = table_of(folder / "sites_point.dbf", "gbk")
    assert {key: row["name_zh"] for key, row in rows.items()} == names


def test_hostile_names_are_text(ask: Export, tmp_path: Path) -> None:
    folder = unzipped(ask("all.zip", "shp", store=hostile_store(tmp_path)).file)
    rows = table_of(folder / "sites_point.dbf", "utf-8")
    # A table of fixed width has no blanks at the end, and reads no leading ones.
    assert {key: row["name_zh"] for key, row in rows.items()} == {
        key: name.encode()[:254].decode(errors="ignore") for key, name in EXPECTED.items()
    }
