"""GeoPackage, read by SQLite and by the layout that the standard prints."""

import math
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from shapely import Polygon, from_wkb
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from layers.exports.errors import ExportCancelledError
from tests.builders import AVENUE, BRIDGE, ISLAND, LAB, LINE, LONE, PARK, SQUARE
from tests.kruger import kruger
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, hostile_store

RADIUS = 6_378_137.0
TABLES = ["sites_point", "sites_area", "site_point", "site_unplaced", "routes_line"]


def opened(path: Path) -> Any:  # noqa: ANN401 - a connection that is closed at the end of the block
    made = sqlite3.connect(path)
    made.row_factory = sqlite3.Row
    return closing(made)


def rows_of(path: Path, table: str) -> dict[str, dict[str, Any]]:
    with opened(path) as database:
        found = [dict(row) for row in database.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 - our own name
    return {row["id"]: row for row in found}


def geometry_of(blob: bytes) -> tuple[BaseGeometry, int]:
    """Return a geometry and the number of its system (OGC 12-128r17, 2.1.3)."""
    magic, version, flags, srs = struct.unpack_from("<2sBBi", blob)
    assert (magic, version, flags & 1) == (b"GP", 0, 1)
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[flags >> 1 & 7]
    return from_wkb(blob[8 + envelope :]), srs


def test_it_says_that_it_is_a_geopackage_of_version_1_3(ask: Export) -> None:
    with opened(ask("all.gpkg", "gpkg").file) as database:
        assert database.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG")
        assert database.execute("PRAGMA user_version").fetchone()[0] == 10300
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not database.execute("PRAGMA foreign_key_check").fetchall()


def test_each_type_of_geometry_has_a_table_and_the_titles_are_told_apart(ask: Export) -> None:
    with opened(ask("all.gpkg", "gpkg", language="en").file) as database:
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
        types = dict(
            database.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns").fetchall(),
        )
        titles = dict(database.execute("SELECT table_name, identifier FROM gpkg_contents").fetchall())
    assert kinds == {
        **{name: "features" for name in TABLES if name != "site_unplaced"},
        **dict.fromkeys(["site_unplaced", "history", "citations", "layer_styles"], "attributes"),
    }
    assert types == {
        "sites_point": "POINT", "sites_area": "POLYGON", "site_point": "POINT", "routes_line": "LINESTRING",
    }  # fmt: skip
    assert titles["sites_area"] == "Layer sites (areas)"
    assert len(set(titles.values())) == len(titles)


def test_every_place_is_there_with_its_attributes(ask: Export) -> None:
    path = ask("all.gpkg", "gpkg").file
    found = {key: row for table in TABLES for key, row in rows_of(path, table).items()}
    assert set(found) == {ISLAND, PARK, LONE, LAB, AVENUE, BRIDGE}
    island = found[ISLAND]
    assert (island["name_zh"], island["aliases"], island["status"]) == ("光谷科学岛", "光谷科學島", "built")
    assert (island["year_start"], island["year_end"], island["conflict"]) == (None, 2026, 0)
    assert found[LAB]["position_accuracy_m"] is None


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4547", "EPSG:4526", "EPSG:3857"])
def test_geometry_is_in_the_system_asked_for(ask: Export, crs: str) -> None:
    path = ask("all.gpkg", "gpkg", crs=crs).file
    point, srs = geometry_of(rows_of(path, "sites_point")[PARK]["geom"])
    area, _ = geometry_of(rows_of(path, "sites_area")[ISLAND]["geom"])
    east, north = kruger(114.5, 30.5, 114)
    expected = {
        "EPSG:4326": (114.5, 30.5),
        "EPSG:4490": (114.5, 30.5),
        "EPSG:4547": (500_000 + east, north),
        "EPSG:4526": (38_500_000 + east, north),
        # Mercator's formula on a sphere with the radius of the equator.
        "EPSG:3857": (RADIUS * math.radians(114.5), RADIUS * math.asinh(math.tan(math.radians(30.5)))),
    }[crs]
    assert f"EPSG:{srs}" == crs
    assert isinstance(point, Point)
    assert (point.x, point.y) == pytest.approx(expected, abs=1e-3)
    assert isinstance(area, Polygon)
    assert len(area.exterior.coords) == 4


def test_lines_and_areas_keep_their_corners(ask: Export) -> None:
    path = ask("all.gpkg", "gpkg").file
    line, _ = geometry_of(rows_of(path, "routes_line")[AVENUE]["geom"])
    area, _ = geometry_of(rows_of(path, "sites_area")[ISLAND]["geom"])
    assert line.equals_exact(shape(LINE))
    assert area.equals(shape(SQUARE))


def test_history_has_a_row_for_what_each_document_says(ask: Export) -> None:
    with opened(ask("all.gpkg", "gpkg").file) as database:
        told = database.execute(
            "SELECT date, status, year_end FROM history WHERE feature_id = ? ORDER BY date", (ISLAND,),
        ).fetchall()
        cited = database.execute("SELECT feature_id, phrase FROM citations").fetchall()
    assert [tuple(row) for row in told] == [
        ("2021-12-22", "planned", 2025),
        ("2023-04-08", "under_construction", 2025),
        ("2026-03-20", "built", 2026),
    ]
    assert [tuple(row) for row in cited] == [(PARK, "光谷")]


def test_fields_have_the_other_language_beside_their_names(ask: Export) -> None:
    with opened(ask("all.gpkg", "gpkg").file) as database:
        told = database.execute(
            "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'sites_point'",
        ).fetchall()
    assert dict(map(tuple, told))["year_start"] == "起始年份"


def test_each_table_with_geometry_has_a_style_for_qgis(ask: Export) -> None:
    with opened(ask("all.gpkg", "gpkg").file) as database:
        rows = database.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles",
        ).fetchall()
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (name, "geom", 1) for name in TABLES if name != "site_unplaced"
    ]
    kinds = {row[0]: ET.fromstring(row[3]).findtext("layerGeometryType") for row in rows}  # noqa: S314 - ours
    assert kinds == {"sites_point": "0", "sites_area": "2", "site_point": "0", "routes_line": "1"}


def test_hostile_names_are_text_in_every_table(ask: Export, tmp_path: Path) -> None:
    path = ask("all.gpkg", "gpkg", store=hostile_store(tmp_path)).file
    found = {key: row["name_zh"] for key, row in rows_of(path, "sites_point").items()}
    assert found == EXPECTED


def test_a_cancel_between_tables_leaves_nothing(ask: Export, tmp_path: Path) -> None:
    told: list[int] = []

    def progress(done: int, _total: int) -> None:
        told.append(done)

    with pytest.raises(ExportCancelledError):
        ask("all.gpkg", "gpkg", talk=(progress, lambda: len(told) > 1))
    assert [path.name for path in tmp_path.iterdir() if not path.is_dir()] == []
    assert len(told) == 2
