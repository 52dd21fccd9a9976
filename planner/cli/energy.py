"""Commands about energy: demand and simulate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, run


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    app.command()(demand)
    app.command()(simulate)


def demand(
    project: Annotated[Path, typer.Argument(help="TOML file with the fields of one project.")],
    on: opt.On = None,
    basis: Annotated[str | None, typer.Option("--basis", help="calorific or equal.")] = None,
    equal_value: Annotated[
        float | None, typer.Option("--equal-value", help="kgce per kWh, with --basis equal.")
    ] = None,
    workspace: Annotated[str | None, typer.Option("--workspace", help="Take the basis of this workspace.")] = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Yearly energy and carbon of one project at full load, with the arithmetic."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import documents
        from planner.desk.project import demand_of_file

        checked(made, lang)
        opened = desk(workspace) if workspace else None
        asked = demand_of_file(project, on=day(on), basis=basis, equal_value=equal_value, desk=opened)
        lines = [f"{step.what.say(made.say)}: {step.value:,.4f} {step.unit}" for step in asked.steps]
        return Answer(documents.demand(asked, made.say), lines)

    return run(made, work)


def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    workspace: Annotated[
        str | None, typer.Option("--workspace", help="Judge against the book of this workspace.")
    ] = None,
    park: opt.Park = None,
    fail_on: opt.FailOn = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The queue of projects against the budgets, year by year. Writes nothing."""
    made = call(json, lang, debug, fail_on)

    def work() -> Answer:
        from planner.desk import documents
        from planner.desk.queue import simulate_path

        checked(made, lang)
        run_ = simulate_path(desk(workspace) if workspace else None, scenario, park=park)
        lines = []
        for row in run_.projects:
            bound = row.binding
            why = (
                ""
                if bound is None or bound.quota is None
                else f"  {bound.quota} {bound.year}  {bound.short_by or 0:,.2f}"
            )
            lines.append(f"{row.id:<20} {made.say(str(row.verdict)):<10}{why}")
        return Answer(documents.simulation(run_, made.say), lines, [row.verdict for row in run_.projects])

    return run(made, work)
