"""Substations: the headroom of each, which is nearest to a parcel, and what the cases of the book draw on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import shapely

from planner.admission.book_view import Amounts
from planner.land.parcel import Layer
from planner.quota.accounts import LIST
from planner.quota.balances import Book, standing
from planner.quota.entries import TAKEN
from planner.store.base import CaseRecord


def headroom(layers: Sequence[Layer]) -> dict[str, float | None]:
    """The headroom of each substation in kW: its capacity less what is drawn; None where one of them is not stated.

    Empty where no substation states a capacity: then the grid is not judged.
    """
    found: dict[str, float | None] = {}
    for layer in layers:
        for row in layer.frame.to_dict("records"):
            capacity, used = (_figure(row.get(name)) for name in ("capacity_kw", "used_kw"))
            found[str(row["id"])] = None if capacity is None or used is None else max(0.0, capacity - used)
    stated = any(_figure(value) is not None for layer in layers for value in layer.frame.get("capacity_kw", ()))
    return found if stated else {}


def nearest(shape: Any, layers: Sequence[Layer]) -> str | None:
    """The substation nearest to a parcel (in degrees corrected for latitude: only compared, never shown)."""
    best, least = None, float("inf")
    for layer in layers:
        latitude = float(shapely.get_y(shapely.centroid(shape)))
        for id, other in zip(layer.frame["id"], layer.frame.geometry.values, strict=True):
            apart = _apart(shape, other, latitude)
            if apart < least:
                best, least = str(id), apart
    return best


def rows_of(case: CaseRecord) -> list[Mapping[str, Any]]:
    """What a case asks of substations, as it was last judged."""
    return [row for row in case.document.get("quotas", ()) if row.get("park", LIST) != LIST and row["asked"]]


class Drawing(Protocol):
    """Who knows what cases ask of substations."""

    def drawing(self, cases: Collection[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The rows of these cases, as each was last judged."""


def draws(book: Book, ground: Drawing) -> dict[str, Amounts]:
    """What each case that holds something in the book draws at most, in kW, by (substation, year): a layer tells of
    what is connected, not of what was granted since. A case that gave everything back draws nothing."""
    held = {at.ref for at, n in standing(book).cells.items() if n > 0 and at.bucket in TAKEN}
    return {id: {(str(row["park"]), int(row["year"])): float(row["asked"]) for row in rows}
            for id, rows in ground.drawing(held).items() if rows}


def _apart(one: Any, other: Any, latitude: float) -> float:
    def level(xy: Any) -> Any:
        return xy * np.array([np.cos(np.radians(latitude)), 1.0])

    return float(shapely.distance(shapely.transform(one, level), shapely.transform(other, level)))


def _figure(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None
