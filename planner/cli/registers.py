"""Commands about the land registers: list, check, import, export, history, drop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, JudgingAtDesk, Writing, day
from planner.cli.frame import Answer, room, verbs
from planner.text import N_, Translate
from planner.verdict import Verdict

Name = Annotated[str, typer.Argument(help="tracts, temporary, stock or contracts.")]
RowId = Annotated[str, typer.Option("--id", help="Number of the row.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(
        room(app, "register", "Land registers of the park: tract plans, temporary land, stock land, access contracts."),
        check, export, history, drop, list_, import_,
    )


def list_(
    call: AtDesk,
    name: Annotated[str | None, typer.Argument(help="Which register; without it all of them, counted.")] = None,
) -> Answer:
    """What the registers hold: all of them counted, or the rows of one."""
    from planner.desk.registers import rows
    from planner.registers.check import REGISTERS
    from planner.registers.columns import document_of

    at = call.desk
    if name is not None:
        found = [document_of(row) for row in rows(at, name)]
        return Answer(found, [f"{row['id']:<20} {row.get('name', '')}" for row in found])
    counts = {one: len(rows(at, one)) for one in REGISTERS}
    lines = [f"{one:<12} {count:>6}  {call.say(REGISTERS[one].title)}" for one, count in counts.items()]
    return Answer([{"register": one, "rows": count} for one, count in counts.items()], lines)


def check(
    call: JudgingAtDesk,
    name: Name,
    id: Annotated[str | None, typer.Option("--id", help="Only this row.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day to judge on, YYYY-MM-DD; default today.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the findings to this .xlsx file too.")] = None,
) -> Answer:
    """Every row of a register judged: its ground, its figures, its findings with their clause, worst first."""
    from planner.desk import registers
    from planner.desk.registers_out import write_findings
    from planner.errors import RegisterRowMissing

    at = call.desk
    today = day(on) or at.today()
    found = [one for one in registers.checked(at, name, today) if id in (None, one.row.id)]
    if id is not None and not found:
        raise RegisterRowMissing(register=name, id=id)
    if out is not None:
        write_findings(name, found, out, say=call.say)
    document = registers.check_document(at, name, found, today, call.say)
    lines = [line for row in document["rows"] for line in row_lines(row, call.say, call.language)]
    return Answer(document, lines, [Verdict[row["verdict"].upper()] for row in document["rows"]])


def row_lines(row: dict[str, Any], say: Translate, lang: str) -> list[str]:
    """A row and what was found of it, what is clear left out."""
    from planner.words import in_language

    area = row["ground"]["mu"]
    ground = say(N_("ground not known")) if area is None else f"{area:,.2f} mu"
    seen = [one for one in row["findings"] if one["state"] != "clear"]
    told = [f"    {one['message']}  [{in_language(one['source'], lang)}]" for one in seen]
    return [f"{row['verdict']:<8} {row['id']:<16} {ground:>18}  {in_language(row.get('name', ''), lang)}", *told]


def import_(
    call: Writing,
    name: Name,
    file: Annotated[Path, typer.Argument(help="XLSX or CSV with the register's columns as headings.")],
    shapes: Annotated[
        Path | None, typer.Option("--shapes", help="File with the outlines; a feature's id is the row's number.")
    ] = None,
    crs: opt.Crs = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take out the rows that the table does not have.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
) -> Answer:
    """Add and change rows of a register from a table: all rows or none, each bad one named with its column."""
    from planner.desk.registers_in import RegisterFile, import_register, stamp

    at = call.desk
    words = ("register import", name, crs, replace, dry_run, stamp(at, name))
    request = RegisterFile(
        register=name,
        path=file,
        actor=call.who,
        key=call.once(*words, files=(file, shapes)),
        shapes=shapes,
        crs=crs,
        replace=replace,
        dry_run=dry_run,
    )
    answer = import_register(at, request)
    counts = {what: len(answer[what]) for what in ("added", "changed", "unchanged", "dropped")}
    said = call.say(N_("{added} added, {changed} changed, {unchanged} unchanged, {dropped} taken out"))
    return Answer(answer, [said.format(**counts)])


def export(
    call: AtDesk,
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="The table (.xlsx) or the ground (.geojson).")],
) -> Answer:
    """A register as a table that can be imported again (headings in --lang), or its ground as GeoJSON."""
    from planner.desk.registers_out import export_register

    answer = export_register(call.desk, name, out, say=call.say)
    return Answer(answer, [answer["path"], *answer.get("notes", ())])


def history(call: AtDesk, name: Name, id: RowId) -> Answer:
    """Every version of a row, oldest first: when, by whom, what it said."""
    from planner.desk.registers import history_document

    found = history_document(call.desk, name, id)
    return Answer(found, [f"{row['version']:>4} {row['at']} {row['actor']}  {row['document']}" for row in found])


def drop(call: Writing, name: Name, id: RowId) -> Answer:
    """Take a row out of a register; its versions stay."""
    from planner.desk.registers_in import drop_row, stamp

    at = call.desk
    named = call.once("register drop", name, id, stamp(at, name))
    answer = drop_row(at, name, id, actor=call.who, key=named)
    return Answer(answer, [f"{name} {id}"])
