"""What people state beside the book: rows of assessments, the region, the state of a park, the base of its boundary.

Each is a record of the workspace, checked before it is kept; the rows join the parameters under which all is judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.admission.scenario import ParkState
from planner.admission.zero_carbon import Base, Ratio, ratio, side_of
from planner.desk.authority import ANYWHERE, hold, needs
from planner.desk.booking import Document, once
from planner.desk.parameter_rows import KEPT, changes_of
from planner.energy.assessment import region_from, row_from
from planner.energy.validation import Amount, Name, Strict, Year, validated
from planner.errors import InputError
from planner.parameters import Parameters
from planner.parameters.changes import with_changes
from planner.people import EVERY_PARK, Role
from planner.store.base import Store, Turn
from planner.text import N_

if TYPE_CHECKING:
    from planner.admission.outcome import Simulation
    from planner.desk.desk import Desk
    from planner.energy.project import Project

ASSESSMENT, REGION, PARK_STATE, BOUNDARY_BASE = "assessment", "region", "park_state", "boundary_base"
BOUNDARY_ROLE = "carbon_boundary"


class RecordMissing(InputError):
    code = "E_RECORD_MISSING"
    sentence = N_("There is no '{wanted}' to drop. Known are: {known}.")


class StatedBase(Strict):
    """What already runs inside the zero-carbon boundary of a park, as a person enters it."""

    id: Name
    base_year: Year
    energy_tce: Amount
    carbon_tco2: Amount
    source: Name


def park_state_from(fields: Mapping[str, Any]) -> ParkState:
    """A park's state from the fields of a form or a record. Raises ScenarioError."""
    own = {name: value for name, value in fields.items() if name != "id"}
    return validated(ParkState, own, place=str(fields.get("id", "park")))


def base_from(fields: Mapping[str, Any]) -> Base:
    """The base of a boundary from the fields of a form or a record. Raises ScenarioError."""
    found = validated(StatedBase, fields, place=str(fields.get("id", "boundary")))
    return Base(found.base_year, found.energy_tce, found.carbon_tco2, found.source)


CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    ASSESSMENT: row_from, REGION: region_from, PARK_STATE: park_state_from, BOUNDARY_BASE: base_from,
}


def with_stated(parameters: Parameters, store: Store) -> Parameters:
    """The planner's rows with those of the workspace; another version where there are any."""
    rows, regions, changed = records(store, ASSESSMENT), records(store, REGION), store.rows(KEPT)
    if not rows and not regions and not changed:
        return parameters
    said = [rows, regions, *([changed] if changed else [])]
    seal = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:8]
    return replace(
        with_changes(parameters, changes_of(changed)), version=f"{parameters.version}+{seal}",
        assessment=tuple(row_from({**fields, "id": id}) for id, fields in rows.items()),
        regions=tuple(region_from({**fields, "id": id}) for id, fields in regions.items()),
    )


def _hold_where(desk: Desk, kind: str, id: str, fields: Mapping[str, Any]) -> None:
    """A record of one park takes a reviewer of that park, one of a sub-park a reviewer of its account, and what holds
    for all a reviewer of every park with accounts. Raises Forbidden."""
    place = id if kind in (PARK_STATE, BOUNDARY_BASE) else str(fields.get("sub_park") or EVERY_PARK)
    if place != EVERY_PARK:
        accounts = {str(row["id"]): row.get("account") for layer in desk.ground.by_role().get("parks", ())
                    for row in layer.frame.drop(columns="geometry").to_dict("records")}
        account = accounts.get(place)
        hold(desk.who, Role.REVIEWER, account if isinstance(account, str) and account else place)
        return
    for park in desk.park_codes() or [EVERY_PARK]:
        hold(desk.who, Role.REVIEWER, park)


@needs(Role.REVIEWER, ANYWHERE)
def keep(desk: Desk, kind: str, id: str, fields: Mapping[str, Any], *, actor: str, key: str) -> Document:
    """Keep a record of a kind, or change it. It is checked first. Raises ScenarioError, KeyReused."""
    _hold_where(desk, kind, id, fields)
    _hold_where(desk, kind, id, desk.store.records(kind).get(id, fields))
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    CHECKS[kind]({**given, "id": id})

    def work(turn: Turn) -> Document:
        turn.keep_record(kind, id, {**given, "actor": actor, "at": desk.now().isoformat(timespec="seconds")})
        return {"kept": kind, "id": id}

    request = {"verb": f"keep {kind}", "id": id, "fields": given}
    return once(desk.store, key=key, request=request, actor=actor, work=work)


@needs(Role.REVIEWER, ANYWHERE)
def drop(desk: Desk, kind: str, id: str, *, actor: str, key: str) -> Document:
    """Take a record away. Raises RecordMissing, KeyReused."""
    _hold_where(desk, kind, id, desk.store.records(kind).get(id, {}))
    def work(turn: Turn) -> Document:
        known = desk.store.records(kind)
        if id not in known:
            raise RecordMissing(wanted=id, known=", ".join(known) or "-", where={kind: id})
        turn.drop_record(kind, id)
        return {"dropped": kind, "id": id}

    return once(desk.store, key=key, request={"verb": f"drop {kind}", "id": id}, actor=actor, work=work)


def records(store: Store, kind: str) -> dict[str, dict[str, Any]]:
    """What is kept of a kind, without who kept it and when."""
    return {id: {name: value for name, value in fields.items() if name not in ("actor", "at")}
            for id, fields in store.records(kind).items()}


def state_of(store: Store, park: str) -> ParkState | None:
    """The state of a park, None where nobody set one."""
    fields = records(store, PARK_STATE).get(park)
    return park_state_from(fields) if fields else None


def zero_carbon(desk: Desk, simulation: Simulation, projects: tuple[Project, ...], *, park: str, year: int) -> Ratio:
    """The zero-carbon ratio of a park with every project that is in. Writes nothing."""
    layers = desk.ground.by_role()
    boundary = [shape for layer in layers.get(BOUNDARY_ROLE, ()) for shape in layer.frame.geometry.values]
    cases = {one.id: one.case.parcel.shape for one in simulation.projects if one.case}
    sides = {project.id: side_of(project, cases.get(project.id), boundary) for project in projects}
    kept = records(desk.store, BOUNDARY_BASE).get(park)
    base = base_from({**kept, "id": park}) if kept else None
    found = ratio(simulation.projects, sides, base, desk.parameters.grades, year)
    return replace(found, boundary=tuple(boundary))

