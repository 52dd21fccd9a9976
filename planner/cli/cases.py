"""Commands about cases: list, show, submit, and every move on the way to a decision; the replay of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, Call, call_key, run, who
from planner.errors import UsageError
from planner.text import N_, Text, Translate

if TYPE_CHECKING:
    from planner.desk.casework import Opened
    from planner.desk.desk import Desk

Case = Annotated[str, typer.Argument(help="The id of the case.")]
NeedActor = Annotated[str, typer.Option("--actor", help="Who does it.")]
NeedKey = Annotated[str, typer.Option("--key", help="The key under which it happens once.")]
Seen = Annotated[int | None, typer.Option("--seen", help="The version looked at: refused if it has changed since.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
Document = Annotated[str, typer.Option("--document", help="The document that says so.")]
Outcome = Annotated[str, typer.Option("--outcome", help="admitted, conditional or refused.")]
Number = Annotated[int, typer.Option("--condition", help="The number of the condition.")]

ONE_OF = N_("Name a file, or --parcel, or --case: exactly one of them.")


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    room = typer.Typer(no_args_is_help=True, help="Cases on their way to a decision, each move recorded.")
    room.command("list")(listed)
    room.command("return")(send_back)
    for command in (show, submit, review, recommend, challenge, override, decide, meet, lapse, withdraw, close, replay,
                    trail):
        room.command()(command)
    app.add_typer(room, name="case")


def listed(
    workspace: opt.Workspace = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False
) -> int:
    """All cases, those overdue first: state, days against the promised term, verdicts."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        rows = desk(workspace).case_list(made.say)
        return Answer(rows, [line(row, made.say) for row in rows])

    return run(made, work)


def line(row: dict[str, Any], say: Translate) -> str:
    spent = "  ".join(f"{one['title']} {one['days']}/{one['limit']:g}{' !' if one['overdue'] else ''}"
                      for one in row["terms"])
    state = row["outcome_title"] if row["state"] == "decided" else row["state_title"]
    machine, decided = (verdict_word(row[name], say) for name in ("verdict", "decided_verdict"))
    return f"{row['case']:<20} {state}  {machine} -> {decided}  {spent}"


def verdict_word(word: str, say: Translate) -> str:
    """A verdict as a person reads it."""
    from planner.admission.headline import name
    from planner.verdict import Verdict

    return name(Verdict[word.upper()]).say(say)


def shown(found: Opened, document: dict[str, Any], made: Call) -> list[str]:
    """Findings, conditions and acts of a case in the reader's language, names written in both languages too."""
    from planner.admission.decision import CONDITION_TITLES, VERB_TITLES
    from planner.desk.case_documents import verdicts
    from planner.desk.paper import ROLE_TITLES
    from planner.words import for_reader, in_language

    def named(words: str | None) -> str:
        return in_language(words or "", made.lang)

    rows = verdicts(found, lambda text: for_reader(text, made.lang, ROLE_TITLES).say(made.say))[1]
    return [
        *(f"  {f['rule']:<20} {verdict_word(f['machine'], made.say):<8} {verdict_word(f['decided'], made.say):<8} "
          f"{f['message']}" for f in rows),
        *(f"  {c['condition']}. {named(c['text'])}  {c['due']}  {made.say(CONDITION_TITLES[c['state']])}"
          f"{' !' if c['overdue'] else ''}" for c in document["conditions"]),
        *(f"  {a['on']} {made.say(VERB_TITLES[a['move']]):<10} {named(a['actor']):<16} {named(a.get('reason'))}"
          for a in document["history"]),
    ]


