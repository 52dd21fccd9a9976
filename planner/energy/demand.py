"""The energy and carbon of one project: at full load with all the arithmetic, and in a single accounting year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.energy.accounting import YearLoad, rules_of, year_load
from planner.energy.answer import Deduction, Demand, Review, Step
from planner.energy.assessment import regional
from planner.energy.carbon import carbon_of
from planner.energy.carriers import Basis, Conversion, conversion
from planner.energy.grades import grades_of
from planner.energy.load import Load
from planner.energy.project import Project
from planner.energy.review import review
from planner.energy.types import full_load
from planner.parameters import Parameters
from planner.text import N_, Text

__all__ = ["Deduction", "Demand", "Review", "Step", "demand", "full_load", "yearly"]


def demand(
    project: Project, parameters: Parameters, *, on: date, basis: Basis = "calorific",
    equal_value: float | None = None, places: Sequence[str] = (),
) -> Demand:
    """What one project asks at full load when it applies ``on`` a day.

    ``basis`` decides how bought electricity and heat become tce: calorific, or equal with ``equal_value`` in
    kgce/kWh (default: the illustrative row); with the basis unknown the figures are calorific and say so.
    Review and regional rules are those of ``on``; deductions those of the accounting year: the project's start,
    else the year of ``on``. ``places`` stand in where the project names no sub-park.

    Raises ScenarioError, CoefficientMissing, ReviewMissing.
    """
    rows = conversion(parameters, on=on, basis=basis, equal_value=equal_value)
    load = full_load(project, rows)
    year = project.start if project.start is not None else on.year
    counted = year_load(load, project.model_copy(update={"ramp": (1.0,), "phases": ()}), rows, parameters, year)
    entry = regional(project, load, parameters.assessment, on, places=places)
    return Demand(
        project=project.id, on=on.isoformat(), basis=basis,
        energy_tce=load.energy.tce, gross_energy_tce=load.gross_tce, energy_tce_equal=load.equal_tce,
        energy_tce_calorific=load.calorific_tce, range_tce=(load.energy.low_tce, load.energy.high_tce),
        deductions=counted.deductions, counted_tce=counted.counted_tce,
        electricity_mwh=load.electricity_mwh, carbon_tco2=load.carbon_tco2,
        carbon=carbon_of(load, counted.covered_mwh, rows.rows, year),
        grades=grades_of(project, load, rows, parameters.grades, parameters.regions),
        review=review(load, parameters.review, on), regional_state=entry.state, regional_rule=entry.rule,
        steps=load.steps + _deduction_steps(counted, rows, parameters),
        notes=load.notes + counted.notes + entry.why + _notes(load, counted, rows, basis, equal_value),
    )


def yearly(
    project: Project, parameters: Parameters, year: int, *, on: date, basis: Basis = "calorific",
    equal_value: float | None = None,
) -> YearLoad:
    """One project in one accounting year, ramp and deductions applied. Raises as ``demand``."""
    rows = conversion(parameters, on=on, basis=basis, equal_value=equal_value)
    return year_load(full_load(project, rows, year), project, rows, parameters, year)


def _deduction_steps(counted: YearLoad, rows: Conversion, parameters: Parameters) -> tuple[Step, ...]:
    allowed, per_kwh = rules_of(parameters.deductions, counted.year), rows.bought("electricity").value
    return tuple(
        Step(Text(_DEDUCTIONS[line.kind], year=counted.year), -line.energy_tce, "tce",
             None if line.kind == "feedstock" else per_kwh, allowed[line.kind].source, allowed[line.kind].status,
             rows.shown_basis)
        for line in counted.deductions
    )


def _notes(
    load: Load, counted: YearLoad, rows: Conversion, basis: Basis, equal_value: float | None
) -> tuple[Text, ...]:
    """What a reader of the figures must know about basis and year."""
    notes = []
    if basis == "unknown":
        notes.append(Text(N_("the basis of the energy quota is not known: figures are on the calorific value")))
    if basis == "equal" and equal_value is None and load.electricity_mwh:
        notes.append(Text(N_("the equal value {value:g} kgce/kWh is illustrative. State the local one."),
                          value=rows.row("electricity_equal").value))
    if counted.deductions:
        notes.append(Text(N_("deductions follow the rules of the accounting year {year}"), year=counted.year))
    return tuple(notes)


_DEDUCTIONS = {
    "feedstock": N_("feedstock, not counted in {year}"),
    "renewable": N_("added renewable power, not counted in {year}"),
    "certificates": N_("green certificates, not counted in {year}"),
}
