"""Run by Debian's own Python: draws a project by QGIS without a screen, and says which names stand in it."""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QEventLoop, QSize

WIDTH, HEIGHT = 1600, 1000


def main() -> None:
    """Draw the project of the first argument within the edges in degrees of the third, into the second."""
    application = QgsApplication([], False)  # noqa: FBT003 - whether there is a screen
    application.initQgis()
    project = QgsProject.instance()
    assert project.read(sys.argv[1])
    settings = QgsMapSettings()
    layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
    settings.setLayers([layer for layer in layers if layer.isSpatial()])
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setDestinationCrs(project.crs())
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    moved = QgsCoordinateTransform(degrees, project.crs(), project)
    settings.setExtent(moved.transformBoundingBox(QgsRectangle(*json.loads(sys.argv[3]))))
    job = QgsMapRendererParallelJob(settings)
    waiting = QEventLoop()
    job.finished.connect(waiting.quit)
    job.start()
    waiting.exec_()
    picture = job.renderedImage()
    assert picture.save(sys.argv[2])
    names = sorted({label.labelText for label in job.takeLabelingResults().allLabels()})
    corners = [(x, y) for x in range(WIDTH) for y in range(HEIGHT)]
    colours = sorted({picture.pixelColor(x, y).name().upper() for x, y in corners})
    sys.stdout.write(json.dumps({"names": names, "colours": colours}))
    sys.stdout.flush()
    # Leaving in the usual way ends in Qt's own clean-up, which fails without a screen.
    os._exit(0)


main()
