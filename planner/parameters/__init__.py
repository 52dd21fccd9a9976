"""The planner's own rows: coefficients, rules, land classes, quotas; each dated, sourced and with a status.

The rows lie beside this file as CSV tables (one header line, UTF-8). The store loads them
(``planner.store.parameters.load``); rooms are handed a frozen ``Parameters`` and look rows up by name and day.

coefficients.csv   name, value, low, high, unit, basis, valid_from, valid_to, status, source, note
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
deductions.csv     deduction, from_total, from_intensity, valid_from, valid_to, status, source: by accounting year
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from planner.errors import InputError
from planner.text import N_

Status = Literal["verified", "unverified", "inferred", "illustrative"]


class CoefficientMissing(InputError):
    code = "E_PARAMETER"
    sentence = N_("No coefficient '{name}' is in force on {on}. Add a row to the parameters.")


@dataclass(frozen=True)
class Coefficient:
    """One row of coefficients.csv: a number with its unit, basis, source, days of validity and status.

    ``low``/``high`` are the standard's own range where it gives one, else None. ``basis`` is calorific,
    equal or empty.
    """

    name: str
    value: float
    unit: str
    basis: str
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of rules.csv: what to look at, how, how much is tolerated, and who says so.

    ``check`` is a key of ``planner.land.checks.CHECKS``; ``role`` the layer's role ("" for a rule about the
    project); ``severity`` stop, warn or note; ``options`` a mapping for the check, e.g. {"field": "..."}.
    ``park`` (a code or the account it draws on), ``region`` (class of region), ``industry`` and ``parcel`` (an id)
    narrow where the row holds; empty is everywhere.
    """

    rule: str
    title: str
    check: str
    role: str
    severity: Literal["stop", "warn", "note"]
    limit: float | None
    unit: str
    options: Mapping[str, str]
    needs_project: bool
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None
    park: str = ""
    region: str = ""
    industry: str = ""
    parcel: str = ""


@dataclass(frozen=True)
class Site:
    """Where a rule is asked: the codes of the park a parcel lies in (its own before its account's), the class of its
    region, the industry of the project, the parcel's id. Empty where not known."""

    parks: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    parcel: str = ""


@dataclass(frozen=True)
class LandClass:
    """One row of land_classes.csv. ``three_way``: farm, construction or unused. Codes are strings."""

    code_system: str
    code: str
    name: str
    three_way: Literal["farm", "construction", "unused"]
    paddy: bool
    cultivated: bool
    colour: str
    status: Status
    source: str


@dataclass(frozen=True)
class Quota:
    """One row of quotas.csv.

    ``quota`` is the ledger's name (energy_tce), ``unit`` the unit its amounts are shown in, ``cap_key`` the
    name in a scenario's [caps] and ``cap_unit`` the unit there. ``kind``: yearly, stock (for the whole
    horizon) or ratio. ``in_force``: always, or stated (only where a cap is given). ``ledger`` false for
    ratios: the book keeps no account of them. ``numerator`` is the quota whose amounts a ratio divides by value
    added; ``listable`` whether a listed project is freed of it; ``baseline_needed`` whether a cap without a written
    baseline cannot be judged (else a missing baseline is 0). ``per`` "substation" for a budget that each substation has
    of its own.
    """

    quota: str
    title: str
    kind: Literal["yearly", "stock", "ratio"]
    unit: str
    cap_key: str
    cap_unit: str
    in_force: Literal["always", "stated"]
    ledger: bool
    status: Status
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    numerator: str = ""
    listable: bool = False
    baseline_needed: bool = False
    per: str = ""


@dataclass(frozen=True)
class Threshold:
    """One row of review.csv: a category that begins ``from`` a limit, or holds ``below`` it.

    ``measure`` is energy_tce, electricity_mwh or coal_t. All ``below`` rows of a category must hold together, each
    strictly.
    """

    category: str
    measure: Literal["energy_tce", "electricity_mwh", "coal_t"]
    test: Literal["below", "from"]
    limit: float
    unit: str
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class DeductionRule:
    """One row of deductions.csv: energy that does not count in an accounting year, and from what."""

    deduction: Literal["feedstock", "renewable", "certificates"]
    from_total: bool
    from_intensity: bool
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class RegisterRule:
    """One row of register_rules.csv: what a row of a land register is held against, and the clause that says so.

    ``region`` is empty for the whole country; a province's own row goes before it.
    """

    rule: str
    title: str
    register: str
    severity: Literal["stop", "warn", "note"]
    limit: float | None
    unit: str
    options: Mapping[str, str]
    region: str
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class PublicUse:
    """One row of public_uses.csv: a code of planned use, or the beginning of it, that counts as public benefit."""

    code_system: str
    code: str
    title: str
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Grade:
    """One row of grades.csv: on a scale, the grade of a figure that is not above ``up_to`` (empty: above all others).

    ``size_from`` limits the row to what is at least so large (tce a year, or standard racks, as the scale has it).
    """

    scale: str
    grade: str
    title: str
    up_to: float | None
    unit: str
    source: str
    status: Status
    size_from: float | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class CaseTerm:
    """One row of case_terms.csv: the working days that a case may stay in these ``states`` (with spaces) together."""

    term: str
    title: str
    states: str
    limit: float
    unit: str
    source: str
    status: Status
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Holiday:
    """One row of holidays.csv: days off from ``first`` to ``last``, or (kind work) a weekend on which people work."""

    first: date
    last: date
    kind: Literal["off", "work"]
    title: str
    source: str
    status: Status


@dataclass(frozen=True)
class AssessmentRow:
    """One row of a regional energy assessment, as a person entered it for a sub-park ("*" for all).

    ``kind`` is target (of the sub-park), bar (for entrants) or negative (list); ``measure`` is a figure of the project
    that must not be above ``limit``, ``industry`` words or a code that its industry begins with. ``then`` is what a
    project that meets the row gets.
    """

    id: str
    sub_park: str
    kind: Literal["target", "bar", "negative"]
    then: Literal["full_review", "not_admitted"]
    source: str
    measure: str = ""
    limit: float | None = None
    industry: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Region:
    """The region that an energy-saving report compares a project with, as a person entered it: base year, energy
    (tce, equal value), value added and how much its energy may grow."""

    id: str
    base_year: int
    energy_tce: float
    value_added_wan_yuan: float
    allowed_increase_tce: float
    source: str
    valid_from: date | None = None
    valid_to: date | None = None


ANYWHERE = Site()
Dated = (
    Coefficient | Rule | Quota | Threshold | DeductionRule | RegisterRule | PublicUse | Grade | CaseTerm | AssessmentRow
    | Region
)


def in_force(row: Dated, on: date) -> bool:
    """Whether a dated row applies on a day; both ends are inclusive, an empty end is open."""
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)


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

    def register_rule(self, name: str, on: date, region: str = "") -> RegisterRule | None:
        """The rule of a register in force on a day: the province's own row, else the country's, the latest of each."""
        rows = [r for r in self.register_rules if r.rule == name and r.region in ("", region) and in_force(r, on)]
        return max(rows, key=lambda row: (row.region != "", row.valid_from or date.min), default=None)

    def public_uses_on(self, on: date) -> tuple[PublicUse, ...]:
        """The uses that count as public benefit on a day."""
        return tuple(use for use in self.public_uses if in_force(use, on))

    def quota(self, name: str) -> Quota | None:
        """The quota of that ledger name or cap key."""
        return next((q for q in self.quotas if name in (q.quota, q.cap_key)), None)


NO_CLASSES: Mapping[tuple[str, str], LandClass] = MappingProxyType({})
