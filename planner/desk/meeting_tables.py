"""The tables that a meeting reads: every cell is printed here, once, so that no two papers can differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from planner.admission.displaced import Displaced
from planner.admission.facts import STATUS_WORDS, Told
from planner.admission.headline import name, quota_title
from planner.admission.outcome import Judged
from planner.desk.documents_book import legs
from planner.desk.paper import BASES, ROUNDED
from planner.energy.demand import Demand
from planner.energy.project import Project
from planner.figures import exact, figure, places
from planner.parameters import Coefficient, Parameters, in_force
from planner.quota.balances import AccountBalance
from planner.quota.entries import Entry
from planner.sheets.sheet import Row, Table
from planner.store.base import LayerInfo
from planner.text import N_, Text
from planner.units import ha, rounded, rounded_parts, shown
from planner.verdict import gravity

STATUSES = {
    "verified": N_("verified"), "unverified": N_("unverified"), "inferred": N_("inferred"),
    "illustrative": N_("illustrative"),
}
PROJECT_STATUSES = {"candidate": N_("candidate"), "committed": N_("approved")}
Cell = str | Text


def status_word(status: str) -> Cell:
    """How sure a row is, in words."""
    return Text(STATUSES[status]) if status in STATUSES else status


def basis_word(basis: str) -> Cell:
    """The basis of a figure in words; empty for one that has none."""
    return Text(BASES[basis]) if basis in BASES else basis


def number(value: float | Decimal | int | None) -> Cell:
    """A number without a unit; an empty cell where there is none."""
    return "" if value is None else Text("{value:,}", value=exact(value))


def listed(names: Sequence[str]) -> Text:
    """Names in a row: of each that is written in both languages, a reader gets one."""
    return Text("{names}", names=", ".join(names))


def plain(value: int | None) -> str:
    """A year or a count that is not grouped."""
    return "" if value is None else str(value)


def money(value: float | None) -> Cell:
    """Ten thousand yuan; empty where not stated."""
    return "" if value is None else figure(value, "wan_yuan")


def rows_table(key: str, title: str, rows: Iterable[Row], columns: Sequence[Text]) -> Table:
    """Printed rows of a sheet as a table: verdict, what, its figures, the basis."""
    heads = (Text(N_("Verdict")), Text(N_("What")), *columns, Text(N_("Basis")))
    cells, graves = [], []
    for row in rows:
        graves.append(gravity(row.sign) if row.sign is not None else 0.0)
        figures = [*row.cells, *[""] * (len(columns) - len(row.cells))]
        cells.append((name(row.sign) if row.sign is not None else "", row.label, *figures, row.note or ""))
    return Table(key, Text(title), heads, cells, graves=graves)


def takes_table(rows: Sequence[Row]) -> Table:
    """What the parcel takes, in the words of its rows."""
    heads = (Text(N_("What")), Text(N_("Amount")), Text(N_("Basis")))
    cells = [(row.label, row.cells[0] if row.cells else "", row.note or "") for row in rows]
    return Table("takes", Text(N_("What the parcel takes")), heads, cells, (ROUNDED,))


def demand_table(demands: Sequence[tuple[str, Demand]]) -> Table:
    """Each step of the energy and carbon of projects: the formula as text, its result, coefficient, source, status."""
    heads = tuple(map(Text, (N_("Project"), N_("Formula"), N_("Result"), N_("Coefficient"), N_("Basis"), N_("Source"),
                             N_("Status"))))
    rows: list[tuple[Cell, ...]] = []
    for project, demand in demands:
        for step in demand.steps:
            result = figure(step.value, step.unit)
            said = step.what if step.coefficient is None else Text(
                N_("{what}, with {coefficient}: {result}"), what=step.what, coefficient=exact(step.coefficient),
                result=result)
            rows.append((project, said, result, number(step.coefficient), basis_word(step.basis), step.source,
                         status_word(step.status)))
        for what, value, unit in (
            (N_("energy at full load"), demand.energy_tce, "tce"), (N_("counted energy"), demand.counted_tce, "tce"),
            (N_("electricity"), demand.electricity_mwh, "mwh"), (N_("carbon"), demand.carbon_tco2, "tco2"),
        ):
            rows.append((project, Text(what), figure(value, unit), "", basis_word(demand.basis), "", ""))
    return Table("demand", Text(N_("Demand")), heads, rows)


def balances_table(
    accounts: Iterable[AccountBalance], parameters: Parameters, asked: Mapping[tuple[str, int], tuple[Cell, Cell]]
) -> Table:
    """The accounts of a park by quota and year, before the case and after it. ``asked`` gives what the case asks and
    what is left, as printed elsewhere."""
    heads = tuple(map(Text, (N_("Quota"), N_("Year"), N_("Granted"), N_("Opened"), N_("Reserved"), N_("Committed"),
                             N_("Free before"), N_("Asked"), N_("Left after"))))
    rows: list[tuple[Cell, ...]] = []
    for account in accounts:
        quota = parameters.quota(account.quota)
        if quota is None:
            continue
        unit, size = _shown(quota.unit)
        granted, opened, reserved, committed, free = (
            size(shown(amount, quota.unit)) for amount in
            (account.granted, account.opened, account.reserved, account.committed, account.free))
        whole, rest = rounded(granted, places(unit)), rounded(free, places(unit))
        # What is free is printed elsewhere too: it keeps its own rounding, the others share what is left.
        used = rounded_parts([opened, reserved, committed], places(unit), whole - rest)
        figures = (figure(value, unit) for value in (whole, *used, rest))
        wanted, left = asked.get((account.quota, account.year), ("", figure(rest, unit)))
        rows.append((quota_title(account.quota, parameters), plain(account.year), *figures, wanted, left))
    return Table("balances", Text(N_("Balances by year")), heads, rows, (ROUNDED,))


def _shown(unit: str) -> tuple[str, Callable[[float], float]]:
    """The unit in which an amount is printed, and how it gets there."""
    return ("ha", ha) if unit == "m2" else (unit, lambda amount: amount)


def ledger_table(entries: Iterable[Entry], park: str, parameters: Parameters) -> Table:
    """Every movement of a park's accounts, newest last, amounts as the book holds them."""
    heads = tuple(map(Text, (N_("Entry"), N_("Day"), N_("Kind"), N_("Account"), N_("Amount"), N_("Unit"),
                             N_("Reference"), N_("Document"), N_("Person"))))
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        draft = entry.draft
        for leg in legs(entry, parameters):
            if leg["park"] == park:
                quota = parameters.quota(leg["quota"])
                rows.append((plain(entry.seq), draft.on.isoformat(), Text(str(draft.kind)), leg["account"],
                             number(leg["amount"]), quota.unit if quota else "", leg["ref"] or draft.ref, draft.basis,
                             draft.actor))
    return Table("ledger", Text(N_("Ledger")), heads, rows)


