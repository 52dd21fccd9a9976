"""What of a project counts in an accounting year: deductions as lines of their own, never netted inside its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from planner.energy.answer import Deduction
from planner.energy.carriers import Conversion
from planner.energy.load import Load
from planner.energy.project import Project, Renewable
from planner.energy.validation import at
from planner.parameters import DeductionRule, Parameters, in_force
from planner.text import N_, Text
from planner.units import KGCE_PER_TCE, KWH_PER_MWH

TOTAL, INTENSITY = "total", "intensity"


@dataclass(frozen=True)
class YearLoad:
    """A project in one accounting year, ramp applied.

    ``energy_tce`` is before deductions, ``counted_tce`` what the total is charged, ``intensity_tce`` what the
    numerator of the intensity is charged; ``energy_tce_equal`` is on the equal value; ``covered_mwh`` the bought
    power that renewables and certificates of the year cover; ``share`` the share of full load it stands at, ``further``
    what it asks of further quotas, by cap key.
    """

    year: int
    energy_tce: float
    gross_energy_tce: float
    energy_tce_equal: float
    counted_tce: float
    intensity_tce: float
    electricity_mwh: float
    carbon_tco2: float | None
    covered_mwh: float = 0.0
    water_m3: float | None = None
    deductions: tuple[Deduction, ...] = ()
    notes: tuple[Text, ...] = ()
    share: float = 0.0
    further: Mapping[str, float] = field(default_factory=dict)


def year_load(load: Load, project: Project, rows: Conversion, parameters: Parameters, year: int) -> YearLoad:
    """A project's load in an accounting year: full load times the ramp, and what does not count of it."""
    share = project.share_in(year)
    mwh = load.electricity_mwh * share
    own = load.own_tce * share
    deductions, covered, notes = deducted(load.feedstock_tce * share, mwh, project.renewable, rows,
                                          parameters.deductions, year, own_tce=own)
    energy = load.energy.tce * share
    return YearLoad(
        year, energy, load.gross_tce * share, load.equal_tce * share,
        energy - _sum(deductions, TOTAL), energy - _sum(deductions, INTENSITY), mwh,
        None if load.carbon_tco2 is None and share else (load.carbon_tco2 or 0.0) * share, covered,
        (None if share else 0.0) if project.water_m3 is None else project.water_m3 * share, deductions,
        notes if share else (), share, {name: amount * share for name, amount in project.demand.items()},
    )


def deducted(
    feedstock_tce: float, bought_mwh: float, renewable: Renewable, rows: Conversion, rules: Iterable[DeductionRule],
    year: int, *, own_tce: float = 0.0,
) -> tuple[tuple[Deduction, ...], float, tuple[Text, ...]]:
    """The deductions of an accounting year, the bought MWh that they cover, and what was left unused.

    Renewable power made and used on the site (``own_tce`` of the energy) is not bought and deducted whole.

    Renewable power comes first, certificates count at most the bought electricity that is left: no megawatt
    hour is deducted twice. What no rule of the year allows is not deducted.
    """
    allowed = rules_of(rules, year)
    per_mwh = rows.bought("electricity").value * KWH_PER_MWH / KGCE_PER_TCE
    added = at(renewable.added_mwh, year) or 0.0
    offered = (at(renewable.certificates_mwh, year) or 0.0) * rows.row("certificate").value
    added_used = min(added, bought_mwh)
    used = min(offered, bought_mwh - added_used)
    amounts = {"feedstock": feedstock_tce, "renewable": added_used * per_mwh + own_tce, "certificates": used * per_mwh}
    deductions = tuple(Deduction(kind, tce, _from(allowed[kind])) for kind, tce in amounts.items()
                       if tce > 0 and kind in allowed)
    unused = (added - added_used) + (offered - used)
    notes = (Text(N_("{year}: {unused:,.10g} MWh of renewable power or certificates are above the {bought:,.10g} MWh "
                     "bought and stay unused"), year=year, unused=unused, bought=bought_mwh),) if unused > 0 else ()
    return deductions, added_used + used, notes


def rules_of(rules: Iterable[DeductionRule], year: int) -> dict[str, DeductionRule]:
    """The deduction rules of an accounting year, by kind."""
    last = date(year, 12, 31)
    return {rule.deduction: rule for rule in rules if in_force(rule, last)}


def _from(rule: DeductionRule) -> tuple[str, ...]:
    return (TOTAL,) * rule.from_total + (INTENSITY,) * rule.from_intensity


def _sum(deductions: Iterable[Deduction], where: str) -> float:
    return sum(deduction.energy_tce for deduction in deductions if where in deduction.from_)
