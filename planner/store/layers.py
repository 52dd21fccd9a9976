"""The layers of the workspace: which there are, in which version, and the table each lies in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace as changed
from datetime import date
from secrets import token_hex
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from planner.errors import FeatureMissing, LayerExists, LayerMissing
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import CRS, Layer
from planner.store import features
from planner.store.base import LayerInfo
from planner.store.features import Table, checked_name, geometry_type
from planner.store.frames import kinds_of, plain, to_frame, to_rows, widened

_CURRENT = text(
    "SELECT l.* FROM planner_layers AS l WHERE is_current = 1 ORDER BY "
    "(SELECT MIN(p.rowid) FROM planner_layers AS p WHERE p.name = l.name)"
)
_ONE = text("SELECT * FROM planner_layers WHERE lower(name) = lower(:name) AND is_current = 1")
_VERSION = text("SELECT * FROM planner_layers WHERE lower(name) = lower(:name) AND version = :version")
_VERSIONS = text("SELECT * FROM planner_layers WHERE lower(name) = lower(:name) ORDER BY version")
_ADD = text(
    "INSERT INTO planner_layers (name, version, is_current, table_name, role, kinds, geometry_type, features, as_of, "
    "coverage, coverage_m2, source, sha256, stamp, illustrative) VALUES (:name, :version, 1, :name, :role, :kinds, "
    ":geometry_type, :features, :as_of, :coverage, :coverage_m2, :source, :sha256, :stamp, :illustrative)"
)


def home(connection: Connection) -> Any:
    """How the tables of layers are written where this connection leads: in the file or in the database."""
    if connection.dialect.name == "postgresql":
        from planner.store import postgis

        return postgis
    return features


def tables(connection: Connection) -> list[Table]:
    """Every layer table the file should hold, old versions too."""
    return [_table(row) for row in connection.execute(text("SELECT * FROM planner_layers"))]


def infos(connection: Connection) -> list[LayerInfo]:
    """The current layers, in the order in which they first came."""
    return [_info(row) for row in connection.execute(_CURRENT)]


def versions(connection: Connection, name: str) -> list[LayerInfo]:
    """Every version of a layer that is kept, oldest first."""
    return [_info(row) for row in connection.execute(_VERSIONS, {"name": name})]


def layer(connection: Connection, name: str, version: int | None = None) -> Layer:
    """A layer with all its features. Raises LayerMissing."""
    row = _found(connection, name, version)
    table = _table(row)
    rows, shapes = home(connection).read(connection, table)
    return Layer(
        role=row.role,
        name=row.name,
        frame=to_frame(rows, table.kinds, shapes),
        source=row.source,
        as_of=date.fromisoformat(row.as_of) if row.as_of else None,
        illustrative=bool(row.illustrative),
        coverage=None if row.coverage is None else shapely.from_wkb(row.coverage),
    )


def keep(connection: Connection, kept: Layer, *, sha256: str, replace: bool) -> LayerInfo:
    """Write a layer as the current version of its name. Raises LayerExists, UsageError."""
    there = connection.execute(_ONE, {"name": checked_name(kept.name)}).one_or_none()
    if there is not None and not replace:
        raise LayerExists(layer=there.name)
    version = _retire(connection, there) + 1 if there is not None else 1
    shapes, kinds = kept.frame.geometry.to_numpy(), kinds_of(kept.frame)
    table = Table(kept.name, kinds, geometry_type(shapes))
    home(connection).write(connection, table, to_rows(kept.frame, kinds), shapes)
    connection.execute(
        _ADD,
        {
            "name": kept.name,
            "version": version,
            "role": kept.role,
            "kinds": json.dumps(kinds, ensure_ascii=False),
            "geometry_type": table.geometry,
            "features": len(kept.frame),
            "source": kept.source,
            "sha256": sha256,
            "as_of": kept.as_of.isoformat() if kept.as_of else None,
            "stamp": stamp(version),
            "illustrative": int(kept.illustrative),
            "coverage": None if kept.coverage is None else shapely.to_wkb(kept.coverage),
            "coverage_m2": covered_m2(kept.coverage),
        },
    )
    return _info(_found(connection, kept.name))


def put_feature(connection: Connection, name: str, *, id: str, shape: BaseGeometry, values: Mapping[str, Any]) -> None:
    """Add or change a feature; a column or a kind of geometry the table lacks is made by writing the table anew."""
    row = _found(connection, name)
    table, given = _table(row), {**values, "id": id}
    wanted = changed(table, kinds=widened(table.kinds, given), geometry=_fitting(table.geometry, shape, row.features))
    if wanted != table:
        _rewrite(connection, table, wanted)
    added = home(connection).put(connection, wanted, {c: plain(v, wanted.kinds[c]) for c, v in given.items()}, shape)
    _count(connection, row, row.features + added, wanted)


def drop_feature(connection: Connection, name: str, *, id: str) -> None:
    """Take a feature out. Raises LayerMissing, FeatureMissing."""
    row = _found(connection, name)
    gone = home(connection).remove(connection, _table(row), id)
    if not gone:
        raise FeatureMissing(wanted=id, ids=row.name)
    _count(connection, row, row.features - gone, _table(row))


def stamp(version: int) -> str:
    """A mark no other state of any layer has, so that it can key a cache across workspaces."""
    return f"{version}.{token_hex(8)}"


def covered_m2(coverage: BaseGeometry | None) -> float | None:
    """Ellipsoidal area of a coverage."""
    return None if coverage is None else float(ellipsoid_m2(coverage))


def _retire(connection: Connection, row: Row[Any]) -> int:
    """Put the current version aside under a name of its own, without index and unlisted; returns its number."""
    table = _table(row)
    old = changed(table, name=f"{row.name}__v{row.version}", indexed=False)
    home(connection).retire(connection, table, old)
    connection.execute(
        text("UPDATE planner_layers SET is_current = 0, table_name = :table WHERE name = :name AND version = :v"),
        {"table": old.name, "name": row.name, "v": row.version},
    )
    return int(row.version)


def _rewrite(connection: Connection, table: Table, wanted: Table) -> None:
    rows, shapes = home(connection).read(connection, table)
    home(connection).drop(connection, table)
    named = [dict(zip(table.kinds, row, strict=True)) for row in rows]
    wide = [tuple(plain(r.get(c), k) for c, k in wanted.kinds.items()) for r in named]
    home(connection).write(connection, wanted, wide, shapes)


def _fitting(declared: str, shape: BaseGeometry, features: int) -> str:
    kind = geometry_type([shape])
    return declared if declared in ("GEOMETRY", kind) else kind if not features else "GEOMETRY"


def _count(connection: Connection, row: Row[Any], features: int, table: Table) -> None:
    connection.execute(
        text(
            "UPDATE planner_layers SET features = :features, stamp = :stamp, kinds = :kinds, "
            "geometry_type = :geometry WHERE name = :name AND version = :version"
        ),
        {
            "features": features,
            "stamp": stamp(row.version),
            "kinds": json.dumps(table.kinds, ensure_ascii=False),
            "geometry": table.geometry,
            "name": row.name,
            "version": row.version,
        },
    )


def _found(connection: Connection, name: str, version: int | None = None) -> Row[Any]:
    found = connection.execute(
        _ONE if version is None else _VERSION, {"name": name, "version": version} if version else {"name": name}
    ).one_or_none()
    if found is None:
        known = ", ".join(info.name for info in infos(connection))
        raise LayerMissing(wanted=name if version is None else f"{name} ({version})", known=known or "-")
    return found


def table_of(row: Mapping[str, Any]) -> Table:
    """The table in which a version of a layer lies, by its row of planner_layers."""
    return Table(row["table_name"], json.loads(row["kinds"]), row["geometry_type"], indexed=bool(row["is_current"]))


def _table(row: Row[Any]) -> Table:
    return table_of(dict(row._mapping))


def _info(row: Row[Any]) -> LayerInfo:
    return LayerInfo(
        role=row.role,
        name=row.name,
        features=row.features,
        crs=CRS,
        sha256=row.sha256,
        source=row.source,
        as_of=date.fromisoformat(row.as_of) if row.as_of else None,
        coverage_m2=row.coverage_m2,
        version=row.version,
        stamp=row.stamp,
        illustrative=bool(row.illustrative),
    )
