"""The command line: mirrors the desk verb for verb. Heavy imports happen inside the commands, so --help is instant."""

from __future__ import annotations

import gc
import sys

import typer
from typer.exceptions import TyperException

from planner.cli import (
    admission,
    assessment,
    book,
    cases,
    energy,
    exports,
    facts,
    land,
    lots,
    packs,
    parameters,
    people,
    registers,
    reshape,
    scenario,
    screening,
    workspace,
)
from planner.cli.calls import language
from planner.cli.frame import WRONG_CALL, emit, note

SELDOM = (20_000, 20, 20)
app = typer.Typer(
    name="planner",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: it is read in logs, diffs and docs/commands.md too
    help="Land and energy quotas of an industrial park: parcel, quota, energy budget, decision and paper in one book.",
)
ROOMS = (workspace, exports, land, reshape, screening, energy, admission, scenario, assessment, book, cases, lots,
         facts, packs, people, parameters, registers)
for room in ROOMS:
    room.register(app)


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit status; a wrong call is an error document under --json too."""
    words = sys.argv[1:] if words is None else words
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        outcome = app(args=words, standalone_mode=False)
    except typer.Abort:
        return WRONG_CALL
    except TyperException as wrong:
        return wrong_call(wrong, words)
    return outcome if isinstance(outcome, int) else 0


def wrong_call(wrong: TyperException, words: list[str]) -> int:
    """A call that does not fit the verb: exit 2, on stdout as JSON where asked."""
    if "--json" in words:
        from planner.words import translator

        lang = language(words[words.index("--lang") + 1] if "--lang" in words[:-1] else None)
        message = translator(lang)("The call does not fit: {problem}").format(problem=wrong.format_message())
        emit({"error": {"code": "E_USAGE", "message": message, "where": {}}})
    elif hasattr(wrong, "show"):
        wrong.show()  # with the usage line
    else:
        note(wrong.format_message())
    return WRONG_CALL


def entry() -> None:
    """The console script. Libraries by the dozen come in: gone through again after every few hundred new things, as is
    the rule, they took a fifth of a short command."""
    gc.set_threshold(*SELDOM)
    sys.exit(main())
