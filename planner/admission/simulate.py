"""The queue against the budgets, year by year.

Committed projects are booked first, in order, whether they fit or not; then each candidate is judged in order and
takes room in every year or in none. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from planner.admission.balance import balance
from planner.admission.book_view import BookView
from planner.admission.budgets import LIST, VALUE_ADDED, Key, Sources, budgets, notes
from planner.admission.entrant import Entrant, book_entrant, entrant, grid_entrant
from planner.admission.judgement import Answer, Bench, judge
from planner.admission.outcome import BalanceRow, Binding, Case, Judged, Simulation
from planner.admission.scenario import ParkState, Retirement, Scenario
from planner.admission.tally import Tally
from planner.energy.carbon import grid_factor
from planner.energy.carriers import Basis, Conversion, conversion
from planner.energy.project import LAND_QUOTAS, Project
from planner.figures import figure
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.units import booked, shown
from planner.verdict import Verdict


def simulate(
    scenario: Scenario, parameters: Parameters, *, book: BookView | None = None, cases: Mapping[str, Case] | None = None
) -> Simulation:
    """Judge every project of a scenario and draw up the balance of every budget.

    ``book`` gives what the file leaves out; ``cases`` the judged parcel of each project that names one (without it
    the project is unknown). Raises ScenarioError, CoefficientMissing.
    """
    queue = ready(scenario, parameters, book=book, cases=cases)
    entrants, held, bench = queue.entrants, queue.held, queue.bench
    judged = run_queue(entrants, held, scenario.retirements, bench)
    needed = {quota.cap_key for quota in parameters.quotas if quota.in_force == "always"}
    asked = frozenset(key.quota for one in (*held, *entrants) for key, ask in one.asks.items()
                      if ask.amount is not None or key.quota in needed)
    return Simulation(
        scenario.title, queue.sources.basis, parameters.version, scenario.years,
        tuple(_judged(one, *judged[one.id], bench) for one in entrants),
        with_wishes(balance(bench, asked, book.park if book else None), entrants, book, parameters),
        (*queue.notes, *notes(queue.sources, asked), *_figure_notes(scenario, entrants, held, queue.rows, bench)),
    )


def with_wishes(
    rows: Sequence[BalanceRow], entrants: Sequence[Entrant], book: BookView | None, parameters: Parameters
) -> tuple[BalanceRow, ...]:
    """Balance rows with what is free before the candidates, what they ask (admitted or not), and what of the committed
    is only reserved in the book."""
    wishes: dict[Key, float | None] = {}
    for one in entrants:
        for key, ask in one.asks.items() if not one.committed else ():
            before = wishes.get(key, 0.0)
            wishes[key] = None if before is None or ask.amount is None else before + ask.amount
    ids = {one.id for one in entrants}
    held = {LIST: book.list_references, None: book.references} if book else {}
    reserved: dict[Key, int] = {}
    for park, references in held.items():
        for holder in references:
            for (name, year), amount in holder.reserved.items() if holder.ref not in ids else ():
                quota = parameters.quota(name)
                for row in rows if quota is not None else ():
                    if quota and row.quota == quota.cap_key and (
                            row.year == year or (quota.kind == "stock" and row.year > year)):
                        key = Key(park, row.quota, row.year)
                        reserved[key] = reserved.get(key, 0) + booked(amount, quota.unit)

    def filled(row: BalanceRow) -> BalanceRow:
        key = Key(row.substation or (LIST if row.park == LIST else None), row.quota, row.year)
        quota = parameters.quota(row.quota)
        if quota is None or quota.kind == "ratio":
            return row
        return replace(row, asked=wishes.get(key, 0.0), reserved=shown(reserved.get(key, 0), quota.cap_unit),
                       free=None if row.left is None else row.left + (row.candidates or 0.0))

    return tuple(filled(row) for row in rows)


def on_the_grid(one: Entrant, project: Project, stations: Mapping[str, object]) -> Entrant:
    """Where substations are known, a project that draws power must say from which and how much at most."""
    draws = any(year.electricity_mwh for year in one.demand.values())
    why = off_the_grid(project, draws, one.asks, stations)
    return one if why is None else replace(
        one, missing=(*one.missing, Binding(quota="grid_kw", year=project.start, why=why)))


def off_the_grid(project: Project, draws: bool, asks: Iterable[Key], stations: Mapping[str, object]) -> Text | None:
    """What a project that draws power does not say of its substation; None where it says all."""
    if not stations or not draws or any(key.park in stations for key in asks):
        return None
    if project.substation is not None and project.substation not in stations:
        return Text(N_("substation '{name}' is not known. Known are: {known}"), name=project.substation,
                    known=", ".join(stations))
    if project.substation is None:
        return Text(N_("no substation is named and no parcel tells the nearest"))
    return Text(N_("the highest draw on substation '{name}' is not stated (grid_kw)"), name=project.substation)


@dataclass(frozen=True)
class Queue:
    """A scenario made ready to be judged: its projects and the book's holders with what they ask, the budgets on a
    bench with an empty tally, and the coefficients and substations behind them."""

    entrants: tuple[Entrant, ...]
    held: tuple[Entrant, ...]
    bench: Bench
    sources: Sources
    rows: Conversion
    notes: tuple[Text, ...]
    stations: Mapping[str, object] = field(default_factory=dict)

    def offer(self, project: Project, case: Case | None) -> Entrant:
        """A project with all it asks, as this queue would have it. Raises as ``entrant``."""
        scenario, parameters = self.sources.scenario, self.sources.parameters
        return on_the_grid(entrant(project, scenario.years, self.rows, parameters, case), project, self.stations)

    def judged(
        self, entrants: Sequence[Entrant] | None = None, retirements: Sequence[Retirement] | None = None
    ) -> dict[str, tuple[Answer, bool]]:
        """The queue judged from the start, with other projects or without some load that ends (``run_queue``)."""
        scenario = self.sources.scenario
        bench = replace(self.bench, tally=tally_of(self.sources))
        return run_queue(self.entrants if entrants is None else entrants, self.held,
                         scenario.retirements if retirements is None else retirements, bench)


def ready(
    scenario: Scenario, parameters: Parameters, *, book: BookView | None = None, cases: Mapping[str, Case] | None = None
) -> Queue:
    """A scenario before anything is booked. Arguments and errors as for ``simulate``."""
    on = scenario.on or date(scenario.years[0], 1, 1)
    basis, said = basis_of(scenario, book, parameters)
    rows = conversion(parameters, on=on, basis=basis, equal_value=scenario.equal_value_kgce_per_kwh)
    warn_at = rows.row("warn_at").value if scenario.warn_at is None else scenario.warn_at
    sources = Sources(scenario, parameters, book, basis, Decimal(str(warn_at)))
    stations = scenario.substations or (book.substations if book else {})
    empty = Queue((), tuple(book_entrants(scenario, book, parameters)), bench_of(sources), sources, rows, said,
                  stations)
    return replace(empty, entrants=tuple(empty.offer(project, (cases or {}).get(project.id))
                                         for project in scenario.projects))


def bench_of(sources: Sources) -> Bench:
    """The budgets with nothing booked yet."""
    return Bench(budgets(sources), tally_of(sources), sources.parameters, sources.scenario.years,
                 float(sources.warn_at), state_of(sources.scenario, sources.book))


def tally_of(sources: Sources) -> Tally:
    """Nothing booked yet."""
    return Tally({quota.cap_key: quota.cap_unit for quota in sources.parameters.quotas}, sources.scenario.years)


def state_of(scenario: Scenario, book: BookView | None) -> ParkState | None:
    """The park's state on the day of application: the file's, else the workspace's; not before its own day."""
    state = scenario.state or (book.state if book else None)
    on = scenario.on or date(scenario.years[0], 1, 1)
    return state if state is not None and state.on <= on else None


