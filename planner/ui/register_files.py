"""A register's table in and out of the app: preview first, then all rows or none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from planner.desk.desk import Desk
from planner.desk.registers import rows
from planner.desk.registers_in import RegisterFile, import_register
from planner.desk.registers_out import findings_workbook, workbook
from planner.errors import PlannerError
from planner.registers.scene import Checked
from planner.text import N_
from planner.ui.exports import xlsx_file
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, request_key, signer, translate

PURPOSE = "register"
CHANGES = N_("{added} added, {changed} changed, {unchanged} unchanged, {dropped} taken out")


def downloads(at: Desk, name: str, found: Sequence[Checked], on: date) -> None:
    """The register as a table that reads back, and its findings."""
    say = translate()
    xlsx_file(
        _("Register (XLSX)"),
        lambda: workbook(name, rows(at, name), year=on.year, say=say)[0],
        name=f"{name}",
        key=f"xlsx-{name}",
    )
    xlsx_file(
        _("Findings (XLSX)"),
        lambda: findings_workbook(name, found, say=say),
        name=f"{name}-{on.isoformat()}",
        key=f"findings-{name}",
    )


def upload(at: Desk, name: str) -> None:
    """A table in: what it would change is shown, and done when a person says so."""
    given = st.file_uploader(_("Table (XLSX or CSV)"), type=["xlsx", "csv"], key=f"table-{name}")
    shapes = st.file_uploader(
        _("Outlines (a feature's id is the row's number)"), type=["geojson", "json", "gpkg", "zip", "txt"],
        key=f"shapes-{name}",
    )  # fmt: skip
    whole = st.checkbox(_("Take out rows that the table does not have"), key=f"whole-{name}")
    person = signer(f"person-{name}")
    if given is None:
        return
    with _files(given, shapes) as (table, outlines):
        # The key stands for the call and its files; over other rows the same files are a new request.
        content = f"{name}|{given.file_id}|{shapes.file_id if shapes else ''}|{whole}|{person}"
        request = {
            "register": name, "path": table, "actor": person, "key": request_key(PURPOSE, content),
            "shapes": outlines, "shown_as": given.name, "replace": whole,
        }  # fmt: skip
        try:
            st.caption(_told(import_register(at, RegisterFile(**request, dry_run=True))))
            if st.button(_("Import these rows"), type="primary", disabled=not person.strip(), key=f"import-{name}"):
                told = import_register(at, RegisterFile(**request))
                forget_key(PURPOSE)
                st.session_state["register-flash"] = f"{given.name}: {_told(told)}"
                st.rerun()
        except PlannerError as refusal:
            refused(refusal)


def _told(answer: dict[str, Any]) -> str:
    return _(CHANGES, **{what: len(answer[what]) for what in ("added", "changed", "unchanged", "dropped")})


@contextmanager
def _files(given: Any, shapes: Any) -> Iterator[tuple[Path, Path | None]]:
    """The uploaded files in a folder of their own, as long as they are looked at."""
    with tempfile.TemporaryDirectory() as folder:
        paths: list[Path | None] = []
        for number, file in enumerate((given, shapes)):
            if file is None:
                paths.append(None)
                continue
            path = Path(folder) / f"upload{number}{Path(file.name).suffix.lower()[:9]}"
            path.write_bytes(file.getvalue())
            paths.append(path)
        table, outlines = paths
        assert table is not None  # noqa: S101  (the caller has a table)
        yield table, outlines
