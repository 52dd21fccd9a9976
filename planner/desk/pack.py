"""The pack: a case or a scenario with everything it rests on in one archive, which proves itself without a workspace.

What it says is thought from its own members when it is made, by the same code that verifies it; that it says the
same as the workspace is checked before it is handed out.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy
import pyproj
import shapely

import planner
from planner.admission.outcome import Case
from planner.admission.scenario import scenario_from
from planner.desk import documents_check, documents_queue
from planner.desk.authority import ANYWHERE, hold, needs
from planner.desk.case_paper import acts_document
from planner.desk.desk import DEFAULT_PLANE_CRS, PLANE_CRS, Desk
from planner.desk.pack_ground import (
    GROUND,
    PARAMETERS,
    STATED,
    ground_members,
    head_of,
    joined_box,
    parameter_members,
    parcel_document,
    same,
)
from planner.desk.pack_page import office_members, page_request
from planner.desk.pack_paths import differing
from planner.desk.pack_thought import ACTS, PARCEL, PROJECT, REQUEST, SCENARIO, Thought, looked_at, thought_of
from planner.desk.page import Page
from planner.desk.queue import Asked, asked_of
from planner.desk.reshape import REACH, within_reach
from planner.energy.project import Project, fields_of
from planner.errors import PlannerError
from planner.formats.packs import archive, parsed, written
from planner.formats.seals import digest, digest_of
from planner.formats.write_toml import scenario_text
from planner.land.parcel import Parcel
from planner.people import Role
from planner.sheets.paper import paper_named
from planner.sheets.plane import surroundings
from planner.store.parameters import load
from planner.text import N_, Text
from planner.words import translator

MANIFEST, FORMAT = "manifest.json", 1
PLAIN = Page()
Progress = Callable[[float, Text], object]


class PackUnfaithful(PlannerError):
    """A fault of ours: the pieces that the pack would carry do not give what the workspace gives."""

    code = "E_PACK"
    sentence = N_("The pack would say {recomputed} at {path} of {member} where the workspace says {said}. Nothing was "
                  "written; report it.")


def _quiet(share: float, doing: Text) -> None:
    """Nobody watches."""


@needs(Role.VIEWER, ANYWHERE)
def case_pack(
    desk: Desk,
    case: Case,
    *,
    project: Project | None = None,
    year: int | None = None,
    own: str | None = None,
    page: Page = PLAIN,
    progress: Progress = _quiet,
) -> bytes:
    """The pack of a case with its project. ``year`` takes the place of the project's start; what the case named by
    ``own`` holds of the book is not counted against it.

    Raises ScaleTooLarge, PaperUnknown, PackTooMany, PackUnfaithful."""
    # Looked at again under the rights of whoever packs, and with the budgets as they stand now.
    hold(desk.who, Role.VIEWER, case.park)
    found = looked_at(desk, case.parcel, on=case.on, project=project, park=case.park, year=year, own=own)
    case = replace(found, decided=case.decided)
    inputs = {PARCEL: written(parcel_document(case.parcel))}
    if case.decided is not None:
        inputs[ACTS] = written(acts_document(case.decided))
    if project is not None:
        inputs[PROJECT] = written(fields_of(project))
    refs = sorted({case.parcel.id, *([project.id] if project is not None else [])})
    request: dict[str, Any] = {"kind": "case", "on": case.on.isoformat(), "park": case.park, "refs": refs,
                               "year": year, "own": own}
    request |= _page(desk, page)
    inputs |= office_members(page)
    said = {f"documents/check.{lang_}.json": documents_check.check(case, translator(lang_))
            for lang_ in request["languages"]}
    return _packed(desk, {"": case.parcel}, inputs, request, said, progress)


@needs(Role.VIEWER, ANYWHERE)
def scenario_pack(
    desk: Desk,
    tables: Mapping[str, Any],
    *,
    place: str,
    folder: Path | None,
    park: str | None = None,
    page: Page = PLAIN,
    progress: Progress = _quiet,
    asked: Asked | None = None,
) -> bytes:
    """The pack of a scenario judged against the book of a park; ``asked`` where it was made ready before.

    Raises as ``case_pack`` and the scenario's own."""
    account = desk.park(park)
    if asked is None:
        asked = asked_of(desk, desk.parameters, tables, place=place, folder=folder, park=account, today=desk.today())
    parcels = {id: case.parcel for id, case in asked.cases.items()}
    names = {id: f"inputs/parcels/{number:02}.geojson" for number, id in enumerate(parcels, 1)}
    inputs = {SCENARIO: scenario_text(tables).encode()}
    inputs |= {names[id]: written(parcel_document(parcel)) for id, parcel in parcels.items()}
    request = {"kind": "scenario", "place": place, "park": account, "parcels": names,
               "refs": [project.id for project in asked.scenario.projects], **_page(desk, page)}
    inputs |= office_members(page)
    run = asked.simulate()
    said = {f"documents/simulate.{one}.json": documents_queue.simulation(run, translator(one))
            for one in request["languages"]}
    return _packed(desk, parcels, inputs, request, said, progress)


