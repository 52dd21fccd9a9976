"""The fields in which a row of parameters is stated: one for each column, as its type wants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

import streamlit as st

from planner.parameters import Status
from planner.parameters.cells import choices, written
from planner.parameters.sound import LONGEST
from planner.parameters.tables import TABLES, columns, editable
from planner.ui.row_words import HEADS, STATUSES, choice_word, unit_word
from planner.ui.session import _, signer

FORMAT = "%.10g"
PRINTED = ("title", "name")
WIDE = frozenset({"note", "options", "states"})


def new_fields(table: str, last: dict[str, Any]) -> dict[str, Any]:
    """What a new row of a name is to say: its number, where it has one, and every column that changes."""
    shape, known = TABLES[table], columns(table)
    values: dict[str, Any] = {}
    if shape.number:
        unit = unit_word(last["unit"])
        values[shape.number] = st.number_input(
            _("New value, {unit}", unit=unit) if unit else _("New value"), value=last["value"], format=FORMAT,
            step=None, key="parameter-value")
    rest = [column for column in editable(table) if column != shape.number]
    narrow = [column for column in rest if column not in WIDE]
    for n, column in enumerate(narrow):
        if n % 3 == 0:
            places = st.columns(3, vertical_alignment="bottom")
        with places[n % 3]:
            values[column] = field(column, known[column], _before(table, column, last))
    for column in rest:
        if column in WIDE:
            values[column] = field(column, known[column], _before(table, column, last))
    return {column: value for column, value in values.items()
            if column == shape.number or written(value) != written(_before(table, column, last) or "")}


def _before(table: str, column: str, last: dict[str, Any]) -> Any:
    """What a field begins with: what the row says now, a title in the reader's words; of what belongs to its source
    nothing."""
    said = None if column in TABLES[table].anew else last["columns"][column]
    return _(said) if column in PRINTED and said else said


def field(column: str, hint: Any, before: Any, *, key: str = "parameter") -> Any:
    """A widget for a column: what is chosen or typed in it."""
    label, at = _(HEADS[column]), f"{key}-{column}"
    if choices(hint):
        words = choices(hint)
        return st.selectbox(label, words, index=words.index(before) if before in words else 0, key=at,
                            format_func=choice_word)
    if hint is bool:
        return st.checkbox(label, value=bool(before), key=at)
    if hint in (float, float | None):
        return st.number_input(label, value=before, format=FORMAT, step=None, key=at)
    if hint in (date, date | None):
        return st.date_input(label, value=before, format="YYYY-MM-DD", key=at)
    text = written(before) if isinstance(before, Mapping) else str(before or "")
    return st.text_input(label, value=text, max_chars=LONGEST, key=at)


def for_all(today: date, *, key: str = "parameter") -> tuple[date, str, str, date | None]:
    """From when on a row holds, its source, how sure it is, its last day."""
    first, second, third, fourth = st.columns([1, 1, 1, 2])
    since = first.date_input(_("From"), value=today, format="YYYY-MM-DD", key=f"{key}-from")
    until = second.date_input(_("To (empty: open)"), value=None, format="YYYY-MM-DD", key=f"{key}-to")
    status = third.selectbox(_("Status"), get_args(Status), index=1, key=f"{key}-status",
                             format_func=lambda word: _(STATUSES[word]))
    source = fourth.text_input(_("Source"), max_chars=LONGEST, key=f"{key}-source")
    return since or today, source, status, until


def signed(key: str) -> tuple[str, str]:
    """Why, and who."""
    left, right = st.columns([2, 1])
    reason = left.text_input(_("Reason"), max_chars=LONGEST, key=f"{key}-reason")
    with right:
        return reason, signer(f"{key}-actor")
