"""Commands about figures of the park: add with a source, list, choose where two disagree."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, desk
from planner.cli.frame import Answer, call_key, run, who


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    facts = typer.Typer(no_args_is_help=True, help="Figures of the park with their sources; conflicts and choices.")
    facts.command()(add)
    facts.command("list")(list_facts)
    facts.command()(choose)
    app.add_typer(facts, name="facts")


def add(
    measure: Annotated[str, typer.Option("--measure", help="tax value_added output revenue investment energy ...")],
    period: Annotated[str, typer.Option("--period", help="2021, 2021-06, 2021-Q3 or 2021-H1.")],
    value: Annotated[str, typer.Option("--value", help="The figure as stated, in --unit.")],
    unit: Annotated[str, typer.Option("--unit", help="yuan wan_yuan yi_yuan tce tco2 mwh ...")],
    status: Annotated[str, typer.Option("--status", help="forecast or actual.")],
    source: Annotated[str, typer.Option("--source", help="The document it stands in.")],
    page: Annotated[str, typer.Option("--page", help="Its page there.")] = "",
    scope: Annotated[str, typer.Option("--scope", help="What it is of: the zone, one sub-park ...")] = "",
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A figure with the place it was read at."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        stated = {"measure": measure, "scope": scope, "period": period, "status": status, "value": value,
                  "unit": unit, "source": source, "page": page}
        made_key = call_key(key, "facts add", *stated.values())
        answer = desk(workspace).add_fact(stated, actor=who(actor), key=made_key)
        return Answer(answer, [answer["figure"]])

    return run(made, work)


def list_facts(
    measure: Annotated[str | None, typer.Option("--measure", help="Only this measure.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Only this period.")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Only what nobody chose between yet.")] = False,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What is stated of each thing: the value, or all values where sources disagree; and every choice made."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.facts import fact_document

        checked(made, lang)
        rows = [
            fact_document(row, made.say)
            for row in desk(workspace).facts()
            if measure in (None, row.thing.measure) and period in (None, row.thing.period)
            if not conflicts or row.state == "conflict"
        ]
        return Answer(rows, [f"{r['measure']} {r['scope']} {r['period']}: {r['text']}" for r in rows])

    return run(made, work)


def choose(
    figure: Annotated[str, typer.Argument(help="The figure to prefer, e.g. F2.")],
    reason: Annotated[str, typer.Option("--reason", help="Why this one.")],
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Prefer one of the figures that disagree, with a reason; all stay, and both are printed."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        made_key = call_key(key, "facts choose", figure, reason)
        answer = desk(workspace).choose_fact(figure, reason=reason, actor=who(actor), key=made_key)
        return Answer(answer, [f"{answer['choice']}: {answer['chosen']}"])

    return run(made, work)
