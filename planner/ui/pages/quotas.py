"""The book's page: what stands in every account, what runs out first, and the entries behind a figure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.desk.desk import Desk
from planner.figures import quota_figure
from planner.parameters import Parameters
from planner.quota.accounts import Account
from planner.quota.balances import AccountBalance
from planner.quota.entries import Entry
from planner.quota.journal import FORMS
from planner.text import N_
from planner.ui import accounts_matrix, facts_panel, look, lots_panel
from planner.ui.account_entries import BUCKETS, account_rows, show_rows
from planner.ui.exports import CSV, XLSX, csv_button, csv_bytes, csv_file, xlsx_button, xlsx_bytes, xlsx_file
from planner.ui.refusals import guarded
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
WHOLE_FROM = 1000.0
PAGE = 200  # entries of an account that are shown at once


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
        first = first_to_go(at.parameters, rows, at.today().year)
        look.html(f'<div class="head" style="border-color:#1f4e79">{look.escape(first)}</div>')
    if part == "lots":
        lots_panel.show(at, park)
    elif part == "figures":
        facts_panel.show(at)
    else:
        accounts(at, rows, park)


@st.fragment
@guarded
def accounts(at: Desk, rows: Sequence[AccountBalance], park: str) -> None:
    """The matrix with its bars, and the entries behind the cell that was pressed."""
    left, right = st.columns([2.4, 4], vertical_alignment="center")
    what = left.segmented_control(
        _("Figure"),
        list(FIGURES),
        format_func=lambda name: _(FIGURES[name]),
        default="free",
        required=True,
        key="quotas-figure",
        label_visibility="collapsed",
    )
    with right:
        accounts_matrix.legend([_(word) for word in BUCKETS.values()])
    parameters = at.parameters  # read once: each reading asks the workspace for what it changed of them
    known = {quota.quota for quota in parameters.quotas if quota.ledger} & {row.quota for row in rows}
    labels = {quota.quota: label(parameters, quota.quota) for quota in parameters.quotas if quota.quota in known}
    cells = {(row.quota, row.year): cell(parameters, row, what or "free") for row in rows if row.quota in labels}
    accounts_matrix.show(labels, sorted({row.year for row in rows}), cells)
    with st.container(horizontal=True):
        whole = pd.DataFrame([account_row(parameters, row) for row in rows])
        csv_button(whole, f"quotas-{park}", key="csv-quotas")
        xlsx_button(whole, f"quotas-{park}", key="xlsx-quotas")
        for form in FORMS:
            journal_button(at, form)
    chosen = accounts_matrix.chosen(cells)
    if chosen:
        standing = next(row for row in rows if (row.quota, row.year) == chosen)
        history(at, parameters, park, standing)
    else:
        st.caption(_("Choose a cell: the entries behind it stand here."))


def cell(parameters: Parameters, row: AccountBalance, what: str) -> accounts_matrix.Cell:
    """One account as a cell: a figure, and under it opened, reserved, committed and free as parts of the grant."""
    parts = tuple(amount(parameters, row, bucket) for bucket in BUCKETS)
    return accounts_matrix.Cell(printed(amount(parameters, row, what)), parts, amount(parameters, row, "granted"))


def printed(value: float) -> str:
    """A figure of a cell: whole where it is long."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:,.2f}"


def account_row(parameters: Parameters, row: AccountBalance) -> dict[str, object]:
    """One account with all its figures, for the tables that are handed out."""
    quota = parameters.quota(row.quota)
    return {
        _("Quota"): said(quota_title(row.quota, parameters)), _("Year"): row.year,
        _("Unit"): _(UNITS.get(quota.unit, quota.unit)) if quota else "",
        **{_(FIGURES[name]): amount(parameters, row, name) for name in FIGURES},
    }


def amount(parameters: Parameters, row: AccountBalance, name: str) -> float:
    """A figure of an account as a person reads it: land in hectares, the rest in the quota's own unit."""
    quota = parameters.quota(row.quota)
    unit = quota.unit if quota else "kg"
    value = shown(getattr(row, name), unit)
    return float(ha(value)) if unit == "m2" else value


def label(parameters: Parameters, name: str) -> str:
    """The printed name of a quota with its unit."""
    quota = parameters.quota(name)
    unit = UNITS.get(quota.unit, quota.unit) if quota else ""
    return f"{said(quota_title(name, parameters))}, {_(unit)}"


def first_to_go(parameters: Parameters, rows: Sequence[AccountBalance], year: int) -> str:
    """What runs out first from a year on, and when."""
    ahead = [row for row in rows if row.year >= year and row.granted > 0]
    if not ahead:
        return _("No account for {year} or later: ask for the grants.", year=year)
    gone = [row for row in ahead if row.free <= 0]
    row = (
        min(gone, key=lambda one: one.year) if gone else min(ahead, key=lambda one: (one.free / one.granted, one.year))
    )
    quota = parameters.quota(row.quota)
    unit = quota.unit if quota else "kg"
    return _(
        "Runs out first: {quota} {year}, free {free} of {granted}",
        quota=quota_title(row.quota, parameters),
        year=row.year,
        free=quota_figure(shown(row.free, unit), unit),
        granted=quota_figure(shown(row.granted, unit), unit),
    )


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


def history(at: Desk, parameters: Parameters, park: str, standing: AccountBalance) -> None:
    """The entries that made one account what it is, newest last: a page of them, the files with all."""
    quota, year = standing.quota, standing.year
    account = Account(park, quota, year)
    count, first = at.count_entries(account), f"entries-before-{quota}-{year}"
    before: int | None = st.session_state.get(first)
    entries = at.entries(account=account, before=before, last=PAGE)
    frame = _frame(at, parameters, entries, account)
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    made_of = [f"{_(FIGURES[name])} {printed(amount(parameters, standing, name))}" for name in FIGURES]
    made_of.append(_("{count} entries", count=count))
    left.markdown(f"**{label(parameters, quota)} {year}** · {' · '.join(made_of)}")

    def whole() -> pd.DataFrame:
        return _frame(at, parameters, at.entries(account=account), account)

    with right, st.container(horizontal=True):
        name = f"entries-{quota}-{year}"
        csv_file(_(CSV), lambda: csv_bytes(whole()), name=name, key="csv-entries")
        xlsx_file(_(XLSX), lambda: xlsx_bytes(whole(), name), name=name, key="xlsx-entries")
    show_rows(frame)
    if count > PAGE and entries:
        _pages(first, entries, before)


def _pages(first: str, entries: Sequence[Entry], before: int | None) -> None:
    """What is shown of a long account, and the way to what is older."""

    def turn(to: int | None) -> None:
        st.session_state[first] = to

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Entries {first} to {last} of the book", first=entries[0].seq, last=entries[-1].seq))
        st.button(_("Older"), key="entries-older", on_click=turn, args=(entries[0].seq,), type="tertiary",
                  disabled=len(entries) < PAGE)
        st.button(_("Newest"), key="entries-newest", on_click=turn, args=(None,), type="tertiary",
                  disabled=before is None)


def _frame(at: Desk, parameters: Parameters, entries: Sequence[Entry], account: Account) -> pd.DataFrame:
    row = parameters.quota(account.quota)
    undone = at.book.standing().undone
    return pd.DataFrame(account_rows(entries, account, row.unit if row else "kg", undone))
