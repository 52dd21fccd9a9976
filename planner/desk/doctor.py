"""What this installation can do and what it lacks, in rows a person can read to their administrator."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from planner.errors import PlannerError
from planner.text import N_, Text

_MEMORY = {
    True: N_("with a limit of memory"),
    False: N_("without a limit of memory, which this system lacks"),
}
_NETWORK = {
    True: N_("cut off from the network"),
    False: N_("not cut off from the network (not allowed here)"),
}


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    what: str
    ok: bool
    detail: Text


def examine(workspace: str | None) -> list[Check]:
    """Every check, in the order a new installation meets them."""
    looks: list[tuple[str, Callable[[], Text]]] = [
        ("python", _python),
        ("parameters", _parameters),
        ("layers", _layers),
        ("assets", _assets),
        ("font", _font),
        ("confinement", _confinement),
    ]
    if workspace:
        looks.append(("workspace", lambda: _workspace(workspace)))
    return [_tried(what, look) for what, look in looks]


def _tried(what: str, look: Callable[[], Text]) -> Check:
    try:
        return Check(what, True, look())
    except PlannerError as refused:
        return Check(what, False, refused.text)
    except (OSError, ImportError, LookupError) as broken:
        return Check(what, False, Text("{kind}: {reason}", kind=type(broken).__name__, reason=str(broken)))


def _python() -> Text:
    from planner.store.sql import sqlite_version

    return Text(N_("Python {version}, SQLite {sqlite}"), version=sys.version.split()[0], sqlite=sqlite_version())


def _parameters() -> Text:
    from planner.store.parameters import load

    rows = load()
    doubtful = sum(row.status != "verified" for row in rows.coefficients)
    return Text(
        N_("version {version}: {count} coefficients, {doubtful} of them not verified"),
        version=rows.version,
        count=len(rows.coefficients),
        doubtful=doubtful,
    )


def _layers() -> Text:
    from planner.store.catalogue import catalogue

    return Text(N_("{count} reference layers described"), count=len(catalogue()))


def _assets() -> Text:
    from planner.webmap.assets import missing

    lost = missing()
    if lost:
        raise LookupError(", ".join(lost))
    return Text(N_("the map's scripts and styles are installed; nothing is fetched from outside"))


def _font() -> Text:
    from planner.sheets.fonts import families

    return Text(N_("Chinese type for print: {name}"), name=families()[0])


def _confinement() -> Text:
    """Files of others are read in a child process; how tightly it is held depends on the platform, so one is asked."""
    from planner.formats.confined import bounds

    held = bounds()
    said = N_("files are read in a child process under a limit of time, {memory}, {network}")
    return Text(said, memory=Text(_MEMORY[held["memory"]]), network=Text(_NETWORK[held["network"]]))


def _workspace(address: str) -> Text:
    from planner.desk.desk import Desk

    desk = Desk.open(address)
    try:
        found, count, about = desk.verify(), len(desk.layers()), desk.store.about()
        problem = found.problem or next(iter(desk.store.faults()), None)
    finally:
        desk.close()
    if problem is not None:
        raise LookupError(str(problem))
    return Text(
        N_("{store}: {layers} layers, {entries} entries, the book verifies"),
        store=about,
        layers=count,
        entries=found.entries,
    )
