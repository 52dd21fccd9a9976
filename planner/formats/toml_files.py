"""Scenario and project files as nested mappings; what their fields mean is checked by the rooms that use them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from planner.errors import FileMissing
from planner.formats.errors import EncodingWrong, TomlWrong, TooLarge
from planner.formats.limits import MAX_TOML_BYTES, MIB
from planner.formats.numbers import short
from planner.text import N_, Text

_PLACE = re.compile(r"at line (\d+), column (\d+)")


def read_scenario(path: Path) -> dict[str, Any]:
    """The tables of a scenario file. Raises FileMissing, TooLarge, EncodingWrong, TomlWrong with the line."""
    return _read(path)


def read_project(path: Path) -> dict[str, Any]:
    """The fields of one project at the top level of a file. Raises as ``read_scenario``."""
    return _read(path)


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FileMissing(file=path.name, reason=Text(N_("there is no such file")))
    if path.stat().st_size > MAX_TOML_BYTES:
        raise TooLarge(
            file=path.name, found=f"{path.stat().st_size / MIB:,.0f} MiB", limit=f"{MAX_TOML_BYTES / MIB:,.0f} MiB"
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise EncodingWrong(
            file=path.name, encoding="UTF-8", reason=Text(N_("byte {at} does not fit"), at=wrong.start)
        ) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise _wrong(path, text, str(wrong)) from None
    except RecursionError:
        raise TomlWrong(file=path.name, line=1, found=Text(N_("it is nested too deeply"))) from None


def _wrong(path: Path, text: str, complaint: str) -> TomlWrong:
    lines = text.split("\n")
    place = _PLACE.search(complaint)
    line = int(place[1]) if place else len(lines)
    # A value that lasts over the end of its line is noticed on the next, which may be empty.
    found = short(lines[min(line, len(lines)) - 1].strip()) or Text(N_("it ends too early"))
    return TomlWrong(file=path.name, line=line, found=found, where={"line": line})
