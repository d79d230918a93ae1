"""In each grid that the data reach, a point is where the printed series has it, under the grid's own code."""

from pathlib import Path

import pytest

from layers.exports.export import Asked, export
from layers.exports.selection import Selection
from tests.builders import feature, write_folder
from tests.exports import dbase_reads, duckdb_reads
from tests.exports.conftest import source_of
from tests.exports.pieces import AT
from tests.kruger import kruger
from tests.layers.exports.conftest import atlas_of
from tests.layers.exports.hostile import unzipped

# What an independent source is to agree to.
CENTIMETRE = 1e-2


@pytest.mark.parametrize(
    ("grid", "meridian", "lon", "false_easting"),
    [
        ("EPSG:4547", 114, 113.25, 500_000),
        ("EPSG:4547", 114, 115.25, 500_000),
        ("EPSG:4526", 114, 115.25, 38_500_000),
        ("EPSG:4548", 117, 115.75, 500_000),
        ("EPSG:4527", 117, 115.75, 39_500_000),
    ],
)
def test_a_known_point_of_each_zone_agrees_to_a_centimetre(
    tmp_path: Path, grid: str, meridian: float, lon: float, false_easting: float,
) -> None:
    places = [feature("point", {"type": "Point", "coordinates": [lon, 30.5]})]
    source = source_of(write_folder(tmp_path / "data", {"sites": places}))
    selection = Selection(source.store.snapshot(), source.view)
    for name, format_id in (("all.parquet", "geoparquet"), ("all.zip", "shp")):
        export(selection, Asked(format_id, AT, grid), tmp_path / name, atlas_of(source.store))
    east, north = kruger(lon, 30.5, meridian)
    for found in (
        duckdb_reads.read(duckdb_reads.opened(), tmp_path, "geoparquet"),
        dbase_reads.read(unzipped(tmp_path / "all.zip"), "utf-8"),
    ):
        (row,) = found.rows
        assert row.geometry is not None
        assert row.geometry.coords[0] == pytest.approx((false_easting + east, north), abs=CENTIMETRE)
        assert found.systems == {(grid, True)}
