"""Commands about cases: list, show, submit, the record of one and its replay; the moves stand in ``case_moves``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli import case_moves as moves
from planner.cli import options as opt
from planner.cli.calls import AtDesk, Call, Writing
from planner.cli.case_moves import Case, told
from planner.cli.frame import Answer, room, verbs
from planner.errors import UsageError
from planner.text import N_, Text, Translate

if TYPE_CHECKING:
    from planner.desk.casework import Opened
    from planner.desk.replay import Replay
    from planner.parameters import Parameters

TODAY = N_("today")
ONE_OF = N_("Name a file, or --parcel, or --case: exactly one of them.")


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(
        room(app, "case", "Cases on their way to a decision, each move recorded."),
        list_, moves.return_, show, submit, moves.review, moves.recommend, moves.challenge, moves.override,
        moves.decide, moves.meet, moves.lapse, moves.withdraw, moves.close, replay, trail,
    )


def list_(call: AtDesk) -> Answer:
    """All cases, those overdue first: state, days against the promised term, verdicts."""
    rows = call.desk.case_list(call.say)
    return Answer(rows, [line(row, call.say) for row in rows])


def line(row: dict[str, Any], say: Translate) -> str:
    spent = "  ".join(f"{one['title']} {one['days']}/{one['limit']:g}{' !' if one['overdue'] else ''}"
                      for one in row["terms"])
    state = row["outcome_title"] if row["state"] == "decided" else row["state_title"]
    machine, decided = (verdict_word(row[name], say) for name in ("verdict", "decided_verdict"))
    return f"{row['case']:<20} {state}  {machine} -> {decided}  {spent}"


def verdict_word(word: str, say: Translate) -> str:
    """A verdict, or what is only noted, as a person reads it."""
    from planner.admission.headline import name
    from planner.verdict import sign_named

    return name(sign_named(word)).say(say)


def shown(found: Opened, document: dict[str, Any], call: Call) -> list[str]:
    """Findings, conditions and acts of a case in the reader's language, names written in both languages too."""
    from planner.admission.decision import CONDITION_TITLES, VERB_TITLES
    from planner.desk.case_documents import verdicts
    from planner.desk.paper import LAYER_TITLES
    from planner.figures import quota_figure
    from planner.words import for_reader, in_language

    def named(words: str | None) -> str:
        return in_language(words or "", call.language)

    def amount(value: float | None, unit: str) -> str:
        return quota_figure(value, unit).say(call.say)

    def beside(made: dict[str, Any]) -> str:
        return f"; {named(made['reason'])}; {named(made['document'])} ({named(made['actor'])}, {made['on']})"

    rows = verdicts(found, lambda text: for_reader(text, call.language, LAYER_TITLES).say(call.say))[1]
    return [
        *(f"  {f['rule']:<20} {verdict_word(f['machine'], call.say):<8} {verdict_word(f['decided'], call.say):<8} "
          f"{f['message']}{beside(f['override']) if f['override'] else ''}" for f in rows),
        *(f"  {q['quota']:<20} {verdict_word(q['state'], call.say):<8} {q['year']}  {amount(q['asked'], q['unit'])} / "
          f"{amount(q['free'], q['unit'])}" for q in document["check"]["quotas"] if q["state"] != "fits"),
        *(f"  {c['condition']}. {named(c['text'])}  {c['due']}  {call.say(CONDITION_TITLES[c['state']])}"
          f"{' !' if c['overdue'] else ''}" for c in document["conditions"]),
        *(f"  {a['on']} {call.say(VERB_TITLES[a['move']]):<10} {named(a['actor']):<16} {named(a.get('reason'))}"
          for a in document["history"]),
    ]


def show(
    call: AtDesk,
    case: Case,
    with_replay: Annotated[bool, typer.Option("--replay", help="Add the decision recomputed as of its day.")] = False,
) -> Answer:
    """One case: verdicts of machine and people side by side, conditions, days, history, open moves."""
    from planner.desk import case_documents as documents

    opened = call.desk
    found = opened.case(case)
    document = documents.whole(opened, found, call.say)
    lines = [line(document, call.say), *shown(found, document, call), *document.get("notes", [])]
    if with_replay:
        again = opened.replay(case)
        document["replay"] = documents.replay(again, call.say)
        lines += replay_lines(again, opened.parameters, call.say)
    return Answer(document, lines)


