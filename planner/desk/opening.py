"""Parcels and projects named on a call: one feature of a file, one project of a TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import formats
from planner.energy.project import Project, project_from
from planner.errors import AmbiguousFeature, FeatureMissing, Rejected
from planner.formats.errors import GeometryInvalid
from planner.formats.toml_files import read_project

if TYPE_CHECKING:  # a project is read without what knows of geometry
    from planner.formats.reading import Reading
    from planner.land.parcel import Parcel


def parcel_from_file(
    path: Path, *, id: str | None = None, crs: str | None = None, name: str | None = None, swap_axes: bool = False
) -> Parcel:
    """The one parcel of a file, or the one named. Raises as ``chosen_row`` and the door."""
    from planner.land.parcel import Parcel

    reading = formats.read(path, crs=crs, name=name, swap_axes=swap_axes)
    row = chosen_row(reading, id)
    called = reading.frame.iloc[row].get("name")
    return Parcel(reading.ids[row], reading.frame.geometry.values[row], called if isinstance(called, str) else "")


def parcels_from_file(path: Path, *, crs: str | None = None) -> list[Parcel]:
    """All parcels of a file. Raises as ``chosen_row`` for each, and the door."""
    from planner.land.parcel import Parcel

    reading = formats.read(path, crs=crs)
    ids = [*reading.ids, *(feature for feature, _ in reading.rejected)]
    rows = [chosen_row(reading, id) for id in ids]
    names: list[Any] = reading.frame["name"].tolist() if "name" in reading.frame else [None] * len(rows)
    return [
        Parcel(reading.ids[row], reading.frame.geometry.values[row], names[row] if isinstance(names[row], str) else "")
        for row in rows
    ]


def chosen_row(reading: Reading, id: str | None) -> int:
    """Where the one feature of a file stands, or the one named.

    Raises AmbiguousFeature (several and none named), FeatureMissing, GeometryInvalid (it would need a repair).
    """
    known = [*reading.ids, *(feature for feature, _ in reading.rejected)]
    if id is None and len(known) > 1:
        raise AmbiguousFeature(file=reading.file, count=len(known), ids=_listed(known))
    wanted = id if id is not None else known[0] if known else "1"
    if wanted not in known:
        raise FeatureMissing(file=reading.file, wanted=wanted, ids=_listed(known))
    for feature, error in reading.rejected:
        if feature == wanted:
            raise Rejected([error], kind="features", file=reading.file)
    for repair in reading.repairs:
        if repair.feature == wanted and repair.what == "R_GEOMETRY":
            raise GeometryInvalid(file=reading.file, where={"feature": wanted}, feature=wanted, reason=repair.message)
    return reading.ids.index(wanted)


def _listed(ids: list[str], most: int = 20) -> str:
    """Ids in a row, cut where they would fill a page."""
    return ", ".join(ids[:most]) + (", ..." if len(ids) > most else "")


def project_from_file(path: Path) -> Project:
    """The project of a TOML file: the fields of one [[project]] at its top level. Raises ScenarioError."""
    return project_from(read_project(path), place=path.name)
