"""The page of assessments: the arithmetic of a project, the rows that decide how it enters, the park around it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.desk.desk import Desk
from planner.energy.answer import Demand
from planner.energy.project import Project
from planner.energy.types import TYPES, fields_of_type, rows_of_type
from planner.figures import figure
from planner.text import N_, Text
from planner.ui import look, stated_forms
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.inputs import input_title
from planner.ui.row_words import CATEGORIES, STATUSES, carbon_per_tce, choice_word, row_title, unit_word
from planner.ui.session import _, desk, lang, named, said

ROW = 28
BASES = {"": "", "calorific": N_("calorific value"), "equal": N_("equal value"), "unknown": N_("unknown")}
STATES = {
    "commitment_filing": N_("files a commitment"), "full_review": N_("full review"),
    "not_admitted": N_("not admitted"), "none": N_("no assessment in force"),
}
SCALES = {"pue": N_("PUE"), "impact_m": N_("impact m"), "impact_n": N_("impact n"), "zero_carbon": N_("zero-carbon")}


def show() -> None:
    """The page: a tab for each of the three."""
    at = desk()
    if flash := st.session_state.pop("flash", None):
        st.success(flash, icon=":material/check:")
    titles = [_("Energy of a project"), _("Regional assessment"), _("Park")]
    project, rows, park = st.tabs(titles, key=f"assessment-{lang()}", on_change="rerun")
    with project:
        one_project(at)
    with rows:
        stated_forms.assessment(at)
    with park:
        stated_forms.park(at, seen=bool(park.open))  # a map that comes up unseen has no size to fit its land to


def one_project(at: Desk) -> None:
    """One project of the queue: its figures on both bases, what it counts as, and every step that made them."""
    queue = at.projects()
    if not queue:
        st.info(_("The queue has no project yet."))
        return
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    ids = {one.id: one for one in queue}
    names = {id: named(one.called) for id, one in ids.items()}
    chosen = left.selectbox(_("Project"), list(ids), format_func=names.__getitem__, key="demand-project")
    project = ids[chosen]
    found = at.demand(project)
    with right:
        kinds = " + ".join(_(kind.title) for kind in TYPES if getattr(project, kind.field))
        look.html(f'<div class="bar"><span>{look.escape(kinds)}</span></div>')
    figures_side, rules_side = st.columns([1, 1.5], gap="medium")
    with figures_side:
        figures(found)
    with rules_side:
        rules(found)
    steps(found, project)
    types(at, project)


def figures(found: Demand) -> None:
    """Energy on both bases side by side, deductions each as a line, carbon both ways."""
    low, high = found.range_tce or (None, None)
    carbon = found.carbon
    rows = [
        (_("Energy, calorific value"), tce(found.energy_tce_calorific)),
        (_("Energy, equal value"), tce(found.energy_tce_equal)),
        (_("Gross, without crediting what is given out"), tce(found.gross_energy_tce)),
        (_("Range that the standard leaves open"), f"{tce(low)} – {tce(high)}"),
        *((f"− {choice_word(row.kind)}", tce(row.energy_tce)) for row in found.deductions),
        (_("Counted by the total, {basis}", basis=_(BASES[found.basis])), tce(found.counted_tce)),
        (_("Carbon of fuel burnt"), tco2(carbon.direct_tco2)),
        (_("Carbon of power and heat bought"), tco2(carbon.purchased_tco2)),
        (_("Carbon, location-based (factor {factor}, accounting year {year})", factor=carbon.factor_year,
           year=carbon.accounting_year), tco2(carbon.location_tco2)),
        (_("Carbon, market-based (factor {factor})", factor=carbon.market_factor_year), tco2(carbon.market_tco2)),
        (_("Carbon for each tce"), carbon_per_tce(carbon.tco2_per_tce)),
    ]
    look.html(look.table((_("At full load, a year"), ""), rows, figures={1}))


def rules(found: Demand) -> None:
    """Who reviews it, how it enters, and its grades, each with the clause."""
    rows = [
        (_("Energy-saving review"), _(CATEGORIES[found.review.category]), named(found.review.rule)),
        (_("Regional assessment"), _(STATES[found.regional_state]), named(found.regional_rule or "-")),
        *((f"{_(SCALES[row.scale])} {row.value:,.4g} {unit_word(row.unit)}", _(row.title), named(row.source))
          for row in found.grades),
    ]
    look.html(
        look.table((_("Rule of {on}", on=found.on), _("Answer"), _("Source")), rows),
        "".join(f'<div class="muted">{look.escape(said(note))}</div>' for note in found.notes),
    )


def steps(found: Demand, project: Project) -> None:
    """Every step of the arithmetic with coefficient, basis, source and status; also as a file."""
    frame = pd.DataFrame(
        [
            (said(step.what), step.value, unit_word(step.unit), step.coefficient, _(BASES[step.basis]),
             named(step.source), _(STATUSES.get(step.status, step.status)))
            for step in found.steps
        ],
        columns=[_("Step"), _("Value"), _("Unit"), _("Coefficient"), _("Basis"), _("Source"), _("How sure")],
    )
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.markdown(f"**{_('Every step')}** · {len(frame)}")
    with right, st.container(horizontal=True):
        csv_button(frame, f"steps-{project.id}", key="csv-steps")
        xlsx_button(frame, f"steps-{project.id}", key="xlsx-steps")
    number = st.column_config.NumberColumn(format="localized")
    st.dataframe(frame, hide_index=True, row_height=ROW, height=ROW * (min(len(frame), 10) + 1) + 12,
                 column_config={_("Value"): number, _("Coefficient"): st.column_config.NumberColumn(format="%.10g"),
                                _("Step"): st.column_config.TextColumn(width="large")})


def types(at: Desk, project: Project) -> None:
    """The formula of each kind in the project, and the rows behind it with their plausible range."""
    for kind in (kind for kind in TYPES if getattr(project, kind.field)):
        rows = [
            (row_title(row) or row.name, f"{row.value:g}", unit_word(row.unit),
             "-" if row.low is None else f"{row.low:g} – {row.high or 0:g}", named(row.source), _(STATUSES[row.status]))
            for row in rows_of_type(kind, at.parameters)
        ]
        fields = "; ".join(dict.fromkeys(input_title(one.path) for one in fields_of_type(kind)))
        heads = (_("Row"), _("Value"), _("Unit"), _("Plausible"), _("Source"), _("How sure"))
        body = (
            f"<p>{look.escape(_(kind.formula))}</p>"
            + look.table(heads, rows, figures={1})
            + f'<div class="muted">{look.escape(fields)}</div>'
        )
        look.html(look.fold(f"{_(kind.title)}: {_('formula, rows and fields')}", body))


def tce(value: float | None) -> str:
    return said(figure(value, "tce")) if value is not None else "?"


def tco2(value: float | None) -> str:
    return said(figure(value, "tco2")) if value is not None else said(Text(N_("not known")))
