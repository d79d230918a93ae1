"""Runs under Debian's Python, which has QGIS: prints what QGIS reads of each collection, as JSON."""

import json
import sys

from qgis.core import QgsApplication, QgsVectorLayer, QgsWkbTypes


def main() -> None:
    """Read the collections named behind the API's address."""
    address, *names = sys.argv[1:]
    QgsApplication.setPrefixPath("/usr", True)  # noqa: FBT003 - Qt's own
    application = QgsApplication([], False)  # noqa: FBT003 - Qt's own
    application.initQgis()
    told = {}
    for name in names:
        layer = QgsVectorLayer(f"url='{address}' typename='{name}'", name, "OAPIF")
        features = list(layer.getFeatures())
        told[name] = {
            "valid": layer.isValid(),
            "kind": QgsWkbTypes.displayString(QgsWkbTypes.singleType(layer.wkbType())),
            "names": [feature["name_zh"] for feature in features],
            "positions": [feature.geometry().asWkt(6) for feature in features],
        }
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()


main()
