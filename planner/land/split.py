"""A parcel divided into areas that are given, by lines parallel to one of its sides."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from planner.errors import InputError
from planner.figures import area as figure_of
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Parcel
from planner.land.sweep import depth_for, sweep_from
from planner.text import N_

EXACT_M2 = 1.0  # an area is met to a square metre; a rest below it belongs to the last part


class AreasTooLarge(InputError):
    code = "E_SPLIT"
    sentence = N_("The parts ask for {asked}, but parcel {parcel} has {has}. Ask for less, or leave one part out: "
                  "what is left becomes the last part.")


class AreaNotPositive(InputError):
    code = "E_SPLIT"
    sentence = N_("Part {number} asks for {asked}. Each part needs an area of at least 1 m2.")


@dataclass(frozen=True)
class Part:
    """One part of a divided parcel: the area asked for (None for the rest) and the one it has, both m2 on the
    ellipsoid."""

    parcel: Parcel
    asked_m2: float | None
    ellipsoid_m2: float


def split(parcel: Parcel, areas_m2: Sequence[float], side: str) -> tuple[Part, ...]:
    """Parts of a parcel with those areas, counted in from a side; what is left is the last part.

    Parameters
    ----------
    parcel : Parcel, any valid polygon, EPSG:4490
    areas_m2 : areas on the ellipsoid, in order from the side
    side : north, east, south, west, or the number of a boundary edge

    Returns
    -------
    tuple of Part
        Together exactly the parcel, each to a thousandth of a square metre; named after it with a number.

    Raises
    ------
    AreasTooLarge, AreaNotPositive, SideUnknown
    """
    whole = float(ellipsoid_m2(parcel.shape))
    for number, wanted in enumerate(areas_m2, 1):
        if not wanted >= EXACT_M2:
            raise AreaNotPositive(number=number, asked=figure_of(wanted))
    if sum(areas_m2) > whole + EXACT_M2:
        raise AreasTooLarge(asked=figure_of(sum(areas_m2)), parcel=parcel.id, has=figure_of(whole))
    sweep = sweep_from(parcel.shape, side)
    ends = [total for total in itertools.accumulate(areas_m2) if total < whole - EXACT_M2]
    depths = [depth_for(parcel.shape, sweep, total) for total in ends]
    parts, left = [], parcel.shape
    for depth in depths:
        parts.append(sweep.before(left, depth))
        left = sweep.beyond(left, depth)
    asked = [*areas_m2, None] if len(areas_m2) == len(depths) else areas_m2
    return tuple(_part(parcel, number, shape, wanted)
                 for number, (shape, wanted) in enumerate(zip([*parts, left], asked, strict=True), 1))


def _part(parcel: Parcel, number: int, shape: shapely.Geometry, asked: float | None) -> Part:
    made = Parcel(f"{parcel.id}-{number}", shape, f"{parcel.name or parcel.id}-{number}")
    return Part(made, asked, float(ellipsoid_m2(shape)))
