"""Which quotas a project on a national or provincial list is freed of."""

from __future__ import annotations

from planner.energy.project import Project
from planner.errors import ScenarioError
from planner.parameters import Parameters
from planner.text import N_, Text


def listed_quotas(project: Project, parameters: Parameters) -> frozenset[str]:
    """The ledger names of the quotas charged to LIST instead of the park.

    ``listed = true`` covers every listable quota, a list of names (ledger names or cap keys) only those. Raises
    ScenarioError for a name that is not known, and for one that no list covers (offsets are always the park's).
    """
    covered = frozenset(quota.quota for quota in parameters.quotas if quota.listable)
    if isinstance(project.listed, bool):
        return covered if project.listed else frozenset()
    named = [parameters.quota(name) for name in project.listed]
    for name, quota in zip(project.listed, named, strict=True):
        if quota is None or quota.quota not in covered:
            known = ", ".join(quota.cap_key for quota in parameters.quotas if quota.listable)
            problem = Text(N_("'listed' names '{name}', which no list covers. A list covers: {known}."), name=name,
                           known=known)
            raise ScenarioError(place=project.id, problem=problem, where={"project": project.id, "field": "listed"})
    return frozenset(quota.quota for quota in named if quota)
