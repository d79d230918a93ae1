"""Reads exports by DuckDB: tables by readers of its own, the other formats by the GDAL that it brings."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_spatial
import shapely

from tests.exports.found import BESIDE, Found, Row

WHOLE = "geometry_of_row"
ENDINGS = {
    "geojson": "*.geojson", "geojsonl": "*.geojsonl", "csv": "*.csv", "geoparquet": "*.parquet",
    "gpkg": "*.gpkg", "shp": "*.dbf", "pmtiles": "*.pmtiles",
}  # fmt: skip


def opened() -> duckdb.DuckDBPyConnection:
    """Return a database in memory that knows geometry and asks no network for anything."""
    made = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    (extension,) = Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension")
    made.load_extension(str(extension))
    return made


def read(database: duckdb.DuckDBPyConnection, folder: Path, format_id: str) -> Found:
    """Return what DuckDB finds in the files of a format."""
    made = Found()
    for path in sorted(folder.glob(ENDINGS[format_id])):
        for name, rows in tables_of(database, path, format_id):
            if name in BESIDE:
                made.tables[BESIDE[name]] = list(rows)
            else:
                made.rows += rows
        made.systems |= systems_of(database, path, format_id)
    return made


def tables_of(
    database: duckdb.DuckDBPyConnection, path: Path, format_id: str,
) -> Iterator[tuple[str, list[Row]]]:
    """Return each table of a file by its name."""
    file = str(path).replace("'", "''")
    if format_id == "geojsonl":
        yield path.stem, lines_of(database, file)
    elif format_id == "csv":
        query = f"ST_GeomFromText(NULLIF(WKT, '')) FROM read_csv('{file}', all_varchar=true, nullstr='')"
        yield path.stem, rows_of(database, query)
    elif format_id == "geoparquet":
        yield path.stem, rows_of(database, f"geometry FROM read_parquet('{file}')")
    elif path.with_suffix(".shp").exists():
        # The reader of its own, which is not GDAL's.
        yield path.stem, rows_of(database, f"geom FROM ST_ReadSHP('{path.with_suffix('.shp')}')")
    else:
        for name, column in layers_of(database, file):
            source = f"ST_Read('{file}', layer='{name}')"
            yield name, rows_of(database, f"{column or 'NULL'} FROM {source}")


def layers_of(database: duckdb.DuckDBPyConnection, file: str) -> Iterator[tuple[str, str]]:
    """Return the name of each table of a file and whether it has geometry."""
    ((layers,),) = database.execute(f"SELECT layers FROM ST_Read_Meta('{file}')").fetchall()  # noqa: S608 - our own path
    for layer in layers:
        if layer["name"] != "layer_styles":
            yield layer["name"], "geom" if layer["geometry_fields"] else ""


def lines_of(database: duckdb.DuckDBPyConnection, file: str) -> list[Row]:
    """Return the features of GeoJSON Lines, read as plain JSON."""
    query = f"SELECT json FROM read_ndjson_objects('{file}')"  # noqa: S608 - our own path
    features = [json.loads(text) for (text,) in database.execute(query).fetchall()]
    texts = [json.dumps(feature["geometry"]) if feature["geometry"] else None for feature in features]
    asked = "SELECT ST_AsWKB(ST_GeomFromGeoJSON(?))"
    found = [database.execute(asked, [text]).fetchall()[0][0] for text in texts]
    return [
        Row(shapely.from_wkb(bytes(wkb)) if wkb else None, feature["properties"])
        for wkb, feature in zip(found, features, strict=True)
    ]


def rows_of(database: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """Return the rows of a query that begins with their geometry."""
    geometry, _, source = query.partition(" FROM ")
    wkb = "NULL" if geometry == "NULL" else f"ST_AsWKB({geometry})"
    answer = database.execute(f"SELECT {wkb} AS {WHOLE}, * FROM {source}")  # noqa: S608 - our own names
    names = [column[0] for column in answer.description]
    made = []
    for row in answer.fetchall():
        values: dict[str, Any] = dict(zip(names, row, strict=True))
        found = values.pop(WHOLE)
        made.append(Row(shapely.from_wkb(bytes(found)) if found else None, values))
    return made


def systems_of(database: duckdb.DuckDBPyConnection, path: Path, format_id: str) -> set[tuple[str, bool]]:
    """Return the systems that a file names."""
    file = str(path).replace("'", "''")
    if format_id in {"csv", "geojsonl"}:
        return set()
    if format_id == "geoparquet":
        query = f"SELECT value FROM parquet_kv_metadata('{file}') WHERE key = 'geo'"  # noqa: S608 - our own path
        ((raw,),) = database.execute(query).fetchall()
        crs = json.loads(bytes(raw))["columns"]["geometry"]["crs"]
        first = crs["coordinate_system"]["axis"][0]["direction"]
        return {(f"{crs['id']['authority']}:{crs['id']['code']}", first == "north")}
    ((layers,),) = database.execute(f"SELECT layers FROM ST_Read_Meta('{file}')").fetchall()  # noqa: S608 - our own path
    if path.with_suffix(".prj").exists():
        # The text of a Shapefile is without codes.
        return set()
    told = [field["crs"] for layer in layers for field in layer["geometry_fields"] if field["crs"]]
    return {(f"{crs['auth_name']}:{crs['auth_code']}", is_north_first(crs["wkt"])) for crs in told}


def is_north_first(wkt: str) -> bool:
    """Return whether a system has northing or latitude first, by its text."""
    *_, first, _ = re.findall(r'AXIS\["[^"]*",(\w+)', wkt)
    return str(first) == "NORTH"
