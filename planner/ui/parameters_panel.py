"""Parameters on the administrator's page: the rows that decide, the history of one, a new row from a day on."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, get_args

import pandas as pd
import streamlit as st

from planner.desk.desk import Desk
from planner.parameters import Status
from planner.parameters.changes import LONGEST, TABLES, Wish, address, rows_of
from planner.text import N_
from planner.ui.exports import xlsx_button
from planner.ui.refusals import guarded
from planner.ui.session import _, forget_key, named, request_key, signer

TITLES = {
    "coefficients": N_("Coefficients"), "rules": N_("Rules"), "review": N_("Energy review"),
    "relief_costs": N_("Unit costs"), "register_rules": N_("Rules of registers"), "grades": N_("Grades"),
    "case_terms": N_("Terms of cases"), "quotas": N_("Quotas"), "deductions": N_("Deductions"),
}
STATUSES = {
    "verified": N_("verified"), "unverified": N_("unverified"), "inferred": N_("inferred"),
    "illustrative": N_("illustrative"),
}
COLUMNS = {
    "quota": N_("Name"), "deduction": N_("Name"), "unit": N_("Unit"), "valid_from": N_("From"), "valid_to": N_("To"),
    "status": N_("Status"), "source": N_("Source"),
}
ROW, FLASH = 28, "parameters-flash"


def show(at: Desk) -> None:
    """The rows of a table; one chosen opens its history and the form of a new row."""
    if told := st.session_state.pop(FLASH, None):
        st.success(told, icon=":material/check:")
    left, right = st.columns([1, 3])
    table = left.selectbox(_("Table"), list(TITLES), format_func=lambda name: _(TITLES[name]), key="parameters-kind")
    word = right.text_input(_("Search"), key="parameters-search")
    if table not in TABLES:
        plain(at, table, word)
        return
    titles = {address(table, row): _(row.title) for row in rows_of(at.parameters, table) if hasattr(row, "title")}
    rows = at.parameter_rows(table)
    if word:
        rows = [row for row in rows
                if word.lower() in f"{row['name']} {titles.get(row['name'], '')} {row['row'] or ''}".lower()]
    frame = pd.DataFrame([printed(row["name"], titles, row["row"]) for row in rows])
    picked = st.dataframe(
        frame, hide_index=True, row_height=ROW, height=ROW * (min(len(frame), 8) + 1) + 12, on_select="rerun",
        selection_mode="single-row", key=f"parameters-table-{table}",
    )
    st.caption(_("Parameters {version}: {count} names with the row in force today. Choose one to see its history.",
                 version=at.parameters.version, count=len(frame)))
    xlsx_button(frame, table, key="parameters-xlsx")
    chosen = picked["selection"]["rows"] if picked else []
    if chosen and chosen[0] < len(rows):
        one(at, table, rows[chosen[0]]["name"], titles)


def printed(name: str, titles: dict[str, str], row: dict[str, Any] | None) -> dict[str, object]:
    """A row as a person reads it."""
    title = titles.get(name)
    return {_("Name"): f"{title} ({name})" if title else name, **figures(row or {})}


def figures(row: dict[str, Any]) -> dict[str, object]:
    return {
        _("Value"): row.get("value"), _("Unit"): row.get("unit", ""), _("From"): row.get("valid_from") or "",
        _("To"): row.get("valid_to") or "", _("Status"): _(STATUSES[row["status"]]) if row else "",
        _("Source"): named(row.get("source", "")),
    }


def one(at: Desk, table: str, name: str, titles: dict[str, str]) -> None:
    """The history of one name, a new row for it, and those added here to take back."""
    rows = at.parameter_history(name, table)
    st.markdown(f"**{titles.get(name, name)}** · {_('History')}")
    st.dataframe(pd.DataFrame([history(row) for row in rows]), hide_index=True, row_height=ROW,
                 height=ROW * (len(rows) + 1) + 12)
    left, right = st.columns([2, 1], gap="medium")
    last = next((row for row in reversed(rows) if row["in_force"]), rows[-1])
    with left:
        guarded(new_row)(at, table, name, last)
    added = {row["id"]: row for row in rows if row["id"] and not row["taken_back"]}
    if added:
        with right:
            guarded(take_back)(at, added)


def history(row: dict[str, Any]) -> dict[str, object]:
    """A row of the history as printed."""
    back = row["taken_back"]
    state = _("● in force") if row["in_force"] else _("✕ taken back") if back else "○"
    who = f"{row['actor']}: {row['reason']}" if row["id"] else _("the planner's own")
    return {
        _("Row"): row["id"] or "", _("In force"): state, **figures(row), _("Added by"): who,
        _("Taken back by"): f"{back['actor']}: {back['reason']}" if back else "",
    }


def new_row(at: Desk, table: str, name: str, last: dict[str, Any]) -> None:
    """What a new row says; the row before it stays."""
    with st.form(f"parameter-{table}-{name}", border=True):
        st.caption(_("A new row holds from its first day; the one before it keeps the days before, and what was "
                     "decided stays decided."))
        first, second, third, fourth = st.columns([1.2, 1, 1, 1])
        value = first.number_input(_("New value, {unit}", unit=last["unit"]), value=float(last["value"]), format="%f",
                                   step=None, key="parameter-value")
        since = second.date_input(_("From"), value=at.today(), format="YYYY-MM-DD", key="parameter-from")
        until = third.date_input(_("To (empty: open)"), value=None, format="YYYY-MM-DD", key="parameter-to")
        status = fourth.selectbox(_("Status"), get_args(Status), index=1, key="parameter-status",
                                  format_func=lambda word: _(STATUSES[word]))
        low = high = None
        if "low" in last:
            left, right = st.columns(2)
            low = left.number_input(_("Least, as the source states"), value=None, format="%f", key="parameter-low")
            high = right.number_input(_("Most, as the source states"), value=None, format="%f", key="parameter-high")
        source = st.text_input(_("Source"), max_chars=LONGEST, key="parameter-source")
        left, right = st.columns([2, 1])
        reason = left.text_input(_("Reason"), max_chars=LONGEST, key="parameter-reason")
        with right:
            actor = signer("parameter-actor")
        if not st.form_submit_button(_("Add the row"), type="primary"):
            return
        wish = Wish(name, value, str(last["unit"]), _day(since, at.today()), source, status,
                    _day(until, None), low, high)
        key = request_key("parameter", f"{table}|{wish}|{reason}")
        answer = at.change_parameter(wish, table=table, reason=reason, actor=actor, key=key)
        forget_key("parameter")
        st.session_state["actor"] = actor
        st.session_state[FLASH] = _("Row {id} of {name} holds from {day}.", id=answer["id"], name=name,
                                    day=answer["valid_from"])
        st.rerun()


def take_back(at: Desk, added: dict[str, dict[str, Any]]) -> None:
    """Undo: a row that was added here is taken back, and stays in the history."""
    with st.form("parameter-back", border=True):
        id = st.selectbox(_("Take back"), list(added), key="parameter-back-id", format_func=lambda id: (
            f"{id}: {added[id]['value']:g} {added[id]['unit']}, {added[id]['valid_from']}"))
        reason = st.text_input(_("Reason"), max_chars=LONGEST, key="parameter-back-reason")
        actor = signer("parameter-back-actor")
        if not st.form_submit_button(_("Take it back")):
            return
        key = request_key("parameter-back", f"{id}|{reason}")
        at.take_parameter_back(str(id), reason=reason, actor=actor, key=key)
        forget_key("parameter-back")
        st.session_state[FLASH] = _("Row {id} was taken back.", id=id)
        st.rerun()


def _day(given: Any, otherwise: Any) -> Any:
    return given if isinstance(given, date) else otherwise


def plain(at: Desk, table: str, word: str) -> None:
    """A table whose rows have no number to change: as it comes with the planner."""
    rows = getattr(at.parameters, table)
    named = [field.name for field in fields(rows[0])] if rows else []
    shown = [name for name in named if name in COLUMNS]
    frame = pd.DataFrame([[_cell(name, getattr(row, name)) for name in shown] for row in rows],
                         columns=[_(COLUMNS[name]) for name in shown])
    if word and len(frame):
        frame = frame[frame.apply(lambda row: row.str.contains(word, case=False, regex=False).any(), axis=1)]
    st.dataframe(frame, hide_index=True, height=420, key="parameters-table")
    xlsx_button(frame, table, key="parameters-xlsx")


def _cell(name: str, value: object) -> str:
    if name == "status":
        return _(STATUSES[str(value)])
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
