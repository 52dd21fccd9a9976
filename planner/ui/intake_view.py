"""What a person sees of a file before it is stored: facts, columns with their fields, repairs, refusals, the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd
import streamlit as st

from planner.desk.desk import Desk
from planner.desk.preview import CRS_WHY, ENCODING_WHY, Preview
from planner.errors import PlannerError
from planner.formats import schema
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Layer
from planner.text import N_
from planner.ui import look
from planner.ui.plane import plane_of
from planner.ui.session import _, lang, said, translate
from planner.ui.sheetlets import sheetlets
from planner.ui.still_map import still_map
from planner.units import mu
from planner.verdict import Verdict
from planner.webmap.build import Piece, Sheetlet, marks, pieces_call
from planner.webmap.layers import FINEST, View, drawn, in_view

MAP_HEIGHT, ROW_HEIGHT, MOST_ROWS = 380, 27, 200
NOT_TAKEN = "–"
FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "id": N_("Number"),
        "name": N_("Name"),
        "kind": N_("Kind"),
        "code": N_("Land class code"),
        "code_system": N_("Code system"),
        "grade": N_("Quality grade"),
        "ridge_share": N_("Ridge share"),
        "account": N_("Park of the account"),
        "status": N_("Status"),
    }
)


def facts(preview: Preview, sha256: str) -> None:
    """One table: what it is, where it lies and who says so."""
    reading = preview.reading
    kept = len(reading.ids)
    total = float(ellipsoid_m2(reading.frame.geometry.values).sum()) if len(reading.ids) else 0.0
    size = _("{kept:,} of {read:,}, {mu:,.2f} mu", kept=kept, read=reading.read, mu=float(mu(total)))
    rows = [
        (_("Format"), f"{reading.format} · {reading.layer}"),
        (_("Features of the file"), size),
        (_("Coordinate system"), f"{reading.crs} ({_(CRS_WHY[reading.crs_from])})"),
        (_("Encoding"), f"{reading.encoding} ({_(ENCODING_WHY[reading.encoding_from])})"),
        ("SHA-256", f"{sha256[:16]}…"),
    ]
    look.html(look.table(("", ""), rows))


def warnings(preview: Preview) -> None:
    """The alarm first, then what was noticed."""
    if preview.alarm:
        st.error(said(preview.alarm), icon=":material/wrong_location:")
    if preview.missing:
        lacking = _(FIELD_NAMES[preview.missing.facts["field"]])
        st.warning(_("No column fills '{field}' yet: choose one beside.", field=lacking))
    notes = [said(note) for note in (*preview.notes, *preview.reading.notes)]
    told = {id_: [said(note) for note in every] for id_, every in preview.reading.feature_notes.items()}
    if notes:
        st.info("\n".join(f"- {look.escape(note)}" for note in notes))
    if told:
        with st.expander(_("Noticed in {count} features", count=len(told))):
            _listed([(id_, "; ".join(every)) for id_, every in told.items()], (_("Feature"), _("Noticed")))


def repairs(preview: Preview, mark: str) -> bool:
    """What would be changed, and whether the person accepts it."""
    found = preview.reading.repairs
    if not found:
        return False
    st.warning(_("{count} repairs: stored only if you accept them.", count=len(found)), icon=":material/build:")
    rows = [
        (one.feature or _("whole file"), said(one.message), _area(one.before_m2), _area(one.after_m2)) for one in found
    ]
    _listed(rows, (_("Feature"), _("Repair"), _("Before, m2"), _("After, m2")))
    return st.checkbox(_("I have looked at them and accept them"), key=f"import-repairs-{mark}")


def refusals(refused: Sequence[PlannerError], mark: str) -> bool:
    """What cannot be stored, and whether the rest shall be."""
    if not refused:
        return False
    st.error(_("{count} features cannot be stored.", count=len(refused)), icon=":material/block:")
    reasons(refused)
    return st.checkbox(_("Store the others without them"), key=f"import-good-{mark}")


def reasons(refused: Sequence[PlannerError]) -> None:
    """What is wrong with each feature or row."""
    rows = [(str(one.where.get("feature", one.where.get("row", ""))), said(one.text)) for one in refused]
    _listed(rows, (_("Feature or row"), _("Reason")))


def columns(preview: Preview, role: str, mark: str) -> dict[str, str] | None:
    """The columns with the field each fills, to be changed: field -> column; None while two fill the same."""
    names = {field.field: _(FIELD_NAMES[field.field]) for field in schema.schema(role)}
    rows = pd.DataFrame(
        {
            "column": [one.name for one in preview.columns],
            "field": [names.get(one.fills or one.offered or "", NOT_TAKEN) for one in preview.columns],
            "meaning": [_(one.meaning) if one.meaning else "" for one in preview.columns],
            "sample": [" · ".join(one.sample) for one in preview.columns],
            "filled": [one.filled for one in preview.columns],
        }
    )
    if rows.empty:
        return {}
    text = st.column_config.TextColumn
    edited = st.data_editor(
        rows,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(len(rows), 8) * ROW_HEIGHT + 42,
        disabled=["column", "meaning", "sample", "filled"],
        column_config={
            "column": text(_("Column")),
            "field": st.column_config.SelectboxColumn(_("Fills"), options=[NOT_TAKEN, *names.values()], required=True),
            "meaning": text(_("In a survey")),
            "sample": text(_("Values")),
            "filled": st.column_config.NumberColumn(_("Filled")),
        },
        key=f"import-columns-{role}-{mark}",
    )
    back = {label: field for field, label in names.items()}
    labels = zip(edited["column"], edited["field"], strict=True)
    pairs = [(back[label], column) for column, label in labels if label in back]
    fields = [field for field, column in pairs]
    twice = next((field for field in fields if fields.count(field) > 1), None)
    if twice:
        st.error(_("Two columns fill '{field}': keep one.", field=names[twice]))
        return None
    return dict(pairs)


def picture(at: Desk, preview: Preview, role: str, mark: str) -> None:
    """The features where they would lie, on the parks and parcels that are known; what is repaired is hatched."""
    reading = preview.reading
    if not len(reading.frame):
        return
    frame = reading.frame.assign(id=list(reading.ids)) if preview.frame is None else preview.frame
    layer = Layer(role, "import", frame)
    west, south, east, north = frame.total_bounds.tolist()
    view = View(west, south, east, north, 15)
    rows, total = in_view(layer, view)
    shown = drawn(
        layer, at.parameters.of_day(at.today()).classes, rows=rows, total=total, pixel_degrees=FINEST,
        translate=translate(), lang=lang(),
    )
    infos = [info for info in at.layers() if info.role in ("parks", "parcels")]
    known = sheetlets(at, infos, on=frozenset(info.name for info in infos), lang=lang(), translate=translate())
    new = Sheetlet("import", role, _("This file"), "", shown, False, True)
    for info in infos if preview.shift else ():  # where it would fit is to be seen as well
        w, s, e, n = at.layer(info.name).frame.total_bounds.tolist()
        west, south, east, north = min(w, west), min(s, south), max(e, east), max(n, north)
    mended = {one.feature for one in reading.repairs if one.what == "R_GEOMETRY"}
    spots = [Piece(shape, Verdict.WARN, id_) for id_, shape in zip(reading.ids, reading.frame.geometry, strict=True)
             if id_ in mended]  # fmt: skip
    still_map(
        [*known, new],
        key=f"import-map-{mark}-{lang()}",
        bounds=[[south, west], [north, east]],
        plane=plane_of(at.settings()),
        marks=marks(pieces_call(spots)),
        translate=translate(),
        height=MAP_HEIGHT,
    )
    if len(rows) < total:
        st.caption(_("The {shown:,} largest of {total:,} features are drawn.", shown=len(rows), total=total))


def _area(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _listed(rows: Sequence[tuple[str, ...]], headings: Sequence[str]) -> None:
    """A table of at most MOST_ROWS, in a box of its own."""
    with st.container(height=150, border=False):
        look.html(look.table(headings, rows[:MOST_ROWS]))
        if len(rows) > MOST_ROWS:
            st.caption(_("and {count:,} more", count=len(rows) - MOST_ROWS))
