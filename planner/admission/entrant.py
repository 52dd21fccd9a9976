"""One project of the queue as the budgets see it: what it asks of which budget in which year.

A reference known only to the book is an entrant too, always committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from planner.admission.book_view import Amounts, Reference, drawn
from planner.admission.budgets import LIST, Key
from planner.admission.case import land_asks
from planner.admission.columns import asked_of, check_demand, further_stocks, numerator_of, running, why_not
from planner.admission.listing import listed_quotas
from planner.admission.outcome import Binding, Case, YearDemand
from planner.energy.accounting import YearLoad, year_load
from planner.energy.answer import Deduction
from planner.energy.assessment import NOT_ADMITTED, regional
from planner.energy.carriers import Conversion
from planner.energy.data_centre import peak_kw
from planner.energy.load import Load
from planner.energy.project import LAND_QUOTAS, Project
from planner.energy.types import full_load, varies_by_year
from planner.errors import ScenarioError
from planner.parameters import Parameters, Quota
from planner.text import N_, Text
from planner.units import booked, ha, shown

# A queue is judged again on every move of a slider, with mostly the same amounts.
_booked = lru_cache(maxsize=65_536)(booked)


@dataclass(frozen=True)
class Ask:
    """An amount in the quota's cap unit and as the book would hold it; None with ``why`` where it is not known."""

    amount: float | None
    base: int = 0
    why: Text | None = None


@dataclass(frozen=True)
class Share:
    """What a project adds to a ratio in a year: the numerator (None where not known) and value added."""

    numerator: float | None
    base: int
    value_added: float


@dataclass(frozen=True)
class Entrant:
    """A project with all it asks.

    ``missing`` says what keeps it from being judged, whatever the budgets; ``stops`` what blocks it. Of several offers
    for one ``site`` one counts; ``replacement_ratio`` is the retired load it must bring for each tce it asks.
    ``uses_energy``: whoever is charged with it, and whatever of it is deducted.
    """

    id: str
    name: str
    committed: bool
    asks: Mapping[Key, Ask]
    shares: Mapping[Key, Share]
    demand: Mapping[int, YearDemand] = field(default_factory=dict)
    deductions: Mapping[int, tuple[Deduction, ...]] = field(default_factory=dict)
    missing: tuple[Binding, ...] = ()
    case: Case | None = None
    notes: tuple[Text, ...] = ()
    value_added_stated: bool = True
    stops: tuple[Binding, ...] = ()
    site: str | None = None
    replacement_ratio: float | None = None
    uses_energy: bool = False


def entrant(
    project: Project, years: tuple[int, ...], rows: Conversion, parameters: Parameters, case: Case | None
) -> Entrant:
    """A project of the file with its asks in every year. Raises as ``planner.energy.demand``, for a wrong list and for
    a demand of no known quota."""
    check_demand(project, parameters)
    load = full_load(project, rows)
    loads = year_loads(project, load, years, rows, parameters)
    listed = listed_quotas(project, parameters)
    land = land_of(project, parameters, case)
    committed = project.status == "committed"
    return Entrant(
        id=project.id, name=project.called, committed=committed,
        asks={**running_asks(loads, listed, parameters), **grid_asks(project, years, rows, parameters),
              **land_keys(project, land, years, listed, parameters)},
        shares=ratio_shares(project, loads, listed, parameters),
        demand={year: year_demand(project, load) for year, load in loads.items()},
        deductions={year: load.deductions for year, load in loads.items() if load.deductions},
        missing=missing(project, years, land, case), case=case,
        value_added_stated=project.value_added_wan_yuan is not None,
        stops=() if committed else not_admitted(project, load, parameters, rows), site=project.site,
        replacement_ratio=replacement_ratio(project, rows), uses_energy=load.gross_tce > 0,
        notes=load.notes + tuple(note for year in loads.values() for note in year.notes) + _list_note(listed),
    )


def year_demand(project: Project, load: YearLoad) -> YearDemand:
    """One year of a project as it is shown."""
    return YearDemand(load.energy_tce, load.gross_energy_tce, load.counted_tce, load.electricity_mwh, load.carbon_tco2,
                      (project.value_added_wan_yuan or 0.0) * project.share_in(load.year), load.energy_tce_equal)


