"""Commands about kept scenarios: save, list, show, drop, compare, merge, tornado."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Beside, Writing
from planner.cli.frame import Answer, room, verbs
from planner.errors import UsageError
from planner.text import N_, Text

Word = Annotated[str, typer.Argument(help="A scenario file (TOML), or the name of a saved one.")]
Name = Annotated[str, typer.Argument(help="The name it is saved under.")]
SIDES = ("base", "mine", "theirs")


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(
        room(app, "scenario", "Scenarios kept under a name: compare, merge, sensitivity."),
        list_, save, show, drop, compare, merge, tornado,
    )


def save(
    call: Writing,
    name: Name,
    scenario: Word,
    note: Annotated[str, typer.Option("--note", help="What it is for.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Save it in place of the one of that name.")] = False,
) -> Answer:
    """Keep a scenario in the workspace under a name."""
    from planner.desk import scenarios

    at = call.desk
    given = scenarios.source(at, scenario)
    sealed = call.once("scenario save", name, note, replace, given.tables)
    document = scenarios.keep(at, name, given.tables, actor=call.who, key=sealed, note=note, replace=replace)
    return Answer(document, [f"{name}  {document['projects']}"])


def list_(call: AtDesk) -> Answer:
    """The scenarios saved in the workspace."""
    from planner.desk import documents_scenarios as documents

    rows = [documents.saved(row) for row in call.desk.scenarios()]
    lines = [f"{row['scenario']:<30} {row['saved_at']:<20} {row['actor']:<12} {row['title']}" for row in rows]
    return Answer(rows, lines)


def show(
    call: AtDesk,
    name: Name,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as a scenario file here.")] = None,
) -> Answer:
    """A saved scenario as tables, or as a scenario file."""
    from planner.desk import scenarios
    from planner.formats.write_toml import scenario_text, write_scenario

    given = scenarios.source(call.desk, name)
    if out is not None:
        write_scenario(out, given.tables)
    return Answer({"scenario": given.name, "tables": given.tables}, scenario_text(given.tables).splitlines())


def drop(call: Writing, name: Name) -> Answer:
    """Take a saved scenario away."""
    from planner.desk import scenarios

    at = call.desk
    # What is dropped belongs to the call: a scenario saved anew under the name can be dropped again.
    sealed = call.once("scenario drop", name, scenarios.source(at, name).tables)
    return Answer(scenarios.drop(at, name, actor=call.who, key=sealed), [name])


def compare(call: Beside, before: Word, after: Word, park: opt.Park = None) -> Answer:
    """Two scenarios side by side and as a difference: inputs, verdicts, budgets. Writes nothing."""
    from planner.desk import documents_scenarios as documents
    from planner.desk import scenarios
    from planner.store.parameters import load

    at = call.desk
    found = scenarios.compared(at, scenarios.source(at, before), scenarios.source(at, after), park=park)
    document = documents.comparison(found, call.say)
    lines = ["{}, {}: {} -> {}".format(*(part.say(call.say) for part in (row.of, row.input, row.before, row.after)))
             for row in scenarios.told_inputs(found, at.parameters if at else load())]
    moved = [row for row in document["projects"] if row["changed"]]
    lines += [f"{row['id']:<20} {row['before']} -> {row['after']}" for row in moved]
    lines += [
        f"{row['quota']:<36} {row['year']}  {row['more_left']:+,.2f}"
        for row in document["balance"]
        if row["more_left"]
    ]
    return Answer(document, lines)


@dataclass(frozen=True, kw_only=True)
class Merging(Beside):
    """A call that merges scenarios, saved ones too where a workspace is named."""

    workspace: Annotated[str | None, typer.Option("--workspace", help="Where saved scenarios are looked for.")] = None


def merge(
    call: Merging,
    base: Word,
    mine: Word,
    theirs: Word,
    out: Annotated[Path | None, typer.Option("--out", help="Write the merged scenario file here.")] = None,
    take: Annotated[
        str | None, typer.Option("--take", help="What to take where both changed: base, mine or theirs.")
    ] = None,
) -> Answer:
    """Two versions of one scenario as one, each conflict named. With conflicts nothing is written without --take."""
    from planner.desk import documents_scenarios as documents
    from planner.desk import scenarios
    from planner.formats.write_toml import scenario_text, write_scenario
    from planner.store.parameters import load

    chosen = next((side for side in SIDES if side == (take or "base")), None)
    if chosen is None:
        raise UsageError(problem=Text(N_("--take {word}: use base, mine or theirs"), word=take))
    at = call.desk
    sources = [scenarios.source(at, word) for word in (base, mine, theirs)]
    found = scenarios.merged(*sources, take=chosen)  # type: ignore[arg-type]
    told = scenarios.told(found, sources, at.parameters if at else load())
    document = documents.merged(found, told, call.say)
    open_ = bool(found.conflicts) and take is None
    if out is not None and not open_:
        write_scenario(out, found.tables)
    lines = [row["sentence"] for row in document["conflicts"]]
    return Answer(document, lines if open_ else [*lines, *scenario_text(found.tables).splitlines()],
                  not_right=open_)


def tornado(
    call: Beside,
    scenario: Word,
    quota: Annotated[str, typer.Option("--quota", help="Which budget: energy_tce, intensity_tce_per_wan_yuan ...")],
    year: Annotated[int, typer.Option("--year", help="Its year.")],
    span: Annotated[
        float, typer.Option("--span", help="Share by which a figure without a stated range goes down and up.")
    ] = 0.1,
    park: opt.Park = None,
) -> Answer:
    """How much each single input moves the use of a budget, widest first, and which verdicts it turns. Writes
    nothing."""
    from planner.desk import documents_scenarios as documents
    from planner.desk import scenarios

    if not 0 < span < 1:
        raise UsageError(problem=Text(N_("--span {span}: use a share above 0 and below 1"), span=span))
    at = call.desk
    given = scenarios.source(at, scenario)
    found = scenarios.swings(at, given, quota=quota, year=year, span=span, park=park)
    document = documents.tornado(found)
    lines = []
    for row in document["bars"]:
        lines.append(f"{row['input']:<40} {row['use_low']:>16,.2f} {row['use_high']:>16,.2f}")
        for end in ("low", "high"):
            lines += [f"    {row[end]:,.10g}: {one['id']} {call.say(one['before'])} -> {call.say(one['after'])}"
                      for one in row[f"turned_{end}"]]
    return Answer(document, lines)
