"""GeoPackages: the schema is read first, by SQLite alone and without running any of it; then GDAL in a child.

A database file can carry programs: views that never end, triggers that empty a table, virtual tables that read other
files. A data file needs none of them but the index of its shapes. Source: OGC GeoPackage 1.3, annexes C, F.3.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from planner.formats.confined import read_table
from planner.formats.errors import AmbiguousLayer, ContentUnsupported, DatabaseSchema, FileLayerMissing, ParseError
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.sniff import SUPPORTED
from planner.formats.tidy import table_to_raw
from planner.text import N_, Text

# The triggers that writers of GeoPackages make, by name; what they touch is looked at as well.
_TRIGGER = re.compile(
    r"(rtree_.+_(insert|update\d?|delete)|trigger_(insert|delete)_feature_count_.+|gpkg_(tile_matrix|metadata|metadata_reference)_\w+"
    r"|trigger_(insert|update|delete)_.*rtree.*|fid_uuid_\w+)$",
    re.IGNORECASE,
)
_TOUCHED = re.compile(
    r"(?:insert(?:\s+or\s+\w+)?\s+into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from)\s+"
    r"[\"'`\[]?([\w\-. ]+?)[\"'`\]]?(?:[\s(;]|$)",
    re.IGNORECASE,
)
_RTREE = re.compile(
    r"^\s*create\s+virtual\s+table\s+[\"'`\[]?rtree_.+?[\"'`\]]?\s+using\s+[\"'`]?rtree[\"'`]?\s*\(",
    re.IGNORECASE | re.DOTALL,
)
_RAISED = re.compile(r"raise\s*\(\s*\w+\s*,\s*'(?:[^']|'')*'\s*\)", re.IGNORECASE)
_STEPS = 1_000_000  # virtual-machine steps after which a schema query is stopped


def read_geopackage(request: Request) -> Raw:
    """One feature layer, copied out; the file itself is only read.

    Raises DatabaseSchema, ParseError, AmbiguousLayer, FileLayerMissing, ContentUnsupported, TooComplex.
    """
    journal = request.path.with_name(request.path.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        raise ParseError(
            reason=Text(N_("another program is writing it (a -wal file lies beside it); close it there first"))
        )
    try:
        layers = _layers(request.path)
    except (sqlite3.Error, ValueError, OverflowError):  # also a schema whose words are no UTF-8
        raise ParseError(reason=Text(N_("the database is damaged"))) from None
    name = _choose(list(layers), request.layer)
    with TemporaryDirectory(prefix="planner-") as folder:
        copy = Path(folder) / "layer.gpkg"
        shutil.copyfile(request.path, copy)
        table = read_table(copy, name, None)
    raw = table_to_raw(table, "GeoPackage", name, "utf-8")
    raw.crs = layers[name]
    return raw


def _layers(path: Path) -> dict[str, str | None]:
    """Feature layers and their systems (EPSG:n or WKT, None where undefined)."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        database.set_progress_handler(lambda: 1, _STEPS)
        database.execute("PRAGMA trusted_schema = OFF")
        _check_schema(database)
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= tables:
            raise ContentUnsupported(found=Text(N_("an SQLite database without GeoPackage tables")), known=SUPPORTED)
        rows = database.execute(
            "SELECT g.table_name, s.organization, s.organization_coordsys_id, s.definition, g.srs_id"
            " FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.rowid"
        ).fetchall()
        return {str(table): _system(*rest) for table, *rest in rows if table in tables}


def _check_schema(database: sqlite3.Connection) -> None:
    for kind, name, table, sql in database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        shown, text = str(name)[:60], str(sql or "")
        if kind == "view":
            raise DatabaseSchema(kind=Text(N_("the view")), name=shown)
        if kind == "trigger" and not _own_trigger(shown, str(table), text):
            raise DatabaseSchema(kind=Text(N_("the trigger")), name=shown)
        if kind == "table" and re.match(r"\s*create\s+virtual", text, re.IGNORECASE) and not _RTREE.match(text):
            raise DatabaseSchema(kind=Text(N_("the virtual table")), name=shown)


def _own_trigger(name: str, table: str, sql: str) -> bool:
    """A known name, and a body that changes nothing but the index, the count and its own table."""
    if not _TRIGGER.match(name):
        return False
    body = re.split(r"\sbegin\s", sql, maxsplit=1, flags=re.IGNORECASE)[-1]
    touched = {found.strip().lower() for found in _TOUCHED.findall(_RAISED.sub("", body))}
    return all(one.startswith("rtree_") or one in ("gpkg_ogr_contents", table.lower()) for one in touched)


def _system(organization: str | None, code: int | None, definition: str | None, srs_id: int | None) -> str | None:
    if srs_id is None or srs_id in (0, -1):
        return None
    if organization and organization.upper() == "EPSG" and code:
        return f"EPSG:{code}"
    return definition if definition and definition != "undefined" else None


def _choose(names: list[str], layer: str | None) -> str:
    if not names:
        raise ParseError(reason=Text(N_("the GeoPackage has no layer of features")))
    if layer is None and len(names) > 1:
        raise AmbiguousLayer(layers=", ".join(names))
    if layer is not None and layer not in names:
        raise FileLayerMissing(wanted=layer, known=", ".join(names))
    return layer or names[0]
