"""Layer tables of the GeoPackage: their SQL, their index, their registration. A version is written once, whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from planner.errors import StoreDamaged, UsageError
from planner.store.blobs import SRS_ID, from_blobs, to_blobs
from planner.store.frames import Kinds, Values
from planner.store.sql import inner, quoted, script, statements
from planner.text import N_, Text

_SQL_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
_DECLARED = {3: "POLYGON", 6: "MULTIPOLYGON"}  # by GEOS type number
_TAKEN = re.compile(r"(planner_|gpkg_|rtree_|sqlite_).*|.*__v\d+|\s*", re.IGNORECASE | re.DOTALL)
LONGEST_NAME = 100


@dataclass(frozen=True)
class Table:
    """The table of one version of a layer; ``geometry`` is POLYGON, MULTIPOLYGON or GEOMETRY (mixed or empty)."""

    name: str
    kinds: Kinds
    geometry: str
    indexed: bool = True

    def ddl(self, *, touching: bool = True) -> list[str]:
        """The statements that make it, to the letter: the guard compares them with the file."""
        columns = "".join(f",\n  {quoted(column)} {_SQL_TYPES[kind]}" for column, kind in self.kinds.items())
        made = script("layer").format(table=inner(self.name), geometry=self.geometry, columns=columns)
        index = script("rtree").format(table=inner(self.name)) if self.indexed else ""
        return [*statements(made), *statements(index), *(self.touching() if touching else ())]

    def touching(self) -> list[str]:
        """The statements by which a change by another program is told: of a current version only."""
        text = script("touch").format(table=inner(self.name), text=self.name.replace("'", "''"))
        return list(statements(text)) if self.indexed else []


def checked_name(name: str) -> str:
    """A layer's name if a table may be named so. Raises UsageError."""
    if _TAKEN.fullmatch(name) or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            problem=Text(
                N_(
                    "A layer cannot be named '{name}': the name is empty, too long or kept for the file "
                    "itself. Choose another with --name."
                ),
                name=name[:LONGEST_NAME],
            )
        )
    return name


def geometry_type(shapes: NDArray[np.object_] | Sequence[Any]) -> str:
    """What the table declares to hold: the one kind all shapes are of, else GEOMETRY."""
    found = {int(kind) for kind in np.unique(shapely.get_type_id(np.asarray(shapes, dtype=object))) if kind >= 0}
    return _DECLARED.get(found.pop(), "GEOMETRY") if len(found) == 1 else "GEOMETRY"


def write(connection: Connection, table: Table, rows: Sequence[Values], shapes: Any) -> None:
    """Make the table and fill it; its index is filled in one go, before the triggers exist."""
    plain = [s for s in table.ddl() if "TRIGGER" not in s.split("\n", 1)[0]]
    for statement in plain:
        connection.exec_driver_sql(statement)
    blobs = to_blobs(shapes)
    if blobs:
        marks = ", ".join("?" * (2 + len(table.kinds)))
        columns = ", ".join(["fid", "geom", *(quoted(c) for c in table.kinds)])
        connection.exec_driver_sql(
            f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({marks})",  # noqa: S608
            [(i, blob, *row) for i, (blob, row) in enumerate(zip(blobs, rows, strict=True), 1)],
        )
    if table.indexed:
        _index(connection, table, shapes)
        _list(connection, table, shapes)
    for statement in (s for s in table.ddl() if s not in plain):
        connection.exec_driver_sql(statement)


def _index(connection: Connection, table: Table, shapes: Any) -> None:
    edges = shapely.bounds(np.asarray(shapes, dtype=object)).reshape(-1, 4)
    boxes = [(i, x0, x1, y0, y1) for i, (x0, y0, x1, y1) in enumerate(edges.tolist(), 1) if x0 == x0]
    if boxes:
        name = quoted(f"rtree_{table.name}_geom")
        connection.exec_driver_sql(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)", boxes)  # noqa: S608


def _list(connection: Connection, table: Table, shapes: Any) -> None:
    """Enter a current table in the lists by which QGIS and others find it."""
    box = shapely.total_bounds(np.asarray(shapes, dtype=object)).tolist() if len(shapes) else [None] * 4
    box = [None if v is None or v != v else v for v in box]
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id) "
        "VALUES (?, 'features', ?, ?, ?, ?, ?, ?)",
        (table.name, table.name, *box, SRS_ID),
    )
    connection.exec_driver_sql(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table.name, table.geometry, SRS_ID)
    )
    connection.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table.name,),
    )


def drop(connection: Connection, table: Table) -> None:
    """Take a table out of the file and out of the lists."""
    if table.indexed:
        for listed in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
            connection.exec_driver_sql(f"DELETE FROM {listed} WHERE table_name = ?", (table.name,))  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {quoted(f'rtree_{table.name}_geom')}")
    connection.exec_driver_sql(f"DROP TABLE {quoted(table.name)}")


def retire(connection: Connection, table: Table, old: Table) -> None:
    """Put a table aside under another name, without index and unlisted."""
    rows, shapes = read(connection, table)
    drop(connection, table)
    write(connection, old, rows, shapes)


def read(connection: Connection, table: Table) -> tuple[list[Values], NDArray[np.object_]]:
    """All rows and shapes of a table, in the order in which they were put in."""
    columns = "".join(f", {quoted(c)}" for c in table.kinds)
    found = connection.exec_driver_sql(f"SELECT geom{columns} FROM {quoted(table.name)} ORDER BY fid").fetchall()  # noqa: S608
    try:
        return [tuple(row[1:]) for row in found], from_blobs([row[0] for row in found])
    except (ValueError, shapely.errors.ShapelyError) as broken:
        reason = Text(N_("a shape of its layer '{name}' cannot be read"), name=table.name)
        raise StoreDamaged(reason=reason) from broken


def put(connection: Connection, table: Table, row: dict[str, Any], shape: Any) -> int:
    """Add a feature, or change those with its id; returns how many were added (0 or 1)."""
    names = {"geom": to_blobs([shape])[0], **row}
    sets = ", ".join(f"{quoted(n)} = ?" for n in names)
    changed = connection.exec_driver_sql(
        f"UPDATE {quoted(table.name)} SET {sets} WHERE id = ?",  # noqa: S608
        (*names.values(), row["id"]),
    ).rowcount
    if not changed:
        marks, listed = ", ".join("?" * len(names)), ", ".join(quoted(n) for n in names)
        connection.exec_driver_sql(
            f"INSERT INTO {quoted(table.name)} ({listed}) VALUES ({marks})",  # noqa: S608
            tuple(names.values()),
        )
    _touch(connection, table, shape)
    return 0 if changed else 1


def remove(connection: Connection, table: Table, id: str) -> int:
    """Take a feature out; returns how many there were."""
    return connection.exec_driver_sql(f"DELETE FROM {quoted(table.name)} WHERE id = ?", (id,)).rowcount  # noqa: S608


def _touch(connection: Connection, table: Table, shape: Any) -> None:
    """Keep the listed extent around what was put in."""
    x0, y0, x1, y1 = shape.bounds
    connection.exec_driver_sql(
        "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), "
        "min_x = MIN(COALESCE(min_x, ?), ?), min_y = MIN(COALESCE(min_y, ?), ?), "
        "max_x = MAX(COALESCE(max_x, ?), ?), max_y = MAX(COALESCE(max_y, ?), ?) WHERE table_name = ?",
        (x0, x0, y0, y0, x1, x1, y1, y1, table.name),
    )
