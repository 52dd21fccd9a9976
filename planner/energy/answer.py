"""What a project asks for in a year, with every step of the arithmetic beside it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.text import Text


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: ``value`` in ``unit``, the coefficient that made it (None where none did), its source
    and status."""

    what: Text
    value: float
    unit: str
    coefficient: float | None
    source: str
    status: str


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
class Demand:
    """One project at full load, as `planner demand` prints it. tce on ``basis``; None where unknown."""

    project: str
    on: str
    basis: str
    energy_tce: float | None
    gross_energy_tce: float | None
    energy_tce_equal: float | None
    range_tce: tuple[float, float] | None
    deductions: tuple[Deduction, ...]
    counted_tce: float | None
    electricity_mwh: float
    carbon_tco2: float | None
    review: Review
    regional_state: str
    regional_rule: str
    steps: tuple[Step, ...]
    notes: tuple[Text, ...] = ()
