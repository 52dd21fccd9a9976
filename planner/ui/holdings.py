"""What the workspace holds, on the Import page before a file is dropped: each layer with its vintage, the ground it
knows, its source, and the file it came from, handed out again as it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.desk.desk import Desk
from planner.desk.originals import one_file, originals
from planner.desk.paper import ROLE_TITLES
from planner.store.base import LayerInfo
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.session import _, named
from planner.ui.tables import choice
from planner.units import ha

SEAL = 12  # characters of a hash that tell files apart


def show(at: Desk) -> None:
    """The table, its exports, and the file of the chosen layer."""
    layers = at.layers()
    if not layers:
        st.info(_("The workspace holds no layer yet."))
        return
    files = kept_files(originals(at.store))
    frame = pd.DataFrame([layer_row(info, files.get(info.name, ())) for info in layers])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{_('In the workspace')} · {len(layers)}**")
        csv_button(frame, "layers", key="csv-layers")
        xlsx_button(frame, "layers", key="xlsx-layers")
    chosen = choice(frame, key="layers-table", most=16)
    if chosen is not None:
        hand_over(at, layers[chosen].name, files.get(layers[chosen].name, ()))


def kept_files(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The files kept of each layer."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        for layer in row["layers"]:
            found.setdefault(layer, []).append(row)
    return found


def layer_row(info: LayerInfo, files: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """One layer as printed."""
    return {
        _("Layer"): info.name,
        _("What it is"): _(ROLE_TITLES.get(info.role, info.role)),
        _("Features"): info.features,
        _("State of"): info.as_of.isoformat() if info.as_of else _("not known"),
        _("Known ground, ha"): round(ha(info.coverage_m2), 2) if info.coverage_m2 is not None else None,
        _("CRS"): info.crs,
        _("Version"): info.version,
        _("Source"): named(info.source),
        _("File"): ", ".join(row["file"] for row in files),
        _("Imported by"): ", ".join(dict.fromkeys(named(row["actor"]) for row in files)),
        "SHA-256": info.sha256[:SEAL],
    }


def hand_over(at: Desk, layer: str, files: Sequence[Mapping[str, Any]]) -> None:
    """The button that hands out the file as it came."""
    if not files:
        st.caption(_("No file was kept of '{layer}': it was not imported.", layer=layer))
        return
    name = files[0]["file"] if len(files) == 1 else f"{layer}.zip"
    st.download_button(_("The file as it came: {name}", name=name), lambda: one_file(at.store, layer), file_name=name,
                       mime="application/octet-stream", on_click="ignore", icon=":material/download:",
                       key="layer-original")
