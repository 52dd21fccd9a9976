"""A table into a file that others read: CSV, Parquet, or GeoParquet with the shape of each row."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.errors import UsageError
from planner.formats.crs import LONLAT
from planner.text import N_, Text

# A spreadsheet takes a cell that begins so for a formula; full-width signs are read as the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def kind_of_table(path: Path) -> str:
    """The ending of a file that a table can be written to. Raises UsageError."""
    kind = path.suffix.lower()
    if kind not in WRITERS:
        raise UsageError(problem=Text(N_("--out {name}: end it in one of {known}"), name=path.name,
                                      known=", ".join(WRITERS)))
    return kind


def write_table(path: Path, frame: pd.DataFrame, shapes: Any) -> None:
    """The rows of ``frame`` by the ending of ``path``, in place of whatever stood there, whole or not at all.

    ``shapes`` gives the shape of each row (EPSG:4490), which GeoParquet alone keeps. Raises UsageError for another
    ending or a place that cannot be written.
    """
    write = WRITERS[kind_of_table(path)]
    beside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        write(beside, frame, shapes)
        os.replace(beside, path)
    except OSError as problem:
        raise UsageError(problem=Text(N_("{path} cannot be written: {reason}"), path=str(path),
                                      reason=problem.strerror or str(problem))) from problem
    finally:
        beside.unlink(missing_ok=True)


def _csv(path: Path, frame: pd.DataFrame, shapes: Any) -> None:
    tame = frame.copy()
    for column in tame.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in tame.dtypes]]:
        tame[column] = [f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
                        for value in tame[column]]
    tame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _parquet(path: Path, frame: pd.DataFrame, shapes: Any) -> None:
    frame.to_parquet(path, index=False)


def _geoparquet(path: Path, frame: pd.DataFrame, shapes: Any) -> None:
    gpd.GeoDataFrame(frame, geometry=np.asarray(shapes, dtype=object), crs=LONLAT).to_parquet(path, index=False)


WRITERS: Mapping[str, Callable[[Path, pd.DataFrame, Any], None]] = MappingProxyType({
    ".geoparquet": _geoparquet, ".parquet": _parquet, ".csv": _csv,
})
