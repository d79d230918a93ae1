"""Reads Shapefiles by pyshp and their tables by dbfread."""

from pathlib import Path
from typing import Any

import dbfread
import shapefile
from pyproj import CRS
from shapely.geometry import shape

from tests.exports.found import BESIDE, Found, Row

CODECS = {"utf-8": "utf-8", "gbk": "gbk"}


def read(folder: Path, encoding: str) -> Found:
    """Return what is in all Shapefiles and tables of a folder."""
    made = Found()
    for path in sorted(folder.glob("*.dbf")):
        values = [dict(row) for row in dbfread.DBF(path, encoding=CODECS[encoding])]
        if path.stem in BESIDE:
            made.tables[BESIDE[path.stem]] = [Row(None, row) for row in values]
        elif not path.with_suffix(".shp").exists():
            made.rows += [Row(None, row) for row in values]
        else:
            made.rows += placed(path, encoding, values)
            system = CRS.from_wkt(path.with_suffix(".prj").read_text("ascii"))
            code = system.to_epsg(min_confidence=60)
            assert code is not None
            is_north_first = CRS.from_epsg(code).axis_info[0].direction == "north"
            made.systems.add((f"EPSG:{code}", is_north_first))
    return made


def placed(path: Path, encoding: str, values: list[dict[str, Any]]) -> list[Row]:
    """Return the rows of a Shapefile, about whose texts both programs agree."""
    with shapefile.Reader(path.with_suffix(".shp"), encoding=CODECS[encoding]) as reader:
        made = []
        for row, plain in zip(reader.iterShapeRecords(), values, strict=True):
            for name, value in row.record.as_dict().items():
                assert (value or "") == (plain[name] or ""), (path.name, name)
            made.append(Row(shape(row.shape.__geo_interface__), plain))
    return made
