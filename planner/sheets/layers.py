"""The sheet's land as a GeoPackage with the styles in it: QGIS shows what the app shows, colours and hatches alike.

One layer a printed layer, one for the offending pieces and one for the parcel, in EPSG:4490. The styles stand in the
table ``layer_styles``, where QGIS looks for them; its columns are those that QGIS itself makes (QGIS user manual,
section on saving styles in a database).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pandas as pd
import pyogrio

from planner.land.parcel import CRS
from planner.sheets import fonts
from planner.sheets.ground import PARCEL
from planner.sheets.sheet import MapLayer, Sheet
from planner.sheets.voice import Voice, voice_of
from planner.text import N_
from planner.verdict import NOTED, Sign, Verdict, gravity
from planner.webmap.layers import key_style, keys_of
from planner.webmap.style import LOOKS, RoleLook, role_look

GEOMETRY = "geom"  # what the driver calls its column of shapes
STYLE = "style"  # the column by which a layer is divided into looks
CLOCK = "OGR_CURRENT_DATE"
MM_PER_PX = 0.26  # screen strokes, as a screen of 96 dots an inch draws them


@dataclass(frozen=True)
class Look:
    """How the features with one value of the column ``style`` are drawn, and what the legend calls them."""

    value: str
    label: str
    layers: Sequence[tuple[str, Mapping[str, str]]]


def draw(sheet: Sheet, path: Path) -> Path:
    """Write the layers, whole or not at all; the file states when the sheet was printed, so that the same sheet gives
    the same bytes."""
    with _dated(sheet.printed_at), TemporaryDirectory(dir=path.parent, prefix=".planner-") as folder:
        made, styles = Path(folder) / "layers.gpkg", []
        for name, title, frame, looks in _layers(sheet, voice_of(sheet, own_type=False)):
            pyogrio.write_dataframe(frame, made, layer=name, driver="GPKG", layer_options={
                "GEOMETRY_NAME": GEOMETRY, "IDENTIFIER": title}, promote_to_multi=True)
            styles.append(_style_row(name, title, _qml(looks)))
        if styles:
            pyogrio.write_dataframe(pd.DataFrame(styles), made, layer="layer_styles", driver="GPKG",
                                    layer_options={"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"})
        made.replace(path)
    return path


@contextmanager
def _dated(at: datetime) -> Iterator[None]:
    """The day that GDAL writes into a GeoPackage as its last change, in place of the clock's (its documentation of the
    driver, OGR_CURRENT_DATE)."""
    pyogrio.set_gdal_config_options({CLOCK: f"{at:%Y-%m-%dT%H:%M:%S}.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({CLOCK: None})


Written = tuple[str, str, gpd.GeoDataFrame, Sequence[Look]]


def _layers(sheet: Sheet, voice: Voice) -> Iterator[Written]:
    """Name, title, features and looks of each layer, those on top first as QGIS lists them."""
    if sheet.parcel is not None:
        columns = {"id": [voice.name(sheet.parcel_id)], "name": [voice.line(sheet.title)], STYLE: ["parcel"]}
        frame = gpd.GeoDataFrame(columns, geometry=[sheet.parcel], crs=CRS)
        title = voice.word(N_("Parcel"))
        outline = {"style": "no", "outline_color": _rgba(PARCEL.edge or "#000000"), "outline_width": "0.6"}
        yield "parcel", title, frame, [Look("parcel", title, [("SimpleFill", outline)])]
    if sheet.pieces:
        frame = gpd.GeoDataFrame(
            {"name": [voice.line(piece.label) for piece in sheet.pieces],
             STYLE: [str(piece.sign) for piece in sheet.pieces]},
            geometry=[piece.shape for piece in sheet.pieces], crs=CRS)
        looks = [Look(str(sign), voice.word(LOOKS[sign].word), _hatch(sign))
                 for sign in sorted({piece.sign for piece in sheet.pieces}, key=gravity, reverse=True)]
        yield "pieces", voice.word(N_("Findings")), frame, looks
    taken: set[str] = {"parcel", "pieces", "layer_styles"}
    for layer in sorted(sheet.layers, key=lambda one: role_look(one.role).rank, reverse=True):
        if len(layer.frame):
            number = next(n for n in range(1, 999) if _numbered(layer.role, n) not in taken)
            name = _numbered(layer.role, number)
            taken.add(name)
            yield _layer(name, number, layer, sheet, voice)


def _numbered(role: str, number: int) -> str:
    """What the table of a role's layer is called, of the second and further ones with their number."""
    return role if number == 1 else f"{role}_{number}"


def _layer(name: str, number: int, layer: MapLayer, sheet: Sheet, voice: Voice) -> Written:
    look, keys = role_look(layer.role), keys_of(layer.role, layer.frame)
    words = [_word(key, look, sheet) for key in keys]
    frame = _plain(layer.frame, voice)
    frame[STYLE] = words
    title = voice.line(layer.title) + (f" {number}" if number > 1 else "")  # no two tables of a file have one title
    title += f" ({voice.word(N_('illustrative'))})" if layer.illustrative else ""
    looks = {}
    for key, word in sorted(zip(keys, words, strict=True), key=lambda pair: pair[1]):
        if word not in looks:
            own, called = key_style(key, look, sheet.classes)
            code = f"{fonts.clean(key[1])} " if isinstance(key, tuple) else ""
            looks[word] = Look(word, f"{code}{voice.word(called)}" if called else title, [_fill(own or look.path)])
    return name, title, frame, list(looks.values())


