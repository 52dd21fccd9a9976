"""What a scenario prints: its budgets by year before and after the queue, why each project is refused, the chart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.admission.headline import quota_title
from planner.admission.outcome import BalanceRow, Judged, Simulation
from planner.desk.meeting_tables import ROUNDED, Cell, plain
from planner.figures import UNKNOWN, figure, places
from planner.parameters import Parameters
from planner.sheets.sheet import Chart, Row, Table
from planner.text import N_, Text
from planner.units import rounded, rounded_parts
from planner.verdict import Verdict, gravity

ENERGY = "energy_tce"
STATE_WORDS = {
    "fits": N_("fits"), "warn": N_("warning"), "exceeds": N_("exceeds quota"), "unknown": N_("not checkable"),
    "uncapped": N_("no cap"),
}


def why(answer: Judged, parameters: Parameters) -> Text:
    """What decides the verdict of a project, with its figure."""
    bound = answer.binding
    if bound is None:
        return Text(N_("fits every budget of the years shown") if answer.verdict == Verdict.FITS else
                    N_("fits, but a budget is nearly used up"))
    if bound.quota is None or bound.short_by is None:
        return bound.why or (answer.notes[0] if answer.notes else UNKNOWN)
    return Text(N_("{quota} {year} is short by {short}"), quota=quota_title(bound.quota, parameters),
                year=bound.year or "", short=figure(bound.short_by, bound.unit))


def scenario_findings(run: Simulation, parameters: Parameters) -> list[Row]:
    """Each project with its verdict and why, those refused first, with who used what it lacks."""
    def used(answer: Judged) -> Text | None:
        bound = answer.binding
        if bound is None or not bound.used_by:
            return None
        return _row([Text("{name} {amount}", name=draw.name or draw.id, amount=figure(draw.amount, bound.unit))
                     for draw in bound.used_by[:3]])

    rows = [Row(Text(N_("{name}: {why}"), name=one.name or one.id, why=why(one, parameters)), "", used(one),
                one.verdict) for one in run.projects]
    return sorted(rows, key=lambda row: gravity(row.sign or Verdict.FITS), reverse=True)


def _row(texts: Sequence[Text]) -> Text:
    first, *rest = texts
    return Text("{first}; {rest}", first=first, rest=_row(rest)) if rest else first


def scenario_balances(run: Simulation, parameters: Parameters) -> Table:
    """Every budget by year: the cap with what was transferred and carried, what stands before the candidates, what
    they take, what is left."""
    heads = tuple(map(Text, (N_("Quota"), N_("Year"), N_("Cap"), N_("Baseline"), N_("Committed"), N_("Ended"),
                             N_("Candidates"), N_("Left after"), N_("Verdict"))))
    rows = [_balance(row, parameters) for row in run.balance]
    notes = (ROUNDED, Text(N_("The cap includes what was transferred and carried over.")))
    graves = [float(Verdict.__members__.get(row.state.upper(), Verdict.FITS)) for row in run.balance]
    return Table("balances", Text(N_("Balances by year")), heads, rows, notes, graves)


def _balance(row: BalanceRow, parameters: Parameters) -> tuple[Cell, ...]:
    label = quota_title(row.quota, parameters)
    if row.substation:
        label = Text("{quota} {substation}", quota=label, substation=row.substation)
    parts = (row.baseline, row.committed, -row.retired if row.retired else 0.0, row.candidates, row.left)
    whole = None if row.cap is None else row.cap + row.transferred + row.carried
    cells: Sequence[Decimal | float | None] = parts
    if None not in parts and whole is not None:
        cells = rounded_parts([part or 0.0 for part in parts], places(row.unit), rounded(whole, places(row.unit)))
    state = STATE_WORDS.get(row.state, row.state)
    return (label, plain(row.year), figure(whole, row.unit), *(figure(cell, row.unit) for cell in cells), Text(state))


def balance_chart(run: Simulation, parameters: Parameters) -> Chart | None:
    """The budget that refuses most projects, by year; total energy where none does."""
    counts: dict[str, int] = {}
    for one in run.projects:
        if one.binding is not None and one.binding.quota:
            counts[one.binding.quota] = counts.get(one.binding.quota, 0) + 1
    order = [*sorted(counts, key=lambda quota: -counts[quota]), ENERGY]
    for quota in order:
        row = parameters.quota(quota)
        rows = [one for one in run.balance if one.quota == quota and one.substation is None and one.cap is not None
                and one.park != "LIST"]
        if rows and row is not None and row.kind != "ratio":
            return _chart(rows, quota, parameters)
    return None


def _chart(rows: Sequence[BalanceRow], quota: str, parameters: Parameters) -> Chart:
    unit = rows[0].unit

    def printed(value: float | None) -> Decimal | None:
        return None if value is None else rounded(value, places(unit))

    def standing(row: BalanceRow) -> float | None:
        return None if row.baseline is None or row.committed is None else row.baseline + row.committed - row.retired

    return Chart(
        quota_title(quota, parameters), Text(unit), [row.year for row in rows],
        ((Text(N_("Used before")), [printed(standing(row)) for row in rows]),
         (Text(N_("Candidates")), [printed(row.candidates) for row in rows])),
        (Text(N_("Cap")), [printed((row.cap or 0.0) + row.transferred + row.carried) for row in rows]),
    )
