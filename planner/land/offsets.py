"""Cultivated-land offset: the three demands a parcel makes, never netted against each other.

Quantity and paddy are net of field ridges; grain capacity is the net hectares times the capacity of their grade.
Source: 国土资规〔2017〕13号 (quantity, paddy field and grain capacity are deducted separately).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.land.finding import Takes
from planner.parameters import CoefficientMissing, Parameters


@dataclass(frozen=True)
class Offsets:
    """What must be restored elsewhere for a parcel; None where the survey leaves it unknown."""

    quantity_m2: float | None
    paddy_m2: float | None
    grain_kg: float | None


def offsets(takes: Takes) -> Offsets:
    """The three offset demands of what a parcel takes."""
    return Offsets(takes.cultivated_m2, takes.paddy_m2, takes.grain_capacity_kg)


def land_asks(takes: Takes) -> dict[str, float | None]:
    """What a parcel asks of each land quota of the book, in its unit (m2 or kg); None where unknown."""
    need = offsets(takes)
    return {
        "new_construction_m2": takes.new_construction_m2, "offset_quantity_m2": need.quantity_m2,
        "offset_paddy_m2": need.paddy_m2, "offset_grain_kg": need.grain_kg,
    }


def grain_kg_per_ha(parameters: Parameters, grade: int | None, on: date) -> float | None:
    """Yearly grain capacity of a hectare of that grade (1 best to 15 worst) on a day; None without a row for it."""
    try:
        return parameters.coefficient(f"grain_capacity_kg_per_ha_grade_{grade}", on).value
    except CoefficientMissing:
        return None
