"""How a workspace came to its present shape: functions in order, each applied in one transaction with its record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from pyproj import CRS
from sqlalchemy import Connection, text

from planner.errors import StoreDamaged
from planner.store import layers, tables
from planner.store.sql import script, statements
from planner.store.tables import create
from planner.text import N_, Text

Migration = Callable[[Connection], None]
APPLICATION_ID, USER_VERSION = 0x47504B47, 10300  # "GPKG", 1.3
NEWER = Text(N_("it was written by a newer version of the planner; update the planner"))
_RECORD = text("INSERT INTO planner_migrations (name, applied_at) VALUES (:name, :at)")


def first_shape(connection: Connection) -> None:
    """Make the empty workspace: GeoPackage lists, coordinate systems, the book."""
    if connection.dialect.name == "postgresql":
        connection.connection.cursor().execute(script("postgres"))
        return
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in statements(script("schema")):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
        [
            ("Undefined cartesian SRS", -1, "NONE", -1, "undefined"),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
            *(
                (CRS.from_epsg(code).name, code, "EPSG", code, CRS.from_epsg(code).to_wkt("WKT1_GDAL"))
                for code in (4326, 4490)
            ),
        ],
    )
    # Listed as attribute tables so that GIS programs show the book and hide what is only ours.
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
        [("planner_entries", "planner_entries"), ("planner_legs", "planner_legs")],
    )


def versions_of_cases(connection: Connection) -> None:
    """Every change of a case counts on, so that two people who change it at once are told apart."""
    connection.exec_driver_sql("ALTER TABLE planner_cases ADD COLUMN version BIGINT NOT NULL DEFAULT 1")


def records(connection: Connection) -> None:
    """Room for what people state beside the book."""
    create(connection, tables.RECORDS)


def registers(connection: Connection) -> None:
    """The registers of a park join the workspace."""
    create(connection, tables.REGISTER_ROWS)


def originals(connection: Connection) -> None:
    """Every file that was taken in stays as it came."""
    create(connection, tables.ORIGINALS)
    create(connection, tables.ORIGINAL_BYTES)


def people(connection: Connection) -> None:
    """People with roles, and the trail of what they wrote."""
    create(connection, tables.ROLES)
    create(connection, tables.TRAIL)


def case_acts(connection: Connection) -> None:
    """Every move of a case stays."""
    create(connection, tables.CASE_ACTS)


def parameter_rows(connection: Connection) -> None:
    """Rows of parameters that take the place of the planner's own from a day on."""
    create(connection, tables.PARAMETER_ROWS)


def figures(connection: Connection) -> None:
    """Figures of the park and the choices between them stay as they were written; the records that held them go."""
    for kind, table in (("figure", tables.FIGURES), ("choice", tables.CHOICES)):
        create(connection, table)
        for row in tables.rows(connection, "records", {"kind": kind}):
            fields = json.loads(row["fields"])
            tables.add(connection, table.name.removeprefix("planner_"),
                       [{"id": row["id"], "day": fields.pop("on"), **fields}])
        tables.drop(connection, "records", {"kind": kind})


def lots_once(connection: Connection) -> None:
    """No part of a lot has two uses, whatever a program believes."""
    if connection.dialect.name == "postgresql":
        connection.connection.cursor().execute(script("lots_postgres"))
        return
    for statement in statements(script("lots")):
        connection.exec_driver_sql(statement)


def layers_touched(connection: Connection) -> None:
    """A change of a layer by another program is told by its stamp, in the file as from the first in a database."""
    if connection.dialect.name == "postgresql":
        return
    for table in layers.tables(connection):
        for statement in table.touching():
            connection.exec_driver_sql(statement)


# Never changed once they are out, only added to. A migration speaks what SQLite and PostgreSQL both understand:
# a new table is ``create(connection, tables.NAME)``.
MIGRATIONS: tuple[Migration, ...] = (
    first_shape, records, registers, versions_of_cases, originals, people, case_acts, parameter_rows, figures,
    lots_once, layers_touched,
)


def migrate(connection: Connection, done: Sequence[str], at: str) -> None:
    """Apply what is not among ``done``, in order, each with its record."""
    for migration in MIGRATIONS:
        if migration.__name__ not in done:
            migration(connection)
            connection.execute(_RECORD, {"name": migration.__name__, "at": at})


def applied(connection: Connection) -> tuple[str, ...]:
    """The migrations a workspace has had, in our order. Raises StoreDamaged where one of them is not known here."""
    done = {row[0] for row in connection.exec_driver_sql("SELECT name FROM planner_migrations")}
    if done - set(names()):
        raise StoreDamaged(reason=NEWER)
    return tuple(name for name in names() if name in done)


def names() -> tuple[str, ...]:
    """All migrations there are."""
    return tuple(migration.__name__ for migration in MIGRATIONS)
