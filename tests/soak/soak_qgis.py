"""Exported layers opened in QGIS itself: it finds the styles, and its picture has the colours that the app shows.

QGIS is too heavy for every run: `apt-get install python3-qgis` puts it beside the system's Python.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from PIL import Image
from pylopdf_fonts_zh_cn import sans_path

from planner.cli import main
from planner.store.parameters import load
from planner.webmap.layers import key_style
from planner.webmap.style import role_look
from tests.soak.conftest import SYSTEM_PYTHON

ROOT = Path(__file__).resolve().parents[2]
PARCEL = ROOT / "docs" / "examples" / "parcel.geojson"
PICTURES = ROOT / "docs" / "screens"
WIDE, HIGH = 1400, 1000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert main(["demo", str(folder)]) == 0
    return folder / "workspace.gpkg"


def drawn(
    file: Path, out: Path, box: tuple[float, float, float, float], names: list[str], *, legend: bool = False
) -> dict:
    """What QGIS says of the layers, their picture written to ``out``, with the ``legend`` beside it."""
    words = [SYSTEM_PYTHON, str(Path(__file__).with_name("qgis_picture.py")), str(file), str(out), WIDE, HIGH, *box,
             sans_path() if legend else "-", *names]
    offscreen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=offscreen, check=False)
    assert run.returncode == 0, f"QGIS did not draw (apt-get install python3-qgis): {run.stderr[-600:]}"
    return json.loads(run.stdout.splitlines()[-1])["layers"]


def around(shape: shapely.Geometry, times: float) -> tuple[float, float, float, float]:
    """A box in the form of the picture around a shape, so many times as wide."""
    west, south, east, north = shape.bounds
    half = max((east - west) * HIGH / WIDE, north - south) * times / 2
    x, y = (west + east) / 2, (south + north) / 2
    return x - half * WIDE / HIGH, y - half, x + half * WIDE / HIGH, y + half


def on_white(path: dict) -> np.ndarray:
    """The colour that a fill has on a white ground."""
    colour = np.array([int(path["fillColor"][i:i + 2], 16) for i in (1, 3, 5)], float)
    return colour * path["fillOpacity"] + 255 * (1 - path["fillOpacity"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_qgis_opens_the_layers_as_the_app_shows_them(demo: Path, tmp_path: Path, lang: str, record) -> None:
    file = tmp_path / "layers.gpkg"
    assert main(["export", "layers", "--parcel", str(PARCEL), "--workspace", str(demo), "--out", str(file),
                 "--lang", lang]) == 0
    names = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    parcel = pyogrio.read_dataframe(file, layer="parcel").geometry[0]
    picture = PICTURES / f"qgis.{lang}.png"
    found = drawn(file, picture, around(parcel, 3.0), names, legend=True)
    titles = [one["title"] for one in found.values()]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in title) == (lang == "zh") for title in titles), titles
    assert all(one["valid"] and one["crs"] == "EPSG:4490" and one["renderer"] == "categorizedSymbol"
               for one in found.values())
    for name, one in found.items():
        frame = pyogrio.read_dataframe(file, layer=name)
        assert one["features"] == len(frame)
        assert {value for value, _ in one["looks"]} >= set(frame["style"])

    # The land survey alone, patch by patch: the pixel inside each is the colour of its class on the app's map.
    box = around(parcel, 6.0)
    alone = tmp_path / "survey.png"
    drawn(file, alone, box, ["land_survey"])
    pixels = np.asarray(Image.open(alone).convert("RGB"), float)
    frame, classes = pyogrio.read_dataframe(file, layer="land_survey"), load().classes
    inner = frame.geometry.values
    points = shapely.get_coordinates(shapely.point_on_surface(inner))
    column = ((points[:, 0] - box[0]) / (box[2] - box[0]) * WIDE).astype(int)
    row = ((box[3] - points[:, 1]) / (box[3] - box[1]) * HIGH).astype(int)
    step = (box[2] - box[0]) / WIDE
    roomy = ~shapely.is_empty(shapely.buffer(inner, -4 * step))  # no border runs through the pixel
    seen = roomy & (column > 0) & (column < WIDE) & (row > 0) & (row < HIGH)
    assert np.count_nonzero(seen) >= 10
    off = []
    for n in np.flatnonzero(seen):
        style, _ = key_style((frame["code_system"][n], frame["code"][n]), role_look("land_survey"), classes)
        off.append(np.abs(pixels[row[n], column[n]] - on_white(style or role_look("land_survey").path)).max())
    assert np.median(off) <= 2 and np.mean(np.array(off) <= 3) > 0.95
    counts = ", ".join(f"{name} ({one['features']})" for name, one in found.items())
    record(f"QGIS opens the exported layers as the app shows them[{lang}]", [
        f"layers: {counts}; each with its styles",
        f"of {len(off)} patches of the land survey {np.mean(np.array(off) <= 3):.1%} have the app's colour to 3 of 255",
        f"the picture: screens/{picture.name}"])
