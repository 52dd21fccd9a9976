"""Who reviews a project: the rules of the day of application, as rows.

A category whose ``below`` rows all hold, each strictly ("below 1 000" does not hold at 1 000.0), frees the project;
else the ``from`` row with the highest limit reached decides. The measure is energy on the calorific value, before
deductions: the thresholds convert electricity so (Order 2 of 2023; Order 31 of 2025).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from planner.energy.answer import Review
from planner.energy.load import Load
from planner.errors import InputError
from planner.parameters import Threshold, in_force
from planner.text import N_


class ReviewMissing(InputError):
    code = "E_PARAMETER"
    sentence = N_("No review rule is in force on {on}. Choose a later day of application, or add a row.")


def measures(load: Load) -> Mapping[str, float]:
    """What the thresholds look at."""
    # A milligram's precision: 0.1229 x ... must not fall below a threshold by binary noise alone.
    figures = {"energy_tce": load.calorific_tce, "electricity_mwh": load.electricity_mwh, "coal_t": load.coal_t}
    return {name: round(value, 9) for name, value in figures.items()}


def category(load: Load, rows: Iterable[Threshold], on: date) -> Threshold | None:
    """The row that decides on a day, None where no row applies."""
    dated = [row for row in rows if in_force(row, on)]
    values = measures(load)
    for name in dict.fromkeys(row.category for row in dated if row.test == "below"):
        freeing = [row for row in dated if row.category == name and row.test == "below"]
        if all(values[row.measure] < row.limit for row in freeing):
            return freeing[0]
    reached = [row for row in dated if row.test == "from" and values[row.measure] >= row.limit]
    return max(reached, key=lambda row: row.limit, default=None)


def review(load: Load, rows: Iterable[Threshold], on: date) -> Review:
    """Who reviews the project's energy when it applies ``on`` a day. Raises ReviewMissing where no row is in force."""
    row = category(load, rows, on)
    if row is None:
        raise ReviewMissing(on=on.isoformat())
    return Review(row.category, row.source)
