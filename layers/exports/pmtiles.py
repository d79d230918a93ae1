"""PMTiles: vector tiles of all layers in one file, for maps on the web."""

from __future__ import annotations

import gzip
import json
from contextlib import ExitStack, closing
from dataclasses import replace
from heapq import merge
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any

from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer

from layers.exports import ogr
from layers.exports.parts import Part
from layers.fields import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from layers.exports.job import Job, LayerTable

EXTENSION = ".pmtiles"
# At the last zoom a step of the tiles' grid is 2.4 metres; maps enlarge those tiles beyond it.
MIN_ZOOM, MAX_ZOOM = 5, 12
_DRIVER = "PMTiles"
# Each tile repeats the fields of what lies in it: those that a map filters, draws and names by.
FIELDS = (
    "id", "name_zh", "name_en", "category", "category_zh", "category_en", "status", "status_zh", "status_en",
    "year_start", "year_end", "city", "serves", "conflict", "position_method", "position_accuracy_m",
    "data_version",
)  # fmt: skip


def write(job: Job) -> None:
    """Write all layers into one file, each as a layer of the tiles under its id."""
    apart = job.target / "apart"
    apart.mkdir()
    files = list(_each(job, apart))
    with ExitStack() as opened:
        readers = [Reader(MmapSource(opened.enter_context(file.open("rb")))) for file in files]
        _join(job, readers, opened.enter_context((job.target / f"{job.stem}{EXTENSION}").open("wb")))
    for file in files:
        file.unlink()
    apart.rmdir()
    job.advance(job.total)


def _each(job: Job, folder: Path) -> Iterator[Path]:
    """Write each layer into a file of its own: GDAL adds none to a file that is there."""
    done = 0
    for layer in job.layers:
        file = folder / f"{layer.layer_id}{EXTENSION}"
        zooms = {"MINZOOM": str(MIN_ZOOM), "MAXZOOM": str(MAX_ZOOM)}
        ogr.write(job, _sheet(job, layer), file, _DRIVER, done=done, NAME=layer.layer_id, **zooms)
        done += layer.count
        yield file


def _sheet(job: Job, layer: LayerTable) -> ogr.Sheet:
    part = Part(layer, "", layer.rows[FEATURES], layer.geometry.to_numpy(), ogr.ANY_GEOMETRY)
    sheet = ogr.sheet_of(part, job)
    names = {field_id: name for field_id, name in sheet.names.items() if field_id in FIELDS}
    return replace(sheet, name=layer.layer_id, names=names, aliases={})


def _join(job: Job, readers: Sequence[Reader], sink: IO[bytes]) -> None:
    writer = Writer(sink)
    # It keeps the tiles in a file of its own until it is done, and leaves that open where it is not.
    with closing(writer.tile_f):
        tiles = merge(*(_tiles(reader) for reader in readers), key=itemgetter(0))
        for tile_id, same in groupby(tiles, key=itemgetter(0)):
            job.advance(job.total)
            writer.write_tile(tile_id, _joined([content for _, content in same]))
        writer.finalize(_header(readers), _metadata(job, readers))


def _joined(contents: Sequence[bytes]) -> bytes:
    """Return one tile with the layers of several: a tile is a list of layers and nothing else."""
    if len(contents) == 1:
        return contents[0]
    return gzip.compress(b"".join(map(gzip.decompress, contents)), mtime=0)


def _tiles(reader: Reader) -> Iterator[tuple[int, bytes]]:
    for (zoom, x, y), content in all_tiles(reader.get_bytes):
        yield zxy_to_tileid(zoom, x, y), content


def _header(readers: Sequence[Reader]) -> dict[str, Any]:
    headers = [reader.header() for reader in readers]
    edges = {
        f"{side}_{axis}_e7": most(header[f"{side}_{axis}_e7"] for header in headers)
        for side, most in (("min", min), ("max", max))
        for axis in ("lon", "lat")
    }
    middle = {
        f"center_{axis}_e7": (edges[f"min_{axis}_e7"] + edges[f"max_{axis}_e7"]) // 2
        for axis in ("lon", "lat")
    }
    kept = {key: headers[0][key] for key in ("tile_type", "tile_compression")}
    return {**kept, **edges, **middle, "center_zoom": MIN_ZOOM + 3}


def _metadata(job: Job, readers: Sequence[Reader]) -> Mapping[str, Any]:
    described = [layer for reader in readers for layer in _vector_layers(reader.metadata())]
    titles = {layer.layer_id: layer.title.in_language(job.language) for layer in job.layers}
    return {
        "name": job.stem,
        "type": "overlay",
        "format": "pbf",
        # Maps show it as markup.
        "attribution": escape(job.attribution),
        "vector_layers": [{**layer, "description": titles[layer["id"]]} for layer in described],
    }


def _vector_layers(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    held = metadata.get("vector_layers") or json.loads(metadata.get("json", "{}")).get("vector_layers", [])
    return list(held)
