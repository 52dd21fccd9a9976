"""`planner export pack`: the pack of what a call names, and what is said of one that was made or verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from planner.desk.desk import Desk
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.pack import MANIFEST, PLAIN, Progress, case_pack, scenario_alone, scenario_pack
from planner.desk.pack_paths import Differs
from planner.desk.pack_verify import Verified
from planner.desk.page import Page
from planner.errors import UsageError
from planner.formats.packs import parsed
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
    page: Page = PLAIN,
) -> Path:
    """The pack of a parcel's file, of a case of the workspace, or of a scenario (without a desk: standing alone).

    Raises UsageError unless exactly one of them is named, and what making the pack raises; then nothing is written.
    """
    if sum(one is not None for one in (parcel, case_id, scenario)) != 1:
        raise UsageError(problem=Text(N_("a pack is of one thing: name it with --parcel, --case or --scenario")))
    if scenario is not None and page.centre is not None:
        raise UsageError(problem=Text(N_("{kind}: a page lies around its parcel; leave out --centre and --extent"),
                                      kind="pack --scenario"))
    if out.suffix.lower() != ".zip":
        raise UsageError(problem=Text(N_("--out {path}: a pack ends in .zip"), path=str(out)))
    if scenario is not None:
        data = _of_scenario(desk, scenario, park, page, progress)
    elif desk is None:
        raise UsageError(problem=Text(N_("a case is looked at in a workspace: name it with --workspace")))
    elif parcel is not None:
        plan = project_from_file(project) if project else None
        shape = parcel_from_file(parcel, id=id, crs=crs)
        case = desk.look(shape, on=on or (plan.on if plan else None), project=plan, park=park)
        data = case_pack(desk, case, project=plan, page=page, progress=progress)
    else:
        data = _of_case(desk, str(case_id), page, progress)
    out.write_bytes(data)
    return out


def _of_scenario(desk: Desk | None, path: Path, park: str | None, page: Page, progress: Progress) -> bytes:
    tables = read_scenario(path)
    if desk is None:
        return scenario_alone(tables, place=path.name, today=date.today(), now=datetime.now(), page=page,
                              progress=progress)
    return scenario_pack(desk, tables, place=path.name, folder=path.parent, park=park, page=page, progress=progress)


def _of_case(desk: Desk, id: str, page: Page, progress: Progress) -> bytes:
    """A case with its own project and year, its own reservation left out. Raises CaseMissing."""
    opened = desk.case(id)
    year = opened.record.request.get("year")
    return case_pack(desk, desk.case_seen(id), project=opened.project, year=year, own=id, page=page,
                     progress=progress)


def contents(data: bytes) -> dict[str, Any]:
    """What a pack that was just made holds: its run hash, its seal and its members with their sizes."""
    with ZipFile(BytesIO(data)) as made:
        manifest = parsed(made.read(MANIFEST))
    rows = [{"name": row["name"], "bytes": row["bytes"]} for row in manifest["members"]]
    return {"run_hash": manifest["run_hash"], "seal": manifest["seal"], "languages": manifest["languages"],
            "members": rows}


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
