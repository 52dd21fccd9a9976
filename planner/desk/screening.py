"""Many parcels over a layer of patches, from file to file. Needs no workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner import formats
from planner.desk.documents import Document, notes
from planner.errors import InputError, Rejected, UsageError
from planner.formats.errors import ColumnMissing, DuplicateId, GeometryInvalid
from planner.formats.reading import Reading
from planner.formats.write_table import kind_of_table, write_table
from planner.text import N_, Text, Translate

PARCEL, AREA = "parcel", "m2"


class ValueMissing(InputError):
    """A feature without a value in the column that is asked for."""

    code = "E_VALUE"
    sentence = N_("{count} features have no value in the column '{column}', the first is {feature}. Fill it in, or "
                  "choose another column.")


class TableColumn(ColumnMissing):
    """A column named on the call that the file does not have."""

    sentence = N_("There is no column '{field}'. The file has: {known}.")


def screen(parcels: Path, patches: Path, *, by: str, id: str | None, out: Path, say: Translate) -> Document:
    """`planner screen`: what each parcel takes of each value of the column ``by``, written to ``out``.

    One row a parcel and class; what no patch covers of a parcel is a row without a class. Raises Rejected and
    GeometryInvalid for features that are not land, TableColumn, ValueMissing, DuplicateId, and what the door of files
    raises; then nothing is written.
    """
    from planner.land.kernel.pack import RowClass, pack  # its room loads numba
    from planner.land.kernel.takes import looked_over
    from planner.land.screen import screen as shares_of

    kind_of_table(out)
    if by in (PARCEL, AREA):
        raise UsageError(problem=Text(N_("--by {column}: the table has a column of that name; rename it in the file"),
                                      column=by))
    laid, ground = _land(parcels), _land(patches)
    names = _names(laid, id)
    numbers, values = _values(ground, by)
    classes = [RowClass(None, str(value), None, None) for value in values]
    shapes = np.asarray(laid.frame.geometry.values)
    packed = looked_over(pack(np.asarray(ground.frame.geometry.values), numbers, classes))
    found = shares_of(packed, shapes)
    # The last place, which NO_CLASS names too, is the class that is none.
    named = pd.Series([*values, None], dtype=object)
    table = pd.DataFrame({PARCEL: np.asarray(names, object)[found.parcel], by: _column(named, found.code),
                          AREA: found.m2})
    write_table(out, table, shapes[found.parcel])
    return {"parcels": len(shapes), "patches": ground.read, "rows": len(table), "total_m2": float(found.m2.sum()),
            **notes((*laid.notes, *ground.notes), say)}


def _column(values: pd.Series, rows: np.ndarray) -> Any:
    """The value of each row, whole numbers staying whole beside the rows that have none."""
    kind = pd.api.types.infer_dtype(values, skipna=True)
    taken = values.to_numpy()[rows]
    return pd.array([None if pd.isna(one) else int(one) for one in taken], "Int64") if kind == "integer" else taken


def _land(path: Path) -> Reading:
    """A file all of whose features are land as they stand."""
    reading = formats.read(path)
    if reading.rejected:
        raise Rejected([error for _, error in reading.rejected], kind="features", file=reading.file)
    for repair in reading.repairs:
        if repair.what == "R_GEOMETRY":
            raise GeometryInvalid(file=reading.file, where={"feature": repair.feature}, feature=repair.feature,
                                  reason=repair.message)
    return reading


def _names(reading: Reading, column: str | None) -> list[str]:
    """What each parcel is called: by a column, else by its feature's id. Raises DuplicateId for a name given twice."""
    if column is None:
        return list(reading.ids)
    values = [str(value) for value in _told(reading, column)]
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise DuplicateId(file=reading.file, where={"column": column, "feature": value}, feature=value)
        seen.add(value)
    return values


def _values(reading: Reading, column: str) -> tuple[np.ndarray, list[Any]]:
    """The class number of each patch, and the value of each class in its order."""
    told = _told(reading, column)
    try:
        numbers, values = pd.factorize(told, sort=True)
    except TypeError:  # words beside numbers have no order
        numbers, values = pd.factorize(told)
    return numbers, list(values)


def _told(reading: Reading, column: str) -> pd.Series:
    """A column, every feature with a value in it. Raises TableColumn, ValueMissing."""
    frame = reading.frame
    if column not in frame.columns or column == frame.geometry.name:
        known = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        raise TableColumn(file=reading.file, where={"column": column}, field=column, known=known or "-")
    missing = frame[column].isna() | (frame[column].astype(str).str.strip() == "")
    if missing.any():
        first = reading.ids[int(np.argmax(missing.to_numpy()))]
        raise ValueMissing(file=reading.file, where={"column": column, "feature": first}, column=column,
                           count=int(missing.sum()), feature=first)
    return frame[column]
