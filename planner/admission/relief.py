"""The ways out of a refusal as values: a lever pulled, the scenario with it pulled, an option of one or more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from planner.admission.scenario import Retirement, Scenario, Transfer, absent_named, naming_present
from planner.energy.project import LAND_QUOTAS, Phase, Project
from planner.energy.types import scaled
from planner.energy.validation import at
from planner.figures import exactly
from planner.text import N_, Text

PUE, LOAD, SCALE, CERTIFICATES = "pue", "load", "scale", "green_certificates_mwh"
DEFER, RETIRE, TRANSFER, DROP = "defer_years", "retire", "quota_transfer", "drop"
PHASE = "phase"

# Money and people of a project that grow with its size.
SIZED = ("value_added_wan_yuan", "output_wan_yuan", "tax_wan_yuan", "investment_wan_yuan", "area_mu", "jobs",
         "water_m3", "grid_kw")


@dataclass(frozen=True)
class Move:
    """One lever pulled on ``project``: ``value`` in ``unit``.

    pue and load are the new figures of the data centre, scale the share of the project that is built,
    green_certificates_mwh what is held each year, defer_years by how much the start moves, retire the yearly tce that
    end when the project starts, quota_transfer what is added to ``quota`` in ``year``; drop takes the project out.
    phase is the share that is built at first, the rest follows in ``year``.
    """

    lever: str
    value: float
    unit: str
    project: str
    year: int | None = None
    quota: str | None = None


@dataclass(frozen=True)
class Option:
    """One way out that fits: its moves, what they cost (None without a price) and the sentence for a person."""

    moves: tuple[Move, ...]
    cost_wan_yuan: float | None
    sentence: Text


@dataclass(frozen=True)
class Clash:
    """One constraint of a set that cannot be met together, whatever lever is pulled: a quota in a year, or a rule."""

    sentence: Text
    quota: str | None = None
    year: int | None = None
    rule: str | None = None
    layer: str | None = None


@dataclass(frozen=True)
class Relief:
    """What would let a project in. Without options ``conflict`` is an irreducible set of constraints: without any one
    of them some lever would do."""

    project: str
    options: tuple[Option, ...]
    conflict: tuple[Clash, ...]
    notes: tuple[Text, ...] = ()


def with_moves(scenario: Scenario, moves: Iterable[Move]) -> Scenario:
    """The scenario with every lever pulled."""
    # Load ends when the project starts, so its start is settled first.
    for move in sorted(moves, key=lambda move: move.lever == RETIRE):
        scenario = scenario.model_copy(update=_SCENARIO[move.lever](scenario, move))
    return scenario


def moved(project: Project, move: Move, years: Iterable[int]) -> Project:
    """A project with one of its own levers pulled, in a scenario of these years."""
    return _PROJECT[move.lever](project, move, years)


def _on_project(scenario: Scenario, move: Move) -> dict[str, Any]:
    return {"projects": tuple(moved(project, move, scenario.years) if project.id == move.project else project
                              for project in scenario.projects)}


def _dropped(scenario: Scenario, move: Move) -> dict[str, Any]:
    rest = naming_present([project for project in scenario.projects if project.id != move.project])
    return {"projects": rest, "retirements": tuple(row for row in scenario.retirements if row.for_ != move.project)}


def _retired(scenario: Scenario, move: Move) -> dict[str, Any]:
    start = next(project.start for project in scenario.projects if project.id == move.project)
    row = Retirement.model_validate({"start": start, "energy_tce": move.value, "for": move.project})
    return {"retirements": (*scenario.retirements, row)}


def _transferred(scenario: Scenario, move: Move) -> dict[str, Any]:
    row = Transfer(quota=move.quota or "", year=move.year or scenario.years[0], amount=move.value, basis=TRANSFER)
    return {"transfers": (*scenario.transfers, row)}


def _with_centre(project: Project, **figures: float) -> Project:
    centre = project.data_centre
    return project.model_copy(update={"data_centre": centre.model_copy(update=figures)}) if centre else project


def _scaled(project: Project, share: float) -> Project:
    """A part of the project: equipment, energy, stated land, money and jobs alike. A parcel stays whole."""
    parts: dict[str, Any] = {name: _times(project, name, share) for name in SIZED}
    parts |= scaled(project, share)
    parts["land"] = _part(project.land, LAND_QUOTAS, share)
    return project.model_copy(update=parts)


def _part(table: Any, names: Iterable[str], share: float) -> Any:
    return table.model_copy(update={name: _times(table, name, share) for name in names})


def _times(table: Any, name: str, share: float) -> float | None:
    value: float | None = getattr(table, name)
    return None if value is None else value * share


def _certified(project: Project, mwh: float, years: Iterable[int]) -> Project:
    """Certificates for ``mwh`` of every year; a year that has more keeps it."""
    held = project.renewable.certificates_mwh
    table = ({year: max(mwh, held.get(year, 0.0)) for year in (*held, *years)} if isinstance(held, Mapping)
             else max(mwh, held))
    return project.model_copy(update={"renewable": project.renewable.model_copy(update={"certificates_mwh": table})})


def _deferred(project: Project, later: int) -> Project:
    """A later start; land taken in a stated year moves along."""
    land = None if project.land_year is None else project.land_year + later
    return project.model_copy(update={"start": (project.start or 0) + later, "land_year": land})


def _phased(project: Project, share: float, year: int) -> Project:
    """A part at the start and the rest from ``year`` on, each with the project's own ramp. Land is taken whole."""
    gap = max(0, year - (project.start or year))
    return project.model_copy(update={"phases": (Phase(share=share), Phase(after=gap, share=1 - share))})


