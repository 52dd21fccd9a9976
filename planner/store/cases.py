"""Cases as rows of the workspace, each with the version that is compared before it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from planner.store.base import CaseChanged, CaseRecord
from planner.store.tables import dumped

_CASE = "id, parcel_id, shape, state, made_at, actor, document, request, version"
_ONE_CASE = text(f"SELECT {_CASE} FROM planner_cases WHERE id = :id")  # noqa: S608
_ADD_CASE = text(
    f"INSERT INTO planner_cases ({_CASE}) "  # noqa: S608
    "VALUES (:id, :parcel_id, :shape, :state, :made_at, :actor, :document, :request, :version)"
)
_CHANGE_CASE = text(
    "UPDATE planner_cases SET parcel_id = :parcel_id, shape = :shape, state = :state, made_at = :made_at, "
    "actor = :actor, document = :document, request = :request, version = :version WHERE id = :id AND version = :was"
)


def cases(connection: Connection) -> list[CaseRecord]:
    return [_case(row) for row in connection.execute(text(f"SELECT {_CASE} FROM planner_cases ORDER BY place"))]  # noqa: S608


def case(connection: Connection, id: str) -> CaseRecord | None:
    there = connection.execute(_ONE_CASE, {"id": id}).one_or_none()
    return _case(there) if there else None


def holders(connection: Connection) -> dict[str, str]:
    """The parcel of each case."""
    return {row.id: row.parcel_id
            for row in connection.execute(text("SELECT id, parcel_id FROM planner_cases ORDER BY place"))}


def versions(connection: Connection) -> dict[str, int]:
    """The version of each case."""
    rows = connection.execute(text("SELECT id, version FROM planner_cases ORDER BY place"))
    return {row.id: row.version for row in rows}


def outlines(connection: Connection) -> dict[str, tuple[str, BaseGeometry]]:
    """The parcel of each case, and its outline."""
    rows = connection.execute(text("SELECT id, parcel_id, shape FROM planner_cases ORDER BY place")).all()
    shapes = shapely.from_wkb([bytes(row.shape) for row in rows])
    return {row.id: (row.parcel_id, shape) for row, shape in zip(rows, shapes, strict=True)}


def keep_case(connection: Connection, case: CaseRecord, expected: int | None = None) -> CaseRecord:
    """Write a case, as the version after the one that is there. Raises CaseChanged if that is not ``expected``."""
    there = connection.execute(_ONE_CASE, {"id": case.id}).one_or_none()
    version = there.version if there else 0
    if expected is not None and expected != version:
        raise CaseChanged(case.id, expected, _case(there) if there else None)
    fields = {
        "id": case.id,
        "parcel_id": case.parcel_id,
        "shape": shapely.to_wkb(case.shape),
        "state": case.state,
        "made_at": case.made_at,
        "actor": case.actor,
        "document": dumped(case.document),
        "request": dumped(case.request),
        "version": version + 1,
    }
    if there is None:
        connection.execute(_ADD_CASE, fields)
    elif not connection.execute(_CHANGE_CASE, {**fields, "was": version}).rowcount:
        raise CaseChanged(case.id, version, None)  # the second fence: the lock of the turn lets nobody come between
    return replace(case, version=version + 1)


def _case(row: Row[Any]) -> CaseRecord:
    return CaseRecord(
        row.id,
        row.parcel_id,
        shapely.from_wkb(row.shape),
        row.state,
        row.made_at,
        row.actor,
        json.loads(row.document),
        json.loads(row.request),
        row.version,
    )
