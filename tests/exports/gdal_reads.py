"""Run by Debian's own Python: reads files by Debian's GDAL and says as JSON what is in them."""

import json
import sys
from typing import Any

from osgeo import gdal, ogr

# Tables that programs keep for themselves.
OWN = {"layer_styles"}


def main() -> None:
    """Read the files that the first argument lists, and write into the second what is in each."""
    gdal.UseExceptions()
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - the script has nothing but GDAL
        asked = json.load(file)
    # A block of a drawing is the point at which it stands.
    gdal.SetConfigOption("DXF_INLINE_BLOCKS", "FALSE")
    found = {path: layers_of(path) for path in asked}
    with open(sys.argv[2], "w", encoding="utf-8") as file:  # noqa: PTH123 - as above
        json.dump(found, file)


def layers_of(path: str) -> list[dict[str, Any]]:
    """Return every table of a file."""
    source = gdal.OpenEx(path, gdal.OF_VECTOR)
    layers = [source.GetLayer(number) for number in range(source.GetLayerCount())]
    return [told(layer) for layer in layers if layer.GetName() not in OWN]


def told(layer: Any) -> dict[str, Any]:  # noqa: ANN401 - a layer of GDAL
    """Return the system and the rows of a table."""
    system = layer.GetSpatialRef()
    crs, is_north_first = code_of(system) if system is not None else ("", False)
    return {
        "name": layer.GetName(),
        "count": layer.GetFeatureCount(),
        "crs": crs,
        "is_north_first": is_north_first,
        "rows": [row_of(feature) for feature in layer],
    }


def code_of(system: Any) -> tuple[str, bool]:  # noqa: ANN401 - a system of GDAL
    """Return the code of a system, found by its parameters where a format names none."""
    if not system.GetAuthorityCode(None):
        matches = system.FindMatches()
        system = matches[0][0] if matches else system
    code = f"{system.GetAuthorityName(None)}:{system.GetAuthorityCode(None)}"
    return code, bool(system.EPSGTreatsAsLatLong() or system.EPSGTreatsAsNorthingEasting())


def row_of(feature: Any) -> dict[str, Any]:  # noqa: ANN401 - a feature of GDAL
    """Return the geometry and the values of a row."""
    geometry = feature.GetGeometryRef()
    values = {}
    for number in range(feature.GetFieldCount()):
        definition = feature.GetFieldDefnRef(number)
        values[definition.GetName()] = value_of(feature, number, definition)
    return {"geometry": geometry.ExportToIsoWkb().hex() if geometry else None, "values": values}


def value_of(feature: Any, number: int, definition: Any) -> Any:  # noqa: ANN401 - a value of any kind
    """Return a value; one that is neither text nor number comes with its kind, and is taken for none."""
    if not feature.IsFieldSetAndNotNull(number):
        return None
    kind = definition.GetType()
    if kind == ogr.OFTString:
        return feature.GetFieldAsString(number)
    if kind in {ogr.OFTInteger, ogr.OFTInteger64}:
        return feature.GetFieldAsInteger64(number)
    if kind == ogr.OFTReal:
        return feature.GetFieldAsDouble(number)
    return {definition.GetTypeName(): feature.GetFieldAsString(number)}


main()
