"""What a project asks of the accounts of its park, of LIST and of its substation: the queue's own figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from planner.admission.case import Ask, charged
from planner.admission.columns import asked_of, check_demand, further_stocks, running, why_not
from planner.admission.entrant import grid_asks, year_loads
from planner.admission.simulate import off_the_grid
from planner.energy.carriers import Conversion
from planner.energy.project import Project
from planner.energy.types import full_load
from planner.parameters import Parameters, in_force
from planner.text import N_, Text


def project_asks(
    project: Project, years: Sequence[int], rows: Conversion, parameters: Parameters, *, land_year: int,
    listed: Collection[str] = (), on_list: Collection[str] = (),
) -> list[Ask]:
    """What a project asks of every quota that its land does not tell of, in each year of its quota's days.

    ``listed`` are the quotas that a list is charged with, ``on_list`` those that LIST was granted something of. Raises
    as ``planner.energy.demand``, and ScenarioError for a demand of no known quota.
    """
    check_demand(project, parameters)
    loads = year_loads(project, full_load(project, rows), years, rows, parameters)
    asks = []
    for quota in running(parameters):
        for year, load in loads.items():
            if in_force(quota, date(year, 12, 31)):
                amount = asked_of(quota, load)
                why = why_not(quota) if amount is None else None
                asks.append(charged(Ask(quota.quota, year, amount, why), listed, on_list))
    for quota in further_stocks(parameters):
        if in_force(quota, date(land_year, 12, 31)):
            amount = project.demand.get(quota.cap_key)
            why = why_not(quota) if amount is None else None
            asks.append(charged(Ask(quota.quota, land_year, amount, why), listed, on_list))
    return asks


def headroom_asks(
    project: Project, years: Sequence[int], rows: Conversion, parameters: Parameters,
    stations: Mapping[str, float | None],
) -> list[Ask]:
    """What a project draws at most on its substation in each year it runs, where substations are known; not known
    where it does not say from which or how much."""
    quota = next((quota for quota in parameters.quotas if quota.per == "substation"), None)
    asked = grid_asks(project, tuple(years), rows, parameters)
    if quota is None or not stations:
        return []
    loads = year_loads(project, full_load(project, rows), years, rows, parameters)
    why = off_the_grid(project, any(load.electricity_mwh for load in loads.values()), asked, stations)
    if why is not None:
        return [Ask(quota.quota, years[0], None, why)]
    known = stations.get(project.substation or "") is not None
    open_ = None if known else Text(N_("the headroom of substation {name} is not known"), name=project.substation)
    return [Ask(quota.quota, key.year, ask.amount, open_, key.park or "") for key, ask in asked.items()]