def run_queue(
    entrants: Sequence[Entrant], held: Sequence[Entrant], retirements: Sequence[Retirement], bench: Bench,
    watch: Callable[[Entrant], None] = lambda one: None,
) -> dict[str, tuple[Answer, bool]]:
    """Answer of each project of the file and whether it took room: the book's holders first, then the committed, then
    the candidates.

    A retirement for a project is put in just before that one is judged, and taken out again if it is refused.
    ``watch`` is shown each project when its turn comes, with the bench as it is judged on.
    """
    bench.tally.retire(row for row in retirements if row.for_ is None)
    for one in held:
        bench.tally.add(one)
    answers: dict[str, tuple[Answer, bool]] = {}
    sites: dict[str, str] = {}
    for one in sorted(entrants, key=lambda entry: not entry.committed):
        tied = [row for row in retirements if row.for_ == one.id]
        if tied:
            bench.tally.retire(tied)
        watch(one)
        holder = sites.get(one.site) if one.site else None
        one, answer = judged_offer(one, holder, bench, tied)
        admitted = one.committed or answer.verdict <= Verdict.WARN
        if admitted:
            bench.tally.add(one)
            if one.site:
                sites.setdefault(one.site, one.id)
        elif tied:
            bench.tally.reinstate(tied)
        answers[one.id] = (answer, admitted)
    return answers


def judged_offer(
    one: Entrant, holder: str | None, bench: Bench, tied: Sequence[Retirement]
) -> tuple[Entrant, Answer]:
    """A project when its turn comes, and its answer. ``holder`` has its site already, and two offers for one site count
    once: a later candidate is blocked; of a later committed project the land is neither judged nor counted again."""
    if holder is None:
        return one, judge(one, bench, tied)
    said = Text(N_("the site '{site}' is taken by '{id}': offers for one site count once"), site=one.site, id=holder)
    if one.committed:
        one = replace(one, asks={key: ask for key, ask in one.asks.items() if key.quota not in LAND_QUOTAS})
    answer = judge(one, bench, tied)
    if not one.committed:
        return one, Answer(Verdict.BLOCKED, Binding(rule="site", why=said), answer.notes)
    return one, replace(answer, notes=(*answer.notes, said))


