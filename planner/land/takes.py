"""What a parcel takes of the land survey: area by class and grade, and the totals that quotas ask for.

Cut with GEOS and measured on the ellipsoid; of a large survey the index answers with equal areas. A newer survey goes
before an older one: the older is asked only where the newer has no patch. Within surveys of one date every patch
counts, and what they count twice is reported.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.figures import figure
from planner.land.finding import ClassArea, Takes
from planner.land.geodesy import ellipsoid_m2
from planner.land.large import LargeLayer, shared
from planner.land.noise import METRES_PER_DEGREE, ROUNDING_M, more_than_rounding, polygons
from planner.land.offsets import grain_kg_per_ha
from planner.land.parcel import Layer, Parcel, absent
from planner.land.prepared import prepared
from planner.parameters import LandClass, Parameters
from planner.text import N_, Text
from planner.units import ha, mu

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def takes(parcel: Parcel, surveys: Sequence[Layer], parameters: Parameters, *, on: date) -> Takes:
    """Area by class and grade, new construction land, cultivated land, paddy and grain capacity of a parcel.

    Parameters
    ----------
    parcel : Parcel, any valid polygon, EPSG:4490
    surveys : layers of role land_survey, any number
    parameters : the land classes, the grain capacities and the gap that is tolerated (survey_gap_tolerance_m2)
    on : the day whose coefficients apply

    Returns
    -------
    Takes
        Sum of gross + uncovered - overlap = the parcel. Farm and unused land is new construction land, gross;
        cultivated land and paddy are net of ridges. A total is None, with its reason in ``why``, where more than
        the tolerated gap is uncovered, a class or its code system is unknown, or a ridge share or grade it needs is
        missing.

    Source
    ------
    国土资规〔2017〕13号 (offsets); GB/T 21010-2017 annex A (farm, construction and unused land).
    """
    parcel_m2 = ellipsoid_m2(parcel.shape)
    found = list(_ground(parcel.shape, surveys))
    rows = _by_class([piece for ground in found for piece in ground.pieces], parameters)
    gross = sum(row.area.gross_m2 for row in rows)
    covered = sum(ground.covered_m2 for ground in found)
    uncovered, overlap = max(0.0, parcel_m2 - covered), max(0.0, gross - covered)
    gap = parameters.coefficient("survey_gap_tolerance_m2", on).value
    totals = _totals(rows, parameters, on)
    why = [*_uncovered(uncovered, gap, bool(surveys)), *totals.why]
    known = uncovered <= gap
    return Takes(
        parcel_m2=parcel_m2, by_class=tuple(row.area for row in rows), uncovered_m2=uncovered, overlap_m2=overlap,
        new_construction_m2=totals.new_construction_m2 if known else None,
        cultivated_m2=totals.cultivated_m2 if known else None,
        paddy_m2=totals.paddy_m2 if known else None,
        grain_capacity_kg=totals.grain_kg if known else None,
        vintage=min((g.as_of for g in found if g.as_of), default=None),
        why=tuple(why), notes=tuple(_notes(overlap, gap, found)),
    )


# ---------------------------------------------------------------- cutting
@dataclass(frozen=True)
class _Piece:
    """The part of one patch inside the parcel."""

    code_system: str
    code: str
    grade: int | None
    ridge_share: float | None
    m2: float


@dataclass(frozen=True)
class _Ground:
    """What the surveys of one date show of the parcel; ``covered_m2`` counts no place twice."""

    as_of: date | None
    names: tuple[str, ...]
    pieces: tuple[_Piece, ...]
    covered_m2: float


def _ground(shape: BaseGeometry, surveys: Sequence[Layer]) -> Iterator[_Ground]:
    """What is met, newest survey first; a survey without a date is the oldest."""
    def vintage(layer: Layer) -> date:
        return layer.as_of or date.min

    left = shape
    for _, same in itertools.groupby(sorted(surveys, key=vintage, reverse=True), key=vintage):
        layers = list(same)
        met = _join([_met(left, layer) for layer in layers], alone=len(layers) == 1)
        if len(met.areas):
            yield _Ground(layers[0].as_of, tuple(layer.name for layer in layers), tuple(_pieces(met)),
                          _covered_m2(met, left))
            left = polygons(shapely.difference(left, shapely.union_all(met.patches()))) if len(surveys) > 1 else left


@dataclass(frozen=True)
class _Met:
    """Patches that share land with a shape: their columns, the areas shared, the patches themselves where somebody
    asks, and whether any place may lie under two of them."""

    rows: pd.DataFrame
    areas: NDArray[np.float64]
    patches: Callable[[], NDArray[Any]]
    twice: bool | None = None


def _met(shape: BaseGeometry, layer: Layer) -> _Met:
    if isinstance(layer, LargeLayer):
        return _met_in_index(shape, layer)
    hits = layer.tree.query(shape, predicate="intersects")
    patches = np.asarray(layer.frame.geometry.values)[hits]
    cut = _cut(patches, shape)
    areas = ellipsoid_m2(cut)
    solid = more_than_rounding(cut, areas)
    return _Met(_columns(layer.frame, hits)[solid], areas[solid], lambda: patches[solid])


def _met_in_index(shape: BaseGeometry, layer: LargeLayer) -> _Met:
    from planner.land.kernel.pack import shapes_of  # its room loads numba

    found, rows, areas = shared(layer, shape)
    west, south, east, north = shape.bounds
    solid = areas > ROUNDING_M * METRES_PER_DEGREE * (east - west + north - south)
    found, packed = found[solid], layer.packed
    twice = None if packed.twice is None else bool(packed.twice[found].any())
    return _Met(rows[solid], areas[solid], lambda: shapes_of(packed, found), twice)


def _join(parts: Sequence[_Met], *, alone: bool) -> _Met:
    if alone:
        return parts[0]
    import pandas as pd

    return _Met(pd.concat([part.rows for part in parts], ignore_index=True),
                np.concatenate([part.areas for part in parts]),
                lambda: np.concatenate([part.patches() for part in parts]))


def _cut(patches: NDArray[Any], shape: BaseGeometry) -> NDArray[Any]:
    """Patches clipped to a shape; those that lie within it stay as they are, which is most of a large parcel's."""
    across = ~shapely.covers(prepared(shape), patches)
    cut = patches.copy()
    cut[across] = shapely.intersection(patches[across], shape)
    return cut


