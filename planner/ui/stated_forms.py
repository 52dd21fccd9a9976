"""What a person states beside the book: forms for rows of assessments, the region, the park's state, its boundary.

A form asks, the desk checks and keeps; a refusal names the field. What is kept stands above its form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import shapely
import streamlit as st

from planner.admission.zero_carbon import Ratio
from planner.desk import stated
from planner.desk.desk import Desk
from planner.desk.stated import BOUNDARY_ROLE
from planner.energy.assessment import EVERYWHERE, MEASURES
from planner.errors import PlannerError
from planner.figures import area
from planner.land.geodesy import ellipsoid_m2
from planner.text import N_
from planner.ui import look, tables
from planner.ui.exports import csv_button
from planner.ui.plane import plane_of
from planner.ui.refusals import refused
from planner.ui.row_words import carbon_per_tce, measure_title
from planner.ui.session import _, forget_key, kept, lang, named, request_key, said, translate
from planner.ui.sheetlets import sheetlets
from planner.ui.still_map import still_map
from planner.verdict import Verdict
from planner.webmap.build import Piece, marks, pieces_call

MAP_HEIGHT = 260
SIDES = {True: N_("inside"), False: N_("outside"), None: N_("not known")}
AROUND = (BOUNDARY_ROLE, "parks", "parcels", "context")  # what is drawn around the parcels
KINDS = {"target": N_("target of the sub-park"), "bar": N_("efficiency bar"), "negative": N_("negative list")}
THEN = {"full_review": N_("full review"), "not_admitted": N_("not admitted")}
STATES = {"normal": N_("normal"), "warning": N_("warning"), "hold": N_("on hold")}
COLUMNS = {
    "id": N_("Row"), "sub_park": N_("Sub-park"), "kind": N_("Kind"), "measure": N_("Measure"), "limit": N_("Limit"),
    "industry": N_("Industry"), "then": N_("Then"), "valid_from": N_("From"), "valid_to": N_("To"),
    "source": N_("Source"), "actor": N_("Person"),
}
SAID = {"kind": KINDS, "then": THEN}


def assessment(at: Desk) -> None:
    """The rows of the regional assessment and of the impact region, and the forms that enter them."""
    rows = at.stated(stated.ASSESSMENT)
    frame = table(rows, COLUMNS)
    id = ""
    if rows:
        place = tables.choice(frame, key="assessment-rows", placeholder="")
        csv_button(frame, "assessment", key="csv-assessment")
        id = "" if place is None else list(rows)[place]
    old: Mapping[str, Any] = rows.get(id, {})
    st.caption(_("Choose a row to change or drop it; without one the form enters a new row."))
    with st.form(f"assessment-form-{id}", border=True):
        one, two, three, four = st.columns(4)
        name = one.text_input(_("Row"), value=id, max_chars=80, disabled=bool(id))
        sub_park = two.text_input(_("Sub-park (* for all)"), value=old.get("sub_park", EVERYWHERE), max_chars=80)
        kind = three.selectbox(_("Kind"), list(KINDS), format_func=words(KINDS).__getitem__,
                               index=place_of(old.get("kind"), KINDS))
        then = four.selectbox(_("A project that meets it gets"), list(THEN), format_func=words(THEN).__getitem__,
                              index=place_of(old.get("then"), THEN))
        measures = ["", *MEASURES]
        measure = one.selectbox(_("Measure"), measures, index=place_of(old.get("measure", ""), measures),
                                format_func=measure_title)
        limit = two.number_input(_("Limit"), min_value=0.0, value=old.get("limit"), format="%.6g")
        industry = three.text_input(_("or industry (begins with)"), value=old.get("industry", ""), max_chars=80)
        first, last = days(four, old, f"row-{id}")
        source = st.text_input(_("Source: document and clause"), value=old.get("source", ""), max_chars=200)
        fields = {"sub_park": sub_park, "kind": kind, "then": then, "measure": measure, "limit": limit,
                  "industry": industry, "valid_from": first, "valid_to": last, "source": source}
        finish(at, stated.ASSESSMENT, id or name.strip(), fields, known=bool(id))
    region(at)


def region(at: Desk) -> None:
    """The region that the impact grades m and n compare with."""
    rows = at.stated(stated.REGION)
    id, old = next(iter(rows.items()), ("", {}))
    with st.expander(_("Region of the impact grades m and n"), expanded=False), st.form("region-form", border=False):
        one, two, three = st.columns(3)
        name = one.text_input(_("Region"), value=id, max_chars=80, disabled=bool(id))
        base_year = two.number_input(_("Base year"), 2000, 2100, int(old.get("base_year", at.today().year - 1)))
        energy = three.number_input(_("Energy of the base year, tce (equal value)"), 0.0, value=old.get("energy_tce"))
        added = one.number_input(_("Value added, 10,000 yuan"), 0.0, value=old.get("value_added_wan_yuan"))
        more = two.number_input(_("Allowed increase, tce"), 0.0, value=old.get("allowed_increase_tce"))
        first, last = days(three, old, "region")
        source = st.text_input(_("Source: document and clause"), value=old.get("source", ""), max_chars=200)
        fields = {"base_year": int(base_year), "energy_tce": energy, "value_added_wan_yuan": added,
                  "allowed_increase_tce": more, "valid_from": first, "valid_to": last, "source": source}
        finish(at, stated.REGION, id or name.strip(), fields, known=bool(id))


def park(at: Desk, *, seen: bool) -> None:
    """The state of a park and its zero-carbon ratio, with its map where it is ``seen``."""
    parks = at.park_codes()
    if not parks:
        st.info(_("The book has no account yet."))
        return
    code = st.selectbox(_("Park"), parks, key="stated-park")
    left, right = st.columns(2, gap="medium")
    with left:
        state(at, code)
    with right:
        zero_carbon(at, code, seen=seen)


def state(at: Desk, code: str) -> None:
    """How the park stands with the province."""
    old = at.stated(stated.PARK_STATE).get(code, {})
    word = old.get("state", "normal")
    since = f" · {old['on']} · {old['document']}" if old else ""
    look.html(f'<div class="head" style="border-color:#1f4e79">{look.escape(_(STATES[word]) + since)}</div>')
    st.caption(_("On hold every candidate that asks energy is blocked; warned, it fits with a warning."))
    with st.form("state-form", border=True):
        chosen = st.segmented_control(_("State"), list(STATES), format_func=words(STATES).__getitem__, default=word,
                                      required=True)
        on = st.date_input(_("Holds from"), value=date.fromisoformat(old["on"]) if old else at.today())
        document = st.text_input(_("Document (number and title)"), value=old.get("document", ""), max_chars=200)
        fields = {"state": chosen, "on": on.isoformat(), "document": document}
        finish(at, stated.PARK_STATE, code, fields, known=bool(old))


def zero_carbon(at: Desk, code: str, *, seen: bool) -> None:
    """The ratio of a year with the queue judged, who lies inside, and the base it starts from."""
    old = at.stated(stated.BOUNDARY_BASE).get(code, {})
    year = int(st.number_input(_("Year"), 2020, 2060, max(at.today().year, 2026), key="zero-year"))
    found = at.zero_carbon(year, park=code)
    shown = carbon_per_tce(found.tco2_per_tce)
    title = f" · {_(found.graded.title)}" if found.graded else ""
    look.html(f'<div class="head" style="border-color:#1f4e79">{look.escape(shown + title)}</div>',
              "".join(f'<div class="muted">{look.escape(said(why))}</div>' for why in found.why))
    boundary(at, found, seen=seen)
    rows = [(named(row.name), _(SIDES[row.inside]), row.energy_tce, row.carbon_tco2) for row in found.members]
    frame = pd.DataFrame(rows, columns=[_("Project"), _("Boundary"), _("tce"), _("tCO2")])
    number = st.column_config.NumberColumn(format="localized")
    tables.table(frame, most=6, column_config={_("tce"): number, _("tCO2"): number})
    csv_button(frame, f"zero-carbon-{year}", key="csv-zero")
    with st.form("base-form", border=True):
        one, two, three = st.columns(3)
        base_year = one.number_input(_("Base year"), 2000, 2100, int(old.get("base_year", 2025)))
        energy = two.number_input(_("Energy inside, tce"), 0.0, value=old.get("energy_tce"))
        carbon = three.number_input(_("Carbon inside, tCO2"), 0.0, value=old.get("carbon_tco2"))
        source = st.text_input(_("Source: document and clause"), value=old.get("source", ""), max_chars=200)
        fields = {"base_year": int(base_year), "energy_tce": energy, "carbon_tco2": carbon, "source": source}
        finish(at, stated.BOUNDARY_BASE, code, fields, known=bool(old))


def boundary(at: Desk, found: Ratio, *, seen: bool) -> None:
    """The boundary as it is drawn, with the parcels of the projects and the side on which each lies."""
    if not found.boundary:
        st.info(_("No boundary is drawn yet: import it as the layer '{layer}'.", layer=BOUNDARY_ROLE))
        return
    land = float(ellipsoid_m2(shapely.union_all(list(found.boundary))))
    st.caption(_("The boundary as drawn: {area}. It is the layer '{layer}'.", area=area(land), layer=BOUNDARY_ROLE))
    if not seen:
        return
    infos = [info for info in at.layers() if info.role in AROUND]
    sheets = sheetlets(at, infos, on=frozenset(info.name for info in infos), lang=lang(), translate=translate())
    pieces = [Piece(row.shape, Verdict.FITS if row.inside else None, f"{named(row.name)}: {_(SIDES[row.inside])}")
              for row in found.members if row.shape is not None]
    west, south, east, north = shapely.total_bounds(list(found.boundary)).tolist()
    seal = hashlib.sha256("".join(info.stamp for info in infos).encode()).hexdigest()[:12]
    still_map(sheets, key=f"boundary-{seal}-{lang()}", bounds=[[south, west], [north, east]],
              plane=plane_of(at.settings()), marks=marks(pieces_call(pieces)), translate=translate(), height=MAP_HEIGHT)


# ---------------------------------------------------------------- parts of forms
def days(column: Any, old: Mapping[str, Any], key: str) -> tuple[str | None, str | None]:
    """The first and the last day a row holds, as ISO text; None is open."""
    picked = [column.date_input(_(label), value=date.fromisoformat(old[name]) if name in old else None,
                                key=f"{name}-{key}") for name, label in (("valid_from", N_("Holds from")),
                                                                            ("valid_to", N_("Holds to")))]
    first, last = (day.isoformat() if isinstance(day, date) else None for day in picked)
    return first, last


def words(known: Mapping[str, str]) -> dict[str, str]:
    """The same in the reader's language."""
    return {word: _(label) for word, label in known.items()}


