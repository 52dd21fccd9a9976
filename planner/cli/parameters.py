"""Commands about parameters: list, history, change from a day on, take a change back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, call_key, run, who
from planner.errors import UsageError
from planner.text import N_, Text

Name = Annotated[str, typer.Argument(help="The name of the row, as `planner parameters list` prints it.")]
InTable = Annotated[
    str, typer.Option("--table", help="coefficients, rules, relief_costs, review, register_rules, grades, case_terms.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    room = typer.Typer(no_args_is_help=True, help="The rows by which all is judged, with their history.")
    room.command("list")(listed)
    room.command("history")(history)
    room.command("change")(change)
    room.command("take-back")(take_back)
    app.add_typer(room, name="parameters")


def listed(
    table: InTable = "coefficients",
    word: Annotated[str, typer.Option("--search", help="Only names with this in them.")] = "",
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The rows of a table in force today."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.parameters.changes import TABLES

        checked(made, lang)
        if table not in TABLES:
            raise UsageError(problem=Text(N_("--table {word}: use one of {known}"), word=table,
                                          known=", ".join(TABLES)))
        rows = [row for row in desk(workspace).parameter_rows(table) if word.lower() in row["name"].lower()]
        return Answer(rows, [f"{row['name']:44} {said(row['row'])}" for row in rows])

    return run(made, work)


def history(
    name: Name,
    table: InTable = "",
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Every row of a name: from when to when, what it says, who added or took it back, which one is in force."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        rows = desk(workspace).parameter_history(name, table)
        return Answer(rows, [
            f"{'*' if row['in_force'] else ' '} {row['id'] or '-':4} {said(row)}"
            + (f"  {row['actor']}: {row['reason']}" if row["actor"] else "")
            + (f"  x {row['taken_back']['actor']}: {row['taken_back']['reason']}" if row["taken_back"] else "")
            for row in rows
        ])

    return run(made, work)


def said(row: dict[str, Any] | None) -> str:
    """A row in one line."""
    if row is None:
        return "-"
    days = f"{row['valid_from'] or '...'} .. {row['valid_to'] or '...'}"
    return f"{row['value']:>14g} {row['unit']:14} {days:26} {row['status']:12} {row['source']}"


def change(
    name: Name,
    value: Annotated[float, typer.Option("--value", help="The new number, in --unit.")],
    unit: Annotated[str, typer.Option("--unit", help="The unit of the row: another one is refused.")],
    since: Annotated[str, typer.Option("--from", help="First day on which it holds, YYYY-MM-DD.")],
    source: Annotated[str, typer.Option("--source", help="The document it stands in.")],
    reason: Reason,
    until: Annotated[str | None, typer.Option("--to", help="Last day; default open.")] = None,
    status: Annotated[str, typer.Option("--status", help="verified, unverified, inferred, illustrative.")] =
    "unverified",
    low: Annotated[float | None, typer.Option("--low", help="The source's own range, low end.")] = None,
    high: Annotated[float | None, typer.Option("--high", help="The source's own range, high end.")] = None,
    words: Annotated[str, typer.Option("--note", help="What else is to be said of it.")] = "",
    table: InTable = "",
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A new row in the place of one, from a day on. The old row stays, and what was decided stays decided."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.parameters.changes import Wish

        checked(made, lang)
        first, last = day(since, "--from"), day(until, "--to")
        assert first is not None  # noqa: S101  (the option must be given)
        wish = Wish(name, value, unit, first, source, status, last, low, high, words)
        made_key = call_key(key, "parameters change", table, wish, reason)
        answer = desk(workspace).change_parameter(wish, table=table, reason=reason, actor=who(actor), key=made_key)
        return Answer(answer, [f"{answer['id']}  {answer['name']}  {said(answer)}"])

    return run(made, work)


def take_back(
    id: Annotated[str, typer.Argument(help="The id of a row that was added here, e.g. P1.")],
    reason: Reason,
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Take back a row that was added here: what it stood in the place of holds again."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        made_key = call_key(key, "parameters take-back", id, reason)
        answer = desk(workspace).take_parameter_back(id, reason=reason, actor=who(actor), key=made_key)
        return Answer(answer, [f"{answer['id']}  {answer['name']}  -"])

    return run(made, work)
