"""What one row of each table of parameters says: its own columns, typed, in the order in which a program names them,
and by name what every row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["verified", "unverified", "inferred", "illustrative"]


@dataclass(frozen=True, kw_only=True)
class Dated:
    """How long a row holds: both ends are inclusive, an empty end is open."""

    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Row(Dated):
    """What every row of a table says: where it is from, and how sure that is."""

    source: str
    status: Status


@dataclass(frozen=True)
class Coefficient(Row):
    """One row of coefficients.csv: a number with its unit, basis, source, days of validity and status.

    ``low``/``high`` are the standard's own range where it gives one, else None. ``basis`` is calorific,
    equal or empty.
    """

    name: str
    value: float
    unit: str
    basis: str
    low: float | None = None
    high: float | None = None
    note: str = ""
    title: str = ""


@dataclass(frozen=True)
class Rule(Row):
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
    park: str = ""
    region: str = ""
    industry: str = ""
    parcel: str = ""


@dataclass(frozen=True)
class LandClass(Row):
    """One row of land_classes.csv. ``three_way``: farm, construction or unused. Codes are strings."""

    code_system: str
    code: str
    name: str
    three_way: Literal["farm", "construction", "unused"]
    paddy: bool
    cultivated: bool
    colour: str


@dataclass(frozen=True)
class Quota(Row):
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
    numerator: str = ""
    listable: bool = False
    baseline_needed: bool = False
    per: str = ""


@dataclass(frozen=True)
class Threshold(Row):
    """One row of review.csv: a category that begins ``from`` a limit, or holds ``below`` it.

    ``measure`` is energy_tce, electricity_mwh or coal_t. All ``below`` rows of a category must hold together, each
    strictly.
    """

    category: str
    measure: Literal["energy_tce", "electricity_mwh", "coal_t"]
    test: Literal["below", "from"]
    limit: float
    unit: str


@dataclass(frozen=True)
class DeductionRule(Row):
    """One row of deductions.csv: energy that does not count in an accounting year, and from what."""

    deduction: Literal["feedstock", "renewable", "certificates"]
    from_total: bool
    from_intensity: bool


@dataclass(frozen=True)
class RegisterRule(Row):
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


@dataclass(frozen=True)
class PublicUse(Row):
    """One row of public_uses.csv: a code of planned use, or the beginning of it, that counts as public benefit."""

    code_system: str
    code: str
    title: str


@dataclass(frozen=True)
class Grade(Row):
    """One row of grades.csv: on a scale, the grade of a figure that is not above ``up_to`` (empty: above all others).

    ``size_from`` limits the row to what is at least so large (tce a year, or standard racks, as the scale has it).
    """

    scale: str
    grade: str
    title: str
    up_to: float | None
    unit: str
    size_from: float | None = None


@dataclass(frozen=True)
class CaseTerm(Row):
    """One row of case_terms.csv: the working days that a case may stay in these ``states`` (with spaces) together."""

    term: str
    title: str
    states: str
    limit: float
    unit: str


@dataclass(frozen=True)
class Holiday(Row):
    """One row of holidays.csv: days off from ``first`` to ``last``, or (kind work) a weekend on which people work."""

    first: date
    last: date
    kind: Literal["off", "work"]
    title: str


@dataclass(frozen=True)
class Measure(Row):
    """One row of measures.csv: what a figure of the park may be of, and the unit it is printed in."""

    measure: str
    title: str
    unit: str


@dataclass(frozen=True)
class MapDivision(Row):
    """One row of map_divisions.csv: how a scale 1:``scale`` of the national series divides the sheet of 1:1 000 000: in
    so many rows and as many columns, numbered with ``digits`` digits each behind the letter ``code``."""

    scale: int
    divisions: int
    digits: int
    code: str = ""


@dataclass(frozen=True)
class AssessmentRow(Dated):
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


@dataclass(frozen=True)
class Region(Dated):
    """The region that an energy-saving report compares a project with, as a person entered it: base year, energy
    (tce, equal value), value added and how much its energy may grow."""

    id: str
    base_year: int
    energy_tce: float
    value_added_wan_yuan: float
    allowed_increase_tce: float
    source: str


def in_force(row: Dated, on: date) -> bool:
    """Whether a row applies on a day."""
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)
