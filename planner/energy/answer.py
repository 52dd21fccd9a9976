"""What a project asks for in a year, with every step of the arithmetic beside it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.text import Text


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: ``value`` in ``unit``, the coefficient that made it (None where none did), its source
    and status, and the basis (calorific or equal) of a figure that depends on one."""

    what: Text
    value: float
    unit: str
    coefficient: float | None
    source: str
    status: str
    basis: str = ""


@dataclass(frozen=True)
class Deduction:
    """Energy that does not count: feedstock, renewable or certificates; ``from_`` names total and/or intensity."""

    kind: str
    energy_tce: float
    from_: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """Who reviews the project by its energy on the day of application, and the clause."""

    category: str
    rule: str


@dataclass(frozen=True)
class Carbon:
    """Carbon of one accounting year: fuel burnt (direct), bought power and heat (purchased), both together
    location-based, and market-based: bought power that no certificate covers by the factor without traded renewable
    power. Factor years stand beside the accounting year; None where a factor is not known."""

    accounting_year: int
    direct_tco2: float | None
    purchased_tco2: float | None
    location_tco2: float | None
    market_tco2: float | None
    factor_kgco2_per_kwh: float
    factor_year: int
    market_factor_kgco2_per_kwh: float
    market_factor_year: int
    tco2_per_tce: float | None


@dataclass(frozen=True)
class Graded:
    """A figure on a scale of the parameters: its grade, the row's source and how sure that is."""

    scale: str
    value: float
    unit: str
    grade: str
    title: str
    source: str
    status: str


@dataclass(frozen=True)
class Demand:
    """One project at full load, as `planner demand` prints it. tce on ``basis``; None where unknown."""

    project: str
    on: str
    basis: str
    energy_tce: float | None
    gross_energy_tce: float | None
    energy_tce_equal: float | None
    energy_tce_calorific: float | None
    range_tce: tuple[float, float] | None
    deductions: tuple[Deduction, ...]
    counted_tce: float | None
    electricity_mwh: float
    carbon_tco2: float | None
    carbon: Carbon
    grades: tuple[Graded, ...]
    review: Review
    regional_state: str
    regional_rule: str
    steps: tuple[Step, ...]
    notes: tuple[Text, ...] = ()
