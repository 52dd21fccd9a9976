"""How a workspace came to its present shape: functions in order, each applied in one transaction with its record."""

from __future__ import annotations

from collections.abc import Callable

from pyproj import CRS
from sqlalchemy import Connection

from planner.store.guard import APPLICATION_ID, USER_VERSION
from planner.store.sql import script, statements

Migration = Callable[[Connection], None]


def first_shape(connection: Connection) -> None:
    """Make the empty workspace: GeoPackage lists, coordinate systems, the book."""
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


def records(connection: Connection) -> None:
    """Room for what people state beside the book."""
    for statement in statements(script("records")):
        connection.exec_driver_sql(statement)


def registers(connection: Connection) -> None:
    """The registers of a park join the workspace."""
    for statement in statements(script("registers")):
        connection.exec_driver_sql(statement)


MIGRATIONS: tuple[Migration, ...] = (first_shape, records, registers)


def migrate(connection: Connection, at: str) -> None:
    """Apply what is not yet applied, in order, with its record."""
    has_record = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'planner_migrations'").first()
    done = (
        {row[0] for row in connection.exec_driver_sql("SELECT name FROM planner_migrations")} if has_record else set()
    )
    for migration in MIGRATIONS:
        if migration.__name__ not in done:
            migration(connection)
            connection.exec_driver_sql("INSERT INTO planner_migrations VALUES (?, ?)", (migration.__name__, at))
