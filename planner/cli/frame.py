"""What every command shares: how a verb becomes one, the one JSON document, the sentences for people, exit status.

A verb is a function of its call and its own options that returns an ``Answer``. Notes and progress go to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from functools import cache
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, get_type_hints

import typer

from planner.cli.calls import Call
from planner.errors import PathRefused, PlannerError
from planner.text import N_
from planner.verdict import Verdict

NOTHING = N_("None.")
MANY = 1_000  # rows
OK, FAULT, WRONG_CALL, NOT_RIGHT, REFUSED = 0, 1, 2, 3, 4
LAST = ("json", "lang", "debug")  # options that help lists below all others


@dataclass
class Answer:
    """What a command has to say: the document, lines for people, the verdicts it reports, and whether something
    checked was not right."""

    document: Any
    lines: Sequence[str] = ()
    verdicts: Iterable[Verdict] = ()
    not_right: bool = False
    text: str | None = None  # printed as it is, instead of JSON (journals)


def room(app: typer.Typer, name: str, help: str) -> typer.Typer:
    """A group of verbs under one word."""
    made = typer.Typer(no_args_is_help=True, help=help)
    app.add_typer(made, name=name)
    return made


def verbs(app: typer.Typer, *works: Callable[..., Answer]) -> None:
    """Put verbs on the command line, in this order, each under its own name: ``list_`` is ``list``."""
    for work in works:
        app.command(work.__name__.rstrip("_").replace("_", "-"))(command(work))


def command(work: Callable[..., Answer]) -> Callable[..., int]:
    """A verb as typer takes it: beside its own options it has those of its call, which it is handed as one."""
    first, *own = signature(work, eval_str=True).parameters.values()
    kind, shared = first.annotation, options(first.annotation)

    def verb(**words: Any) -> int:
        call = kind(**{option.name: words.pop(option.name) for option in shared})
        return run(call, lambda: work(call, **words))

    verb.__name__, verb.__doc__ = work.__name__, work.__doc__
    named = [option.replace(kind=Parameter.KEYWORD_ONLY) for option in (*own, *shared)]
    verb.__signature__ = Signature(named)  # type: ignore[attr-defined]
    return verb


@cache
def options(kind: type[Call]) -> list[Parameter]:
    """The options of a class of calls: its fields."""
    hints = get_type_hints(kind, include_extras=True)
    found = [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(kind)
    ]
    return sorted(found, key=lambda option: option.name in LAST)


def run(call: Call, work: Callable[[], Answer]) -> int:
    """Do the work, print its answer, return the exit status."""
    try:
        call.check()
        with paths_refused():
            answer = work()
    except PlannerError as problem:
        if call.debug:
            raise
        if call.json:
            from planner.desk import documents

            emit(documents.error(problem, call.say))
        else:
            print(problem.say(call.say), file=sys.stderr)
            for reason in getattr(problem, "reasons", ()):
                place = ", ".join(f"{k} {v}" for k, v in reason.where.items())
                print(f"  {place}: {reason.text.say(call.say)}", file=sys.stderr)
        return problem.exit_status
    except Exception as fault:
        if call.debug:
            raise
        message = f"{type(fault).__name__}: {fault}"
        if call.json:
            emit({"error": {"code": "E_INTERNAL", "message": message, "where": {}}})
        else:
            print(f"{call.say(N_('A fault of the planner, not of your input.'))} {message}", file=sys.stderr)
        return FAULT
    show(call, answer)
    return NOT_RIGHT if answer.not_right or call.fails_on(answer.verdicts) else OK


@contextmanager
def paths_refused() -> Iterator[None]:
    """Where the system refuses a path that is none of the program's own, the call is wrong, not the planner. Raises
    PathRefused."""
    try:
        yield
    except OSError as refused:
        if refused.filename is None or Path(os.fsdecode(refused.filename)).is_relative_to(sys.prefix):
            raise
        path = refused.filename2 or refused.filename  # of two, the one that was to be
        raise PathRefused(file=os.fsdecode(path), reason=refused.strerror) from refused


def show(call: Call, answer: Answer) -> None:
    if answer.text is not None:
        sys.stdout.write(answer.text)
    elif call.json:
        emit(answer.document)
    else:
        for line in answer.lines or ([call.say(NOTHING)] if answer.document == [] else ()):
            print(line)


def emit(document: Any) -> None:
    """Exactly one JSON document on stdout; of a long list each row stands on a line, which is written much quicker."""
    if isinstance(document, list) and len(document) > MANY:
        rows = (json.dumps(row, ensure_ascii=False, default=_plain, allow_nan=False) for row in document)
        sys.stdout.writelines(("[\n", ",\n".join(rows), "\n]\n"))
        return
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def note(text: str) -> None:
    """Progress for a person; never on stdout."""
    print(text, file=sys.stderr)
