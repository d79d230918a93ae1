"""GeoParquet 1.1: one file of columns, with geometry as well-known binary."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from layers.exports.columns import TEXT, is_text, plain
from layers.exports.packing import read_along
from layers.fields import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from layers.exports.job import Job, LayerTable

GEOMETRY = "geometry"
VERSION = "1.1.0"
BATCH = 100_000
PAGE_ROWS = 16_384
_CODED = pa.dictionary(pa.int32(), TEXT)
# Rows are in the order of layers and of nothing else: only there does what is told of a group of rows let
# programs skip it.
_IN_ORDER = "layer"


def write(job: Job) -> None:
    """Write all layers into one file, whose column `layer` tells them apart."""
    schema = _schema(job)
    done = 0
    path = job.target / f"{job.stem}.parquet"
    ids = job.layers[0].names[FEATURES]["id"]
    coded = [column.name for column in schema if column.type == _CODED or pa.types.is_integer(column.type)]
    with (
        read_along(path, job.digests),
        path.open("wb") as file,
        pq.ParquetWriter(
            file,
            schema,
            # A third more on the disk than zstd, for three quarters of its time; numbers of coordinates and
            # ids hardly get smaller by either.
            compression={name: "none" if name in (GEOMETRY, ids) else "snappy" for name in schema.names},
            use_dictionary=coded,
            write_batch_size=PAGE_ROWS,
            write_statistics=[job.layers[0].names[FEATURES][_IN_ORDER]],
            # Readers would otherwise take texts that are held once for a type of their own.
            store_schema=False,
        ) as writer,
        ThreadPoolExecutor(1) as thread,
    ):
        met = _Met()
        pieces = _pieces(job, schema, met)
        made = thread.submit(next, pieces, None)
        while (piece := made.result()) is not None:
            # The next rows are made while these are written.
            made = thread.submit(next, pieces, None)
            writer.write_batch(piece)
            done += piece.num_rows
            job.advance(done)
        writer.add_key_value_metadata({"geo": json.dumps(_about(job, met), ensure_ascii=False)})


def _schema(job: Job) -> pa.Schema:
    columns = [
        pa.field(name, _type([table.rows[FEATURES].column(field) for table in job.layers]))
        for field, name in job.layers[0].names[FEATURES].items()
    ]
    return pa.schema([*columns, pa.field(GEOMETRY, pa.binary())])


def _type(columns: list[pa.Array]) -> pa.DataType:
    if not is_text(columns[0]):
        return columns[0].type
    rows = {kind: sum(len(column) for column in columns if column.type == kind) for kind in (TEXT, _CODED)}
    return max(rows, key=lambda kind: rows[kind])


@dataclass
class _Met:
    """Of the geometries that have been made ready, the types as the format names them, and boxes of parts."""

    kinds: set[str] = field(default_factory=set)
    bounds: list[NDArray[np.float64]] = field(default_factory=list)

    def take(self, geometry: NDArray[np.object_]) -> None:
        # The number of the type doubled, and one more with heights; negative where there is no geometry.
        found = np.unique(2 * shapely.get_type_id(geometry) + shapely.has_z(geometry)).tolist()
        kinds = [(shapely.GeometryType(number // 2).name, number % 2) for number in found if number >= 0]
        self.kinds |= {_PARQUET_NAMES[name] + " Z" * has_z for name, has_z in kinds}
        bounds = shapely.total_bounds(geometry)
        if not np.isnan(bounds).any():
            self.bounds.append(bounds)


def _pieces(job: Job, schema: pa.Schema, met: _Met) -> Iterator[pa.RecordBatch]:
    for table in job.layers:
        wkb, geometry = table.wkb, table.geometry.to_numpy()
        for start in range(0, table.count, BATCH):
            met.take(geometry[start : start + BATCH])
            yield _piece(table, wkb, start, schema)


def _piece(table: LayerTable, wkb: pa.Array, start: int, schema: pa.Schema) -> pa.RecordBatch:
    rows = table.rows[FEATURES].slice(start, BATCH)
    arrays = [
        _as_type(rows.column(field), column.type)
        for field, column in zip(table.names[FEATURES], schema, strict=False)
    ]
    return pa.record_batch([*arrays, wkb.slice(start, BATCH)], schema=schema)


def _as_type(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    return column.dictionary_encode() if kind == _CODED else plain(column)


def _about(job: Job, met: _Met) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(met.kinds),
        # Coordinates stand as longitude and latitude, or easting and northing, whatever this says of axes.
        "crs": job.crs.crs.to_json_dict(),
    }
    if met.bounds:
        boxes = np.array(met.bounds)
        column["bbox"] = [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


_PARQUET_NAMES = {
    "POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon", "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}  # fmt: skip
