"""Commands about parameters: list, history, change from a day on, take a change back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Writing, day
from planner.cli.frame import Answer, room, verbs
from planner.errors import UsageError
from planner.text import N_, Text

Name = Annotated[str, typer.Argument(help="The name of the row, as `planner parameters list` prints it.")]
InTable = Annotated[
    str, typer.Option("--table", help="coefficients, rules, relief_costs, review, register_rules, grades, case_terms.")
]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    rows = room(app, "parameters", "The rows by which all is judged, with their history.")
    verbs(rows, list_, history, change, take_back)


def list_(
    call: AtDesk,
    table: InTable = "coefficients",
    word: Annotated[str, typer.Option("--search", help="Only names with this in them.")] = "",
) -> Answer:
    """The rows of a table in force today."""
    from planner.parameters.changes import TABLES

    if table not in TABLES:
        raise UsageError(problem=Text(N_("--table {word}: use one of {known}"), word=table,
                                      known=", ".join(TABLES)))
    rows = [row for row in call.desk.parameter_rows(table) if word.lower() in row["name"].lower()]
    return Answer(rows, [f"{row['name']:44} {said(row['row'])}" for row in rows])


def history(call: AtDesk, name: Name, table: InTable = "") -> Answer:
    """Every row of a name: from when to when, what it says, who added or took it back, which one is in force."""
    rows = call.desk.parameter_history(name, table)
    return Answer(rows, [
        f"{'*' if row['in_force'] else ' '} {row['id'] or '-':4} {said(row)}"
        + (f"  {row['actor']}: {row['reason']}" if row["actor"] else "")
        + (f"  x {row['taken_back']['actor']}: {row['taken_back']['reason']}" if row["taken_back"] else "")
        for row in rows
    ])


def said(row: dict[str, Any] | None) -> str:
    """A row in one line."""
    if row is None:
        return "-"
    days = f"{row['valid_from'] or '...'} .. {row['valid_to'] or '...'}"
    return f"{row['value']:>14g} {row['unit']:14} {days:26} {row['status']:12} {row['source']}"


def change(
    call: Writing,
    name: Name,
    value: Annotated[float, typer.Option("--value", help="The new number, in --unit.")],
    unit: Annotated[str, typer.Option("--unit", help="The unit of the row: another one is refused.")],
    since: Annotated[str, typer.Option("--from", help="First day on which it holds, YYYY-MM-DD.")],
    source: Annotated[str, typer.Option("--source", help="The document it stands in.")],
    reason: opt.Reason,
    until: Annotated[str | None, typer.Option("--to", help="Last day; default open.")] = None,
    status: Annotated[str, typer.Option("--status", help="verified, unverified, inferred, illustrative.")] =
    "unverified",
    low: Annotated[float | None, typer.Option("--low", help="The source's own range, low end.")] = None,
    high: Annotated[float | None, typer.Option("--high", help="The source's own range, high end.")] = None,
    words: Annotated[str, typer.Option("--note", help="What else is to be said of it.")] = "",
    table: InTable = "",
) -> Answer:
    """A new row in the place of one, from a day on. The old row stays, and what was decided stays decided."""
    from planner.parameters.changes import Wish

    first, last = day(since, "--from"), day(until, "--to")
    wish = Wish(name, value, unit, first, source, status, last, low, high, words)
    key = call.once("parameters change", table, wish, reason)
    answer = call.desk.change_parameter(wish, table=table, reason=reason, actor=call.who, key=key)
    return Answer(answer, [f"{answer['id']}  {answer['name']}  {said(answer)}"])


def take_back(
    call: Writing,
    id: Annotated[str, typer.Argument(help="The id of a row that was added here, e.g. P1.")],
    reason: opt.Reason,
) -> Answer:
    """Take back a row that was added here: what it stood in the place of holds again."""
    key = call.once("parameters take-back", id, reason)
    answer = call.desk.take_parameter_back(id, reason=reason, actor=call.who, key=key)
    return Answer(answer, [f"{answer['id']}  {answer['name']}  -"])
