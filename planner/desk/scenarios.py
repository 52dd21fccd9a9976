"""Scenarios that are kept: saved under a name, compared, merged, and asked which input moves them most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.admission.compare import Comparison, Simulated, compare
from planner.admission.places import names_of, place, value
from planner.admission.scenario import scenario_from
from planner.admission.tables import Merged, Side, merge, plain
from planner.desk import queue
from planner.desk.authority import ANYWHERE, needs
from planner.desk.booking import Document, once
from planner.errors import InputError
from planner.formats.toml_files import read_scenario
from planner.parameters import Parameters
from planner.people import Role
from planner.store.base import Store, Turn
from planner.store.parameters import load
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.admission.tornado import Tornado
    from planner.desk.desk import Desk

KIND = "scenario"


class ScenarioMissing(InputError):
    code = "E_SCENARIO_MISSING"
    sentence = N_("There is no scenario '{wanted}': no file of that name, and the workspace has saved {known}.")


class ScenarioExists(InputError):
    code = "E_SCENARIO_EXISTS"
    sentence = N_("A scenario '{name}' is already saved. Choose another name, or replace it with --replace.")


@dataclass(frozen=True)
class Saved:
    """A scenario as saved: its tables, who saved it and when, and what for."""

    name: str
    tables: Mapping[str, Any]
    actor: str
    saved_at: str
    note: str = ""


def saved(store: Store) -> list[Saved]:
    """All saved scenarios, in the order they were first saved."""
    return [Saved(name, fields["tables"], fields["actor"], fields["saved_at"], fields.get("note", ""))
            for name, fields in store.records(KIND).items()]


@needs(Role.PLANNER, ANYWHERE)
def keep(
    desk: Desk, name: str, tables: Mapping[str, Any], *, actor: str, key: str, note: str = "", replace: bool = False
) -> Document:
    """Save a scenario under a name. It is checked first; parcels it names must be parcels of the workspace.

    Raises ScenarioError, FeatureMissing, ScenarioExists, KeyReused; then nothing is written.
    """
    kept = plain(tables)
    scenario = scenario_from(kept, place=name, today=desk.today())
    for project in scenario.projects:
        if project.land.parcel:
            desk.parcel(project.land.parcel)

    def work(turn: Turn) -> Document:
        if not replace and name in desk.store.records(KIND):
            raise ScenarioExists(name=name)
        at = desk.now().isoformat(timespec="seconds")
        turn.keep_record(KIND, name, {"tables": kept, "actor": actor, "saved_at": at, "note": note})
        return {"scenario": name, "projects": len(scenario.projects), "saved_at": at}

    request = {"verb": "scenario save", "name": name, "tables": kept, "note": note, "replace": replace}
    return once(desk.store, key=key, request=request, actor=actor, work=work)


@needs(Role.PLANNER, ANYWHERE)
def drop(desk: Desk, name: str, *, actor: str, key: str) -> Document:
    """Take a saved scenario away. Raises ScenarioMissing, KeyReused."""
    def work(turn: Turn) -> Document:
        known = desk.store.records(KIND)
        if name not in known:
            raise _missing(name, known)
        turn.drop_record(KIND, name)
        return {"dropped": name}

    return once(desk.store, key=key, request={"verb": "scenario drop", "name": name}, actor=actor, work=work)


@dataclass(frozen=True)
class Source:
    """A scenario's tables, the name it is known by, the folder its parcels lie in (None: the workspace's own), and who
    saved it ("" for a file)."""

    name: str
    tables: Mapping[str, Any]
    folder: Path | None = None
    actor: str = ""

    @property
    def by(self) -> Text:
        """The version as it is named beside another."""
        return Text(N_("{name} ({person})"), name=self.name, person=self.actor) if self.actor else Text(
            "{name}", name=self.name)


def source(desk: Desk | None, word: str) -> Source:
    """The scenario a word means: a file, else one saved in the workspace. Raises ScenarioMissing, as the file."""
    path = Path(word)
    if path.is_file():
        return Source(path.name, read_scenario(path), path.parent)
    known = desk.store.records(KIND) if desk else {}
    if word not in known:
        raise _missing(word, known)
    return Source(word, known[word]["tables"], actor=known[word]["actor"])


def asked(desk: Desk | None, given: Source, *, park: str | None = None) -> queue.Asked:
    """A scenario with what judging it needs."""
    return queue.asked_of(
        desk, desk.parameters if desk else load(), given.tables, place=given.name, folder=given.folder, park=park,
        today=desk.today() if desk else date.today(),
    )


def simulated(desk: Desk | None, given: Source, *, park: str | None = None) -> Simulated:
    """A scenario judged, with its tables beside the answer. Writes nothing."""
    ready = asked(desk, given, park=park)
    return Simulated(given.name, given.tables, ready.scenario, ready.simulate())


def compared(desk: Desk | None, before: Source, after: Source, *, park: str | None = None) -> Comparison:
    """Two scenarios side by side and as a difference. Writes nothing."""
    return compare(simulated(desk, before, park=park), simulated(desk, after, park=park))


def merged(base: Source, mine: Source, theirs: Source, *, take: Side = "base") -> Merged:
    """Two versions of a scenario as one, conflicts named. Each must be a scenario, and so must the result."""
    for given in (base, mine, theirs):
        scenario_from(given.tables, place=given.name)
    found = merge(base.tables, mine.tables, theirs.tables, take=take)
    scenario_from(found.tables, place=f"{mine.name} + {theirs.name}")
    return found


@dataclass(frozen=True)
class Told:
    """A conflict in words: whose input, which, and what it was and is made by either version."""

    of: Text
    input: Text
    base: Text
    mine: Text
    theirs: Text
    sentence: Text


def told(found: Merged, versions: Sequence[Source], parameters: Parameters) -> list[Told]:
    """Every conflict of a merge as a person reads it, in their order; ``versions`` as they were merged: the common
    start, mine, theirs."""
    base, mine, theirs = versions
    names = names_of(base.tables, theirs.tables, mine.tables)
    rows = []
    for row in found.conflicts:
        where = place(row.parts, names, parameters)
        was, one, other = (value(side, row.parts, names, parameters) for side in (row.base, row.mine, row.theirs))
        rows.append(Told(where.of, where.input, was, one, other, Text(
            N_("{place}: was {base}; {mine_by} makes it {mine}, {theirs_by} makes it {theirs}"), place=where.said,
            base=was, mine_by=mine.by, mine=one, theirs_by=theirs.by, theirs=other)))
    return rows


@dataclass(frozen=True)
class ToldInput:
    """An input in which two scenarios differ, in words."""

    of: Text
    input: Text
    before: Text
    after: Text


def told_inputs(found: Comparison, parameters: Parameters) -> list[ToldInput]:
    """Every input in which the two sides of a comparison differ as a person reads it."""
    names = {row.id: row.name or row.id for row in found.projects}
    rows = []
    for row in found.inputs:
        where = place(row.parts, names, parameters)
        rows.append(ToldInput(where.of, where.input, *(value(side, row.parts, names, parameters)
                                                       for side in (row.before, row.after))))
    return rows


def swings(
    desk: Desk | None, given: Source, *, quota: str, year: int, span: float, park: str | None = None
) -> Tornado:
    """How much each single input moves the use of a quota in a year. Writes nothing."""
    return asked(desk, given, park=park).tornado(quota, year, span)


def _missing(wanted: str, known: Mapping[str, Any]) -> ScenarioMissing:
    return ScenarioMissing(wanted=wanted, known=", ".join(known) or "-", where={"scenario": wanted})
