"""`planner export pack`: the pack of what a call names, and what is said of one that was made or verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from planner.desk.desk import Desk
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.pack import Progress, case_pack, scenario_alone, scenario_pack
from planner.desk.pack_paths import Differs
from planner.desk.pack_verify import Verified
from planner.energy.project import Project
from planner.errors import UsageError
from planner.formats.packs import members_of, parsed
from planner.formats.toml_files import read_scenario
from planner.text import N_, Text, Translate


def export_pack(
    desk: Desk | None,
    out: Path,
    *,
    progress: Progress,
    parcel: Path | None = None,
    case_id: str | None = None,
    scenario: Path | None = None,
    id: str | None = None,
    project: Path | None = None,
    park: str | None = None,
    on: date | None = None,
    crs: str | None = None,
    lang: str = "zh",
    paper: str = "A3",
    scale: int | None = None,
) -> Path:
    """The pack of a parcel's file, of a case of the workspace, or of a scenario (without a desk: standing alone).

    Raises UsageError unless exactly one of them is named, and what making the pack raises; then nothing is written.
    """
    if sum(one is not None for one in (parcel, case_id, scenario)) != 1:
        raise UsageError(problem=Text(N_("a pack is of one thing: name it with --parcel, --case or --scenario")))
    if out.suffix.lower() != ".zip":
        raise UsageError(problem=Text(N_("--out {path}: a pack ends in .zip"), path=str(out)))
    page: dict[str, Any] = {"lang": lang, "paper": paper, "scale": scale, "progress": progress}
    if scenario is not None:
        data = _of_scenario(desk, scenario, park, page)
    elif desk is not None:
        plan = project_from_file(project) if project else None
        if parcel is not None:
            shape = parcel_from_file(parcel, id=id, crs=crs)
        else:
            shape, plan = desk.case_parcel(str(case_id)), plan or kept_project(desk, str(case_id))
        case = desk.look(shape, on=on or (plan.on if plan else None), project=plan, park=park)
        data = case_pack(desk, case, project=plan, **page)
    else:
        raise UsageError(problem=Text(N_("a case is looked at in a workspace: name it with --workspace")))
    out.write_bytes(data)
    return out


def _of_scenario(desk: Desk | None, path: Path, park: str | None, page: dict[str, Any]) -> bytes:
    tables = read_scenario(path)
    if desk is None:
        return scenario_alone(tables, place=path.name, today=date.today(), now=datetime.now(), lang=page["lang"],
                              progress=page["progress"])
    return scenario_pack(desk, tables, place=path.name, folder=path.parent, park=park, **page)


def kept_project(desk: Desk, case: str) -> Project | None:
    """The project of the queue that bears the name of a case, None where there is none."""
    return next((project for project in desk.projects() if project.id == case), None)


def contents(path: Path) -> dict[str, Any]:
    """What a pack that was just made holds: its run hash, its seal and its members with their sizes."""
    members, _ = members_of(path)
    manifest = parsed(members["manifest.json"])
    rows = [{"name": row["name"], "bytes": row["bytes"]} for row in manifest["members"]]
    return {"kind": "pack", "path": str(path), "bytes": path.stat().st_size, "run_hash": manifest["run_hash"],
            "seal": manifest["seal"], "languages": manifest["languages"], "members": rows}


def verify_document(found: Verified, say: Translate) -> dict[str, Any]:
    """`planner verify`."""
    manifest = found.manifest
    return {
        "pack": found.file,
        "ok": found.ok,
        **{name: manifest.get(name) for name in ("kind", "planner", "run_hash", "seal", "head", "parameters")},
        "members": found.members,
        "numbers": found.numbers,
        "pages": found.pages,
        "differs": differs_document(found.differs),
        **({"notes": [note.say(say) for note in found.notes]} if found.notes else {}),
    }


def differs_document(rows: Sequence[Differs], names: tuple[str, str] = ("said", "recomputed")) -> list[dict[str, Any]]:
    """Differences as rows."""
    return [{"member": row.member, "path": row.path, names[0]: row.said, names[1]: row.recomputed} for row in rows]
