"""What every command shares: the one JSON document, the sentences for people, exit status, --fail-on.

A command is a function that returns an ``Answer``; ``run`` prints it. Notes and progress go to stderr.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import locale
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import FileMissing, PlannerError, UsageError
from planner.text import N_, Text, Translate
from planner.verdict import Verdict, worst

MANY = 1_000  # rows
OK, FAULT, WRONG_CALL, NOT_RIGHT, REFUSED = 0, 1, 2, 3, 4


@dataclass
class Answer:
    """What a command has to say: the document, lines for people, the verdicts it reports, and whether something
    checked was not right."""

    document: Any
    lines: Sequence[str] = ()
    verdicts: Iterable[Verdict] = ()
    not_right: bool = False
    text: str | None = None  # printed as it is, instead of JSON (journals)


@dataclass
class Call:
    """The options every command has."""

    json: bool = False
    lang: str = "zh"
    debug: bool = False
    fail_on: str | None = None
    say: Translate = field(default=lambda msgid: msgid)


def language(asked: str | None) -> str:
    """zh or en: as asked, else the locale's, else English."""
    if asked:
        return asked
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0]
    return "zh" if (name or "").lower().startswith(("zh", "chinese")) else "en"


def run(call: Call, work: Callable[[], Answer]) -> int:
    """Do the work, print its answer, return the exit status."""
    try:
        answer = work()
    except PlannerError as problem:
        if call.debug:
            raise
        if call.json:
            from planner.desk import documents  # the land and energy rooms come with it: not for a mere start

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
    return status(call, answer)


def show(call: Call, answer: Answer) -> None:
    if answer.text is not None:
        sys.stdout.write(answer.text)
    elif call.json:
        emit(answer.document)
    else:
        for line in answer.lines:
            print(line)


def status(call: Call, answer: Answer) -> int:
    """0, or 3 where something checked is not right or a verdict is at least as bad as --fail-on."""
    if answer.not_right:
        return NOT_RIGHT
    if call.fail_on and worst(answer.verdicts) >= Verdict[call.fail_on.upper()]:
        return NOT_RIGHT
    return OK


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


def who(actor: str | None) -> str:
    """The actor named on the line, else the login name."""
    return actor or getpass.getuser()


def call_key(key: str | None, *words: object, files: Iterable[Path | None] = ()) -> str:
    """The key named on the line, else the hash of the call with the bytes of its files."""
    if key:
        return key
    digest = hashlib.sha256("\x1f".join(str(word) for word in words).encode())
    for file in files:
        if file is not None:
            digest.update(read_bytes(file))
    return digest.hexdigest()


def read_bytes(path: Path) -> bytes:
    """The bytes of a file the call names. Raises FileMissing."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise FileMissing(file=str(path), reason=problem.strerror or str(problem)) from problem


def pairs(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """--map words as (field -> column, field -> constant): FIELD=COLUMN and FIELD==CONSTANT."""
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    for word in words:
        name, equals, rest = word.partition("=")
        if not equals or not name or not rest:
            raise UsageError(problem=Text(N_("--map {word}: write FIELD=COLUMN or FIELD==CONSTANT"), word=word))
        if rest.startswith("="):
            constants[name] = rest[1:]
        else:
            columns[name] = rest
    return columns, constants
