"""What rests on a row of parameters in a workspace, so that it cannot vanish; the words its open columns may say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from planner.admission.decision import STATE_TITLES
from planner.errors import StoreRefused
from planner.land.checks import CHECKS
from planner.land.large import LargeLayer
from planner.land.parcel import Layer
from planner.parameters import Parameters
from planner.parameters.stating import Words
from planner.store.parameters import load
from planner.text import N_

if TYPE_CHECKING:
    from planner.desk.desk import Desk

FIGURES = "figures"
NAMED = 5  # things that a sentence names at most


class ParameterUsed(StoreRefused):
    code = "E_PARAMETER_USED"
    sentence = N_("'{name}' cannot vanish on {day}: it is used by {what}.")


def words(parameters: Parameters) -> Words:
    """What the columns of free text may say where the planner knows the words: of a row of a new name too."""
    from planner.formats.schema import ROLES  # its room loads geopandas

    own = load()
    return {
        ("quotas", "numerator"): ("", *dict.fromkeys(row.quota for row in parameters.quotas if row.ledger)),
        ("rules", "check"): tuple(CHECKS), ("rules", "role"): ("", *ROLES),
        ("case_terms", "states"): tuple(STATE_TITLES),
        ("register_rules", "rule"): tuple(dict.fromkeys(row.rule for row in own.register_rules)),
        ("register_rules", "register"): tuple(dict.fromkeys(row.register for row in own.register_rules)),
        ("review", "category"): tuple(dict.fromkeys(row.category for row in own.review)),
        ("grades", "scale"): tuple(dict.fromkeys(row.scale for row in own.grades)),
        ("coefficients", "basis"): ("", "calorific", "equal"), ("relief_costs", "basis"): ("",),
    }


def refuse_used(desk: Desk, table: str, name: str, first: date) -> None:
    """Raises ParameterUsed for a row that something of the workspace rests on from a day on."""
    found = list(USES[table](desk, name, first)) if table in USES else []
    if found:
        what = ", ".join(found[:NAMED]) + (", ..." if len(found) > NAMED else "")
        raise ParameterUsed(name=name, day=first.isoformat(), what=what, where={"table": table, "name": name})


def _land_class(desk: Desk, name: str, first: date) -> Iterator[str]:
    """The layers with patches of a class."""
    for info in desk.layers():
        if any("/".join(pair) == name for pair in _classes(desk.ground.layer(info))):
            yield info.name


def _classes(layer: Layer) -> set[tuple[str, str]]:
    if isinstance(layer, LargeLayer):
        return {(str(row.code_system), str(row.code)) for row in layer.packed.classes}
    if not {"code_system", "code"} <= set(layer.frame.columns):
        return set()
    pairs = layer.frame[["code_system", "code"]].drop_duplicates().itertuples(index=False, name=None)
    return {(str(system), str(code)) for system, code in pairs}


def _quota(desk: Desk, name: str, first: date) -> Iterator[str]:
    """The accounts of a quota from a year on, and the ratios that divide it."""
    for row in desk.book.balances():
        if row.quota == name and row.year >= first.year:
            yield f"{row.park} {row.year}"
    yield from dict.fromkeys(row.quota for row in desk.parameters.quotas
                             if row.numerator == name and (row.valid_to or first) >= first)


def _measure(desk: Desk, name: str, first: date) -> Iterator[str]:
    """The figures of the park that are of a measure."""
    yield from (str(row["id"]) for row in desk.store.rows(FIGURES) if row["measure"] == name)


USES: Mapping[str, Callable[[Desk, str, date], Iterator[str]]] = {
    "land_classes": _land_class, "quotas": _quota, "measures": _measure,
}