def _columns(frame: gpd.GeoDataFrame, hits: NDArray[np.intp]) -> pd.DataFrame:
    import pandas as pd

    wanted = ("code_system", "code", "grade", "ridge_share")
    values = {name: frame[name].to_numpy(dtype=object)[hits] if name in frame else None for name in wanted}
    return pd.DataFrame(values, index=range(len(hits)), dtype=object)


def _pieces(met: _Met) -> Iterator[_Piece]:
    columns = [met.rows[name] for name in ("code_system", "code", "grade", "ridge_share")]
    for system, code, grade, share, m2 in zip(*columns, met.areas, strict=True):
        yield _Piece(_word(system), _word(code), _grade(grade), _share(share), float(m2))


def _covered_m2(met: _Met, shape: BaseGeometry) -> float:
    """Area of the pieces with no place counted twice. Patches that share their edges need no union to know it."""
    if len(met.areas) == 1 or met.twice is False:
        return float(met.areas.sum())
    patches = met.patches()
    if met.twice is None and shapely.coverage_is_valid(patches):
        return float(met.areas.sum())
    return float(ellipsoid_m2(shapely.union_all(_cut(patches, shape))))


def _word(value: Any) -> str:
    return "" if absent(value) else str(value).strip()


def _grade(value: Any) -> int | None:
    return None if absent(value) or not float(value).is_integer() else int(value)


def _share(value: Any) -> float | None:
    """A ridge share is between 0 and 1; anything else (a percentage, say) is not known rather than guessed."""
    return None if absent(value) or not 0.0 <= float(value) <= 1.0 else float(value)


# ---------------------------------------------------------------- adding up
@dataclass(frozen=True)
class _Row:
    area: ClassArea
    kind: LandClass | None


@dataclass(frozen=True)
class _Totals:
    new_construction_m2: float | None
    cultivated_m2: float | None
    paddy_m2: float | None
    grain_kg: float | None
    why: tuple[Text, ...]