def value_added(project: Project, years: Iterable[int]) -> float | None:
    """Value added over the years, wan_yuan; None where it is not stated."""
    if project.value_added_wan_yuan is None:
        return None
    return project.value_added_wan_yuan * sum(project.share_in(year) for year in years)


def certificates_bought(old: Project, new: Project, years: Iterable[int]) -> float:
    """MWh of certificates that ``new`` holds over the years and ``old`` does not, in the years it runs."""
    return sum((at(new.renewable.certificates_mwh, year) or 0.0) - (at(old.renewable.certificates_mwh, year) or 0.0)
               for year in years if new.share_in(year))


def sentence(moves: Sequence[Move], projects: Sequence[Project], titles: Mapping[str, str]) -> Text:
    """The moves in words, with what no longer holds when a project is dropped; ``titles`` of quotas by cap key."""
    names = {project.id: project.called for project in projects}
    gone = {move.project for move in moves if move.lever == DROP}
    said = [*(_said(move, names, titles) for move in moves),
            *(absent_named([project for project in projects if project.id not in gone], names) if gone else ())]
    whole = said[0]
    for one in said[1:]:
        whole = Text(N_("{first}; and {second}"), first=whole, second=one)
    return whole


def _said(move: Move, names: Mapping[str, str], titles: Mapping[str, str]) -> Text:
    facts: dict[str, Any] = {"project": names.get(move.project, move.project), "value": move.value}
    if move.lever == PHASE:
        facts["year"] = move.year
    if move.lever == TRANSFER:
        facts = {"quota": Text(titles[move.quota or ""]), "year": move.year, "amount": exactly(move.value, move.unit)}
    if move.lever == DEFER and move.value == 1:
        return Text(N_("start '{project}' a year later"), project=facts["project"])
    if move.lever == DROP:
        del facts["value"]
    return Text(SENTENCES[move.lever], **facts)


_PROJECT: Mapping[str, Callable[[Project, Move, Iterable[int]], Project]] = MappingProxyType({
    PUE: lambda project, move, years: _with_centre(project, pue=move.value),
    LOAD: lambda project, move, years: _with_centre(project, load_factor=move.value),
    SCALE: lambda project, move, years: _scaled(project, move.value),
    CERTIFICATES: lambda project, move, years: _certified(project, move.value, years),
    DEFER: lambda project, move, years: _deferred(project, int(move.value)),
    PHASE: lambda project, move, years: _phased(project, move.value, move.year or 0),
})
_SCENARIO: Mapping[str, Callable[[Scenario, Move], dict[str, Any]]] = MappingProxyType({
    **dict.fromkeys(_PROJECT, _on_project), DROP: _dropped, RETIRE: _retired, TRANSFER: _transferred})
SENTENCES = MappingProxyType({
    PUE: N_("build '{project}' with a PUE of {value:g}"),
    LOAD: N_("run '{project}' at a load factor of {value:g}"),
    SCALE: N_("build {value:.1%} of '{project}'"),
    CERTIFICATES: N_("hold green certificates for {value:,.10g} MWh of '{project}' each year"),
    DEFER: N_("start '{project}' {value:g} years later"),
    PHASE: N_("build {value:.0%} of '{project}' at first and the rest in {year}"),
    RETIRE: N_("end {value:,.10g} tce a year elsewhere when '{project}' starts"),
    TRANSFER: N_("obtain {amount} of {quota} for {year}"),
    DROP: N_("do without '{project}'"),
})
