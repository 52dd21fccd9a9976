"""The layers of the workspace as the map draws them, made once a change of the layer and shared by all sessions."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable

import numpy as np
import streamlit as st

from planner.desk.desk import Desk
from planner.desk.paper import ROLE_TITLES
from planner.land.large import LargeLayer
from planner.land.parcel import Layer
from planner.store.base import LayerInfo
from planner.text import Translate
from planner.ui.remembered import Remembered
from planner.ui.session import kept
from planner.webmap.build import Sheetlet, Tiles
from planner.webmap.layers import FINEST, Drawn, View, by_view, drawn, in_view, of_classes, told_class
from planner.webmap.style import role_look

KEPT = 60  # drawings of a layer (by stamp, language, view) kept for all sessions


@st.cache_resource(show_spinner=False)
def _cache() -> Remembered[Drawn]:
    return Remembered(KEPT)


def sheetlets(
    desk: Desk, infos: Iterable[LayerInfo], *, on: frozenset[str] | None, lang: str, translate: Translate
) -> list[Sheetlet]:
    """Every layer for a new map. ``on``: the layers the person had switched on, None for the first time."""
    made = []
    for info in infos:
        layer = desk.layer(info.name)
        picture, tiles = _picture(desk, info, layer, lang, translate)
        made.append(
            Sheetlet(
                key=info.name,
                role=info.role,
                title=title(info, infos, translate),
                vintage=vintage(layer),
                drawn=picture,
                by_view=by_view(layer) and tiles is None,
                on=role_look(info.role).on if on is None else info.name in on,
                tiles=tiles,
            )
        )
    return made


def _picture(
    desk: Desk, info: LayerInfo, layer: Layer, lang: str, translate: Translate
) -> tuple[Drawn, Tiles | None]:
    """What is sent of a layer with the map, and where its tiles are if it is shown so."""
    if isinstance(layer, LargeLayer):
        return _tiled(desk, info, layer, lang, translate)
    rows = np.arange(0) if by_view(layer) else None
    key = (info.name, info.stamp, lang, "legend" if by_view(layer) else "whole")
    return _cache().get(key, lambda: _whole(desk, layer, rows, lang, translate)), None


def _tiled(
    desk: Desk, info: LayerInfo, layer: LargeLayer, lang: str, translate: Translate
) -> tuple[Drawn, Tiles | None]:
    from planner.ui import tile_route  # its pictures load numba, which only a large layer is worth
    from planner.webmap.tiles import Picture

    classes = desk.parameters.of_day(desk.today()).classes
    rows = [(row.code_system, row.code) for row in layer.packed.classes]
    numbers, legend = of_classes(layer.role, rows, classes, translate)
    picture = Picture(layer.packed, np.array(numbers, np.intp), legend.styles)

    def words(system: object, code: object) -> str:
        return told_class(system, code, classes, translate)

    tile_route.SHOWN.put((info.name, info.stamp, lang), picture, words)
    who, until = kept("tiles", lambda: (uuid.uuid4().hex, time.time() + tile_route.GOOD_FOR_S))
    person = "" if desk.who.alone else desk.who.name
    return legend, tile_route.address(info.name, info.stamp, lang, who=who, until=until, picture=picture,
                                      person=person)


def _whole(desk: Desk, layer: Layer, rows: np.ndarray | None, lang: str, translate: Translate) -> Drawn:
    finest = 0.0 if layer.role == "parcels" else FINEST  # parcels are snapped to: every digit counts
    return drawn(
        layer,
        desk.parameters.of_day(desk.today()).classes,
        rows=rows,
        total=layer.size,
        pixel_degrees=finest,
        translate=translate,
        lang=lang,
    )


def in_this_view(desk: Desk, info: LayerInfo, view: View, *, lang: str, translate: Translate) -> tuple[Drawn, str]:
    """What a large layer shows in a view, and the stamp by which the browser knows it already."""
    layer = desk.layer(info.name)
    stamp = f"{info.stamp}/{view.west:.5f}/{view.south:.5f}/{view.east:.5f}/{view.north:.5f}/{view.zoom:g}"

    def make() -> Drawn:
        rows, total = in_view(layer, view)
        return drawn(
            layer,
            desk.parameters.of_day(desk.today()).classes,
            rows=rows,
            total=total,
            pixel_degrees=view.pixel_degrees,
            translate=translate,
            lang=lang,
        )

    return _cache().get((info.name, stamp, lang), make), stamp


def title(info: LayerInfo, infos: Iterable[LayerInfo], translate: Translate) -> str:
    """The role's name; with the layer's own name where a role has several."""
    named = translate(ROLE_TITLES.get(info.role, info.role))
    alone = sum(1 for other in infos if other.role == info.role) == 1
    return named if alone else f"{named} {info.name}"


def vintage(layer: Layer) -> str:
    """The date of the data, as short as it is known."""
    return layer.as_of.strftime("%Y-%m") if layer.as_of else "-"
