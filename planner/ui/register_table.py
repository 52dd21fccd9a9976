"""The table of a register: what a person looks for first, and the row that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from planner.desk.registers import verdict
from planner.registers.rows import STOCK_KINDS
from planner.registers.scene import Checked
from planner.text import N_
from planner.ui import look
from planner.ui.session import _, named
from planner.ui.tables import choice
from planner.units import ha, mu, rounded

ROW = 27


@dataclass(frozen=True)
class Shown:
    """One column of the table: its title, the cell of a row, and how a figure is printed."""

    title: str
    cell: Callable[[Checked], Any]
    form: str | None = None


def _mu(one: Checked) -> float | None:
    return None if one.joined.area_m2 is None else float(rounded(mu(one.joined.area_m2), 2))


def _figure(name: str) -> Callable[[Checked], Any]:
    return lambda one: one.figures.get(name)


def _day(name: str) -> Callable[[Checked], Any]:
    def cell(one: Checked) -> str | None:
        value = one.figures.get(name)
        return value.isoformat() if isinstance(value, date) else None

    return cell


def _percent(name: str, places: int) -> Callable[[Checked], Any]:
    def cell(one: Checked) -> float | None:
        value = one.figures.get(name)
        return None if value is None else float(rounded(value * 100, places))

    return cell


def _ha(name: str) -> Callable[[Checked], Any]:
    def cell(one: Checked) -> float | None:
        value = one.figures.get(name)
        return None if value is None else float(rounded(ha(value), 4))

    return cell


_AREA = Shown(N_("Area, mu"), _mu, "%.2f")
COLUMNS: Mapping[str, Sequence[Shown]] = {
    "tracts": (
        _AREA,
        Shown(N_("Public-benefit share, %"), _percent("public_share", 2), "%.2f"),
        Shown(N_("Public-benefit land, ha"), _ha("public_m2"), "%.4f"),
        Shown(N_("Use not known, ha"), _ha("unplanned_m2"), "%.4f"),
    ),
    "temporary": (
        Shown(N_("Last day"), _day("last_day")),
        Shown(N_("Days left"), _figure("left_days"), "%d"),
        Shown(N_("Restore by"), _day("restore_by")),
        Shown(N_("Days overdue"), _figure("overdue_days"), "%d"),
        _AREA,
        Shown(N_("Quota booked, ha"), _ha("quota_m2"), "%.4f"),
    ),
    "stock": (
        Shown(N_("Kind"), lambda one: _(STOCK_KINDS[one.row.kind])),  # type: ignore[attr-defined]
        _AREA,
        Shown(N_("Quota saved, ha"), _ha("saves_m2"), "%.4f"),
        Shown(N_("Quota asked, ha"), _ha("asks_m2"), "%.4f"),
        Shown(N_("Idle since"), _day("idle_since")),
    ),
    "contracts": (
        _AREA,
        Shown(N_("Investment promised, %"), _percent("investment_promised_share", 0), "%.0f"),
        Shown(N_("Investment reached, %"), _percent("investment_reached_share", 0), "%.0f"),
        Shown(N_("Output promised, %"), _percent("output_promised_share", 0), "%.0f"),
        Shown(N_("Output reached, %"), _percent("output_reached_share", 0), "%.0f"),
        Shown(N_("Tax promised, %"), _percent("tax_promised_share", 0), "%.0f"),
        Shown(N_("Tax reached, %"), _percent("tax_reached_share", 0), "%.0f"),
        Shown(N_("Exit from"), _day("exit_on")),
    ),
}


def frame_of(name: str, found: Sequence[Checked]) -> pd.DataFrame:
    """The rows of a register as a person reads them, worst first."""
    return pd.DataFrame(
        {
            _("Verdict"): [look.plain_chip(verdict(one)) for one in found],
            _("Number"): [one.row.id for one in found],
            _("Name"): [named(one.row.name) for one in found],
            **{_(column.title): [column.cell(one) for one in found] for column in COLUMNS[name]},
            _("Sub-park"): [one.row.park for one in found],
        }
    )


def table(name: str, found: Sequence[Checked], *, height: int, click: tuple[int, str] | None) -> Checked | None:
    """The table; the row that is chosen, else the first. A new ``click`` on the map (its number, the row's id) chooses
    its row as one on the table does."""
    if not found:
        return None
    ids = [one.row.id for one in found]
    last: tuple[int, str] | None = st.session_state.get(f"register-click-{name}")
    if click is not None and click[1] in ids and click != last:
        last = st.session_state[f"register-click-{name}"] = click
    # A table that has been drawn keeps its choice: one that opens with another is another table.
    chosen = ids.index(last[1]) if last is not None and last[1] in ids else None
    forms = {_(column.title): column.form for column in COLUMNS[name] if column.form}
    shown = {title: st.column_config.NumberColumn(format=form) for title, form in forms.items()}
    picked = choice(
        frame_of(name, found),
        key=f"register-table-{name}-{last[0] if last else 0}",
        height=height,
        row_height=ROW,
        selection_default=None if chosen is None else {"selection": {"rows": [chosen]}},
        column_config=shown,
        placeholder="",
    )
    return found[picked or 0]
