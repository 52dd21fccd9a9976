"""Projects against quotas: which of them each project meets, nears or breaks, and in which year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.matrix import Cell
from planner.figures import figure
from planner.ui import look
from planner.ui.exports import csv_button
from planner.ui.review.shown import Shown, followed
from planner.ui.session import _, named, said
from planner.ui.tables import table
from planner.verdict import Verdict
from planner.webmap.style import LOOKS

WIDE = 166


def cells_of(shown: Shown) -> Mapping[str, Mapping[str, Cell]]:
    """The matrix of a state of the queue, thought out once."""
    known: dict[str, Mapping[str, Mapping[str, Cell]]] = st.session_state.setdefault("matrices", {})
    if shown.mark not in known:
        known.clear()
        known[shown.mark] = shown.asked.matrix()
    return known[shown.mark]


def nearly_used_up(shown: Shown, id_: str) -> str:
    """The budgets that a project brings close to their end, with the first year of each."""
    return ", ".join(f"{said(quota_title(quota, shown.asked.parameters))} {cell.year}"
                     for quota, cell in cells_of(shown).get(id_, {}).items() if cell.verdict == Verdict.WARN)


def matrix_table(shown: Shown) -> None:
    """The table and its file."""
    cells, after, parameters = cells_of(shown), shown.after, shown.asked.parameters
    only_followed = {row.quota for row in after.balance if followed(row)}
    quotas = [quota.cap_key for quota in parameters.quotas
              if quota.cap_key not in only_followed and any(quota.cap_key in row for row in cells.values())]
    rows = [[named(project.name or project.id), *(said_cell(cells.get(project.id, {}).get(quota)) for quota in quotas)]
            for project in after.projects]
    frame = pd.DataFrame(rows, columns=[_("Project"), *(said(quota_title(quota, parameters)) for quota in quotas)])
    table(frame, most=16, key="matrix", column_config={
        name: st.column_config.TextColumn(pinned=not at_, width=WIDE) for at_, name in enumerate(frame.columns)})
    csv_button(frame, "matrix", key="csv-matrix")


def said_cell(cell: Cell | None) -> str:
    """A cell in words: the verdict; or, where it is short, from which year and by how much."""
    if cell is None:
        return ""
    if cell.short_by is None:
        return look.plain_chip(cell.verdict)
    return _("{sign} {year}: short {amount}", sign=LOOKS[cell.verdict].sign, year=cell.year,
             amount=said(figure(cell.short_by, cell.unit)))
