"""Scenario tables back into the text of a scenario file: what ``read_scenario`` reads back to the same tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
# JSON leaves this one control character as it is, TOML does not.
_DELETE = "\x7f"


def write_scenario(path: Path, tables: Mapping[str, Any]) -> None:
    """The tables as a file, in place of whatever stood there."""
    path.write_text(scenario_text(tables), encoding="utf-8")


def scenario_text(tables: Mapping[str, Any]) -> str:
    """The text of that file. None is left out: TOML has no word for it."""
    lines: list[str] = []
    for name, table in tables.items():
        for row in table if isinstance(table, list | tuple) else (table,):
            lines += ["", f"[[{_key(name)}]]" if isinstance(table, list | tuple) else f"[{_key(name)}]"]
            lines += [f"{_key(field)} = {_value(value)}" for field, value in row.items() if value is not None]
    return "\n".join(lines[1:]) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(str(name))} = {_value(one)}" for name, one in value.items() if one is not None)
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