def projects_table(projects: Sequence[Project], answers: Mapping[str, Judged], why: Callable[[Judged], Text]) -> Table:
    """The queue: what each project brings, its verdict and what decides it."""
    heads = tuple(map(Text, (N_("Project"), N_("Name"), N_("Status"), N_("Start"), N_("Verdict"), N_("Why"),
                             N_("Counted energy"), N_("Value added"), N_("Tax"), N_("Investment"), N_("Jobs"))))
    rows: list[tuple[Cell, ...]] = []
    for project in projects:
        answer = answers.get(project.id)
        energy = [year.counted_tce for year in answer.demand.values()] if answer else []
        most = figure(None if not energy or None in energy else max(energy, default=0.0), "tce")  # type: ignore[type-var]
        rows.append((
            project.id, project.called, Text(PROJECT_STATUSES.get(project.status, project.status)),
            plain(project.start), name(answer.verdict) if answer else "", why(answer) if answer else "", most,
            money(project.value_added_wan_yuan), money(project.tax_wan_yuan), money(project.investment_wan_yuan),
            number(project.jobs)))
    notes = (Text(N_("Counted energy is that of the greatest year shown.")),)
    graves = [gravity(answers[one.id].verdict) if one.id in answers else 0.0 for one in projects]
    return Table("projects", Text(N_("Projects")), heads, rows, notes, graves)


