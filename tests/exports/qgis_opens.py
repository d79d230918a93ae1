"""Run by Debian's own Python: reads files by QGIS without a screen and says as JSON what is in them."""

import json
import os
import sys
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import NULL, QgsApplication, QgsProject, QgsVectorLayer

OWN = {"layer_styles"}


def main() -> None:
    """Read the files that the first argument lists, and write into the second what is in each."""
    application = QgsApplication([], False)  # noqa: FBT003 - whether there is a screen
    application.initQgis()
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - the script has nothing but QGIS
        asked = json.load(file)
    found = {name: layers_of(name) for name in asked}
    with open(sys.argv[2], "w", encoding="utf-8") as file:  # noqa: PTH123 - as above
        json.dump(found, file)
    # Leaving in the usual way ends in Qt's own clean-up, which fails without a screen.
    os._exit(0)


def layers_of(name: str) -> list[dict[str, Any]]:
    """Return every table of a project, of a file, or of a text that QGIS was told how to read."""
    if name.endswith(".qgz"):
        project = QgsProject.instance()
        project.clear()
        assert project.read(name), name
        layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
        return [told(layer, layer.dataProvider().dataSourceUri().rpartition("=")[2]) for layer in layers]
    if name.startswith("file:"):
        return text_of(name)
    parent = QgsVectorLayer(name, "parent", "ogr")
    # A table of mixed geometry is named once for each kind.
    described = parent.dataProvider().subLayers()
    tables = dict.fromkeys(text.split("!!::!!")[1] for text in described)
    return [
        told(QgsVectorLayer(f"{name}|layername={table}", table, "ogr"), table)
        for table in tables
        if table not in OWN
    ]


def text_of(name: str) -> list[dict[str, Any]]:
    """Return the tables that QGIS makes of a text: one of each kind of geometry, and the rows without."""
    made = [
        told(QgsVectorLayer(f"{name}&wktField=WKT&geomType={kind}", kind, "delimitedtext"), kind)
        for kind in ("point", "line", "polygon")
    ]
    plain = told(QgsVectorLayer(f"{name}&geomType=none", "none", "delimitedtext"), "none")
    # A row without geometry is in each of them.
    for layer in made:
        layer["rows"] = [row for row in layer["rows"] if row["geometry"]]
    rows = [row for row in plain["rows"] if not row["values"]["WKT"]]
    return [*made, {**plain, "rows": rows}]


def told(layer: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - a layer of QGIS
    """Return the system and the rows of a table."""
    assert layer.isValid(), layer.source()
    crs = layer.crs()
    names = [field.name() for field in layer.fields()]
    return {
        "name": name,
        "count": layer.featureCount(),
        "crs": crs.authid() if layer.isSpatial() else "",
        "is_north_first": crs.hasAxisInverted(),
        "rows": [row_of(feature, names) for feature in layer.getFeatures()],
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - a value of any kind
    """Return a value; one that is neither text nor number is taken for none."""
    return value if isinstance(value, (str, int, float)) else {"value": str(value)}


def row_of(feature: Any, names: list[str]) -> dict[str, Any]:  # noqa: ANN401 - a feature of QGIS
    """Return the geometry and the values of a row."""
    geometry = feature.geometry()
    wkb = None if geometry.isNull() else bytes(geometry.asWkb()).hex()
    values = {
        name: None if value == NULL else plain(value)
        for name, value in zip(names, feature.attributes(), strict=True)
    }
    return {"geometry": wkb, "values": values}


main()