def year_loads(
    project: Project, load: Load, years: Iterable[int], rows: Conversion, parameters: Parameters
) -> dict[int, YearLoad]:
    """A project in each year: its load at full, or what it has come to where that has a table by year; ramped."""
    varies = varies_by_year(project)
    return {year: year_load(full_load(project, rows, year) if varies else load, project, rows, parameters, year)
            for year in years}


def running_asks(loads: Mapping[int, YearLoad], listed: frozenset[str], parameters: Parameters) -> dict[Key, Ask]:
    """Asks of the yearly quotas that a running project draws on every year."""
    asks: dict[Key, Ask] = {}
    for quota in running(parameters):
        for year, load in loads.items():
            ask = _ask(asked_of(quota, load), quota, why_not(quota))
            if ask.amount is None or ask.base:
                asks[Key(_account(quota, listed), quota.cap_key, year)] = ask
    return asks


def grid_asks(
    project: Project, years: tuple[int, ...], rows: Conversion, parameters: Parameters
) -> dict[Key, Ask]:
    """What a project draws at most on its substation: stated, or of a data centre all its IT load with its cooling."""
    stated = project.grid_kw
    if stated is None and project.data_centre is not None and not project.carriers:
        stated = peak_kw(project.data_centre, rows)
    if stated is None or project.substation is None:
        return {}
    return {Key(project.substation, quota.cap_key, year): _ask(stated * project.share_in(year), quota)
            for quota in parameters.quotas if quota.per == "substation" for year in years if project.share_in(year)}


def not_admitted(project: Project, load: Load, parameters: Parameters, rows: Conversion) -> tuple[Binding, ...]:
    """The regional assessment's refusal, where it has one."""
    entry = regional(project, load, parameters.assessment, rows.on)
    if entry.state != NOT_ADMITTED:
        return ()
    return (Binding(rule="regional_assessment", why=entry.why[0] if entry.why else Text(entry.rule)),)


def replacement_ratio(project: Project, rows: Conversion) -> float | None:
    """The ratio at which a project must replace load. Raises ScenarioError for one below the rule's."""
    if project.replacement_ratio is None:
        return None
    least = rows.row("replacement_ratio")
    if project.replacement_ratio < least.value:
        problem = Text(N_("replacement_ratio {ratio:g} is below the {least:g} of {source}"), least=least.value,
                       ratio=project.replacement_ratio, source=least.source)
        raise ScenarioError(place=project.id, problem=problem,
                            where={"project": project.id, "field": "replacement_ratio"})
    return project.replacement_ratio


def land_of(project: Project, parameters: Parameters, case: Case | None) -> dict[str, Ask]:
    """What a project takes once, by cap key: of the land quotas as stated or as its parcel takes, of further stocks as
    stated."""
    quotas = {quota.quota: quota for quota in parameters.quotas}
    if not project.land.parcel:
        found = {quota.cap_key: _ask(getattr(project.land, quota.cap_key) or 0.0, quota)
                 for quota in parameters.quotas if quota.cap_key in LAND_QUOTAS}
    elif case is None:
        why = Text(N_("what parcel {parcel} takes is known only with a workspace"), parcel=project.land.parcel)
        found = {quota.cap_key: Ask(None, why=why) for quota in parameters.quotas if quota.cap_key in LAND_QUOTAS}
    else:
        taken = {quotas[row.quota]: row for row in land_asks(case.takes, parameters.quotas,
                                                             year=project.land_taken or 0)}
        found = {quota.cap_key: _ask(_in_cap_unit(row.amount, quota), quota, row.why) for quota, row in taken.items()}
    found |= {quota.cap_key: _ask(project.demand.get(quota.cap_key), quota, why_not(quota))
              for quota in further_stocks(parameters)}
    return {name: ask for name, ask in found.items() if ask.amount is None or ask.base}


def land_keys(
    project: Project, land: Mapping[str, Ask], years: tuple[int, ...], listed: frozenset[str], parameters: Parameters
) -> dict[Key, Ask]:
    """Land counts once: a yearly quota in the year it is taken, a stock in that year and every later one."""
    taken = project.land_taken
    keys: dict[Key, Ask] = {}
    for quota in parameters.quotas:
        if quota.cap_key in land and taken is not None:
            for year in years:
                if year == taken or (quota.kind == "stock" and year > taken):
                    keys[Key(_account(quota, listed), quota.cap_key, year)] = land[quota.cap_key]
    return keys


