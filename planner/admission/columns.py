"""The demand column of each quota: which figure of a project is asked of it.

Energy, carbon and water are reckoned; land comes from the land table or the parcel; of any further quota a project
states what it asks in its table ``demand``, under the quota's cap key. So a new quota is a row and a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.energy.accounting import YearLoad
from planner.energy.project import LAND_QUOTAS, Project
from planner.errors import ScenarioError
from planner.parameters import Parameters, Quota
from planner.text import N_, Text

# What a year of a project asks of a yearly quota, by cap key.
COUNTED: Mapping[str, Callable[[YearLoad], float | None]] = {
    "energy_tce": lambda year: year.counted_tce,
    "carbon_tco2": lambda year: year.carbon_tco2,
    "water_m3": lambda year: year.water_m3,
}
# Why an amount is not known where it is not.
WHY_NOT: Mapping[str, Text] = {
    "energy_tce": Text(N_("a coefficient of the project is missing")),
    "carbon_tco2": Text(N_("a carrier has no emission factor")),
    "water_m3": Text(N_("the water use of the project is not stated")),
}


def running(parameters: Parameters) -> list[Quota]:
    """The yearly quotas that a running project draws on every year."""
    return [quota for quota in parameters.quotas
            if quota.kind == "yearly" and not quota.per and quota.cap_key not in LAND_QUOTAS]


def further_stocks(parameters: Parameters) -> list[Quota]:
    """The stocks that neither a land table nor a parcel tells of: taken once, with the land."""
    return [quota for quota in parameters.quotas if quota.kind == "stock" and quota.cap_key not in LAND_QUOTAS]


def asked_of(quota: Quota, load: YearLoad) -> float | None:
    """What a year of a project asks of a running quota, in its cap unit; None where it is not known."""
    if quota.cap_key in COUNTED:
        return COUNTED[quota.cap_key](load)
    return load.further.get(quota.cap_key, None if load.share else 0.0)


def numerator_of(quota: Quota, load: YearLoad) -> float | None:
    """What a year of a project adds to a ratio whose numerator is this quota. Of energy the deductions differ."""
    return load.intensity_tce if quota.cap_key == "energy_tce" else asked_of(quota, load)


def why_not(quota: Quota) -> Text:
    """Why an amount is not known where it is not."""
    return WHY_NOT.get(quota.cap_key) or Text(N_("the project does not state its {quota}"), quota=Text(quota.title))


def check_demand(project: Project, parameters: Parameters) -> None:
    """Refuse a stated demand of what is no further quota. Raises ScenarioError."""
    known = [quota.cap_key for quota in (*running(parameters), *further_stocks(parameters))
             if quota.cap_key not in COUNTED]
    for name in project.demand:
        if name not in known:
            problem = Text(N_("'demand' names '{name}', which is no further quota. Known are: {known}."), name=name,
                           known=", ".join(known) or "-")
            raise ScenarioError(place=project.id, problem=problem, where={"project": project.id, "field": "demand"})
