"""Columns of a layer as plain values and back, the same way for every store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import UsageError
from planner.land.parcel import CRS
from planner.text import N_, Text

if TYPE_CHECKING:  # loaded where a layer is read or kept, not for a verb of the book
    import geopandas as gpd
    import pandas as pd

Kinds = dict[str, str]  # column -> text, integer, real, boolean or date; in the order of the frame
Values = tuple[Any, ...]

_BY_INFERENCE = {
    "integer": "integer",
    "floating": "real",
    "mixed-integer-float": "real",
    "boolean": "boolean",
    "date": "date",
}


def kinds_of(frame: gpd.GeoDataFrame) -> Kinds:
    """What kind of values each column of a frame holds, geometry left out; ``id`` is always text."""
    columns = [str(c) for c in frame.columns if c != frame.geometry.name]
    if "id" not in columns:
        raise UsageError(problem=Text(N_("A layer needs a column 'id'.")))
    folded = [c.casefold() for c in columns]
    for column in columns:
        if folded.count(column.casefold()) > 1 or column.casefold() in ("fid", "geom"):
            raise UsageError(
                problem=Text(
                    N_(
                        "A layer cannot have the column '{column}' (twice, or a name the file needs "
                        "itself). Map it to another field."
                    ),
                    column=column,
                )
            )
    return {c: "text" if c == "id" else kind_of(frame[c]) for c in columns}


def kind_of(values: Sequence[Any] | pd.Series) -> str:
    """The kind of a column; text where it is mixed or empty."""
    import pandas as pd

    return _BY_INFERENCE.get(pd.api.types.infer_dtype(values, skipna=True), "text")


def to_rows(frame: gpd.GeoDataFrame, kinds: Kinds) -> list[Values]:
    """The rows of a frame in the columns of ``kinds`` as plain Python values, missing ones None."""
    if not kinds:
        return [()] * len(frame)
    return list(
        zip(*([plain(value, kind) for value in frame[column].tolist()] for column, kind in kinds.items()), strict=True)
    )


def plain(value: Any, kind: str) -> Any:
    """One value as it is kept: None, str, int, float, or a date as ISO text."""
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if kind == "date":
        return value if isinstance(value, str) else value.isoformat()
    return {"text": str, "integer": int, "real": float, "boolean": int}[kind](value)


def to_frame(rows: Sequence[Values], kinds: Kinds, shapes: NDArray[np.object_] | Sequence[Any]) -> gpd.GeoDataFrame:
    """A frame in EPSG:4490, index 0..n-1, columns as in ``kinds``, then geometry."""
    import geopandas as gpd

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    data = {name: _column(values, kind) for (name, kind), values in zip(kinds.items(), columns, strict=True)}
    return gpd.GeoDataFrame(data, geometry=np.asarray(shapes, dtype=object), crs=CRS)


def _column(values: Sequence[Any], kind: str) -> Any:
    missing = None in values
    if kind == "text":
        import pandas as pd

        return pd.array(list(values), dtype="str")
    if kind == "date":
        return np.array([None if v is None else date.fromisoformat(v) for v in values], dtype=object)
    if kind == "boolean":
        return np.array([None if v is None else bool(v) for v in values], dtype=object if missing else bool)
    if kind == "integer" and not missing:
        return np.array(values, dtype="int64")
    return np.array([np.nan if v is None else v for v in values], dtype="float64")


def widened(kinds: Kinds, values: Mapping[str, Any]) -> Kinds:
    """The columns with those that ``values`` brings; a value that does not fit makes its column wider."""
    wide = dict(kinds)
    for column, value in values.items():
        kind = kind_of([value])
        was = wide.get(column)
        if was is None:
            wide[column] = kind
        elif plain(value, kind) is not None and kind != was and not (kind == "integer" and was == "real"):
            wide[column] = "real" if (was, kind) == ("integer", "real") else "text"
    return wide
