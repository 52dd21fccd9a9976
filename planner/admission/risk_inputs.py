"""Uncertain inputs of projects: triangular ranges by dotted path, quasi-random draws, and what a project asks in each.

What a project asks is mostly a product of its inputs, so its answers at the corners of their ranges give every answer
between. Where that does not hold (a deduction at its limit), each draw is worked out by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from pydantic import BaseModel

from planner.admission.budgets import Key
from planner.admission.entrant import Entrant
from planner.admission.highs import Floats
from planner.energy.project import Project, fields_of, project_from
from planner.errors import ScenarioError
from planner.text import N_, Text

# Draws at which the corners are put to the test, how near they must come, and how many inputs they are tried for.
TESTED, NEAR, MOST_CORNERS = 16, 1e-9, 6

Entered = Callable[[Project], Entrant]


@dataclass(frozen=True)
class Input:
    """One uncertain figure of a project: triangular between ``low`` and ``high`` with its peak at ``mode``."""

    project: str
    path: str
    low: float
    mode: float
    high: float

    @property
    def name(self) -> str:
        return f"{self.project}.{self.path}"

    def at(self, share: Floats) -> Floats:
        """The figure below which the given shares of all cases lie (the inverse of the distribution)."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.mode)
        peak = (self.mode - self.low) / width
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share < peak, rising, falling)


@dataclass(frozen=True)
class Asked:
    """What one project asks of each budget: amounts, numerators and value added by key, for one case or for many."""

    amounts: Mapping[Key, Floats]
    numerators: Mapping[Key, Floats]
    added: Mapping[Key, Floats]


@dataclass(frozen=True)
class Mixed:
    """What a project asks in many draws: the sum of parts (each budget's J figures), each times its coefficient in a
    draw (J x draws)."""

    parts: Asked
    coefficients: Floats

    def summed(self) -> Asked:
        """What is asked in each draw."""
        return Asked(*({key: row @ self.coefficients for key, row in table.items()}
                       for table in (self.parts.amounts, self.parts.numerators, self.parts.added)))

    def shortest(self) -> Mixed:
        """The same with no more parts than there are figures."""
        figures = len(self.parts.amounts) + len(self.parts.numerators) + len(self.parts.added)
        return self if len(self.coefficients) <= figures else _apart(self.summed(), self.coefficients.shape[1])


Response = Callable[[Floats], Mixed]


def inputs_of(project: Project) -> list[Input]:
    """The uncertain inputs of a project, each range tried at its ends. Raises ScenarioError for one that fits not."""
    found = [Input(project.id, path, *figures) for path, figures in project.uncertain.items()]
    for one in found:
        for value in (one.low, one.high):
            project_from(_put(fields_of(project), one.path.split("."), value, project.id),
                         place=f"project '{project.id}' uncertain '{one.path}'")
        if isinstance(_figure(project, one.path), bool | int):
            problem = Text(N_("'{path}' is a whole number or a yes; only figures can be uncertain"), path=one.path)
            raise ScenarioError(place=project.id, problem=problem, where={"project": project.id, "field": one.path})
    return found


def drawn(count: int, inputs: int, seed: int) -> Floats:
    """Shares between 0 and 1, (inputs, count), spread evenly by a scrambled Sobol sequence. Same seed, same shares.

    I. Sobol', On the distribution of points in a cube, USSR Comp. Math. 7 (1967); A. Owen, scrambling (1998).
    """
    if not inputs:
        return np.zeros((0, count))
    # Loaded when asked for: it takes longer than most answers that need no chance.
    from scipy.stats import qmc

    sequence = qmc.Sobol(inputs, scramble=True, rng=np.random.default_rng(seed))
    points: Floats = sequence.random_base2(max(1, (count - 1).bit_length()))[:count].T
    return points


def response(project: Project, inputs: list[Input], entered: Entered) -> Response:
    """What the project asks as a function of its inputs' figures, (inputs, draws)."""
    base = asked(entered(project))
    if not inputs:
        return lambda figures: Mixed(base, np.ones((1, figures.shape[1])))
    if len(inputs) <= MOST_CORNERS:
        corners = _corners(project, inputs, entered)
        trial = np.array([one.at(row) for one, row in zip(inputs, drawn(TESTED, len(inputs), 0), strict=True)])
        if _agrees(corners(trial).summed(), _each(project, inputs, entered, trial)):
            return corners
    return lambda figures: _apart(_each(project, inputs, entered, figures), figures.shape[1])


