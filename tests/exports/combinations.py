"""Every way in which an export can be asked for, and which of them there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from geo.crs import CHOSEN_BY_DATA, TARGETS
from layers.exports.formats import FORMATS, WGS84

ENCODINGS = ("utf-8", "utf-8-bom", "gbk")
EVERY_CRS = (*TARGETS, *CHOSEN_BY_DATA)
# The systems that fit data of zone 38; all others are grids of other zones.
FITTING = ("EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:4547", "EPSG:4526", *CHOSEN_BY_DATA)
COMPLETE, REAL = "complete", "real"
# By which programs a format is read back.
READERS = {
    "geojson": ("gdal", "qgis", "duckdb"),
    "geojsonl": ("gdal", "qgis", "duckdb"),
    "csv": ("gdal", "qgis", "duckdb", "libreoffice"),
    "xlsx": ("gdal", "libreoffice"),
    # Debian's GDAL has no Parquet.
    "geoparquet": ("duckdb",),
    "gpkg": ("gdal", "qgis", "duckdb"),
    "qgis": ("gdal", "qgis"),
    "shp": ("gdal", "qgis", "duckdb", "pyshp"),
    "filegdb": ("gdal", "qgis"),
    # DuckDB takes the geometry of the row before where one is missing.
    "fgb": ("gdal", "qgis"),
    "kml": ("gdal", "qgis"),
    "kmz": ("gdal", "qgis"),
    # GDAL reads lines and symbols of a drawing, not which place they are of.
    "dxf": ("ezdxf",),
    "pmtiles": ("duckdb",),
}
# They are told of no encoding.
_BLIND = {("csv", "gbk"): {"gdal", "duckdb"}, ("shp", "gbk"): {"duckdb"}}


@dataclass(frozen=True)
class Combination:
    """One export: of which data, in which format, system and encoding, under which names of fields."""

    data: str
    format_id: str
    crs: str
    encoding: str

    def __str__(self) -> str:
        """Return what the tests of it are called."""
        return "-".join([self.data, self.format_id, self.crs.removeprefix("EPSG:"), self.encoding])

    @property
    def names(self) -> str:
        """Chinese names of fields where the encoding is the Chinese one, and on real data."""
        return "zh" if self.encoding == "gbk" or self.data == REAL else "en"


def is_there(format_id: str, crs: str, encoding: str) -> bool:
    """Return whether a format can be written like that."""
    row = FORMATS[format_id]
    return encoding in row.encodings and (row.crs != WGS84 or crs == "EPSG:4326")


def written() -> Iterator[Combination]:
    """Return what is written: the complete data in every way, the real data once in each encoding."""
    for format_id, row in FORMATS.items():
        for encoding in row.encodings:
            for crs in FITTING:
                if is_there(format_id, crs, encoding):
                    yield Combination(COMPLETE, format_id, crs, encoding)
            # Tiles of real areas are so many that they are read for minutes.
            if format_id != "pmtiles":
                crs = "EPSG:4326" if row.crs == WGS84 else "EPSG:4547"
                yield Combination(REAL, format_id, crs, encoding)


def readers(combination: Combination) -> tuple[str, ...]:
    """Return the programs that read a combination."""
    blind = _BLIND.get((combination.format_id, combination.encoding), set())
    return tuple(name for name in READERS[combination.format_id] if name not in blind)
