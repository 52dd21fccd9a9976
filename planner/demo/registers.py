"""The demo's registers: rows of a table, on land that the seed picks among the parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import geopandas as gpd
import shapely
from numpy.random import Generator
from shapely.geometry.base import BaseGeometry

from planner.registers.check import REGISTERS
from planner.registers.rows import Row

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def register_rows(tables: Tables, parcels: gpd.GeoDataFrame, rng: Generator) -> dict[str, tuple[Row, ...]]:
    """Every row of the tables as its register's row, with its land.

    Parameters: ``tables`` register -> rows by column, ``land`` saying how its land is picked; ``parcels`` the demo's,
    in EPSG:4490. Raises ValueError where no land of that kind is left, TypeError for a column that is none.
    """
    taken: dict[str, set[str]] = {}
    return {
        name: tuple(_row(REGISTERS[name].row, dict(row), parcels, rng, taken.setdefault(name, set())) for row in rows)
        for name, rows in tables.items()
    }


def _row(kind: type[Row], values: dict[str, Any], parcels: gpd.GeoDataFrame, rng: Generator, taken: set[str]) -> Row:
    land = values.pop("land", None)
    if land is not None:
        values |= _land(land, str(values["park"]), parcels, rng, taken)
    plain = {one.name for one in fields(kind)}
    if unknown := set(values) - plain:
        raise TypeError(f"{values['id']}: {sorted(unknown)}")
    return kind(**{name: _plain(value) for name, value in values.items()})


def _plain(value: Any) -> Any:
    """TOML's lists and tables as a row keeps them: tuples, and years as numbers."""
    if isinstance(value, list):
        return tuple(value)
    return {int(year): float(figure) for year, figure in value.items()} if isinstance(value, Mapping) else value


def _land(
    land: Mapping[str, Any], park: str, parcels: gpd.GeoDataFrame, rng: Generator, taken: set[str]
) -> dict[str, Any]:
    """Parcels, or an outline with the parcels it meets."""
    free = parcels[parcels["id"].str.startswith(f"{park}-") & ~parcels["id"].isin(taken)]
    wanted = free[free["status"] == land["on"]]
    if len(wanted) < land["count"]:
        raise ValueError(f"{park} has {len(wanted)} parcels that are {land['on']}, asked for {land['count']}")
    for seed in rng.permutation(len(wanted)):
        near = wanted.assign(away=shapely.distance(wanted.geometry.values, wanted.geometry.iloc[seed].centroid))
        picked = near.sort_values(["away", "id"])[: land["count"]]
        ids = tuple(picked["id"])
        if land["how"] != "block":
            taken |= set(ids)
            half = {"outline": _half(picked.geometry.iloc[0])} if land["how"] == "half" else {}
            return {"parcels": ids, **half}
        outline = shapely.convex_hull(shapely.union_all(picked.geometry.values))
        met = set(parcels["id"][shapely.intersects(parcels.geometry.values, outline)])
        if not met & taken:
            taken |= met
            return {"outline": outline, "public_parcels": ids[: land.get("public", 0)]}
    raise ValueError(f"{park} has no block of {land['count']} parcels that is free")


def _half(shape: BaseGeometry) -> BaseGeometry:
    """The western half of a parcel."""
    west, south, east, north = shape.bounds
    return shapely.intersection(shape, shapely.box(west, south, (west + east) / 2, north))
