"""Access contracts: what was promised per mu against the standard, what was reached by its year, the exit if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.figures import SAME, figure, percent
from planner.land.finding import Finding, Severity
from planner.parameters import RegisterRule
from planner.registers.days import said, years_after
from planner.registers.join import Joined
from planner.registers.rows import MEASURES, Contract
from planner.registers.scene import Checked, Scene, clear, hit, judged, lacks, unknown
from planner.registers.standards import share_of, standard_of
from planner.text import N_, Text

TITLES = {"investment": N_("Investment"), "output": N_("Output"), "tax": N_("Tax")}


@dataclass(frozen=True)
class Kept:
    """How one promise stands: ``kept`` is None while it is not due or not known; ``year`` and ``value`` are the figure
    it is judged by."""

    measure: str
    due_on: date | None
    year: int | None
    value: float | None
    asked: float | None
    kept: bool | None
    waits: bool  # its day has not come

    @property
    def missed(self) -> bool:
        return self.kept is False


def check_contract(row: Contract, joined: Joined, scene: Scene) -> Checked:
    """Findings and figures of one contract.

    Figures, for investment, output and tax: _standard_wan_yuan_per_mu; _promised_share and _reached_share, both times
    the standard; _reached_wan_yuan_per_mu and _reached_year, the last figure there is; and exit_on, the day from which
    the other side may leave, where a promise was missed.
    """
    signed = row.signed_on or scene.on
    kept = [promise(row, measure, scene.on, _performance(row, measure, scene)) for measure in MEASURES]
    exit_on = _exit_day(row, kept, scene)
    figures: dict[str, Any] = {"area_m2": joined.area_m2}
    for measure in MEASURES:
        standard = standard_of(row, measure, scene.parameters, signed)
        year, reached = last_figure(getattr(row, f"{measure}_reached"), scene.on)
        figures |= {
            f"{measure}_standard_wan_yuan_per_mu": standard.value if standard else None,
            f"{measure}_promised_share": share_of(getattr(row, f"{measure}_promised"), standard),
            f"{measure}_reached_year": year,
            f"{measure}_reached_wan_yuan_per_mu": reached,
            f"{measure}_reached_share": share_of(reached, standard),
        }
    figures["exit_on"] = exit_on
    findings = [
        judged(scene, f"contract_{one}_promised", lambda rule, one=one: _promised(rule, row, one, scene))  # type: ignore[misc]
        for one in MEASURES
    ]
    findings += [
        judged(scene, f"contract_{one.measure}_reached", lambda rule, one=one: _reached(rule, row, one))  # type: ignore[misc]
        for one in kept
    ]
    findings.append(judged(scene, "contract_exit", lambda rule: _exit(rule, row, kept, exit_on, scene)))
    return Checked(row, joined, figures, tuple(findings))


def last_figure(by_year: Mapping[int, float], on: date) -> tuple[int | None, float | None]:
    """The figure of the last year that has one by a day."""
    year = max((year for year in by_year if year <= on.year), default=None)
    return year, by_year[year] if year is not None else None


def promise(row: Contract, measure: str, on: date, share: float | None) -> Kept:
    """How a promise stands on a day.

    It is due at the end of its year. The figure of that year judges it, a later one where there is; without either, an
    earlier figure that reached it already counts, one that did not says nothing.
    """
    promised, by = getattr(row, f"{measure}_promised"), getattr(row, f"{measure}_by")
    year, value = last_figure(getattr(row, f"{measure}_reached"), on)
    asked = promised * share if promised is not None and share is not None else None
    due = date(by, 12, 31) if by is not None else None
    kept: bool | None = None
    if asked is not None and due is not None and on > due and value is not None and year is not None and by is not None:
        enough = value >= asked * (1 - SAME)
        kept = enough if enough or year >= by else None
    return Kept(measure, due, year, value, asked, kept, waits=due is not None and on <= due)


def _performance(row: Contract, measure: str, scene: Scene) -> float | None:
    """Which share of a promise must be reached: as the contract says, else as the rule does."""
    if row.performance_share is not None:
        return row.performance_share
    rule = scene.rule(f"contract_{measure}_reached")
    return rule.limit if rule else None


def _exit_day(row: Contract, kept: list[Kept], scene: Scene) -> date | None:
    missed = [one.due_on for one in kept if one.missed and one.due_on is not None]
    rule = scene.rule("contract_exit")
    if not missed:
        return None
    if row.exit_on is not None:
        return row.exit_on
    return years_after(min(missed), rule.limit or 0.0) if rule else None


def _promised(rule: RegisterRule, row: Contract, measure: str, scene: Scene) -> Finding:
    value = getattr(row, f"{measure}_promised")
    standard = standard_of(row, measure, scene.parameters, row.signed_on or scene.on)
    if value is None:
        return lacks(rule, rule.title)
    if standard is None:
        return unknown(
            rule, Text(N_("No access standard is in force for industry '{industry}'."), industry=row.industry)
        )
    facts = {
        "value": figure(value, rule.unit),
        "limit": figure(standard.value, rule.unit),
        "share": percent(value / standard.value, 1.0, places=0),
        "sure": _sure(standard.status),
    }
    more = {"value": value, "limit": standard.value, "source": standard.source, "status": standard.status}
    if value < standard.value * (1 - SAME):
        return hit(rule, Text(N_("{value} is {share} of the standard of {limit}{sure}: too little."), **facts), **more)
    return clear(rule, Text(N_("{value} is {share} of the standard of {limit}{sure}."), **facts), **more)


def _sure(status: str) -> Text | str:
    return Text(N_(" (inferred)")) if status == "inferred" else ""


def _reached(rule: RegisterRule, row: Contract, one: Kept) -> Finding:
    if one.asked is None or one.due_on is None:
        return unknown(rule, Text(N_("The contract does not state what is due, or by which year.")))
    facts: dict[str, Any] = {
        "asked": figure(one.asked, "wan_yuan/mu"),
        "due": said(one.due_on),
        "value": figure(one.value, "wan_yuan/mu"),
        "year": one.year,
    }
    more = {"value": one.value, "limit": one.asked}
    if one.kept:
        return clear(rule, Text(N_("{value} in {year}; {asked} were due by {due}."), **facts), **more)
    if one.kept is False:
        return hit(rule, Text(N_("{value} in {year}, less than the {asked} due by {due}."), **facts), **more)
    if one.waits:
        now = {"asked": facts["asked"], "due": facts["due"], "value": facts["value"]}
        return clear(rule, Text(N_("{asked} due by {due}; by now {value}."), **now), **more)
    if one.year is None:
        facts = {"asked": facts["asked"], "due": facts["due"]}
        return unknown(rule, Text(N_("{asked} due by {due}; no figure is entered."), **facts), limit=one.asked)
    return unknown(
        rule, Text(N_("{asked} due by {due}; the last figure is {value} of {year}."), **facts), limit=one.asked
    )


def _exit(rule: RegisterRule, row: Contract, kept: list[Kept], exit_on: date | None, scene: Scene) -> Finding:
    missed = [one for one in kept if one.missed]
    if row.exited_on is not None and row.exited_on <= scene.on:
        return clear(rule, Text(N_("Exited on {day}."), day=said(row.exited_on)))
    if missed and exit_on is not None:
        facts = {"what": _named([one.measure for one in missed]), "day": said(exit_on), "clause": _clause(row, rule)}
        more = {"source": _source(row, rule), "objects": tuple(one.measure for one in missed)}
        if scene.on >= exit_on:
            return hit(rule, Text(N_("Missed: {what}. Exit since {day} by {clause}."), **facts), **more)
        return hit(
            rule,
            Text(N_("Missed: {what}. Exit from {day} by {clause}; until then it can be made good."), **facts),
            severity=Severity.WARN,
            **more,
        )
    open_ = [one for one in kept if one.kept is None and not one.waits]
    if open_:
        return unknown(rule, Text(N_("Not known to be kept: {what}."), what=_named([one.measure for one in open_])))
    return clear(rule, Text(N_("No promise that is due was missed.")))


def _named(measures: list[str]) -> Text:
    first, *rest = (Text(TITLES[measure]) for measure in measures)
    named: Text = first
    for one in rest:
        named = Text(N_("{one}, {other}"), one=named, other=one)
    return named


def _clause(row: Contract, rule: RegisterRule) -> Text | str:
    return row.exit_clause or Text(N_("the rule (the contract states no clause)"))


def _source(row: Contract, rule: RegisterRule) -> str:
    """The contract and its clause, each side by itself where both are written in two languages ("zh / en")."""
    if not row.exit_clause:
        return rule.source
    halves = [text.split(" / ") for text in (row.document, row.exit_clause)]
    if all(len(half) == 2 for half in halves):
        return " / ".join(" ".join(parts) for parts in zip(*halves, strict=True))
    return f"{row.document} {row.exit_clause}".strip()
