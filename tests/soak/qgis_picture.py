"""Draws a GeoPackage as QGIS opens it, with the styles it finds in it. Run by the system's own Python, which has QGIS:

    python3 qgis_picture.py FILE.gpkg OUT.png WIDTH HEIGHT WEST SOUTH EAST NORTH FONT LAYER...

Layers are named from the top down; says as JSON what QGIS found of each. With a FONT file (else "-") the legend stands
beside the map, in that type, as QGIS writes it: the title that the file gives each layer, its classes in view.
"""

import json
import sqlite3
import sys

from qgis.core import (
    QgsApplication,
    QgsLayerTreeModel,
    QgsLegendRenderer,
    QgsLegendSettings,
    QgsLegendStyle,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter

DPI = 110


def beside(picture: QImage, legend: QgsLegendRenderer) -> QImage:
    """The map with its legend at the right."""
    per_mm = DPI / 25.4
    across = int(legend.minimumSize().width() * per_mm) + 20
    both = QImage(picture.width() + across, picture.height(), QImage.Format_RGB32)
    both.fill(QColor("#ffffff"))
    painter = QPainter(both)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.drawImage(0, 0, picture)
    painter.translate(picture.width() + 10, 10)
    context = QgsRenderContext.fromQPainter(painter)
    context.setScaleFactor(per_mm)
    painter.scale(per_mm, per_mm)
    legend.drawLegend(context)
    painter.end()
    return both


file, out, *numbers = sys.argv[1:9]
font = sys.argv[9]
width, height, west, south, east, north = (float(word) for word in numbers)
application = QgsApplication([], False)
application.initQgis()
found = {}
layers = []
titles = dict(sqlite3.connect(file).execute("select table_name, identifier from gpkg_contents"))
for name in sys.argv[10:]:
    layer = QgsVectorLayer(f"{file}|layername={name}", titles[name], "ogr")  # the style in the file is taken by itself
    renderer = layer.renderer() if layer.isValid() else None
    found[name] = {
        "valid": layer.isValid(),
        "title": layer.name(),
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
picture = job.renderedImage()
if font != "-":
    family = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(font))[0]
    legend = QgsLegendSettings()
    for role, size in ((QgsLegendStyle.Group, 10), (QgsLegendStyle.Subgroup, 9), (QgsLegendStyle.SymbolLabel, 8)):
        style = legend.style(role)
        style.setFont(QFont(family, size))
        legend.setStyle(role, style)
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    model.setLegendFilterByMap(settings)
    picture = beside(picture, QgsLegendRenderer(model, legend))
picture.save(out)
print(json.dumps({"qgis": QgsApplication.applicationVersion() if hasattr(QgsApplication, "applicationVersion") else "",
                  "layers": found}))
