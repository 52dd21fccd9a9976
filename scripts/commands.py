"""Write docs/commands.md from what --help says.

    python scripts/commands.py [PATH]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Commands

What `planner VERB --help` prints; `make docs` writes this page. Every command takes `--json` for one JSON document
on stdout, `--lang zh|en`, and `--debug` for a traceback. Exit status: 0 done, 2 the input or the call is wrong, 3
something checked is not right, 4 the store refused, 1 a fault of the planner.
"""


def every_command() -> Iterator[tuple[str, Any, Any]]:
    """(words of the call, command, context) for every command and group, in the order --help lists them."""
    import typer

    from planner.cli.main import app

    command = typer.main.get_command(app)
    yield from below("planner", command, None)


def below(words: str, command: Any, parent: Any) -> Iterator[tuple[str, Any, Any]]:
    """A command and everything under it."""
    context = command.make_context(words.split()[-1], [], parent=parent, resilient_parsing=True)
    yield words, command, context
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from below(f"{words} {name}", command.get_command(context, name), context)


def page() -> str:
    """The whole page."""
    os.environ["COLUMNS"] = os.environ["TERMINAL_WIDTH"] = "100"
    parts = [HEAD]
    for words, command, context in every_command():
        level = "#" * min(len(words.split()) + 1, 3)
        help_text = command.get_help(context).strip()
        parts.append(f"{level} {words}\n\n```text\n{help_text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "commands.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(), "utf-8", newline="\n")
