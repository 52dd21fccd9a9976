"""Commands about figures of the park: add with a source, list, choose where two disagree."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.calls import AtDesk, Writing
from planner.cli.frame import Answer, room, verbs


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(room(app, "facts", "Figures of the park with their sources; conflicts and choices."), add, list_, choose)


def add(
    call: Writing,
    measure: Annotated[str, typer.Option("--measure", help="tax value_added output revenue investment energy ...")],
    period: Annotated[str, typer.Option("--period", help="2021, 2021-06, 2021-Q3 or 2021-H1.")],
    value: Annotated[str, typer.Option("--value", help="The figure as stated, in --unit.")],
    unit: Annotated[str, typer.Option("--unit", help="yuan wan_yuan yi_yuan tce tco2 mwh ...")],
    status: Annotated[str, typer.Option("--status", help="forecast or actual.")],
    source: Annotated[str, typer.Option("--source", help="The document it stands in.")],
    page: Annotated[str, typer.Option("--page", help="Its page there.")] = "",
    scope: Annotated[str, typer.Option("--scope", help="What it is of: the zone, one sub-park ...")] = "",
) -> Answer:
    """A figure with the place it was read at."""
    stated = {"measure": measure, "scope": scope, "period": period, "status": status, "value": value,
              "unit": unit, "source": source, "page": page}
    key = call.once("facts add", *stated.values())
    answer = call.desk.add_fact(stated, actor=call.who, key=key)
    return Answer(answer, [answer["figure"]])


def list_(
    call: AtDesk,
    measure: Annotated[str | None, typer.Option("--measure", help="Only this measure.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Only this period.")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Only what nobody chose between yet.")] = False,
) -> Answer:
    """What is stated of each thing: the value, or all values where sources disagree; and every choice made."""
    from planner.desk.facts import fact_document

    rows = [
        fact_document(row, call.say)
        for row in call.desk.facts()
        if measure in (None, row.thing.measure) and period in (None, row.thing.period)
        if not conflicts or row.state == "conflict"
    ]
    return Answer(rows, [f"{r['measure']} {r['scope']} {r['period']}: {r['text']}" for r in rows])


def choose(
    call: Writing,
    figure: Annotated[str, typer.Argument(help="The figure to prefer, e.g. F2.")],
    reason: Annotated[str, typer.Option("--reason", help="Why this one.")],
) -> Answer:
    """Prefer one of the figures that disagree, with a reason; all stay, and both are printed."""
    key = call.once("facts choose", figure, reason)
    answer = call.desk.choose_fact(figure, reason=reason, actor=call.who, key=key)
    return Answer(answer, [f"{answer['choice']}: {answer['chosen']}"])
