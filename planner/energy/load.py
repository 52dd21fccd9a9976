"""What a project draws at full load in a year: the figures that every later rule works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.energy.answer import Step
from planner.text import Text


@dataclass(frozen=True)
class Energy:
    """tce a year with the range that the standard's own ranges leave open."""

    tce: float
    low_tce: float
    high_tce: float

    def __add__(self, other: Energy) -> Energy:
        return Energy(self.tce + other.tce, self.low_tce + other.low_tce, self.high_tce + other.high_tce)


@dataclass(frozen=True)
class Load:
    """A year at full load.

    ``energy`` is on the basis asked for, before deductions; ``gross_tce`` the same without crediting power sold;
    ``calorific_tce`` and ``equal_tce`` the same on either basis. ``feedstock_tce`` is the part used as raw
    material. ``electricity_mwh`` is bought. ``carbon_tco2`` is None where a carrier has no factor.
    """

    energy: Energy
    gross_tce: float
    calorific_tce: float
    equal_tce: float
    feedstock_tce: float = 0.0
    electricity_mwh: float = 0.0
    coal_t: float = 0.0
    carbon_tco2: float | None = 0.0
    steps: tuple[Step, ...] = ()
    notes: tuple[Text, ...] = ()

    def __add__(self, other: Load) -> Load:
        return Load(
            self.energy + other.energy, self.gross_tce + other.gross_tce, self.calorific_tce + other.calorific_tce,
            self.equal_tce + other.equal_tce, self.feedstock_tce + other.feedstock_tce,
            self.electricity_mwh + other.electricity_mwh, self.coal_t + other.coal_t,
            total_carbon((self.carbon_tco2, other.carbon_tco2)), self.steps + other.steps, self.notes + other.notes,
        )


def total_carbon(parts: Iterable[float | None]) -> float | None:
    """The sum, or None where a part is not known."""
    known = list(parts)
    return None if any(part is None for part in known) else sum(part for part in known if part is not None)


NOTHING = Load(Energy(0.0, 0.0, 0.0), 0.0, 0.0, 0.0)
