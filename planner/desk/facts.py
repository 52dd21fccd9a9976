"""Figures of the park at the desk: stated with their source, chosen between where they disagree, told to every pen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from planner.admission.facts import Choice, Figure, State, Thing, Told, all_told, of_thing, told
from planner.desk.authority import ANYWHERE, needs, tell
from planner.desk.booking import Document, once
from planner.errors import InputError, StoreRefused, UsageError
from planner.parameters import Parameters
from planner.people import Role
from planner.store.base import Store, Turn
from planner.text import N_, Text, Translate

if TYPE_CHECKING:
    from planner.desk.desk import Desk
    from planner.formats.facts_table import FactRow

FIGURES, CHOICES = "figures", "choices"


class FigureMissing(InputError):
    code = "E_FIGURE"
    sentence = N_("There is no figure '{id}'. Those there are: {known}.")


class NoConflict(StoreRefused):
    code = "E_NO_CONFLICT"
    sentence = N_("Nothing disagrees with figure '{id}': there is nothing to choose.")


def measures(parameters: Parameters) -> dict[str, str]:
    """The measures that figures are of, each with the unit it is printed in."""
    return {row.measure: row.unit for row in parameters.measures}


def measure_titles(parameters: Parameters) -> dict[str, str]:
    """The printed name of each measure, a message id."""
    return {row.measure: row.title for row in parameters.measures}


def figures(where: Store | Turn) -> list[Figure]:
    """Every figure stated, in order."""
    return [
        Figure(row["id"], Thing(row["measure"], row["scope"], row["period"], row["status"]), Decimal(row["value"]),
               row["unit"], row["source"], row["page"], row["actor"], row["day"])
        for row in where.rows(FIGURES)
    ]


def choices(where: Store | Turn) -> list[Choice]:
    """Every choice made, in order."""
    return [Choice(row["id"], row["chosen"], tuple(row["among"]), row["reason"], row["actor"], row["day"])
            for row in where.rows(CHOICES)]


def keep(turn: Turn, rows: Iterable[FactRow], *, actor: str, on: date) -> list[str]:
    """Put figures behind those there are; returns their ids."""
    made = [
        {
            "id": f"F{number}", "measure": row.measure, "scope": row.scope, "period": row.period, "status": row.status,
            "value": str(row.value), "unit": row.unit, "source": row.source, "page": row.page, "actor": actor,
            "day": on.isoformat(),
        }
        for number, row in enumerate(rows, len(turn.rows(FIGURES)) + 1)
    ]
    turn.add(FIGURES, *made)
    return [row["id"] for row in made]


class FactVerbs:
    """The part of the desk that keeps figures of the park."""

    store: Store
    today: Callable[[], date]

    @needs(Role.PLANNER, ANYWHERE)
    def add_fact(self, stated: Mapping[str, Any], *, actor: str, key: str) -> Document:
        """A figure with its source: measure, scope, period, status, value, unit, source, page. Raises RowBad."""
        from planner.formats.facts_table import FactRow, fact_row  # its room loads geopandas

        row = fact_row(1, stated, measures(cast("Desk", self).parameters.of_day(self.today())))
        if not isinstance(row, FactRow):
            raise UsageError(problem=Text(N_("--{option} '{value}' {problem}"), option=row.facts["column"],
                                          value=row.facts["value"], problem=row.facts["problem"]))

        def work(turn: Turn) -> Document:
            (id,) = keep(turn, [row], actor=actor, on=self.today())
            return {"figure": id}

        request = {"verb": "add_fact", **{name: str(value) for name, value in stated.items()}}
        return once(self.store, key=key, request=request, actor=actor, work=work)

    @needs(Role.REVIEWER, ANYWHERE)
    def choose_fact(self, id: str, *, reason: str, actor: str, key: str) -> Document:
        """Prefer a figure to those that disagree with it. Raises FigureMissing, NoConflict, UsageError."""
        if not reason.strip():
            raise UsageError(problem=Text(N_("An entry needs --{option}."), option="reason"))

        def work(turn: Turn) -> Document:
            known = {figure.id: figure for figure in figures(turn)}
            if id not in known:
                raise FigureMissing(id=id, known=", ".join(known) or "-")
            row = of_thing(known.values(), choices(turn), known[id].thing)
            if row.state not in (State.CONFLICT, State.CHOSEN):
                raise NoConflict(id=id)
            among = [figure.id for figure in row.figures]
            made = f"C{len(turn.rows(CHOICES)) + 1}"
            turn.add(CHOICES, {"id": made, "chosen": id, "among": among, "reason": reason.strip(), "actor": actor,
                               "day": self.today().isoformat()})
            before = row.chosen.id if row.chosen else None
            tell(before={"chosen": before}, after={"choice": made, "chosen": id, "among": among, "reason": reason})
            return {"choice": made, "chosen": id, "among": among}

        request = {"verb": "choose_fact", "id": id, "reason": reason}
        return once(self.store, key=key, request=request, actor=actor, work=work)

    @needs(Role.VIEWER, ANYWHERE)
    def facts(self) -> list[Told]:
        """Everything stated, conflicts first."""
        return all_told(figures(self.store), choices(self.store))

    @needs(Role.VIEWER, ANYWHERE)
    def told(self, measure: str, period: str, *, scope: str = "", status: str = "") -> Told:
        """The value or both values of one thing, as whoever prints it must print it."""
        return told(
            figures(self.store), choices(self.store), measure=measure, scope=scope, period=period, status=status
        )


def fact_document(row: Told, say: Translate) -> Document:
    """One row of `facts list`."""
    return {
        **row.thing._asdict(),
        "state": str(row.state),
        "chosen": row.chosen.id if row.chosen else None,
        "text": row.text.say(say),
        "figures": [
            {"figure": f.id, "value": float(f.value), "unit": f.unit, "source": f.source, "page": f.page,
             "actor": f.actor, "on": f.on}
            for f in row.figures
        ],
        "choices": [
            {"choice": c.id, "chosen": c.chosen, "among": list(c.among), "reason": c.reason, "actor": c.actor,
             "on": c.on, "in_force": c == row.choice}
            for c in row.history
        ],
    }