def asked(one: Entrant) -> Asked:
    """What an entrant asks, for one case."""
    return Asked({key: np.array([ask.amount or 0.0]) for key, ask in one.asks.items()},
                 {key: np.array([share.numerator or 0.0]) for key, share in one.shares.items()},
                 {key: np.array([share.value_added]) for key, share in one.shares.items()})


def _each(project: Project, inputs: list[Input], entered: Entered, figures: Floats) -> Asked:
    """Every draw worked out by itself."""
    return _side_by_side([asked(entered(placed(project, inputs, column))) for column in figures.T])


def _apart(whole: Asked, draws: int) -> Mixed:
    """Draws that have no parts in common: each figure is a part of its own, the draws are its coefficients."""
    rows = [row for table in (whole.amounts, whole.numerators, whole.added) for row in table.values()]
    units, place = np.eye(len(rows)), iter(range(len(rows)))
    tables = ({key: units[next(place)] for key in table} for table in (whole.amounts, whole.numerators, whole.added))
    return Mixed(Asked(*tables), np.array(rows).reshape(len(rows), draws))


def _corners(project: Project, inputs: list[Input], entered: Entered) -> Response:
    """Every draw as a mean of the corners of the ranges, weighted by how near it lies to each."""
    ends = list(product((0, 1), repeat=len(inputs)))
    worked = _side_by_side([asked(entered(placed(project, inputs, np.array([(one.low, one.high)[end] for one, end in
                                                                            zip(inputs, corner, strict=True)]))))
                            for corner in ends])

    def at(figures: Floats) -> Mixed:
        shares = np.array([(row - one.low) / ((one.high - one.low) or 1.0)
                           for one, row in zip(inputs, figures, strict=True)])
        weights = np.array([np.prod([row if end else 1 - row for row, end in zip(shares, corner, strict=True)], axis=0)
                            for corner in ends])
        return Mixed(worked, weights)

    return at


def _side_by_side(cases: list[Asked]) -> Asked:
    """One column a case."""
    def tables(name: str) -> dict[Key, Floats]:
        keys = dict.fromkeys(key for case in cases for key in getattr(case, name))
        return {key: np.array([getattr(case, name).get(key, _NOTHING)[0] for case in cases]) for key in keys}

    return Asked(tables("amounts"), tables("numerators"), tables("added"))


def _agrees(one: Asked, other: Asked) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("amounts", "numerators", "added")]
    return all(np.allclose(left.get(key, 0.0), right.get(key, 0.0), rtol=NEAR, atol=NEAR)
               for left, right in pairs for key in {*left, *right})


def placed(project: Project, inputs: list[Input], figures: Floats) -> Project:
    """The project with figures in the places of its uncertain inputs."""
    for one, value in zip(inputs, figures, strict=True):
        project = _with(project, one.path.split("."), float(value))
    return project


def _with(table: Any, path: list[str], value: float) -> Any:
    """A copy of a checked table with one figure changed."""
    new = value if len(path) == 1 else _with(getattr(table, path[0]), path[1:], value)
    return table.model_copy(update={path[0]: new})


def _figure(table: Any, path: str) -> Any:
    for name in path.split("."):
        table = getattr(table, name, None) if isinstance(table, BaseModel) else None
    return table


def _put(fields: dict[str, Any], path: list[str], value: float, id: str) -> dict[str, Any]:
    """The fields of a file with one figure changed."""
    inner = fields.get(path[0], {}) if len(path) > 1 else {}
    if len(path) > 1 and path[0] not in fields:
        problem = Text(N_("the uncertain '{path}' names a table that the project does not have"), path=".".join(path))
        raise ScenarioError(place=id, problem=problem, where={"project": id, "field": ".".join(path)})
    return {**fields, path[0]: value if len(path) == 1 else _put(inner, path[1:], value, id)}


_NOTHING = np.zeros(1)
