"""Tables of a page: as high as their rows up to so many, "-" where nothing is stated, and those in which a person can
choose one row."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

ROW, FRAME = 28, 12  # px of a row, and of what lies around them


def table(frame: pd.DataFrame, *, most: int, **more: Any) -> None:
    """A table that shows ``most`` rows at once; ``more`` goes to the widget."""
    st.dataframe(frame, **_shape(frame, most) | more)


def choice(frame: pd.DataFrame, *, key: str, most: int = 8, **more: Any) -> int | None:
    """The same, and the place of the row that is chosen: None without one, or where the rows have become fewer."""
    picked = st.dataframe(frame, on_select="rerun", selection_mode="single-row", key=key, **_shape(frame, most) | more)
    rows = picked["selection"]["rows"] if picked else []
    return rows[0] if rows and rows[0] < len(frame) else None


def _shape(frame: pd.DataFrame, most: int) -> dict[str, Any]:
    height = ROW * (min(max(len(frame), 1), most) + 1) + FRAME
    return {"hide_index": True, "placeholder": "-", "row_height": ROW, "height": height}
