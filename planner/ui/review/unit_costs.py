"""Unit costs of the ways out: what the parameters say, and what this workspace puts in their place."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.desk.costs import UnitCost, keep_unit_cost, unit_costs
from planner.desk.desk import Desk
from planner.errors import PlannerError
from planner.parameters import Parameters
from planner.text import N_
from planner.ui.exports import csv_button
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, kept, named, request_key

LEVERS = {
    "pue": N_("lower PUE"), "load": N_("lower load"), "scale": N_("smaller scale"), "phase": N_("built in phases"),
    "defer_years": N_("later start"), "drop": N_("doing without another"),
    "green_certificates_mwh": N_("green certificates"), "retire": N_("load that ends elsewhere"),
}
OWN = "own"
MONEY = {"wan_yuan": N_("10,000 yuan")}
EACH = {
    "(kW x 1)": N_("(kW and a PUE lower by 1)"), "wan_yuan": N_("10,000 yuan of value added"), "MWh": N_("MWh"),
    "tce": N_("tce"), "tCO2": N_("tCO2"), "tco2": N_("tCO2"), "ha": N_("ha"), "kg": N_("kg"), "m3": N_("m3"),
    "kw": N_("kW"),
}


def costs_table(at: Desk) -> None:
    """A table to type own costs into; an emptied cell takes the parameters' one back."""
    rows = unit_costs(at)
    frame = pd.DataFrame(
        [(title(row, at.parameters), unit_in_words(row.unit), row.row, row.own, named(row.source)) for row in rows],
        columns=["lever", "unit", "row", OWN, "source"], index=[row.lever for row in rows])
    frame[OWN] = pd.to_numeric(frame[OWN])
    typed = st.data_editor(
        frame, hide_index=True, row_height=28, placeholder="", key="unit-costs",
        disabled=["lever", "unit", "row", "source"],
        column_config={
            "lever": st.column_config.TextColumn(_("Lever")), "unit": st.column_config.TextColumn(_("Unit")),
            "row": st.column_config.NumberColumn(_("Parameters")),
            OWN: st.column_config.NumberColumn(_("Own"), min_value=0.0, format="%.10g"),
            "source": st.column_config.TextColumn(_("Source"))})
    csv_button(frame.rename(columns={OWN: _("Own")}), "unit-costs", key="csv-costs")
    changes = {str(lever): None if pd.isna(new) else float(new) for lever, old, new in
               zip(frame.index, frame[OWN], typed[OWN], strict=True)
               if not (pd.isna(old) and pd.isna(new)) and old != new}
    for lever, value in changes.items():
        try:
            keep_unit_cost(at, lever, value, actor=kept("actor", str) or _("reviewer"),
                           key=request_key(f"cost-{lever}", str(value)))
            forget_key(f"cost-{lever}")
        except PlannerError as refusal:
            refused(refusal)
            return
    if changes:
        st.rerun(scope="fragment")


def unit_in_words(unit: str) -> str:
    """A unit such as wan_yuan/MWh in the reader's words."""
    money, _slash, each = unit.partition("/")
    return f"{_(MONEY.get(money, money))}/{_(EACH[each]) if each in EACH else each}"


def title(row: UnitCost, parameters: Parameters) -> str:
    """The lever in words; of a transfer with its quota."""
    name, found, quota = row.lever.partition(".")
    if not found:
        return _(LEVERS[name]) if name in LEVERS else name
    known = parameters.quota(quota)
    return _("transfer from the province: {quota}", quota=_(known.title) if known else quota)
