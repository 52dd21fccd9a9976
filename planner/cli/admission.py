"""Commands about a queue that does not fit: relieve, select, risk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, desk
from planner.cli.frame import Answer, note, run
from planner.errors import UsageError
from planner.text import N_, Text

Scenario = Annotated[Path, typer.Argument(help="Scenario file (TOML).")]
Workspace = Annotated[str | None, typer.Option("--workspace", help="Judge against the book of this workspace.")]

SELECT_LIMITS = N_("--time-limit must be more than 0, --alternatives 0 or more, --differ 1 or more, --within 0 to 1")


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    app.command()(relieve)
    app.command()(select)
    app.command()(risk)


def relieve(
    scenario: Scenario,
    project: Annotated[str, typer.Option("--project", help="Id of the refused project.")],
    workspace: Workspace = None,
    park: opt.Park = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The cheapest ways to make a refused project fit, each put back through the simulation. Writes nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import documents_admission as documents
        from planner.desk.queue import asked_of_path

        checked(made, lang)
        found = asked_of_path(desk(workspace) if workspace else None, scenario, park=park).relieve(project)
        document = documents.relief(found, made.say)
        lines = [
            f"{'-' if row['cost_wan_yuan'] is None else format(row['cost_wan_yuan'], ',.2f'):>16}  {row['sentence']}"
            for row in document["options"]
        ]
        lines += [row["sentence"] for row in document["conflict"]] + document.get("notes", [])
        return Answer(document, lines)

    return run(made, work)


def select(
    scenario: Scenario,
    maximise: Annotated[
        str, typer.Option("--maximise", help="value_added, tax, output, jobs, tax_per_tce, or a sum as 2*tax+jobs.")
    ] = "value_added",
    alternatives: Annotated[int, typer.Option("--alternatives", help="How many other sets to show.")] = 0,
    differ: Annotated[int, typer.Option("--differ", help="In how many projects other sets differ at least.")] = 1,
    within: Annotated[float, typer.Option("--within", help="Share of the value that other sets may lose.")] = 0.05,
    time_limit: Annotated[float, typer.Option("--time-limit", help="Seconds for each set.")] = 20.0,
    workspace: Workspace = None,
    park: opt.Park = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The best set of projects under all caps, with the proven gap. Writes nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.admission.select import Wanted
        from planner.desk import documents_admission as documents
        from planner.desk.queue import asked_of_path

        checked(made, lang)
        if not (time_limit > 0 and alternatives >= 0 and differ >= 1 and 0 <= within <= 1):
            raise UsageError(problem=Text(SELECT_LIMITS))
        wanted = Wanted(maximise, time_limit, alternatives, differ, within)
        asked = asked_of_path(desk(workspace) if workspace else None, scenario, park=park)
        found = asked.select(wanted, lambda value, bound: note(f"{value:,.4g} <= {bound:,.4g}"))
        document = documents.selection(found, made.say)
        lines = [f"{document['objective']} {document['value'] or 0:,.2f}  (gap {document['gap'] or 0:.3%})"]
        lines += [f"+ {id}  {year}" for id, year in document["starts"].items()]
        lines += [f"- {row['id']}  {row['because']}" for row in document["left_out"]]
        return Answer(document, lines + document.get("notes", []))

    return run(made, work)


def risk(
    scenario: Scenario,
    draws: Annotated[int, typer.Option("--draws", help="How many draws of the uncertain inputs.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same answer.", min=0)] = 0,
    confidence: Annotated[
        float | None, typer.Option("--confidence", help="Admit what is admitted in at least this share of the draws.")
    ] = None,
    workspace: Workspace = None,
    park: opt.Park = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """How likely each cap is broken, and which inputs decide it. Writes nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import documents_admission as documents
        from planner.desk.queue import asked_of_path

        checked(made, lang)
        asked = asked_of_path(desk(workspace) if workspace else None, scenario, park=park)
        document = documents.risk(asked.risk(draws, seed), made.say, confidence)
        lines = [
            f"{row['quota']:<30} {row['year']}  {row['probability']:>7.2%}  {row['p10']:,.4g} .. {row['p90']:,.4g}"
            for row in document["breach"]
        ]
        lines += [f"{row['input']:<40} {row['share_of_variance']:>7.2%}" for row in document["drivers"]]
        lines += [f"{row['id']:<20} {row['admitted']:>7.2%}" for row in document["projects"]]
        return Answer(document, lines + document.get("notes", []))

    return run(made, work)
