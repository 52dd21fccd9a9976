"""From a case or a scenario to the sheet that a meeting reads: question, figures, ways out, recommendation, sources.

The same sheet goes to every pen; what the map shows of it is untouched, so that all of them agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.admission.case import sign_of
from planner.admission.deciding import deciding
from planner.admission.headline import name, quota_sentence, quota_title, reason
from planner.admission.outcome import Case, Judged, QuotaAsk
from planner.admission.relief import Option
from planner.admission.scenario import scenario_of
from planner.desk import meeting_tables as tables
from planner.desk.authority import ANYWHERE, needs
from planner.desk.case_paper import decided_verdict_of, decision_lines
from planner.desk.facts import measure_titles
from planner.desk.meeting_scenario import why
from planner.desk.meeting_ways import project_ways, shape_ways
from planner.desk.page import Page
from planner.desk.paper import BASES, QUOTA_COLUMNS, ROLE_TITLES
from planner.desk.queue import Asked, book_of
from planner.desk.queue import placed as in_place
from planner.desk.stated import state_of
from planner.energy.project import LAND_QUOTAS, Project
from planner.figures import places, quota_difference, quota_figure
from planner.people import Role
from planner.sheets.sheet import Chart, Row, Sheet, Table
from planner.text import N_, Text
from planner.units import ha, rounded, shown
from planner.verdict import Verdict, gravity, worst

if TYPE_CHECKING:
    from planner.desk.desk import Desk

PLAIN = Page()
COMMITTED = "committed"
MOST_WAYS = 8  # of a case
RECOMMENDATIONS = {
    Verdict.FITS: N_("To be approved: every rule and every quota holds."),
    Verdict.WARN: N_("To be approved on the conditions named below."),
    Verdict.UNKNOWN: N_("Not ready for a decision: what is named below has to be found out first."),
    Verdict.EXCEEDS: N_("Not to be admitted as it stands: a quota is short. See the ways out."),
    Verdict.BLOCKED: N_("Not to be admitted: a rule forbids it."),
}
STATES = {"normal": N_("normal"), "warning": N_("warning"), "hold": N_("hold")}


@needs(Role.VIEWER, ANYWHERE)
def case_sheet(desk: Desk, case: Case, *, project: Project | None = None, page: Page = PLAIN) -> Sheet:
    """The sheet of a case with all that a meeting reads. Raises as ``Desk.sheet``, ScenarioError."""
    made = page.on(desk.sheet(case, lang=page.lang, paper=page.paper, scale=page.scale, centre=page.centre))
    what = tables.rows_table("quotas", N_("Quotas"), made.quotas, QUOTA_COLUMNS)
    queue, ways, notes = _judged_in_queue(desk, case, project)
    names = {one.id: one.called for one in (*desk.projects(), *((project,) if project else ()))}
    asked = {(ask.quota, ask.year): (quota_figure(ask.asked, ask.unit), quota_difference(ask.free, ask.asked, ask.unit))
             for ask in case.quotas}
    demands = [(project.called, case.demand)] if project is not None and case.demand is not None else []
    projects = [project] if project is not None else []
    judged = queue.simulate().projects if queue else ()
    answers = {one.id: replace(one, verdict=worst([one.verdict, case.verdict])) for one in judged}
    return replace(
        made,
        question=Text(N_("May parcel {name} be taken, and what does it cost the park in land and energy?"),
                      name=case.parcel.name or case.parcel.id),
        recommendation=recommendation(case),
        conditions=conditions(case, desk),
        decisive=len(_first(case, desk)) + sum(grave > Verdict.WARN for grave, _ in _against(case, desk)),
        about=about(desk, case.park, made, case.basis, case.parameters, case.on.isoformat()),
        chart=case_chart(case, desk),
        tables=(
            tables.takes_table(made.takes), what,
            *((tables.projects_table(projects, answers, lambda one: _graver(one, case, desk)),) if projects else ()),
            *((tables.demand_table(demands),) if demands else ()),
            tables.balances_table(desk.balances(case.park), desk.parameters, asked),
            tables.rows_table("findings", N_("Findings"), made.findings, ()),
            tables.displaced_table((row for row in queue.displaced() if project and row.id == project.id), names)
            if queue else _nothing("displaced", N_("What it displaces")),
            tables.ways_out_table([*shape_ways(desk, case, project), *project_ways(names, ways)], notes),
            *sources(desk, case.park, case.on),
        ),
    )


def _graver(answer: Judged, case: Case, desk: Desk) -> Text:
    """Why the project has its verdict: the queue's reason, or that of its own case where it is refused there alone."""
    alone = answer.binding is None and case.verdict > Verdict.WARN
    return reason(case, desk.parameters) if alone else why(answer, desk.parameters)


def _judged_in_queue(
    desk: Desk, case: Case, project: Project | None
) -> tuple[Asked | None, list[tuple[str, Option]], list[Text]]:
    """The queue of a case, its ways out, and what to note about them."""
    if project is None or not case.quotas:
        return None, [], [Text(N_("Without a project there is no queue to be judged in: name one to see ways out."))]
    asked = asked_for(desk, case, project)
    found = asked.relieve(project.id)
    # The queue knows no more than quotas: it may find that a project fits which its own case refuses.
    fits = found.notes if case.verdict <= Verdict.WARN else ()
    notes = [*fits, *(clash.sentence for clash in found.conflict)]
    return asked, [(project.id, way) for way in found.options[:MOST_WAYS]], notes


