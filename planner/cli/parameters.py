"""Commands about parameters: list, history, change, add and end from a day on, take a change back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Writing, day
from planner.cli.frame import Answer, room, verbs
from planner.errors import UsageError
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.booking import Document
    from planner.parameters.changes import Wish

Name = Annotated[str, typer.Argument(help="The name of the row, as `planner parameters list` prints it.")]
InTable = Annotated[str, typer.Option("--table", help=(
    "coefficients, rules, land_classes, quotas, deductions, review, relief_costs, register_rules, grades, public_uses, "
    "case_terms, holidays, measures."))]
Out = Annotated[Path | None, typer.Option("--out", help="Write them to a file too: .csv, .xlsx or .json.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    rows = room(app, "parameters", "The rows by which all is judged, with their history.")
    verbs(rows, list_, history, change, add, end, take_back)


def list_(
    call: AtDesk,
    table: InTable = "coefficients",
    word: Annotated[str, typer.Option("--search", help="Only names with this in them.")] = "",
    out: Out = None,
) -> Answer:
    """The rows of a table in force today."""
    rows = [row for row in call.desk.parameter_rows(table) if word.lower() in row["name"].lower()]
    written([{"name": row["name"], **(row["row"] or {})} for row in rows], out)
    return Answer(rows, [f"{row['name']:44} {said(row['row'])}" for row in rows])


def history(call: AtDesk, name: Name, table: InTable = "", out: Out = None) -> Answer:
    """Every row of a name: from when to when, what it says, who added or took it back, which one is in force."""
    rows = call.desk.parameter_history(name, table)
    written(rows, out)
    return Answer(rows, [
        f"{'*' if row['in_force'] else ' '} {row['id'] or '-':4} {said(row)}"
        + (f"  {row['actor']}: {row['reason']}" if row["actor"] else "")
        + (f"  x {row['taken_back']['actor']}: {row['taken_back']['reason']}" if row["taken_back"] else "")
        for row in rows
    ])


def written(rows: list[Document], out: Path | None) -> None:
    """The rows as a file, each column under its name."""
    if out is not None:
        from planner.desk.trail_file import write

        flat = [{**{head: value for head, value in row.items() if head != "columns"}, **row.get("columns", {})}
                for row in rows]
        heads = dict.fromkeys(head for row in flat for head in row)
        write([{head: row.get(head) for head in heads} for row in flat], out, title="parameters")


def said(row: Document | None) -> str:
    """A row in one line: its number, or the columns that it has in place of one."""
    if row is None:
        return "-"
    days = f"{row['valid_from'] or '...'} .. {row['valid_to'] or '...'}"
    what = f"{row['value']:>14g} {row['unit']:14}" if row["value"] is not None else " ".join(
        f"{name}={value}" for name, value in row["columns"].items() if value not in (None, ""))
    return f"{'x ' if row.get('ends') else ''}{what} {days:26} {row['status']:12} {row['source']}"


@dataclass(frozen=True, kw_only=True)
class Stating(Writing):
    """The options of a verb that states a row from a day on."""

    since: Annotated[str, typer.Option("--from", help="First day on which it holds, YYYY-MM-DD.")]
    source: Annotated[str, typer.Option("--source", help="The document it stands in.")]
    reason: opt.Reason
    columns: Annotated[list[str] | None, typer.Option("--set", help="COLUMN=VALUE; repeatable.")] = None
    until: Annotated[str | None, typer.Option("--to", help="Last day; default open.")] = None
    status: Annotated[str, typer.Option("--status", help="verified, unverified, inferred, illustrative.")] = (
        "unverified")

    def wish(self, name: str, values: dict[str, Any]) -> Wish:
        """The row as it is stated. Raises UsageError."""
        from planner.parameters.changes import Wish

        for word in self.columns or ():
            column, equals, value = word.partition("=")
            if not column or not equals:
                raise UsageError(problem=Text(N_("--set {word}: write COLUMN=VALUE"), word=word))
            values = {**values, column: value}
        first = day(self.since, "--from")
        assert first is not None  # noqa: S101  (the option must be given)
        return Wish(name, values, first, self.source, self.status, day(self.until, "--to"))


def change(
    call: Stating,
    name: Name,
    value: Annotated[float | None, typer.Option("--value", help="The new number, in --unit.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="The unit of the row: another one is refused.")] = None,
    low: Annotated[float | None, typer.Option("--low", help="The source's own range, low end.")] = None,
    high: Annotated[float | None, typer.Option("--high", help="The source's own range, high end.")] = None,
    words: Annotated[str, typer.Option("--note", help="What else is to be said of it.")] = "",
    table: InTable = "",
) -> Answer:
    """A new row in the place of one, from a day on: another number, or other columns. The old row stays, and what was
    decided stays decided."""
    from planner.parameters.tables import TABLES

    found = call.desk.parameter_table(name, table)
    stated: dict[str, Any] = {"low": low, "high": high, "note": words or None, "unit": unit}
    if value is not None:
        stated |= {TABLES[found].number or "value": value, "unit": unit or ""}
    wish = call.wish(name, {column: one for column, one in stated.items() if one is not None})
    key = call.once("parameters change", table, wish, call.reason)
    answer = call.desk.change_parameter(wish, table=found, reason=call.reason, actor=call.who, key=key)
    return Answer(answer, [f"{answer['id']}  {answer['name']}  {said(answer)}"])


def add(
    call: Stating,
    table: Annotated[str, typer.Argument(help="The table, as --table of `planner parameters list` names it.")],
) -> Answer:
    """A row of a new name, from a day on: a holiday, a rule of one park, a land class, a quota ..."""
    wish = call.wish("", {})
    key = call.once("parameters add", table, wish, call.reason)
    answer = call.desk.add_parameter(wish, table=table, reason=call.reason, actor=call.who, key=key)
    return Answer(answer, [f"{answer['id']}  {answer['name']}  {said(answer)}"])


def end(
    call: Writing,
    name: Name,
    since: Annotated[str, typer.Option("--from", help="First day on which it holds no more, YYYY-MM-DD.")],
    source: Annotated[str, typer.Option("--source", help="The document it stands in.")],
    reason: opt.Reason,
    until: Annotated[str | None, typer.Option("--to", help="Last day without it; default open.")] = None,
    table: InTable = "",
) -> Answer:
    """A row holds no more from a day on. What layers, accounts or figures use stays, and so does every decision."""
    first, last = day(since, "--from"), day(until, "--to")
    assert first is not None  # noqa: S101  (the option must be given)
    key = call.once("parameters end", table, name, since, until, source, reason)
    answer = call.desk.end_parameter(name, first=first, last=last, source=source, table=table, reason=reason,
                                     actor=call.who, key=key)
    return Answer(answer, [f"{answer['id']}  {answer['name']}  {said(answer)}"])


def take_back(
    call: Writing,
    id: Annotated[str, typer.Argument(help="The id of a change that was made here, e.g. P1.")],
    reason: opt.Reason,
) -> Answer:
    """Take back a change that was made here: what it stood in the place of holds again."""
    key = call.once("parameters take-back", id, reason)
    answer = call.desk.take_parameter_back(id, reason=reason, actor=call.who, key=key)
    return Answer(answer, [f"{answer['id']}  {answer['name']}  -"])
