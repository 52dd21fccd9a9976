"""A decision recomputed as of its day, beside today: what agrees, and a table of what differs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.admission.case_compare import Row
from planner.admission.headline import quota_title
from planner.desk.casework import Opened
from planner.desk.desk import Desk
from planner.desk.replay import Replay
from planner.text import N_
from planner.ui import look
from planner.ui.case_card import STATES, chip, titles
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.session import _, said
from planner.ui.tables import table
from planner.verdict import Verdict

PARTS = {"input": N_("rests on"), "verdict": N_("verdict"), "takes": N_("takes"), "finding": N_("finding"),
         "quota": N_("quota"), "demand": N_("energy and carbon")}
FIGURES = {
    "on": N_("day"), "parameters": N_("parameters"), "entries": N_("entries of the book"), "layer": N_("layer version"),
    "verdict": N_("verdict"), "state": N_("state"), "value": N_("measured"), "limit": N_("limit"),
    "as_of": N_("data of"), "asked": N_("asked"), "free": N_("free"), "short_by": N_("short by"),
    "new_construction_m2": N_("New construction land"), "cultivated_m2": N_("Cultivated land, net of ridges"),
    "paddy_m2": N_("of which paddy"), "grain_capacity_kg": N_("Grain capacity"),
    "uncovered_m2": N_("not covered by the survey"), "energy_tce": N_("energy before deductions"),
    "counted_tce": N_("energy counted"), "electricity_mwh": N_("electricity"), "carbon_tco2": N_("carbon"),
}
AGREES = N_("The recomputation of {on} gives to the last figure what was decided on.")
DIFFERS = N_("The recomputation of {on} does not give what was written down.")


def replay(at: Desk, case: Opened) -> None:
    """Recompute at a click; nothing is written."""
    now = case.dossier
    if now is None or now.decision is None:
        return
    key = f"replay-{now.id}"
    if st.button(_("Recompute as of the day of the decision"), icon=":material/history:", key="case-replay"):
        with st.spinner(_("Recomputing"), show_time=True):
            st.session_state[key] = at.replay(now.id)
    found: Replay | None = st.session_state.get(key)
    if found is None:
        return
    if found.agrees:
        st.success(_(AGREES, on=found.on.isoformat()), icon=":material/check:")
    else:
        st.error(_(DIFFERS, on=found.on.isoformat()), icon=":material/block:")
    for text in found.missing:
        st.warning(said(text), icon=":material/warning:")
    then = look.plain_chip(found.then.verdict) if found.then else "-"
    st.markdown(f"{found.on.isoformat()}: **{then}** · {_('today')}: **{look.plain_chip(found.now.verdict)}**")
    whole = st.toggle(_("Show what is equal too"), key="case-replay-all")
    rows = [row for row in (*found.inputs, *found.rows) if whole or row.differs]
    if not rows:
        st.caption(_("Nothing differs today."))
        return
    frame = pd.DataFrame([printed(at, row) for row in rows])
    table(frame, most=12)
    with st.container(horizontal=True):
        csv_button(frame, f"replay-{now.id}", key="csv-replay")
        xlsx_button(frame, f"replay-{now.id}", key="xlsx-replay")


def printed(at: Desk, row: Row) -> dict[str, str]:
    """One line of the comparison as a person reads it."""
    return {
        _("Part"): _(PARTS[row.part]), _("Of"): _of(at, row), _("Figure"): _(FIGURES.get(row.figure, row.figure)),
        _("On that day"): value(row, row.then), _("Today"): value(row, row.now), _("Unit"): row.unit,
        _("Differs"): "▲" if row.differs else "",
    }


def _of(at: Desk, row: Row) -> str:
    if row.part == "finding":
        rule, _sep, layer = row.of.partition(":")
        return f"{_(titles(at).get(rule, rule))} ({layer})"
    if row.part == "quota":
        name, year = row.of.rsplit(" ", 1)
        return f"{said(quota_title(name, at.parameters))} {year}"
    return row.of


def value(row: Row, one: object) -> str:
    """A figure or a word of one side."""
    if one is None:
        return "-"
    if isinstance(one, float):
        return f"{one:,.4f}".rstrip("0").rstrip(".")
    word = str(one)
    if row.figure in ("verdict", "state") and word.upper() in Verdict.__members__:
        return chip(word)
    return _(STATES[word]) if word in STATES else word
