"""Rows of documents as a file to hand on (the acts on a case, rows of parameters): CSV, a workbook or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.desk.documents import Document
from planner.errors import UsageError
from planner.formats.clean import tame
from planner.text import N_, Text

ENDINGS = (".csv", ".xlsx", ".json")


def write(rows: Sequence[Document], out: Path, *, title: str = "trail") -> Path:
    """One row each, under the names of the JSON document. Raises UsageError for another ending or a file that is
    there."""
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind=title, known=", ".join(ENDINGS)))
    if out.exists():
        raise UsageError(problem=Text(N_("{path} is there already. Choose another path."), path=str(out)))
    heads = list(rows[0]) if rows else []
    cells = [[_cell(row[head]) for head in heads] for row in rows]
    if ending == ".json":
        out.write_text(json.dumps(list(rows), ensure_ascii=False, indent=1), encoding="utf-8")
    elif ending == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([heads, *([tame(cell) for cell in row] for row in cells)])
        out.write_bytes(text.getvalue().encode("utf-8-sig"))
    else:
        from planner.sheets.workbook import table_xlsx

        out.write_bytes(table_xlsx(heads, [tuple(row) for row in cells], title=title))
    return out


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