def basis_of(scenario: Scenario, book: BookView | None, parameters: Parameters) -> tuple[Basis, tuple[Text, ...]]:
    """The basis on which energy is judged: the file's; with a book, the book's. Two bases are never added: where the
    file states another basis and gives only a part of the energy figures, the basis is unknown."""
    if book is None:
        return scenario.basis or "calorific", ()
    if scenario.basis is None or scenario.basis == book.basis:
        return book.basis, ()
    energy = {quota.quota: quota.cap_key for quota in parameters.quotas if quota.cap_unit == "tce"}
    ids = {project.id for project in scenario.projects}
    from_book = any(name in energy for row in book.references if row.ref not in ids for name, _ in row.amounts)
    stated = [key in table for key in energy.values() for table in (scenario.caps, scenario.baseline)]
    differs = {"file": scenario.basis, "book": book.basis}
    if all(stated) and not from_book:
        said = Text(N_("energy is judged on the file's basis ({file}); the book's is {book}"), **differs)
        return scenario.basis, (said,)
    if any(stated):
        said = Text(N_("the file's energy figures are on the basis {file}, the book's on {book}: they cannot be added. "
                       "Give cap and baseline both in the file, or neither"), **differs)
        return "unknown", (said,)
    return book.basis, (Text(N_("energy is judged on the book's basis ({book}), not the file's ({file})"), **differs),)


def book_entrants(scenario: Scenario, book: BookView | None, parameters: Parameters) -> list[Entrant]:
    """Holders known only to the book, by first entry. One that is also a project of the file counts from the file."""
    if book is None:
        return []
    ids = {project.id for project in scenario.projects}
    held = [(None, row) for row in book.references] + [(LIST, row) for row in book.list_references]
    found = [book_entrant(row, park, scenario.years, parameters) for park, row in held if row.ref not in ids]
    return found + [grid_entrant(ref, draws, scenario.years, parameters)
                    for ref, draws in book.draws.items() if ref not in ids]


def _judged(one: Entrant, answer: Answer, admitted: bool, bench: Bench) -> Judged:
    """One project with its answer and its notes."""
    said = list(one.notes)
    in_ratio = any(key in bench.budgets.ratios for key in one.shares)
    if in_ratio and not one.value_added_stated:
        said.append(Text(N_("its value added is not stated and counts 0")))
    stated = (key for key, ask in one.asks.items() if ask.amount is not None)
    if not in_ratio and answer.verdict == Verdict.FITS and all(key.park == LIST for key in stated):
        said.append(Text(N_("nothing is charged to the park")))
    return Judged(
        one.id, one.name, "committed" if one.committed else "candidate", answer.verdict, answer.binding, one.demand,
        one.deductions, admitted, one.case, (*said, *answer.notes),
    )


def _figure_notes(
    scenario: Scenario, entrants: Sequence[Entrant], held: Sequence[Entrant], rows: Conversion, bench: Bench
) -> tuple[Text, ...]:
    """What stands behind the figures: bases, factor year, load that ends beyond what runs, value added that nobody
    stated."""
    said = []
    if rows.basis == "unknown":
        said.append(Text(N_("the basis of the energy quota is not known: figures are on the calorific value, "
                            "no energy verdict is given")))
    if rows.basis == "equal" and scenario.equal_value_kgce_per_kwh is None:
        said.append(Text(N_("the equal value {value:g} kgce/kWh is illustrative. State the local one."),
                         value=rows.row("electricity_equal").value))
    if any(year.electricity_mwh for one in entrants for year in one.demand.values()):
        said.append(Text(N_("carbon of bought electricity: grid factor of {factor_year} for {first}-{last}"),
                         factor_year=grid_factor(rows.rows)[1], first=scenario.years[0], last=scenario.years[-1]))
    said += ended_beyond(scenario, bench)
    if VALUE_ADDED in scenario.baseline and any(one.shares for one in held):
        said.append(Text(N_("the value added of projects known only to the book counts 0")))
    return tuple(said)


def ended_beyond(scenario: Scenario, bench: Bench) -> list[Text]:
    """The budgets of which more ends than runs: their room is no room."""
    said = []
    for quota in bench.parameters.quotas:
        for year in scenario.years:
            key = Key(None, quota.cap_key, year)
            budget, ended = bench.budgets.amounts.get(key), bench.tally.retired.get(key, 0.0)
            runs = ((budget.baseline if budget else None) or 0.0) + sum(
                line.draw.amount for line in bench.tally.draws[key] if line.committed)
            if ended > runs:
                said.append(Text(N_("{quota} {year}: {ended} ends, but only {runs} runs"), quota=Text(quota.title),
                                 year=year, ended=figure(ended, quota.cap_unit), runs=figure(runs, quota.cap_unit)))
    return said
