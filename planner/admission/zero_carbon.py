"""The ratio of a zero-carbon park: tCO2 for each tce of all that lies inside its drawn boundary.

Whether a large gas plant lies inside decides the test, so the boundary is a layer of its own and every project says on
which side it stands; one of which that is not known leaves the ratio unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from planner.admission.outcome import Judged
from planner.energy.answer import Graded
from planner.energy.grades import grade_of
from planner.energy.project import Project
from planner.parameters import Grade
from planner.text import N_, Text

SCALE = "zero_carbon"
HALF = 0.5


@dataclass(frozen=True)
class Base:
    """What already runs inside the boundary, as a person stated it."""

    base_year: int
    energy_tce: float
    carbon_tco2: float
    source: str


@dataclass(frozen=True)
class Member:
    """One project with its figures of the year; ``inside`` is None where nothing tells, ``shape`` its parcel where it
    names one."""

    id: str
    name: str
    inside: bool | None
    energy_tce: float | None
    carbon_tco2: float | None
    shape: BaseGeometry | None = None


@dataclass(frozen=True)
class Ratio:
    """The answer: energy and carbon inside, their ratio (None where something is not known, with ``why``), its grade
    (None where the scale has none for so small a park). ``boundary`` is what was drawn of it, EPSG:4490."""

    year: int
    base: Base | None
    members: tuple[Member, ...]
    energy_tce: float | None
    carbon_tco2: float | None
    tco2_per_tce: float | None
    graded: Graded | None
    why: tuple[Text, ...]
    boundary: tuple[BaseGeometry, ...] = ()


def side_of(project: Project, shape: BaseGeometry | None, boundary: Sequence[BaseGeometry]) -> bool | None:
    """Whether a project lies inside: by most of its parcel where both are drawn, else as it states."""
    if shape is None or not len(boundary):
        return project.inside_boundary
    inside = shapely.area(shapely.intersection(shape, shapely.union_all(list(boundary))))
    return bool(inside > HALF * shapely.area(shape))


def ratio(
    judged: Iterable[Judged], sides: Mapping[str, bool | None], base: Base | None, grades: Iterable[Grade], year: int
) -> Ratio:
    """The ratio of a year with every project that is in, by what each asks in that year on the basis of the run."""
    members = tuple(_member(one, sides.get(one.id), year) for one in judged if one.admitted)
    lost = [one for one in members
            if one.inside is None and (one.energy_tce is None or one.energy_tce or one.carbon_tco2)]
    why = [Text(N_("whether these lie inside the boundary is not known; give each a parcel, or state inside_boundary: "
                   "{projects}"), projects=_listed([one.name or one.id for one in lost]))] if lost else []
    if base is None:
        why.append(Text(N_("what already runs inside the boundary is not stated")))
    inside = [one for one in members if one.inside]
    why += [Text(N_("the energy or carbon of '{id}' is not known"), id=one.id) for one in inside
            if one.energy_tce is None or one.carbon_tco2 is None]
    if why or base is None:
        return Ratio(year, base, members, None, None, None, None, tuple(why))
    energy = base.energy_tce + sum(one.energy_tce or 0.0 for one in inside)
    carbon = base.carbon_tco2 + sum(one.carbon_tco2 or 0.0 for one in inside)
    if energy <= 0:
        return Ratio(year, base, members, energy, carbon, None, None, (Text(N_("no energy is used inside")),))
    graded = grade_of(SCALE, carbon / energy, grades, date(year, 12, 31), size=energy)
    small = () if graded else (Text(N_("the scale has no grade for a park of {energy:,.0f} tce"), energy=energy),)
    return Ratio(year, base, members, energy, carbon, carbon / energy, graded, small)


def _listed(names: Sequence[str]) -> Text:
    first, *rest = names
    return Text("{name}, {rest}", name=first, rest=_listed(rest)) if rest else Text("{name}", name=first)


def _member(one: Judged, inside: bool | None, year: int) -> Member:
    asked = one.demand.get(year)
    return Member(one.id, one.name, inside, asked.energy_tce if asked else None, asked.carbon_tco2 if asked else None,
                  one.case.parcel.shape if one.case else None)