def asked_for(desk: Desk, case: Case, project: Project) -> Asked:
    """The kept queue with the project of a case first among the candidates, judged on its own parcel."""
    first = project.start or min((ask.year for ask in case.quotas), default=case.on.year)
    # What the project's file states of its land gives way to what this parcel takes.
    land = project.land.model_copy(update={**dict.fromkeys(LAND_QUOTAS), "parcel": case.parcel.id})
    placed = project.model_copy(update={"start": first, "land": land})
    others = [one for one in desk.projects() if one.id != project.id]
    queue = [*(one for one in others if one.status == COMMITTED), placed,
             *(one for one in others if one.status != COMMITTED)]
    years, cases = sorted({ask.year for ask in case.quotas}) or [first], {placed.id: case}
    scenario = in_place(desk, scenario_of(queue, years=years, place="queue", on=case.on), cases, case.park)
    return Asked(scenario, desk.parameters, book_of(desk, case.park), cases)


def _nothing(key: str, title: str) -> Table:
    return Table(key, Text(title), (), (), (Text(N_("No project is named: whom it would keep out cannot be told.")),))


def recommendation(case: Case) -> Text:
    """What follows from the machine's verdict, and beside it what follows from that with what people decided."""
    decided, machine = decided_verdict_of(case), Text(RECOMMENDATIONS[case.verdict])
    if decided is case.verdict:
        return machine
    return Text(N_("By the machine: {machine} With what people decided: {decided}"), machine=machine,
                decided=Text(RECOMMENDATIONS[decided]))


def conditions(case: Case, desk: Desk) -> list[Text]:
    """What people decided of the case, and what has to be done or known before it can go ahead, the gravest first."""
    return [*_first(case, desk), *(said for _, said in _against(case, desk))]


def _first(case: Case, desk: Desk) -> list[Text]:
    """What no page leaves out."""
    return [*decision_lines(case), *deciding(case, desk.parameters)]


def _against(case: Case, desk: Desk) -> list[tuple[float, Text]]:
    """What of the ground and of the quotas does not simply hold, with its gravity, the gravest first."""
    said = [(gravity(sign_of(f)), Text(N_("{verdict}: {what} ({source})"), verdict=name(sign_of(f)), what=f.message,
                                       source=f.source)) for f in case.findings]
    said += [(gravity(row.state), Text(N_("{verdict}: {what}"), verdict=name(row.state),
                                       what=quota_sentence(row, desk.parameters))) for row in case.quotas]
    return sorted((one for one in said if one[0] >= Verdict.WARN), key=lambda one: one[0], reverse=True)


def case_chart(case: Case, desk: Desk) -> Chart | None:
    """The quota that is worst off in the years the case asks of it: what was used before, the case, and the cap."""
    known = [ask for ask in case.quotas if ask.free is not None and ask.asked is not None]
    if not known:
        return None
    chosen = max(known, key=_strain).quota
    quota = desk.parameters.quota(chosen)
    granted = {row.year: shown(row.granted, quota.unit) for row in desk.balances(case.park)
               if quota is not None and row.quota == chosen}
    asks = [ask for ask in known if ask.quota == chosen and ask.year in granted]
    unit = "ha" if asks and asks[0].unit == "m2" else asks[0].unit if asks else ""

    def printed(value: float) -> Decimal:
        return rounded(ha(value) if asks[0].unit == "m2" else value, places(unit))

    caps = [printed(granted[ask.year]) for ask in asks]
    free = [printed(ask.free or 0.0) for ask in asks]
    return Chart(
        quota_title(chosen, desk.parameters), Text(unit), [ask.year for ask in asks],
        ((Text(N_("Used before")), [cap - rest for cap, rest in zip(caps, free, strict=True)]),
         (Text(N_("This case")), [printed(ask.asked or 0.0) for ask in asks])),
        (Text(N_("Cap")), caps),
    )


def _strain(ask: QuotaAsk) -> tuple[Verdict, float]:
    share = (ask.asked or 0.0) / ask.free if ask.free and ask.free > 0 else float(ask.asked or 0.0)
    return ask.state, share


def about(
    desk: Desk, park: str, made: Sheet, basis: str, version: str, on: str
) -> tuple[Row, ...]:
    """What the reader must know of how the figures came about."""
    state = state_of(desk.store, park)
    said = Text(N_("{state} since {on} ({document})"), state=Text(STATES[state.state]), on=state.on.isoformat(),
                document=state.document) if state else Text(N_("not stated"))
    dates = [layer.as_of for layer in made.layers if layer.as_of]
    vintage = Text("{first} – {last}", first=min(dates).isoformat(), last=max(dates).isoformat()) if dates else \
        Text(N_("unknown date"))
    rows: Sequence[tuple[str, str | Text]] = (
        (N_("Park"), park), (N_("State of the park"), said), (N_("Judged on"), on),
        (N_("Energy basis"), Text(BASES.get(basis, basis))), (N_("Parameters"), version),
        (N_("Coordinate system"), Text(N_("CGCS2000 (EPSG:4490), map in {plane}"), plane=made.plane_crs)),
        (N_("Data of"), vintage), (N_("Run hash"), made.run_hash),
        (N_("Printed"), made.printed_at.strftime("%Y-%m-%d %H:%M")),
    )
    return tuple(Row(Text(label), value) for label, value in rows)


def sources(desk: Desk, park: str, on: date) -> Iterable[Table]:
    """Ledger, layers, stated figures and parameters: what everything rests on."""
    stated = desk.facts()
    yield tables.ledger_table(desk.entries(), park, desk.parameters)
    yield tables.layers_table(desk.layers(), ROLE_TITLES)
    if stated:
        yield tables.facts_table(stated, measure_titles(desk.parameters))
    yield tables.parameters_table(desk.parameters, on)
