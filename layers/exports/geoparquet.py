"""GeoParquet 1.1: one file of columns, with geometry as well-known binary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

from layers.fields import FEATURES

if TYPE_CHECKING:
    import pandas as pd

    from layers.exports.job import Job, LayerTable

GEOMETRY = "geometry"
VERSION = "1.1.0"
BATCH = 50_000


def write(job: Job) -> None:
    """Write all layers into one file, whose column `layer` tells them apart."""
    schema = _schema(job)
    done = 0
    path = job.target / f"{job.stem}.parquet"
    with path.open("wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in job.layers:
            for start in range(0, len(table.features), BATCH):
                writer.write_table(_rows(table, start, schema))
                done += min(BATCH, len(table.features) - start)
                job.advance(done)


def _schema(job: Job) -> pa.Schema:
    table = job.layers[0]
    columns = [pa.field(name, _type(table.features[field])) for field, name in table.names[FEATURES].items()]
    geo = json.dumps(_about(job), ensure_ascii=False)
    return pa.schema([*columns, pa.field(GEOMETRY, pa.binary())], metadata={"geo": geo})


def _type(column: pd.Series) -> pa.DataType:
    if is_bool_dtype(column):
        return pa.bool_()
    if is_integer_dtype(column):
        return pa.int64()
    return pa.float64() if is_float_dtype(column) else pa.string()


def _rows(table: LayerTable, start: int, schema: pa.Schema) -> pa.Table:
    piece = table.features.iloc[start : start + BATCH]
    types = {column.name: column.type for column in schema}
    arrays = [
        pa.array(piece[field], type=types[name], from_pandas=True)
        for field, name in table.names[FEATURES].items()
    ]
    geometry = pa.array(shapely.to_wkb(piece.geometry.to_numpy(), flavor="iso"), type=pa.binary())
    return pa.table([*arrays, geometry], schema=schema)


def _about(job: Job) -> dict[str, Any]:
    geometry = np.concatenate([table.features.geometry.to_numpy() for table in job.layers])
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({kind for kind in _kinds(geometry) if kind}),
        # Coordinates stand as longitude and latitude, or easting and northing, whatever this says of axes.
        "crs": job.crs.crs.to_json_dict(),
    }
    bounds = shapely.total_bounds(geometry)
    if not np.isnan(bounds).any():
        column["bbox"] = bounds.tolist()
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def _kinds(geometry: Any) -> list[str]:  # noqa: ANN401 - an array of geometries
    present = geometry[~shapely.is_missing(geometry)]
    names = {number: shapely.GeometryType(number).name for number in np.unique(shapely.get_type_id(present))}
    heights = set(zip(shapely.get_type_id(present).tolist(), shapely.has_z(present).tolist(), strict=True))
    return [_PARQUET_NAMES[names[number]] + " Z" * has_z for number, has_z in heights]


_PARQUET_NAMES = {
    "POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon", "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}  # fmt: skip
