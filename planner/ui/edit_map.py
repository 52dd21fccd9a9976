"""The editable map behind one function: folium, Geoman and st_folium, so that another component can take its place.

The frame keeps what a person draws as long as the map it was built from stays the same; it is built from a
snapshot that is frozen for one epoch, and a new epoch means a new map. Findings come as marks, which change
without a new map. What a browser sends is read with suspicion: only tokens, rings and numbers are taken.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import shapely
import streamlit as st
import streamlit.components.v1 as components
from folium.elements import JSCSSMixin, MacroElement
from folium.plugins import GeoMan
from folium.template import Template
from shapely.geometry.base import BaseGeometry
from streamlit_folium import st_folium

from planner.text import N_, Translate
from planner.webmap import assets
from planner.webmap.build import Plane, Sheetlet, base_map
from planner.webmap.escape import escape, script_json
from planner.webmap.layers import View
from planner.webmap.offline import localise
from planner.webmap.style import DRAFT

AREA = N_("{mu} mu · {ha} ha")
BASIS = N_("ellipsoidal area")
MOST_DRAWINGS = 200  # a frame that sends more is not ours
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,40}")

components.declare_component("planner_webmap", path=str(assets.HERE))


@dataclass(frozen=True)
class Snapshot:
    """What a map is built from: its layers, the drawings to be edited (token and shape), where it opens."""

    sheets: tuple[Sheetlet, ...]
    drawings: tuple[tuple[str, BaseGeometry], ...]
    view: View | None
    bounds: Sequence[Sequence[float]] | None
    plane: Plane | None


@dataclass(frozen=True)
class Edits:
    """The state of the frame after its ``turn``-th message: every drawing with all digits, which one was touched
    last, which registered parcel (row of the parcels layer) was clicked, what is in view and which layers are on."""

    turn: int
    why: str
    active: str | None
    drawings: Mapping[str, Mapping[str, Any]]
    picked: int | None
    view: View | None
    on: frozenset[str]


class _Editor(JSCSSMixin, MacroElement):
    """Geoman's events brought to Python; comes after Geoman, whose ``drawnItems`` it listens to."""

    default_js = [("planner_draw_js", "planner-draw.js")]
    _template = Template("""{% macro script(this, kwargs) %}
        Planner.edit({{ this._parent.get_name() }}, drawnItems, {{ this.options }});
    {% endmacro %}""")

    def __init__(self, lang: str, translate: Translate) -> None:
        super().__init__()
        self._name = "PlannerEditor"
        # The figures are put into the two spans while the person draws; the words come from the catalogue.
        figures = translate(AREA).format(mu='<span class="mu"></span>', ha='<span class="ha"></span>')
        words = {"area": f"<b>{figures}</b> <small>{escape(translate(BASIS))}</small>"}
        self.options = script_json({"lang": lang, "words": words, "style": DRAFT})


def frame_key(epoch: str) -> str:
    """Where the frame of an epoch leaves its last message in the session."""
    return f"map-{epoch}"


def news(epoch: str) -> Edits | None:
    """What the frame of this epoch said last, known before the map is drawn again; None if it said nothing yet."""
    value = st.session_state.get(frame_key(epoch)) or {}
    return read_message(value.get("last_active_drawing"))


def edit_map(
    snapshot: Snapshot, *, epoch: str, marks: folium.FeatureGroup, lang: str, translate: Translate, height: int
) -> None:
    """Draw the map of an epoch with today's marks; what the person does comes back through ``news``."""
    made = _editable(snapshot, lang, translate)
    st_folium(
        localise(made, asset_address),
        key=frame_key(epoch),
        height=height,
        use_container_width=True, render=False,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=marks,
    )


def digest(snapshot: Snapshot, lang: str) -> str:
    """A seal of what a snapshot draws. It belongs into the epoch: the frame's own seal overlooks some changes."""
    seal = hashlib.sha256(lang.encode())
    for sheet in snapshot.sheets:
        seal.update(repr((sheet.key, sheet.title, sheet.vintage, sheet.drawn.shown, sheet.on, sheet.tiles)).encode())
    for token, shape in snapshot.drawings:
        seal.update(token.encode() + shapely.to_wkb(shape))
    return seal.hexdigest()[:12]


def _editable(snapshot: Snapshot, lang: str, translate: Translate) -> folium.Map:
    made = base_map(
        snapshot.sheets, view=snapshot.view, bounds=snapshot.bounds, plane=snapshot.plane, translate=translate
    )
    features = [
        {"type": "Feature", "properties": {"token": token}, "geometry": shapely.geometry.mapping(shape)}
        for token, shape in snapshot.drawings
    ]
    drafts = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name="drafts",
        style_function=lambda _: DRAFT,
        control=False,
    )
    drafts.add_to(made)
    off = dict.fromkeys(("drawMarker", "drawCircle", "drawCircleMarker", "drawText", "drawPolyline"), False)
    GeoMan(feature_group=drafts, drawRectangle=True, rotateMode=False, **off).add_to(made)
    _Editor(lang, translate).add_to(made)
    return made


def asset_address(path: str) -> str:
    """From the frame of st_folium to our own component, whatever the address the app stands under."""
    return f"../{__name__}.planner_webmap/{path}?v={assets.version(path)}"


def read_message(value: Any) -> Edits | None:
    """A message of the frame, or None for anything that is not one (a click on ground, a forged or broken value)."""
    try:
        said = value["properties"]["planner"]
        drawings = {str(one["token"]): one["geometry"] for one in said["drawings"][:MOST_DRAWINGS]}
        active, picked = said["active"], said["picked"]
        edits = Edits(
            turn=int(said["n"]),
            why=str(said["why"]),
            active=None if active is None else str(active),
            drawings=drawings,
            picked=None if picked is None else int(picked),
            view=_view(said["view"]),
            on=frozenset(str(key) for key in said["on"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return edits if all(_TOKEN.fullmatch(token) for token in drawings) else None


def _view(numbers: Sequence[Any]) -> View | None:
    west, south, east, north, zoom = (float(number) for number in numbers)
    whole = all(math.isfinite(number) for number in (west, south, east, north, zoom))
    return View(west, south, east, north, zoom) if whole and west < east and south < north else None