def replay(
    call: AtDesk,
    case: Case,
    version: Annotated[
        int | None, typer.Option("--version", help="The version that the decision made; default the last decision.")
    ] = None,
) -> Answer:
    """A decision recomputed with the layers, rows and balances of its day, beside today: exit 3 if it differs."""
    from planner.desk import case_documents as documents

    found = call.desk.replay(case, version)
    lines = replay_lines(found, call.desk.parameters, call.say)
    return Answer(documents.replay(found, call.say), lines, not_right=not found.agrees)


def trail(
    call: AtDesk,
    case: Case,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as .csv, .xlsx or .json.")] = None,
) -> Answer:
    """Every act on a case, oldest first: who, when, the state before and after, and what was said."""
    from planner.desk import case_documents as documents
    from planner.desk.trail_file import write

    rows = documents.trail(call.desk.case(case))
    if out is not None:
        write(rows, out)
    return Answer(rows, [trail_line(row, call) for row in rows])


def trail_line(row: dict[str, Any], call: Call) -> str:
    """One act in one line."""
    from planner.admission.decision import STATE_TITLES, VERB_TITLES
    from planner.desk.case_documents import changed
    from planner.desk.clock import told
    from planner.words import in_language

    states = (row["state_before"], row["state_after"])
    before, after = (call.say(STATE_TITLES[state]) if state else "-" for state in states)
    move = call.say(VERB_TITLES[row["move"]])
    why = [row[name] for name in ("reason", "basis", "document") if row[name]]
    more = "; ".join([in_language("; ".join(why), call.language), *(text.say(call.say) for text in changed(row))])
    return (f"{row['version']:>3}  {told(row['at'])}  {move:<10} {in_language(row['actor'], call.language):<16} "
            f"{before} -> {after}  {more}")


def replay_lines(found: Replay, rows: Parameters, say: Translate) -> list[str]:
    """Whether the recomputation gives what was written down, and the table of what differs today."""
    from planner.desk.replay_words import AGREES, DIFFERS, FIGURES, PARTS, subject, unlike, value

    then, today = (verdict_word(str(one.verdict), say) if one else "-" for one in (found.then, found.now))
    words = [Text(AGREES if found.agrees else DIFFERS, on=found.on.isoformat()), *found.missing, *unlike(found)]
    differing = [row for row in (*found.inputs, *found.rows) if row.differs]
    return [*(text.say(say) for text in words), f"{found.on.isoformat()}: {then} | {say(TODAY)}: {today}", *(
        f"  {say(PARTS[row.part]):<8} {subject(row, rows).say(say):<36} {say(FIGURES.get(row.figure, row.figure)):<20} "
        f"{value(row, row.then).say(say)} | {value(row, row.now).say(say)} {row.unit}"
        for row in differing
    )]


def submit(
    call: Writing,
    file: Annotated[Path | None, typer.Argument(help="File with the parcel.")] = None,
    parcel: Annotated[str | None, typer.Option("--parcel", help="A parcel of the workspace, by its id.")] = None,
    case: Annotated[str | None, typer.Option("--case", help="A draft to submit as it is kept.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="First year; default the project's, else this.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Only keep it as a draft.")] = False,
    words: Annotated[str, typer.Option("--note", help="What is to be said with it.")] = "",
    project: opt.ProjectFile = None,
    id: opt.Id = None,
    crs: opt.Crs = None,
    park: opt.Park = None,
) -> Answer:
    """Begin a case with a parcel and a project, or submit a draft."""
    from planner.desk.opening import parcel_from_file, project_from_file

    if sum(one is not None for one in (file, parcel, case)) != 1:
        raise UsageError(problem=Text(ONE_OF))
    opened = call.desk
    unique = call.once("case submit", case, parcel, year, draft, words, id, crs, park, files=(file, project))
    if case is not None:
        # Without a key of its own the version counts: a draft sent back is submitted again by the same call.
        named = call.once(unique, opened.case(case).record.version)
        return told(opened.submit_case(case, actor=call.who, key=named, note=words))
    shape = opened.parcel(parcel) if parcel else parcel_from_file(file or Path(), id=id, crs=crs)
    plan = project_from_file(project) if project else None
    first = year or (plan.start if plan and plan.start else opened.today().year)
    return told(opened.start_case(shape, year=first, project=plan, park=park, draft=draft, note=words,
                                  actor=call.who, key=unique))
