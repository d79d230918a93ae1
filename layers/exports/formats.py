"""The formats of an export: one row of one table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.catalogue import Text
from layers.exports import (
    dxf,
    filegdb,
    flatgeobuf,
    geojson,
    geopackage,
    geoparquet,
    kml,
    pmtiles,
    qgis_project,
    shapefile,
    spreadsheet,
    wkt_csv,
)
from layers.exports.encodings import GBK, UTF8, UTF8_BOM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.exports.job import Job

# Which coordinates a format holds.
ANY, WGS84 = "any", "wgs84"
# How many layers stand in one file.
TOGETHER, APART = "together", "apart"
# How long a field's name may be.
FULL, SHORT = "full", "short"


@dataclass(frozen=True)
class Format:
    """One way of writing.

    Attributes
    ----------
    extension
        Of a file, with its dot.
    write
        Writes into the folder `job.target`: for `TOGETHER` one file `<job.stem><extension>`, for `APART` one
        `<layer_id><extension>` a layer, or whatever files the format consists of. Raises `OSError` where
        the disk does, `ExportCancelledError` by `job.advance`.
    is_mixed
        Whether points, lines and areas may stand in one file or table.
    has_tables
        Whether history and citations are written as tables of their own.
    has_no_place
        Whether features without geometry can be written; otherwise they are left out before, and the
        manifest says so.
    encodings
        Those that there are, the one to use where none is asked for first.
    crs
        `ANY` or `WGS84`.
    layers
        `TOGETHER` or `APART`.
    names
        `FULL` or `SHORT` (ten bytes).
    is_zipped
        Whether what is written is always handed out as one zip file, with the manifest in it. A single
        file otherwise stands on its own, with the manifest beside it.
    """

    format_id: str
    title: Text
    extension: str
    media_type: str
    write: Callable[[Job], None]
    is_mixed: bool = True
    has_tables: bool = False
    has_no_place: bool = True
    encodings: tuple[str, ...] = (UTF8,)
    crs: str = ANY
    layers: str = TOGETHER
    names: str = FULL
    is_zipped: bool = False


_ROWS = (
    Format(
        "geojson",
        Text("GeoJSON（RFC 7946）", "GeoJSON (RFC 7946)"),
        ".geojson",
        "application/geo+json",
        geojson.write_collection,
        crs=WGS84,
    ),
    Format(
        "geojsonl",
        Text("逐行 GeoJSON", "GeoJSON Lines"),
        ".geojsonl",
        "application/geo+json-seq",
        geojson.write_lines,
        crs=WGS84,
    ),
    Format(
        "csv",
        Text("CSV（WKT 几何）", "CSV with WKT"),
        ".csv",
        "text/csv",
        wkt_csv.write,
        encodings=(UTF8, UTF8_BOM, GBK),
    ),
    Format(
        "xlsx",
        Text("Excel 工作簿", "Excel workbook"),
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        spreadsheet.write,
        has_tables=True,
    ),
    Format(
        "geoparquet",
        Text("GeoParquet", "GeoParquet"),
        ".parquet",
        "application/vnd.apache.parquet",
        geoparquet.write,
    ),
    Format(
        "gpkg",
        Text("GeoPackage（含 QGIS 样式）", "GeoPackage (with styles for QGIS)"),
        geopackage.EXTENSION,
        "application/geopackage+sqlite3",
        geopackage.write,
        is_mixed=False,
        has_tables=True,
    ),
    Format(
        "qgis",
        Text("QGIS 工程（含 GeoPackage）", "QGIS project (with its GeoPackage)"),
        qgis_project.EXTENSION,
        "application/zip",
        qgis_project.write,
        is_mixed=False,
        has_tables=True,
        is_zipped=True,
    ),
    Format(
        "shp",
        Text("Shapefile", "Shapefile"),
        ".shp",
        "application/zip",
        shapefile.write,
        is_mixed=False,
        has_tables=True,
        encodings=(UTF8, GBK),
        layers=APART,
        names=SHORT,
        is_zipped=True,
    ),
    Format(
        "filegdb",
        Text("文件地理数据库", "File Geodatabase"),
        filegdb.EXTENSION,
        "application/zip",
        filegdb.write,
        is_mixed=False,
        has_tables=True,
        is_zipped=True,
    ),
    Format(
        "fgb",
        Text("FlatGeobuf", "FlatGeobuf"),
        flatgeobuf.EXTENSION,
        "application/flatgeobuf",
        flatgeobuf.write,
        layers=APART,
    ),
    Format(
        "kml",
        Text("KML", "KML"),
        kml.EXTENSION,
        "application/vnd.google-earth.kml+xml",
        kml.write,
        crs=WGS84,
    ),
    Format(
        "kmz",
        Text("KMZ（含图例符号）", "KMZ (with the map's symbols)"),
        kml.ARCHIVE,
        "application/vnd.google-earth.kmz",
        kml.write_archive,
        crs=WGS84,
    ),
    Format(
        "dxf",
        Text("DXF（CAD 图形）", "DXF (CAD drawing)"),
        dxf.EXTENSION,
        "image/vnd.dxf",
        dxf.write,
        has_no_place=False,
    ),
    Format(
        "pmtiles",
        Text("PMTiles 矢量瓦片", "PMTiles vector tiles"),
        pmtiles.EXTENSION,
        "application/vnd.pmtiles",
        pmtiles.write,
        has_no_place=False,
        crs=WGS84,
    ),
)

FORMATS: Mapping[str, Format] = {row.format_id: row for row in _ROWS}
