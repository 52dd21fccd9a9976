"""A parcel looked at: the ground around it, its rules, its project, the budgets of its park. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from planner.admission.asks import headroom_asks, project_asks
from planner.admission.book_view import Amounts, drawn
from planner.admission.case import Account, Accounts, Ask, judge, land_asks
from planner.admission.listing import listed_quotas
from planner.admission.outcome import Case
from planner.desk.ground import Ground, accounts_of, held_parcels, met_parcels, park_of, site_of
from planner.desk.held import booked_already, booked_ground
from planner.desk.stated import state_of
from planner.desk.stations import draws, headroom, nearest
from planner.energy.assessment import NOT_ADMITTED, regional
from planner.energy.carriers import Basis, Conversion, conversion
from planner.energy.demand import Demand, demand
from planner.energy.project import Project
from planner.energy.types import full_load
from planner.land import offsets
from planner.land.checks import SEES_WHAT_MEETS, check_land
from planner.land.finding import Finding, Severity, State, Takes
from planner.land.geodesy import ellipsoid_m2
from planner.land.large import LargeLayer
from planner.land.parcel import Layer, Parcel
from planner.land.takes import takes
from planner.parameters import Parameters
from planner.quota.accounts import LIST
from planner.quota.balances import Standing
from planner.quota.movements import Ask as BookAsk
from planner.store.base import Store
from planner.text import N_, Text
from planner.units import booked

if TYPE_CHECKING:
    import pandas as pd

Found = TypeVar("Found")
DRAWN = "parcels"  # the role of the layer that people draw in while others decide
BASIS_SETTING = "energy_basis"
BASES: tuple[Basis, ...] = get_args(Basis)
EQUAL_SETTING = "equal_value_kgce_per_kwh"


class These:
    """Layers as a look rests on them: the very ones, for what was read anew is another. Of a layer of ``nearby`` roles
    it sees only what meets the parcel, so one that is the same there will do: a drawing elsewhere changes nothing."""

    def __init__(self, layers: Mapping[str, Sequence[Layer]], parcel: Parcel, nearby: Collection[str]) -> None:
        self._layers = [(role, layer) for role, some in layers.items() for layer in some]
        self._shape, self._nearby = parcel.shape, nearby

    def __eq__(self, other: object) -> bool:
        return isinstance(other, These) and len(self._layers) == len(other._layers) and all(
            role == other_role and (layer is other_layer or role in self._nearby and self._alike(layer, other_layer))
            for (role, layer), (other_role, other_layer) in zip(self._layers, other._layers, strict=True))

    def _alike(self, one: Layer, two: Layer) -> bool:
        return (one.name, one.as_of, one.coverage) == (two.name, two.as_of, two.coverage) and not (
            isinstance(one, LargeLayer) or isinstance(two, LargeLayer)) and self._met(one).equals(self._met(two))

    def _met(self, layer: Layer) -> pd.DataFrame:
        """The rows of a layer that meet the parcel, their outlines to the last digit."""
        rows = layer.frame.iloc[sorted(layer.tree.query(self._shape, predicate="intersects"))].to_wkb()
        return rows.reset_index(drop=True)


class Seen:
    """What was seen of the ground for one parcel, and on what it rests. Asked again it is looked at anew only where
    one of these has changed meanwhile: a layer, the rows, the day, the parcel, its project, who holds its neighbours.

    So a verb looks before it takes its turn to write, and inside the turn, where everybody else waits, makes sure.
    """

    def __init__(self) -> None:
        self._rests_on: tuple[Any, ...] = ()
        self._found: Any = None

    def again(self, rests_on: tuple[Any, ...], look: Callable[[], Found]) -> Found:
        if rests_on != self._rests_on:
            self._found, self._rests_on = look(), rests_on
        found: Found = self._found
        return found


def look(
    store: Store,
    ground: Ground,
    book: Standing,
    parameters: Parameters,
    parcel: Parcel,
    *,
    on: date,
    project: Project | None = None,
    park: str | None = None,
    year: int | None = None,
    seen: Seen | None = None,
) -> Case:
    """Everything known about a parcel on a day: what it takes, findings, the quotas it asks, the verdict.

    ``year`` takes the place of the project's start. Raises ParkUnknown when no park can be told.
    """
    parameters = parameters.of_day(on)
    layers = ground.by_role()
    settings = store.settings()
    basis = energy_basis(settings)
    account = park_of(parcel, layers.get("parks", ()), book, park)
    if project is not None and year is not None:
        project = project.model_copy(update={"start": year})
    site = site_of(parcel, layers.get("parks", ()), account, project)
    outlines = store.outlines()
    booked = booked_ground(book, outlines, parcel, layers.get(DRAWN, ()), on)
    if booked is not None:
        layers = {**layers, DRAWN: (*layers.get(DRAWN, ()), booked)}
    neighbours = held_parcels(book, store.holders(), met_parcels(parcel, layers.get(DRAWN, ())))

    def ground_of() -> tuple[Takes, tuple[Finding, ...], tuple[str, ...]]:
        return (
            takes(parcel, layers.get("land_survey", ()), parameters, on=on),
            *check_land(parcel, layers, rules, project=figures_of(project), held=neighbours),
        )

    stated = project.model_dump_json() if project else ""
    rules = parameters.rules_on(on, site)
    nearby = [DRAWN] if all(rule.check in SEES_WHAT_MEETS and "asked" not in rule.options
                            for rule in rules if rule.role == DRAWN) else []
    rests_on = (These(layers, parcel, nearby), parameters.version, on, parcel.id, parcel.shape.wkb, stated, site,
                neighbours)
    taken, findings, not_asked = (seen or Seen()).again(rests_on, ground_of)
    findings = (*findings, *entry_findings(store, parameters, project, account, on, site.parks))
    accounts: Accounts = accounts_of(book, account, on)
    first = year or (project.start if project is not None and project.start else None) or on.year
    charge = {"listed": listed_of(project, parameters), "on_list": list_grants(accounts)}
    land_year = _land_year(project, first, year)
    asks = land_asks(taken, parameters.quotas_on(date(first, 12, 31)), year=land_year, **charge)
    if project is not None:
        rows = conversion(parameters, on=on, basis=basis, equal_value=equal_value(settings))
        years = range(first, max([first, *(year_ for whose, _, year_ in accounts if not whose)]) + 1)
        held = {name for whose, name, _ in accounts if not whose}
        asked = project_asks(project, years, rows, parameters, land_year=land_year, **charge)
        asks += [ask for ask in asked if ask.quota in held or in_force_always(ask.quota, parameters)]
        stations = layers.get("substations", ())
        others = draws(book, ground) if stations else {}
        on_grid, rooms = grid(project, parcel, stations, years, rows, parameters, others)
        asks, accounts = [*asks, *on_grid], {**accounts, **rooms}
    return judge(
        parcel,
        ellipsoid_m2=float(ellipsoid_m2(parcel.shape)),
        on=on,
        park=account,
        basis=basis,
        takes=taken,
        findings=findings,
        not_asked=not_asked,
        asks=asks,
        accounts=accounts,
        parameters=parameters,
        warn_at=parameters.coefficient("warn_at", on).value,
        demand=full_demand(project, parameters, on=on, settings=settings, places=site.parks) if project else None,
        notes=[*taken.notes, *booked_already(book, outlines, parcel)],
    )


def list_grants(accounts: Accounts) -> frozenset[str]:
    """The quotas that LIST was granted something of."""
    return frozenset(name for whose, name, _ in accounts if whose == LIST)


def grid(
    project: Project, parcel: Parcel, layers: Sequence[Layer], years: Sequence[int], rows: Conversion,
    parameters: Parameters, others: Mapping[str, Amounts],
) -> tuple[list[Ask], dict[tuple[str, str, int], Account]]:
    """What a project draws on its substation (the nearest where it names none), and the headroom there by year, less
    what the ``others``, cases of the book, draw on it."""
    stations = headroom(layers)
    if project.substation is None:
        project = project.model_copy(update={"substation": nearest(parcel.shape, layers)})
    asks = headroom_asks(project, years, rows, parameters, stations)
    room = stations.get(project.substation or "")
    if room is None:
        return asks, {}
    whole = booked(room, "kw")
    return asks, {(ask.park, ask.quota, ask.year): Account(whole, whole - sum(
        booked(drawn(of, ask.park, ask.year), "kw") for of in others.values())) for ask in asks if ask.park}


def entry_findings(
    store: Store, parameters: Parameters, project: Project | None, park: str, on: date, places: Sequence[str]
) -> list[Finding]:
    """What keeps a project out whatever its land: the state of the park, the regional assessment's refusal, load that
    it must replace."""
    if project is None or project.status == "committed":
        return []
    load_ = full_load(project, conversion(parameters, on=on))
    state, found = state_of(store, park), []
    if state is not None and state.on <= on and state.state != "normal" and load_.gross_tce > 0:
        hold = state.state == "hold"
        said = PARK_ON_HOLD if hold else PARK_WARNED
        found.append(_entry("park_state", N_("State of the park"), Severity.STOP if hold else Severity.WARN,
                            Text(said, on=state.on.isoformat(), document=state.document), state.document))
    entry = regional(project, load_, parameters.assessment, on, places=places)
    if entry.state == NOT_ADMITTED:
        why = entry.why[0] if entry.why else Text(entry.rule)
        found.append(_entry("regional_assessment", N_("Regional energy assessment"), Severity.STOP, why, entry.rule))
    if project.replacement_ratio is not None and load_.gross_tce > 0:
        must = Text(N_("it must retire {ratio:g} tce for each tce it asks: a person says which load ends for it, or a "
                       "scenario states it"), ratio=project.replacement_ratio)
        source = parameters.coefficient("replacement_ratio", on).source
        found.append(replace(_entry("replacement", N_("Replacement of retired load"), Severity.STOP, must, source),
                             state=State.NOT_CHECKABLE))
    return found


def _entry(rule: str, title: str, severity: Severity, message: Text, source: str) -> Finding:
    return Finding(rule=rule, title=title, state=State.HIT, severity=severity, message=message, value=None, limit=None,
                   unit="", role="", layer=None, as_of=None, source=source, status="verified")


PARK_ON_HOLD = N_("the park is on hold since {on}: {document}")
PARK_WARNED = N_("the park is warned since {on}: {document}")


def _land_year(project: Project | None, first: int, asked: int | None) -> int:
    if project is not None and asked is None and project.land_year:
        return int(project.land_year)
    return first


def in_force_always(name: str, parameters: Parameters) -> bool:
    """Whether a quota is judged also where nobody granted any of it."""
    quota = parameters.quota(name)
    return quota is not None and quota.in_force == "always"


def figures_of(project: Project | None) -> Mapping[str, Any] | None:
    """The figures of a project by their names in a scenario, for the rules that ask about it."""
    return None if project is None else project.model_dump(exclude_none=True)


def listed_of(project: Project | None, parameters: Parameters) -> frozenset[str]:
    """Quotas that a national or provincial list pays for; none without a project."""
    return frozenset() if project is None else listed_quotas(project, parameters)


def full_demand(
    project: Project, parameters: Parameters, *, on: date, settings: Mapping[str, str], places: Sequence[str] = ()
) -> Demand:
    """The project at full load on the workspace's basis."""
    basis = energy_basis(settings)
    return demand(project, parameters, on=on, basis=basis, equal_value=equal_value(settings), places=places)


