"""Files into the workspace: a layer with its coverage and vintage, quotas as grants, projects into the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from planner import formats
from planner.desk import facts
from planner.desk.booking import Document, Movement, content_hash, move_all, once
from planner.desk.documents import notes as note_lines
from planner.desk.ground import park_of
from planner.desk.originals import keep_original
from planner.desk.preview import Preview, document, look_into
from planner.energy.project import fields_of, project_from
from planner.errors import LayerExists, Rejected
from planner.formats import schema, tables
from planner.formats.errors import RoleUnknown
from planner.formats.facts_table import read_facts
from planner.formats.project_table import read_projects
from planner.formats.reading import Reading
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import EVERYWHERE, Layer
from planner.land.union import union
from planner.parameters import Parameters
from planner.store.base import Store, Turn
from planner.text import N_, Text, Translate, english

if TYPE_CHECKING:
    import geopandas as gpd

TABLES = ("projects", "quotas", "facts")
# Where a layer of a role claims to know the ground when nobody says: see interface, how a parcel is judged.
COVERAGE = {
    "land_survey": "features",
    "zoning": "features",
    "parcels": "everywhere",
    "parks": "everywhere",
    "urban_boundary": "everywhere",
}


@dataclass(frozen=True)
class Request:
    """One import as a person asks for it. ``columns`` maps a field to a column, ``constants`` a field to a value;
    ``reading`` is what the file was found to hold, where it was read before."""

    path: Path
    role: str
    actor: str
    key: str
    sha256: str
    name: str | None = None
    shown_as: str | None = None
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    swap_axes: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    source: str = ""
    coverage: str | None = None
    keep_good: bool = False
    accept_repairs: bool = False
    replace: bool = False
    dry_run: bool = False
    illustrative: bool = False
    park: str | None = None
    on: date | None = None
    say: Translate = english
    reading: Reading | None = None

    @property
    def file(self) -> str:
        return self.shown_as or self.path.name

    @property
    def content(self) -> Document:
        """What the key stands for: the call and the bytes of its file."""
        return {
            "verb": "import",
            "role": self.role,
            "sha256": self.sha256,
            "name": self.name,
            "layer": self.layer,
            "crs": self.crs,
            "encoding": self.encoding,
            "swap_axes": self.swap_axes,
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "as_of": str(self.as_of),
            "source": self.source,
            "coverage": self.coverage,
            "keep_good": self.keep_good,
            "accept_repairs": self.accept_repairs,
            "replace": self.replace,
        }


def import_file(store: Store, parameters: Parameters, request: Request) -> Document:
    """Read, fit to the role, and keep: all of it or nothing.

    Raises Rejected for bad features or rows, LayerExists, and what the door of files raises.
    """
    if request.role == "quotas":
        return import_quotas(store, parameters, request)
    if request.role == "projects":
        return import_projects(store, request)
    if request.role == "facts":
        return import_facts(store, parameters, request)
    if request.role not in schema.ROLES:
        raise RoleUnknown(role=request.role, known=", ".join([*schema.ROLES, *TABLES]))
    return import_layer(store, request)


def import_layer(store: Store, request: Request) -> Document:
    """A file of polygons as a layer of a role, the file itself kept beside it."""
    preview = look_into(store, request)
    if preview.refused and not request.keep_good:
        raise Rejected(preview.refused, kind="features", file=request.file)
    if preview.missing is not None or preview.frame is None:
        raise preview.missing or AssertionError("a frame or what it lacks")
    answer = answer_of(preview, request)
    coverage = coverage_of(preview.frame, request)
    if request.dry_run:
        known_m2 = None if coverage is None else float(ellipsoid_m2(coverage))
        answer["preview"] = document(preview, request, known_m2, request.say)
    if preview.reading.repairs and not request.accept_repairs:
        return {**answer, "status": "repair", "stored": 0}
    if request.dry_run:
        return {**answer, "stored": 0}
    layer = Layer(
        request.role,
        request.name or safe_name(Path(request.file).stem),
        preview.frame,
        request.as_of,
        request.source,
        coverage,
        request.illustrative,
    )
    if not request.replace and any(info.name == layer.name for info in store.layers()) and not _repeats(store, request):
        raise LayerExists(layer=layer.name)
    read = preview.reading.sha256

    def work(turn: Turn) -> Document:
        turn.keep_layer(layer, sha256=read, replace=request.replace)
        keep_original(turn, request.path, shown_as=Path(request.file).name, read=read, actor=request.actor)
        return {**answer, "layer": layer.name}

    return once(store, key=request.key, request=request.content, actor=request.actor, work=work)


def _repeats(store: Store, request: Request) -> bool:
    """Whether this very call was answered before (its key is known); then ``once`` gives the first answer again."""
    return store.answer(request.key, content_hash(request.content)) is not None


def safe_name(stem: str) -> str:
    """A layer's name from a file's stem: letters, digits and underscores, as a table may be called."""
    kept = "".join(c if c.isalnum() or c == "_" else "_" for c in stem).strip("_")
    return kept or "layer"


def answer_of(preview: Preview, request: Request) -> Document:
    """The document of `import`."""
    say, reading = request.say, preview.reading
    alarmed = (preview.alarm,) if preview.alarm else ()
    return {
        "role": request.role,
        "layer": request.name or safe_name(Path(request.file).stem),
        "read": reading.read,
        "stored": 0 if preview.frame is None else len(preview.frame),
        "repaired": [
            {
                "feature": r.feature,
                "what": r.what,
                "before_m2": r.before_m2,
                "after_m2": r.after_m2,
                "message": r.message.say(say),
            }
            for r in reading.repairs
        ],
        "rejected": [{**error.where, "code": error.code, "message": error.text.say(say)} for error in preview.refused],
        "crs": reading.crs,
        "crs_from": reading.crs_from,
        "encoding": reading.encoding,
        "status": "accept",
        "sha256": reading.sha256,
        **note_lines((*alarmed, *preview.notes, *reading.notes), say),
    }


def coverage_of(frame: gpd.GeoDataFrame, request: Request) -> BaseGeometry | None:
    """Where the layer claims to know the ground: as stated, else the default of its role; None is nowhere."""
    asked = request.coverage or COVERAGE.get(request.role, "none")
    shapes = frame.geometry.values
    if asked == "none":
        return None
    if asked == "everywhere":
        return EVERYWHERE
    if asked == "features":
        return union(shapes)
    if asked == "bounds":
        return shapely.box(*frame.total_bounds)
    if asked == "hull":
        return shapely.convex_hull(shapely.geometrycollections(shapes))
    reading = formats.read(Path(asked))
    if reading.rejected:
        raise Rejected([error for _, error in reading.rejected], kind="features", file=asked)
    return union(reading.frame.geometry.values)


def table_answer(request: Request, rows: int) -> Document:
    """The document of `import` for a table: all of its rows are stored, or none."""
    return {
        "role": request.role,
        "layer": None,
        "read": rows,
        "stored": 0 if request.dry_run else rows,
        "repaired": [],
        "rejected": [],
        "crs": None,
        "encoding": None,
        "status": "accept",
    }


def import_quotas(store: Store, parameters: Parameters, request: Request) -> Document:
    """Each row a grant, all rows or none."""
    rows = tables.read_quotas(request.path, name=request.file, layer=request.layer, encoding=request.encoding)
    park = request.park
    if park is None and any(not row.park for row in rows):
        stand, _ = store.standing()
        park = park_of(None, (), stand) if stand.entries else "DEFAULT"
    on = request.on or date.today()

    def work(turn: Turn) -> Document:
        calls = [
            Movement(
                "grant",
                row.park or str(park),
                row.quota,
                row.year,
                row.amount,
                row.unit,
                row.basis or row.document or request.file,
                request.actor,
                f"{request.key}#{row.row}",
                on,
                lot=row.lot_facts,
                note=row.note,
            )
            for row in rows
        ]
        moved = move_all(turn, parameters, calls)
        keep_original(turn, request.path, shown_as=request.file, read=request.sha256, actor=request.actor)
        return {**table_answer(request, len(rows)), "entries": [m["entry"] for m in moved]}

    if request.dry_run:
        return table_answer(request, len(rows))
    return once(store, key=request.key, request={**request.content, "park": park}, actor=request.actor, work=work)


def import_facts(store: Store, parameters: Parameters, request: Request) -> Document:
    """Figures of the park, each with its source, all rows or none."""
    rows = read_facts(
        request.path, facts.measures(parameters), name=request.file, layer=request.layer, encoding=request.encoding
    )
    answer = table_answer(request, len(rows))
    if request.dry_run:
        return answer

    def work(turn: Turn) -> Document:
        ids = facts.keep(turn, rows, actor=request.actor, on=request.on or date.today())
        return {**answer, "figures": ids}

    return once(store, key=request.key, request=request.content, actor=request.actor, work=work)


def import_projects(store: Store, request: Request) -> Document:
    """One row a project into the queue, all rows or none."""
    rows = read_projects(request.path, name=request.file, layer=request.layer, encoding=request.encoding)
    projects = [
        project_from(fields, place=Text(N_("{file}, row {row}"), file=request.file, row=row).say(request.say))
        for row, fields in rows
    ]
    answer = {**table_answer(request, len(rows)), "projects": [project.id for project in projects]}

    def work(turn: Turn) -> Document:
        for project in projects:
            turn.keep_project(project.id, fields_of(project))
        keep_original(turn, request.path, shown_as=request.file, read=request.sha256, actor=request.actor)
        return answer

    if request.dry_run:
        return answer
    return once(store, key=request.key, request=request.content, actor=request.actor, work=work)
