"""The park's report of a year as a Word document: every figure comes fixed, the pen only prints."""

from __future__ import annotations

from collections.abc import Sequence

from planner.admission.headline import name
from planner.admission.year import Asked, Budget, Started, YearReport
from planner.figures import area, figure, quota_figure
from planner.sheets.letter import Letter, letter
from planner.text import N_, Text

BASES = {"calorific": N_("calorific value"), "equal": N_("equal value"), "unknown": N_("unknown")}
MEASURES = {"investment": N_("Investment"), "output": N_("Output"), "tax": N_("Tax")}
STATES = {"kept": N_("kept"), "missed": N_("missed"), "waiting": N_("not yet due"), "unknown": N_("unknown")}
STATUSES = {"committed": N_("committed"), "candidate": N_("candidate")}


def year_docx(report: YearReport, *, run_hash: str, langs: Sequence[str]) -> bytes:
    """The document; ``langs`` are zh, en or both."""
    return letter(langs, lambda page: _write(page, report, run_hash), run_hash=run_hash, printed_at=report.printed_at)


def _write(page: Letter, report: YearReport, run_hash: str) -> None:
    page.heading(Text(N_("Land and energy of {park} in {year}"), park=report.park, year=report.year), 1)
    if report.illustrative:
        page.line(Text(N_("Illustrative: contains invented data")))
    page.table((), [
        (Text(N_("As of")), report.on.isoformat()),
        (Text(N_("Basis")), Text(BASES.get(report.basis, report.basis))),
        (Text(N_("Parameters")), report.parameters), (Text(N_("Head of the book")), report.head[:16]),
        (Text(N_("Run hash")), run_hash), (Text(N_("printed")), f"{report.printed_at:%Y-%m-%d %H:%M}"),
    ])
    _use(page, report)
    _projects(page, report)
    _contracts(page, report)
    _asked(page, report)
    _facts(page, report)


def _part(page: Letter, title: str, headings: Sequence[str], rows: Sequence[Sequence[Text | str]]) -> None:
    page.heading(Text(title), 2)
    if rows:
        page.table(headings, rows)
    else:
        page.line(Text(N_("None.")))


def _use(page: Letter, report: YearReport) -> None:
    _part(page, N_("Use of land and energy against the caps"),
          (N_("Quota"), N_("Year"), N_("Granted"), N_("Used"), N_("Reserved"), N_("Free"), N_("State")),
          [_budget(row) for row in report.budgets])
    if report.sub_parks:
        page.heading(Text(N_("Used in {year}, by sub-park"), year=report.year), 3)
        land, energy = (sum(parts) for parts in zip(*((row.land_ha, row.energy_tce) for row in report.sub_parks),
                                                    strict=True))
        rows = [(row.name or Text(N_("sub-park not known")), f"{row.land_ha:,} ha", f"{row.energy_tce:,} tce")
                for row in report.sub_parks]
        page.table((N_("Sub-park"), N_("New construction land"), N_("Energy")),
                   [*rows, (Text(N_("Total")), f"{land:,} ha", f"{energy:,} tce")])
        page.line(Text(N_("Parts are rounded by the largest remainder, so that they add up to the total.")))


def _budget(row: Budget) -> tuple[Text | str, ...]:
    figures = (quota_figure(value, row.unit) for value in (row.granted, row.used, row.reserved, row.free))
    return row.title, str(row.year), *figures, Text(N_("over the cap")) if row.over else Text(N_("within the cap"))


def _projects(page: Letter, report: YearReport) -> None:
    _part(page, N_("Projects whose start lies in the year"),
          (N_("Project"), N_("Status"), N_("Verdict"), N_("Energy"), N_("Investment"), N_("Value added"), N_("Tax"),
           N_("Jobs")), [_started(row) for row in report.started])
    _part(page, N_("Parcels supplied"),
          (N_("Case"), N_("Parcel"), N_("Area"), N_("Date"), N_("Document")),
          [(row.case, row.parcel, area(row.area_m2), row.on.isoformat(), row.document) for row in report.supplied])


def _started(row: Started) -> tuple[Text | str, ...]:
    return (row.name, Text(STATUSES.get(row.status, row.status)), name(row.verdict), figure(row.counted_tce, "tce"),
            _money(row.investment_wan_yuan), _money(row.value_added_wan_yuan), _money(row.tax_wan_yuan),
            _count(row.jobs))


def _money(value: float | None) -> Text:
    return Text(N_("not stated")) if value is None else Text(N_("{value:,.2f} x 10,000 yuan"), value=value)


def _count(value: float | None) -> Text | str:
    return Text(N_("not stated")) if value is None else f"{value:,.0f}"


def _contracts(page: Letter, report: YearReport) -> None:
    _part(page, N_("Access contracts kept"),
          (N_("Contract"), N_("Party"), N_("Promise"), N_("Due"), N_("State"), N_("Figures")),
          [(row.contract, row.party, Text(MEASURES[row.measure]), str(row.due or ""), Text(STATES[row.state]), row.said)
           for row in report.promises])
    counts = {state: sum(row.state == state for row in report.promises) for state in STATES}
    if report.promises:
        page.line(Text(N_("{kept} kept, {missed} missed, {waiting} not yet due, {unknown} unknown."), **counts))


def _asked(page: Letter, report: YearReport) -> None:
    _part(page, N_("Quotas asked from the province"),
          (N_("Quota"), N_("Year"), N_("Asked for"), N_("All candidates need"), N_("Free"),
           N_("Refused for want of it")), [_ask(row) for row in report.asked])
    for row in report.asked:
        if row.refused:
            page.line(_reason(row), style="List Bullet")
    if report.unknown:
        page.line(Text(N_("Not judged, because a figure is missing: {ids}."), ids=", ".join(report.unknown)))


def _ask(row: Asked) -> tuple[Text | str, ...]:
    figures = (figure(value, row.unit) for value in (row.amount, row.wanted, row.free))
    return row.title, str(row.year), *figures, ", ".join(row.refused) or "-"


def _reason(row: Asked) -> Text:
    """Why it is asked: who waits for it and what they would bring."""
    got = row.earned
    said = N_("{quota}: {count} projects are refused for want of it; together they would bring {value_added:,.2f} x "
              "10,000 yuan of value added and {tax:,.2f} of tax a year, and {jobs:,.0f} jobs ({unstated} of them leave "
              "a figure out).")
    return Text(said, quota=row.title, count=len(row.refused), value_added=got.value_added_wan_yuan,
                tax=got.tax_wan_yuan, jobs=got.jobs, unstated=got.unstated)


def _facts(page: Letter, report: YearReport) -> None:
    _part(page, N_("Figures of the park as documents state them"),
          (N_("Figure"), N_("Scope"), N_("Period"), N_("Stated")),
          [(row.title, row.scope, row.period, row.text) for row in report.facts])
    conflicts = sum(row.conflict for row in report.facts)
    if conflicts:
        said = N_("{count} figures are in conflict; all values stand above, none was chosen.")
        page.line(Text(said, count=conflicts))