def _word(key: Any, look: RoleLook, sheet: Sheet) -> str:
    """What stands in the column ``style``: the class, or the status that has a look of its own; nothing for the rest,
    which the legend names once."""
    if isinstance(key, tuple):
        return fonts.clean(" ".join(key))
    return fonts.clean(key) if key_style(key, look, sheet.classes)[0] else ""


def _plain(frame: gpd.GeoDataFrame, voice: Voice) -> gpd.GeoDataFrame:
    """The columns as any reader can hold them: words cleaned, numbers as they are, the rest left out."""
    kept: dict[str, Any] = {}
    for column in frame.columns.drop(frame.geometry.name):
        values = frame[column]
        if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
            kept[column] = values.to_numpy()
        elif all(value is None or value != value or isinstance(value, str) for value in values):
            kept[column] = [voice.line(value) if isinstance(value, str) else None for value in values]
    kept = {column: values for column, values in kept.items() if column.lower() not in ("fid", GEOMETRY, STYLE)}
    return gpd.GeoDataFrame(kept, geometry=frame.geometry.values, crs=CRS)


# ---------------------------------------------------------------- the styles as QGIS writes them
def _rgba(colour: str, opacity: float = 1.0) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{round(255 * opacity)}"


def _fill(path: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    """The screen's path options as a fill."""
    filled = bool(path.get("fill"))
    dashes = str(path.get("dashArray", "")).split()
    props = {
        "style": "solid" if filled else "no",
        "color": _rgba(str(path.get("fillColor", "#ffffff")), float(path.get("fillOpacity", 0.0))),
        "outline_color": _rgba(str(path.get("color", "#7a7a7a"))), "outline_style": "solid",
        "outline_width": f"{float(path.get('weight', 1.0)) * MM_PER_PX:.3f}", "outline_width_unit": "MM",
    }
    if dashes:
        props |= {"outline_style": "dash" if float(dashes[0]) > 3 else "dot"}
    return "SimpleFill", props


def _hatch(sign: Sign) -> list[tuple[str, Mapping[str, str]]]:
    """The hatch of a sign: even for fits, dots for a warning, a net for unknown, strokes for the rest."""
    look = LOOKS[sign]
    edge = {"style": "no", "outline_color": _rgba(look.colour), "outline_width": f"{look.weight * MM_PER_PX:.3f}"}
    if sign == Verdict.FITS:
        return [("SimpleFill", edge | {"style": "solid", "color": _rgba(look.colour, 0.35)})]
    if sign == Verdict.WARN:
        step = f"{look.tile * MM_PER_PX:.2f}"
        dots = {"distance_x": step, "distance_y": step}
        return [("PointPatternFill", dots | {"marker": look.colour}), ("SimpleFill", edge)]
    angles = {Verdict.UNKNOWN: ("45", "135"), NOTED: ("90",)}.get(sign, ("45",))
    lines = {"distance": f"{look.tile * MM_PER_PX * 0.7:.2f}", "color": _rgba(look.colour),
             "line_width": "0.2" if sign in (Verdict.UNKNOWN, NOTED) else "0.5"}
    return [*(("LinePatternFill", lines | {"angle": angle}) for angle in angles), ("SimpleFill", edge)]


def _qml(looks: Sequence[Look]) -> str:
    """A categorised style over the column ``style``."""
    rows = "".join(
        f"<category render=\"true\" symbol=\"{n}\" value={quoteattr(look.value)} label={quoteattr(look.label)}/>"
        for n, look in enumerate(looks))
    symbols = "".join(_symbol(str(n), "fill", look.layers) for n, look in enumerate(looks))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr="{STYLE}" forceraster="0" symbollevels="0" enableorderby="0">'
        f"<categories>{rows}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _symbol(name: str, kind: str, layers: Sequence[tuple[str, Mapping[str, str]]]) -> str:
    return (f'<symbol name="{name}" type="{kind}" alpha="1" clip_to_extent="1" force_rhr="0">'
            + "".join(_symbol_layer(name, n, of, props) for n, (of, props) in enumerate(layers)) + "</symbol>")


def _symbol_layer(name: str, number: int, of: str, props: Mapping[str, str]) -> str:
    own = {key: value for key, value in props.items() if key != "marker"}
    inner = ""
    if "marker" in props:  # a pattern of points draws a symbol of its own
        dot = {"name": "circle", "color": _rgba(props["marker"]), "outline_style": "no", "size": "0.8"}
        inner = _symbol(f"@{name}@{number}", "marker", [("SimpleMarker", dot)])
    elif of == "LinePatternFill":
        line = {"line_color": props["color"], "line_width": props["line_width"], "line_style": "solid"}
        inner = _symbol(f"@{name}@{number}", "line", [("SimpleLine", line)])
    written = "".join(f'<prop k="{key}" v={quoteattr(value)}/>' for key, value in own.items())
    return f'<layer class="{of}" enabled="1" locked="0" pass="0">{written}{inner}</layer>'


def _style_row(name: str, title: str, qml: str) -> dict[str, Any]:
    return {
        "f_table_catalog": "", "f_table_schema": "", "f_table_name": name, "f_geometry_column": GEOMETRY,
        "styleName": name, "styleQML": qml, "styleSLD": "", "useAsDefault": True, "description": title, "owner": "",
        "ui": "", "update_time": pd.Timestamp(0),
    }
