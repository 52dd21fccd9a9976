"""Tables that leave the app as CSV or as an Excel workbook, safe to open in a spreadsheet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.sheets.workbook import table_xlsx
from planner.text import N_
from planner.ui.session import _

# A spreadsheet takes these for the start of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CSV = N_("CSV")
XLSX = N_("XLSX")
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a mark (Excel then reads Chinese), no live formulas: a text that looks like one gets an apostrophe.

    Numbers stay numbers.
    """
    tame = frame.copy()
    for column in tame.columns:
        if not pd.api.types.is_numeric_dtype(tame[column]):
            tame[column] = [_tame(value) for value in tame[column]]
    tame.columns = [_tame(name) for name in tame.columns]
    return tame.to_csv(index=False).encode("utf-8-sig")


def _tame(value: object) -> object:
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.startswith(_FORMULA) else value


def csv_button(frame: pd.DataFrame, name: str, *, key: str) -> None:
    """A button that hands out a table as it stands on the screen."""
    st.download_button(
        _(CSV),
        csv_bytes(frame),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def xlsx_bytes(frame: pd.DataFrame, title: str) -> bytes:
    """A table as a workbook: numbers stay numbers, texts stay texts, an empty cell stays empty."""
    rows = [
        tuple(None if pd.isna(value) else value.item() if hasattr(value, "item") else value for value in row)
        for row in frame.itertuples(index=False, name=None)
    ]
    return table_xlsx([str(name) for name in frame.columns], rows, title=title)


def xlsx_button(frame: pd.DataFrame, name: str, *, key: str) -> None:
    """A button that writes a table as a workbook when it is clicked."""
    st.download_button(
        _(XLSX),
        lambda: xlsx_bytes(frame, name),
        file_name=f"{name}.xlsx",
        mime=_XLSX_TYPE,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )
