"""Parameters on the administrator's page: the rows that decide, the history of one, and what may be done with it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from planner.desk.desk import Desk
from planner.parameters.changes import ParameterNeeded, Wish
from planner.parameters.sound import LONGEST
from planner.parameters.tables import TABLES, columns
from planner.ui import tables
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.parameter_fields import field, for_all, new_fields, signed
from planner.ui.refusals import guarded
from planner.ui.row_words import HEADS, STATUSES, TABLE_TITLES, cell_word, row_titles, unit_word
from planner.ui.session import _, forget_key, named, request_key, said, signer

FLASH = "parameters-flash"
# Columns that the list leaves to the history and the form.
LEFT_OUT = frozenset({"title", "name", "note", "low", "high", "options", "unit"})


def show(at: Desk) -> None:
    """The rows of a table; one chosen opens its history and what may be done with it."""
    if told := st.session_state.pop(FLASH, None):
        st.success(told, icon=":material/check:")
    left, right = st.columns([1, 3])
    table = left.selectbox(_("Table"), list(TABLES), format_func=lambda name: _(TABLE_TITLES[name]),
                           key="parameters-kind")
    word = right.text_input(_("Search"), key="parameters-search").lower()
    parameters = at.parameters
    titles = row_titles(table, parameters)
    rows = [(row["name"], printed(table, row["name"], titles, row["row"])) for row in at.parameter_rows(table)]
    rows = [(name, cells) for name, cells in rows if word in " ".join(map(str, cells.values())).lower()]
    frame = pd.DataFrame([cells for _name, cells in rows])
    chosen = tables.choice(frame, key=f"parameters-table-{table}")
    st.caption(_("Parameters {version}: {count} names with the row in force today. Choose one to see its history.",
                 version=parameters.version, count=len(frame)))
    with st.container(horizontal=True):
        csv_button(frame, table, key="parameters-csv")
        xlsx_button(frame, table, key="parameters-xlsx")
    if chosen is not None:
        one(at, table, rows[chosen][0], titles)
    else:
        with st.expander(_("A row of a new name")):
            guarded(added)(at, table)


def printed(table: str, name: str, titles: dict[str, str], row: dict[str, Any] | None) -> dict[str, object]:
    """A row as a person reads it."""
    title = titles.get(name)
    return {_("Name"): f"{title} ({name})" if title else name, **figures(table, row)}


def figures(table: str, row: dict[str, Any] | None) -> dict[str, object]:
    """What a row says, a column each: its number with the unit, then the rest, its days, how sure it is and why."""
    said, shape = row or {}, TABLES[table]
    cells: dict[str, object] = {}
    if shape.number:
        cells = {_("Value"): said.get("value"), _("Unit"): unit_word(said.get("unit", ""))}
    elif "unit" in columns(table):
        cells = {_("Unit"): unit_word(said.get("unit", ""))}
    for column, hint in columns(table).items():
        if column not in (*shape.names, *LEFT_OUT, shape.number):
            cells[_(HEADS[column])] = cell_word(said.get("columns", {}).get(column), hint)
    return cells | {
        _("From"): said.get("valid_from") or "", _("To"): said.get("valid_to") or "",
        _("Status"): _(STATUSES[said["status"]]) if said else "", _("Source"): named(said.get("source", "")),
    }


def one(at: Desk, table: str, name: str, titles: dict[str, str]) -> None:
    """The history of one name; a new row for it, its end, and those made here to take back."""
    rows = at.parameter_history(name, table)
    frame = pd.DataFrame([history(table, row) for row in rows])
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    left.markdown(f"**{titles.get(name, name)}** · {_('History')}")
    with right:
        xlsx_button(frame, "history", key="parameters-history-xlsx")
    tables.table(frame, most=len(rows))
    last = next((row for row in reversed(rows) if row["in_force"]), rows[-1])
    left, right = st.columns([2, 1], gap="medium")
    with left:
        guarded(new_row)(at, table, name, last)
    with right:
        if TABLES[table].needed and any(row["id"] is None for row in rows):
            st.caption(said(ParameterNeeded(name=titles.get(name, name)).text))  # what the desk would answer
        else:
            guarded(ended)(at, table, name)
        made = {row["id"]: row for row in rows if row["id"] and not row["taken_back"]}
        if made:
            guarded(take_back)(at, made)


def history(table: str, row: dict[str, Any]) -> dict[str, object]:
    """A row of the history as printed."""
    back = row["taken_back"]
    state = _("✕ taken back") if back else _("● in force") if row["in_force"] else "○"
    state = f"{state} · {_('holds no more')}" if row["ends"] else state
    who = f"{named(row['actor'])}: {named(row['reason'])}" if row["id"] else _("the planner's own")
    return {
        _("Row"): row["id"] or "", _("In force"): state, **figures(table, row), _("Added by"): who,
        _("Taken back by"): f"{named(back['actor'])}: {named(back['reason'])}" if back else "",
    }


def new_row(at: Desk, table: str, name: str, last: dict[str, Any]) -> None:
    """What a new row says; the row before it stays."""
    with st.form(f"parameter-{table}-{name}", border=True):
        st.caption(_("A new row holds from its first day; the one before it keeps the days before, and what was "
                     "decided stays decided."))
        values = new_fields(table, last)
        about = for_all(at.today())
        reason, actor = signed("parameter")
        if not st.form_submit_button(_("Add the row"), type="primary"):
            return
        wish = Wish(name, values, *about)
        answer = at.change_parameter(wish, table=table, reason=reason, actor=actor,
                                     key=request_key("parameter", f"{table}|{wish}|{reason}"))
        done("parameter", actor, _("Row {id} of {name} holds from {day}.", id=answer["id"], name=name,
                                   day=answer["valid_from"]))


def added(at: Desk, table: str) -> None:
    """A row under a name of its own."""
    with st.form(f"parameter-new-{table}", border=False):
        values: dict[str, Any] = {}
        places = st.columns(3)
        for n, (column, hint) in enumerate(columns(table).items()):
            with places[n % 3]:
                values[column] = field(column, hint, None, key="parameter-new")
        about = for_all(at.today(), key="parameter-new")
        reason, actor = signed("parameter-new")
        if not st.form_submit_button(_("Add the row"), type="primary"):
            return
        wish = Wish("", {column: value for column, value in values.items() if value not in (None, "")}, *about)
        answer = at.add_parameter(wish, table=table, reason=reason, actor=actor,
                                  key=request_key("parameter-new", f"{table}|{wish}|{reason}"))
        done("parameter-new", actor, _("Row {id} of {name} holds from {day}.", id=answer["id"], name=answer["name"],
                                       day=answer["valid_from"]))


def ended(at: Desk, table: str, name: str) -> None:
    """A name that holds no more from a day on."""
    with st.form(f"parameter-end-{table}-{name}", border=True):
        first = st.date_input(_("Holds no more from"), value=at.today(), format="YYYY-MM-DD", key="parameter-end-from")
        source = st.text_input(_("Source"), max_chars=LONGEST, key="parameter-end-source")
        reason, actor = signed("parameter-end")
        if not st.form_submit_button(_("End it")):
            return
        key = request_key("parameter-end", f"{table}|{name}|{first}|{source}|{reason}")
        answer = at.end_parameter(name, first=first, source=source, table=table, reason=reason, actor=actor, key=key)
        done("parameter-end", actor, _("{name} holds no more from {day} (row {id}).", id=answer["id"], name=name,
                                       day=answer["valid_from"]))


def take_back(at: Desk, made: dict[str, dict[str, Any]]) -> None:
    """Undo: a change that was made here is taken back, and stays in the history."""
    with st.form("parameter-back", border=True):
        id = st.selectbox(_("Take back"), list(made), key="parameter-back-id",
                          format_func=lambda id: f"{id}: {made[id]['valid_from']}" + (
                              f", {made[id]['value']:g} {unit_word(made[id]['unit'])}"
                              if made[id]["value"] is not None else ""))
        reason = st.text_input(_("Reason"), max_chars=LONGEST, key="parameter-back-reason")
        actor = signer("parameter-back-actor")
        if not st.form_submit_button(_("Take it back")):
            return
        key = request_key("parameter-back", f"{id}|{reason}")
        at.take_parameter_back(str(id), reason=reason, actor=actor, key=key)
        done("parameter-back", actor, _("Row {id} was taken back.", id=id))


def done(purpose: str, actor: str, told: str) -> None:
    """The act was answered: the page is drawn anew and says so."""
    forget_key(purpose)
    st.session_state["actor"] = actor
    st.session_state[FLASH] = told
    st.rerun()
