"""The planner's own rows: coefficients, rules, land classes, quotas; each dated, sourced and with a status.

The rows (``planner.parameters.rows``) lie beside this file as CSV tables (one header line, UTF-8). The store loads them
(``planner.store.parameters.load``); rooms are handed a frozen ``Parameters`` and look rows up by name and day.

coefficients.csv   name, title, value, low, high, unit, basis, valid_from, valid_to, status, source, note
rules.csv          rule, title, check, role, severity, limit, unit, options, needs_project, valid_from, valid_to,
                   status, source, park, region, industry, parcel (a row holds only where these say)
land_classes.csv   code_system, code, name, three_way, paddy, cultivated, colour, status, source
quotas.csv         quota, title, kind, unit, cap_key, cap_unit, in_force, ledger, valid_from, status, source, numerator,
                   listable, baseline_needed, per
review.csv         category, measure, test, limit, unit, valid_from, valid_to, status, source: who reviews a project
grades.csv         scale, grade, title, up_to, size_from, unit, valid_from, valid_to, status, source
relief_costs.csv   columns as coefficients.csv: what a lever costs a unit, "quota_transfer.<quota>" for each quota
register_rules.csv rule, title, register, severity, limit, unit, options, region, valid_from, valid_to, status, source
public_uses.csv    code_system, code, title, valid_from, valid_to, status, source: uses that serve the public
case_terms.csv     term, title, states, limit, unit, valid_from, valid_to, status, source: days promised for a case
holidays.csv       first, last, kind (off, or work on a weekend), title, status, source
map_divisions.csv  scale, code, divisions, digits, status, source: the national map sheets
measures.csv       measure, title, unit, status, source: what a figure of the park may be of
deductions.csv     deduction, from_total, from_intensity, valid_from, valid_to, status, source: by accounting year
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from planner.errors import InputError
from planner.parameters.rows import (
    AssessmentRow,
    CaseTerm,
    Coefficient,
    Dated,
    DeductionRule,
    Grade,
    Holiday,
    LandClass,
    MapDivision,
    Measure,
    PublicUse,
    Quota,
    Region,
    RegisterRule,
    Rule,
    Status,
    Threshold,
    in_force,
)
from planner.text import N_

__all__ = [
    "ANYWHERE",
    "AssessmentRow",
    "CaseTerm",
    "Coefficient",
    "CoefficientMissing",
    "Dated",
    "DeductionRule",
    "Grade",
    "Holiday",
    "LandClass",
    "MapDivision",
    "Measure",
    "Parameters",
    "PublicUse",
    "Quota",
    "Region",
    "RegisterRule",
    "Rule",
    "Site",
    "Status",
    "Threshold",
    "classes_by_code",
    "in_force",
    "NO_CLASSES",
]


class CoefficientMissing(InputError):
    code = "E_PARAMETER"
    sentence = N_("No coefficient '{name}' is in force on {on}. Add a row to the parameters.")


@dataclass(frozen=True)
class Site:
    """Where a rule is asked: the codes of the park a parcel lies in (its own before its account's), the class of its
    region, the industry of the project, the parcel's id. Empty where not known."""

    parks: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    parcel: str = ""


ANYWHERE = Site()


def _holds(rule: Rule, site: Site) -> bool:
    """Whether a row that is kept to a park, region, industry or parcel is meant there."""
    return ((not rule.park or rule.park in site.parks) and rule.region in ("", site.region)
            and rule.industry in ("", site.industry) and rule.parcel in ("", site.parcel))


def _narrowness(rule: Rule, site: Site) -> tuple[bool, int, bool, bool, date]:
    """How closely a row is meant for a site; the larger goes first."""
    park = len(site.parks) - site.parks.index(rule.park) if rule.park else 0
    return bool(rule.parcel), park, bool(rule.industry), bool(rule.region), rule.valid_from or date.min


@dataclass(frozen=True)
class Parameters:
    """A frozen set of rows under one version; two runs with the same version used the same rows."""

    version: str
    coefficients: tuple[Coefficient, ...]
    rules: tuple[Rule, ...]
    classes: Mapping[tuple[str, str], LandClass]
    quotas: tuple[Quota, ...]
    review: tuple[Threshold, ...] = ()
    grades: tuple[Grade, ...] = ()
    assessment: tuple[AssessmentRow, ...] = ()
    regions: tuple[Region, ...] = ()
    deductions: tuple[DeductionRule, ...] = ()
    relief_costs: tuple[Coefficient, ...] = ()
    register_rules: tuple[RegisterRule, ...] = ()
    public_uses: tuple[PublicUse, ...] = ()
    case_terms: tuple[CaseTerm, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    measures: tuple[Measure, ...] = ()
    map_divisions: tuple[MapDivision, ...] = ()
    class_rows: tuple[LandClass, ...] = ()  # every row of the land classes, where some have days

    def coefficient(self, name: str, on: date) -> Coefficient:
        """The row of that name in force on that day; the latest one where several are. Raises CoefficientMissing."""
        rows = [row for row in self.coefficients if row.name == name and in_force(row, on)]
        if not rows:
            raise CoefficientMissing(name=name, on=on.isoformat())
        return max(rows, key=lambda row: row.valid_from or date.min)

    def rules_on(self, on: date, site: Site = ANYWHERE) -> tuple[Rule, ...]:
        """The rules in force on a day of application at a site, in the order of the table.

        Of the rows of one rule the narrowest that holds there is taken (a parcel's own before a park's, that before
        an industry's, that before a region's, that before the general one), of equals the latest.
        """
        best: dict[str, Rule] = {}
        for rule in self.rules:
            if in_force(rule, on) and _holds(rule, site):
                known = best.get(rule.rule)
                best[rule.rule] = max(known, rule, key=lambda row: _narrowness(row, site)) if known else rule
        return tuple(best.values())

    def quotas_on(self, on: date) -> tuple[Quota, ...]:
        """The quotas in force on a day, in the order of the table."""
        return tuple(quota for quota in self.quotas if in_force(quota, on))

    def of_day(self, on: date) -> Parameters:
        """The same rows as they are on a day, where a table has several of one name: its land classes, holidays and
        measures, and of each quota one row, in force from the first of its days to the last."""
        narrowed: dict[str, Any] = {}
        quotas: dict[str, list[Quota]] = {}
        for quota in self.quotas:
            quotas.setdefault(quota.quota, []).append(quota)
        if len(quotas) < len(self.quotas):
            narrowed["quotas"] = tuple(_whole(rows, on) for rows in quotas.values())
        if self.class_rows:
            held = [row for row in self.class_rows if in_force(row, on)]
            narrowed |= {"classes": classes_by_code(held), "class_rows": ()}
        dated: tuple[tuple[str, Sequence[Dated]], ...] = (
            ("holidays", self.holidays), ("map_divisions", self.map_divisions), ("measures", self.measures))
        for name, rows in dated:
            kept = tuple(row for row in rows if in_force(row, on))
            narrowed |= {name: kept} if len(kept) < len(rows) else {}
        return replace(self, **narrowed) if narrowed else self

    def register_rule(self, name: str, on: date, region: str = "") -> RegisterRule | None:
        """The rule of a register in force on a day: the province's own row, else the country's, the latest of each."""
        rows = [r for r in self.register_rules if r.rule == name and r.region in ("", region) and in_force(r, on)]
        return max(rows, key=lambda row: (row.region != "", row.valid_from or date.min), default=None)

    def public_uses_on(self, on: date) -> tuple[PublicUse, ...]:
        """The uses that count as public benefit on a day."""
        return tuple(use for use in self.public_uses if in_force(use, on))

    def quota(self, name: str) -> Quota | None:
        """The quota of that ledger name or cap key; of several days the row that began last."""
        rows = [q for q in self.quotas if name in (q.quota, q.cap_key)]
        return max(rows, key=lambda row: row.valid_from or date.min, default=None)


NO_CLASSES: Mapping[tuple[str, str], LandClass] = MappingProxyType({})


def classes_by_code(rows: Iterable[LandClass]) -> Mapping[tuple[str, str], LandClass]:
    """Rows by code system and code; of several days the one that began last."""
    ordered = sorted(rows, key=lambda row: row.valid_from or date.min)
    return MappingProxyType({(row.code_system, row.code): row for row in ordered})


def _whole(rows: Sequence[Quota], on: date) -> Quota:
    """The rows of one quota as one: what it is on a day, with the days from the first of them to the last."""
    begun = [row for row in rows if (row.valid_from or date.min) <= on] or rows[:1]
    first, last = [row.valid_from for row in rows], [row.valid_to for row in rows]
    return replace(
        max(begun, key=lambda row: row.valid_from or date.min),
        valid_from=None if None in first else min(day for day in first if day),
        valid_to=None if None in last else max(day for day in last if day),
    )
