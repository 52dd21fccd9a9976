"""A map to look at: layers that lie still, marks that change without a new map. Nothing is drawn on it; a mark that has
an id tells when it is clicked."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import streamlit as st
from streamlit_folium import st_folium

from planner.text import Translate
from planner.ui.edit_map import asset_address
from planner.webmap.build import Plane, Sheetlet, base_map, picking_call
from planner.webmap.offline import localise


def still_map(
    sheets: Sequence[Sheetlet],
    *,
    key: str,
    bounds: Sequence[Sequence[float]] | None,
    plane: Plane | None,
    marks: folium.FeatureGroup,
    translate: Translate,
    height: int,
    picking: bool = False,
) -> None:
    """Draw the layers with today's marks. ``key`` names the map: another one opens a new frame. With ``picking``
    ``picked`` gives the mark that was clicked last."""
    made = base_map(sheets, view=None, bounds=bounds, plane=plane, translate=translate)
    if picking:
        picking_call().add_to(made)
    with st.container(height=height + 4, border=False):
        st_folium(
            localise(made, asset_address),
            key=key,
            height=height,
            use_container_width=True, render=False,
            returned_objects=["last_active_drawing"] if picking else [],
            feature_group_to_add=marks,
        )


def picked(key: str) -> tuple[int, str] | None:
    """The last click on a mark of a map, known before it is drawn again: its number, which no other click has, and the
    mark's id."""
    value = st.session_state.get(key) or {}
    try:
        said = value["last_active_drawing"]["properties"]["planner"]
        return int(said["n"]), str(said["picked"])
    except (KeyError, TypeError, ValueError):  # no click yet, or nothing of ours
        return None
