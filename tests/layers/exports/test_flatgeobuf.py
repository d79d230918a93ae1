"""FlatGeobuf, read by another build of GDAL than that which wrote it."""

from pathlib import Path
from typing import Any

import fiona
import pytest
from shapely.geometry import shape

from tests.builders import AVENUE, ISLAND, LAB, LINE, LONE, PARK, SQUARE
from tests.kruger import kruger
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, hostile_store, unzipped

# The first bytes of a file of version 3.
MAGIC = b"fgb\x03fgb"


def rows_of(path: Path) -> dict[str, Any]:
    with fiona.open(path) as read:
        return {row["properties"]["id"]: row for row in read}


def test_each_layer_is_a_file_with_all_its_types_of_geometry(ask: Export) -> None:
    folder = unzipped(ask("all.zip", "fgb").file)
    assert sorted(path.name for path in folder.glob("*.fgb")) == ["routes.fgb", "site.fgb", "sites.fgb"]
    assert (folder / "sites.fgb").read_bytes().startswith(MAGIC)
    sites = rows_of(folder / "sites.fgb")
    assert shape(sites[ISLAND]["geometry"]).equals(shape(SQUARE))
    assert shape(sites[PARK]["geometry"]).equals(shape({"type": "Point", "coordinates": [114.5, 30.5]}))
    routes = rows_of(folder / "routes.fgb")
    assert shape(routes[AVENUE]["geometry"]).equals(shape(LINE))
    assert routes[AVENUE]["properties"]["name_zh"] == "光谷大道"
    assert routes[AVENUE]["properties"]["year_start"] == 2023


def test_a_place_without_position_is_kept_and_the_manifest_says_what_that_costs(ask: Export) -> None:
    made = ask("all.zip", "fgb")
    rows = rows_of(unzipped(made.file) / "site.fgb")
    assert set(rows) == {LONE, LAB}
    assert rows[LAB]["geometry"] is None
    notes = {note["code"]: [row["layer"] for row in note["where"]] for note in made.manifest["notes"]}
    assert notes == {"no_index": ["site"]}


@pytest.mark.parametrize(("crs", "false_easting"), [("EPSG:4547", 500_000), ("EPSG:4526", 38_500_000)])
def test_coordinates_and_system_are_those_asked_for(ask: Export, crs: str, false_easting: float) -> None:
    path = unzipped(ask("all.zip", "fgb", crs=crs).file) / "sites.fgb"
    east, north = kruger(114.5, 30.5, 114)
    assert rows_of(path)[PARK]["geometry"]["coordinates"] == pytest.approx(
        (false_easting + east, north), abs=1e-3,
    )  # fmt: skip
    with fiona.open(path) as read:
        assert f"EPSG:{read.crs.to_epsg()}" == crs


def test_hostile_names_are_text(ask: Export, tmp_path: Path) -> None:
    rows = rows_of(unzipped(ask("all.zip", "fgb", store=hostile_store(tmp_path)).file) / "sites.fgb")
    assert {key: rows[key]["properties"]["name_zh"] for key in EXPECTED} == EXPECTED
