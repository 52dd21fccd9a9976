"""Commands about energy: demand and simulate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import Beside, Judging, day
from planner.cli.frame import Answer, verbs
from planner.text import N_, Translate

if TYPE_CHECKING:
    from planner.energy.answer import Demand


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, demand, simulate)


@dataclass(frozen=True, kw_only=True)
class OnBasis(Beside):
    """A call that takes its basis from a workspace, where one is named."""

    workspace: Annotated[str | None, typer.Option("--workspace", help="Take the basis of this workspace.")] = None


@dataclass(frozen=True, kw_only=True)
class JudgingBook(Beside, Judging):
    """A call that judges a scenario, against the book of a workspace where one is named."""


def demand(
    call: OnBasis,
    project: Annotated[Path, typer.Argument(help="TOML file with the fields of one project.")],
    on: opt.On = None,
    basis: Annotated[str | None, typer.Option("--basis", help="calorific or equal.")] = None,
    equal_value: Annotated[
        float | None, typer.Option("--equal-value", help="kgce per kWh, with --basis equal.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every step with its coefficient, basis, source and status.")
    ] = False,
) -> Answer:
    """Yearly energy and carbon of one project at full load, with the arithmetic."""
    from planner.desk import documents_check as documents
    from planner.desk.project import demand_of_file

    asked = demand_of_file(project, on=day(on), basis=basis, equal_value=equal_value, desk=call.desk)
    return Answer(documents.demand(asked, call.say), said(asked, call.say, explain, call.language))


def said(asked: Demand, say: Translate, explain: bool, lang: str) -> list[str]:
    """The arithmetic for people; with ``explain`` each coefficient has its basis, source and status below it."""
    from planner.words import in_language

    def of(source: str | None) -> str:
        return in_language(source or "", lang)

    lines = []
    for step in asked.steps:
        lines.append(f"{step.what.say(say)}: {step.value:,.4f} {step.unit}")
        if explain:
            coefficient = "" if step.coefficient is None else f"x {step.coefficient:,.10g}  "
            lines.append(f"    {coefficient}{say(BASES[step.basis])}  {of(step.source)}  [{step.status}]")
    if explain:
        lines += [
            f"{say(BASES['calorific'])}: {asked.energy_tce_calorific or 0:,.4f} tce",
            f"{say(BASES['equal'])}: {asked.energy_tce_equal or 0:,.4f} tce",
            f"{say(COUNTED)}: {asked.counted_tce or 0:,.4f} tce",
            f"{asked.review.category}  {of(asked.review.rule)}",
            f"{asked.regional_state}  {of(asked.regional_rule)}".rstrip(),
            *(f"{row.scale}: {row.value:,.4g} {row.unit}  {say(row.title)}  {of(row.source)}" for row in asked.grades),
            *(note.say(say) for note in asked.notes),
        ]
    return lines


BASES = {"": "", "calorific": N_("calorific value"), "equal": N_("equal value")}
COUNTED = N_("counted by the total")


def simulate(
    call: JudgingBook,
    scenario: opt.ScenarioFile,
    park: opt.Park = None,
    displaces: Annotated[
        bool, typer.Option("--displaces", help="For each project that is in: which later ones it keeps out.")
    ] = False,
) -> Answer:
    """The queue of projects against the budgets, year by year. Writes nothing."""
    from planner.desk import documents_queue as documents
    from planner.desk.queue import asked_of_path

    asked = asked_of_path(call.desk, scenario, park=park)
    run_ = asked.simulate()
    lines = []
    for row in run_.projects:
        bound = row.binding
        why = (
            ""
            if bound is None or bound.quota is None
            else f"  {bound.quota} {bound.year}  {bound.short_by or 0:,.2f}"
        )
        lines.append(f"{row.id:<20} {call.say(str(row.verdict)):<10}{why}")
    document = documents.simulation(run_, call.say)
    if displaces:
        kept_out = {row.id: documents.displaced(row) for row in asked.displaced()}
        for row in document["projects"]:
            row["displaces"] = kept_out.get(row["id"])
        lines += [f"{id:<20} x {', '.join(row['keeps_out'])}" for id, row in kept_out.items() if row["keeps_out"]]
    return Answer(document, lines, [row.verdict for row in run_.projects])
