"""File Geodatabase, read by another build of GDAL than that which wrote it."""

from pathlib import Path
from typing import Any

import fiona
import pytest
import shapely
from shapely.geometry import shape

from tests.builders import AVENUE, ISLAND, LAB, LINE, PARK, SQUARE
from tests.kruger import kruger
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, hostile_store, unzipped

TABLES = [
    "citations", "history", "routes_line", "site_point", "site_unplaced", "sites_area", "sites_point",
]  # fmt: skip


def rows_of(path: Path, table: str) -> dict[str, Any]:
    with fiona.open(path, layer=table) as read:
        return {row["properties"]["id"]: row for row in read}


def test_each_type_of_geometry_is_a_feature_class_and_the_rest_are_tables(ask: Export) -> None:
    path = unzipped(ask("all.zip", "filegdb").file) / "all.gdb"
    assert sorted(fiona.listlayers(path)) == TABLES
    area = rows_of(path, "sites_area")[ISLAND]
    # Positions lie on a grid of a billionth of a degree.
    (polygon,) = shapely.get_parts(shape(area["geometry"]))
    assert polygon.normalize().equals_exact(shape(SQUARE).normalize(), 1e-8)
    assert (area["properties"]["name_zh"], area["properties"]["year_end"]) == ("光谷科学岛", 2026)
    (line,) = shapely.get_parts(shape(rows_of(path, "routes_line")[AVENUE]["geometry"]))
    assert line.equals_exact(shape(LINE), 1e-8)
    assert rows_of(path, "site_unplaced")[LAB]["geometry"] is None


@pytest.mark.parametrize(("crs", "false_easting"), [("EPSG:4547", 500_000), ("EPSG:4526", 38_500_000)])
def test_coordinates_and_system_are_those_asked_for(ask: Export, crs: str, false_easting: float) -> None:
    path = unzipped(ask("all.zip", "filegdb", crs=crs).file) / "all.gdb"
    east, north = kruger(114.5, 30.5, 114)
    assert rows_of(path, "sites_point")[PARK]["geometry"]["coordinates"] == pytest.approx(
        (false_easting + east, north), abs=1e-3,
    )  # fmt: skip
    with fiona.open(path, layer="sites_point") as read:
        assert f"EPSG:{read.crs.to_epsg()}" == crs


def test_chinese_names_of_fields_come_back(ask: Export) -> None:
    path = unzipped(ask("all.zip", "filegdb", names="zh").file) / "all.gdb"
    with fiona.open(path, layer="sites_area") as read:
        (row,) = read
    assert row["properties"]["名称"] == "光谷科学岛"
    assert row["properties"]["结束年份"] == 2026


def test_hostile_names_are_text(ask: Export, tmp_path: Path) -> None:
    path = unzipped(ask("all.zip", "filegdb", store=hostile_store(tmp_path)).file) / "all.gdb"
    rows = rows_of(path, "sites_point")
    assert {key: row["properties"]["name_zh"] for key, row in rows.items()} == EXPECTED
