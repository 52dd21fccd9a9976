"""The park's report of a year: read from the book, the queue, the registers and what documents state; then printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from planner.admission.facts import State as Known
from planner.admission.outcome import Simulation
from planner.admission.year import Budget, Promise, Stated, SubPark, Supplied, YearReport, asked_in, started_in
from planner.desk.authority import needs
from planner.desk.desk import Desk
from planner.desk.documents import Document
from planner.desk.documents_book import amount
from planner.desk.facts import measure_titles
from planner.desk.ground import largest_part
from planner.desk.look import energy_basis
from planner.desk.page import Page
from planner.desk.registers import checked
from planner.desk.year_sheet import year_sheet
from planner.energy.project import Project
from planner.errors import FeatureMissing, UsageError
from planner.formats.seals import digest
from planner.land.finding import Finding, State
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Parcel
from planner.people import Role
from planner.quota.accounts import lot_of
from planner.quota.entries import Bucket, Kind
from planner.registers.rows import MEASURES, Contract
from planner.text import N_, Text, Translate, english
from planner.units import ha, rounded_parts
from planner.verdict import Verdict
from planner.words import translator

ENDINGS = (".docx", ".xlsx", ".json")
PLAIN = Page()
LAND, ENERGY = "new_construction_m2", "energy_tce"
_USED = (Bucket.OPENED, Bucket.COMMITTED)
KEPT, MISSED, WAITING, UNKNOWN = "kept", "missed", "waiting", "unknown"


@needs(Role.VIEWER)
def year_report(desk: Desk, year: int, *, park: str | None = None) -> YearReport:
    """The figures of a park's year. Writes nothing. Raises ParkUnknown, Forbidden."""
    account, on = desk.park(park), min(date(year + 1, 1, 1), desk.today())
    projects = desk.projects()
    run = desk.simulate_queue(projects, years=(year,), park=account) if projects else None
    budgets = _budgets(desk, account, year)
    return YearReport(
        park=account,
        year=year,
        on=on,
        printed_at=desk.now().replace(microsecond=0),
        parameters=desk.parameters.version,
        basis=energy_basis(desk.settings()),
        head=desk.store.head(),
        budgets=budgets,
        sub_parks=_sub_parks(desk, account, year, budgets),
        started=started_in(projects, run, year) if run else (),
        supplied=_supplied(desk, account, year),
        promises=_promises(desk, on),
        asked=asked_in(run, projects, account, year, desk.parameters) if run else (),
        unknown=_unknown(run),
        facts=_facts(desk, year),
        illustrative=any(info.illustrative for info in desk.layers()),
    )


def _unknown(run: Simulation | None) -> tuple[str, ...]:
    """Candidates of which it cannot be said what they need: no quota can be asked for them."""
    return tuple(one.id for one in run.projects if not one.admitted and one.binding is not None
                 and one.binding.quota is not None and one.binding.short_by is None) if run else ()


def _budgets(desk: Desk, park: str, year: int) -> tuple[Budget, ...]:
    """Every account of the park up to the year, by quota and year."""
    rows = desk.parameters
    found = []
    for one in desk.balances(park):
        quota = rows.quota(one.quota)
        if quota is not None and one.year <= year:
            granted, opened, committed, reserved, free = (
                amount(value, one.quota, rows)
                for value in (one.granted, one.opened, one.committed, one.reserved, one.free)
            )
            over = one.opened + one.committed + one.reserved > one.granted
            found.append(Budget(one.quota, Text(quota.title), quota.unit, one.year, granted, opened + committed,
                                reserved, free, over))
    order = list(dict.fromkeys(quota.quota for quota in rows.quotas))
    return tuple(sorted(found, key=lambda row: (order.index(row.quota), row.year)))


def _sub_parks(desk: Desk, park: str, until: int, budgets: Sequence[Budget]) -> tuple[SubPark, ...]:
    """Land and energy used in each year by the sub-park that the user of the quota lies in, the last year first."""
    used: dict[int, dict[str, dict[str, float]]] = {}
    place_of = _places(desk)
    for at, booked in desk.book.standing().cells.items():
        if at.park == park and at.year <= until and at.bucket in _USED and at.quota in (LAND, ENERGY) and booked:
            sums = used.setdefault(at.year, {}).setdefault(place_of(at.ref), {LAND: 0.0, ENERGY: 0.0})
            sums[at.quota] += amount(booked, at.quota, desk.parameters)
    names = {str(id): str(name or id) for layer in desk.ground.by_role().get("parks", ())
             for id, name in zip(layer.frame["id"], layer.frame["name"], strict=True)}
    caps = {(row.quota, row.year): row.granted for row in budgets}
    return tuple(row for year in sorted(used, reverse=True) for row in _of_year(year, used[year], names, caps))


def _of_year(
    year: int, used: Mapping[str, Mapping[str, float]], names: Mapping[str, str], caps: Mapping[tuple[str, int], float]
) -> Iterator[SubPark]:
    """The sub-parks of one year, what has no place last."""
    places = sorted(used, key=lambda place: (place == "", place))
    land = rounded_parts([ha(used[place][LAND]) for place in places], 4)
    energy = rounded_parts([used[place][ENERGY] for place in places], 2)
    for place, hectares, tce in zip(places, land, energy, strict=True):
        yield SubPark(year, place, names.get(place, place), hectares, tce, ha(caps.get((LAND, year), 0.0)),
                      caps.get((ENERGY, year), 0.0))


