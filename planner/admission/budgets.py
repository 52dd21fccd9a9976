"""The budgets of a scenario: for each quota and year what may be used, what is used already, or why that is not known.

Figures come from the file; what the file leaves out comes from the book where there is one. A file without a book
that leaves a quota out leaves it uncapped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from planner.admission.book_view import Amounts, BookView
from planner.admission.scenario import Scenario
from planner.energy.carriers import Basis
from planner.energy.validation import at
from planner.errors import ScenarioError
from planner.parameters import Parameters, Quota, in_force
from planner.text import N_, Text
from planner.units import booked, shown
from planner.verdict import Verdict

LIST = "LIST"
BOOK_BASELINE, CLOSED = "BASELINE", "CLOSED"
CARRY_OVER = "carry_over_share_"
VALUE_ADDED = "value_added_wan_yuan"
UNKNOWN_NAME = N_("'{name}' is not known here. Known are: {known}.")


class Key(NamedTuple):
    """A budget: a park (None: the scenario's own, or LIST), a quota by its cap key, and a year."""

    park: str | None
    quota: str
    year: int


@dataclass(frozen=True)
class Budget:
    """One budget in the quota's cap unit. ``cap`` None with ``unknown`` None is uncapped; ``unknown`` says why nothing
    can be judged. In whole base units: ``limit`` is cap and transfers together, ``baseline_base`` what already runs,
    ``warn_above`` the use (baseline included) beyond which it warns, None for never. ``carry`` is the share
    of what the year before left unused that is added to it. ``shut`` is what closed years and expired lots of the book
    still have free: nobody can draw on it, so it is no part of the limit."""

    cap: float | None
    transferred: float
    baseline: float | None
    unknown: Text | None
    limit: int = 0
    baseline_base: int = 0
    warn_above: int | None = None
    carry: float = 0.0
    shut: float = 0.0

    @property
    def capped(self) -> bool:
        return self.cap is not None or self.unknown is not None


def warns_above(limit: int, share: Decimal) -> int | None:
    """The use in base units beyond which a budget warns; a budget of 0 never warns: any use of it is a shortage."""
    return int((limit * share).to_integral_value(ROUND_FLOOR)) if limit > 0 else None


def stands(used: int, limit: int, warn_above: int | None) -> Verdict:
    """How a use stands against a limit, both in whole base units: exactly at the limit fits."""
    if used > limit:
        return Verdict.EXCEEDS
    return Verdict.WARN if warn_above is not None and used > warn_above else Verdict.FITS


@dataclass(frozen=True)
class RatioBudget:
    """The budget of an intensity: ``cap`` per 10 000 yuan; ``numerator`` the cap key of what is divided, in ``unit``;
    then the numerator and value added of the baseline."""

    cap: float | None
    numerator: str
    unit: str
    baseline: float | None
    value_added: float | None
    unknown: Text | None
    baseline_base: int = 0

    @property
    def limit(self) -> float:
        """The cap where it is known; nobody judges by it where it is not."""
        return self.cap or 0.0


@dataclass(frozen=True)
class Budgets:
    """All budgets of a scenario."""

    amounts: Mapping[Key, Budget]
    ratios: Mapping[Key, RatioBudget]


@dataclass(frozen=True)
class Sources:
    """Where budgets come from: the file first, then the book; and the share beyond which they warn."""

    scenario: Scenario
    parameters: Parameters
    book: BookView | None
    basis: Basis
    warn_at: Decimal

    @cached_property
    def carried(self) -> Mapping[str, float]:
        """By cap key, the share of what a year leaves unused that the next may use: as the scenario states, else as
        the rows of its day say (those by which the book carries).

        A cap that comes from the book has none of its own: there an entry carries what is left when the year has
        ended, and until then nobody can draw on it.
        """
        on = self.scenario.on or date(self.scenario.years[0], 1, 1)
        rows = {row.name.removeprefix(CARRY_OVER): row.value for row in self.parameters.coefficients
                if row.name.startswith(CARRY_OVER) and in_force(row, on)}
        yearly = [quota for quota in self.parameters.quotas if quota.kind == "yearly"
                  and (self.book is None or quota.cap_key in self.scenario.caps)]
        return {**{quota.cap_key: rows.get(quota.quota, 0.0) for quota in yearly}, **self.scenario.carry_over}


def budgets(sources: Sources) -> Budgets:
    """Every budget of every year. Raises ScenarioError for a quota or a transfer that cannot be meant."""
    check_names(sources)
    amounts: dict[Key, Budget] = {}
    for quota in sources.parameters.quotas:
        if quota.kind == "ratio" or quota.per:
            continue
        for year in sources.scenario.years:
            if not left_out(quota, year, sources):
                amounts[Key(None, quota.cap_key, year)] = own_budget(quota, year, sources)
            amounts[Key(LIST, quota.cap_key, year)] = list_budget(quota, year, sources)
    ratios = {Key(None, quota.cap_key, year): ratio_budget(quota, year, sources)
              for quota in sources.parameters.quotas if quota.kind == "ratio" and quota.cap_key in sources.scenario.caps
              for year in sources.scenario.years}
    return Budgets({**amounts, **substation_budgets(sources)}, ratios)


def substation_budgets(sources: Sources) -> dict[Key, Budget]:
    """The headroom of each substation in each year: the file's, else the layer's."""
    scenario, book = sources.scenario, sources.book
    tables: Mapping[str, Any] = scenario.substations or (book.substations if book else {})
    found = {}
    for quota in (quota for quota in sources.parameters.quotas if quota.per == "substation"):
        for name, table in tables.items():
            for year in scenario.years:
                cap = at(table, year)
                unknown = None if cap is not None else Text(
                    N_("the headroom of substation {name} is not known for {year}"), name=name, year=year)
                found[Key(name, quota.cap_key, year)] = _budget(quota, cap, 0.0, 0.0, unknown, sources)
    return found


def left_out(quota: Quota, year: int, sources: Sources) -> bool:
    """With a book, a quota that is not in force that year and not stated in the file is not judged."""
    if sources.book is None or quota.cap_key in sources.scenario.caps:
        return False
    only_where_stated = quota.in_force == "stated" and all(name != quota.quota for name, _ in sources.book.granted)
    return only_where_stated or not in_force(quota, date(year, 12, 31))


def own_budget(quota: Quota, year: int, sources: Sources) -> Budget:
    """The park's budget of one quota in one year."""
    scenario, book = sources.scenario, sources.book
    table = scenario.caps.get(quota.cap_key)
    unknown, shut = None, 0.0
    if table is not None:
        cap = in_year(table, year, quota)
        if cap is None:
            unknown = Text(N_("the caps give no figure of {quota} for {year}"), quota=Text(quota.title), year=year)
    elif book is not None:
        cap, shut = from_book(book.granted, quota, year), from_book(book.closed, quota, year) or 0.0
        if cap is None:
            unknown = Text(N_("the book has no account of {quota} for {year}"), quota=Text(quota.title), year=year)
    else:
        return Budget(None, 0.0, baseline_of(quota, year, sources), None)
    baseline = baseline_of(quota, year, sources)
    if baseline is None and unknown is None:
        unknown = Text(N_("the baseline of {quota} is not written for {year}. Write it, 0 where there is none"),
                       quota=Text(quota.title), year=year)
    unknown = unknown or _no_basis(quota, sources)
    return _budget(quota, cap, _transferred(quota, year, sources), baseline, unknown, sources, shut)


def list_budget(quota: Quota, year: int, sources: Sources) -> Budget:
    """What is granted to listed projects; uncapped unless the file or the book grants LIST something."""
    table, book = sources.scenario.list_caps.get(quota.cap_key), sources.book
    # An account that only holds reservations was granted nothing: the list stays uncapped.
    granted = {key: amount for key, amount in (book.list_granted if book else {}).items() if amount}
    if table is None and all(name != quota.quota for name, _ in granted):
        return Budget(None, 0.0, 0.0, None)
    cap = in_year(table, year, quota) if table is not None else from_book(granted, quota, year)
    shut = from_book(book.list_closed, quota, year) if table is None and book else None
    unknown = None if cap is not None else Text(N_("the list has no account of {quota} for {year}"),
                                                quota=Text(quota.title), year=year)
    return _budget(quota, cap, 0.0, 0.0, unknown or _no_basis(quota, sources), sources, shut or 0.0)


def ratio_budget(quota: Quota, year: int, sources: Sources) -> RatioBudget:
    """The cap of an intensity with its baseline; only ever the file's, but for the energy or carbon of the baseline."""
    numerator = sources.parameters.quota(quota.numerator)
    if numerator is None:
        raise ScenarioError(place=quota.quota, problem=Text(N_("its numerator is no quota of the parameters")))
    cap = at(sources.scenario.caps[quota.cap_key], year)
    baseline = baseline_of(numerator, year, sources)
    value_added = at(sources.scenario.baseline.get(VALUE_ADDED), year)
    unknown = _no_basis(numerator, sources)
    if value_added is None:
        unknown = Text(N_("the value added of the baseline is not written for {year}"), year=year)
    if baseline is None:
        unknown = Text(N_("the baseline of {quota} is not written for {year}. Write it, 0 where there is none"),
                       quota=Text(numerator.title), year=year)
    if cap is None:
        unknown = Text(N_("the caps give no figure of {quota} for {year}"), quota=Text(quota.title), year=year)
    base = booked(baseline, numerator.cap_unit) if baseline is not None else 0
    return RatioBudget(cap, numerator.cap_key, numerator.cap_unit, baseline, value_added, unknown, base)


def baseline_of(quota: Quota, year: int, sources: Sources) -> float | None:
    """What already runs, in the cap unit: the file's, else the book's; None where a figure is needed and not given."""
    table = sources.scenario.baseline.get(quota.cap_key)
    if table is not None:
        return in_year(table, year, quota)
    if sources.book is not None:
        return from_book(sources.book.baseline, quota, year) or 0.0
    return None if quota.baseline_needed else 0.0


def in_year(table: float | Mapping[int, float], year: int, quota: Quota) -> float | None:
    """The figure of a year; of a stock what has come together up to that year, a missing year adding nothing."""
    if quota.kind == "stock" and isinstance(table, Mapping):
        return sum(amount for given, amount in table.items() if given <= year)
    return at(table, year)


def from_book(amounts: Amounts, quota: Quota, year: int) -> float | None:
    """A book's figure in the cap unit, None without an account; a stock is the sum of its accounts up to the year."""
    years = [given for name, given in amounts
             if name == quota.quota and (given <= year if quota.kind == "stock" else given == year)]
    if not years:
        return None
    return shown(sum(booked(amounts[quota.quota, given], quota.unit) for given in years), quota.cap_unit)


def _budget(
    quota: Quota, cap: float | None, transferred: float, baseline: float | None, unknown: Text | None, sources: Sources,
    shut: float = 0.0,
) -> Budget:
    """A capped budget with its whole base units."""
    whole, closed = booked(cap or 0.0, quota.cap_unit) + booked(transferred, quota.cap_unit), booked(
        shut, quota.cap_unit)
    warn_above = warns_above(whole, sources.warn_at)
    if warn_above is not None and quota.kind == "stock":  # what is shut up in it counts as used, as in a check
        warn_above -= closed
    return Budget(cap, transferred, baseline, unknown, whole - closed, booked(baseline or 0.0, quota.cap_unit),
                  warn_above, sources.carried.get(quota.cap_key, 0.0), shut)


def _no_basis(quota: Quota, sources: Sources) -> Text | None:
    if sources.basis == "unknown" and quota.cap_unit == "tce":
        return Text(N_("the basis of the energy quota (calorific or equal value) is not known"))
    return None


def _transferred(quota: Quota, year: int, sources: Sources) -> float:
    """Quota obtained for a year; of a stock from its year on."""
    counted = (row for row in sources.scenario.transfers if row.quota in (quota.quota, quota.cap_key)
               and (row.year <= year if quota.kind == "stock" else row.year == year))
    return sum(shown(booked(row.amount, quota.unit if row.quota == quota.quota else quota.cap_unit), quota.cap_unit)
               for row in counted)


def check_names(sources: Sources) -> None:
    """Refuse caps, baselines and transfers of quotas that are not known, and transfers that cannot count."""
    scenario, quotas = sources.scenario, sources.parameters.quotas
    keys = [quota.cap_key for quota in quotas if not quota.per]
    yearly = [quota.cap_key for quota in quotas if quota.kind != "ratio" and not quota.per]
    carried = [quota.cap_key for quota in quotas if quota.kind == "yearly" and not quota.per]
    for place, table, known in (("[caps]", scenario.caps, keys), ("[caps.LIST]", scenario.list_caps, yearly),
                                ("[baseline]", scenario.baseline, [*yearly, VALUE_ADDED]),
                                ("[carry_over]", scenario.carry_over, carried)):
        for name in table:
            if name not in known:
                raise _refused(place, UNKNOWN_NAME, name=name, known=", ".join(known))
    for row in scenario.transfers:
        _check_transfer(row.quota, sources, yearly)


def _check_transfer(name: str, sources: Sources, known: list[str]) -> None:
    quota = sources.parameters.quota(name)
    if quota is None:
        raise _refused("[[transfer]]", UNKNOWN_NAME, name=name, known=", ".join(known))
    if quota.kind == "ratio":
        raise _refused("[[transfer]]", N_("{name} is an intensity: quota can be transferred of {known} only."),
                       name=name, known=", ".join(known))
    granted = sources.book.granted if sources.book else {}
    if quota.cap_key not in sources.scenario.caps and all(quota.quota != account for account, _ in granted):
        raise _refused("[[transfer]]", N_("{name} is not capped, so nothing can be added to it. Give it a cap or "
                                          "remove the transfer."), name=name)


def _refused(place: str, msgid: str, **facts: str) -> ScenarioError:
    return ScenarioError(place=place, problem=Text(msgid, **facts), where={"place": place, "field": facts["name"]})


def notes(sources: Sources, asked: Collection[str]) -> tuple[Text, ...]:
    """Where the budgets come from, as far as a reader must know; ``asked`` are the cap keys that projects ask of."""
    scenario, book = sources.scenario, sources.book
    said: list[Text] = []
    for quota in sources.parameters.quotas:
        stated = quota.cap_key in scenario.caps
        title = Text(quota.title)
        if rule := sources.carried.get(quota.cap_key, 0.0):
            said.append(Text(N_("{quota}: {share:.0%} of what a year leaves unused is carried to the next"),
                             quota=title, share=rule))
        if book is None and not stated and quota.cap_key in asked and not quota.per:
            said.append(Text(N_("{quota} is uncapped: the file gives no cap"), quota=title))
        if book is not None and (stated or quota.cap_key in scenario.baseline) and quota.kind != "ratio":
            said.append(Text(N_("{quota}: the file's figures stand in place of the book's (a what-if)"), quota=title))
        years = [year for year in scenario.years if quota.kind != "ratio" and left_out(quota, year, sources)]
        if years and (quota.in_force == "always" or quota.cap_key in asked) and not quota.per:
            said.append(Text(N_("{quota} is not in force in {years} and is left out"), quota=title,
                             years=", ".join(map(str, years))))
    return tuple(said)
