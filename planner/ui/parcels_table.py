"""The table of registered parcels beside the map: search, sort, a row shows itself on the map."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.land.geodesy import ellipsoid_m2
from planner.ui.drafts import MapState, fly_to
from planner.ui.exports import csv_button
from planner.ui.map_state import Ground, registered
from planner.ui.parcel_files import files
from planner.ui.session import _, desk, lang
from planner.ui.tables import choice
from planner.units import ha, mu, rounded
from planner.webmap.layers import called

ROW_HEIGHT, ROWS = 27, 8


def table(state: MapState, where: Ground) -> None:
    """The registered parcels: search, sort, a row shows itself on the map."""
    if where.parcels is None:
        return
    search, count, export, out = st.columns([1.7, 1.1, 1.1, 1.1], vertical_alignment="center", gap="xsmall")
    wanted = search.text_input(
        _("Search parcels"),
        key="search",
        placeholder=_("Search parcels: number, name, kind"),
        label_visibility="collapsed",
    )
    frame_ = parcels_frame(where, wanted)
    count.caption(_("{shown} of {total} parcels", shown=len(frame_), total=len(where.ids)))
    with export:
        csv_button(frame_, "parcels", key="csv-parcels", icon=None)  # words alone: an icon would cut them
    with out.popover(_("Files"), width="stretch"):
        listed = where.parcels.frame[where.parcels.frame["id"].astype(str).isin(frame_.iloc[:, 0])]
        files(listed, "parcels", on=desk().today(), key="parcels")
    chosen = choice(
        frame_,
        key=f"parcels-{wanted}",
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (ROWS + 1) + 12,
        column_config={
            _("Area, mu"): st.column_config.NumberColumn(format="%.2f"),
            _("Area, ha"): st.column_config.NumberColumn(format="%.4f"),
        },
    )
    chosen_id = None if chosen is None else str(frame_.iloc[chosen, 0])
    if chosen_id != st.session_state.get("row") and chosen_id is not None:
        parcel = registered(where, chosen_id)
        state.picked, state.active = chosen_id, None
        if parcel is not None:
            fly_to(state, parcel.shape)
        st.session_state["row"] = chosen_id
        st.rerun(scope="fragment")
    st.session_state["row"] = chosen_id


@st.cache_data(show_spinner=False, max_entries=8)
def _areas(stamp: tuple[object, ...], _shapes: object) -> list[float]:
    return [float(area) for area in ellipsoid_m2(_shapes)]


def parcels_frame(where: Ground, wanted: str) -> pd.DataFrame:
    """The table's rows, filtered by what was typed (any column holds it)."""
    assert where.parcels is not None  # noqa: S101  (the caller asked)
    frame_ = where.parcels.frame
    areas = _areas(where.stamp[0], frame_.geometry.values)
    held = {"reserved": _("reserved"), "committed": _("committed")}
    status = frame_["status"] if "status" in frame_.columns else pd.Series([None] * len(frame_))
    rows = pd.DataFrame(
        {
            _("Number"): frame_["id"].astype(str),
            _("Area, mu"): [float(rounded(mu(area), 2)) for area in areas],
            _("Name"): ["" if name is None or name != name else str(name) for name in called(frame_, lang())],
            _("Status"): [
                held.get(str(value), "" if value != value or value is None else _(str(value))) for value in status
            ],
            _("Kind"): frame_["kind"].fillna("") if "kind" in frame_.columns else "",
            _("Area, ha"): [float(rounded(ha(area), 4)) for area in areas],
        }
    )
    if wanted.strip():
        words = wanted.strip().casefold()
        rows = rows[rows.apply(lambda row: any(words in str(value).casefold() for value in row), axis=1)]
    return rows.reset_index(drop=True)