def place_of(word: Any, among: Sequence[str] | Mapping[str, str]) -> int:
    known = list(among)
    return known.index(word) if word in known else 0


def finish(at: Desk, kind: str, id: str, fields: Mapping[str, Any], *, known: bool) -> None:
    """The person, and the buttons that keep or drop what the form holds."""
    left, keep_side, drop_side = st.columns([2, 1, 1], vertical_alignment="bottom")
    actor = left.text_input(_("Person"), value=kept("actor", str), max_chars=60)
    keep = keep_side.form_submit_button(_("Keep"), type="primary", width="stretch")
    drop = drop_side.form_submit_button(_("Drop"), width="stretch", disabled=not known)
    if not (keep or drop):
        return
    if not actor.strip():
        st.warning(_("Say who does it."))
        return
    st.session_state["actor"] = actor.strip()
    content = json.dumps([kind, id, fields, keep], sort_keys=True, default=str)
    key = request_key(f"stated-{kind}", content)
    try:
        if keep:
            stated.keep(at, kind, id, fields, actor=actor.strip(), key=key)
        else:
            stated.drop(at, kind, id, actor=actor.strip(), key=key)
    except PlannerError as refusal:
        refused(refusal)
        return
    forget_key(f"stated-{kind}")
    st.session_state["flash"] = _("Kept: {id}", id=id) if keep else _("Dropped: {id}", id=id)
    st.rerun(scope="app")


def table(rows: Mapping[str, Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Records as a table a person reads."""
    def cell(name: str, fields: Mapping[str, Any]) -> Any:
        value = fields.get(name)
        if name == "measure":
            return measure_title(value or "")
        return _(SAID[name][value]) if name in SAID and value in SAID[name] else value

    found = [[cell(name, {**fields, "id": id}) for name in columns] for id, fields in rows.items()]
    return pd.DataFrame(found, columns=[_(title) for title in columns.values()])
