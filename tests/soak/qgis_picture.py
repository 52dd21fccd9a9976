"""Draws a GeoPackage as QGIS opens it, with the styles it finds in it. Run by the system's own Python, which has QGIS:

    python3 qgis_picture.py FILE.gpkg OUT.png WIDTH HEIGHT WEST SOUTH EAST NORTH LAYER...

Layers are named from the top down; says as JSON what QGIS found of each.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

file, out, *numbers = sys.argv[1:9]
width, height, west, south, east, north = (float(word) for word in numbers)
application = QgsApplication([], False)
application.initQgis()
found = {}
layers = []
for name in sys.argv[9:]:
    layer = QgsVectorLayer(f"{file}|layername={name}", name, "ogr")  # the style in the file is taken by itself
    renderer = layer.renderer() if layer.isValid() else None
    found[name] = {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "fields": [field.name() for field in layer.fields()],
        "renderer": renderer.type() if renderer else None,
        "looks": [[row.value(), row.label()] for row in renderer.categories()]
        if renderer and renderer.type() == "categorizedSymbol" else [],
    }
    layers.append(layer)
QgsProject.instance().addMapLayers(layers)
settings = QgsMapSettings()
settings.setLayers(layers)
settings.setDestinationCrs(layers[0].crs())
settings.setExtent(QgsRectangle(west, south, east, north))
settings.setOutputSize(QSize(int(width), int(height)))
settings.setBackgroundColor(QColor("#ffffff"))
settings.setFlag(QgsMapSettings.Antialiasing, True)
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
job.renderedImage().save(out)
print(json.dumps({"qgis": QgsApplication.applicationVersion() if hasattr(QgsApplication, "applicationVersion") else "",
                  "layers": found}))