def ratio_shares(
    project: Project, loads: Mapping[int, YearLoad], listed: frozenset[str], parameters: Parameters
) -> dict[Key, Share]:
    """What a project adds to each intensity in the years it runs; nothing where the list carries it."""
    shares: dict[Key, Share] = {}
    for quota in parameters.quotas:
        numerator = parameters.quota(quota.numerator) if quota.kind == "ratio" and quota.quota not in listed else None
        if numerator is None:
            continue
        for year, load in loads.items():
            if project.start is not None and year >= project.start:
                amount = numerator_of(numerator, load)
                added = (project.value_added_wan_yuan or 0.0) * project.share_in(year)
                base = 0 if amount is None else _booked(amount, numerator.cap_unit)
                shares[Key(None, quota.cap_key, year)] = Share(amount, base, added)
    return shares


def missing(
    project: Project, years: tuple[int, ...], land: Mapping[str, Ask], case: Case | None
) -> tuple[Binding, ...]:
    """What keeps a project from being judged at all."""
    found = []
    if project.start is not None and project.start > years[-1]:
        found.append(Binding(year=project.start, why=Text(
            N_("it starts in {start}, after the last year {last}"), start=project.start, last=years[-1])))
    elif land and project.land_taken is not None and project.land_taken > years[-1]:
        found.append(Binding(quota=next(iter(land)), year=project.land_taken, why=Text(
            N_("its land is taken in {year}, after the last year {last}"), year=project.land_taken, last=years[-1])))
    if project.land.parcel and case is None:
        name, ask = next(iter(land.items()))
        found.append(Binding(quota=name, year=project.land_taken, why=ask.why))
    return tuple(found)


def book_entrant(reference: Reference, park: str | None, years: tuple[int, ...], parameters: Parameters) -> Entrant:
    """A holder known only to the book: committed, its value added not known and counted 0."""
    asks: dict[Key, Ask] = {}
    shares: dict[Key, Share] = {}
    for quota in parameters.quotas:
        for year in years:
            base = sum(booked(amount, quota.unit) for (name, given), amount in reference.amounts.items()
                       if name == quota.quota and (given == year or (quota.kind == "stock" and given < year)))
            if base:
                asks[Key(park, quota.cap_key, year)] = Ask(shown(base, quota.cap_unit), base)
    for ratio in (quota for quota in parameters.quotas if quota.kind == "ratio" and park is None):
        numerator = parameters.quota(ratio.numerator)
        for year in years:
            ask = asks.get(Key(None, numerator.cap_key if numerator else "", year))
            if ask:
                shares[Key(None, ratio.cap_key, year)] = Share(ask.amount, ask.base, 0.0)
    return Entrant(reference.ref, reference.ref, True, asks, shares)


def grid_entrant(ref: str, draws: Amounts, years: tuple[int, ...], parameters: Parameters) -> Entrant:
    """What a case of the book draws on substations, kW by (substation, year)."""
    asks = {Key(station, quota.cap_key, year): _ask(kw, quota)
            for quota in parameters.quotas if quota.per == "substation" for station, _ in draws for year in years
            if (kw := drawn(draws, station, year))}
    return Entrant(ref, ref, True, asks, {})


def _ask(amount: float | None, quota: Quota, why: Text | None = None) -> Ask:
    return Ask(None, why=why) if amount is None else Ask(amount, _booked(amount, quota.cap_unit))


def _in_cap_unit(amount: float | None, quota: Quota) -> float | None:
    return float(ha(amount)) if amount is not None and (quota.unit, quota.cap_unit) == ("m2", "ha") else amount


def _account(quota: Quota, listed: frozenset[str]) -> str | None:
    return LIST if quota.quota in listed else None


def _list_note(listed: frozenset[str]) -> tuple[Text, ...]:
    if not listed:
        return ()
    return (Text(N_("listed: {quotas} are charged to the list, not to the park"), quotas=", ".join(sorted(listed))),)
