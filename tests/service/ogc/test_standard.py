"""The OGC API of the running app on the real data, judged by programs that are not ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Geod
from pytest_socket import disable_socket, enable_socket

from benchmarks.server import Server, atlas
from layers.stores.folder import FolderStore
from tests.builders import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

# Points, lines and polygons, and places without position.
LAYER_ID = "transport_links"
HERE = Path(__file__).parent
MILLIMETRE = 0.001
# Half a degree from the meridian, 48 km, a parallel has curved away by d2 tan(lat) / 2R = 110 m, and the
# grid has stretched the way by d3 / 6R2 = 0.5 m.
NEAR_DEG, CURVE_M, STRETCH_M = 0.5, 110, 0.5
EXAMPLES = 25
SYSTEM_PYTHON = shutil.which("python3", path="/usr/bin")
FINDS_QGIS = "import importlib.util, sys; sys.exit(importlib.util.find_spec('qgis') is None)"
HAS_QGIS = bool(SYSTEM_PYTHON) and not subprocess.call(  # noqa: S603 - Debian's own
    [str(SYSTEM_PYTHON), "-c", FINDS_QGIS],
)
PARTS = {"points": "Point", "lines": "LineString", "polygons": "Polygon"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run the app on the real data."""
    enable_socket()
    with atlas(DATA) as running:
        disable_socket(allow_unix_socket=True)
        yield running
        enable_socket()


@pytest.fixture(scope="module")
def stored() -> gpd.GeoDataFrame:
    """Return that layer as it is stored."""
    return FolderStore(DATA).snapshot().layer(LAYER_ID).features


