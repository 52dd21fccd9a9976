"""The report of a year as a sheet: every cell is printed here, once, so that document and workbook cannot differ."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.admission.headline import name
from planner.admission.year import Asked, Budget, Started, SubPark, YearReport
from planner.desk.meeting_tables import Cell, listed, number, plain
from planner.desk.paper import BASES
from planner.figures import area, figure, quota_figure
from planner.sheets.sheet import Row, Sheet, Table, TitleBlock
from planner.text import N_, Text
from planner.words import translator

MEASURES = {"investment": N_("Investment"), "output": N_("Output"), "tax": N_("Tax")}
STATES = {"kept": N_("kept"), "missed": N_("missed"), "waiting": N_("not yet due"), "unknown": N_("unknown")}
STATUSES = {"committed": N_("committed"), "candidate": N_("candidate")}
NOT_STATED = Text(N_("not stated"))


def year_sheet(report: YearReport, run_hash: str, *, lang: str, block: TitleBlock | None = None) -> Sheet:
    """The sheet of a report. It holds no land: it is read as a document and as a workbook."""
    return Sheet(
        title=Text(N_("Land and energy of {park} in {year}"), park=report.park, year=report.year),
        parcel_id="", parcel=None, verdict=None, headline=_headline(report), takes=(), findings=(), quotas=(),
        layers=(), pieces=(), sources=(), notes=(), plane_crs="", printed_at=report.printed_at, run_hash=run_hash,
        illustrative=report.illustrative, translate=translator("zh" if lang == "both" else lang), lang=lang,
        title_block=block or TitleBlock(),
        about=_about(report, run_hash),
        tables=(_use(report), _by_sub_park(report), _projects(report), _supplied(report), _contracts(report),
                _asked(report), _facts(report)),
    )


def _headline(report: YearReport) -> Text:
    """The year in one sentence."""
    over = sum(row.over for row in report.budgets if row.year == report.year)
    said = N_("{started} projects start, {supplied} parcels were supplied, {over} budgets of the year are exceeded, "
              "{asked} quotas are asked for.")
    return Text(said, started=len(report.started), supplied=len(report.supplied), over=over, asked=len(report.asked))


def _about(report: YearReport, run_hash: str) -> tuple[Row, ...]:
    rows: Sequence[tuple[str, str | Text]] = (
        (N_("Park"), report.park), (N_("As of"), report.on.isoformat()),
        (N_("Energy basis"), Text(BASES.get(report.basis, report.basis))), (N_("Parameters"), report.parameters),
        (N_("Head of the book"), report.head[:16]), (N_("Run hash"), run_hash),
        (N_("Printed"), f"{report.printed_at:%Y-%m-%d %H:%M}"),
    )
    return tuple(Row(Text(label), value) for label, value in rows)


def _heads(*names: str) -> tuple[Text, ...]:
    return tuple(map(Text, names))


def _use(report: YearReport) -> Table:
    heads = _heads(N_("Quota"), N_("Year"), N_("Granted"), N_("Used"), N_("Reserved"), N_("Free"),
                   N_("Used of the cap"), N_("State"))
    return Table("use", Text(N_("Use of land and energy against the caps")), heads,
                 [_budget(row) for row in report.budgets])


def _budget(row: Budget) -> tuple[Cell, ...]:
    figures = (quota_figure(value, row.unit) for value in (row.granted, row.used, row.reserved, row.free))
    return (row.title, plain(row.year), *figures, _share(row.used, row.granted),
            Text(N_("over the cap")) if row.over else Text(N_("within the cap")))


def _share(part: float | Decimal, whole: float | Decimal) -> Text:
    """What is used of a cap, in hundredths; of no cap nothing can be said."""
    return figure(float(part) / float(whole) * 100, "percent") if whole else Text(N_("no cap"))


def _by_sub_park(report: YearReport) -> Table:
    heads = _heads(N_("Sub-park"), N_("Year"), N_("New construction land"), N_("Used of the cap"), N_("Energy"),
                   N_("Used of the cap"))
    rows: list[tuple[Cell, ...]] = []
    for year in dict.fromkeys(row.year for row in report.sub_parks):
        of_year = [row for row in report.sub_parks if row.year == year]
        rows += [_sub_park(row) for row in of_year]
        rows.append(_sub_park(_total(of_year), Text(N_("Total"))))
    note = Text(N_("Parts are rounded by the largest remainder, so that they add up to the total."))
    return Table("sub_parks", Text(N_("Used by sub-park")), heads, rows, (note,))


def _total(rows: Sequence[SubPark]) -> SubPark:
    first = rows[0]
    return SubPark(first.year, "", "", sum((row.land_ha for row in rows), Decimal(0)),
                   sum((row.energy_tce for row in rows), Decimal(0)), first.land_cap_ha, first.energy_cap_tce)


def _sub_park(row: SubPark, called: Text | None = None) -> tuple[Cell, ...]:
    place: Cell = called or row.name or Text(N_("sub-park not known"))
    return (place, plain(row.year), figure(row.land_ha, "ha"), _share(row.land_ha, row.land_cap_ha),
            figure(row.energy_tce, "tce"), _share(row.energy_tce, row.energy_cap_tce))


def _projects(report: YearReport) -> Table:
    heads = _heads(N_("Project"), N_("Status"), N_("Verdict"), N_("Energy"), N_("Investment"), N_("Value added"),
                   N_("Tax"), N_("Jobs"))
    return Table("started", Text(N_("Projects whose start lies in the year")), heads,
                 [_started(row) for row in report.started])


def _started(row: Started) -> tuple[Cell, ...]:
    money = (NOT_STATED if value is None else figure(value, "wan_yuan")
             for value in (row.investment_wan_yuan, row.value_added_wan_yuan, row.tax_wan_yuan))
    return (row.name, Text(STATUSES.get(row.status, row.status)), name(row.verdict), figure(row.counted_tce, "tce"),
            *money, NOT_STATED if row.jobs is None else number(row.jobs))


def _supplied(report: YearReport) -> Table:
    heads = _heads(N_("Case"), N_("Parcel"), N_("Area"), N_("Date"), N_("Document"))
    return Table("supplied", Text(N_("Parcels supplied")), heads,
                 [(row.case, row.parcel, area(row.area_m2), row.on.isoformat(), row.document)
                  for row in report.supplied])


def _contracts(report: YearReport) -> Table:
    heads = _heads(N_("Contract"), N_("Party"), N_("Promise"), N_("Due"), N_("State"), N_("Figures"))
    rows = [(row.contract, row.party, Text(MEASURES[row.measure]), plain(row.due), Text(STATES[row.state]), row.said)
            for row in report.promises]
    counts = {state: sum(row.state == state for row in report.promises) for state in STATES}
    said = Text(N_("{kept} kept, {missed} missed, {waiting} not yet due, {unknown} unknown."), **counts)
    return Table("contracts", Text(N_("Access contracts kept")), heads, rows, (said,) if rows else ())


def _asked(report: YearReport) -> Table:
    heads = _heads(N_("Quota"), N_("Year"), N_("Asked for"), N_("All candidates need"), N_("Free"),
                   N_("Refused for want of it"), N_("Value added"), N_("Tax"), N_("Jobs"))
    notes = [_reason(row) for row in report.asked if row.refused]
    if report.unknown:
        notes.append(Text(N_("Not judged, because a figure is missing: {ids}."), ids=", ".join(report.unknown)))
    return Table("asked", Text(N_("Quotas asked from the province")), heads, [_ask(row) for row in report.asked], notes)


def _ask(row: Asked) -> tuple[Cell, ...]:
    figures = (figure(value, row.unit) for value in (row.amount, row.wanted, row.free))
    got = row.earned
    brings = (figure(got.value_added_wan_yuan, "wan_yuan"), figure(got.tax_wan_yuan, "wan_yuan"), number(got.jobs))
    return (row.title, plain(row.year), *figures, listed(row.refused_names) if row.refused else "-",
            *(brings if row.refused else ("", "", "")))


def _reason(row: Asked) -> Text:
    """Why it is asked: who waits for it and what they would bring."""
    got = row.earned
    said = N_("{quota}: {count} projects are refused for want of it; together they would bring {value_added:,.2f} x "
              "10,000 yuan of value added and {tax:,.2f} of tax a year, and {jobs:,.0f} jobs ({unstated} of them leave "
              "a figure out).")
    return Text(said, quota=row.title, count=len(row.refused), value_added=got.value_added_wan_yuan,
                tax=got.tax_wan_yuan, jobs=got.jobs, unstated=got.unstated)


def _facts(report: YearReport) -> Table:
    heads = _heads(N_("Figure"), N_("Scope"), N_("Period"), N_("Stated"))
    conflicts = sum(row.conflict for row in report.facts)
    said = N_("{count} figures are in conflict; all values stand above, none was chosen.")
    return Table("facts", Text(N_("Figures of the park as documents state them")), heads,
                 [(row.title, row.scope, row.period, row.text) for row in report.facts],
                 (Text(said, count=conflicts),) if conflicts else ())