def energy_basis(settings: Mapping[str, str]) -> Basis:
    """The basis of the workspace's energy quota; unknown until somebody says."""
    stated = settings.get(BASIS_SETTING, "unknown")
    return next((basis for basis in BASES if basis == stated), "unknown")


def equal_value(settings: Mapping[str, str]) -> float | None:
    """The workspace's own equal value of electricity in kgce/kWh, where one was given."""
    stated = settings.get(EQUAL_SETTING)
    return float(stated) if stated else None


def book_asks(
    case: Case, parameters: Parameters, project: Project | None, *, settings: Mapping[str, str]
) -> list[BookAsk]:
    """What a reservation books, in base units: the case's own asks, and on LIST what the list pays for. What the book
    keeps no account of (the headroom of a substation) is not booked."""
    asks = [BookAsk(row.quota, row.year, booked(row.asked, row.unit)) for row in case.quotas
            if row.asked and not row.park]
    listed = listed_of(project, parameters)
    if project is None or not listed:
        return asks
    years = sorted({row.year for row in case.quotas})
    rows = conversion(parameters, on=case.on, basis=energy_basis(settings), equal_value=equal_value(settings))
    land_year = next((row.year for row in case.quotas if row.quota in offsets.land_asks(case.takes)), years[0])
    on_list = project_asks(project, years, rows, parameters, land_year=land_year)
    on_list += land_asks(case.takes, parameters.quotas, year=land_year)
    units = {quota.quota: quota.unit for quota in parameters.quotas}
    return asks + [
        BookAsk(ask.quota, ask.year, booked(ask.amount, units[ask.quota]), LIST)
        for ask in on_list
        if ask.quota in listed and ask.amount
    ]
