"""Run by the Python that QGIS comes with: opens a project without a screen and says as JSON what is in it."""

import json
import os
import sys
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize


def main() -> None:
    """Open a project and print what QGIS makes of it."""
    application = QgsApplication([], False)  # noqa: FBT003 - whether there is a screen
    application.initQgis()
    project = QgsProject.instance()
    is_read = project.read(sys.argv[1])
    layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
    told = {
        "is_read": is_read,
        "crs": project.crs().authid(),
        "layers": {layer.name(): describe(layer) for layer in layers},
        "relations": len(project.relationManager().relations()),
        "colours": colours(project, [layer for layer in layers if layer.isSpatial()]),
    }
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    # Leaving in the usual way ends in Qt's own clean-up, which fails without a screen.
    os._exit(0)


def describe(layer: Any) -> dict[str, Any]:  # noqa: ANN401 - a layer of QGIS
    """Return whether a layer is valid, how many features it has and what draws and names them."""
    is_spatial = layer.isSpatial()
    return {
        "is_valid": layer.isValid(),
        "count": layer.featureCount(),
        "crs": layer.crs().authid(),
        "names": [feature["name_zh"] for feature in layer.getFeatures()] if is_spatial else [],
        "renderer": layer.renderer().type() if is_spatial else "",
        "rules": [rule.label() for rule in layer.renderer().rootRule().children()] if is_spatial else [],
        "has_labels": layer.labelsEnabled() if is_spatial else False,
    }


def colours(project: Any, layers: list[Any]) -> list[str]:  # noqa: ANN401 - a project of QGIS
    """Return the colours in a picture of all layers around the places, as `#RRGGBB`."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(600, 400))
    settings.setDestinationCrs(project.crs())
    extent = QgsRectangle()
    for layer in layers:
        extent.combineExtentWith(layer.extent())
    extent.scale(1.4)
    settings.setExtent(extent)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return sorted({picture.pixelColor(x, y).name().upper() for x in range(600) for y in range(400)})


main()
