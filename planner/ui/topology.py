"""The topology of a layer beside the map: its faults as a table, a row shows itself on the map."""

from __future__ import annotations

import streamlit as st

from planner.desk.desk import Desk
from planner.desk.topology import COLUMNS, KINDS, of_layer, said, table
from planner.land.topology import Fault
from planner.text import N_
from planner.ui.drafts import MapState, fly_to
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.map_state import Ground
from planner.ui.session import _, named, translate
from planner.ui.tables import choice
from planner.verdict import Verdict
from planner.webmap.build import Piece

CHECK = N_("Look for faults")


def panel(at: Desk, state: MapState, where: Ground) -> None:
    """Choose a layer, look for its faults, fly to one."""
    infos = {info.name: info for info in where.infos if info.features}
    if not infos:
        return
    with st.expander(_("Topology of a layer")):
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        name = left.selectbox(_("Layer"), list(infos), format_func=named, key="topology-layer")
        if right.button(_(CHECK), key="topology", width="stretch"):
            with st.status(_(CHECK)) as steps:
                found = of_layer(at, name, on=at.today(), tell=lambda step: steps.write(_(step)))
                steps.update(state="complete")
            st.session_state["topology-found"] = (name, infos[name].stamp, found)
        kept = st.session_state.get("topology-found")
        if kept and kept[0] == name and kept[1] == infos[name].stamp:
            _answer(at, state, name, kept[2])


def _answer(at: Desk, state: MapState, name: str, faults: tuple[Fault, ...]) -> None:
    st.caption(said(at.layer(name), faults, translate()))
    if not faults:
        return
    rows = table(faults).assign(kind=[_(KINDS[fault.kind]) for fault in faults])
    rows = rows.rename(columns={column: _(title) for column, title in COLUMNS.items()})
    row = choice(
        rows,
        key=f"faults-{name}",
        column_config={
            _("Area, m2"): st.column_config.NumberColumn(format="%.2f"),
            _("Width, m"): st.column_config.NumberColumn(format="%.3f"),
            _("Longitude"): st.column_config.NumberColumn(format="%.6f"),
            _("Latitude"): st.column_config.NumberColumn(format="%.6f"),
        },
    )
    one, two, _rest = st.columns([1, 1, 4])
    with one:
        csv_button(rows, "topology", key="csv-topology")
    with two:
        xlsx_button(rows, "topology", key="xlsx-topology")
    if row is not None and st.session_state.get("fault-row") != (name, row):
        st.session_state["fault-row"] = (name, row)
        st.session_state["fault-shown"] = faults[row]
        fly_to(state, faults[row].where)
        st.rerun(scope="fragment")
    if row is None and st.session_state.pop("fault-row", None) is not None:
        st.session_state.pop("fault-shown", None)
        st.rerun(scope="fragment")


def shown() -> list[Piece]:
    """The fault that was chosen, as a piece of the map."""
    fault: Fault | None = st.session_state.get("fault-shown")
    return [] if fault is None else [Piece(fault.where, Verdict.WARN, _(KINDS[fault.kind]))]
