"""Parcels out of the map page as files of others: format, which parcels, then the download."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import streamlit as st

from planner.desk.export_parcels import parcel_bytes
from planner.formats.write_parcels import ENDINGS
from planner.text import N_
from planner.ui.session import _

NAMES = {
    "txt": N_("Land-approval TXT"),
    "dxf": N_("DXF drawing (UTF-8)"),
    "dxf-gbk": N_("DXF drawing (2004, GBK)"),
    "shapefile": N_("Shapefile (zip)"),
    "points-xlsx": N_("Coordinate table (XLSX)"),
    "points-csv": N_("Coordinate table (CSV)"),
    "geojson": N_("GeoJSON"),
    "topojson": N_("TopoJSON"),
    "geopackage": N_("GeoPackage"),
    "flatgeobuf": N_("FlatGeobuf"),
    "geoparquet": N_("GeoParquet"),
    "kml": N_("KML"),
    "kmz": N_("KMZ"),
}


def files(frame: gpd.GeoDataFrame, stem: str, *, on: date, key: str) -> None:
    """A choice of format and a button that writes these parcels (EPSG:4490) when it is clicked."""
    kind = st.selectbox(_("Format"), list(ENDINGS), format_func=lambda one: _(NAMES[one]), key=f"kind-{key}")
    st.download_button(
        _("Save {count} parcels", count=len(frame)),
        lambda: parcel_bytes(frame, kind, on=on),
        file_name=f"{stem}{ENDINGS[kind]}",
        mime="application/octet-stream",
        key=f"file-{key}",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        disabled=frame.empty,
    )
