"""A file beside the map: its parcels become drawings, after the door has looked at it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.formats import read
from planner.formats.reading import Reading
from planner.land.parcel import Parcel
from planner.text import N_
from planner.ui.drafts import MapState, fly_to, take_up
from planner.ui.intake import TYPES
from planner.ui.refusals import refused
from planner.ui.session import _, said, translate

MOST = 50  # drawings taken from one file; a larger file is a layer, to be imported
TOO_MANY = N_("{file} holds {count} features. Up to {most} become drawings; import a larger file as a layer.")
TAKEN = N_("{file}: {count} parcels taken as drawings.")


def from_file(state: MapState) -> None:
    """The uploader. A file is read once; what it holds, or why it was refused, is said beside it."""
    given = st.file_uploader(_("Parcel file"), type=list(TYPES), key="upload", label_visibility="collapsed")
    if given is None:
        st.session_state.pop("uploaded", None)
        return
    if st.session_state.get("uploaded") == given.file_id:
        return
    crs = st.session_state.get("upload-crs") or None
    try:
        reading = _read(given.name, given.getvalue(), crs)
    except PlannerError as refusal:
        refused(refusal)
        if refusal.code == "E_CRS_MISSING":
            st.text_input(_("Coordinate system of the file"), key="upload-crs", placeholder="EPSG:4525")
        return
    st.session_state["uploaded"] = given.file_id
    if len(reading.ids) > MOST:
        st.error(_(TOO_MANY, file=given.name, count=len(reading.ids), most=MOST))
        return
    for id_, shape in zip(reading.ids, reading.frame.geometry, strict=True):
        take_up(state, Parcel(id_, shape, id_), registered=False)
    fly_to(state, reading.frame.union_all())
    # A repair is a change of what the file says: a drawing made of it is said to be one.
    mended = [f"{one.feature or given.name}: {said(one.message)}" for one in reading.repairs]
    left_out = [f"{id_}: {why.say(translate())}" for id_, why in reading.rejected]
    notes = [*mended, *(said(note) for note in reading.notes), *left_out]
    st.session_state["flash"] = " ".join([_(TAKEN, file=given.name, count=len(reading.ids)), *notes])
    st.rerun(scope="app")


def _read(name: str, content: bytes, crs: str | None) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()[:9]}"
        path.write_bytes(content)
        return read(path, crs=crs, name=name)