def show(
    case: Case,
    with_replay: Annotated[bool, typer.Option("--replay", help="Add the decision recomputed as of its day.")] = False,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """One case: verdicts of machine and people side by side, conditions, days, history, open moves."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import case_documents as documents

        checked(made, lang)
        opened = desk(workspace)
        found = opened.case(case)
        document = documents.whole(opened, found, made.say)
        lines = [line(document, made.say), *shown(found, document, made), *document.get("notes", [])]
        if with_replay:
            document["replay"] = documents.replay(opened.replay(case), made.say)
            lines += replay_lines(document["replay"])
        return Answer(document, lines)

    return run(made, work)


def replay(
    case: Case,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A decision recomputed with the layers, rows and balances of its day, beside today: exit 3 if it differs."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import case_documents as documents

        checked(made, lang)
        document = documents.replay(desk(workspace).replay(case), made.say)
        return Answer(document, replay_lines(document), not_right=not document["agrees"])

    return run(made, work)


def trail(
    case: Case,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as .csv, .xlsx or .json.")] = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Every act on a case, oldest first: who, when, the state before and after, and what was said."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import case_documents as documents
        from planner.desk.trail_file import write

        checked(made, lang)
        rows = documents.trail(desk(workspace).case(case))
        if out is not None:
            write(rows, out)
        return Answer(rows, [trail_line(row, made) for row in rows])

    return run(made, work)


def trail_line(row: dict[str, Any], made: Call) -> str:
    """One act in one line."""
    from planner.admission.decision import STATE_TITLES, VERB_TITLES
    from planner.words import in_language

    states = (row["state_before"], row["state_after"])
    before, after = (made.say(STATE_TITLES[state]) if state else "-" for state in states)
    move, why = made.say(VERB_TITLES[row["move"]]), row["reason"] or row["basis"] or ""
    return (f"{row['version']:>3}  {row['at'][:19]}  {move:<10} {in_language(row['actor'], made.lang):<16} "
            f"{before} -> {after}  {in_language(why, made.lang)}")


def replay_lines(document: dict[str, Any]) -> list[str]:
    """The table of what differs."""
    head = f"{document['on']}  {document['stored_verdict']} = {document['then_verdict']} | {document['today_verdict']}"
    differing = [row for row in (*document["inputs"], *document["rows"]) if row["differs"]]
    return [head, *document["missing"], *(
        f"  {row['part']:<8} {row['of']:<36} {row['figure']:<20} {row['then']} | {row['today']} {row['unit']}"
        for row in differing
    )]


def submit(
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
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Begin a case with a parcel and a project, or submit a draft."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.opening import parcel_from_file, project_from_file

        checked(made, lang)
        if sum(one is not None for one in (file, parcel, case)) != 1:
            raise UsageError(problem=Text(ONE_OF))
        opened = desk(workspace)
        unique = call_key(key, "case submit", case, parcel, year, draft, words, id, crs, park, files=(file, project))
        if case is not None:
            # Without a key of its own the version counts: a draft sent back is submitted again by the same call.
            named = key or call_key(None, unique, opened.case(case).record.version)
            return told(opened.submit_case(case, actor=who(actor), key=named, note=words))
        shape = opened.parcel(parcel) if parcel else parcel_from_file(file or Path(), id=id, crs=crs)
        plan = project_from_file(project) if project else None
        first = year or (plan.start if plan and plan.start else opened.today().year)
        return told(opened.start_case(shape, year=first, project=plan, park=park, draft=draft, note=words,
                                      actor=who(actor), key=unique))

    return run(made, work)


def review(
    case: Case, actor: NeedActor, key: NeedKey, seen: Seen = None, workspace: opt.Workspace = None,
    json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Take a submitted case up."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.review_case(case, actor=actor, key=key, seen=seen))


def send_back(
    case: Case, reason: Reason, actor: NeedActor, key: NeedKey, seen: Seen = None, workspace: opt.Workspace = None,
    json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Send a case back to its draft, saying what is missing."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.return_case(case, reason=reason, actor=actor, key=key, seen=seen))


def recommend(
    case: Case, outcome: Outcome, reason: Reason, actor: NeedActor, key: NeedKey, seen: Seen = None,
    workspace: opt.Workspace = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Recommend an outcome; not by whoever submitted the case."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.recommend_case(case, outcome=outcome, reason=reason, actor=actor, key=key, seen=seen))


def challenge(
    case: Case, reason: Reason, actor: NeedActor, key: NeedKey, seen: Seen = None, workspace: opt.Workspace = None,
    json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Object to a recommendation; not by whoever made it."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.challenge_case(case, reason=reason, actor=actor, key=key, seen=seen))


def override(
    case: Case,
    finding: Annotated[str, typer.Option("--finding", help="RULE, or RULE:LAYER where several layers are looked at.")],
    decided: Annotated[str, typer.Option("--decided", help="fits, warn or blocked.")],
    reason: Reason,
    document: Document,
    actor: NeedActor,
    key: NeedKey,
    seen: Seen = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Decide one finding otherwise than the machine, whose verdict stays beside it; not by whoever submitted."""
    return move(call(json, lang, debug), lang, workspace, lambda at: at.override_finding(
        case, finding, decided=decided, reason=reason, document=document, actor=actor, key=key, seen=seen))


def decide(
    case: Case,
    outcome: Outcome,
    basis: Annotated[str, typer.Option("--basis", help="The document that justifies it.")],
    actor: NeedActor,
    key: NeedKey,
    reason: Reason = "",
    condition: Annotated[
        list[str] | None, typer.Option("--condition", help="TEXT=YYYY-MM-DD, for each condition of the outcome.")
    ] = None,
    seen: Seen = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Decide: admitted and conditional reserve in the same turn, refused books nothing. By a second person."""
    return move(call(json, lang, debug), lang, workspace, lambda at: at.decide_case(
        case, outcome=outcome, basis=basis, reason=reason, conditions=[one_condition(word) for word in condition or ()],
        actor=actor, key=key, seen=seen))


def one_condition(word: str) -> tuple[str, date]:
    """TEXT=YYYY-MM-DD. Raises UsageError."""
    text, _, due = word.rpartition("=")
    found = day(due or "-", "--condition")
    assert found is not None  # noqa: S101  (a word was given)
    return text, found


def meet(
    case: Case, condition: Number, document: Document, actor: NeedActor, key: NeedKey, seen: Seen = None,
    workspace: opt.Workspace = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Record that a condition is met."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.meet_condition(case, condition, document=document, actor=actor, key=key, seen=seen))


def lapse(
    case: Case, condition: Number, reason: Reason, actor: NeedActor, key: NeedKey, seen: Seen = None,
    workspace: opt.Workspace = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Record that a condition was not met: the case closes, its reservation lapses by an entry."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.lapse_condition(case, condition, reason=reason, actor=actor, key=key, seen=seen))


def withdraw(
    case: Case, reason: Reason, actor: NeedActor, key: NeedKey, seen: Seen = None, workspace: opt.Workspace = None,
    json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Take a case back; what it has reserved is released by an entry."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.withdraw_case(case, reason=reason, actor=actor, key=key, seen=seen))


def close(
    case: Case, reason: Reason, actor: NeedActor, key: NeedKey, seen: Seen = None, workspace: opt.Workspace = None,
    json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False,
) -> int:
    """Close a decided case; what is reserved and not committed is released by an entry."""
    return move(call(json, lang, debug), lang, workspace,
                lambda at: at.close_case(case, reason=reason, actor=actor, key=key, seen=seen))


def move(made: Call, lang: str | None, workspace: str | None, work: Callable[[Desk], dict[str, Any]]) -> int:
    """Make one move and print what it did."""

    def done() -> Answer:
        checked(made, lang)
        return told(work(desk(workspace)))

    return run(made, done)


def told(answer: dict[str, Any]) -> Answer:
    """What a move did: the state, the version, the entry it wrote."""
    entry = f"  entry {answer['entry']}" if answer.get("entry") else ""
    return Answer(answer, [f"{answer['case']}  {answer['state']}  version {answer['version']}{entry}"])