def _by_class(pieces: Iterable[_Piece], parameters: Parameters) -> list[_Row]:
    """One row a class and grade, largest first."""
    groups: dict[tuple[str, str, int | None], list[_Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.code_system, piece.code, piece.grade].append(piece)
    rows = [_row(group, parameters.classes.get(key[:2])) for key, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.area.gross_m2, row.area.code))


def _row(pieces: list[_Piece], kind: LandClass | None) -> _Row:
    first, gross = pieces[0], sum(piece.m2 for piece in pieces)
    net: float | None = gross
    if kind and kind.cultivated:
        net = _sum(None if p.ridge_share is None else p.m2 * (1 - p.ridge_share) for p in pieces)
    name, three_way = (kind.name, kind.three_way) if kind else ("", None)
    return _Row(ClassArea(first.code, first.code_system, name, first.grade, three_way, gross, net), kind)


def _totals(rows: list[_Row], parameters: Parameters, on: date) -> _Totals:
    unknown = [row.area for row in rows if row.kind is None]
    if unknown:
        return _Totals(None, None, None, None, tuple(_unknown_class(area) for area in unknown))
    kinds = [(row.area, row.kind) for row in rows if row.kind]
    cultivated = [(area, kind) for area, kind in kinds if kind.cultivated]
    rates = {area.grade: grain_kg_per_ha(parameters, area.grade, on) for area, _ in cultivated}
    why = [*(_ridges_missing(area) for area, _ in cultivated if area.net_m2 is None),
           *(_grade_missing(area) for area, _ in cultivated if rates[area.grade] is None)]
    return _Totals(
        new_construction_m2=sum(area.gross_m2 for area, kind in kinds if kind.three_way != "construction"),
        cultivated_m2=_sum(area.net_m2 for area, _ in cultivated),
        paddy_m2=_sum(area.net_m2 for area, kind in cultivated if kind.paddy),
        grain_kg=_sum(_times(ha(area.net_m2) if area.net_m2 is not None else None, rates[area.grade])
                      for area, _ in cultivated),
        why=tuple(why),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    """A sum that is unknown as soon as one part is."""
    total = 0.0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _times(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one * other


# ---------------------------------------------------------------- saying why
def _uncovered(uncovered_m2: float, tolerated_m2: float, surveyed: bool) -> Iterator[Text]:
    if not surveyed:
        yield Text(N_("There is no land survey, so what the parcel takes is unknown. Import one as land_survey."))
    elif uncovered_m2 > tolerated_m2:
        yield Text(N_("The land survey does not cover {area} ({mu}) of the parcel. "
                      "Import a survey that does."), area=figure(uncovered_m2, "m2"), mu=figure(mu(uncovered_m2), "mu"))


def _unknown_class(area: ClassArea) -> Text:
    return Text(N_("The land class '{code}' of the code system '{system}' is not known ({area}). "
                   "Correct it in the survey, or add it to the land classes."),
                code=area.code, system=area.code_system, area=figure(area.gross_m2, "m2"))


def _ridges_missing(area: ClassArea) -> Text:
    return Text(N_("{area} of {name} ({code}) have no ridge share between 0 and 1, so their net area is "
                   "unknown. Map the survey's column to ridge_share."),
                area=figure(area.gross_m2, "m2"), name=Text(area.name), code=area.code)


def _grade_missing(area: ClassArea) -> Text:
    return Text(N_("{area} of {name} ({code}) have no grade from 1 to 15, so their grain capacity is "
                   "unknown. Map the survey's column to grade."),
                area=figure(area.gross_m2, "m2"), name=Text(area.name), code=area.code)


def _notes(overlap_m2: float, tolerated_m2: float, found: list[_Ground]) -> Iterator[Text]:
    if overlap_m2 > tolerated_m2:
        yield Text(N_("Patches of the land survey overlap: {area} are counted twice."), area=figure(overlap_m2, "m2"))
    for newer, older in itertools.pairwise(found):
        yield Text(N_("Where {newer} has no patch, {older} is used."),
                   newer=", ".join(newer.names), older=", ".join(older.names))
