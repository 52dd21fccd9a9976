"""Projects between the queue and the widgets: a quick form for one, a table for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.energy.project import Project, fields_of, project_from
from planner.text import N_
from planner.ui.session import _

# Columns of the queue's table -> where the figure stands in a project. Dotted: in an inner table.
COLUMNS: Mapping[str, str] = {
    "name": N_("Project"),
    "status": N_("Status"),
    "start": N_("Start"),
    "data_centre.racks": N_("Racks"),
    "data_centre.kw_per_rack": N_("kW per rack"),
    "data_centre.load_factor": N_("Load factor"),
    "data_centre.pue": N_("PUE"),
    "carriers.electricity_mwh": N_("Electricity, MWh"),
    "carriers.natural_gas_m3": N_("Natural gas, m3"),
    "value_added_wan_yuan": N_("Value added, 10,000 yuan"),
    "tax_wan_yuan": N_("Tax, 10,000 yuan"),
    "jobs": N_("Jobs"),
    "land.new_construction_ha": N_("New construction, ha"),
}
STATUS = {"committed": N_("approved"), "candidate": N_("proposed")}
WHOLE = ("start",)
TEXT = ("name", "status")


def get(project: Project, path: str) -> Any:
    """A figure of a project by its dotted path, None where it is not stated."""
    value: Any = project
    for part in path.split("."):
        value = getattr(value, part, None)
    return value


def changed(project: Project, changes: Mapping[str, Any]) -> Project:
    """The project with figures put in by dotted path (None takes one away). Raises ScenarioError for a bad figure."""
    fields = fields_of(project)
    for path, value in changes.items():
        *tables, last = path.split(".")
        inner = fields
        for name in tables:
            inner = inner.setdefault(name, {})
        if value is None:
            inner.pop(last, None)
        else:
            inner[last] = value
    for name in ("data_centre", "carriers", "land"):
        if name in fields and not fields[name]:
            del fields[name]
    return project_from({**fields, "id": project.id}, place=project.name or project.id)


def frame_of(projects: Sequence[Project]) -> pd.DataFrame:
    """The queue as a table: one row a project, in order; columns by path, index by id."""
    rows = [{path: get(project, path) for path in COLUMNS} for project in projects]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=[project.id for project in projects])
    for path in COLUMNS:
        if path not in TEXT:
            frame[path] = pd.to_numeric(frame[path]).astype("Int64" if path in WHOLE else "Float64")
    return frame


def differences(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What a person changed in the table, by project and path; an emptied cell is None."""
    found: dict[str, dict[str, Any]] = {}
    for path in COLUMNS:
        for id_, old, new in zip(after.index, before[path].to_list(), after[path].to_list(), strict=True):
            if pd.isna(old) and pd.isna(new) or not pd.isna(old) and not pd.isna(new) and old == new:
                continue
            value = None if pd.isna(new) else int(new) if path in WHOLE else new if path in TEXT else float(new)
            found.setdefault(str(id_), {})[path] = value
    return found


def quick_form(key: str, year: int) -> Project | None:
    """A project in five fields, or None until it is asked for. Raises ScenarioError for a bad figure."""
    kinds = {"data_centre": _("data centre"), "carriers": _("manufacturer")}
    kind = st.radio(_("Kind"), list(kinds), format_func=kinds.__getitem__, horizontal=True, key=f"{key}-kind")
    left, right = st.columns(2)
    name = left.text_input(_("Name"), value=kinds[kind], key=f"{key}-name-{kind}", max_chars=80)
    start = right.number_input(_("Start, year"), 2015, 2060, year, key=f"{key}-start")
    fields: dict[str, Any] = {"id": slug(name), "name": name, "start": int(start)}
    if kind == "data_centre":
        fields["data_centre"] = {
            "racks": left.number_input(_("Racks"), 0.0, 1e6, 1500.0, step=100.0, key=f"{key}-racks", format="%.0f"),
            "kw_per_rack": right.number_input(_("kW per rack"), 0.1, 200.0, 2.5, key=f"{key}-kw"),
            "load_factor": left.number_input(_("Load factor"), 0.01, 1.0, 0.7, key=f"{key}-load"),
            "pue": right.number_input(_("PUE"), 1.0, 3.0, 1.3, step=0.01, key=f"{key}-pue"),
        }
    else:
        fields["carriers"] = {
            "electricity_mwh": left.number_input(
                _("Electricity, MWh"), 0.0, 1e9, 6000.0, key=f"{key}-mwh", format="%.0f"
            ),
            "natural_gas_m3": right.number_input(_("Natural gas, m3"), 0.0, 1e10, 0.0, key=f"{key}-gas", format="%.0f"),
        }
    for label, path, default in (
        (_("Investment, 10,000 yuan"), "investment_wan_yuan", 0.0),
        (_("Output, 10,000 yuan"), "output_wan_yuan", 0.0),
        (_("Tax, 10,000 yuan"), "tax_wan_yuan", 0.0),
        (_("Value added, 10,000 yuan"), "value_added_wan_yuan", 0.0),
    ):
        value = (left if path.startswith(("inv", "tax")) else right).number_input(
            label, 0.0, 1e9, default, key=f"{key}-{path}", format="%.0f"
        )
        if value > 0:
            fields[path] = value
    if st.button(_("Use this project"), key=f"{key}-use", type="primary"):
        return project_from(fields, place=name)
    return None


def slug(name: str) -> str:
    """An id from a name: what a person wrote, without what a reference may not hold."""
    return "-".join(name.split())[:60] or "project"
