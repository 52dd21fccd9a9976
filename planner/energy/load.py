"""What a project draws at full load in a year: the figures that every later rule works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import add
from typing import Literal

from planner.energy.answer import Step
from planner.errors import PlannerError
from planner.text import N_, Text

Basis = Literal["calorific", "equal", "unknown"]


class BasisMismatch(PlannerError):
    code = "E_BASIS"
    exit_status = 2
    sentence = N_("Energy on the basis '{one}' cannot be added to energy on the basis '{other}'. Convert it first.")


@dataclass(frozen=True)
class Energy:
    """tce a year on a basis, with the range that the standard's own ranges leave open. Raises BasisMismatch."""

    tce: float
    low_tce: float
    high_tce: float
    basis: Basis

    def __add__(self, other: Energy) -> Energy:
        if self.basis != other.basis:
            raise BasisMismatch(one=self.basis, other=other.basis)
        return Energy(self.tce + other.tce, self.low_tce + other.low_tce, self.high_tce + other.high_tce, self.basis)

    def less(self, tce: float) -> Energy:
        """What is left when so much on the same basis is given away."""
        return Energy(self.tce - tce, self.low_tce - tce, self.high_tce - tce, self.basis)


@dataclass(frozen=True)
class Load:
    """A year at full load.

    ``energy`` is on the basis asked for, before deductions; ``gross`` the same without crediting what is given out;
    ``calorific`` and ``equal`` the same on either basis. ``feedstock_tce`` is the part used as raw material,
    ``own_mwh`` renewable power made and used on the site (``own_tce`` of the energy). ``electricity_mwh`` is bought.
    ``direct_tco2`` is of fuel burnt, ``purchased_tco2`` of bought power (location-based) and heat, ``heat_tco2`` the
    part of it that is not power; None where a carrier has no factor.
    """

    energy: Energy
    gross: Energy
    calorific: Energy
    equal: Energy
    feedstock_tce: float = 0.0
    own_mwh: float = 0.0
    own_tce: float = 0.0
    electricity_mwh: float = 0.0
    coal_t: float = 0.0
    direct_tco2: float | None = 0.0
    heat_tco2: float | None = 0.0
    power_tco2: float = 0.0
    steps: tuple[Step, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def gross_tce(self) -> float:
        return self.gross.tce

    @property
    def calorific_tce(self) -> float:
        return self.calorific.tce

    @property
    def equal_tce(self) -> float:
        return self.equal.tce

    @property
    def purchased_tco2(self) -> float | None:
        """Carbon of bought power, location-based, and of bought heat."""
        return total_carbon((self.power_tco2, self.heat_tco2))

    @property
    def carbon_tco2(self) -> float | None:
        """Direct and purchased carbon together, location-based."""
        return total_carbon((self.direct_tco2, self.purchased_tco2))

    def __add__(self, other: Load) -> Load:
        return Load(
            self.energy + other.energy, self.gross + other.gross, self.calorific + other.calorific,
            self.equal + other.equal, self.feedstock_tce + other.feedstock_tce, self.own_mwh + other.own_mwh,
            self.own_tce + other.own_tce, self.electricity_mwh + other.electricity_mwh, self.coal_t + other.coal_t,
            total_carbon((self.direct_tco2, other.direct_tco2)), total_carbon((self.heat_tco2, other.heat_tco2)),
            self.power_tco2 + other.power_tco2, self.steps + other.steps, self.notes + other.notes,
        )


def total_carbon(parts: Iterable[float | None]) -> float | None:
    """The sum, or None where a part is not known."""
    known = list(parts)
    return None if any(part is None for part in known) else sum(part for part in known if part is not None)


@cache
def nothing(basis: Basis) -> Load:
    """A load of nothing on a basis."""
    none = Energy(0.0, 0.0, 0.0, basis)
    return Load(none, none, Energy(0.0, 0.0, 0.0, "calorific"), Energy(0.0, 0.0, 0.0, "equal"))


def all_of(loads: Iterable[Load], basis: Basis) -> Load:
    """Loads on one basis added up. Raises BasisMismatch."""
    some = [load for load in loads if load is not nothing(basis)]
    return reduce(add, some) if some and some[0].energy.basis == basis else reduce(add, some, nothing(basis))
