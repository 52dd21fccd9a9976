"""The yearly demand of one project, on the basis of the call or of a workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from planner.desk.opening import project_from_file
from planner.energy.answer import Demand
from planner.energy.carriers import Basis
from planner.energy.demand import demand
from planner.errors import UsageError
from planner.store.parameters import load
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.desk import Desk

BASES = ("calorific", "equal")


def demand_of_file(
    path: Path,
    *,
    on: date | None = None,
    basis: str | None = None,
    equal_value: float | None = None,
    desk: Desk | None = None,
) -> Demand:
    """`planner demand`: full load, calorific unless asked otherwise (or the workspace's basis, where one is given).

    Raises UsageError for a basis that is not known or an equal value without it, ScenarioError for the file.
    """
    if basis is not None and basis not in BASES:
        raise UsageError(problem=Text(N_("--basis {word}: use calorific or equal"), word=basis))
    if basis == "equal" and equal_value is None:
        raise UsageError(problem=Text(N_("--basis equal needs --equal-value, the kgce that one kWh stands for")))
    project = project_from_file(path)
    kept, own = workspace_basis(desk) if desk else ("unknown", None)
    stated: Basis = "equal" if basis == "equal" else "calorific"
    chosen = stated if basis is not None or kept == "unknown" else kept
    value = equal_value if equal_value is not None else own
    when = on or project.on or date.today()
    return demand(project, desk.parameters if desk else load(), on=when, basis=chosen, equal_value=value)


def workspace_basis(desk: Desk) -> tuple[Basis, float | None]:
    """The basis of a workspace's energy quota, and its own equal value in kgce/kWh where it has one."""
    from planner.desk.look import energy_basis, equal_value  # looks at land too, which a project alone does not need

    settings = desk.settings()
    return energy_basis(settings), equal_value(settings)