def displaced_table(rows: Iterable[Displaced], names: Mapping[str, str]) -> Table:
    """Whom each project keeps out, and what those would bring."""
    heads = tuple(map(Text, (N_("Project"), N_("Keeps out"), N_("Value added"), N_("Tax"), N_("Jobs"))))
    cells = [
        (names.get(row.id, row.id), listed([names.get(id, id) for id in row.keeps_out]),
         figure(row.value_added_wan_yuan, "wan_yuan"), figure(row.tax_wan_yuan, "wan_yuan"), number(row.jobs))
        for row in rows if row.keeps_out
    ]
    notes = () if cells else (Text(N_("No project is kept out.")),)
    return Table("displaced", Text(N_("What it displaces")), heads, cells, notes)


def ways_out_table(rows: Iterable[Sequence[Cell]], notes: Sequence[Text] = ()) -> Table:
    """What would do: of which parcel or project, how, what it is then, and what it costs."""
    heads = tuple(map(Text, (N_("Of"), N_("Way out"), N_("Then"), N_("Cost"))))
    return Table("ways_out", Text(N_("Alternatives and ways out")), heads, [*rows], notes)


def parameters_table(parameters: Parameters, on: date) -> Table:
    """Every coefficient, rule and quota in force on a day, with unit, days, status and source."""
    heads = tuple(map(Text, (N_("Parameter"), N_("Value"), N_("Unit"), N_("Basis"), N_("In force from"),
                             N_("In force to"), N_("Status"), N_("Source"))))
    rows: list[tuple[Cell, ...]] = [
        (row.name, number(row.value), row.unit, basis_word(row.basis), _day(row.valid_from), _day(row.valid_to),
         status_word(row.status), row.source)
        for row in _coefficients(parameters, on)
    ]
    rows += [
        (Text(rule.title), number(rule.limit), rule.unit, "", _day(rule.valid_from), _day(rule.valid_to),
         status_word(rule.status), rule.source)
        for rule in parameters.rules if in_force(rule, on)
    ]
    rows += [
        (Text(quota.title), "", quota.unit, "", _day(quota.valid_from), "", status_word(quota.status),
         quota.source)
        for quota in parameters.quotas_on(on)
    ]
    return Table("parameters", Text(N_("Parameters and sources")), heads, rows)


def _coefficients(parameters: Parameters, on: date) -> list[Coefficient]:
    return [row for row in (*parameters.coefficients, *parameters.relief_costs) if in_force(row, on)]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def layers_table(layers: Iterable[LayerInfo], titles: Mapping[str, str]) -> Table:
    """The ground that was looked at: version, vintage, system and source of each layer."""
    heads = tuple(map(Text, (N_("Layer"), N_("Name"), N_("Version"), N_("Data of"), N_("Features"),
                             N_("Coordinate system"), N_("Source"), N_("Status"))))
    rows = [
        (Text(titles.get(info.role, info.role)), info.name, plain(info.version), _day(info.as_of),
         number(info.features), info.crs, info.source or Text(N_("source not stated")),
         Text(N_("illustrative")) if info.illustrative else "")
        for info in layers
    ]
    return Table("layers", Text(N_("Layers")), heads, rows)


def facts_table(rows: Iterable[Told], titles: Mapping[str, str]) -> Table:
    """Figures of the park as documents state them; where two disagree both are printed."""
    heads = tuple(map(Text, (N_("Figure"), N_("Of"), N_("Period"), N_("Status"), N_("Stated"))))
    cells = [
        (Text(titles.get(row.thing.measure, row.thing.measure)), row.thing.scope, row.thing.period,
         Text(STATUS_WORDS[row.thing.status]), row.text)
        for row in rows
    ]
    return Table("facts", Text(N_("Stated figures")), heads, cells)