def _places(desk: Desk) -> Callable[[str], str]:
    """The sub-park of whoever holds something of the book, each looked up once."""
    projects = {project.id: project for project in desk.projects()}
    cases = {case.id: Parcel(case.parcel_id, case.shape) for case in desk.store.cases()}
    return cache(lambda ref: _place_of(desk, projects.get(ref), cases.get(ref)))


def _place_of(desk: Desk, project: Project | None, parcel: Parcel | None) -> str:
    """The sub-park of a user: as its project says, else where its parcel lies; "" where neither is known."""
    if project is not None and project.sub_park:
        return project.sub_park
    if parcel is None and project is not None and project.land.parcel:
        try:
            parcel = desk.parcel(project.land.parcel)
        except FeatureMissing:
            return ""
    best = largest_part(parcel, desk.ground.by_role().get("parks", ())) if parcel else None
    return str(best["id"]) if best is not None else ""


def _supplied(desk: Desk, park: str, year: int) -> tuple[Supplied, ...]:
    """Cases whose land was committed in the year, with the area of their parcel."""
    cases = {case.id: case for case in desk.store.cases()}
    found: dict[str, Supplied] = {}
    for entry in desk.entries():
        draft = entry.draft
        touched = any(leg.park == park and leg.amount > 0 and lot_of(leg.park) is None for leg in draft.legs)
        if draft.kind is Kind.COMMIT and draft.on.year == year and touched and draft.ref in cases:
            case = cases[draft.ref]
            area = float(ellipsoid_m2(case.shape))
            found.setdefault(case.id, Supplied(case.id, case.parcel_id, draft.on, area, draft.basis))
    return tuple(found.values())


def _promises(desk: Desk, on: date) -> tuple[Promise, ...]:
    """Every promise that an access contract states, as of a day."""
    found = []
    for one in checked(desk, "contracts", on):
        row = one.row
        if not isinstance(row, Contract) or (row.signed_on is not None and row.signed_on > on):
            continue
        seen = {finding.rule: finding for finding in one.findings}
        for measure in MEASURES:
            finding = seen.get(f"contract_{measure}_reached")
            if finding is not None and getattr(row, f"{measure}_promised") is not None:
                due = getattr(row, f"{measure}_by")
                state = _kept(finding, due, on)
                found.append(Promise(row.id, row.party or row.name, measure, due, state, finding.message))
    return tuple(found)


def _kept(finding: Finding, due: int | None, on: date) -> str:
    if finding.state is State.NOT_CHECKABLE or due is None:
        return UNKNOWN
    if on <= date(due, 12, 31):
        return WAITING
    return MISSED if finding.state is State.HIT else KEPT


def _facts(desk: Desk, year: int) -> tuple[Stated, ...]:
    """What documents state of the year, conflicts first."""
    titles = measure_titles(desk.parameters)
    return tuple(
        Stated(Text(titles.get(row.thing.measure, row.thing.measure)), row.thing.scope, row.thing.period, row.text,
               row.state is Known.CONFLICT)
        for row in desk.facts()
        if row.thing.period.startswith(str(year))
    )


# ---------------------------------------------------------------- paper
def document(report: YearReport, say: Translate) -> Document:
    """The report as one JSON document; sentences in the reader's language."""
    return {**_said(report, say), "run_hash": run_hash(report)}


def run_hash(report: YearReport) -> str:
    """A short seal of the figures: the same book and queue print the same hash whenever and in whatever language."""
    body = {name: value for name, value in _said(report, english).items() if name != "printed_at"}
    return digest(json.dumps(body, sort_keys=True, ensure_ascii=False).encode())[:16]


def _said(value: Any, say: Translate) -> Any:
    if isinstance(value, Text):
        return value.say(say)
    if is_dataclass(value):
        return {field.name: _said(getattr(value, field.name), say) for field in fields(value)}
    if isinstance(value, tuple):
        return [_said(one, say) for one in value]
    if isinstance(value, Decimal):
        return float(value)
    plain = value is None or isinstance(value, bool | int | float) and not isinstance(value, Verdict)
    return value if plain else value.isoformat() if isinstance(value, date) else str(value)


def export_year(
    desk: Desk, out: Path, *, year: int | None, park: str | None = None, page: Page = PLAIN
) -> YearReport:
    """`planner export year`: the report as a Word document or a workbook, or its figures as JSON. Raises UsageError."""
    if year is None:
        raise UsageError(problem=Text(N_("a report is of one year: name it with --year")))
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind="year", known=", ".join(ENDINGS)))
    report = year_report(desk, year, park=park)
    if ending == ".json":
        text = json.dumps(document(report, translator(page.langs[0])), ensure_ascii=False, indent=1)
        out.write_text(text, encoding="utf-8")
        return report
    made = year_sheet(report, run_hash(report), lang=page.lang, block=page.block)
    if ending == ".xlsx":
        from planner.sheets import workbook

        workbook.draw(made, out)
    else:
        from planner.sheets.year import year_docx

        out.write_bytes(year_docx(made, langs=page.langs, template=page.templates.letter))
    return report
