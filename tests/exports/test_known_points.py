"""In each grid that there is, a known point is where the printed series has it, under the grid's own code."""

from pathlib import Path

import pytest

from geo.crs import GAUSS_KRUGER, TARGETS, TargetCRS
from layers.exports.export import Asked, export
from layers.exports.selection import Selection
from tests.builders import feature, write_folder
from tests.exports import dbase_reads, duckdb_reads
from tests.exports.conftest import source_of
from tests.exports.pieces import AT
from tests.kruger import kruger
from tests.layers.exports.conftest import atlas_of
from tests.layers.exports.hostile import unzipped

GRIDS = [target for target in TARGETS.values() if target.kind == GAUSS_KRUGER]
# What an independent source is to agree to.
CENTIMETRE = 1e-2


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.crs_id)
def test_a_known_point_of_each_zone_agrees_to_a_centimetre(tmp_path: Path, grid: TargetCRS) -> None:
    assert grid.zone is not None
    lon, lat = 3.0 * grid.zone + 1.25, 30.5
    places = [feature("point", {"type": "Point", "coordinates": [lon, lat]})]
    source = source_of(write_folder(tmp_path / "data", {"sites": places}))
    for name, format_id in (("all.parquet", "geoparquet"), ("all.zip", "shp")):
        asked = Asked(format_id, AT, grid.crs_id)
        export(Selection(source.store.snapshot(), source.view), asked, tmp_path / name, atlas_of(source.store))
    east, north = kruger(lon, lat, 3.0 * grid.zone)
    false_easting = 500_000 + (1_000_000 * grid.zone if grid.has_prefix else 0)
    for found in (
        duckdb_reads.read(duckdb_reads.opened(), tmp_path, "geoparquet"),
        dbase_reads.read(unzipped(tmp_path / "all.zip"), "utf-8"),
    ):
        (row,) = found.rows
        assert row.geometry is not None
        assert row.geometry.coords[0] == pytest.approx((false_easting + east, north), abs=CENTIMETRE)
        assert found.systems == {(grid.crs_id, True)}
