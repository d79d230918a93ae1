"""PMTiles, read by decoders of tiles that did not write them."""

import gzip
import math
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles

from tests.builders import AVENUE, BRIDGE, ISLAND, LONE, PARK
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, hostile_store
from tests.mvt import layers_of

LAST_ZOOM = 12


def decoded(path: Path) -> dict[tuple[int, int, int], dict[str, Any]]:
    with path.open("rb") as file:
        return {
            place: layers_of(gzip.decompress(tile))
            for place, tile in all_tiles(MmapSource(file))
        }


def header(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        return reader.header(), reader.metadata()


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int, float, float]:
    """Return a tile and where in it a place lies, as shares from the upper left (the scheme of web maps)."""
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return int(x), int(y), x % 1, y % 1


def test_each_layer_is_a_layer_of_the_tiles(ask: Export) -> None:
    tiles = decoded(ask("all.pmtiles", "pmtiles").file)
    last = [tile for (zoom, _, _), tile in tiles.items() if zoom == LAST_ZOOM]
    found = {
        (name, row["properties"]["id"])
        for tile in last
        for name, layer in tile.items()
        for row in layer["features"]
    }
    assert found == {
        ("sites", ISLAND), ("sites", PARK), ("site", LONE), ("routes", AVENUE), ("routes", BRIDGE),
    }  # fmt: skip


def test_a_place_lies_where_the_scheme_of_web_maps_has_it(ask: Export) -> None:
    tiles = decoded(ask("all.pmtiles", "pmtiles").file)
    x, y, right, down = tile_of(114.5, 30.5, LAST_ZOOM)
    layer = tiles[LAST_ZOOM, x, y]["sites"]
    (park,) = (row for row in layer["features"] if row["properties"]["id"] == PARK)
    # Within a step of the tile's grid.
    assert park["first"] == pytest.approx((right * layer["extent"], down * layer["extent"]), abs=1)
    assert park["properties"]["name_zh"] == "鄂州离岸科创园"
    assert "year_start" not in park["properties"]


def test_its_head_says_where_it_lies_and_what_it_holds(ask: Export) -> None:
    head, told = header(ask("all.pmtiles", "pmtiles").file)
    assert (head["min_zoom"], head["max_zoom"]) == (5, LAST_ZOOM)
    # In ten millionths of a degree.
    edges = [head[key] / 1e7 for key in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
    assert edges == pytest.approx([114.4, 30.4, 114.6, 30.5], abs=1e-3)
    assert [layer["id"] for layer in told["vector_layers"]] == ["sites", "site", "routes"]
    assert told["vector_layers"][0]["description"] == "图层sites"


def test_gdal_reads_the_joined_file(ask: Export) -> None:
    path = ask("all.pmtiles", "pmtiles").file
    assert {name for name, _ in pyogrio.list_layers(path)} == {"sites", "site", "routes"}
    rows = pyogrio.read_dataframe(path, layer="routes")
    assert set(rows["id"]) == {AVENUE, BRIDGE}


def test_hostile_names_are_text(ask: Export, tmp_path: Path) -> None:
    tiles = decoded(ask("all.pmtiles", "pmtiles", store=hostile_store(tmp_path)).file)
    x, y, _, _ = tile_of(114.5, 30.5, LAST_ZOOM)
    rows = tiles[LAST_ZOOM, x, y]["sites"]["features"]
    found = {row["properties"]["id"]: row["properties"]["name_zh"] for row in rows}
    assert {key: found[key] for key in EXPECTED} == EXPECTED
