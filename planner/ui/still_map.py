"""A map to look at: layers that lie still, marks that change without a new map. Nothing is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import streamlit as st
from streamlit_folium import st_folium

from planner.text import Translate
from planner.ui.edit_map import asset_address
from planner.webmap.build import Plane, Sheetlet, base_map
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
) -> None:
    """Draw the layers with today's marks. ``key`` names the map: another one opens a new frame."""
    made = base_map(sheets, view=None, bounds=bounds, plane=plane, translate=translate)
    with st.container(height=height + 4, border=False):
        st_folium(
            localise(made, asset_address),
            key=key,
            height=height,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=marks,
        )
