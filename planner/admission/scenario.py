"""A scenario file: budgets, what already runs, and the queue of projects, checked once here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from planner.energy.carriers import Basis
from planner.energy.project import Day, Project, project_from
from planner.energy.validation import Amount, Name, Positive, Problem, Share, Strict, Year, YearTable, validated
from planner.errors import ScenarioError
from planner.text import N_, Text

Years = Annotated[tuple[Year, ...], Field(strict=False, min_length=1, max_length=100)]


class Head(Strict):
    """The ``[scenario]`` table."""

    title: Annotated[str, Field(max_length=500)] = ""
    on: Day | None = None
    years: Years
    basis: Basis | None = None
    equal_value_kgce_per_kwh: Positive | None = None
    warn_at: Share | None = None


class Retirement(Strict):
    """Load that ends with ``start``; with ``for`` only if that project is admitted."""

    name: Annotated[str, Field(max_length=200)] = ""
    start: Year
    energy_tce: Amount
    value_added_wan_yuan: Amount = 0.0
    carbon_tco2: Amount = 0.0
    for_: Name | None = Field(default=None, alias="for")


class Transfer(Strict):
    """Quota obtained from the province for a year; ``basis`` is the document."""

    quota: Name
    year: Year
    amount: Positive
    basis: Name


class ParkState(Strict):
    """How the park stands with the province: set by a person, with the day from which it holds and the document."""

    state: Literal["normal", "warning", "hold"]
    on: Day
    document: Name


class Scenario(Head):
    """A whole scenario. ``baseline``, ``caps`` and ``list_caps`` hold a number for all years or a table by year, under
    the cap keys of the quotas (``baseline`` also value_added_wan_yuan). ``on`` is the day of application.

    ``state`` is the park's; ``carry_over`` the share of what a year leaves unused that the next may use, by cap key, in
    place of the parameters' rule; ``substations`` the headroom of each in kW.

    ``costs`` are unit costs of the ways out that stand in place of the parameters' own.

    ``basis`` None means not stated: the book's where there is one, else calorific.
    """

    baseline: dict[str, YearTable] = {}
    caps: dict[str, YearTable] = {}
    list_caps: dict[str, YearTable] = {}
    projects: tuple[Project, ...] = ()
    retirements: tuple[Retirement, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    costs: dict[str, Amount] = {}
    state: ParkState | None = None
    carry_over: dict[str, Share] = {}
    substations: dict[str, YearTable] = {}

    @model_validator(mode="after")
    def _hangs_together(self) -> Scenario:
        _unique_years(self.years)
        _unique_ids(self.projects)
        ids = {project.id for project in self.projects}
        for project in self.projects:
            if project.start is None:
                raise Problem(Text(N_("project '{id}' has no start. Add the year in which it begins to run"),
                                   id=project.id))
            for other in (*project.apart, *project.together):
                if other not in ids:
                    raise Problem(Text(N_("project '{id}' names '{other}', which is not in the scenario"),
                                       id=project.id, other=other))
        for retirement in self.retirements:
            if retirement.for_ is not None and retirement.for_ not in ids:
                raise Problem(Text(N_("retirement '{name}' is for '{other}', which is not in the scenario"),
                                   name=retirement.name, other=retirement.for_))
        return self


def scenario_from(mapping: Mapping[str, Any], *, place: str = "scenario", today: date | None = None) -> Scenario:
    """A scenario from the tables of a file. ``today`` is the day of application where the file states none.

    Raises ScenarioError naming the table or the project, the field, its value and the way out.
    """
    _known_tables(mapping, place)
    head = validated(Head, _table(mapping, "scenario", place), place="[scenario]")
    caps = dict(_table(mapping, "caps", place, needed=False))
    listed = caps.pop("LIST", {})
    fields = {name: getattr(head, name) for name in Head.model_fields}
    return validated(Scenario, {
        **fields, "on": head.on or today,
        "baseline": _amounts(_table(mapping, "baseline", place, needed=False), "[baseline]"),
        "caps": _amounts(caps, "[caps]"), "list_caps": _amounts(listed, "[caps.LIST]"),
        "costs": dict(_table(mapping, "costs", place, needed=False)),
        "state": validated(ParkState, mapping["state"], place="[state]") if "state" in mapping else None,
        "carry_over": dict(_table(mapping, "carry_over", place, needed=False)),
        "substations": _amounts(_table(mapping, "substations", place, needed=False), "[substations]"),
        "projects": tuple(_project(row, number) for number, row in enumerate(_rows(mapping, "project", place), 1)),
        "retirements": tuple(validated(Retirement, row, place=f"[[retirement]] {number}")
                             for number, row in enumerate(_rows(mapping, "retirement", place), 1)),
        "transfers": tuple(validated(Transfer, row, place=f"[[transfer]] {number}")
                           for number, row in enumerate(_rows(mapping, "transfer", place), 1)),
    }, place=place)


def scenario_of(
    projects: Sequence[Project], *, years: Sequence[int], place: str = "scenario", **fields: Any
) -> Scenario:
    """A scenario of projects already read; ``fields`` are those of Scenario. Raises ScenarioError."""
    return validated(Scenario, {**fields, "projects": tuple(projects), "years": tuple(years)}, place=place)


def naming_present(projects: Sequence[Project]) -> tuple[Project, ...]:
    """The projects with only those of them named in ``apart`` and ``together``: who is out is named by nobody."""
    ids = {project.id for project in projects}
    return tuple(
        project if ids.issuperset((*project.apart, *project.together)) else project.model_copy(update={
            name: tuple(other for other in getattr(project, name) if other in ids) for name in NAMING})
        for project in projects)


def absent_named(projects: Sequence[Project], names: Mapping[str, str]) -> tuple[Text, ...]:
    """What ``naming_present`` drops, in words; ``names`` of projects by id, those that are out too."""
    ids = {project.id for project in projects}
    return tuple(Text(NAMING[name], project=project.called, other=names.get(other, other))
                 for project in projects for name in NAMING for other in getattr(project, name) if other not in ids)


class _Amounts(Strict):
    """A table of figures under names that the parameters know, not this module."""

    figures: dict[str, YearTable]


def _amounts(table: Any, place: str) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise ScenarioError(place=place, problem=Text(N_("write a table of figures")), where={"place": place})
    return {name: validated(_Amounts, {"figures": {name: value}}, place=f"{place} {name}").figures[name]
            for name, value in table.items()}


def _project(row: Mapping[str, Any], number: int) -> Project:
    if not isinstance(row, Mapping) or "id" not in row:
        place = f"[[project]] {number}"
        raise ScenarioError(place=place, problem=Text(N_("'{field}' is missing. Add it."), field="id"),
                            where={"place": place, "field": "id"})
    return project_from(row, place=f"project '{row['id']}'")


def _known_tables(mapping: Mapping[str, Any], place: str) -> None:
    for name in mapping:
        if name not in TABLES:
            problem = Text(N_("'{field}' is not a known field. Known here are: {known}."), field=name,
                           known=", ".join(TABLES))
            raise ScenarioError(place=place, problem=problem, where={"field": name})


def _table(mapping: Mapping[str, Any], name: str, place: str, *, needed: bool = True) -> Mapping[str, Any]:
    found = mapping.get(name, None if needed else {})
    if not isinstance(found, Mapping):
        raise ScenarioError(place=place, problem=Text(N_("the table [{name}] is missing or not a table"), name=name),
                            where={"field": name})
    return found


def _rows(mapping: Mapping[str, Any], name: str, place: str) -> Sequence[Mapping[str, Any]]:
    found = mapping.get(name, [])
    if not isinstance(found, list | tuple) or not all(isinstance(row, Mapping) for row in found):
        raise ScenarioError(place=place, problem=Text(N_("write each {name} under its own [[{name}]]"), name=name),
                            where={"field": name})
    return found


def _unique_years(years: Sequence[int]) -> None:
    if list(years) != sorted(set(years)):
        raise Problem(Text(N_("years must rise, each once: {years}"), years=", ".join(map(str, years))))


def _unique_ids(projects: Sequence[Project]) -> None:
    twice = [name for name, count in Counter(project.id for project in projects).items() if count > 1]
    if twice:
        raise Problem(Text(N_("the id '{id}' is given to several projects. Give each its own"), id=twice[0]))


NAMING = {
    "together": N_("'{project}' was to come together with '{other}', which is out: that no longer holds"),
    "apart": N_("'{project}' was not to come beside '{other}', which is out: that no longer holds"),
}
TABLES = ("scenario", "baseline", "caps", "project", "retirement", "transfer", "costs", "state", "carry_over",
          "substations")
