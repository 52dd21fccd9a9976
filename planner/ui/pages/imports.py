"""The door as a page: drop a file, see what it is and where it lies, say what is open, then take it in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from planner.desk.desk import Desk
from planner.desk.importing import COVERAGE, TABLES, safe_name
from planner.desk.paper import ROLE_TITLES
from planner.desk.preview import Preview, look_into
from planner.errors import PlannerError, Rejected
from planner.formats import schema, tables
from planner.formats.project_table import read_projects
from planner.formats.reading import Reading
from planner.text import N_
from planner.ui import holdings, intake_view
from planner.ui.intake import (
    ANSWERED,
    Said,
    Upload,
    ask_what_is_open,
    on_disk,
    reading_of,
    remembered,
    request_of,
    said_of,
    taken,
)
from planner.ui.refusals import refused
from planner.ui.session import _, desk, forget_key, request_key, signer

PURPOSE = "import"
ROLE_NAMES = {"projects": N_("Projects (table)"), "quotas": N_("Quotas (table)")}
COVERAGES = {
    "features": N_("where its features lie"),
    "everywhere": N_("everywhere"),
    "bounds": N_("the box around it"),
    "hull": N_("the hull around it"),
    "none": N_("not known"),
}


def show() -> None:
    """The page."""
    if told := st.session_state.pop("import-done", None):
        st.success(told, icon=":material/check:")
    upload = taken()
    if upload is None:
        st.caption(
            _(
                "Nothing is stored before you confirm it. Layers: GeoJSON, TopoJSON, GeoPackage, zipped shapefile, "
                "FlatGeobuf, GeoParquet, KML, KMZ, DXF, land-approval TXT, coordinate tables (XLSX, CSV). "
                "Tables: projects and quotas (XLSX, CSV)."
            )
        )
        holdings.show(desk())
        return
    left, right = st.columns([1, 1.25], gap="medium")
    with left:
        role = st.selectbox(
            _("What it is"), (*schema.ROLES, *TABLES), index=None, format_func=_role, key=f"import-role-{upload.mark}",
            placeholder=_("Choose what the file is"),
        )  # fmt: skip
    if role in TABLES:
        with left:
            _table(desk(), upload, role)
        return
    with left:
        said, reading = _read(upload)
    if reading is None:
        return
    _layer(desk(), upload, said, reading, role or "context", left, right, chosen=role is not None)


def _role(name: str) -> str:
    return _(ROLE_NAMES.get(name) or ROLE_TITLES.get(name, name))


def _read(upload: Upload) -> tuple[Said, Reading | None]:
    """The file as far as it can be read with what is said; why not, where it cannot."""
    said, reading, refusal = said_of(upload.mark), None, None
    try:
        reading = reading_of(upload, said)
    except PlannerError as wrong:
        refusal = wrong
        refused(wrong)
        _reasons(wrong)
    ask_what_is_open(refusal, upload.mark)
    return said, reading


def _layer(
    at: Desk, upload: Upload, said: Said, reading: Reading, role: str, left: Any, right: Any, *, chosen: bool
) -> None:
    """The preview of a layer: facts and answers on the left, map and columns on the right."""
    mark = f"{upload.mark}-{role}"
    slot = right.container()
    with left:
        constants, options = _options(at, upload, role, mark) if chosen else ({}, {})
    first = _look(at, upload, said, reading, role, {}, constants, options)
    with right:
        mapping = intake_view.columns(first, role, mark) if chosen else {}
    if mapping is None:
        return
    preview = _look(at, upload, said, reading, role, mapping, constants, options) if mapping else first
    with slot:
        intake_view.picture(at, preview, role, f"{mark}-{hash(said)}")
    with left:
        intake_view.facts(preview, upload.sha256)
        intake_view.warnings(preview) if chosen else None
        accept = intake_view.repairs(preview, mark)
        good = intake_view.refusals(preview.refused, mark)
        ready = chosen and preview.frame is not None and (accept or not reading.repairs)
        ready = ready and (good or not preview.refused) and len(preview.frame if preview.frame is not None else ()) > 0
        _confirm(at, upload, said, reading, role, ready=ready, columns=mapping, constants=constants,
                 accept_repairs=accept, keep_good=good, **options)  # fmt: skip


def _look(
    at: Desk,
    upload: Upload,
    said: Said,
    reading: Reading,
    role: str,
    columns: dict[str, str],
    constants: dict[str, str],
    options: dict[str, Any],
) -> Preview:
    stamps = tuple(sorted(info.stamp for info in at.layers() if info.role in ("parcels", "parks")))
    key = (upload.mark, said, role, *sorted(columns.items()), *sorted(constants.items()), options.get("name"), stamps)

    def make() -> Preview:
        with on_disk(upload) as path, st.spinner(_("Looking ...")):
            request = request_of(upload, said, path, role=role, key="", columns=columns, constants=constants,
                                 name=options.get("name"), reading=reading)  # fmt: skip
            return look_into(at.store, request)

    return remembered("preview", key, make)


def _options(at: Desk, upload: Upload, role: str, mark: str) -> tuple[dict[str, str], dict[str, Any]]:
    """What only a person knows: the list of the codes, name, vintage, source, and where the layer knows the ground."""
    constants = {}
    if any(field.field == "code_system" for field in schema.schema(role)):
        systems = sorted({system for system, _code in at.parameters.classes})
        system = st.selectbox(_("Code system"), systems, index=None, key=f"import-system-{mark}",
                              placeholder=_("the list its codes are from"))  # fmt: skip
        constants = {"code_system": system} if system else {}
    one, two = st.columns(2)
    name = one.text_input(_("Name of the layer"), safe_name(upload.name.rsplit(".", 1)[0]), key=f"import-name-{mark}")
    as_of = two.date_input(_("State of"), value=None, max_value=date(2100, 1, 1), key=f"import-day-{mark}")
    source = one.text_input(_("Source"), key=f"import-source-{mark}", max_chars=200)
    usual = COVERAGE.get(role, "none")
    coverage = two.selectbox(
        _("It knows the ground"),
        list(COVERAGES),
        list(COVERAGES).index(usual),
        format_func=lambda word: _(COVERAGES[word]),
        key=f"import-coverage-{mark}",
    )
    replaces = any(info.name.casefold() == name.casefold() for info in at.layers())
    again = replaces and st.checkbox(
        _("Replace the layer '{layer}' (the old version stays)", layer=name), key=f"import-replace-{mark}"
    )
    return constants, {
        "name": safe_name(name),
        "as_of": as_of,
        "source": source.strip(),
        "coverage": coverage,
        "replace": bool(again),
    }


def _confirm(
    at: Desk, upload: Upload, said: Said, reading: Reading | None, role: str, *, ready: bool, **more: Any
) -> None:
    """The person's name and the one button that stores."""
    one, two = st.columns([1, 1], vertical_alignment="bottom")
    with one:
        actor = signer("import-actor")
    count = len(reading.ids) if reading is not None else 0
    label = _("Import {count:,} features", count=count) if reading is not None else _("Import")
    if not two.button(label, type="primary", disabled=not (ready and actor.strip()), key="import-go", width="stretch"):
        return
    st.session_state["actor"] = actor.strip()
    try:
        with on_disk(upload) as path, st.spinner(_("Storing ...")):
            request = request_of(upload, said, path, role=role, key="", reading=reading, **more)
            request = replace(request, key=request_key(PURPOSE, repr(request.content)))
            answer = at.import_file(request)
    except PlannerError as wrong:
        refused(wrong)
        _reasons(wrong)
        st.caption(_("Nothing was stored."))
        return
    forget_key(PURPOSE)
    facts = {"stored": answer["stored"], "read": answer["read"], "layer": answer["layer"] or _role(role)}
    st.session_state["import-done"] = _(ANSWERED, file=upload.name, **facts)
    st.rerun()


def _table(at: Desk, upload: Upload, role: str) -> None:
    """A table of quotas or projects: its rows as read, every bad one named."""
    parks = at.park_codes()
    park = st.selectbox(_("Park"), parks, key="import-park") if role == "quotas" and parks else None
    try:
        with on_disk(upload) as path:
            if role == "quotas":
                rows = pd.DataFrame([vars(row) for row in tables.read_quotas(path, name=upload.name)])
            else:
                found = read_projects(path, name=upload.name)
                rows = pd.DataFrame([{"row": number, **fields} for number, fields in found])
    except PlannerError as wrong:
        refused(wrong)
        _reasons(wrong)
        return
    st.dataframe(rows.astype(str).replace({"None": "", "nan": ""}), hide_index=True, height=280)
    _confirm(at, upload, Said(), None, role, ready=len(rows) > 0, park=park, on=at.today())


def _reasons(refusal: PlannerError) -> None:
    """Of a file refused for several reasons every one."""
    if isinstance(refusal, Rejected):
        intake_view.reasons(refusal.reasons)