def scenario_alone(
    tables: Mapping[str, Any], *, place: str, today: Any, now: Any, page: Page = PLAIN, progress: Progress = _quiet
) -> bytes:
    """The pack of a scenario that stands alone, without any workspace."""
    scenario_from(tables, place=place, today=today)  # refused before anything is made of it
    request = {"kind": "scenario", "place": place, "park": None, "parcels": {}, "refs": [],
               "today": today.isoformat(), "printed_at": now.isoformat(timespec="seconds"), **page_request(page)}
    empty = {STATED: written({"settings": {}, "records": {}, "cases": []}), "book/entries.json": written([])}
    inputs = {SCENARIO: scenario_text(tables).encode(), **empty, **office_members(page)}
    return _sealed(inputs, request, {}, progress)


def _page(desk: Desk, page: Page) -> dict[str, Any]:
    return {"today": desk.today().isoformat(), "printed_at": desk.now().replace(microsecond=0).isoformat(),
            **page_request(page)}


def _packed(
    desk: Desk,
    parcels: Mapping[str, Parcel],
    inputs: dict[str, bytes],
    request: Mapping[str, Any],
    said: Mapping[str, Any],
    progress: Progress,
) -> bytes:
    progress(0.1, Text(N_("Cutting the layers around the parcel ...")))
    plane, frame = desk.settings().get(PLANE_CRS, DEFAULT_PLANE_CRS), paper_named(request["paper"]).frame_mm
    shapes = [surroundings(parcel.shape, plane, frame, request["scale"], request["centre"])
              for parcel in parcels.values()]
    if request["kind"] == "case":  # its deck tells where else the parcel could lie: that ground is looked at too
        reach = desk.parameters.coefficient(REACH, date.fromisoformat(request["on"])).value
        shapes += [within_reach(parcel.shape, reach) for parcel in parcels.values()]
    box = joined_box(shapes) if shapes else None
    ground = ground_members(desk, box, frozenset({str(request["park"])}))
    return _sealed({**inputs, **ground}, request, said, progress)


def _sealed(
    inputs: Mapping[str, bytes], request: Mapping[str, Any], said: Mapping[str, Any], progress: Progress
) -> bytes:
    members = {**parameter_members(), **inputs, REQUEST: written(request)}
    progress(0.3, Text(N_("Recomputing from the pack alone ...")))
    found = thought_of(members)
    answers = found.documents
    for name, document in said.items():
        for wrong in differing(name, same(document), answers[name], exact=False):
            raise PackUnfaithful(member=name, path=wrong.path, said=wrong.said, recomputed=wrong.recomputed)
    members |= {name: written(document) for name, document in answers.items()}
    progress(0.5, Text(N_("Drawing ...")))
    members |= dict(found.printed())
    members[MANIFEST] = written(manifest_of(members, found))
    progress(1.0, Text(N_("Sealed.")))
    return archive(members)


def manifest_of(members: Mapping[str, bytes], found: Thought) -> dict[str, Any]:
    """What is in a pack and what made it, sealed by its own hash."""
    rows = {name: data for name, data in members.items() if name.startswith(PARAMETERS)}
    listed = sorted(name for name in members if name != MANIFEST)
    body = {
        "pack": FORMAT,
        "kind": found.request["kind"],
        "planner": planner.__version__,
        "made_with": environment(),
        "printed_at": found.request["printed_at"],
        "languages": found.request["languages"],
        "parameters": {"version": found.desk.parameters.version, "tables": rows_version(members),
                       "digest": digest_of(rows)},
        "run_hash": found.run_hash,
        "head": head_of(members),
        "layers": [{"member": name} | _about(parsed(members[name]))
                   for name in listed if name.startswith(GROUND) and name != STATED],
        "members": [{"name": name, "bytes": len(members[name]), "sha256": digest(members[name])} for name in listed],
    }
    return {**body, "seal": digest(written(body))}


def _about(layer: Mapping[str, Any]) -> dict[str, Any]:
    names = ("role", "layer", "as_of", "source", "source_sha256", "illustrative", "features_of")
    return {**{name: layer[name] for name in names}, "coverage": layer["coverage"] is not None}


def rows_version(members: Mapping[str, bytes]) -> str:
    """The version that the tables of parameters state."""
    return members[f"{PARAMETERS}version.txt"].decode("utf-8").strip()


def own_rows() -> tuple[str, str]:
    """(version, digest) of the planner's own tables."""
    return load().version, digest_of(parameter_members())


def environment() -> dict[str, str]:
    """The programs that decide the last digits and the bytes of a page."""
    return {
        "python": platform.python_version(), "machine": platform.machine(), "numpy": numpy.__version__,
        "geos": shapely.geos_version_string, "proj": pyproj.proj_version_str, "matplotlib": version("matplotlib"),
    }
