"""The book's page: what stands in every account, what runs out first, and the entries behind a figure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.desk.desk import Desk
from planner.figures import quota_figure
from planner.quota.balances import AccountBalance
from planner.quota.journal import FORMS
from planner.text import N_
from planner.ui import charts, facts_panel, look, lots_panel
from planner.ui.account_entries import BUCKETS, account_rows, show_rows
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.session import _, desk, said
from planner.units import ha, shown

FIGURES = {
    "free": N_("Free"),
    "granted": N_("Granted"),
    "opened": N_("Opened"),
    "reserved": N_("Reserved"),
    "committed": N_("Committed"),
}
PARTS = {"accounts": N_("Accounts"), "lots": N_("Lots of restored land"), "figures": N_("Figures of the park")}
UNITS = {"m2": N_("ha"), "kg": N_("kg"), "tce": N_("tce"), "tco2": N_("tCO2")}  # land is shown in hectares
ROW = 28


def show() -> None:
    """The page."""
    at = desk()
    parks = at.park_codes()
    if not parks:
        st.info(_("The book has no account yet."))
        return
    left, middle, right = st.columns([1, 2.4, 4], vertical_alignment="bottom")
    park = left.selectbox(_("Park"), parks, key="quotas-park")
    part = middle.segmented_control(
        _("Part"),
        list(PARTS),
        format_func=lambda name: _(PARTS[name]),
        default="accounts",
        required=True,
        key="quotas-part",
    )
    rows = at.balances(park)
    with right:
        look.html(f'<div class="head" style="border-color:#1f4e79">{look.escape(first_to_go(at, rows))}</div>')
    if part == "lots":
        lots_panel.show(at, park)
    elif part == "figures":
        facts_panel.show(at)
    else:
        accounts(at, rows, park)


def accounts(at: Desk, rows: Sequence[AccountBalance], park: str) -> None:
    """The matrix of one figure, the entries behind a cell, and every account as bars."""
    what = st.segmented_control(
        _("Figure"),
        list(FIGURES),
        format_func=lambda name: _(FIGURES[name]),
        default="free",
        required=True,
        key="quotas-figure",
        label_visibility="collapsed",
    )
    matrix(at, rows, park, what or "free")
    pictures(at, rows)


def amount(at: Desk, row: AccountBalance, name: str) -> float:
    """A figure of an account as a person reads it: land in hectares, the rest in the quota's own unit."""
    quota = at.parameters.quota(row.quota)
    unit = quota.unit if quota else "kg"
    value = shown(getattr(row, name), unit)
    return float(ha(value)) if unit == "m2" else value


def label(at: Desk, name: str) -> str:
    """The printed name of a quota with its unit."""
    quota = at.parameters.quota(name)
    unit = UNITS.get(quota.unit, quota.unit) if quota else ""
    return f"{said(quota_title(name, at.parameters))}, {_(unit)}"


def first_to_go(at: Desk, rows: Sequence[AccountBalance]) -> str:
    """What runs out first from this year on, and when."""
    ahead = [row for row in rows if row.year >= at.today().year and row.granted > 0]
    if not ahead:
        return _("No account for {year} or later: ask for the grants.", year=at.today().year)
    gone = [row for row in ahead if row.free <= 0]
    row = (
        min(gone, key=lambda one: one.year) if gone else min(ahead, key=lambda one: (one.free / one.granted, one.year))
    )
    quota = at.parameters.quota(row.quota)
    unit = quota.unit if quota else "kg"
    return _(
        "Runs out first: {quota} {year}, free {free} of {granted}",
        quota=quota_title(row.quota, at.parameters),
        year=row.year,
        free=quota_figure(shown(row.free, unit), unit),
        granted=quota_figure(shown(row.granted, unit), unit),
    )


def matrix(at: Desk, rows: Sequence[AccountBalance], park: str, what: str) -> None:
    """Quota by year; a cell opens its entries."""
    names = list(dict.fromkeys(quota.quota for quota in at.parameters.quotas if quota.ledger))
    years = sorted({row.year for row in rows})
    standing = {(row.quota, row.year): row for row in rows}
    names = [name for name in names if any((name, year) in standing for year in years)]
    table = pd.DataFrame(
        [
            [amount(at, standing[name, year], what) if (name, year) in standing else None for year in years]
            for name in names
        ],
        index=[label(at, name) for name in names],
        columns=[str(year) for year in years],
        dtype="Float64",
    )
    picked = st.dataframe(
        table.style.map(
            lambda value: "color: #c8442b; font-weight: 600" if pd.notna(value) and value < 0 else ""
        ).format("{:,.2f}", na_rep="-"),
        height=ROW * (len(names) + 1) + 12,
        row_height=ROW,
        on_select="rerun",
        selection_mode="single-cell",
        key="matrix",
        placeholder="",
        column_config={"_index": st.column_config.TextColumn(_("Quota"), width=260)},
    )
    with st.container(horizontal=True):
        whole = table.reset_index(names=_("Quota"))
        csv_button(whole, f"quotas-{what}", key="csv-quotas")
        xlsx_button(whole, f"quotas-{what}", key="xlsx-quotas")
        for form in FORMS:
            journal_button(at, form)
    cells = picked["selection"]["cells"] if picked else []
    if cells:
        row, year = cells[0]
        history(at, park, names[row], int(year) if str(year).isdigit() else years[0])
    else:
        st.caption(_("Choose a cell: the entries behind it stand here."))


def journal_button(at: Desk, form: str) -> None:
    """Hand out the whole book for an outside auditor; written when it is clicked."""
    st.download_button(
        _("Journal ({form})", form=form),
        lambda: at.journal(form).encode(),
        file_name=f"book.{form}",
        mime="text/plain",
        key=f"journal-{form}",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def history(at: Desk, park: str, quota: str, year: int) -> None:
    """The entries that made one account what it is, newest last."""
    row = at.parameters.quota(quota)
    rows = account_rows(at.entries(), park, quota, year, row.unit if row else "kg")
    frame = pd.DataFrame(rows)
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.markdown(f"**{label(at, quota)} {year}** · {_('{count} entries', count=len(frame))}")
    with right, st.container(horizontal=True):
        csv_button(frame, f"entries-{quota}-{year}", key="csv-entries")
        xlsx_button(frame, f"entries-{quota}-{year}", key="xlsx-entries")
    show_rows(frame, ROW * (min(len(frame), 8) + 1) + 12, ROW)


def pictures(at: Desk, rows: Sequence[AccountBalance]) -> None:
    """Every account as bars: opened, reserved, committed, free."""
    order = [_(word) for word in BUCKETS.values()]
    look.html(
        '<div class="bar">'
        + "".join(
            f'<span><i class="box" style="background:{colour}"></i> {look.escape(word)}</span>'
            for word, colour in zip(order, charts.BUCKET_COLOURS, strict=True)
        )
        + "</div>"
    )
    names = list(dict.fromkeys(row.quota for row in rows))
    for start in range(0, len(names), 3):
        for place, name in zip(st.columns(3), names[start : start + 3], strict=False):
            values = [
                {"year": str(row.year), "bucket": _(BUCKETS[bucket]), "amount": amount(at, row, bucket)}
                for row in rows
                if row.quota == name
                for bucket in BUCKETS
            ]
            chart = charts.accounts(values, order, title=label(at, name), height=130)
            place.vega_lite_chart(chart, key=f"accounts-{name}")