def run(*command: str, folder: Path, **settings: str) -> str:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", **settings}
    done = subprocess.run(  # noqa: S603 - programs of this environment
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def read(server: Server, **options: object) -> gpd.GeoDataFrame:
    address = f"OAPIF:{server.url('/ogc')}"
    found: gpd.GeoDataFrame = pyogrio.read_dataframe(address, layer=LAYER_ID, **options)
    return found.set_index("id")


def geometries(features: gpd.GeoDataFrame) -> NDArray[Any]:
    return np.asarray(features.geometry.to_numpy(), dtype=object)


def epsg_of(features: gpd.GeoDataFrame) -> int | None:
    assert features.crs is not None
    return features.crs.to_epsg()


def test_all_29_tests_of_the_standards_core_pass(server: Server, tmp_path: Path) -> None:
    settings = tmp_path / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    alone = f"-c {settings} --rootdir {tmp_path}"
    command = (sys.executable, "-m", "ogctests", "features/core", "-i", server.url("/ogc"))
    told = run(*command, folder=tmp_path, PYTEST_ADDOPTS=alone)
    assert " 29 passed in " in told, told


def test_no_request_that_the_definition_allows_or_forbids_is_answered_otherwise(
    server: Server, tmp_path: Path
) -> None:
    told = run(
        str(Path(sys.executable).with_name("schemathesis")), "run", server.url("/ogc/openapi"),
        "--checks", "all", "--continue-on-failure", "--no-color",
        "--include-path-regex", f"^/(|conformance|openapi|collections|collections/{LAYER_ID}(/.*)?)$",
        "--max-examples", str(EXAMPLES), "--generation-deterministic",
        folder=tmp_path,
        PYTHONPATH=str(HERE),
        SCHEMATHESIS_HOOKS="cql2_texts",
    )  # fmt: skip
    assert "No issues found" in told, told
    assert "10 selected" in told, told


def test_gdal_reads_every_feature_with_its_attributes_and_their_types(
    server: Server, stored: gpd.GeoDataFrame
) -> None:
    found = read(server)
    assert list(found.index) == list(stored.index)
    for name in ("name_zh", "name_en", "category", "status"):
        assert found[name].tolist() == stored[name].tolist()
    for name in ("aliases", "city", "lead_units"):
        assert [list(values) for values in found[name]] == stored[name].tolist()
    years = stored["year_end"].astype("Float64")
    assert found["year_end"].astype("Float64").equals(years)
    told = pyogrio.read_info(f"OAPIF:{server.url('/ogc')}", layer=LAYER_ID)
    types = dict(zip(told["fields"], told["ogr_types"], strict=True))
    # The first of them without a value must not make text of a number or of a list.
    assert types["year_start_documents"] == "OFTInteger"
    assert types["serves"] == "OFTStringList"
    assert Counter(types.values()).keys() == {"OFTString", "OFTInteger", "OFTStringList"}


def test_gdal_reads_every_layer(server: Server) -> None:
    layers = FolderStore(DATA).snapshot().layers
    address = f"OAPIF:{server.url('/ogc')}"
    listed = [name for name, _ in pyogrio.list_layers(address)]
    assert [name for name in listed if "." not in name] == list(layers)
    counts = {name: len(pyogrio.read_dataframe(address, layer=name)) for name in layers}
    assert counts == {name: len(layer.features) for name, layer in layers.items()}
    for name in set(listed) - set(layers):
        kinds = set(pyogrio.read_dataframe(address, layer=name).geom_type.str.removeprefix("Multi"))
        assert kinds == {PARTS[name.rpartition(".")[2]]}


def test_gdal_finds_positions_where_they_are_stored_and_none_where_there_is_none(
    server: Server, stored: gpd.GeoDataFrame
) -> None:
    found = read(server)
    placed = stored.geometry.notna()
    assert shapely.is_empty(geometries(found[~placed])).all()
    assert shapely.equals_identical(geometries(found[placed]), geometries(stored[placed])).all()


@pytest.mark.parametrize("page_size", [7, 1000])
def test_gdal_reads_all_pages_whatever_their_size(
    server: Server, stored: gpd.GeoDataFrame, page_size: int
) -> None:
    assert list(read(server, PAGE_SIZE=str(page_size)).index) == list(stored.index)


def test_gdal_filters_by_box_and_by_attribute(server: Server, stored: gpd.GeoDataFrame) -> None:
    minx, miny, maxx, maxy = box = (114.3, 30.4, 114.5, 30.6)
    inside = stored[stored.geometry.notna()].cx[minx:maxx, miny:maxy]
    assert set(read(server, bbox=box).index) == set(inside.index)
    built = stored[stored["status"] == "built"]
    assert set(read(server, where="status = 'built'").index) == set(built.index)
    one = stored.index[0]
    assert list(read(server, where=f"id = '{one}'").index) == [one]


def test_gdal_gets_the_same_places_in_each_system(server: Server, stored: gpd.GeoDataFrame) -> None:
    points = stored[stored.geom_type == "Point"]
    geographic = read(server, CRS="EPSG:4490")
    assert epsg_of(geographic) == 4490
    assert shapely.equals_identical(geometries(geographic.loc[points.index]), geometries(points)).all()
    grid = read(server, CRS="EPSG:4547")
    assert epsg_of(grid) == 4547
    lon, lat = shapely.get_coordinates(geometries(points)).T
    east, north = shapely.get_coordinates(geometries(grid.loc[points.index])).T
    # On the ellipsoid: the arc of the meridian to a point's latitude, and the way to it from the meridian.
    ellipsoid = Geod(a=6378137, rf=298.257222101)
    near = abs(lon - 114) < NEAR_DEG
    arcs = np.array([ellipsoid.line_length([114, 114], [0, degrees]) for degrees in lat])
    away = ellipsoid.inv(np.full_like(lon, 114), lat, lon, lat)[2]
    assert near.any()
    assert (abs(north - arcs)[near] < CURVE_M).all()
    assert (abs(abs(east - 500_000) - away)[near] < STRETCH_M).all()
    prefixed = shapely.get_coordinates(geometries(read(server, CRS="EPSG:4526").loc[points.index]))
    assert abs(prefixed - np.column_stack([east + 38_000_000, north])).max() < MILLIMETRE


@pytest.mark.skipif(not HAS_QGIS, reason="Debian's python3-qgis is not installed")
def test_qgis_reads_points_lines_and_areas_each_as_a_layer(
    server: Server, stored: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    parts = [f"{LAYER_ID}.{part}" for part in PARTS]
    told = run(
        str(SYSTEM_PYTHON), str(HERE / "qgis_reads.py"), server.url("/ogc"), LAYER_ID, *parts,
        folder=tmp_path, QT_QPA_PLATFORM="offscreen", HOME=str(tmp_path),
    )  # fmt: skip
    found = json.loads(told[told.index("{") : told.rindex("}") + 1])
    assert all(layer["valid"] for layer in found.values())
    assert sorted(found[LAYER_ID]["names"]) == sorted(stored["name_zh"])
    for name in parts:
        kind = PARTS[name.rpartition(".")[2]]
        chosen = stored[stored.geom_type.str.removeprefix("Multi") == kind]
        assert found[name]["kind"] == kind
        assert found[name]["names"] == chosen["name_zh"].tolist()
    points = stored[stored.geom_type == "Point"]
    positions = shapely.from_wkt(found[f"{LAYER_ID}.points"]["positions"])
    assert shapely.equals_identical(positions, geometries(points)).all()
