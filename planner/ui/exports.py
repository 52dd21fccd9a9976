"""Tables that leave the app as CSV or as an Excel workbook, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from planner.formats.clean import tame
from planner.sheets.workbook import table_xlsx
from planner.text import N_
from planner.ui.session import _

CSV = N_("CSV")
XLSX = N_("XLSX")
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a mark (Excel then reads Chinese), no live formulas: a text that looks like one gets an apostrophe.

    Numbers stay numbers.
    """
    safe = frame.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [tame(value) for value in safe[column]]
    safe.columns = [tame(name) for name in safe.columns]
    return safe.to_csv(index=False).encode("utf-8-sig")


def csv_button(
    frame: pd.DataFrame,
    name: str,
    *,
    key: str,
    label: str | None = None,
    icon: str | None = ":material/download:",
) -> None:
    """A button that hands out a table as it stands on the screen, written when it is clicked."""
    csv_file(label or _(CSV), lambda: csv_bytes(frame), name=name, key=key, icon=icon)


def csv_file(
    label: str, made: bytes | Callable[[], bytes], *, name: str, key: str, icon: str | None = ":material/download:"
) -> None:
    """A button that hands out a CSV file, made when it is clicked where ``made`` makes it."""
    st.download_button(
        label,
        made,
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        on_click="ignore",
        icon=icon,
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
    xlsx_file(_(XLSX), lambda: xlsx_bytes(frame, name), name=name, key=key)


def xlsx_file(label: str, make: Callable[[], bytes], *, name: str, key: str) -> None:
    """A button that makes a workbook when it is clicked."""
    st.download_button(
        label,
        make,
        file_name=f"{name}.xlsx",
        mime=_XLSX_TYPE,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )
